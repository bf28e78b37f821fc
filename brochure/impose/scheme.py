"""Scheme: how a layout's panels come onto paper, as its ``layout.toml`` says."""

from collections.abc import Sequence
from dataclasses import dataclass

BETWEEN = ("fold", "cut")
BLANKS = ("refuse", "before-last", "last")
SIGNATURE = 4
"""Pages that one folded sheet holds."""


@dataclass(frozen=True)
class Side:
    """One side of a sheet: a grid of panel names as they lie in a left-to-right language, the first row on top.

    ``between`` says what lies between neighbours. ``paper`` is the sheet's (width, height) in mm; without it a sheet is as
    large as its panels. ``language`` is 1 or, on a bilingual sheet, 2.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    between: str = "fold"
    paper: tuple[float, float] | None = None
    language: int = 1


@dataclass(frozen=True)
class Rows:
    """Sheets whose sides are written out; they stand in pairs, the front and the back of one sheet."""

    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Booklet:
    """A saddle-stitched booklet: ``pages`` are panels in reading order.

    ``blanks`` says where blank pages go if the number of pages is no multiple of four. With ``tete_beche`` the pages of a
    second language begin at the other cover: upside down, unless it is read in the other direction.
    """

    pages: tuple[str, ...]
    blanks: str = "refuse"
    tete_beche: bool = False


@dataclass(frozen=True)
class Tiles:
    """One panel on several sheets that are glued together: ``paper`` (width, height), ``margin`` that stays blank and
    ``overlap`` of neighbours, all in mm."""

    panel: str
    paper: tuple[float, float]
    margin: float
    overlap: float
    columns: int
    rows: int


@dataclass(frozen=True)
class Singly:
    """Every panel is one side of a sheet, in reading order; one that ``flows`` as many as it has pages."""

    flows: bool = False


Scheme = Rows | Booklet | Tiles | Singly


def panels(scheme: Rows | Booklet) -> frozenset[str]:
    """The names of all panels that a scheme places."""
    if isinstance(scheme, Booklet):
        return frozenset(scheme.pages)
    return frozenset(name for side in scheme.sides for row in side.rows for name in row)


def sides(scheme: Scheme, panels: Sequence[str]) -> tuple[str, ...]:
    """The names of the sides that a scheme will make of the panels with these names."""
    match scheme:
        case Rows():
            return tuple(side.name for side in scheme.sides)
        case Booklet():
            pages = len(scheme.pages) * (2 if scheme.tete_beche else 1)
            return tuple(f"sheet {number} {side}" for number in range(1, -(-pages // SIGNATURE) + 1)
                         for side in ("front", "back"))
        case Tiles():
            return tuple(f"row {row} column {column}" for row in range(1, scheme.rows + 1)
                         for column in range(1, scheme.columns + 1))
        case Singly():
            return tuple(panels)
