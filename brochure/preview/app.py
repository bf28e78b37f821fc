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
        of a line, with ``lang`` where the brochure has two; order has all keys in reading order
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
        {id, key, text} → {patches: [{number, box, picture, spots}], findings, gauge, failure: [problem]}: what this text changes,
        nothing saved: pictures that lie over page ``number`` at ``box``, and spots (in fractions of the page) in place of those
        whose middle lies in the box; {late: true} where a newer try came
    POST /api/save
        {id, key, text, fuzzy, version} → as GET /api/messages; 409 {english, mine, theirs, fuzzy, version} where somebody
        else has written another text for this message meanwhile (save again with this version to overrule it); 422 {findings}
        where the text would break the page
    POST /api/undo
        {} → as GET /api/messages, with "id", of the message whose last saving was undone; 409 as above; 404 where there is
        nothing to undo
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from brochure.errors import BrochureError, Problem, UsageError
from brochure.preview import drawing, edit, faces, words
from brochure.preview.drawing import Gauge, Remark
from brochure.preview.edit import Broken, Conflict, Editor, Unknown
from brochure.preview.entries import Entry
from brochure.preview.state import Brochure, State, TooMany, address, page_json, patches_json, problem_json
from brochure.preview.watch import Watch
from brochure.run import fault

STATIC = Path(__file__).parent / "static"
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
PICTURE = re.compile(r"(\d{1,4})\.([0-9a-f]{20})\.jpg")
FOR_EVER = {"cache-control": "private, max-age=31536000, immutable"}
PING = 15.0  # seconds of silence until a line is sent that says nothing: so it is noticed that a browser has gone
Handler = Callable[[Request], Awaitable[Response]]


def app(state: State, watch: Watch, editor: Editor, *, editing: bool) -> Starlette:
    """The application; who may ask it is for ``guard`` to say."""
    desk = _Desk(state, watch, editor, editing)
    routes = [("/", desk.page), ("/static/{name}", desk.static), ("/fonts.css", desk.fonts),
              ("/fonts/{number:int}.ttf", desk.font), ("/api/words", desk.words),
              ("/api/brochures", desk.brochures), ("/api/brochures/{id}", desk.brochure),
              ("/api/pictures/{id}/{name}", desk.picture), ("/api/events", desk.events)]
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
            entry = conflict.entry
            return JSONResponse({"english": entry.english, "theirs": entry.text, "fuzzy": entry.fuzzy, "version": entry.version,
                                 "mine": (await _body(request)).get("text", "")}, 409)
        except Broken as broken:
            return JSONResponse({"findings": [edit.finding_json(one) for one in broken.findings]}, 422)
        except Exception as error:
            return JSONResponse({"problems": [problem_json(Remark(fault(request.url.path, error)))]}, 500)

    return answer


class _Desk:
    """The handlers."""

    def __init__(self, state: State, watch: Watch, editor: Editor, editing: bool) -> None:
        self.state, self.watch, self.editor, self.editing = state, watch, editor, editing
        self._static = {path.name: path for path in STATIC.iterdir() if path.suffix in KINDS}

    async def page(self, _: Request) -> Response:
        return self._file("index.html")

    async def static(self, request: Request) -> Response:
        return self._file(request.path_params["name"])

    async def fonts(self, _: Request) -> Response:
        return Response(await asyncio.to_thread(faces.sheet, self.state.project), media_type="text/css")

    async def font(self, request: Request) -> Response:
        path = faces.file(self.state.project.root, request.path_params["number"])
        return FileResponse(path, media_type="font/ttf", headers={"cache-control": "no-store"}) if path else JSONResponse({}, 404)

    async def words(self, request: Request) -> Response:
        tag = request.query_params.get("lang", "")
        known = {language.tag for language in self.state.project.languages}
        return JSONResponse(await asyncio.to_thread(
            words.words, self.state.project, tag if tag in known else self.state.project.source.tag))

    async def brochures(self, _: Request) -> Response:
        state = self.state
        return JSONResponse({
            "edit": self.editing, "watching": state.watching, "seconds": state.seconds,
            "languages": [{"tag": one.tag, "name": one.name, "dir": one.direction, "source": one.source}
                          for one in state.project.languages],
            "brochures": [self._head(one) | {
                "imposed": one.imposed, "errors": one.count("error"), "warnings": one.count("warning"),
                "cover": address(one.id, one.drawing.pages[0]) if one.drawing and one.drawing.pages else None}
                for one in state.brochures.values()],
        })

    async def brochure(self, request: Request) -> Response:
        one = self.state.brochures[request.path_params["id"]]
        self.watch.look(one)
        made = one.drawing
        return JSONResponse(self._head(one) | {
            "dir": self.state.project.language(one.job.languages[0]).direction, "version": one.version, "seconds": one.seconds,
            "pages": [page_json(one.id, page) for page in made.pages] if made else [], "order": made.order if made else (),
            "problems": [problem_json(remark) for remark in made.remarks] if made else [],
            "failure": [problem_json(Remark(problem)) for problem in one.failure or self.state.failure],
        })

    async def picture(self, request: Request) -> Response:
        named = PICTURE.fullmatch(request.path_params["name"])
        data = named and self.state.picture(request.path_params["id"], int(named[1]), named[2])
        return Response(data, media_type="image/jpeg", headers=FOR_EVER) if data else JSONResponse({}, 404)

    async def events(self, _: Request) -> Response:
        try:
            queue = self.state.listen()
        except TooMany:
            return JSONResponse({}, 503)
        self.watch.wake()
        return StreamingResponse(self._news(queue), media_type="text/event-stream")

    async def _news(self, queue: "asyncio.Queue[str]") -> AsyncIterator[str]:
        try:
            yield "retry: 1000\n\n"
            while self.state.listens(queue) or not queue.empty():
                try:
                    if not (news := await asyncio.wait_for(queue.get(), PING)):
                        return
                    yield news
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self.state.leave(queue)

    async def message(self, request: Request) -> Response:
        one = self.state.brochures[request.path_params["id"]]
        return await self._message(one, request.path_params["key"])

    async def attempt(self, request: Request) -> Response:
        one, key, text = await self._asked(request)
        project, tag = self.state.project, (await _body(request)).get("lang") or one.job.language
        instead = await asyncio.to_thread(self.editor.instead, project, tag, key, text)
        entry = await asyncio.to_thread(self.editor.read, project, tag, key)
        findings = await asyncio.to_thread(self.editor.findings, project, tag, entry, text)
        answer = {"findings": [edit.finding_json(finding) for finding in findings], "patches": [], "gauge": None, "failure": []}
        try:
            made = await self.watch.attempt(one, instead, key, tag)
        except Exception as error:
            failure = drawing.failure(one.job, error)
            return JSONResponse(answer | {"failure": [problem_json(Remark(problem)) for problem in failure]})
        if made is None:
            return JSONResponse({"late": True})
        return JSONResponse(answer | {"patches": patches_json(one.id, made.patches), "gauge": _gauge(made.gauge)})

    async def save(self, request: Request) -> Response:
        one, key, text = await self._asked(request)
        body = await _body(request)
        fuzzy, version = body.get("fuzzy"), body.get("version")
        if not isinstance(fuzzy, bool) or not isinstance(version, str):
            raise _unclear()
        entry = await asyncio.to_thread(self.editor.save, self.state.project, one.job.language, key, text, fuzzy, version)
        return await self._message(one, key, entry)

    async def undo(self, request: Request) -> Response:
        await _body(request)
        if not self.editor.undoable:
            return JSONResponse({}, 404)
        tag, entry = await asyncio.to_thread(self.editor.undo, self.state.project)
        one = next(one for one in self.state.brochures.values() if one.job.language == tag)
        shown = [found for found in self.state.brochures.values() if found.job.language == tag and found.drawing
                 and entry.key in found.drawing.order]
        return await self._message(shown[0] if shown else one, entry.key, entry)

    async def _asked(self, request: Request) -> tuple[Brochure, str, str]:
        """The brochure, the key and the text of a request; a source language's text is no message of a catalog."""
        body = await _body(request)
        name, key, text = (body.get(part) for part in ("id", "key", "text"))
        if not (isinstance(name, str) and isinstance(key, str) and isinstance(text, str) and _sound(text)):
            raise _unclear()
        one = self.state.brochures[name]
        if self.state.project.language(body.get("lang") or one.job.language).source:
            raise Unknown(key)
        return one, key, text.replace("\r\n", "\n")

    async def _message(self, one: Brochure, key: str, entry: Entry | None = None) -> Response:
        project, tag, do = self.state.project, one.job.language, asyncio.to_thread
        if entry is None:
            entry = await do(self.editor.read, project, tag, key)
        source = project.language(tag).source
        findings = () if source else await do(self.editor.findings, project, tag, entry, entry.text)
        return JSONResponse({
            "id": one.id, "key": key, "english": entry.english, "old": entry.old, "text": entry.text, "fuzzy": entry.fuzzy,
            "note": entry.note, "comment": entry.comment, "editable": not source, "version": entry.version,
            "findings": [edit.finding_json(finding) for finding in findings],
            "gauge": _gauge(one.drawing.gauges.get(key) if one.drawing else None),
            "similar": [{"english": found.msgid, "text": found.msgstr}
                        for found in await do(self.editor.alike, project, tag, entry)],
            "terms": [vars(term) for term in await do(self.editor.terms, project, tag, entry)],
            "undo": self.editor.undoable,
        })

    def _file(self, name: str) -> Response:
        path = self._static[name]
        return Response(path.read_bytes(), media_type=KINDS[path.suffix])

    def _head(self, one: Brochure) -> dict[str, Any]:
        job = one.job
        return {"id": one.id, "career": job.career, "layout": job.layout, "edition": job.edition, "language": job.language,
                "state": one.state}


def _gauge(gauge: Gauge | None) -> Mapping[str, Any] | None:
    return vars(gauge) if gauge else None


def _sound(text: str) -> bool:
    """Whether the text can stand in a file: half of a character cannot."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _unclear() -> UsageError:
    return UsageError([Problem("request", "is not as the preview's page sends it", "load the page again")])


async def _body(request: Request) -> Mapping[str, Any]:
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        raise _unclear() from None
    if not isinstance(body, dict):
        raise _unclear()
    return body
