"""Gallery: the addresses at which the brochures are looked at; ``app`` says what they answer."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from brochure.preview import answers, faces, words
from brochure.preview.checks import Checks
from brochure.preview.drawing import Remark
from brochure.preview.state import Brochure, State, TooMany, address, page_json, problem_json
from brochure.preview.watch import Watch

STATIC = Path(__file__).parent / "static"
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
PICTURE = re.compile(r"(\d{1,4})\.([0-9a-f]{20})\.jpg")
FOR_EVER = {"cache-control": "private, max-age=31536000, immutable"}
PING = 15.0  # seconds of silence until a line is sent that says nothing: so it is noticed that a browser has gone


class Gallery:
    """The handlers; ``you`` is the name of the one who edits, and ``editing`` says whether there is a desk beside it."""

    def __init__(self, state: State, watch: Watch, checks: Checks, you: str, *, editing: bool) -> None:
        self.state, self.watch, self.checks, self.you, self.editing = state, watch, checks, you, editing
        self._static = {path.name: path for path in STATIC.iterdir() if path.suffix in KINDS}

    async def page(self, _: Request) -> Response:
        """The page."""
        return self._file("index.html")

    async def static(self, request: Request) -> Response:
        """One of its scripts, or its style sheet."""
        return self._file(request.path_params["name"])

    async def fonts(self, _: Request) -> Response:
        """The style sheet of the project's fonts."""
        return Response(await asyncio.to_thread(faces.sheet, self.state.project), media_type="text/css")

    async def font(self, request: Request) -> Response:
        """One of them."""
        path = faces.file(self.state.project.root, request.path_params["number"])
        return FileResponse(path, media_type="font/ttf", headers={"cache-control": "no-store"}) if path else JSONResponse({}, 404)

    async def words(self, request: Request) -> Response:
        """What the page itself says."""
        tag = request.query_params.get("lang", "")
        known = {language.tag for language in self.state.project.languages}
        return JSONResponse(await asyncio.to_thread(
            words.words, self.state.project, tag if tag in known else self.state.project.source.tag))

    async def brochures(self, _: Request) -> Response:
        """The list."""
        state, every = self.state, tuple(self.state.brochures.values())
        titles = await asyncio.to_thread(words.titles, state.project, {(one.job.career, one.job.languages[0]) for one in every})
        return JSONResponse({
            "edit": self.editing, "you": self.you, "watching": state.watching, "seconds": state.seconds,
            "languages": [{"tag": one.tag, "name": one.name, "dir": one.direction, "source": one.source}
                          for one in state.project.languages],
            "brochures": [answers.head_json(one) | self._counted(one) | {
                "title": titles[one.job.career, one.job.languages[0]], "imposed": one.imposed,
                "cover": address(one.id, one.drawing.pages[0]) if one.drawing and one.drawing.pages else None}
                for one in every],
        })

    async def brochure(self, request: Request) -> Response:
        """One brochure, which is looked at from now on."""
        one = self.state.brochures[request.path_params["id"]]
        self.watch.look(one)
        self.checks.want(one)
        made = one.drawing
        return JSONResponse(answers.head_json(one) | {
            "dir": self.state.project.language(one.job.languages[0]).direction, "version": one.version, "seconds": one.seconds,
            "pages": [page_json(one.id, page) for page in made.pages] if made else [], "order": made.order if made else (),
            "problems": [problem_json(remark) for remark in self.checks.remarks(one)],
            "failure": [problem_json(Remark(problem)) for problem in one.failure or self.state.failure],
        })

    async def picture(self, request: Request) -> Response:
        """The picture of a page as it was or is."""
        named = PICTURE.fullmatch(request.path_params["name"])
        data = named and self.state.picture(request.path_params["id"], int(named[1]), named[2])
        return Response(data, media_type="image/jpeg", headers=FOR_EVER) if data else JSONResponse({}, 404)

    async def events(self, _: Request) -> Response:
        """The news, until the browser hangs up."""
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

    def _counted(self, one: Brochure) -> dict[str, int]:
        """How many errors and warnings there are."""
        problems = (*one.failure, *(remark.problem for remark in self.checks.remarks(one)))
        return {f"{severity}s": sum(problem.severity == severity for problem in problems) for severity in ("error", "warning")}

    def _file(self, name: str) -> Response:
        path = self._static[name]
        return Response(path.read_bytes(), media_type=KINDS[path.suffix])
