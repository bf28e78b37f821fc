"""QR codes as vector drawings."""

import base64
import functools
import re
from collections.abc import Iterable

from brochure.errors import ContentError, Problem

QUIET = 4  # modules of white round the code: ISO/IEC 18004, 6.3.8
DARK = re.compile("1+")
TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))  # each byte with its bits the other way round

Bar = tuple[int, int]  # where it starts and ends


def svg(text: str) -> str:
    """A QR code of error correction level M as SVG, one unit a module, with its quiet zone."""
    side, width, bars = _bars(text)
    size = side + 2 * QUIET
    runs = "".join(f"M{start % width + QUIET},{start // width + QUIET}h{end - start}v1h-{end - start}z" for start, end in bars)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
            f'<rect width="{size}" height="{size}" fill="#ffffff"/><path d="{runs}" fill="#000000"/></svg>')


def data_url(text: str) -> str:
    """The QR code as a ``data:`` URL for an ``<img>``."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(text).encode()).decode()


def painted(text: str, side: float) -> bytes:
    """The same drawing as operators of a PDF, in a square of this side whose y goes down."""
    modules, width, bars = _bars(text)
    places, lengths = _written(modules, width)
    runs = b"".join([places[start] + lengths[end - start] for start, end in bars])
    size = modules + 2 * QUIET
    scale = side / size
    return b"%f 0 0 %f 0 0 cm\n1 1 1 rg\n0 0 %d %d re\nf\n0 0 0 rg\n%sf" % (scale, scale, size, size, runs)


@functools.lru_cache(maxsize=40)  # codes have as many sizes
def _written(side: int, width: int) -> tuple[list[bytes], list[bytes]]:
    """The operands and the operator of a bar: by where it starts, and by its length."""
    places = [b"%d %d " % (x + QUIET, y + QUIET) for y in range(side) for x in range(width)]
    return places, [b"%d 1 re\n" % length for length in range(side + 1)]


def _bars(text: str) -> tuple[int, int, Iterable[Bar]]:
    """The side of the code, how many modules a row is counted as, and the dark bars in modules from the first row's start."""
    import zint

    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.QRCODE
    symbol.option_1 = 2  # level M: survives a fold or a stain, stays coarse enough for a copier
    try:
        symbol.encode(text)
    except RuntimeError as error:
        what = f"does not fit into a QR code: {error}"
        raise ContentError([Problem("contact.web", what, "use a shorter web address")]) from error
    data = bytes(symbol.encoded_data)
    stride = symbol.encoded_data.strides[0]  # type: ignore[index]  # bytes a row, the leftmost module in the lowest bit
    side, width = symbol.rows, symbol.width // 8 + 1  # bytes of a row: a side is odd, so that a white module ends each
    rows = b"".join([data[at : at + width] for at in range(0, side * stride, stride)]).translate(TURNED)
    bits = f"{int.from_bytes(rows, 'big'):0{8 * len(rows)}b}"
    return side, 8 * width, map(re.Match.span, DARK.finditer(bits))
