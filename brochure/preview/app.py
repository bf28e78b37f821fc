"""The addresses of the preview, and what they answer. All bodies are JSON; all names in them are below.

A brochure's ``ID`` is ``CAREER.LAYOUT.EDITION.LANGUAGE``, looked up among those there are; a ``KEY`` is a message's
context. Rectangles are ``[x, y, width, height]`` in fractions of the page (0 to 1) from its top left. A ``problem`` is
``{severity, where, what, hint, key, page}``; where (``file:line``) may be empty, key and page (its number) may be null.
A ``finding`` is ``{code, severity, what, why, hint, start, end, put}``: start and end are offsets in the text typed, in
characters (code points), null where it is about the whole; put (null, or the text to put there) is a repair.
A ``gauge`` is ``{panel, share, lines, room, over, fits}``: the share of the panel's height that is filled (1.0 is full), how many
lines of this message there are, how many it may have in this panel, by how many lines the panel is too full, and whether it fits.

    GET  /                          the page
    GET  /static/NAME               its scripts and style sheet
    GET  /api/words?lang=TAG        {lang, dir, words: {key: text}}: the words of templates/preview/words.html; keys without
                                    the ``preview.`` they begin with
    GET  /api/brochures             {edit, watching, seconds, languages: [{tag, name, dir, source}],
                                    brochures: [{id, career, layout, edition, language, imposed, state, errors, warnings, cover}]}
                                    edit says whether the editing addresses are there; watching how many files, seconds
                                    how long the last drawing took (null before it); cover is a picture's address or null
    GET  /api/brochures/ID          {id, career, layout, edition, language, dir, state, version, seconds,
                                    pages: [{number, name, picture, width, height, trim, bleed, safe, folds, panels, spots}],
                                    order: [key], problems: [problem], failure: [problem]}
                                    state is "waiting" (it is being drawn, an event follows), "ready" or "failed" (pages are the last
                                    good ones, failure says why; else failure is empty); number counts from 1; width and height in
                                    mm; trim is a rectangle; bleed and safe are rectangles or null; folds are fractions of the width;
                                    panels: [{name, box, turn}]; spots: [{key, box, text}], one for each fragment of a line;
                                    order has all keys in reading order
    GET  /api/pictures/ID/N.DIGEST.jpg    the page's picture; it never changes
    GET  /api/events                server-sent events, each with JSON:
                                    brochure {id, state, version, changed: [number]}   fetch it again; swap these pages
                                    drawing {id}                                       it is being drawn now
                                    project {watching}                                 fetch the list again
                                    failure {problems: [problem]}                      the project itself cannot be read;
                                                                                       empty when it can again

and with ``--edit`` (else 404; a body that is not as below is answered with 400 {problems: [problem]}):

    GET  /api/messages/ID/KEY       {key, english, old, text, fuzzy, note, comment, editable, version, findings, gauge, similar, terms,
                                    undo}
                                    old is the English it was translated from, where it is another, else ""; note is for
                                    translators; comment is the translator's own; editable is false for the source language;
                                    version is that of the file; gauge may be null; similar: [{english, text}];
                                    terms: [{term, words: [text], note}]; undo says whether there is something to undo
    POST /api/try                   {id, key, text} → {pages: [as above], findings, gauge, failure: [problem]}: the page or pages on which the
                                    message stands, drawn with this text, nothing saved; {late: true} where a newer try came
    POST /api/save                  {id, key, text, fuzzy, version} → as GET /api/messages; 409 {english, mine, theirs, fuzzy, version} where
                                    somebody else has written another text for this message meanwhile (save again with this
                                    version to overrule it); 422 {findings} where the text would break the page
    POST /api/undo                  {} → as GET /api/messages, with "id", of the message whose last saving was undone; 409 as above; 404 where
                                    there is nothing to undo
"""
