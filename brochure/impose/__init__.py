"""Impose: which panel stands where on which side of which sheet. Pure geometry, no PDF.

A layout names a scheme (``scheme``): rows of panels (``rows``), a saddle-stitched booklet (``booklet``), one large panel in
tiles (``tiles``), or every page singly. Each makes sheets (``sheet``), and nothing after this step knows which it was.
"""

from collections.abc import Sequence

from brochure.impose import booklet, rows, tiles
from brochure.impose.scheme import Booklet, Rows, Scheme, Side, Singly, Tiles, panels, sides
from brochure.impose.sheet import SLUG, Lines, Panel, Placement, Sheet, backs, fronts, turned, with_slugs

__all__ = ["SLUG", "Booklet", "Lines", "Panel", "Placement", "Rows", "Scheme", "Sheet", "Side", "Singly", "Tiles",
           "backs", "booklet", "fronts", "impose", "panels", "sides", "turned", "with_slugs"]


def impose(scheme: Scheme, rendered: Sequence[Sequence[Panel]], *, rtl: Sequence[bool] = (False,), gsm: int = booklet.GSM,
           where: str) -> tuple[Sheet, ...]:
    """The sheets of a scheme, one side after another, front before back.

    ``rendered`` are the pages of each language, ``rtl`` says which of these are written from right to left;
    ``Placement.panel`` counts the pages of all languages in one row. ``gsm`` is the paper's weight in g/m². Raises
    TemplateError with all problems together; ``where`` is the project path of the layout's file.
    """
    match scheme:
        case Rows():
            return rows.impose(scheme, rendered, rtl=rtl, where=where)
        case Booklet():
            return booklet.impose(scheme, rendered, rtl=rtl, gsm=gsm, where=where)
        case Tiles():
            return tiles.impose(scheme, rendered[0], where=where)
        case Singly():
            return rows.singly(scheme, rendered[0])
