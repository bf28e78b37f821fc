"""Packing: the list of a print run, on which the one who packs ticks off each school's brochures."""

import functools
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from brochure.language import Language
from brochure.press import paged
from brochure.press.printrun import PrintRun, Set
from brochure.project import PAIR, Project
from brochure.recipients import names
from brochure.recipients.blank import Blank, Value

ROWS = 25
"""Schools on a page."""

GROUP = 40
"""Pages that are drawn together."""

NONE = "–"
"""Stands for the sheets where the print shop places the pages."""

VARIANT, DPI = "pdf/a-2u", 300


@dataclass(frozen=True)
class Line:
    """What one school gets in a language (a tag, or two joined by +): so many copies on so many sheets of paper.

    ``number`` is its place in the run; ``sheets`` is None where the print shop places the pages.
    """

    number: int
    id: str
    name: str
    language: str
    copies: int
    sheets: int | None


@dataclass(frozen=True)
class _Page:
    """A page of the list: the file it is about, the sums of that, and its lines."""

    file: str
    sums: Mapping[str, str]
    lines: Sequence[Line]


class Packer:
    """Writes such lists in a language; a full page is laid out before the first."""

    def __init__(self, project: Project, language: Language, career: str) -> None:
        self._language = language
        self._blank = functools.partial(Blank, project, "packing.html", language, career)
        self._full = self._blank({"rows": ROWS})

    def write(self, files: Mapping[str, Sequence[Line]]) -> bytes:
        """The list as a PDF; the lines of every file begin on a new page."""
        pages = [page for file, lines in files.items() for page in _pages(file, lines, self._language)]
        out = io.BytesIO()
        run = PrintRun(out, "", "File")
        sets = self._sets(run, pages)
        for file, count in Counter(page.file for page in pages).items():
            run.add(file, {"Name": file}, islice(sets, count))
        run.close()
        return out.getvalue()

    def _sets(self, run: PrintRun, pages: Sequence[_Page]) -> Iterator[Set]:
        """All pages in their order, of which some are drawn together: memory is in proportion to ``GROUP``."""
        blanks = {rows: self._full if rows == ROWS else self._blank({"rows": rows})
                  for rows in sorted({len(page.lines) for page in pages}, reverse=True)}
        for start in range(0, len(pages), GROUP):
            group, sets = range(start, min(start + GROUP, len(pages))), dict[int, Set]()
            for rows, blank in blanks.items():
                numbers = [number for number in group if len(pages[number].lines) == rows]
                if numbers:
                    values = [_values(pages[number], number, len(pages), self._language) for number in numbers]
                    body, filled, said = blank.fill(values, variant=VARIANT, dpi=DPI, bind=paged)
                    stock = run.stock(body, filled)
                    sets |= {number: Set(stock, texts, 1) for number, texts in zip(numbers, said, strict=True)}
            yield from (sets[number] for number in group)


def writer(project: Project, language: Language, career: str) -> Callable[[Mapping[str, Sequence[Line]]], bytes]:
    """What writes the lists, for an executor."""
    return Packer(project, language, career).write


def _pages(file: str, lines: Sequence[Line], language: Language) -> Iterator[_Page]:
    known = [line.sheets for line in lines if line.sheets is not None]
    sums = {"schools": len({line.id for line in lines}), "copies": sum(line.copies for line in lines),
            "sheets": sum(known) if known else None}
    written = {name: _written(value, language) for name, value in sums.items()}
    for at in range(0, len(lines), ROWS):
        yield _Page(file, written, lines[at : at + ROWS])


def _values(page: _Page, number: int, count: int, language: Language) -> dict[str, Value]:
    """What stands in the slots of a page, the next after ``number`` others."""
    found: dict[str, Value] = {
        "page.file": page.file, "page.sum": page.sums,
        "page.number": {"number": _written(number + 1, language), "count": _written(count, language)},
    }
    for at, line in enumerate(page.lines):
        found |= {f"number.{at}": _written(line.number, language), f"name.{at}": line.name, f"id.{at}": names.name(line.id),
                  f"language.{at}": called(line.language, language),
                  f"copies.{at}": _written(line.copies, language), f"sheets.{at}": _written(line.sheets, language)}
    return found


def _written(value: int | None, language: Language) -> str:
    return NONE if value is None else language.writing.number(value)


def called(tags: str, language: Language) -> str:
    """The names of one or two languages, in another one."""
    return " + ".join(language.writing.locale.languages.get(tag.partition("-")[0], tag) for tag in tags.split(PAIR))
