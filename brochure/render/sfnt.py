"""TrueType files as bytes: composite glyphs added to an embedded font.

Written by hand because fontTools reads and measures every glyph again, which takes longer than the layout.
Source: OpenType specification, chapters otff, glyf, loca, hmtx, maxp.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# What a PDF needs of an embedded TrueType CID font (ISO 32000-1, 9.9); cairo writes the same tables.
KEPT = ("cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep")
WORDS, OFFSETS, MORE = 0x0001, 0x0002, 0x0020  # component flags
SCALES = {0x0008: 2, 0x0040: 4, 0x0080: 8}  # flag -> bytes of the transformation that follows
MAGIC = 0xB1B0AFBA


@dataclass(frozen=True)
class Composite:
    """Glyphs drawn as one: parts are (glyph, x, y), advance the width, all in font units."""

    parts: tuple[tuple[int, int, int], ...]
    advance: int


@dataclass(frozen=True)
class _Shape:
    box: tuple[int, int, int, int]
    points: int
    contours: int
    depth: int  # 0 for a simple glyph


def tables(font: bytes) -> dict[str, bytes]:
    """The tables of a single font by tag."""
    count = struct.unpack_from(">H", font, 4)[0]
    found = {}
    for index in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        found[tag.decode("latin-1")] = font[offset : offset + length]
    return found


def assembled(parts: Mapping[str, bytes]) -> bytes:
    """A font file made of `parts`, with its checksums."""
    parts = dict(parts)
    head = bytearray(parts["head"])
    head[8:12] = bytes(4)
    parts["head"] = bytes(head)
    count = len(parts)
    power = 1 << (count.bit_length() - 1)
    search = (count, power * 16, power.bit_length() - 1, (count - power) * 16)
    directory = struct.pack(">4s4H", b"\0\1\0\0", *search)
    offset, body = 12 + 16 * count, b""
    for tag in sorted(parts):
        content = parts[tag]
        padded = content + bytes(-len(content) % 4)
        directory += struct.pack(">4sLLL", tag.encode("latin-1"), _checksum(padded), offset, len(content))
        if tag == "head":
            place = offset + 8
        body += padded
        offset += len(padded)
    font = bytearray(directory + body)
    struct.pack_into(">L", font, place, (MAGIC - _checksum(font)) & 0xFFFFFFFF)
    return bytes(font)


def with_composites(font: bytes, composites: Mapping[int, Composite]) -> bytes:
    """`font` with one more glyph for every id of `composites`; ids between are empty glyphs."""
    old = tables(font)
    head, hhea, maxp = bytearray(old["head"]), bytearray(old["hhea"]), bytearray(old["maxp"])
    count = struct.unpack_from(">H", maxp, 4)[0]
    outlines = _Outlines(old["glyf"], old["loca"], count, bool(struct.unpack_from(">h", head, 50)[0]))
    metrics = _metrics(old["hmtx"], count, struct.unpack_from(">H", hhea, 34)[0])
    added: list[tuple[int, _Shape]] = []
    for glyph in range(count, max(composites) + 1):
        outline, metric = b"", bytes(4)
        if glyph in composites:
            composite = composites[glyph]
            parts = composite.parts
            inked = [(g, x, y, shape) for g, x, y in parts if (shape := outlines.shape(g))]
            bearing = 0
            if inked:
                shape = _joined(inked)
                added.append((len(inked), shape))
                outline, bearing = _composite(inked, shape), shape.box[0]
            metric = struct.pack(">Hh", max(composite.advance, 0), bearing)
        outlines.append(outline)
        metrics += metric
    total = len(metrics) // 4
    struct.pack_into(">h", head, 50, 1)
    struct.pack_into(">H", hhea, 34, total)
    struct.pack_into(">H", hhea, 10, max(struct.unpack(f">{2 * total}H", metrics)[::2]))
    struct.pack_into(">H", maxp, 4, total)
    if added:
        _raise_limits(maxp, added)
        boxes = [struct.unpack_from(">4h", head, 36), *(shape.box for _, shape in added)]
        struct.pack_into(">4h", head, 36, *_union(boxes))
    new = {tag: content for tag, content in old.items() if tag in KEPT}
    new |= {"head": bytes(head), "hhea": bytes(hhea), "maxp": bytes(maxp), "hmtx": bytes(metrics)}
    new |= {"glyf": bytes(outlines.glyf), "loca": outlines.loca}
    return assembled(new)


def dated(font: bytes, source: bytes) -> bytes:
    """`font` with the creation and modification dates of `source`: instancing stamps the current time."""
    new = tables(font)
    new["head"] = new["head"][:20] + tables(source)["head"][20:36] + new["head"][36:]
    return assembled(new)


class _Outlines:
    """The glyf and loca tables, growing at their end."""

    def __init__(self, glyf: bytes, loca: bytes, count: int, long: bool) -> None:
        if long:
            self.offsets = list(struct.unpack(f">{count + 1}L", loca[: 4 * count + 4]))
        else:
            self.offsets = [2 * half for half in struct.unpack(f">{count + 1}H", loca[: 2 * count + 2])]
        self.glyf = bytearray(glyf[: self.offsets[-1]])
        self.shapes: dict[int, _Shape | None] = {}

    @property
    def loca(self) -> bytes:
        return struct.pack(f">{len(self.offsets)}L", *self.offsets)

    def append(self, outline: bytes) -> None:
        if outline:
            self.glyf += bytes(-len(self.glyf) % 4)
            self.offsets[-1] = len(self.glyf)  # padding belongs to the glyph before
        self.glyf += outline
        self.offsets.append(len(self.glyf))

    def shape(self, glyph: int) -> _Shape | None:
        """Size of a glyph; None when it has no ink."""
        if glyph not in self.shapes:
            start, end = self.offsets[glyph : glyph + 2] if glyph + 1 < len(self.offsets) else (0, 0)
            self.shapes[glyph] = self._measured(self.glyf[start:end]) if end > start else None
        return self.shapes[glyph]

    def _measured(self, outline: bytes | bytearray) -> _Shape:
        contours, left, bottom, right, top = struct.unpack_from(">5h", outline)
        box = (left, bottom, right, top)
        if contours >= 0:
            points = struct.unpack_from(">H", outline, 8 + 2 * contours)[0] + 1 if contours else 0
            return _Shape(box, points, contours, 0)
        inner, position, flags = [], 10, MORE
        while flags & MORE:
            flags, glyph = struct.unpack_from(">HH", outline, position)
            position += 8 if flags & WORDS else 6
            position += sum(size for flag, size in SCALES.items() if flags & flag)
            if shape := self.shape(glyph):
                inner.append(shape)
        return _sum(box, inner)


def _metrics(hmtx: bytes, count: int, full: int) -> bytearray:
    """All glyphs with width and bearing: the last ones of a table may leave the width out."""
    full = min(full, count)
    metrics = bytearray(hmtx[: 4 * full])
    width = hmtx[4 * full - 4 : 4 * full - 2]
    for start in range(4 * full, 4 * full + 2 * (count - full), 2):
        metrics += width + hmtx[start : start + 2]
    return metrics


def _joined(inked: list[tuple[int, int, int, _Shape]]) -> _Shape:
    moved = []
    for _, x, y, shape in inked:
        left, bottom, right, top = shape.box
        moved.append((left + x, bottom + y, right + x, top + y))
    return _sum(_union(moved), [shape for *_, shape in inked])


def _sum(box: tuple[int, int, int, int], shapes: list[_Shape]) -> _Shape:
    return _Shape(
        box,
        sum(shape.points for shape in shapes),
        sum(shape.contours for shape in shapes),
        1 + max((shape.depth for shape in shapes), default=0),
    )


def _composite(inked: list[tuple[int, int, int, _Shape]], shape: _Shape) -> bytes:
    outline = struct.pack(">5h", -1, *shape.box)
    for index, (glyph, x, y, _) in enumerate(inked):
        more = MORE if index < len(inked) - 1 else 0
        outline += struct.pack(">HHhh", WORDS | OFFSETS | more, glyph, x, y)
    return outline + bytes(-len(outline) % 4)


def _raise_limits(maxp: bytearray, added: list[tuple[int, _Shape]]) -> None:
    limits = (
        (10, max(shape.points for _, shape in added)),
        (12, max(shape.contours for _, shape in added)),
        (28, max(parts for parts, _ in added)),
        (30, max(shape.depth for _, shape in added)),
    )
    for offset, needed in limits:
        struct.pack_into(">H", maxp, offset, max(needed, struct.unpack_from(">H", maxp, offset)[0]))


def _union(boxes: Sequence[tuple[int, ...]]) -> tuple[int, int, int, int]:
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _checksum(content: bytes | bytearray) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(content) // 4}L", content)
    return sum(words) & 0xFFFFFFFF
