"""Series: the files of one print run, and its packing list."""

import glob
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from brochure import files, paper
from brochure.press import Body
from brochure.press.printrun import PrintRun, Set
from brochure.press.stock import Stock
from brochure.project import Job, Project
from brochure.recipients import packing, words
from brochure.recipients.packing import Line
from brochure.recipients.personal import NAME, Drawing, Say
from brochure.recipients.stack import stack
from brochure.render import Filled


@dataclass(frozen=True)
class Bundle:
    """One school's brochures of a job, ready to be put into a run, and the label that lies on them."""

    job: Job
    say: Say
    drawing: Drawing
    label: "Label | None" = None


@dataclass(frozen=True)
class Label:
    """A separator: the document that holds those of many schools, and what this one's slots draw."""

    body: Body
    filled: Sequence[Filled]
    texts: Mapping[str, str]


class Series:
    """The run of a career, a layout and an edition, in files of at most so many schools (``most``).

    Brochures in several languages may be in it, whose paper turns over the same edge as the first ``job``'s.
    """

    def __init__(self, project: Project, job: Job, out: Path, most: int | None,
                 begin: Callable[[Path], BinaryIO]) -> None:
        self.turn = paper.flip(job, project)
        self._project, self._job, self._out, self._most, self._begin = project, job, out, most, begin
        self._stem, self._numbers = f"{job.career}/{job.layout}.{job.edition}", 0
        self._lines = dict[str, list[Line]]()  # by file
        self._run: PrintRun | None = None
        self._stocks = dict[int, Stock]()  # by the body's identity, within a group

    def begin_group(self) -> None:
        """Forget what was drawn before."""
        self._stocks.clear()

    def number(self) -> int:
        """The place in the run of the next brochures that are added."""
        self._numbers += 1
        return self._numbers

    def add(self, bundle: Bundle, number: int) -> str:
        """Write a school's brochures; the name of their file."""
        recipient, drawing = bundle.say.recipient, bundle.drawing
        run = self._opened(drawing.mould.laid.page.title)
        pile = stack(bundle.job, self._project, drawing.mould.sheets, recipient.copies)
        sets = [Set(self._stock(run, drawing.body, drawing.filled), bundle.say.texts, pile.times)]
        if bundle.label:
            sets.insert(0, Set(self._stock(run, bundle.label.body, bundle.label.filled), bundle.label.texts, 1))
        language = self._project.language(bundle.job.languages[0])
        name = words.found(recipient.values, NAME, language, tuple(one.tag for one in self._project.languages))[1]
        line = Line(number, recipient.id, name, bundle.job.language, recipient.copies, pile.sheets)
        about: dict[str, str | int] = {"Number": number, "ID": line.id, "Name": name, "Language": line.language,
                                       "Copies": line.copies}
        if line.sheets is not None:
            about["Sheets"] = line.sheets
        run.add(name or recipient.id, about, sets)
        self._lines[self._file].append(line)
        return self._file

    def close(self) -> None:
        """Finish the last file, and write the packing list."""
        if self._run is None:
            return
        self._run.close()
        data = packing.write(self._project, self._project.language(self._job.languages[0]), self._job.career, self._lines)
        self._begin(self._out / f"{self._stem}.packing.pdf").write(data)

    def clear(self) -> None:
        """Take away the files of an earlier run of another number of parts."""
        if not self._lines:  # a run that failed takes nothing away
            return
        for path in (self._out / self._stem).parent.glob(f"{glob.escape(Path(self._stem).name)}.run*.pdf"):
            if path.relative_to(self._out).as_posix() not in self._lines:
                files.remove(path)

    @property
    def _file(self) -> str:
        return next(reversed(self._lines))

    def _opened(self, title: str) -> PrintRun:
        """The run that the next school's brochures are written to: a new one if the last is full."""
        if self._run and (self._most is None or len(self._lines[self._file]) < self._most):
            return self._run
        if self._run:
            self._run.close()
            self._stocks.clear()
        part = "" if self._most is None else f"-{len(self._lines) + 1}"
        self._lines[f"{self._stem}.run{part}.pdf"] = []
        self._run = PrintRun(self._begin(self._out / self._file), title)
        return self._run

    def _stock(self, run: PrintRun, body: Body, filled: Sequence[Filled]) -> Stock:
        if id(body) not in self._stocks:
            self._stocks[id(body)] = run.stock(body, filled)
        return self._stocks[id(body)]
