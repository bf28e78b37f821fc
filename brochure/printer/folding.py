"""Folding: what is done by hand with the sheets when they are printed, read from their geometry."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from brochure.impose import Booklet, Scheme, Sheet, Tiles

FLAP = 1.0
"""A panel that is folded inwards is narrower than the one it lies on, by more than this (mm)."""


@dataclass(frozen=True)
class Move:
    """One thing to do, as a picture shows it.

    ``kind`` is a name that the template has words for. ``widths`` are the parts between the folds (mm) that lie on the table,
    from left to right; the one at the ``end`` ("left" or "right") moves. ``covered`` is the width of the part that was folded
    before and lies on top at the other end, 0 if there is none.
    """

    kind: str
    widths: tuple[float, ...] = ()
    end: str = ""
    covered: float = 0.0


def moves(scheme: Scheme, sheets: Sequence[Sheet]) -> tuple[Move, ...]:
    """What to do with the sheets, in order; nothing for one that is neither folded nor cut."""
    first = sheets[0]
    if isinstance(scheme, Tiles):
        return (Move("trim"), Move("glue"), Move("poster"))
    if first.cuts.xs or first.cuts.ys:
        return (Move("cut"), Move("pieces"))
    if not first.folds:
        return ()
    inside = sheets[1] if len(sheets) > 1 else first  # the side that looks up while it is folded
    edges = (0.0, *inside.folds, inside.width)
    widths = tuple(after - before for before, after in pairwise(edges))
    if isinstance(scheme, Booklet) and len(sheets) > 2:
        return (Move("nest", widths), Move("halve", widths, cover(sheets)), Move("staple", widths), Move("done", widths[:1]))
    lay = Move("lay", widths)
    if len(widths) == 2:
        return (lay, Move("half", widths, cover(sheets)), Move("done", widths[:1]))
    if len(widths) != 3:
        return (lay, Move("fan", widths), Move("done", widths[:1]))
    left, middle, right = widths
    if min(left, right) < middle - FLAP:
        flap, other = ("left", "right") if left < right else ("right", "left")
        kept = widths[1:] if flap == "left" else widths[:2]
        return (lay, Move("flap", widths, flap), Move("over", kept, other, min(left, right)), Move("done", (middle,)))
    begin = cover(sheets)
    kept = widths[1:] if begin == "left" else widths[:2]
    turned = kept[::-1]  # turned over like a page, its left is its right
    return (lay, Move("begin", widths, begin), Move("behind", turned, begin), Move("done", (middle,)))


def cover(sheets: Sequence[Sheet]) -> str:
    """Behind which end of the side that looks up the cover is: the panel that is read first."""
    front = sheets[0]
    x = next((place.x + place.width / 2 for place in front.placements if place.panel == 0), front.width)
    return "left" if x > front.width / 2 else "right"
