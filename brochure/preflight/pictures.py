"""Pictures: sharp enough in the size in which they are printed."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from brochure.errors import Problem
from brochure.preflight.content import Mark

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

PRESS = 300
"""Dots an inch that a print shop asks for."""

OFFICE = 150
"""Dots an inch below which a picture looks soft from a laser printer."""

ROUNDING = 0.99
"""A picture made smaller to a resolution comes out a pixel off."""


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Compare the resolution of every picture on the page, as its matrix places it, with the promise."""
    if promise.dpi is None or not any(item.get("/Subtype") == "/Image" for item in file.streams):
        return  # an inline picture has 4 kB at most
    severity = "error" if promise.dpi >= PRESS else "warning"
    for mark in file.marks:
        if mark.kind != "image" or max(mark.size) <= 1:  # one pixel is a flat colour
            continue
        dpi = resolution(mark)
        if dpi < promise.dpi * ROUNDING:
            yield promise.problem(f"page {mark.page}: a picture of {mark.size[0]} by {mark.size[1]} pixels has {dpi:.0f} dots "
                                  f"an inch where it stands, promised were {promise.dpi}",
                                  "use a larger original or a drawing, or set it smaller", severity)


def resolution(mark: Mark) -> float:
    """Dots an inch of a picture, along the side that has fewer; infinite for one without a size."""
    a, b, c, d, _, _ = mark.matrix
    sides = [(pixels, math.hypot(*side)) for pixels, side in zip(mark.size, ((a, b), (c, d)), strict=True)]
    return min((72 * pixels / length for pixels, length in sides if length > 0), default=math.inf)
