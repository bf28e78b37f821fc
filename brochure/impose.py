"""Impose: which panel stands where on which side of which sheet. Pure geometry, no PDF.

All lengths are millimetres at trim size. The origin is the sheet's top-left corner and y runs down,
as in CSS and in ``Panel.room``; only the PDF writer counts from the bottom.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from brochure.errors import Problem, TemplateError

TOLERANCE = 0.01
"""Lengths this near to each other (mm) are one length: they were CSS pixels in between."""


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
    """Where one panel stands: its index among the rendered pages, and its top-left corner and size."""

    panel: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Sheet:
    """One side of a sheet of paper; ``folds`` are the distances of its folds from the left edge."""

    side: str
    width: float
    height: float
    placements: tuple[Placement, ...]
    folds: tuple[float, ...]


def impose(
    rows: Sequence[tuple[str, Sequence[str]]], panels: Sequence[Panel], *, rtl: bool = False, where: str
) -> tuple[Sheet, ...]:
    """Return one sheet side per row of panel names, in the order of the rows.

    A row is ``(side, [panel names from left to right])``. Rows stand in pairs, the front and the back of
    one sheet; a last row alone is printed on one side. Its panels touch each other, and a fold lies
    between any two. The same panel may stand in several places. For a right-to-left script
    (``rtl``) every row is mirrored, since such a brochure opens the other way.

    Of a panel that overflows its first page is placed: copyfit refuses such a panel, except in a draft.

    Raises TemplateError with all problems together; ``where`` is the project path of the rows' file.
    """
    pages: dict[str, int] = {}
    for index, panel in enumerate(panels):
        pages.setdefault(panel.name, index)
    problems = [*_unplaced(rows, panels, where), *_unknown(rows, pages, where)]
    if problems:
        raise TemplateError(problems)
    sheets = tuple(_sheet(side, [pages[name] for name in names], panels, rtl) for side, names in rows)
    problems = [*_uneven(sheets, panels, where), *_unlike(sheets, where)]
    if problems:
        raise TemplateError(problems)
    return sheets


def _sheet(side: str, row: Sequence[int], panels: Sequence[Panel], rtl: bool) -> Sheet:
    order = row[::-1] if rtl else row
    edges = list(accumulate((panels[index].width for index in order), initial=0.0))
    placements = tuple(
        Placement(index, x, 0.0, panels[index].width, panels[index].height)
        for index, x in zip(order, edges, strict=False)  # the last edge is the sheet's
    )
    return Sheet(side, edges[-1], max(place.height for place in placements), placements, tuple(edges[1:-1]))


def _unplaced(
    rows: Sequence[tuple[str, Sequence[str]]], panels: Sequence[Panel], where: str
) -> Iterator[Problem]:
    placed = {name for _, names in rows for name in names}
    rendered = [panel.name for panel in panels]
    for name in dict.fromkeys(rendered):
        if name not in placed:
            yield Problem(where, f"the panel “{name}” was rendered but stands on no sheet", "add it to a row")


def _unknown(
    rows: Sequence[tuple[str, Sequence[str]]], pages: dict[str, int], where: str
) -> Iterator[Problem]:
    if not rows:
        yield Problem(where, "no sheet is named", "give at least one row of panels")
    for side, names in rows:
        if not names:
            yield Problem(f"{where}: {side}", "the row names no panel", "give it a panel or take it out")
        for name in dict.fromkeys(names):
            if name not in pages:
                hint = f"the layout has {', '.join(pages) or 'no panel'}"
                yield Problem(f"{where}: {side}", f"no panel “{name}” was rendered", hint)


def _uneven(sheets: Sequence[Sheet], panels: Sequence[Panel], where: str) -> Iterator[Problem]:
    for sheet in sheets:
        heights = [place.height for place in sheet.placements]
        if max(heights) - min(heights) > TOLERANCE:
            listed = ", ".join(f"{panels[at.panel].name} {at.height:.2f} mm" for at in sheet.placements)
            hint = "give their @page rules one height"
            yield Problem(f"{where}: {sheet.side}", f"the panels of a row differ in height: {listed}", hint)


def _unlike(sheets: Sequence[Sheet], where: str) -> Iterator[Problem]:
    for front, back in zip(sheets[::2], sheets[1::2], strict=False):
        if max(abs(front.width - back.width), abs(front.height - back.height)) > TOLERANCE:
            sizes = " and ".join(f"{it.side} {it.width:.2f} by {it.height:.2f} mm" for it in (front, back))
            hint = "the widths of the panels in both rows must have one sum"
            yield Problem(f"{where}: {back.side}", f"the sides of one sheet differ in size: {sizes}", hint)
