"""Margins: text stays away from the edge of the paper, from the cut and from the folds.

Boxes are those of the text PDFium finds. What stands wholly outside the bleed is a print shop's slug and no part of the page.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brochure.errors import Problem
from brochure.preflight.boxes import EXACT, millimetres
from brochure.preflight.content import Box
from brochure.press import POINTS

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

OFFICE = 7.0
"""Millimetres along the edge of the paper that some office printer does not reach."""

PRESS = 5.0
"""Millimetres that a print shop asks for, beside the cut and the folds."""


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Measure how near text comes to an edge (an error) or a fold (a warning)."""
    if promise.safe is None:
        return
    for number, (page, drawn) in enumerate(zip(file.pdf.pages, file.drawn, strict=True), start=1):
        trim, bleed = millimetres(page, "trimbox"), millimetres(page, "bleedbox")
        unit = float(page.obj.get("/UserUnit", 1)) / POINTS
        boxes = [box for box in (_scaled(box, unit) for box in drawn.boxes) if _visible(box) and not _outside(box, bleed)]
        near = min((_distance(box, trim) for box in boxes), default=promise.safe)
        if near < promise.safe - EXACT:
            yield promise.problem(f"page {number}: text stands {near:.1f} mm from the edge, promised were {promise.safe:g} mm",
                                  "a printer or the cut may take it away: make the margin of its panel wider")
        for fold in promise.folds[number - 1] if number <= len(promise.folds) else ():
            near = min((_apart(box, trim[0] + fold) for box in boxes), default=promise.safe)
            if near < promise.safe - EXACT:
                where = f"stands {near:.1f} mm from" if near > 0 else "lies across"
                yield promise.problem(f"page {number}: text {where} the fold at {fold:g} mm, promised were {promise.safe:g} mm",
                                      "folds are a millimetre off by nature: make the margin of its panel wider", "warning")


def _scaled(box: Box, unit: float) -> Box:
    left, bottom, right, top = (value * unit for value in box)
    return (left, bottom, right, top)


def _visible(box: Box) -> bool:
    return box[2] > box[0] and box[3] > box[1]


def _outside(box: Box, bleed: Box) -> bool:
    return box[2] <= bleed[0] or box[0] >= bleed[2] or box[3] <= bleed[1] or box[1] >= bleed[3]


def _distance(box: Box, edge: Box) -> float:
    """From the box to the nearest edge round it; negative outside."""
    return min(box[0] - edge[0], box[1] - edge[1], edge[2] - box[2], edge[3] - box[3])


def _apart(box: Box, fold: float) -> float:
    return max(box[0] - fold, fold - box[2], 0.0)
