"""Desk: the addresses at which a translator reads, tries and saves; ``app`` says what they answer."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from brochure.preview import answers, drawing
from brochure.preview.drawing import Remark
from brochure.preview.edit import Editor, Unknown
from brochure.preview.entries import Entry
from brochure.preview.state import Brochure, State, page_json, problem_json
from brochure.preview.watch import Watch


class Desk:
    """The handlers."""

    def __init__(self, state: State, watch: Watch, editor: Editor) -> None:
        self.state, self.watch, self.editor = state, watch, editor

    async def message(self, request: Request) -> Response:
        """A message as it is in its catalog."""
        one = self.state.brochures[request.path_params["id"]]
        return await self._message(one, request.path_params["key"])

    async def attempt(self, request: Request) -> Response:
        """The pages on which it stands, with another text."""
        one, key, text = await self._asked(request)
        project, tag = self.state.project, one.job.language
        instead = await asyncio.to_thread(self.editor.instead, project, tag, key, text)
        entry = await asyncio.to_thread(self.editor.read, project, tag, key)
        findings = await asyncio.to_thread(self.editor.findings, project, tag, entry, text)
        answer = {"findings": [answers.finding_json(finding) for finding in findings], "pages": [], "gauge": None, "failure": []}
        try:
            made = await self.watch.attempt(one, instead, key)
        except Exception as error:
            failure = drawing.failure(one.job, error)
            return JSONResponse(answer | {"failure": [problem_json(Remark(problem)) for problem in failure]})
        if made is None:
            return JSONResponse({"late": True})
        pages = [page_json(one.id, page) for page in made.pages]
        return JSONResponse(answer | {"pages": pages, "gauge": answers.gauge_json(made.gauges.get(key))})

    async def save(self, request: Request) -> Response:
        """Write one message."""
        one, key, text = await self._asked(request)
        body = await answers.body(request)
        fuzzy, version = body.get("fuzzy"), body.get("version")
        if not isinstance(fuzzy, bool) or not isinstance(version, str):
            raise answers.unclear()
        entry = await asyncio.to_thread(self.editor.save, self.state.project, one.job.language, key, text, fuzzy, version)
        return await self._message(one, key, entry)

    async def undo(self, request: Request) -> Response:
        """Take back what was saved last."""
        await answers.body(request)
        if not self.editor.undoable:
            return JSONResponse({}, 404)
        tag, entry = await asyncio.to_thread(self.editor.undo, self.state.project)
        one = next(one for one in self.state.brochures.values() if one.job.language == tag)
        shown = [found for found in self.state.brochures.values() if found.job.language == tag and found.drawing
                 and entry.key in found.drawing.order]
        return await self._message(shown[0] if shown else one, entry.key, entry)

    async def _asked(self, request: Request) -> tuple[Brochure, str, str]:
        """The brochure, the key and the text of a request; a source language's text is no message of a catalog."""
        body = await answers.body(request)
        name, key, text = (body.get(part) for part in ("id", "key", "text"))
        if not (isinstance(name, str) and isinstance(key, str) and isinstance(text, str) and answers.sound(text)):
            raise answers.unclear()
        one = self.state.brochures[name]
        if self.state.project.language(one.job.language).source:
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
            "findings": [answers.finding_json(finding) for finding in findings],
            "gauge": answers.gauge_json(one.drawing.gauges.get(key) if one.drawing else None),
            "similar": [{"english": found.msgid, "text": found.msgstr}
                        for found in await do(self.editor.alike, project, tag, entry)],
            "terms": [vars(term) for term in await do(self.editor.terms, project, tag, entry)],
            "undo": self.editor.undoable,
        })
