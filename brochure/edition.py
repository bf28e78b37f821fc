"""Edition: what a kind of PDF is for, and what its file promises; two files under ``templates/editions``."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brochure.errors import Problem, TemplateError
from brochure.tables import Reader, parse

VARIANT = re.compile(r"pdf/(?:a-(?:1[ab]|2[abu]|3[abu]|4[uef])|ua-[12]|x-(?:1a|3|4|5g))")
LOWEST = 36


@dataclass(frozen=True)
class Marks:
    """Fold ticks at the edge of a sheet: from ``start`` to ``end`` in mm from the edge, line in pt, grey 0 to 1."""

    start: float
    end: float
    weight: float
    grey: float


@dataclass(frozen=True)
class Edition:
    """``imposed`` editions are sheets for paper; the others are the panels themselves, tagged and linked.

    ``variant`` is the PDF variant WeasyPrint writes, ``promises`` the profiles the finished file must satisfy.
    ``dpi`` is the largest resolution of a raster picture, to keep files small. ``review`` editions are for people who
    work on the text: they are built only when asked for, in every layout, whatever state the text is in.
    """

    name: str
    imposed: bool
    variant: str
    promises: tuple[str, ...]
    dpi: int
    marks: Marks | None
    review: bool = False


def load(path: Path, project: Path) -> Edition:
    """Read an edition's TOML; raise TemplateError with every problem in it."""
    file = path.relative_to(project).as_posix()
    read = Reader(file)
    data = parse(path, file, TemplateError)
    if not path.with_suffix(".css").is_file():
        read.problems.append(Problem(file.replace(".toml", ".css"), "is missing", "an edition has two files: .toml and .css"))
    marks = read.optional(data, "", "marks", dict)
    edition = Edition(path.stem, read.take(data, "", "imposed", bool), read.take(data, "", "variant", str),
                      read.names(data, "", "promises"), read.take(data, "", "dpi", int),
                      None if marks is None else _marks(read, marks),
                      read.optional(data, "", "review", bool, False))
    if edition.variant and not VARIANT.fullmatch(edition.variant):
        read.problem("variant", f"{edition.variant!r} is not a kind of PDF", "such as pdf/a-3a, pdf/a-2u, pdf/ua-1, pdf/x-4")
    if edition.dpi < LOWEST and not any("dpi" in problem.where for problem in read.problems):
        read.problem("dpi", f"{edition.dpi} dots an inch are too few", f"at least {LOWEST}")
    read.leftovers(data, "", "imposed, review, variant, promises, dpi, marks")
    if read.problems:
        raise TemplateError(read.problems)
    return edition


def _marks(read: Reader, table: dict[str, Any]) -> Marks:
    marks = Marks(*(read.take(table, "marks", key, float) for key in ("start", "end", "weight", "grey")))
    read.leftovers(table, "marks", "start, end, weight, grey")
    return marks
