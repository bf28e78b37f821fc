"""Packing: the list of a print run, on which the one who packs ticks off each school's brochures."""

import functools
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from brochure.language import Language
from brochure.press import paged
from brochure.press.printrun import PrintRun, Set
from brochure.project import PAIR, Project
from brochure.recipients.blank import Blank, Value

ROWS = 25
"""Schools on a page."""

VARIANT, DPI = "pdf/a-2u", 300


@dataclass(frozen=True)
class Line:
    """What one school gets in a language (a tag, or two joined by +): so many copies on so many sheets of paper.

    ``number`` is its place in the run.
    """

    number: int
    id: str
    name: str
    language: str
    copies: int
    sheets: int


class Packer:
    """Writes such lists in a language; a full page is laid out before the first."""

    def __init__(self, project: Project, language: Language, career: str) -> None:
        self._language = language
        self._blank = functools.partial(Blank, project, "packing.html", language, career)
        self._full = self._blank({"rows": ROWS})

    def write(self, files: Mapping[str, Sequence[Line]]) -> bytes:
        """The list as a PDF; the lines of every file begin on a new page."""
        pages = [(file, lines[at : at + ROWS]) for file, lines in files.items() for at in range(0, len(lines), ROWS)]
        sets, out = dict[int, Set](), io.BytesIO()
        run = PrintRun(out, "", "File")
        for rows in sorted({len(lines) for _, lines in pages}, reverse=True):
            blank = self._full if rows == ROWS else self._blank({"rows": rows})
            numbers = [number for number, (_, lines) in enumerate(pages) if len(lines) == rows]
            values = [_page(files[pages[number][0]], *pages[number], number, len(pages), self._language) for number in numbers]
            body, filled, said = blank.fill(values, variant=VARIANT, dpi=DPI, bind=paged)
            stock = run.stock(body, filled)
            sets |= {number: Set(stock, texts, 1) for number, texts in zip(numbers, said, strict=True)}
        for file in files:
            run.add(file, {"Name": file}, [sets[number] for number, page in enumerate(pages) if page[0] == file])
        run.close()
        return out.getvalue()


def writer(project: Project, language: Language, career: str) -> Callable[[Mapping[str, Sequence[Line]]], bytes]:
    """What writes the lists, for an executor."""
    return Packer(project, language, career).write


def _page(all_: Sequence[Line], file: str, lines: Sequence[Line], number: int, count: int,
          language: Language) -> dict[str, Value]:
    """What stands in the slots of a page, the next after ``number`` others."""
    written = language.writing.number
    sums = {"schools": len({line.id for line in all_}), "copies": sum(line.copies for line in all_),
            "sheets": sum(line.sheets for line in all_)}
    page: dict[str, Value] = {
        "page.file": file, "page.sum": {name: written(value) for name, value in sums.items()},
        "page.number": {"number": written(number + 1), "count": written(count)},
    }
    for at, line in enumerate(lines):
        page |= {f"number.{at}": written(line.number), f"name.{at}": line.name or line.id,
                 f"id.{at}": line.id if line.name else "", f"language.{at}": called(line.language, language),
                 f"copies.{at}": written(line.copies), f"sheets.{at}": written(line.sheets)}
    return page


def called(tags: str, language: Language) -> str:
    """The names of one or two languages, in another one."""
    return " + ".join(language.writing.locale.languages.get(tag.partition("-")[0], tag) for tag in tags.split(PAIR))
