"""QR codes as vector drawings."""

import base64

from brochure.errors import ContentError, Problem

QUIET = 4  # modules of white round the code: ISO/IEC 18004, 6.3.8


def svg(text: str) -> str:
    """A QR code of error correction level M as SVG, one unit a module, with its quiet zone."""
    import zint

    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.QRCODE
    symbol.option_1 = 2  # level M: survives a fold or a stain, stays coarse enough for a copier
    try:
        symbol.encode(text)
    except RuntimeError as error:
        what = f"does not fit into a QR code: {error}"
        raise ContentError([Problem("contact.web", what, "use a shorter web address")]) from error
    size = symbol.rows + 2 * QUIET
    rows = bytes(symbol.encoded_data)
    stride = symbol.encoded_data.strides[0]  # type: ignore[index]  # bytes a row, the leftmost module in the lowest bit
    runs = []
    for y in range(symbol.rows):
        line = rows[y * stride : (y + 1) * stride]
        x = 0
        while x < symbol.width:
            if not line[x // 8] >> (x % 8) & 1:
                x += 1
                continue
            start = x
            while x < symbol.width and line[x // 8] >> (x % 8) & 1:
                x += 1
            runs.append(f"M{start + QUIET},{y + QUIET}h{x - start}v1h-{x - start}z")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
            f'<rect width="{size}" height="{size}" fill="#ffffff"/><path d="{"".join(runs)}" fill="#000000"/></svg>')


def data_url(text: str) -> str:
    """The QR code as a ``data:`` URL for an ``<img>``."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(text).encode()).decode()
