"""The problems of the messages that a brochure prints: which they are, once each, and after the picture."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from factories import KHMER, Folder, po

from brochure.catalog.check import run
from brochure.errors import Problem
from brochure.preview import checks as checking
from brochure.preview.checks import Checks
from brochure.preview.drawing import Drawing, Page, Remark, Spot
from brochure.preview.reading import Reading
from brochure.preview.state import Brochure, State
from brochure.project import discover

ID, PO, CSV = "nurse.card.paper.km", "locales/km/LC_MESSAGES/nurse.po", "locales/km/signoff.csv"
KEYS = ("nurse.title", "nurse.hook", "nurse.what.title", "nurse.what.intro", "nurse.what.pay", "nurse.what.pay.source",
        "common.as_of")
WHOLE = (0.0, 0.0, 1.0, 1.0)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "PAUSE", 0.01)


class Desk:
    """A project in which one brochure was drawn; its second page begins with the third message."""

    def __init__(self, project: Folder, *drawn: Remark) -> None:
        self.state, self.reading = State(discover(project.path)), Reading()
        self.checks = Checks(self.state, self.reading)
        self.queue = self.state.listen()
        self.one = self.draw(ID, *drawn)

    def draw(self, name: str, *drawn: Remark) -> Brochure:
        one = self.state.brochures[name]
        pages = tuple(Page(number, "", 1, 1, WHOLE, None, None, (), (), tuple(Spot(key, WHOLE, "") for key in keys))
                      for number, keys in ((1, KEYS[:2]), (2, KEYS[2:])))
        one.drawing, one.stale = Drawing(pages, KEYS, {}, drawn), False
        return one

    def look(self, *others: Brochure, until: Callable[[], bool] = lambda: False) -> list[str]:
        """Look at the brochure and wait until it was checked; the events."""

        async def go() -> None:
            for one in (self.one, *others):
                self.checks.want(one)
            while (task := self.checks._task) and not task.done() and not until():
                await asyncio.sleep(0.01)

        asyncio.run(go())
        return [self.queue.get_nowait() for _ in range(self.queue.qsize())]

    @property
    def said(self) -> list[tuple[str, str | None, str, int | None]]:
        """Kind, key, severity and page of every problem."""
        return [(one.kind, one.key, one.problem.severity, one.page) for one in self.checks.remarks(self.one)]


def test_what_is_missing_fuzzy_and_found_is_said_in_reading_order(project: Folder) -> None:
    project.edit(PO, 'msgstr "ប្រាក់ខែល្អ"', 'msgstr ""')
    project.edit(PO, 'msgctxt "nurse.what.title"', '#, fuzzy\nmsgctxt "nurse.what.title"')
    project.edit(PO, "ថែទាំមនុស្ស", "ថែទាំ care ")
    project.edit("templates/content/nurse.toml", '"Labour survey"', '"Labour force survey"')
    desk = Desk(project)
    assert desk.said == []
    assert [event.split("\n")[0] for event in desk.look()] == ["event: brochure"]
    assert [row for row in desk.said if row[0] != "finding"] == [
        ("fuzzy", "nurse.what.title", "warning", 2), ("missing", "nurse.what.pay", "warning", 2),
        ("fuzzy", "nurse.what.pay.source", "warning", 2)]
    assert ("finding", "nurse.hook", "warning", 1) in desk.said
    assert [row[1] for row in desk.said] == sorted((str(row[1]) for row in desk.said), key=KEYS.index)
    every = run.check(desk.state.project, desk.state.project.language("km"))
    expected = {(one.key, one.what) for one in every if one.key in KEYS and one.code not in ("T01", "T02")}
    found = [(one.key, one.problem.what) for one in desk.checks.remarks(desk.one) if one.kind == "finding"]
    assert len(found) == len(set(found)) == len(expected) > 2
    assert all(any(key == there and what in said for there, said in found) for key, what in expected)
    assert {one.lang for one in desk.checks.remarks(desk.one)} == {"km"}


def test_what_drawing_says_too_is_said_once_and_keeps_its_place(project: Folder) -> None:
    project.write(PO, po({key: pair for key, pair in KHMER.items() if key not in ("nurse.what.pay", "nurse.keywords")}))
    gaps = [Remark(Problem(PO, f"{key} is not translated: the message is not in the file", severity="warning"))
            for key in ("nurse.what.pay", "nurse.keywords")]
    fit, other = Remark(Problem("a", "is too long"), "nurse.hook", 1, "fit"), Remark(Problem("b", "is old"))
    desk = Desk(project, fit, *gaps, other)
    assert [row[0] for row in desk.said] == ["fit", "other", "other", "other"]
    desk.look()
    assert [row for row in desk.said if row[0] != "finding"] == [
        ("fit", "nurse.hook", "error", 1), ("other", None, "error", None),
        ("missing", "nurse.what.pay", "warning", 2), ("missing", "nurse.keywords", "warning", None)]


def test_a_rule_that_finds_the_same_in_several_places_of_a_message_is_one_problem(project: Folder) -> None:
    project.edit(PO, "ថែទាំមនុស្ស", "ថែទាំ ថែទាំ ថែទាំ ថែទាំ")
    there, language = discover(project.path), discover(project.path).language("km")
    assert sum(one.code == "Y11" and one.key == "nurse.hook" for one in run.check(there, language)) > 1
    desk = Desk(project)
    desk.look()
    assert sum("stands twice" in one.problem.what for one in desk.checks.remarks(desk.one)) == 1


def test_a_text_that_cannot_be_used_is_a_finding_and_not_missing_too(project: Folder) -> None:
    project.edit(PO, "ថែទាំមនុស្ស", "ថែទាំ<b>មនុស្ស")
    desk = Desk(project)
    desk.look()
    assert {row[0] for row in desk.said if row[1] == "nurse.hook"} == {"finding"}
    assert ("finding", "nurse.hook", "error", 1) in desk.said


def test_unsigned_are_those_that_could_be_signed_where_somebody_has_signed(project: Folder) -> None:
    project.edit(PO, 'msgstr "ប្រាក់ខែល្អ"', 'msgstr ""')
    desk = Desk(project)
    desk.look()
    assert "unsigned" not in {row[0] for row in desk.said}
    project.run("catalog", "sign", "--lang", "km", "--by", "Sok", "nurse.title", "nurse.hook")
    project.edit(PO, "ថែទាំមនុស្ស", "ថែទាំ")
    desk.reading.forget()
    desk.look()
    keys = [key for key in KEYS if key not in ("nurse.title", "nurse.what.pay")]
    assert [row for row in desk.said if row[0] == "unsigned"] == [
        ("unsigned", key, "note", 1 if key in KEYS[:2] else 2) for key in keys]
    assert [row[0] for row in desk.said if row[1] == "nurse.hook"][-2:] == ["finding", "unsigned"]
    project.write(CSV, "key;hash\n")
    desk.reading.forget()
    desk.look()
    assert [one.problem.where for one in desk.checks.remarks(desk.one) if one.kind == "other"] == [f"{CSV}:1"]
    assert "unsigned" not in {row[0] for row in desk.said}


def test_the_source_language_has_nothing_to_check(project: Folder) -> None:
    desk = Desk(project)
    desk.one = desk.draw("nurse.card.paper.en")
    assert desk.look() == [] and desk.checks._task is None and desk.said == []


@pytest.mark.parametrize(("line", "key", "what"), [
    (999, None, "is not translated"), (1, "nurse.hook", "is marked as fuzzy: somebody must look at it")])
def test_what_drawing_says_is_not_said_again_before_it_was_checked_again(project: Folder, line: int, key: str | None,
                                                                         what: str) -> None:
    """A message that has moved in its file since, and one of which something else is said now."""
    project.edit(PO, 'msgstr "ថែទាំមនុស្ស"', 'msgstr ""')
    desk = Desk(project)
    desk.look()
    before = desk.said
    assert [kind for kind, key, *_ in before if key == "nurse.hook"] == ["missing"]
    about = Problem(f"{PO}:{line}", f"nurse.hook {what}", "", "warning")
    other = Problem(f"{PO}:{line}", "nurse.title is not translated", "", "warning")
    desk.draw(ID, Remark(about, key, 1, lang="km"), Remark(other, "nurse.title", 1, lang="km"))
    assert desk.said == [("other", "nurse.title", "warning", 1), *before]


def test_nothing_is_told_or_done_where_nothing_has_changed(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, judged = Desk(project), list[str]()
    real = run.loud
    monkeypatch.setattr(run, "loud", lambda message, facts: judged.append(message.key) or real(message, facts))
    desk.look()
    assert len(judged) == len(KHMER) + 1
    assert desk.look() == [] and len(judged) == len(KHMER) + 1  # no file has changed
    desk.reading.forget()
    assert desk.look() == [] and len(judged) == len(KHMER) + 1  # one that says nothing here
    project.edit(PO, 'msgctxt "nurse.name"', '# A.\nmsgctxt "nurse.name"').edit(PO, "ថែទាំមនុស្ស", "ថែទាំ")
    before = {one.problem.where for one in desk.checks.remarks(desk.one)}
    desk.reading.forget()
    desk.look()
    assert judged[len(KHMER) + 1:] == ["nurse.name", "nurse.hook"]
    assert {one.problem.where for one in desk.checks.remarks(desk.one)}.isdisjoint(before)  # a line further down
    project.append("locales/km/glossary.csv", "people,មនុស្ស,,\n")
    desk.reading.forget()
    desk.look()
    assert len(judged) == 2 * len(KHMER) + 4


def test_a_brochure_that_is_being_drawn_is_waited_for(project: Folder) -> None:
    desk = Desk(project)
    desk.one.busy, end = True, time.monotonic() + 0.3
    assert desk.look(until=lambda: time.monotonic() > end) == [] and desk.said == []
    desk.one.busy = False
    desk.look()
    assert desk.checks._checked
    gone = replace(desk.one, stale=True)
    desk.reading.forget()
    desk.one = gone
    desk.look()  # it ends, though nobody draws what is not there any more


def test_a_file_that_changes_meanwhile_is_read_again(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, real = Desk(project), Checks._check

    def slow(self: Checks, *rest: Any) -> Any:
        made = real(self, *rest)
        desk.reading.forget()
        return made

    monkeypatch.setattr(Checks, "_check", slow)
    desk.look()
    assert desk.checks._stale(desk.one) == ["km"]


def test_a_fault_is_a_problem_and_is_tried_again(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(project)
    monkeypatch.setattr(run, "of_messages", lambda *_: 1 / 0)
    desk.look()
    assert [one.problem.where for one in desk.checks.remarks(desk.one)] == ["locales/km"]
    monkeypatch.undo()
    desk.reading.forget()
    desk.look()
    assert "locales/km" not in {one.problem.where for one in desk.checks.remarks(desk.one)}


def test_a_damaged_catalog_is_said_once(project: Folder) -> None:
    project.append(PO, 'msgstr "\n')
    desk = Desk(project)
    desk.look()
    assert {one.problem.where.partition(":")[0] for one in desk.checks.remarks(desk.one)} == {PO}
    desk.one.failure = tuple(one.problem for one in desk.checks.remarks(desk.one))
    assert desk.said == []


def test_who_waits_for_what_was_read_is_not_waited_for_by_who_forgets(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    there, reading, begun, go = discover(project.path), Reading(), threading.Event(), threading.Event()
    real = run.read

    def slow(*rest: Any) -> Any:
        made = real(*rest)
        begun.set()
        assert go.wait(30)
        return made

    monkeypatch.setattr(run, "read", slow)
    thread = threading.Thread(target=reading.of, args=(there, "km"))
    thread.start()
    assert begun.wait(30)
    reading.forget()
    go.set()
    thread.join(30)
    project.edit(PO, "ថែទាំមនុស្ស", "ថែទាំ")
    assert "ថែទាំ" in {message.msgstr for message in reading.of(there, "km").messages}  # not what was read before
