"""Desk: the addresses at which a translator reads, tries and saves; ``app`` says what they answer."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from brochure.paper import label
from brochure.preview import answers, drawing
from brochure.preview.drawing import Remark
from brochure.preview.edit import Editor, Unknown
from brochure.preview.entries import Draft, Entry
from brochure.preview.reading import translation
from brochure.preview.state import Brochure, State, patches_json, problem_json
from brochure.preview.watch import Watch
from brochure.review import marks


class Desk:
    """The handlers."""

    def __init__(self, state: State, watch: Watch, editor: Editor) -> None:
        self.state, self.watch, self.editor = state, watch, editor

    async def message(self, request: Request) -> Response:
        """A message as it is in its catalog."""
        one = self.state.brochures[request.path_params["id"]]
        return await self._message(one, _language(one, request.query_params.get("lang")), request.path_params["key"])

    async def attempt(self, request: Request) -> Response:
        """What another text changes on the pages."""
        one, tag, key = self._asked(body := await answers.body(request))
        project, text = self.state.project, _text(body, "text")
        instead = await asyncio.to_thread(self.editor.instead, project, tag, key, text)
        entry = await asyncio.to_thread(self.editor.read, project, tag, key)
        findings = await asyncio.to_thread(self.editor.findings, project, tag, entry, Draft(text))
        found = [answers.finding_json(finding) for finding in findings]
        answer = {"findings": found, "patches": [], "gauge": None, "failure": []}
        try:
            made = await self.watch.attempt(one, instead, key, tag)
        except Exception as error:
            failure = drawing.failure(one.job, error)
            return JSONResponse(answer | {"failure": [problem_json(Remark(problem)) for problem in failure]})
        if made is None:
            return JSONResponse({"late": True})
        return JSONResponse(answer | {"patches": patches_json(one.id, made.patches), "gauge": answers.gauge_json(made.gauge)})

    async def save(self, request: Request) -> Response:
        """Write one message."""
        one, tag, key = self._asked(body := await answers.body(request))
        fuzzy, comment = body.get("fuzzy"), _text(body, "comment") if "comment" in body else None
        if not isinstance(fuzzy, bool):
            raise answers.unclear()
        draft = Draft(_text(body, "text"), fuzzy, comment)
        entry = await asyncio.to_thread(self.editor.save, self.state.project, tag, key, draft, _text(body, "version"))
        return await self._message(one, tag, key, entry)

    async def approve(self, request: Request) -> Response:
        """Record that a message is right."""
        one, tag, key = self._asked(body := await answers.body(request))
        entry = await asyncio.to_thread(self.editor.approve, self.state.project, tag, key, _text(body, "version"))
        return await self._message(one, tag, key, entry)

    async def undo(self, request: Request) -> Response:
        """Take back what was saved last."""
        await answers.body(request)
        if not self.editor.undoable:
            return JSONResponse({}, 404)
        tag, entry = await asyncio.to_thread(self.editor.undo, self.state.project)
        there = [one for one in self.state.brochures.values() if tag in one.job.languages]
        shown = [one for one in there if one.drawing and entry.key in one.drawing.order]
        return await self._message((shown or there)[0], tag, entry.key, entry)

    def _asked(self, body: Mapping[str, Any]) -> tuple[Brochure, str, str]:
        """The brochure, the language and the key of a request; only a translation is a message of a catalog."""
        name, key, tag = _text(body, "id"), _text(body, "key"), _text(body, "lang") if "lang" in body else None
        one = self.state.brochures[name]
        tag = _language(one, tag)
        if not translation(self.state.project.language(tag)):
            raise Unknown(key)
        return one, tag, key

    async def _message(self, one: Brochure, tag: str, key: str, entry: Entry | None = None) -> Response:
        project, do = self.state.project, asyncio.to_thread
        if entry is None:
            entry = await do(self.editor.read, project, tag, key)
        editable = translation(project.language(tag))
        findings = await do(self.editor.findings, project, tag, entry, Draft(entry.text)) if editable else ()
        approval = await do(self.editor.approval, project, tag, entry) if editable else None
        changes = marks.changes(entry.old, entry.english, project.source.tag) if entry.old else ()
        return JSONResponse({
            "id": one.id, "lang": tag, "key": key, "english": entry.english, "text": entry.text, "fuzzy": entry.fuzzy,
            "changes": [{"text": text, "kind": kind} for kind, text in changes],
            "note": entry.note, "comment": entry.comment, "editable": editable, "version": entry.version,
            "findings": [answers.finding_json(finding) for finding in findings],
            "gauge": answers.gauge_json(one.drawing.gauges.get(f"{label(one.job, tag)}{key}") if one.drawing else None),
            "similar": [{"english": found.msgid, "text": found.msgstr}
                        for found in await do(self.editor.alike, project, tag, entry)] if editable else [],
            "terms": [vars(term) for term in await do(self.editor.terms, project, tag, entry)] if editable else [],
            "approval": answers.approval_json(approval), "signs": editable and bool(self.editor.person.name),
            "undo": self.editor.undoable,
        })


def _text(body: Mapping[str, Any], name: str) -> str:
    """A text that was sent; raise UsageError where there is none."""
    text = body.get(name)
    if not answers.sound(text):
        raise answers.unclear()
    return str(text).replace("\r\n", "\n")


def _language(one: Brochure, tag: str | None) -> str:
    """The language that was named, which may be left out where there is one only; raise Unknown for another one."""
    if tag is None and not one.job.pair:
        return one.job.language
    if tag not in one.job.languages:
        raise Unknown(tag)
    return tag
