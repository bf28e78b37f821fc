"""Series: the files of one print run, and its packing list."""

import functools
import glob
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from brochure import files, paper
from brochure.executors import Beside
from brochure.impose import Sheet
from brochure.press import Body
from brochure.press.printrun import PrintRun, Set
from brochure.press.stock import Stock
from brochure.project import Job, Project
from brochure.recipients import packing, words
from brochure.recipients.packing import Line
from brochure.recipients.personal import NAME, Drawing, Say
from brochure.recipients.roll import Recipient
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

    def __init__(self, project: Project, job: Job, out: Path, most: int | None, begin: Callable[[Path], BinaryIO],
                 processes: Executor | None) -> None:
        self.turn = paper.flip(job, project)
        self._project, self._job, self._out, self._most, self._begin = project, job, out, most, begin
        self._stem, self._numbers = f"{job.career}/{job.layout}.{job.edition}", 0
        self._lines = dict[str, list[Line]]()  # by file
        writer = functools.partial(packing.writer, project, project.language(job.languages[0]), job.career)
        self._packer = Beside(writer, processes)
        self._packed: Callable[[], bytes] | None = None
        self._foreseen = dict[str, list[Line]]()  # of which the packing list has begun
        self._run: PrintRun | None = None
        self._name = ""  # of the file that it is written to
        self._stocks = dict[int, Stock]()  # by the body's identity, within a group

    def begin_group(self) -> None:
        """Forget what was drawn before."""
        self._stocks.clear()

    def foresee(self, members: Iterable[tuple[Recipient, Job, Sequence[Sheet]]]) -> None:
        """Begin the packing list before the last brochures are drawn: of these, if none fails; with the sides of their sheets."""
        self._foreseen = {file: [*lines] for file, lines in self._lines.items()}
        for number, (recipient, job, sides) in enumerate(members, self._numbers + 1):
            self._foreseen.setdefault(self._file(number), []).append(self._line(number, recipient, job, sides))
        self._packed = self._packer.begin(self._foreseen)

    def number(self, bundle: Bundle) -> int:
        """The place in the run of a school's brochures, which are to be added in the order of their numbers."""
        self._numbers += 1
        line = self._line(self._numbers, bundle.say.recipient, bundle.job, bundle.drawing.mould.sheets)
        self._lines.setdefault(self._file(self._numbers), []).append(line)
        return self._numbers

    def pack(self) -> None:
        """Begin the packing list, unless that was foreseen: all schools have their numbers."""
        if self._lines and self._lines != self._foreseen:
            self._packed = self._packer.begin(self._lines)

    def _line(self, number: int, recipient: Recipient, job: Job, sides: Sequence[Sheet]) -> Line:
        language = self._project.language(job.languages[0])
        name = words.found(recipient.values, NAME, language, tuple(one.tag for one in self._project.languages))[1]
        used = stack(job, self._project, sides, recipient.copies).sheets
        return Line(number, recipient.id, name, job.language, recipient.copies, used)

    def add(self, bundle: Bundle, number: int) -> str:
        """Write a school's brochures; the name of their file."""
        recipient, drawing, file = bundle.say.recipient, bundle.drawing, self._file(number)
        run = self._opened(file, drawing.mould.laid.page.title)
        times = stack(bundle.job, self._project, drawing.mould.sheets, recipient.copies).times
        sets = [Set(self._stock(run, drawing.body, drawing.filled), bundle.say.texts, times)]
        if bundle.label:
            sets.insert(0, Set(self._stock(run, bundle.label.body, bundle.label.filled), bundle.label.texts, 1))
        line = self._lines[file][(number - 1) % (self._most or number)]
        about: dict[str, str | int] = {"Number": number, "ID": line.id, "Name": line.name, "Language": line.language,
                                       "Copies": line.copies}
        if line.sheets is not None:
            about["Sheets"] = line.sheets
        run.add(line.name or line.id, about, sets)
        return file

    def close(self) -> None:
        """Finish the last file, and write the packing list."""
        if self._run is None or self._packed is None:
            return
        self._run.close()
        self._begin(self._out / f"{self._stem}.packing.pdf").write(self._packed())

    def clear(self) -> None:
        """Take away the files of an earlier run of another number of parts."""
        if not self._lines:  # a run that failed takes nothing away
            return
        for path in (self._out / self._stem).parent.glob(f"{glob.escape(Path(self._stem).name)}.run*.pdf"):
            if path.relative_to(self._out).as_posix() not in self._lines:
                files.remove(path)

    def _file(self, number: int) -> str:
        """The file of the brochures with this number."""
        return f"{self._stem}.run{'' if self._most is None else f'-{(number - 1) // self._most + 1}'}.pdf"

    def _opened(self, file: str, title: str) -> PrintRun:
        """The run that a file's brochures are written to; the one before it is full."""
        if self._run is None or file != self._name:
            if self._run:
                self._run.close()
                self._stocks.clear()
            self._name, self._run = file, PrintRun(self._begin(self._out / file), title)
        return self._run

    def _stock(self, run: PrintRun, body: Body, filled: Sequence[Filled]) -> Stock:
        if id(body) not in self._stocks:
            self._stocks[id(body)] = run.stock(body, filled)
        return self._stocks[id(body)]
