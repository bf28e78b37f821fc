"""Build: the files of a whole list, a group of rows at a time; every file whole or not at all, and a report of every row."""

import csv
import functools
import hashlib
import io
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from brochure import executors, files, manifest, run
from brochure.errors import BrochureError, OutputError, Problem, shown
from brochure.project import Job, Project
from brochure.recipients import names, roll
from brochure.recipients.orders import Choice, Orders
from brochure.recipients.roll import Entry, Recipient, Roll

if TYPE_CHECKING:
    from brochure.recipients.personal import Personal, Result

GROUP = 500
"""Rows that are drawn and written together: memory is in proportion to it."""

MANIFEST = ".schools"
REPORT = "report.csv"
SAVED = 10
"""Seconds: what was made before is known after a run that ended without notice."""

HEAD = ("row", "id", "file", "state", "problems")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
        from brochure.recipients.personal import Personal

        if job not in self._ready:
            try:
                self._ready[job] = Personal(job, self.project, self.where)
            except BrochureError as error:
                self._ready[job] = error.problems
        ready = self._ready[job]
        if isinstance(ready, tuple):
            return [(recipient, ready) for recipient in recipients]
        return ready.files(recipients, validate=self.validate)

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
          executor: str = "", report: Callable[[Outcome], None]) -> None:
    """Make every file that is not up to date, and the report; each outcome is told as it comes, in the order of the rows.

    ``executor`` is the address of a cluster that does it in place of so many ``workers`` of this computer. A row that fails
    never stops the others, and leaves the file that was there. Raises OutputError if nothing can be written, SetupError if
    the system ends a process or the cluster cannot do it.
    """
    old = manifest.load(str(out / MANIFEST))
    now = run.inputs(project.root, old)
    now.outputs = dict(old.outputs)
    where = functools.partial(roll.place, found.name, found.columns)
    office = _Office(project, Orders(project, found.offer, choice, where), out, old, now)
    files.write(out / MANIFEST, now.dump())
    for folder in (out, *(out / career for career in choice.careers)):
        files.sweep(folder)
    entries = iter(found)
    tasks = map(office.task, iter(lambda: tuple(islice(entries, GROUP)), ()))
    table, saved = Report(), time.monotonic()
    try:
        begin = functools.partial(_shop, project, where, out.absolute() if executor else out, validate)
        for outcomes in executors.worked(tasks, begin, workers=workers, address=executor, root=project.root, out=out.absolute()):
            for outcome in outcomes:
                if outcome.state == "built":
                    now.outputs[outcome.file] = (outcome.key, outcome.stat)
                table.add(outcome)
                report(outcome)
            if time.monotonic() - saved > SAVED:
                files.write(out / MANIFEST, now.dump())
                saved = time.monotonic()
    finally:
        files.write(out / MANIFEST, now.dump())
    files.write(out / REPORT, table.dump())


def _shop(project: Project, where: Callable[[int, str], str], out: Path, validate: bool) -> Callable[[Task], list[Outcome]]:
    return Workshop(project, where, out, validate).work


def _failed(piece: Piece, problems: Sequence[Problem]) -> Outcome:
    return Outcome(piece.recipient.row, piece.recipient.id, piece.file, "failed", (*piece.notes, *problems))


class Report:
    """The table of all rows, for a spreadsheet."""

    def __init__(self) -> None:
        self._text = io.StringIO(newline="")
        self._table = csv.writer(self._text)
        self._table.writerow(HEAD)

    def add(self, outcome: Outcome) -> None:
        """One line; a cell never begins as a formula does."""
        said = "; ".join(f"{shown(problem.where)}: {shown(problem.what)}" for problem in outcome.problems)
        cells = (str(outcome.row), outcome.id, outcome.file, outcome.state, said)
        self._table.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells)

    def dump(self) -> bytes:
        """The bytes of its file, as Excel expects them."""
        return self._text.getvalue().encode("utf-8-sig", "backslashreplace")


@dataclass
class _Office:
    """What turns rows into tasks: the keys of jobs, and what was built before."""

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
                stops = self.orders.stops(piece.job)
                before = self.old.outputs.get(piece.file, ("", (-1, -1)))
                if stops:
                    known.append(_failed(piece, stops))
                elif before == (piece.key, manifest.stat(str(self.out / piece.file))):
                    known.append(Outcome(entry.row, piece.recipient.id, piece.file, "unchanged", entry.problems, *before))
                else:
                    wanted.append(replace(piece, notes=entry.problems))
        return Task(tuple(known), tuple(wanted))

    def _pieces(self, recipient: Recipient) -> Iterator[Piece]:
        words = "\0".join(f"{column}\0{text}" for column, text in sorted(recipient.values.items()))
        for job in self.orders.jobs(recipient):
            file = f"{job.career}/{names.name(recipient.id)}.{job.layout}.{job.edition}.{job.language}.pdf"
            digest = hashlib.sha256(f"{self._key(job)}\0{words}".encode("utf-8", "surrogatepass")).hexdigest()
            yield Piece(recipient, job, file, digest)

    def _key(self, job: Job) -> str:
        if job not in self._keys:
            self._keys[job] = run.key(job, self.project, self.now, False)
        return self._keys[job]
