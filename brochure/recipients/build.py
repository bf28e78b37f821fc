"""Build: the files of a whole list, a group of rows at a time; every file whole or not at all, and a report of every row."""

import collections
import contextlib
import functools
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from brochure import files, manifest, run
from brochure.errors import BrochureError, OutputError, Problem
from brochure.project import Job, Project
from brochure.recipients import names, roll
from brochure.recipients.report import Report
from brochure.recipients.roll import Entry, Recipient, Roll

if TYPE_CHECKING:
    from brochure.recipients.personal import Personal, Result

GROUP, LEAST = 500, 100
"""Rows that are drawn and written together, at most and if there are so many: memory is in proportion to the first."""

MANIFEST = ".schools"
REPORT = "report.csv"
SAVED = 10
"""Seconds: what was made before is known after a run that ended without notice."""

SPARED = 20
"""Times as long as it took to write that down, if it is a long list, until it is written down again."""


@dataclass(frozen=True)
class Choice:
    """What is made of a row that leaves it open; a row's own layout, edition and languages come first."""

    careers: tuple[str, ...]
    layouts: tuple[str, ...]
    editions: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """One file: for whom, of which job, and the digest of all that goes into it."""

    recipient: Recipient
    job: Job
    file: str
    key: str
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a file, or of a row without one. ``state`` is built, unchanged or failed."""

    row: int
    id: str
    file: str
    state: str
    problems: tuple[Problem, ...] = ()
    key: str = ""
    stat: manifest.Stat = (-1, -1)


@dataclass(frozen=True)
class Task:
    """A group of rows: what is known of them already, and the files to be made."""

    known: tuple[Outcome, ...]
    wanted: tuple[Piece, ...]


class Workshop:
    """Makes files; what was laid out for one group serves the next."""

    def __init__(self, project: Project, where: Callable[[int, str], str], out: Path, validate: bool) -> None:
        self.project, self.where, self.out, self.validate = project, where, out, validate
        self._ready: dict[Job, Personal | tuple[Problem, ...]] = {}

    def work(self, task: Task) -> list[Outcome]:
        """Make the files of a group; the outcomes of all its rows, in their order."""
        outcomes, jobs = list(task.known), dict[Job, dict[str, Piece]]()
        for piece in task.wanted:
            jobs.setdefault(piece.job, {})[piece.recipient.id] = piece
        for job, pieces in jobs.items():
            left = dict(pieces)
            try:
                for recipient, result in self._files(job, [piece.recipient for piece in pieces.values()]):
                    outcomes.append(self._written(left.pop(recipient.id), result))
            except Exception as error:  # one group never stops the others
                problems = error.problems if isinstance(error, BrochureError) else (run.fault(str(job), error),)
                outcomes += [_failed(piece, problems) for piece in left.values()]
        return sorted(outcomes, key=lambda outcome: (outcome.row, outcome.file))

    def _files(self, job: Job, recipients: Sequence[Recipient]) -> "Iterable[tuple[Recipient, Result]]":
        ready = self.ready(job)
        if isinstance(ready, tuple):
            return [(recipient, ready) for recipient in recipients]
        return ready.files(recipients, validate=self.validate)

    def ready(self, job: Job) -> "Personal | tuple[Problem, ...]":
        """The job laid out, or why that cannot be done."""
        from brochure.recipients.personal import Personal

        if job not in self._ready:
            try:
                self._ready[job] = Personal(job, self.project, self.where)
            except BrochureError as error:
                self._ready[job] = error.problems
        return self._ready[job]

    def _written(self, piece: Piece, result: "Result") -> Outcome:
        if not isinstance(result, bytes):
            return _failed(piece, result)
        try:
            files.write(self.out / piece.file, result, sync=False)
        except OutputError as error:
            return _failed(piece, error.problems)
        stat = manifest.stat(str(self.out / piece.file))
        return Outcome(piece.recipient.row, piece.recipient.id, piece.file, "built", piece.notes, piece.key, stat)


def build(project: Project, found: Roll, choice: Choice, out: Path, *, validate: bool = False, workers: int = 1,
          report: Callable[[Outcome], None]) -> None:
    """Make every file that is not up to date, and the report; each outcome is told as it comes, in the order of the rows.

    A row that fails never stops the others, and leaves the file that was there. Raises OutputError if nothing can be
    written, SetupError if the system ends a process.
    """
    old = manifest.load(str(out / MANIFEST))
    now = run.inputs(project.root, old)
    now.outputs = dict(old.outputs)
    now.selections = dict(old.selections) if now.inputs == old.inputs else {}
    where = functools.partial(roll.place, found.name, found.columns)
    office = _Office(project, choice, out, where, old, now)
    files.write(out / MANIFEST, now.lines())
    entries = iter(found)
    first = tuple(islice(entries, LEAST + 1))
    ahead = office.ahead(first) if workers > 1 and len(first) > LEAST and not old.outputs else ()
    tasks = map(office.task, _groups(chain(first, entries)))
    save = time.monotonic() + SAVED
    with Report() as table:
        try:
            for outcomes in _worked(tasks, functools.partial(Workshop, project, where, out, validate), workers, ahead):
                for outcome in outcomes:
                    if outcome.state == "built":
                        now.outputs[outcome.file] = (outcome.key, outcome.stat)
                    table.add(outcome.row, outcome.id, outcome.file, outcome.state, outcome.problems)
                    report(outcome)
                if (begin := time.monotonic()) > save:
                    files.write(out / MANIFEST, now.lines())
                    save = time.monotonic() + max(SAVED, SPARED * (time.monotonic() - begin))
        finally:
            files.write(out / MANIFEST, now.lines())
        files.write(out / REPORT, table.pieces())


def _groups(entries: Iterator[Entry]) -> Iterator[tuple[Entry, ...]]:
    """The rows in groups, two of which take the same time.

    Their sizes follow from the list alone: the fonts of a file have the letters of its whole group, and the number of
    processes must not show in it.
    """
    while rows := tuple(islice(entries, 2 * GROUP)):
        size = min(GROUP, max(LEAST, (len(rows) + 1) // 2))
        yield from (rows[at : at + size] for at in range(0, len(rows), size))


def _worked(tasks: Iterable[Task], shop: Callable[[], Workshop], workers: int, ahead: Sequence[Job]) -> Iterator[list[Outcome]]:
    """The outcomes of the tasks in their order; only so many are read ahead as there is work for.

    If it is known which jobs there will be, the processes lay them out while the first tasks are being made.
    """
    first = () if ahead else tuple(islice(tasks, 2))
    if workers == 1 or (len(first) < 2 and not ahead):
        here = shop()
        yield from map(here.work, chain(first, tasks))
        return
    waiting = collections.deque[Future[list[Outcome]]]()
    with run.pool(workers, functools.partial(_open_shop, shop, ahead)) as processes, run.unbroken(processes):
        for _ in range(workers if ahead else 0):
            processes.submit(int)  # nothing: a process begins with the first task that waits for one
        for task in chain(first, tasks):
            waiting.append(processes.submit(_work, task))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_shops = list[Workshop]()  # the one of a process that works for another


def _open_shop(shop: Callable[[], Workshop], ahead: Sequence[Job]) -> None:
    _shops[:] = [shop()]
    for job in ahead:
        with contextlib.suppress(Exception):  # it is met again, and told, where the job's files are made
            _shops[0].ready(job)


def _work(task: Task) -> list[Outcome]:
    return _shops[0].work(task)


def _failed(piece: Piece, problems: Sequence[Problem]) -> Outcome:
    return Outcome(piece.recipient.row, piece.recipient.id, piece.file, "failed", (*piece.notes, *problems))


@dataclass
class _Office:
    """What turns rows into tasks: the keys of jobs, what bars them, and what was built before."""

    project: Project
    choice: Choice
    out: Path
    where: Callable[[int, str], str]
    old: manifest.Manifest
    now: manifest.Manifest
    _keys: dict[Job, str] = field(default_factory=dict)
    _barred: dict[tuple[str, str], tuple[Problem, ...]] = field(default_factory=dict)

    def task(self, entries: Iterable[Entry]) -> Task:
        known, wanted = list[Outcome](), list[Piece]()
        for entry in entries:
            if entry.recipient is None:
                known.append(Outcome(entry.row, "", "", "failed", entry.problems))
                continue
            pieces = list(self._pieces(entry.recipient))
            problems = () if pieces else self._open(entry.recipient)
            if not pieces:
                known.append(Outcome(entry.row, entry.recipient.id, "", "failed", (*entry.problems, *problems)))
            for piece in pieces:
                before = self.old.outputs.get(piece.file, ("", (-1, -1)))
                if before == (piece.key, manifest.stat(str(self.out / piece.file))):
                    known.append(Outcome(entry.row, piece.recipient.id, piece.file, "unchanged", entry.problems, *before))
                elif stops := self._stops(piece.job):
                    known.append(_failed(piece, stops))
                else:
                    wanted.append(replace(piece, notes=entry.problems))
        return Task(tuple(known), tuple(wanted))

    def _open(self, recipient: Recipient) -> tuple[Problem, ...]:
        """Why the row has no file: neither it nor the command line says which, or there is none such."""
        asked = (("layout", recipient.layout or self.choice.layouts), ("edition", recipient.edition or self.choice.editions))
        missing = tuple(Problem(self.where(recipient.row, column), f"no {column} is named",
                                f"write one into the column {column}, or name one for all rows: --{column}")
                        for column, found in asked if not found)
        return missing or (Problem(self.where(recipient.row, "layout"), "the layout does not have the edition",
                                   "brochure list shows which layouts and editions go together"),)

    def ahead(self, entries: Iterable[Entry]) -> tuple[Job, ...]:
        """The jobs of the first row that has any: those of most lists."""
        return next(filter(None, (tuple(self._jobs(entry.recipient)) for entry in entries if entry.recipient)), ())

    def _pieces(self, recipient: Recipient) -> Iterator[Piece]:
        words = "\0".join(f"{column}\0{text}" for column, text in sorted(recipient.values.items()))
        name = names.name(recipient.id)
        for job in self._jobs(recipient):
            file = f"{job.career}/{name}.{job.layout}.{job.edition}.{job.language}.pdf"
            digest = hashlib.sha256(f"{self._key(job)}\0{words}".encode("utf-8", "surrogatepass")).hexdigest()
            yield Piece(recipient, job, file, digest)

    def _jobs(self, recipient: Recipient) -> Iterator[Job]:
        layouts = (recipient.layout,) if recipient.layout else self.choice.layouts
        for career in self.choice.careers:
            for layout in layouts:
                there = self.project.layout(layout).editions
                for edition in (recipient.edition,) if recipient.edition else self.choice.editions:
                    for language in (recipient.languages or self.choice.languages) if edition in there else ():
                        yield Job(career, layout, edition, language)

    def _key(self, job: Job) -> str:
        if job not in self._keys:
            self._keys[job] = run.key(job, self.project, self.now, False)
        return self._keys[job]

    def _stops(self, job: Job) -> tuple[Problem, ...]:
        """What the checks of catalogs find in the job's that must not be printed; that nothing is there is remembered."""
        catalogs = (job.career, job.language)
        if self._key(job) in self.now.selections:
            return ()
        if catalogs not in self._barred:
            found = run.barred((job,), self.project)
            self._barred[catalogs] = tuple(problem for tag in job.languages for name in ("brochure", job.career)
                                           for problem in found.get(f"locales/{tag}/LC_MESSAGES/{name}.po", ()))
        if not self._barred[catalogs]:
            self.now.selections[self._key(job)] = []
        return self._barred[catalogs]
