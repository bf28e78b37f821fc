"""Press: the only writer of PDF bytes.

Both editions start from the complete ``pydyf.PDF`` that WeasyPrint gives to a finisher and leave it
as it was, so one rendering can be written several times. Lengths are mm outside this module and PDF
points (1/72 in, origin bottom left) inside.
"""

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import pydyf

from brochure.impose import Sheet

Objects = dict[int, pydyf.Object]

DUPLEX: Mapping[str, str] = {
    "short-edge": "DuplexFlipShortEdge",
    "long-edge": "DuplexFlipLongEdge",
    "simplex": "Simplex",
}
"""How the paper turns over, as ISO 32000-1 calls it in table 150."""

FOR_PAPER = ("Type", "Pages", "Lang", "Metadata", "OutputIntents")
"""What an imposed file keeps of the catalog: all else points to the panels' pages, which are gone."""

POINTS = 72 / 25.4
PRECISION = 4
"""Decimals of a point: 0.04 µm."""

REFERENCE = re.compile(rb"\([^\\()]*(?:\\.[^\\()]*)*\)|<[0-9A-Fa-f\s]*>|\b(\d+) 0 R\b", re.DOTALL)
"""A reference to an object, or a string, which may only look as if it held one."""


@dataclass(frozen=True)
class Ticks:
    """Fold ticks at a sheet's top and bottom edge, from ``start`` to ``end`` mm off that edge.

    ``weight`` is the width of the line in points, ``grey`` its tone from 0 (black) to 1 (white).
    """

    start: float
    end: float
    weight: float
    grey: float


def plain(pdf: pydyf.PDF) -> bytes:
    """Write the document as it was rendered: panels as pages, with its tags, links and bookmarks."""
    objects = dict(enumerate(pdf.objects))
    view = pydyf.Dictionary({"DisplayDocTitle": "true"})
    objects[pdf.catalog.number] = pydyf.Dictionary(pdf.catalog | {"ViewerPreferences": view})
    return _write(objects, pdf)


def imposed(pdf: pydyf.PDF, sheets: Sequence[Sheet], *, flip: str, ticks: Ticks | None = None) -> bytes:
    """Write the sheets: each panel's page becomes a Form XObject, which the sheets draw in its place.

    Such a file is for paper and has no tags, links or bookmarks; render it untagged, because its XMP stays
    as it is. It asks the viewer to print at actual size, on paper of the sheet's size, turned over as
    ``flip`` says, a key of ``DUPLEX``.
    """
    objects = dict(enumerate(pdf.objects))
    forms = [_form(objects, pdf.objects[number]) for number in pdf.pages["Kids"][::3]]
    pages = [_add(objects, _page(objects, sheet, forms, ticks, pdf.pages.reference)) for sheet in sheets]
    objects[pdf.pages.number] = pydyf.Dictionary(
        {"Type": "/Pages", "Kids": pydyf.Array(pages), "Count": len(pages)}
    )
    view = {
        "PrintScaling": "/None",
        "Duplex": f"/{DUPLEX[flip]}",
        "PickTrayByPDFSize": "true",
        "DisplayDocTitle": "true",
    }
    catalog = {key: pdf.catalog[key] for key in FOR_PAPER if key in pdf.catalog}
    objects[pdf.catalog.number] = pydyf.Dictionary(catalog | {"ViewerPreferences": pydyf.Dictionary(view)})
    return _write(objects, pdf)


def _form(objects: Objects, page: pydyf.Dictionary) -> bytes:
    """Make a Form XObject of the page's content, under the same number; its BBox clips at the trim."""
    number = int(page["Contents"].split()[0])
    drawing = objects[number]
    form = {"Type": "/XObject", "Subtype": "/Form", "BBox": page["TrimBox"], "Resources": page["Resources"]}
    objects[number] = pydyf.Stream(drawing.stream, drawing.extra | form, drawing.compress)
    return _reference(number)


def _page(
    objects: Objects, sheet: Sheet, forms: Sequence[bytes], ticks: Ticks | None, parent: bytes
) -> pydyf.Dictionary:
    """Return the page of one side of a sheet; MediaBox and TrimBox are the sheet."""
    drawing = pydyf.Stream(compress=True)
    for place in sheet.placements:
        x, y = _points(place.x, sheet.height - place.y - place.height)
        drawing.push_state()
        drawing.set_matrix(1, 0, 0, 1, x, y)
        drawing.draw_x_object(f"P{place.panel}")
        drawing.pop_state()
    if ticks:
        _tick(drawing, sheet, ticks)
    box = pydyf.Array(_points(0, 0, sheet.width, sheet.height))
    drawn = pydyf.Dictionary({f"P{place.panel}": forms[place.panel] for place in sheet.placements})
    return pydyf.Dictionary(
        {
            "Type": "/Page",
            "Parent": parent,
            "MediaBox": box,
            "TrimBox": box,
            "Contents": _add(objects, drawing),
            "Resources": pydyf.Dictionary({"XObject": drawn}),
        }
    )


def _tick(drawing: pydyf.Stream, sheet: Sheet, ticks: Ticks) -> None:
    drawing.push_state()
    drawing.set_color_space("DeviceGray", stroke=True)
    drawing.set_color_special(None, True, ticks.grey)
    drawing.set_line_width(ticks.weight)
    for fold in sheet.folds:
        for start, end in ((ticks.start, ticks.end), (sheet.height - ticks.start, sheet.height - ticks.end)):
            x, start_point, end_point = _points(fold, start, end)
            drawing.move_to(x, start_point)
            drawing.line_to(x, end_point)
    drawing.stroke()
    drawing.pop_state()


def _points(*lengths: float) -> list[float]:
    return [round(length * POINTS, PRECISION) for length in lengths]


def _reference(number: int) -> bytes:
    return b"%d 0 R" % number


def _add(objects: Objects, item: pydyf.Object) -> bytes:
    """Give the object the next number and return its reference."""
    number = max(objects) + 1
    objects[number] = item
    return _reference(number)


def _write(objects: Objects, pdf: pydyf.PDF) -> bytes:
    """Write everything that the catalog and the document information lead to, as PDF 1.7.

    Streams stand alone, all other objects in one object stream; the cross-reference is a stream. The
    file's identifier is made of its content, so the same document is the same bytes.
    """
    info = _add(objects, pydyf.Dictionary(pdf.info))
    root = _reference(pdf.catalog.number)
    found = _reachable(objects, root + b" " + info)
    renumbered = {old: new for new, old in enumerate(sorted(found), start=1)}

    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    container, table = len(found) + 1, len(found) + 2
    packed: list[tuple[int, bytes]] = []
    entries = {0: (0, 0, 0xFFFF)}
    for old, number in renumbered.items():
        head, payload = found[old]
        head = _renumber(head, renumbered)
        if payload is None:
            entries[number] = (2, container, len(packed))
            packed.append((number, head))
        else:
            entries[number] = (1, len(out), 0)
            out += _indirect(number, head, payload)
    entries[container] = (1, len(out), 0)
    out += _object_stream(container, packed)
    start = entries[table] = (1, len(out), 0)
    identifier = sha256(out).hexdigest()[:32]
    rows = b"".join(_row(*entries[number]) for number in range(table + 1))
    out += _stream(
        table,
        {
            "Type": "/XRef",
            "Size": table + 1,
            "W": pydyf.Array([1, 4, 2]),
            "Root": _renumber(root, renumbered),
            "Info": _renumber(info, renumbered),
            "ID": pydyf.Array([f"<{identifier}>"] * 2),
        },
        rows,
    )
    out += b"startxref\n%d\n%%%%EOF\n" % start[1]
    return bytes(out)


def _row(kind: int, place: int, index: int) -> bytes:
    return kind.to_bytes(1, "big") + place.to_bytes(4, "big") + index.to_bytes(2, "big")


def _reachable(objects: Objects, start: bytes) -> dict[int, tuple[bytes, bytes | None]]:
    """Return number -> (dictionary or value, payload of a stream) of all that ``start`` leads to."""
    found: dict[int, tuple[bytes, bytes | None]] = {}
    waiting = list(_references(start))
    while waiting:
        number = waiting.pop()
        if number not in found:
            found[number] = head, _ = _parts(objects[number])
            waiting += _references(head)
    return found


def _parts(item: pydyf.Object) -> tuple[bytes, bytes | None]:
    if not isinstance(item, pydyf.Stream):
        return item.data, None
    if item.extra.get("Type") == "/Metadata":  # PDF/A wants XMP readable without a PDF reader: no filter
        item = pydyf.Stream(item.stream, item.extra)
    head, _, payload = item.data.partition(b"\nstream\n")
    return head, payload.removesuffix(b"\nendstream")


def _references(data: bytes) -> Iterable[int]:
    return (int(match[1]) for match in REFERENCE.finditer(data) if match[1])


def _renumber(data: bytes, numbers: Mapping[int, int]) -> bytes:
    return REFERENCE.sub(lambda match: _reference(numbers[int(match[1])]) if match[1] else match[0], data)


def _object_stream(number: int, packed: Sequence[tuple[int, bytes]]) -> bytes:
    """Return one stream with all objects that are not streams (ISO 32000-1, 7.5.7)."""
    index: list[int] = []
    place = 0
    for item, data in packed:
        index += (item, place)
        place += len(data) + 1
    head = b" ".join(b"%d" % value for value in index) + b"\n"
    body = head + b"\n".join(data for _, data in packed)
    return _stream(number, {"Type": "/ObjStm", "N": len(packed), "First": len(head)}, body)


def _stream(number: int, head: Mapping[str, object], body: bytes) -> bytes:
    payload = zlib.compress(body, 9)
    extra = {"Filter": "/FlateDecode", "Length": len(payload)}
    return _indirect(number, pydyf.Dictionary({**head, **extra}).data, payload)


def _indirect(number: int, head: bytes, payload: bytes) -> bytes:
    # CRLF, because a compressed stream may itself end in CR: with LF alone a reader counts that CR as
    # part of the line's end, and one file in 250 breaks PDF/A's rule on /Length (ISO 19005-2, 6.1.7.1).
    return b"%d 0 obj\n%s\nstream\n%s\r\nendstream\nendobj\n" % (number, head, payload)
