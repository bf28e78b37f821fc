"""Rows: sheets whose sides are written out in ``layout.toml``, and pages that stand singly."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from brochure.errors import Problem, TemplateError
from brochure.impose.scheme import Rows, Side, Singly
from brochure.impose.sheet import SLUG, TOLERANCE, Lines, Panel, Placement, Sheet


def impose(scheme: Rows, panels: Sequence[Sequence[Panel]], *, rtl: Sequence[bool], where: str) -> tuple[Sheet, ...]:
    """One sheet side for each side of the scheme, in its order; two after each other are the front and back of one sheet.

    A last side alone is printed on one side. Panels of a row touch each other, rows touch each other. The same panel may
    stand in several places. For a right-to-left language every row is mirrored, since such a brochure opens the
    other way. On larger paper the panels stand in the middle.

    Of a panel that overflows its first page is placed: copyfit refuses such a panel, except in a draft.
    """
    pages = [first_pages(some, start) for some, start in zip(panels, _starts(panels), strict=True)]
    flat = [panel for some in panels for panel in some]
    problems = [*_unplaced(scheme.sides, pages, where), *_unknown(scheme.sides, pages, where)]
    if len(set(rtl)) > 1 and any(side.between == "fold" and len(row) > 1 for side in scheme.sides for row in side.rows):
        problems.append(Problem(where, "a folded sheet opens one way, and these two languages are read in different directions",
                                "take a layout that is not folded, or a booklet"))
    if problems:
        raise TemplateError(problems)
    sheets = tuple(_sheet(side, pages[side.language - 1], flat, rtl[side.language - 1]) for side in scheme.sides)
    problems = [*_uneven(scheme.sides, pages, flat, where), *_small(scheme.sides, sheets, where), *_unlike(sheets, where)]
    if problems:
        raise TemplateError(problems)
    return tuple(_on_paper(sheet, side) for sheet, side in zip(sheets, scheme.sides, strict=True))


def singly(scheme: Singly, panels: Sequence[Panel]) -> tuple[Sheet, ...]:
    """Every panel, or every page of it, as one side of a sheet."""
    first = set(first_pages(panels).values())
    return tuple(Sheet(panel.name, panel.width, panel.height, (Placement(number, 0.0, 0.0, panel.width, panel.height),))
                 for number, panel in enumerate(panels)
                 if number in first or (scheme.flows and not panel.name.startswith(SLUG)))


def first_pages(panels: Sequence[Panel], start: int = 0) -> dict[str, int]:
    """The number of the first page of each panel; the first page of all has the number ``start``."""
    found: dict[str, int] = {}
    for number, panel in enumerate(panels, start):
        if not panel.name.startswith(SLUG):
            found.setdefault(panel.name, number)
    return found


def _starts(panels: Sequence[Sequence[Panel]]) -> list[int]:
    return list(accumulate((len(some) for some in panels), initial=0))[:-1]


def _sheet(side: Side, pages: dict[str, int], panels: Sequence[Panel], rtl: bool) -> Sheet:
    placements, top, edges = list[Placement](), 0.0, list[float]()
    ys = list[float]()
    for names in side.rows:
        row = [pages[name] for name in (names[::-1] if rtl else names)]
        edges = list(accumulate((panels[index].width for index in row), initial=0.0))
        placements += [Placement(index, x, top, panels[index].width, panels[index].height)
                       for index, x in zip(row, edges, strict=False)]  # the last edge is the sheet's
        top = max(place.y + place.height for place in placements)
        ys.append(top)
    inner = tuple(edges[1:-1])
    if side.between == "cut":
        return Sheet(side.name, edges[-1], top, tuple(placements), cuts=Lines(inner, tuple(ys[:-1])))
    return Sheet(side.name, edges[-1], top, tuple(placements), inner)


def _on_paper(sheet: Sheet, side: Side) -> Sheet:
    """The sheet on its paper; where that is larger, the outer edges of the panels are cut too."""
    if side.paper is None:
        return sheet
    width, height = side.paper
    x, y = (width - sheet.width) / 2, (height - sheet.height) / 2

    def edges(inner: tuple[float, ...], length: float, start: float) -> tuple[float, ...]:
        outer = (0.0, *inner, length) if start > TOLERANCE else inner
        return tuple(start + edge for edge in outer)

    return replace(sheet, width=width, height=height,
                   placements=tuple(replace(place, x=place.x + x, y=place.y + y) for place in sheet.placements),
                   folds=tuple(x + fold for fold in sheet.folds),
                   cuts=Lines(edges(sheet.cuts.xs, sheet.width, x), edges(sheet.cuts.ys, sheet.height, y)))


def _unplaced(sides: Sequence[Side], pages: Sequence[dict[str, int]], where: str) -> Iterator[Problem]:
    for language, there in enumerate(pages, 1):
        placed = {name for side in sides if side.language == language for row in side.rows for name in row}
        for name in there:
            if name not in placed:
                yield Problem(where, f"the panel “{name}” was rendered but stands on no sheet", "add it to a row")


def _unknown(sides: Sequence[Side], pages: Sequence[dict[str, int]], where: str) -> Iterator[Problem]:
    if not sides:
        yield Problem(where, "no sheet is named", "give at least one row of panels")
    for side in sides:
        there = pages[side.language - 1]
        if not all(side.rows) or not side.rows:
            yield Problem(f"{where}: {side.name}", "the row names no panel", "give it a panel or take it out")
        for name in dict.fromkeys(name for row in side.rows for name in row):
            if name not in there:
                hint = f"the layout has {', '.join(there) or 'no panel'}"
                yield Problem(f"{where}: {side.name}", f"no panel “{name}” was rendered", hint)


def _uneven(sides: Sequence[Side], pages: Sequence[dict[str, int]], panels: Sequence[Panel],
            where: str) -> Iterator[Problem]:
    for side in sides:
        rows = [[panels[pages[side.language - 1][name]] for name in row] for row in side.rows]
        for row in rows:
            if _differ(panel.height for panel in row):
                listed = ", ".join(f"{panel.name} {panel.height:.2f} mm" for panel in row)
                yield Problem(f"{where}: {side.name}", f"the panels of a row differ in height: {listed}",
                              "give their @page rules one height")
        if _differ(sum(panel.width for panel in row) for row in rows):
            listed = ", ".join(f"{sum(panel.width for panel in row):.2f} mm" for row in rows)
            yield Problem(f"{where}: {side.name}", f"the rows of a side differ in width: {listed}",
                          "the widths of the panels in every row must have one sum")


def _differ(lengths: Iterator[float]) -> bool:
    found = list(lengths)
    return max(found) - min(found) > TOLERANCE


def _small(sides: Sequence[Side], sheets: Sequence[Sheet], where: str) -> Iterator[Problem]:
    for side, sheet in zip(sides, sheets, strict=True):
        if side.paper and (sheet.width > side.paper[0] + TOLERANCE or sheet.height > side.paper[1] + TOLERANCE):
            yield Problem(f"{where}: {side.name}", f"the panels need {sheet.width:.2f} by {sheet.height:.2f} mm, the paper has "
                          f"{side.paper[0]:.2f} by {side.paper[1]:.2f} mm", "name larger paper or make the panels smaller")


def _unlike(sheets: Sequence[Sheet], where: str) -> Iterator[Problem]:
    for front, back in zip(sheets[::2], sheets[1::2], strict=False):
        if max(abs(front.width - back.width), abs(front.height - back.height)) > TOLERANCE:
            sizes = " and ".join(f"{it.side} {it.width:.2f} by {it.height:.2f} mm" for it in (front, back))
            hint = "the widths of the panels in both rows must have one sum"
            yield Problem(f"{where}: {back.side}", f"the sides of one sheet differ in size: {sizes}", hint)
