"""Tiles: a panel larger than the printer's paper, on several sheets that are trimmed and glued together."""

from collections.abc import Sequence

from brochure.errors import Problem, TemplateError
from brochure.impose.rows import first_pages
from brochure.impose.scheme import Tiles, sides
from brochure.impose.sheet import TOLERANCE, Lines, Panel, Placement, Sheet


def impose(scheme: Tiles, panels: Sequence[Panel], *, where: str) -> tuple[Sheet, ...]:
    """One sheet a tile, row by row; all tiles are of one size and stand in the middle of their paper.

    A tile overlaps the one before it by ``overlap``: that strip is printed on both. ``glue`` is where the later one's
    edge comes to lie.
    """
    there = first_pages(panels)
    if scheme.panel not in there:
        raise TemplateError([Problem(f"{where}: tiles", f"no panel “{scheme.panel}” was rendered",
                                     f"the layout has {', '.join(there)}")])
    number = there[scheme.panel]
    panel, (paper_width, paper_height) = panels[number], scheme.paper
    width = (panel.width + (scheme.columns - 1) * scheme.overlap) / scheme.columns
    height = (panel.height + (scheme.rows - 1) * scheme.overlap) / scheme.rows
    free = paper_width - 2 * scheme.margin, paper_height - 2 * scheme.margin
    if width > free[0] + TOLERANCE or height > free[1] + TOLERANCE:
        raise TemplateError([Problem(f"{where}: tiles", f"a tile is {width:.1f} by {height:.1f} mm, the paper has room for "
                                     f"{free[0]:.1f} by {free[1]:.1f} mm", "give it more columns or rows")])
    x, y = (paper_width - width) / 2, (paper_height - height) / 2
    places = [(column, row) for row in range(scheme.rows) for column in range(scheme.columns)]
    return tuple(
        Sheet(
            name, paper_width, paper_height,
            (Placement(number, x, y, width, height,
                       offset=(column * (width - scheme.overlap), row * (height - scheme.overlap))),),
            cuts=Lines((x, x + width), (y, y + height)),
            glue=Lines((x + width - scheme.overlap,) if column + 1 < scheme.columns else (),
                       (y + height - scheme.overlap,) if row + 1 < scheme.rows else ()),
        )
        for name, (column, row) in zip(sides(scheme, ()), places, strict=True)
    )
