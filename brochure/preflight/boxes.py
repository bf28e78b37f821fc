"""Boxes: the sizes of the pages, and whether trim, bleed and media lie in each other as they should."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from brochure.errors import Problem
from brochure.preflight.content import Box
from brochure.press import POINTS

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

TOLERANCE = 0.1
"""Of a page's size, in mm."""

EXACT = 0.05
"""Of the bleed, in mm."""

INSIDE_OUT = "the media holds the bleed, the bleed the trim (ISO 32000-1, 14.11.2)"
SIZE = "look at the @page rules of the layout and at its paper"


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Compare the boxes of every page with each other and with the promise."""
    pages = list(file.pdf.pages)
    if promise.pages is not None and len(pages) != len(promise.pages):
        yield promise.problem(f"it has {len(pages)} pages, {len(promise.pages)} were promised",
                              "a panel is missing or too long, or a sheet is")
    for number, page in enumerate(pages, start=1):
        yield from _nested(number, page, promise)
        if promise.pages is not None and number <= len(promise.pages):
            yield from _sized(number, page, promise.pages[number - 1], promise)
        if promise.bleed is not None:
            yield from _bled(number, page, promise.bleed, promise)


def millimetres(page: Any, name: str) -> Box:
    """A box of a page: left, bottom, right, top; a box that is not given is the one it defaults to."""
    unit = float(page.obj.get("/UserUnit", 1)) / POINTS
    left, bottom, right, top = (float(value) * unit for value in getattr(page, name).as_list())
    return (left, bottom, right, top)


def _nested(number: int, page: Any, promise: "Promise") -> Iterator[Problem]:
    for inner, outer in (("TrimBox", "BleedBox"), ("BleedBox", "MediaBox")):
        small, large = millimetres(page, inner.lower()), millimetres(page, outer.lower())
        out = max(large[0] - small[0], large[1] - small[1], small[2] - large[2], small[3] - large[3])
        if out > EXACT:
            yield promise.problem(f"page {number}: the {inner} stands {out:.2f} mm out of the {outer}", INSIDE_OUT)


def _sized(number: int, page: Any, promised: tuple[float, float], promise: "Promise") -> Iterator[Problem]:
    whole = ("MediaBox", "CropBox", "TrimBox") if promise.bleed is None else ("TrimBox",)
    for name in whole:
        left, bottom, right, top = millimetres(page, name.lower())
        size = right - left, top - bottom
        if max(abs(is_ - was) for is_, was in zip(size, promised, strict=True)) > TOLERANCE:
            yield promise.problem(f"page {number}: the {name} is {_size(size)}, promised was {_size(promised)}", SIZE)
    if (turned := page.obj.get("/Rotate", 0)) != 0:
        yield promise.problem(f"page {number} is turned by {turned} degrees", "a page for print is not turned")


def _bled(number: int, page: Any, bleed: float, promise: "Promise") -> Iterator[Problem]:
    trim, box = millimetres(page, "trimbox"), millimetres(page, "bleedbox")
    for side, is_ in zip(("left", "lower", "right", "upper"), (abs(b - t) for t, b in zip(trim, box, strict=True)), strict=True):
        if abs(is_ - bleed) > EXACT:
            yield promise.problem(f"page {number}: the bleed is {is_:.2f} mm at the {side} edge, promised was {bleed:.2f} mm",
                                  "the BleedBox is the TrimBox and the edition's bleed on every side")


def _size(size: tuple[float, float]) -> str:
    return f"{size[0]:.2f} by {size[1]:.2f} mm"
