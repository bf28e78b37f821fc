"""Packing: the list of a print run, on which the one who packs ticks off each school's brochures."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brochure.language import Language
from brochure.press import paged
from brochure.press.printrun import PrintRun, Set
from brochure.project import PAIR, Project
from brochure.recipients import names
from brochure.recipients.blank import Blank, Value

ROWS = 25
"""Schools on a page."""

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


def write(project: Project, language: Language, career: str, files: Mapping[str, Sequence[Line]]) -> bytes:
    """The list as a PDF, in a language; the lines of every file begin on a new page."""
    pages = [(file, lines[at : at + ROWS]) for file, lines in files.items() for at in range(0, len(lines), ROWS)]
    sets, out = dict[int, Set](), io.BytesIO()
    run = PrintRun(out, "", "File")
    for rows in sorted({len(lines) for _, lines in pages}, reverse=True):
        blank = Blank(project, "packing.html", language, career, {"rows": rows})
        numbers = [number for number, (_, lines) in enumerate(pages) if len(lines) == rows]
        values = [_page(files[pages[number][0]], *pages[number], number, len(pages), language) for number in numbers]
        body, filled, said = blank.fill(values, variant=VARIANT, dpi=DPI, bind=paged)
        stock = run.stock(body, filled)
        sets |= {number: Set(stock, texts, 1) for number, texts in zip(numbers, said, strict=True)}
    for file in files:
        run.add(file, {"Name": file}, [sets[number] for number, page in enumerate(pages) if page[0] == file])
    run.close()
    return out.getvalue()


def _page(all_: Sequence[Line], file: str, lines: Sequence[Line], number: int, count: int,
          language: Language) -> dict[str, Value]:
    """What stands in the slots of a page, the next after ``number`` others."""
    sums = {"schools": len({line.id for line in all_}), "copies": sum(line.copies for line in all_),
            "sheets": None if all_[0].sheets is None else sum(line.sheets or 0 for line in all_)}

    def written(value: int | None) -> str:
        return NONE if value is None else language.writing.number(value)

    page: dict[str, Value] = {
        "page.file": file, "page.sum": {name: written(value) for name, value in sums.items()},
        "page.number": {"number": written(number + 1), "count": written(count)},
    }
    for at, line in enumerate(lines):
        page |= {f"number.{at}": written(line.number), f"name.{at}": line.name, f"id.{at}": names.name(line.id),
                 f"language.{at}": called(line.language, language),
                 f"copies.{at}": written(line.copies), f"sheets.{at}": written(line.sheets)}
    return page


def called(tags: str, language: Language) -> str:
    """The names of one or two languages, in another one."""
    return " + ".join(language.writing.locale.languages.get(tag.partition("-")[0], tag) for tag in tags.split(PAIR))
