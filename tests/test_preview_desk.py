"""The desk as it is asked: comments, approvals, what changed in the English, two languages, and the list of problems."""

import asyncio
import datetime
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from factories import Folder, tiny
from previews import PATIENCE, Ear, Preview
from starlette.requests import Request

from brochure.preview import app, words
from brochure.preview.desk import Desk
from brochure.preview.edit import Editor, Unknown
from brochure.preview.person import Person
from brochure.preview.reading import Reading
from brochure.preview.state import State
from brochure.preview.watch import Watch
from brochure.preview.worker import Worker
from brochure.project import Job, discover
from brochure.review import signature

ID, KEY, KHMER = "nurse.card.paper.km", "nurse.hook", "ថែទាំមនុស្ស"
PO, CSV = "locales/km/LC_MESSAGES/nurse.po", "locales/km/signoff.csv"
MESSAGE = f"/api/messages/{ID}/{KEY}"


@pytest.fixture
def preview(tmp_path: Any) -> Iterator[Preview]:
    with Preview(tiny(tmp_path / "project"), "--edit", "--no-open", "--name", "Sok Dara <sok@example.test>") as found:
        yield found
    assert found.said == ""


def posted(**more: Any) -> dict[str, Any]:
    return {"id": ID, "key": KEY, **more}


def problems(preview: Preview, kind: str, wanted: int) -> list[Any]:
    """The problems of a kind, as soon as there are so many."""
    end = time.monotonic() + PATIENCE
    while len(found := [one for one in preview.brochure(ID)["problems"] if one["kind"] == kind]) != wanted:
        assert time.monotonic() < end, found
        time.sleep(0.05)
    return found


def shape(after: str) -> set[str]:
    """The names of the first answer that the contract describes after these words."""
    text = (app.__doc__ or "").partition(after)[2]
    text, depth = text[text.index("{") :], 0
    for at, sign in enumerate(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if not depth:
            return set(re.findall(r"(\w+)(?=[,:}])", re.sub(r"\[[^\[\]]*\]", "", text[: at + 1])))
    return set()


def test_the_answers_are_as_the_contract_says(preview: Preview) -> None:
    (old,) = problems(preview, "finding", 1)
    assert set(old) == shape("A ``problem`` is")
    found, listed = preview.brochure(ID), preview.get("/api/brochures").json()
    assert set(found) == shape("GET  /api/brochures/ID")
    assert set(listed) == shape("GET  /api/brochures\n")
    assert set(listed["brochures"][0]) == shape("name, dir, source}],")
    message = preview.get(MESSAGE).json()
    assert set(message) == shape("GET  /api/messages/ID/KEY")
    assert set(message["findings"][0]) == shape("A ``finding`` is") and set(message["gauge"]) == shape("A ``gauge`` is")
    late = preview.post("/api/save", posted(text="", fuzzy=False, version=""))
    assert late.status == 409 and set(late.json()) == shape("it stays;")
    assert set(preview.post("/api/approve", posted(version=message["version"])).json()["approval"]) == shape("approval: null, or")


def test_a_comment_is_saved_shown_in_a_conflict_and_taken_back(preview: Preview) -> None:
    before = (preview.project / PO).read_bytes()
    message = preview.get(MESSAGE).json()
    assert (message["comment"], message["changes"], message["lang"]) == ("", [], "km")
    body = posted(text=KHMER, fuzzy=False, version=message["version"])
    saved = preview.post("/api/save", body | {"comment": "A.\r\nB."}).json()
    assert (saved["comment"], saved["text"], saved["undo"]) == ("A.\nB.", KHMER, True)
    assert b"\n# A.\n# B.\nmsgctxt" in (preview.project / PO).read_bytes()
    late = preview.post("/api/save", body | {"comment": ""})
    assert late.status == 409 and (late.json()["comment"], late.json()["theirs"]) == ("A.\nB.", KHMER)
    kept = preview.post("/api/save", body | {"text": "ថែទាំ", "version": saved["version"]}).json()
    assert (kept["comment"], kept["text"]) == ("A.\nB.", "ថែទាំ")
    assert preview.post("/api/save", body | {"comment": None, "version": kept["version"]}).status == 400
    assert preview.post("/api/save", body | {"comment": ["A."], "version": kept["version"]}).status == 400
    preview.post("/api/undo", {})
    undone = preview.post("/api/undo", {}).json()
    assert (undone["comment"], undone["undo"]) == ("", False)
    assert (preview.project / PO).read_bytes() == before


def test_a_message_is_approved_as_it_is(preview: Preview) -> None:
    message, before = preview.get(MESSAGE).json(), (preview.project / PO).read_bytes()
    others = {path: path.read_bytes() for path in preview.project.path.rglob("*") if path.is_file()}
    assert (message["approval"], message["signs"]) == (None, True)
    assert preview.get("/api/brochures").json()["you"] == "Sok Dara"
    done = preview.post("/api/approve", posted(version=message["version"]))
    today = datetime.date.today().isoformat()
    assert done.status == 200 and done.json()["approval"] == {"by": "Sok Dara", "on": today, "stands": True}
    row = f"{KEY},{signature.fingerprint('Care for people.', KHMER)},Sok Dara,{today}\n"
    assert (preview.project / CSV).read_text("utf-8") == f"key,hash,by,date\n{row}"
    assert (preview.project / PO).read_bytes() == before and not done.json()["undo"]
    now = {path: path.read_bytes() for path in preview.project.path.rglob("*") if path.is_file()}
    assert {path for path in now if now[path] != others.get(path)} == {preview.project / CSV}
    assert {one["key"] for one in problems(preview, "unsigned", 6)} == {
        "nurse.title", "nurse.what.title", "nurse.what.intro", "nurse.what.pay", "nurse.what.pay.source", "common.as_of"}
    doubted = preview.post("/api/save", posted(text=KHMER, fuzzy=True, version=message["version"])).json()
    assert not doubted["approval"]["stands"]
    message = preview.post("/api/save", posted(text=KHMER, fuzzy=False, version=doubted["version"])).json()
    assert message["approval"]["stands"]
    changed = preview.post("/api/save", posted(text="ថែទាំ", fuzzy=False, version=message["version"])).json()
    assert changed["approval"] == {"by": "Sok Dara", "on": today, "stands": False}
    late = preview.post("/api/approve", posted(version=message["version"]))
    assert late.status == 409 and late.json()["theirs"] == "ថែទាំ"
    fuzzy = preview.post("/api/save", posted(text="ថែទាំ", fuzzy=True, version=changed["version"])).json()
    refused = preview.post("/api/approve", posted(version=fuzzy["version"]))
    assert refused.status == 400 and "fuzzy" in refused.json()["problems"][0]["what"]
    assert (preview.project / CSV).read_text("utf-8").count("\n") == 2
    assert preview.post("/api/approve", posted(version=fuzzy["version"]) | {"id": "nurse.card.paper.en"}).status == 404


def test_the_last_approval_that_stands_is_told(preview: Preview) -> None:
    mark = signature.fingerprint("Care for people.", KHMER)
    rows = [f"{KEY},{mark},Anna,2026-01-02", f"{KEY},{mark},Bo,2026-01-01", f"{KEY},0123456789abcdef,Chan,2026-01-03"]
    preview.project.write(CSV, "\n".join(["key,hash,by,date", *rows, ""]))
    assert preview.get(MESSAGE).json()["approval"] == {"by": "Anna", "on": "2026-01-02", "stands": True}
    preview.project.edit(PO, KHMER, "ថែទាំ")
    assert preview.get(MESSAGE).json()["approval"] == {"by": "Chan", "on": "2026-01-03", "stands": False}
    preview.project.write(CSV, "key;hash\n")
    message = preview.get(MESSAGE)
    assert message.status == 200 and message.json()["approval"] is None
    refused = preview.post("/api/approve", posted(version=message.json()["version"]))
    assert refused.status == 400 and refused.json()["problems"][0]["where"] == f"{CSV}:1"


def test_what_changed_in_the_english_is_told_in_words_and_an_older_text_is_fuzzy(preview: Preview) -> None:
    preview.project.edit("templates/content/nurse.toml", '"Care for people."', '"Care for old people."')
    assert [one["key"] for one in problems(preview, "fuzzy", 1)] == [KEY]
    assert preview.get(MESSAGE).json()["changes"] == [
        {"text": "Care for ", "kind": "same"}, {"text": "old ", "kind": "new"}, {"text": "people.", "kind": "same"}]
    refused = preview.post("/api/approve", posted(version=preview.get(MESSAGE).json()["version"]))
    assert refused.status == 400 and "older text" in refused.json()["problems"][0]["what"]


def test_problems_come_after_the_picture_and_are_counted(preview: Preview) -> None:
    def told() -> list[str]:
        return [line.partition('"changed": ')[2] for line in ear.heard if f'"id": "{ID}"' in line and '"changed"' in line]

    ear = Ear(preview)
    (old,) = problems(preview, "finding", 1)
    preview.project.edit(PO, f'msgstr "{KHMER}"', 'msgstr "ថែទាំ  មនុស្ស"')
    (found,) = [one for one in problems(preview, "finding", 2) if one["severity"] == "warning"]
    assert (old["severity"], found["key"], found["page"], found["lang"]) == ("remark", KEY, 1, "km")
    assert found["where"].startswith(f"{PO}:")
    end = time.monotonic() + PATIENCE
    while len(told()) < 4 and time.monotonic() < end:
        time.sleep(0.05)
    assert told()[:3] == ["[1]}", "[]}", "[1]}"] and set(told()[3:]) == {"[]}"}  # the picture, then what there is to say of it
    ear.close()
    (listed,) = [one for one in preview.get("/api/brochures").json()["brochures"] if one["id"] == ID]
    count = [one["severity"] for one in preview.brochure(ID)["problems"]]
    assert (listed["errors"], listed["warnings"]) == (count.count("error"), count.count("warning"))


def test_careers_are_called_as_in_the_catalog(preview: Preview) -> None:
    def titles() -> dict[str, str]:
        every = preview.get("/api/brochures").json()["brochures"]
        return {one["language"]: one["title"] for one in every if one["language"] in ("en", "km")}

    assert titles() == {"en": "Nurse", "km": "គិលានុបដ្ឋាក"}
    preview.project.edit(PO, 'msgid "Nurse"\nmsgstr "គិលានុបដ្ឋាក"', 'msgid "Nurse"\nmsgstr ""')
    assert titles()["km"] == "Nurse"
    preview.project.append(PO, 'msgstr "\n')
    assert titles()["km"] == "Nurse"
    preview.project.append("templates/content/nurse.toml", "[")
    assert titles() == {"en": "nurse", "km": "nurse"}


def test_another_language_than_the_brochures_is_not_there(preview: Preview) -> None:
    version = preview.get(MESSAGE).json()["version"]
    for lang, status in (("en", 404), ("fr", 404), ("", 404), ("..", 404), ("km", 200)):
        assert preview.get(f"{MESSAGE}?lang={lang}").status == status
        for path in ("/api/try", "/api/save", "/api/approve"):
            assert preview.post(path, posted(text=KHMER, fuzzy=False, version=version, lang=lang)).status == status
            assert preview.post(path, posted(text=KHMER, fuzzy=False, version=version, lang=1)).status == 400


def asked(desk: Desk, name: str, query: str = "", **body: Any) -> Any:
    """What the desk answers of a brochure."""

    async def receive() -> Any:
        return {"type": "http.request", "body": json.dumps(body).encode()}

    scope = {"type": "http", "method": "GET", "headers": [], "query_string": query.encode(),
             "path_params": {"id": name, "key": KEY}}
    made = asyncio.run((desk.save if body else desk.message)(Request(scope, receive)))
    return json.loads(bytes(made.body))


def test_a_message_of_two_languages_is_asked_for_with_its_own(project: Folder) -> None:
    state, reading = State(discover(project.path)), Reading()
    desk = Desk(state, Watch(state, Worker(), reading.forget), Editor(Person(), reading))
    for language in ("en+km", "km-XT"):
        one = replace(state.brochures[ID], job=Job("nurse", "card", "paper", language))
        state.brochures[one.id] = one
    pair = "nurse.card.paper.en+km"
    source, khmer = asked(desk, pair, "lang=en"), asked(desk, pair, "lang=km")
    assert (source["text"], source["editable"], source["lang"]) == ("Care for people.", False, "en")
    assert (khmer["text"], khmer["editable"], khmer["lang"]) == (KHMER, True, "km")
    for query in ("", "lang=en%2Bkm", "lang=fr"):
        with pytest.raises(Unknown):
            asked(desk, pair, query)
    body = {"id": pair, "key": KEY, "text": "ថែទាំ", "fuzzy": False, "version": khmer["version"]}
    for wrong in ({}, {"lang": "en"}):
        with pytest.raises(Unknown):
            asked(desk, pair, **body, **wrong)
    assert asked(desk, pair, **body, lang="km")["text"] == "ថែទាំ"
    made = asked(desk, "nurse.card.paper.km-XT")
    assert not made["editable"] and not made["signs"] and made["text"] not in ("Care for people.", KHMER, "ថែទាំ")
    assert set(words.titles(state.project, {("nurse", "km-XT")}).values()).isdisjoint({"Nurse", "nurse"})


def test_nobody_approves_where_no_name_is_known(project: Folder) -> None:
    with Preview(project, "--edit", "--no-open", GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null") as preview:
        assert preview.get("/api/brochures").json()["you"] == ""
        message = preview.get(MESSAGE).json()
        assert not message["signs"]
        refused = preview.post("/api/approve", posted(version=message["version"]))
        assert refused.status == 400 and refused.json()["problems"][0]["where"] == "--name"
        assert not (project / CSV).exists()
