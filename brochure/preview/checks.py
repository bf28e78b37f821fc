"""Checks: what is to be said of the messages that a brochure prints, beside how they fit.

To check a language takes longer than to show a picture. So it is done in a thread, a while after somebody has looked at a
brochure of it; until then, what was found before is said.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from brochure.catalog import store
from brochure.catalog.check import run
from brochure.catalog.check.facts import Facts, Message
from brochure.catalog.check.rules import Finding
from brochure.catalog.copy import FUZZY, MISSING, READY, Copy
from brochure.content import Message as Printed
from brochure.errors import BrochureError, CatalogError, Problem
from brochure.preview.drawing import Remark
from brochure.preview.reading import Read, Reading, translation
from brochure.preview.state import Brochure, State
from brochure.project import Project
from brochure.review import signature
from brochure.review.signature import SIGNED, Approvals
from brochure.run import fault

PAUSE = 0.3  # seconds from the question to the work: by then the pictures have been fetched
FOUND, UNSIGNED = "finding", "unsigned"
KINDS = {MISSING: "missing", FUZZY: "fuzzy"}
COUNTED = ("T01", "T02")  # rules that say again what is missing and fuzzy

Said = tuple[str, str]  # a file, whose lines may have moved since, and what is said of it


@dataclass(frozen=True)
class Checked:
    """What was found in a language: ``said`` has kinds and problems by message, ``gaps`` the messages of which drawing says the
    same (by what it says), ``more`` is about no message."""

    turn: int
    said: Mapping[str, Sequence[tuple[str, Problem]]]
    gaps: Mapping[Said, str]
    more: tuple[Problem, ...] = ()


class Checks:
    """What was found, and the work of finding it."""

    def __init__(self, state: State, reading: Reading) -> None:
        self.state, self.reading = state, reading
        self._checked: dict[str, Checked] = {}
        self._alone: dict[str, tuple[Facts, dict[Message, list[Finding]]]] = {}  # the findings in each message alone
        self._wanted: dict[str, Brochure] = {}
        self._task: asyncio.Task[None] | None = None

    def want(self, one: Brochure) -> None:
        """Somebody looks at this brochure: check its languages if that was not done since a file has changed."""
        if self._stale(one):
            self._wanted[one.id] = one
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._work())

    def remarks(self, one: Brochure) -> tuple[Remark, ...]:
        """Everything that is known to be wrong with a brochure: what does not fit first, then message by message."""
        made = one.drawing
        if made is None:
            return ()
        there = {tag: self._checked[tag] for tag in one.job.languages if tag in self._checked}
        same = [(remark, _same(remark, there.values(), there.get(remark.lang or ""))) for remark in made.remarks]
        drawn = [remark for remark, key in same if key is None]
        unseen = [key for _, key in same if key is not None]
        pages = {(spot.key, spot.lang or one.job.language): page.number for page in reversed(made.pages) for spot in page.spots}
        drawn += [Remark(problem) for checked in there.values() for problem in checked.more if problem not in one.failure]
        return (*drawn, *(Remark(problem, key, pages.get((key, tag)), kind, tag) for key in dict.fromkeys((*made.order, *unseen))
                          for tag, checked in there.items() for kind, problem in checked.said.get(key, ())))

    def _stale(self, one: Brochure) -> list[str]:
        """The languages of a brochure that are to be checked."""
        return [tag for tag in one.job.languages if translation(self.state.project.language(tag))
                and (tag not in self._checked or self._checked[tag].turn != self.reading.turn)]

    async def _work(self) -> None:
        while self._wanted:
            await asyncio.sleep(PAUSE)
            self._wanted = {name: one for name, one in self._wanted.items() if self.state.brochures.get(name) is one}
            if any(one.stale or one.busy for one in self._wanted.values()):  # its picture comes first
                continue
            asked, self._wanted = self._wanted, {}
            before = {name: self.remarks(one) for name, one in asked.items()}
            for tag in dict.fromkeys(tag for one in asked.values() for tag in self._stale(one)):
                turn = self.reading.turn
                try:
                    self._checked[tag] = await asyncio.to_thread(self._check, self.state.project, tag, turn)
                except BrochureError as error:
                    self._checked[tag] = Checked(turn, {}, {}, error.problems)
                except Exception as error:
                    self._checked[tag] = Checked(turn, {}, {}, (fault(f"locales/{tag}", error),))
            for name, one in asked.items():
                if self.remarks(one) != before[name]:
                    self.state.tell("brochure", id=one.id, state=one.state, version=one.version, changed=[])

    def _check(self, project: Project, tag: str, turn: int) -> Checked:
        read = self.reading.of(project, tag)
        found: dict[str, list[tuple[str, Problem]]] = {}
        errors = set[str]()
        for finding in self._findings(read, tag):
            said = FOUND, run.problems((finding,))[0]
            if said not in found.setdefault(finding.key, []):  # a rule may find the same in several places of a text
                found[finding.key].append(said)
            errors |= {finding.key} if finding.severity == "error" else set()
        copy = Copy(project.language(tag), project.source.tag,
                    tuple(store.parse(one.data, one.name, tag) for one in read.catalogs if one.data is not None), gaps=True)
        approvals, more = None, tuple[Problem, ...]()
        if signature.path(project.root, tag).is_file():
            try:
                approvals = signature.load(project.root, tag)
            except CatalogError as error:
                more = error.problems
        gaps = dict[Said, str]()
        for key, kind, problem in _states(read.facts, copy, approvals):
            if kind == UNSIGNED:
                found.setdefault(key, []).append((kind, problem))
                continue
            gaps[_said(problem)] = key
            if key not in errors:  # a text that cannot be used counts as missing, and its finding says why
                found.setdefault(key, []).insert(0, (kind, problem))
        return Checked(turn, found, gaps, more)

    def _findings(self, read: Read, tag: str) -> Iterator[Finding]:
        """What the rules find; a message that is as it was is not judged again."""
        facts, before = self._alone.get(tag, (read.facts, {}))
        there = before if facts == read.facts else {}
        now = dict[Message, list[Finding]]()
        self._alone[tag] = read.facts, now

        def loud(message: Message) -> list[Finding]:
            alone = replace(message, line=0)
            now[alone] = there[alone] if alone in there else run.loud(alone, read.facts)
            return [replace(finding, where=message.where) for finding in now[alone]]

        return (one for one in run.of_messages(read.catalogs, read.facts, loud) if one.code not in COUNTED)


def _said(problem: Problem) -> Said:
    return problem.where.partition(":")[0], problem.what


def _same(remark: Remark, every: Collection[Checked], mine: Checked | None) -> str | None:
    """The message of which drawing says what was found as well, or, of the text that it had before, something like it."""
    for checked in every:
        if key := checked.gaps.get(_said(remark.problem)):
            return key
    gap = mine is not None and remark.key in mine.gaps.values() and remark.problem.what.startswith(str(remark.key))
    return remark.key if gap else None


def _states(facts: Facts, copy: Copy, approvals: Approvals | None) -> Iterator[tuple[str, str, Problem]]:
    """The messages that are not ready, and those that are and that nobody has approved, if anybody has approved any."""
    for key, (text, _) in (facts.expected or {}).items():
        message = Printed(key, text, "", "")
        state, problem = copy.state(message), copy.problem(message)
        if problem and state != READY:
            yield key, KINDS[state], replace(problem, severity="warning")
        elif approvals is not None and approvals.of(message, copy)[0] != SIGNED:
            yield key, UNSIGNED, Problem(copy.where(key), f"{key} is not approved as it is now", "is it right? then approve it",
                                         "note")
