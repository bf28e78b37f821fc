"""Edition: what a kind of PDF is for, and what its file promises; two files under ``templates/editions``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brochure.errors import Problem, TemplateError
from brochure.tables import Reader, parse

VARIANT = re.compile(r"pdf/(?:a-(?:1[ab]|2[abu]|3[abu]|4[uef])|ua-[12]|x-(?:1a|3|4|5g))")
LOWEST = 36
COLOUR = re.compile("#[0-9a-f]{6}")
HEAD = 128
"""Bytes that a profile's header has."""

PLATES = (1, 4)
"""How many inks a colour is printed with: black alone, or cyan, magenta, yellow and black."""


@dataclass(frozen=True)
class Marks:
    """Marks where a sheet is folded and cut: lines from ``start`` to ``end`` in mm inward from the trimmed edge, negative
    outside it.

    ``weight`` is in pt; ``grey`` is 0 (black) to 1, or None for the registration colour, which is on every plate.
    """

    start: float
    end: float
    weight: float
    grey: float | None


@dataclass(frozen=True)
class Edition:
    """``imposed`` editions are sheets for paper; the others are the panels themselves, tagged and linked.

    ``variant`` is the PDF variant WeasyPrint writes, ``promises`` the profiles the finished file must satisfy.
    ``dpi`` is the largest resolution of a raster picture, to keep files small. ``review`` editions are for people who
    work on the text: they are built only when asked for, in every layout, whatever state the text is in. An edition of
    ``instructions`` is no brochure but a page that tells how to print the layout's editions for paper.

    For paper: art reaches ``bleed`` mm past the trim, the medium ``around`` mm, and a ``slug`` line stands so many mm
    above the lower edge (below it if negative). In an edition that ``flows`` a panel takes as many pages as it needs.
    ``art`` names the variant of drawings it prefers: ``tick.mono.svg`` for ``tick.svg``. ``inks`` has for every colour
    that is drawn (#rrggbb) its share of each plate, 0 to 1; ``profile`` is the ICC profile of these plates.
    """

    name: str
    imposed: bool
    variant: str
    promises: tuple[str, ...]
    dpi: int
    marks: Marks | None = None
    review: bool = False
    instructions: bool = False
    bleed: float = 0.0
    around: float = 0.0
    slug: float | None = None
    flows: bool = False
    art: str = ""
    inks: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    profile: str = ""

    def __hash__(self) -> int:
        return hash(self.name)


def load(path: Path, project: Path) -> Edition:
    """Read an edition's TOML; raise TemplateError with every problem in it."""
    file = path.relative_to(project).as_posix()
    read = Reader(file)
    data = parse(path, file, TemplateError)
    if not path.with_suffix(".css").is_file():
        read.problems.append(Problem(file.replace(".toml", ".css"), "is missing", "an edition has two files: .toml and .css"))
    marks = read.optional(data, "", "marks", dict)
    edition = Edition(
        path.stem,
        imposed=read.take(data, "", "imposed", bool),
        variant=read.take(data, "", "variant", str),
        promises=read.names(data, "", "promises"),
        dpi=read.take(data, "", "dpi", int),
        marks=None if marks is None else _marks(read, marks),
        review=read.optional(data, "", "review", bool, False),
        instructions=read.optional(data, "", "instructions", bool, False),
        bleed=read.optional(data, "", "bleed", float, 0.0),
        around=read.optional(data, "", "around", float, 0.0),
        slug=read.optional(data, "", "slug", float),
        flows=read.optional(data, "", "flows", bool, False),
        art=read.optional(data, "", "art", str, ""),
        inks=_inks(read, read.optional(data, "", "inks", dict, {})),
        profile=read.optional(data, "", "profile", str, ""),
    )
    if edition.variant and not VARIANT.fullmatch(edition.variant):
        read.problem("variant", f"{edition.variant!r} is not a kind of PDF", "such as pdf/a-3a, pdf/a-2u, pdf/ua-1, pdf/x-4")
    if edition.dpi < LOWEST and not any("dpi" in problem.where for problem in read.problems):
        read.problem("dpi", f"{edition.dpi} dots an inch are too few", f"at least {LOWEST}")
    if edition.imposed and edition.instructions:
        read.problem("instructions", "are pages that are read in order and stand on no sheet", "write imposed = false")
    if edition.bleed < 0:
        read.problem("bleed", f"{edition.bleed:g} mm would cut off what is printed", "0 or more")
    if edition.slug is not None and edition.slug <= -edition.around:
        read.problem("slug", f"{edition.slug:g} mm is outside the paper", f"there are {edition.around:g} mm around the trim")
    if edition.around < edition.bleed:
        read.problem("around", f"{edition.around} mm are less than the bleed", "marks and slug stand outside the bleed")
    if edition.profile and (what := _unfit(project, edition.profile)):
        read.problem("profile", what, "name an ICC profile of a press below assets/profiles")
    read.leftovers(data, "", "imposed, review, instructions, variant, promises, dpi, bleed, around, slug, flows, art, profile, "
                   "inks, marks")
    if read.problems:
        raise TemplateError(read.problems)
    return edition


def _marks(read: Reader, table: dict[str, Any]) -> Marks:
    start, end, weight = (read.take(table, "marks", key, float) for key in ("start", "end", "weight"))
    if read.optional(table, "marks", "registration", bool, False):
        grey = None
        if table.pop("grey", None) is not None:
            read.problem("marks.grey", "is not used beside registration, which is every ink", "leave one of them out")
    else:
        grey = read.take(table, "marks", "grey", float)
        if not 0 <= grey <= 1:
            read.problem("marks.grey", f"{grey:g} is no tone", "from 0, black, to 1, white")
    if weight < 0:
        read.problem("marks.weight", f"{weight:g} pt is less than nothing", "such as 0.25")
    read.leftovers(table, "marks", "start, end, weight, grey, registration")
    return Marks(start, end, weight, grey)


def _unfit(project: Path, profile: str) -> str:
    """Why a file cannot be the profile of a press's four inks; "" if it can (ICC.1:2022, 7.2)."""
    path = (project / profile).resolve()
    if not path.is_relative_to((project / "assets").resolve()) or not path.is_file():
        return f"there is no file {profile} in assets"
    with path.open("rb") as file:
        head = file.read(HEAD)
    return "" if head[12:20] == b"prtrCMYK" and head[36:40] == b"acsp" else f"{profile} is no profile of a press that prints CMYK"


def _inks(read: Reader, table: dict[str, Any]) -> dict[str, tuple[float, ...]]:
    inks = dict[str, tuple[float, ...]]()
    for colour, shares in table.items():
        at = f"inks.{colour}"
        if not COLOUR.fullmatch(colour):
            read.problem(at, "is not a colour as it is drawn", 'write it as "#1e2a5a", in small letters')
        elif not (isinstance(shares, list) and len(shares) in PLATES
                  and all(type(share) in (int, float) and 0 <= share <= 100 for share in shares)):
            read.problem(at, "must be the per cent of each ink", "[cyan, magenta, yellow, black], or [black]")
        else:
            inks[colour] = tuple(share / 100 for share in shares)
    if len({len(shares) for shares in inks.values()}) > 1:
        read.problem("inks", "some colours have one ink and some have four", "give all of them the same plates")
    return inks
