"""Build: the files of a whole list, a group of rows at a time; every file whole or not at all, and a report of every row."""

import contextlib
import errno
import functools
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from brochure import executors, files, manifest, run
from brochure.errors import BrochureError, OutputError, Problem
from brochure.project import Job, Project
from brochure.recipients import names, roll
from brochure.recipients.orders import Choice, Orders
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

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
"""What is wrong with a disk, and not with one file."""

SPARED = 20
"""Times as long as it took to write that down, if it is a long list, until it is written down again."""


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
        """Make the files of a group; the outcomes of all its rows, in their order. Raises OutputError for a full disk."""
        outcomes, jobs = list(task.known), dict[Job, dict[str, Piece]]()
        for piece in task.wanted:
            jobs.setdefault(piece.job, {})[piece.recipient.id] = piece
        for job, pieces in jobs.items():
            left = dict(pieces)
            try:
                for recipient, result in self._files(job, [piece.recipient for piece in pieces.values()]):
                    outcomes.append(self._written(left.pop(recipient.id), result))
            except OutputError:  # nobody else can write either
                raise
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

    def prepare(self, job: Job, recipient: Recipient) -> None:
        """Lay out what the job's files are made from, if they are like this recipient's."""
        ready = self.ready(job)
        if not isinstance(ready, tuple):
            ready.prepare(recipient)

    def _written(self, piece: Piece, result: "Result") -> Outcome:
        if not isinstance(result, bytes):
            return _failed(piece, result)
        try:
            files.write(self.out / piece.file, result, sync=False)
        except OutputError as error:
            if isinstance(error.__cause__, OSError) and error.__cause__.errno in FULL:
                raise
            return _failed(piece, error.problems)
        stat = manifest.stat(str(self.out / piece.file))
        return Outcome(piece.recipient.row, piece.recipient.id, piece.file, "built", piece.notes, piece.key, stat)


def build(project: Project, found: Roll, choice: Choice, out: Path, *, validate: bool = False, workers: int = 1,
          executor: str = "", report: Callable[[Outcome], None]) -> None:
    """Make every file that is not up to date, and the report; each outcome is told as it comes, in the order of the rows.

    ``executor`` is the address of a cluster that does it in place of so many ``workers`` of this computer. A row that fails
    never stops the others, and leaves the file that was there. Raises OutputError if nothing can be written, SetupError if
    the system ends a process or the cluster cannot do it.
    """
    old = manifest.load(str(out / MANIFEST))
    now = run.inputs(project.root, old)
    now.outputs = dict(old.outputs)
    now.selections = dict(old.selections) if now.inputs == old.inputs else {}
    where = functools.partial(roll.place, found.name, found.columns)
    office = _Office(project, Orders(project, found.offer, choice, where), out, old, now)
    files.write(out / MANIFEST, now.lines())
    for folder in (out, *(out / career for career in choice.careers)):
        files.sweep(folder)
    entries = iter(found)
    first = tuple(islice(entries, LEAST + 1))
    ahead = office.ahead(first) if workers > 1 and len(first) > LEAST and not old.outputs else ()
    tasks = map(office.task, _groups(chain(first, entries)))
    save = time.monotonic() + SAVED
    with Report() as table:
        try:
            begin = functools.partial(_shop, project, where, out.absolute() if executor else out, validate, ahead)
            for outcomes in executors.worked(tasks, begin, workers=workers, address=executor, root=project.root,
                                             out=out.absolute(), early=bool(ahead)):
                for outcome in outcomes:
                    if outcome.state == "built":
                        now.outputs[outcome.file] = (outcome.key, outcome.stat)
                    table.add(outcome.row, outcome.id, outcome.file, outcome.state, outcome.problems)
                    report(outcome)
                if (clock := time.monotonic()) > save:
                    files.write(out / MANIFEST, now.lines())
                    save = time.monotonic() + max(SAVED, SPARED * (time.monotonic() - clock))
        except BaseException as error:
            with contextlib.suppress(OutputError) if isinstance(error, OutputError) else contextlib.nullcontext():
                files.write(out / MANIFEST, now.lines())
            raise
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


def _shop(project: Project, where: Callable[[int, str], str], out: Path, validate: bool,
          ahead: Sequence[tuple[Job, Recipient]]) -> Callable[[Task], list[Outcome]]:
    """What does the tasks in a process; the jobs of most rows are laid out before the first."""
    shop = Workshop(project, where, out, validate)
    for job, recipient in ahead:
        with contextlib.suppress(Exception):  # it is met again, and told, where the job's files are made
            shop.prepare(job, recipient)
    return shop.work


def _failed(piece: Piece, problems: Sequence[Problem]) -> Outcome:
    return Outcome(piece.recipient.row, piece.recipient.id, piece.file, "failed", (*piece.notes, *problems))


@dataclass
class _Office:
    """What turns rows into tasks: the keys of jobs, what bars them, and what was built before."""

    project: Project
    orders: Orders
    out: Path
    old: manifest.Manifest
    now: manifest.Manifest
    _keys: dict[Job, str] = field(default_factory=dict)

    def task(self, entries: Iterable[Entry]) -> Task:
        known, wanted = list[Outcome](), list[Piece]()
        for entry in entries:
            if entry.recipient is None:
                known.append(Outcome(entry.row, "", "", "failed", entry.problems))
                continue
            pieces = list(self._pieces(entry.recipient))
            if problems := self.orders.lost(entry.recipient):
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

    def ahead(self, entries: Iterable[Entry]) -> tuple[tuple[Job, Recipient], ...]:
        """The jobs of the first row that has any: those of most lists."""
        recipients = (entry.recipient for entry in entries if entry.recipient)
        return next(filter(None, (tuple((job, one) for job in self.orders.jobs(one)) for one in recipients)), ())

    def _pieces(self, recipient: Recipient) -> Iterator[Piece]:
        words = "\0".join(f"{column}\0{text}" for column, text in sorted(recipient.values.items()))
        name = names.name(recipient.id)
        for job in self.orders.jobs(recipient):
            file = f"{job.career}/{name}.{job.layout}.{job.edition}.{job.language}.pdf"
            digest = hashlib.sha256(f"{self._key(job)}\0{words}".encode("utf-8", "surrogatepass")).hexdigest()
            yield Piece(recipient, job, file, digest)

    def _key(self, job: Job) -> str:
        if job not in self._keys:
            self._keys[job] = run.key(job, self.project, self.now, False)
        return self._keys[job]

    def _stops(self, job: Job) -> tuple[Problem, ...]:
        """What the checks of catalogs find in the job's that must not be printed; that nothing is there is remembered."""
        if self._key(job) in self.now.selections:
            return ()
        found = self.orders.stops(job)
        if not found:
            self.now.selections[self._key(job)] = []
        return found
