"""Sheet: one side of a sheet of paper and what stands on it.

All lengths are millimetres at trim size. The origin is the sheet's top-left corner and y runs down,
as in CSS and in ``Panel.room``; only the PDF writer counts from the bottom.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

TOLERANCE = 0.01
"""Lengths this near to each other (mm) are one length: they were CSS pixels in between."""

SLUG = "slug-"
"""How the names of panels begin that hold a slug line, one for each side; they are no part of a scheme."""

SLUG_START = 12.0
"""From the sheet's left edge to its slug line, in mm: clear of the crop marks."""


class Panel(Protocol):
    """What imposing needs to know of a rendered page: the panel's name and its trim size in mm."""

    @property
    def name(self) -> str:
        """The panel's name in the layout."""

    @property
    def width(self) -> float:
        """Trim width in mm."""

    @property
    def height(self) -> float:
        """Trim height in mm."""


@dataclass(frozen=True)
class Placement:
    """Where a panel stands: its index among the rendered pages, and the box on the sheet that shows it.

    The box shows the part of the panel that begins at ``offset`` from the panel's top-left corner. ``turn`` is 0, or 180
    for a panel that stands upside down. A ``loose`` one is a slug line, which stands outside the trim.
    """

    panel: int
    x: float
    y: float
    width: float
    height: float
    turn: int = 0
    offset: tuple[float, float] = (0.0, 0.0)
    loose: bool = False


@dataclass(frozen=True)
class Lines:
    """Straight lines across a sheet: upright ones at ``xs`` from its left edge, level ones at ``ys`` from its top."""

    xs: tuple[float, ...] = ()
    ys: tuple[float, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One side of a sheet of paper. ``folds`` are where it is folded, ``cuts`` where it is cut apart, and ``glue`` is how
    far the next tile reaches over this one."""

    side: str
    width: float
    height: float
    placements: tuple[Placement, ...]
    folds: tuple[float, ...] = ()
    cuts: Lines = Lines()
    glue: Lines = Lines()


def turned(sheet: Sheet) -> Sheet:
    """The side turned by half a turn, for a printer that turns paper over its other edge."""

    def across(values: Sequence[float], length: float) -> tuple[float, ...]:
        return tuple(length - value for value in reversed(values))

    def lines(given: Lines) -> Lines:
        return Lines(across(given.xs, sheet.width), across(given.ys, sheet.height))

    placements = tuple(
        replace(place, x=sheet.width - place.x - place.width, y=sheet.height - place.y - place.height,
                turn=(place.turn + 180) % 360)
        for place in sheet.placements
    )
    return replace(sheet, placements=placements, folds=across(sheet.folds, sheet.width), cuts=lines(sheet.cuts),
                   glue=lines(sheet.glue))


def fronts(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """The sides that are printed first."""
    return tuple(sheets[::2])


def backs(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """The sides that are printed when the paper has been turned over."""
    return tuple(sheets[1::2])


def with_slugs(sheets: Sequence[Sheet], pages: Sequence[Panel], inset: float) -> tuple[Sheet, ...]:
    """The sheets with their slug lines, whose middle stands ``inset`` mm above the lower edge (below it if negative)."""
    lines = [(number, page) for number, page in enumerate(pages) if page.name.startswith(SLUG)]
    return tuple(
        replace(sheet, placements=(*sheet.placements, Placement(
            number, SLUG_START, sheet.height - inset - page.height / 2, page.width, page.height, loose=True)))
        for sheet, (number, page) in zip(sheets, lines, strict=True)
    )
