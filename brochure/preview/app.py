"""The addresses of the preview, and what they answer. All bodies are JSON; all names in them are below.

A brochure's ``ID`` is ``CAREER.LAYOUT.EDITION.LANGUAGE``, looked up among those there are; a ``KEY`` is a message's
context. Rectangles are ``[x, y, width, height]`` in fractions of the page (0 to 1) from its top left. A ``problem`` is
``{severity, where, what, hint, kind, key, lang, page}``; severity is "error", "warning", "remark" or "note"; where
(``file:line``) may be empty; key, lang (the tag of the language whose message it is) and page (its number) may be null. Its
kind is "fit" (too long, or lost), "missing", "fuzzy", "unsigned" (ready, but nobody has approved it as it is now; a note),
"finding" (of a rule of ``brochure catalog check``) or "other".
A ``finding`` is ``{code, severity, what, why, hint, start, end, put}``: start and end are offsets in the text typed, in
characters (code points), null where it is about the whole; put (null, or the text to put there) is a repair.
A ``gauge`` is ``{panel, share, lines, room, over, fits}``: the share of the panel's height that is filled (1.0 is full), how
many lines of this message there are, how many it may have in this panel, by how many lines the panel is too full, and
whether it fits.

    GET  /
        the page
    GET  /static/NAME
        its scripts and style sheet
    GET  /fonts.css, /fonts/N.ttf
        the project's fonts
    GET  /api/words?lang=TAG
        {lang, dir, words: {key: text}}: the words of templates/preview/words.html; keys without the ``preview.`` they begin
        with
    GET  /api/brochures
        {edit, you, watching, seconds, languages: [{tag, name, dir, source}], brochures: [{id, career, title, layout, edition,
        language, imposed, state, errors, warnings, cover}]}; edit says whether the editing addresses are there, you is the name
        of the one who edits or ""; watching how many files, seconds how long the last drawing took (null before it); title is the
        career's name in the (first) language; cover is a picture's address or null
    GET  /api/brochures/ID
        {id, career, layout, edition, language, dir, state, version, seconds, pages: [{number, name, picture, width, height,
        trim, bleed, safe, folds, panels, spots}], order: [key], problems: [problem], failure: [problem]}; state is "waiting"
        (it is being drawn, an event follows), "ready" or "failed" (pages are the last good ones, failure says why; else failure
        is empty, unless the project itself cannot be read); number counts from 1; width and height in mm; trim is a rectangle;
        bleed and safe are rectangles or null; folds are fractions of the width; panels: [{name, box, turn}]; spots: [{key, box,
        text}], one for each fragment of a line, with ``lang`` where the brochure has two; order has all keys in reading order.
        problems begin with what does not fit; then come the messages that the brochure prints, in reading order, if its
        language is a translation; unsigned are some only where somebody has signed any. To check a language takes longer than
        to show a picture, so until it is done problems are what was known before, and an event brochure without a changed page
        follows if there are others
    GET  /api/pictures/ID/N.DIGEST.jpg
        the page's picture; it never changes
    GET  /api/events
        server-sent events, each with JSON:
        brochure {id, state, version, changed: [number]}: fetch it again, and swap these pages (perhaps none: its problems are
        others)
        drawing {id}: it is being drawn now
        project {watching}: fetch the list again
        failure {problems: [problem]}: the project itself cannot be read; empty when it can again

What cannot be read or written is answered with 400 {problems: [problem]}, what is not there with 404, a fault of the
program with 500 {problems: [problem]}. With ``--edit`` there are also the following. In a brochure in two languages a key is
of one of them: then ``lang``, its tag, is a query parameter or a member of what is posted; in others it may be left out.

    GET  /api/messages/ID/KEY
        {id, lang, key, english, changes, text, fuzzy, note, comment, editable, version, findings, gauge, similar, terms,
        approval, signs, undo}; changes: [{text, kind}] is the English it was translated from against what it is now, in pieces
        of the kinds "same", "gone" and "new", empty where it did not change; note is for translators; comment is the
        translator's own, of any number of lines; editable is false for what is no translation; version is that of the message
        as it stands in the file; gauge may be null; similar: [{english, text}]; terms: [{term, words: [text], note}];
        approval: null, or {by, on, stands}: who approved it last, the day (ISO), and whether its text is still that one; signs
        says whether a name is known to approve it in; undo whether there is something to undo
    POST /api/try
        {id, key, text} → {patches: [{number, box, picture, spots}], findings, gauge, failure: [problem]}: what this text changes,
        nothing saved: pictures that lie over page ``number`` at ``box``, and spots (in fractions of the page) in place of those
        whose middle lies in the box; {late: true} where a newer try came
    POST /api/save
        {id, key, text, fuzzy, comment, version} → as GET /api/messages; a comment of "" takes it away, without one it stays;
        409 {english, mine, theirs, fuzzy, comment, version} where somebody else has written another text or comment for this
        message meanwhile (save again with this version to overrule it); 422 {findings} where the text would break the page
    POST /api/approve
        {id, key, version} → as GET /api/messages: the text as it is was recorded as approved, as ``brochure catalog sign`` does;
        409 as above; 400 without a name, and for a message that is missing or fuzzy
    POST /api/undo
        {} → as GET /api/messages, of the message whose last saving was undone (no approval is); 409 as above, and the next
        one undoes what was saved before; 404 where there is nothing to undo
"""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from brochure.errors import BrochureError
from brochure.preview import answers
from brochure.preview.checks import Checks
from brochure.preview.desk import Desk
from brochure.preview.drawing import Remark
from brochure.preview.edit import Broken, Conflict, Editor, Unknown
from brochure.preview.gallery import Gallery
from brochure.preview.state import State, problem_json
from brochure.preview.watch import Watch
from brochure.run import fault

Handler = Callable[[Request], Awaitable[Response]]


def app(state: State, watch: Watch, editor: Editor, *, editing: bool) -> Starlette:
    """The application; who may ask it is for ``guard`` to say."""
    gallery = Gallery(state, watch, Checks(state, editor.reading), editor.person.name, editing=editing)
    desk = Desk(state, watch, editor)
    routes = [("/", gallery.page), ("/static/{name}", gallery.static), ("/fonts.css", gallery.fonts),
              ("/fonts/{number:int}.ttf", gallery.font), ("/api/words", gallery.words),
              ("/api/brochures", gallery.brochures), ("/api/brochures/{id}", gallery.brochure),
              ("/api/pictures/{id}/{name}", gallery.picture), ("/api/events", gallery.events)]
    posts = list[tuple[str, Handler]]()
    if editing:
        routes.append(("/api/messages/{id}/{key}", desk.message))
        posts += [("/api/try", desk.attempt), ("/api/save", desk.save), ("/api/undo", desk.undo),
                  ("/api/approve", desk.approve)]
    return Starlette(routes=[*(Route(path, _said(handler), methods=["GET"]) for path, handler in routes),
                             *(Route(path, _said(handler), methods=["POST"]) for path, handler in posts)],
                     lifespan=lambda _: watch.running())


def _said(handler: Handler) -> Handler:
    """A handler whose errors are answers."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except BrochureError as error:
            return JSONResponse({"problems": [problem_json(Remark(problem)) for problem in error.problems]}, 400)
        except (Unknown, KeyError):
            return JSONResponse({}, 404)
        except Conflict as conflict:
            return JSONResponse(answers.conflict_json(conflict.entry, await answers.body(request)), 409)
        except Broken as broken:
            return JSONResponse({"findings": [answers.finding_json(one) for one in broken.findings]}, 422)
        except Exception as error:
            return JSONResponse({"problems": [problem_json(Remark(fault(request.url.path, error)))]}, 500)

    return answer
