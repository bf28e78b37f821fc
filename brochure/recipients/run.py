"""Run: the print runs of a list, files in which the copies of every school follow one another, and their packing lists."""

import contextlib
import functools
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from brochure import files, paper
from brochure import run as builds
from brochure.errors import BrochureError, Problem
from brochure.impose import Sheet
from brochure.preflight import validated
from brochure.press.printrun import PrintRun, Set
from brochure.project import Job, Project
from brochure.recipients import roll
from brochure.recipients.build import Outcome
from brochure.recipients.orders import Choice, Orders
from brochure.recipients.personal import Drawing, Failure, Personal
from brochure.recipients.report import Report
from brochure.recipients.roll import Entry, Recipient, Roll
from brochure.recipients.separators import Separators
from brochure.recipients.series import Bundle, Label, Series

GROUP = 1000
"""Rows that are drawn together: memory is in proportion to it, and their fonts are in the file once."""

FEW = 100
"""Rows for which it is not worth while to begin a second process."""

REPORT = "run-report.csv"


SLICE = 100
"""Schools that are validated together: the validator gives up at 10,000 drawings of a form."""


Key = tuple[int, Job]
"""A row and what is made of it."""

TURNS = {"short-edge": "its short edge", "long-edge": "its long edge", "simplex": "no edge"}


@dataclass(frozen=True)
class Packing:
    """How a run is made: at most so many schools a file, a separator before each school, all of it validated."""

    most: int | None = None
    separators: bool = False
    validate: bool = False


def run(project: Project, found: Roll, choice: Choice, packing: Packing, out: Path, *, report: Callable[[Outcome], None]) -> None:
    """Make the runs, one for every career, layout and edition, with a packing list each.

    Each outcome is told as it comes, in the order of the rows, whose brochures follow one another in the same order. A row
    that fails never stops the others. All files appear at the end, or none. Raises OutputError if they cannot be written.
    """
    orders = Orders(project, found.offer, choice, functools.partial(roll.place, found.name, found.columns))
    with Report() as table:
        with contextlib.ExitStack() as aside, files.together() as begin:
            entries = iter(found)
            group = tuple(islice(entries, GROUP))
            processes = aside.enter_context(_beside()) if len(group) > FEW else None
            shop = _Shop(project, orders, out, packing, begin, processes)
            while group:
                following = tuple(islice(entries, GROUP))
                for outcome in shop.work(group, last=not following):
                    table.add(outcome.row, outcome.id, outcome.file, outcome.state, outcome.problems)
                    report(outcome)
                group = following
            shop.close()
            begin(out / REPORT).writelines(table.pieces())
        shop.clear()


@contextlib.contextmanager
def _beside() -> Iterator[Executor]:
    """A process for what need not wait for the brochures."""
    with builds.pool(1) as processes, builds.unbroken(processes):
        yield processes


class _Shop:
    """What is laid out, and the runs that are being written."""

    def __init__(self, project: Project, orders: Orders, out: Path, choice: Packing, begin: Callable[[Path], BinaryIO],
                 processes: Executor | None) -> None:
        self._project, self._orders, self._out, self._choice, self._begin = project, orders, out, choice, begin
        self._processes = processes
        self._ready = dict[Job, Personal | tuple[Problem, ...]]()
        self._separators = dict[Job, Separators]()
        self._series = dict[tuple[str, str, str], Series]()

    def work(self, group: Sequence[Entry], *, last: bool) -> Iterator[Outcome]:
        """Put the brochures of some rows into their runs; the outcomes, in the order of the rows."""
        wanted = {entry.row: tuple(self._orders.jobs(entry.recipient)) if entry.recipient else () for entry in group}
        members = dict[Job, list[Recipient]]()
        for entry in group:
            for job in wanted[entry.row]:
                members.setdefault(job, []).extend(filter(None, [entry.recipient]))
        if last and self._processes:
            self._foresee(group, wanted, members)
        bundles, failures = dict[Key, Bundle](), dict[Key, tuple[Problem, ...]]()
        for job, recipients in members.items():
            drawn, failed = self._drawn(job, recipients)
            bundles |= {(bundle.say.recipient.row, job): bundle for bundle in drawn}
            failures |= {(recipient.row, job): problems for recipient, problems in failed}
        for series in self._series.values():
            series.begin_group()
        numbers = {key: self._of(key[1]).number(bundles[key]) for entry in group for job in wanted[entry.row]
                   if (key := (entry.row, job)) in bundles}
        for series in self._series.values() if last else ():
            series.pack()
        if self._choice.separators:
            bundles |= self._labelled(bundles, numbers)
        for entry in group:
            name = entry.recipient.id if entry.recipient else ""
            lost = self._orders.lost(entry.recipient) if entry.recipient else ()
            if lost or not entry.recipient:
                yield Outcome(entry.row, name, "", "failed", (*entry.problems, *lost))
            for job in wanted[entry.row]:
                key = entry.row, job
                problems = failures.get(key, ())
                file = "" if problems else self._of(job).add(bundles[key], numbers[key])
                yield Outcome(entry.row, name, file, "failed" if problems else "built", (*entry.problems, *problems))

    def _foresee(self, group: Sequence[Entry], wanted: Mapping[int, Sequence[Job]],
                 members: Mapping[Job, Sequence[Recipient]]) -> None:
        """Let the packing lists begin, if all can be laid out: what one brochure is made of, all are."""
        sides = dict[Job, Sequence[Sheet]]()
        for job, recipients in members.items():
            personal = self._personal(job)
            with contextlib.suppress(Exception):  # it is met again, and told, where the job is drawn
                if not isinstance(personal, tuple):
                    sides[job] = personal.prepare(recipients[0]).sheets
        if sides.keys() == members.keys():
            for series in self._series.values():
                series.foresee((entry.recipient, job, sides[job]) for entry in group if entry.recipient
                               for job in wanted[entry.row] if self._of(job) is series)

    def close(self) -> None:
        """Finish all files and write their packing lists."""
        for series in self._series.values():
            series.close()

    def clear(self) -> None:
        """Take away the files of earlier runs in whose place others now stand."""
        for series in self._series.values():
            series.clear()

    def _of(self, job: Job) -> Series:
        key = job.career, job.layout, job.edition
        if key not in self._series:
            self._series[key] = Series(self._project, job, self._out, self._choice.most, self._begin, self._processes)
        return self._series[key]

    def _drawn(self, job: Job, recipients: Sequence[Recipient]) -> tuple[list[Bundle], list[Failure]]:
        """The brochures of a job, drawn, and why some have none."""
        try:
            personal = self._personal(job)
            if isinstance(personal, tuple):
                return [], [(recipient, personal) for recipient in recipients]
            bundles, failures = list[Bundle](), list[Failure]()
            drawings, failed = personal.draw(recipients)
            if stops := self._orders.stops(job):
                return [], [(recipient, stops) for recipient in recipients]
            failures += failed
            for drawing in drawings:
                if problems := personal.read(drawing) or self._invalid(drawing):
                    failures += [(say.recipient, problems) for say in drawing.says]
                else:
                    bundles += [Bundle(job, say, drawing) for say in drawing.says]
            return bundles, failures
        except Exception as error:  # one job never stops the others
            problems = error.problems if isinstance(error, BrochureError) else (builds.fault(str(job), error),)
            problems = self._orders.stops(job) or problems
            return [], [(recipient, problems) for recipient in recipients]

    def _personal(self, job: Job) -> Personal | tuple[Problem, ...]:
        if job not in self._ready:
            try:
                self._ready[job] = self._refused(job) or Personal(job, self._project, self._orders.where, backed=True)
            except BrochureError as error:
                self._ready[job] = self._orders.stops(job) or error.problems
        return self._ready[job]

    def _refused(self, job: Job) -> tuple[Problem, ...]:
        """Why a job cannot be part of a run."""
        if not self._project.edition(job.edition).imposed:
            return (Problem(str(job), f"the edition {job.edition} is not for paper, and a print run is", "name another edition"),)
        if self._processes:
            self._orders.look(job, self._processes)
        turn, series = paper.flip(job, self._project), self._of(job)
        if turn != series.turn:
            return (Problem(str(job), f"its paper is turned over {TURNS[turn]}, that of the run over {TURNS[series.turn]}",
                            f"make a run of its own: --lang {job.language}"),)
        return ()

    def _labelled(self, bundles: Mapping[Key, Bundle], numbers: Mapping[Key, int]) -> dict[Key, Bundle]:
        """The same with labels, which have the numbers of the brochures in the run."""
        found = dict[Key, Bundle]()
        for job in dict.fromkeys(job for _, job in numbers):
            of = {key: bundles[key] for key in numbers if key[1] == job}
            first = next(iter(of.values()))
            if job not in self._separators:
                self._separators[job] = Separators(job, self._project, first.drawing.mould.sheets)
            says = [bundle.say for bundle in of.values()]
            body, filled, texts = self._separators[job].fill(says, [numbers[key] for key in of])
            found |= {key: replace(bundle, label=Label(body, filled, text))
                      for (key, bundle), text in zip(of.items(), texts, strict=True)}
        return found

    def _invalid(self, drawing: Drawing) -> tuple[Problem, ...]:
        """What the validator finds in all that is drawn, if it is asked."""
        for at in range(0, len(drawing.says) if self._choice.validate else 0, SLICE):
            data = io.BytesIO()
            one = PrintRun(data, drawing.mould.laid.page.title)
            stock = one.stock(drawing.body, drawing.filled)
            for say in drawing.says[at : at + SLICE]:
                one.add(say.recipient.id, {}, [Set(stock, say.texts, 1)])
            one.close()
            found = validated(data.getvalue(), drawing.mould.promise)
            if problems := tuple(problem for problem in found if problem.severity == "error"):
                return problems
        return ()
