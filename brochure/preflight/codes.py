"""Codes: QR codes read from the drawn page, as a phone would, and large and free enough for a poor one."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brochure.errors import Problem

if TYPE_CHECKING:
    from PIL import Image

    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

QUIET = 4
"""Modules of white round a code (ISO/IEC 18004, 6.3.8)."""

SMALLEST = 20.0
"""Side of a code in mm, so that a phone reads it from an arm's length."""

MODULE = 0.4
"""Side of a module in mm that a copier of a copy still holds."""

LIGHT = 160
"""Of 255: what is darker than this round a code may be taken for a module."""


@dataclass(frozen=True)
class Code:
    """A QR code on a page, counted from 1: what it says, its side and its module in mm, whether it stands free."""

    page: int
    text: str
    side: float
    module: float
    free: bool


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Compare the codes on the pages with the addresses that were promised; say what else makes one hard to read."""
    if promise.codes is None:
        return
    found = list(read(file))
    for address in promise.codes:
        if address not in {code.text for code in found}:
            yield promise.problem(f"no QR code leads to {address}, as was promised",
                                  "it is missing, too small, covered, or not dark on light")
    for code in found:
        if code.text not in promise.codes:
            yield promise.problem(f"page {code.page}: a QR code leads to {code.text}", "is that the right address?", "remark")
        if not code.free:
            yield promise.problem(f"page {code.page}: the QR code to {code.text} has print nearer than {QUIET} modules",
                                  "leave a white border round it, or phones do not find it")
        if code.module < MODULE:
            yield promise.problem(f"page {code.page}: the modules of the QR code to {code.text} are {code.module:.2f} mm wide, "
                                  f"at least {MODULE} mm are needed", "make the code larger or the address shorter")
        if code.side < SMALLEST:
            yield promise.problem(f"page {code.page}: the QR code to {code.text} is {code.side:.1f} mm wide",
                                  f"{SMALLEST:g} mm or more are read from an arm's length", "warning")


def read(file: "File") -> Iterator[Code]:
    """Every QR code on every page."""
    import zxingcpp

    for number, picture in enumerate(file.pictures(grey=True), start=1):
        grey = picture.image
        for code in zxingcpp.read_barcodes(grey, zxingcpp.barcode_formats_from_str("QRCode")):
            about: Any = code.extra
            modules = 17 + 4 * int(about["Version"])  # ISO/IEC 18004, 6.3.1
            at = code.position
            corners = [(point.x, point.y) for point in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
            side = math.dist(corners[0], corners[1])
            wide = side * picture.pixel
            yield Code(number, code.text, wide, wide / modules, _free(grey, corners, side / modules))


def _free(grey: "Image.Image", corners: list[tuple[int, int]], module: float) -> bool:
    """Whether the border round an upright code is light; half a module of it may be the code's own soft edge."""
    across, up = [x for x, _ in corners], [y for _, y in corners]
    soft, border = module / 2, module * (QUIET - 0.5)
    outer = (min(across) - border, min(up) - border, max(across) + border, max(up) + border)
    inner = (min(across) - soft, min(up) - soft, max(across) + soft, max(up) + soft)
    strips = ((outer[0], outer[1], outer[2], inner[1]), (outer[0], inner[3], outer[2], outer[3]),
              (outer[0], inner[1], inner[0], inner[3]), (inner[2], inner[1], outer[2], inner[3]))
    return min(_darkest(grey, strip) for strip in strips) >= LIGHT


def _darkest(grey: "Image.Image", strip: tuple[float, float, float, float]) -> int:
    left, top, right, bottom = strip
    box = (math.ceil(left), math.ceil(top), math.floor(right), math.floor(bottom))
    part: Any = grey.crop(box)  # beyond the paper it is black
    darkest: int = part.getextrema()[0]
    return darkest
