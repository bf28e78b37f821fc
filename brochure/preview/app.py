"""The addresses of the preview, and what they answer. All bodies are JSON; all names in them are below.

A brochure's ``ID`` is ``CAREER.LAYOUT.EDITION.LANGUAGE``, looked up among those there are; a ``KEY`` is a message's
context. Rectangles are ``[x, y, width, height]`` in fractions of the page (0 to 1) from its top left. A ``problem`` is
``{severity, where, what, hint, key, page}``; where (``file:line``) may be empty, key and page (its number) may be null.
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
        {edit, watching, seconds, languages: [{tag, name, dir, source}], brochures: [{id, career, layout, edition, language,
        imposed, state, errors, warnings, cover}]}; edit says whether the editing addresses are there; watching how many files,
        seconds how long the last drawing took (null before it); cover is a picture's address or null
    GET  /api/brochures/ID
        {id, career, layout, edition, language, dir, state, version, seconds, pages: [{number, name, picture, width, height,
        trim, bleed, safe, folds, panels, spots}], order: [key], problems: [problem], failure: [problem]}; state is "waiting"
        (it is being drawn, an event follows), "ready" or "failed" (pages are the last good ones, failure says why; else
        failure is empty); number counts from 1; width and height in mm; trim is a rectangle; bleed and safe are rectangles or
        null; folds are fractions of the width; panels: [{name, box, turn}]; spots: [{key, box, text}], one for each fragment
        of a line; order has all keys in reading order
    GET  /api/pictures/ID/N.DIGEST.jpg
        the page's picture; it never changes
    GET  /api/events
        server-sent events, each with JSON:
        brochure {id, state, version, changed: [number]}: fetch it again, and swap these pages
        drawing {id}: it is being drawn now
        project {watching}: fetch the list again
        failure {problems: [problem]}: the project itself cannot be read; empty when it can again

What cannot be read or written is answered with 400 {problems: [problem]}, what is not there with 404, a fault of the
program with 500 {problems: [problem]}. With ``--edit`` there are also:

    GET  /api/messages/ID/KEY
        {key, english, old, text, fuzzy, note, comment, editable, version, findings, gauge, similar, terms, undo}; old is the
        English it was translated from, where it is another, else ""; note is for translators; comment is the translator's
        own; editable is false for the source language; version is that of the message as it stands in the file; gauge may be
        null; similar: [{english, text}]; terms: [{term, words: [text], note}]; undo says whether there is something to undo
    POST /api/try
        {id, key, text} → {pages: [as above], findings, gauge, failure: [problem]}: the page or pages on which the message
        stands, drawn with this text, nothing saved; {late: true} where a newer try came
    POST /api/save
        {id, key, text, fuzzy, version} → as GET /api/messages; 409 {english, mine, theirs, fuzzy, version} where somebody
        else has written another text for this message meanwhile (save again with this version to overrule it); 422 {findings}
        where the text would break the page
    POST /api/undo
        {} → as GET /api/messages, with "id", of the message whose last saving was undone; 409 as above; 404 where there is
        nothing to undo
"""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from brochure.errors import BrochureError
from brochure.preview import answers
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
    gallery, desk = Gallery(state, watch, editing=editing), Desk(state, watch, editor)
    routes = [("/", gallery.page), ("/static/{name}", gallery.static), ("/fonts.css", gallery.fonts),
              ("/fonts/{number:int}.ttf", gallery.font), ("/api/words", gallery.words),
              ("/api/brochures", gallery.brochures), ("/api/brochures/{id}", gallery.brochure),
              ("/api/pictures/{id}/{name}", gallery.picture), ("/api/events", gallery.events)]
    posts = list[tuple[str, Handler]]()
    if editing:
        routes.append(("/api/messages/{id}/{key}", desk.message))
        posts += [("/api/try", desk.attempt), ("/api/save", desk.save), ("/api/undo", desk.undo)]
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
