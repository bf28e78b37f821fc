"""QR codes as vector drawings."""

import base64

from brochure.errors import ContentError, Problem

QUIET = 4  # modules of white round the code: ISO/IEC 18004, 6.3.8
TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))  # each byte with its bits the other way round

Bar = tuple[int, int, int]  # x, y, length in modules


def svg(text: str) -> str:
    """A QR code of error correction level M as SVG, one unit a module, with its quiet zone."""
    size, bars = _bars(text)
    runs = "".join(f"M{x},{y}h{length}v1h-{length}z" for x, y, length in bars)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
            f'<rect width="{size}" height="{size}" fill="#ffffff"/><path d="{runs}" fill="#000000"/></svg>')


def data_url(text: str) -> str:
    """The QR code as a ``data:`` URL for an ``<img>``."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(text).encode()).decode()


def painted(text: str, side: float) -> bytes:
    """The same drawing as operators of a PDF, in a square of this side whose y goes down."""
    size, bars = _bars(text)
    runs = "".join([f"{x} {y} {length} 1 re\n" for x, y, length in bars]).encode()
    scale = side / size
    return b"%f 0 0 %f 0 0 cm\n1 1 1 rg\n0 0 %d %d re\nf\n0 0 0 rg\n%sf" % (scale, scale, size, size, runs)


def _bars(text: str) -> tuple[int, list[Bar]]:
    """The side of the code with its quiet zone, and the dark bars of each row, in modules."""
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
    bars = []
    for y in range(symbol.rows):
        row = data[y * stride : y * stride + (symbol.width + 7) // 8].translate(TURNED)
        bits = f"{int.from_bytes(row, 'big'):0{8 * len(row)}b}"[: symbol.width] + "0"
        x = bits.find("1")
        while x >= 0:
            end = bits.find("0", x)
            bars.append((x + QUIET, y + QUIET, end - x))
            x = bits.find("1", end)
    return symbol.rows + 2 * QUIET, bars
