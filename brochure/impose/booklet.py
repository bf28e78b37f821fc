"""Booklet: saddle stitching. Sheets are printed on both sides, laid into each other, folded in the middle and stapled there."""

from collections.abc import Sequence

from brochure.errors import Problem, TemplateError
from brochure.impose.rows import first_pages
from brochure.impose.scheme import SIGNATURE, Booklet, sides
from brochure.impose.sheet import TOLERANCE, Panel, Placement, Sheet

GSM = 80
"""Weight of ordinary office paper in g/m²."""

BULK = 1.25
"""Volume of office paper in cm³/g: a sheet of 80 g/m² is 0.1 mm thick."""

WRAP = 1.3
"""How much more than its thickness a sheet pushes those inside it outwards: the fold is round (1.2 to 1.4 in practice)."""

Page = tuple[int, int] | None
"""A page of the booklet: the number of its rendered page and its turn; None is a blank one."""


def spreads(count: int) -> list[tuple[int, int]]:
    """Printer spreads of ``count`` pages, a multiple of four: (left, right) page numbers from 1, fronts and backs in turn.

    >>> spreads(8)
    [(8, 1), (2, 7), (6, 3), (4, 5)]
    """
    return [pair for first in range(1, count // 2, 2)
            for pair in ((count + 1 - first, first), (first + 1, count - first))]


def creep(sheet: int, gsm: int) -> float:
    """How far, in mm, the ``sheet`` th sheet from outside (0 the outermost) is pushed out of the fold by those around it."""
    return sheet * gsm * BULK / 1000 * WRAP


def impose(scheme: Booklet, panels: Sequence[Sequence[Panel]], *, rtl: Sequence[bool], gsm: int, where: str) -> tuple[Sheet, ...]:
    """The printer spreads; what creeps out of the fold is moved towards it, so that margins are equal when trimmed.

    A right-to-left language is bound at the right: left and right change places. In a tête-bêche booklet the
    first half is in one language; the second half, in the other, runs backwards, and is turned unless that language is
    read in the other direction, for which the back cover is the front.
    """
    flat = [panel for some in panels for panel in some]
    pages = _pages(scheme, panels, len(set(rtl)) == 1, where)
    width, height = _size(flat, pages, where)
    made = list[Sheet]()
    for number, (name, pair) in enumerate(zip(sides(scheme, ()), spreads(len(pages)), strict=True)):
        shift = creep(number // 2, gsm)
        left, right = (pages[page - 1] for page in (pair[::-1] if rtl[0] else pair))
        placements = (*_placed(left, 0.0, shift, width, height), *_placed(right, width, -shift, width, height))
        made.append(Sheet(name, 2 * width, height, placements, (width,)))
    return tuple(made)


def _placed(page: Page, x: float, shift: float, width: float, height: float) -> tuple[Placement, ...]:
    """The page in its half of the sheet, moved by ``shift`` towards the fold and cut off there."""
    if page is None:
        return ()
    number, turn = page
    start = x + max(shift, 0.0)
    hidden = max(-shift, 0.0) if turn == 0 else max(shift, 0.0)  # what of the panel's left the fold hides
    return (Placement(number, start, 0.0, width - abs(shift), height, turn, (hidden, 0.0)),)


def _pages(scheme: Booklet, panels: Sequence[Sequence[Panel]], turned: bool, where: str) -> list[Page]:
    """All pages in the order of the bound booklet, blank ones among them."""
    problems = list[Problem]()
    found = list[list[Page]]()
    start = 0
    for some in panels:
        there = first_pages(some, start)
        start += len(some)
        problems += [Problem(f"{where}: booklet", f"no panel “{name}” was rendered", f"the layout has {', '.join(there)}")
                     for name in scheme.pages if name not in there]
        problems += [Problem(f"{where}: booklet", f"the panel “{name}” was rendered but is no page", "add it to pages")
                     for name in there if name not in scheme.pages]
        found.append([(there[name], 0) for name in scheme.pages if name in there])
    lacking = -len(scheme.pages) * len(panels) % SIGNATURE
    if lacking and scheme.blanks == "refuse":
        problems.append(Problem(f"{where}: booklet", f"a folded sheet has four pages; {len(scheme.pages)} pages "
                                f"leave {lacking} blank",
                                'give it more pages, or say where blank ones go: blanks = "before-last" or "last"'))
    if problems:
        raise TemplateError(problems)
    at = -1 if scheme.blanks == "before-last" else len(found[0])
    found[0][at:at] = [None] * lacking
    if scheme.tete_beche:
        found[1] = [page and (page[0], 180 if turned else 0) for page in reversed(found[1])]
    return [page for some in found for page in some]


def _size(panels: Sequence[Panel], pages: Sequence[Page], where: str) -> tuple[float, float]:
    real = [panels[page[0]] for page in pages if page]
    first = real[0]
    unlike = [panel for panel in real
              if max(abs(panel.width - first.width), abs(panel.height - first.height)) > TOLERANCE]
    if unlike:
        raise TemplateError([Problem(f"{where}: booklet", f"the page “{panel.name}” is {panel.width:.2f} by "
                                     f"{panel.height:.2f} mm, “{first.name}” {first.width:.2f} by {first.height:.2f} mm",
                                     "all pages must have one size")
                             for panel in unlike])
    return first.width, first.height
