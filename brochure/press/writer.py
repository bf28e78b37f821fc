"""Writer: a PDF file's syntax, from objects in memory to bytes."""

import re
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import pydyf

Objects = dict[int, pydyf.Object]

VERSION = "1.7"
"""Of PDF; PDF/X-4 is written as 1.6 (ISO 15930-7)."""

POINTS = 72 / 25.4
"""In a millimetre."""

PRECISION = 4
"""Decimals of a point: 0.04 µm."""

WIDTHS = pydyf.Array([1, 4, 2])
"""Bytes of the fields of a row of the cross-reference: kind, place, index."""

ROW: int = sum(WIDTHS)

SMALL, USUAL, QUICK = 9, 6, 1
"""Levels of compression; for a thousand cross-references the first takes longer than all the rest of their files, and for
a thousand QR codes twice as long as the second, which makes them no larger."""

SHORT = 4096
WINDOW = (9, 5)
"""Of compression: what it looks back on, as a power of 2, and how much memory it takes, for as many bytes as SHORT.

Both make it quick, and the former makes a QR code 9 % smaller: what is near takes fewer bits to point at.
"""

REFERENCE = re.compile(rb"\([^\\()]*(?:\\.[^\\()]*)*\)|<[0-9A-Fa-f\s]*>|\b(\d+) 0 R\b", re.DOTALL)
"""A reference to an object, or a string, which may only look as if it held one."""

LENGTH = re.compile(rb"/Length \d+")


class Moved(pydyf.Object):  # type: ignore[misc]  # pydyf has no types
    """An object of a second document, whose references are counted on from the first one's."""

    def __init__(self, item: pydyf.Object, by: int) -> None:
        super().__init__()
        self.item, self.by = item, by

    def parts(self) -> tuple[bytes, bytes | None]:
        """Its dictionary or value, and the payload of a stream."""
        head, payload = parts_of(self.item)
        return REFERENCE.sub(lambda match: reference(int(match[1]) + self.by) if match[1] else match[0], head), payload


def points(*lengths: float) -> list[float]:
    """Lengths in mm as points."""
    return [round(length * POINTS, PRECISION) for length in lengths]


def reference(number: int) -> bytes:
    """How one object names another."""
    return b"%d 0 R" % number


def target(value: bytes) -> int:
    """The number of the object that a reference names."""
    return int(value.split()[0])


def add(objects: Objects, item: pydyf.Object) -> bytes:
    """Give the object the next number and return its reference."""
    number = max(objects) + 1
    objects[number] = item
    return reference(number)


@dataclass(frozen=True)
class Body:
    """A document's objects, with the references of its catalog and of its document information.

    ``starts`` says of each rendering that is in it from which number on its objects count.
    """

    objects: Objects
    root: bytes
    info: bytes
    version: str = VERSION
    starts: tuple[int, ...] = (0,)


def body(objects: Objects, pdf: pydyf.PDF, version: str = VERSION, starts: tuple[int, ...] = (0,)) -> Body:
    """The objects as a document that says of itself what ``pdf`` says."""
    return Body(objects, reference(pdf.catalog.number), add(objects, pydyf.Dictionary(pdf.info)), version, starts)


def write(document: Body) -> bytes:
    """Write everything that the catalog and the document information lead to."""
    return Writer(document).file()


class Writer:
    """A document written but for the objects it is ``open`` at; these come last, so all before them is written once.

    Streams stand alone, all other objects in one object stream; the cross-reference is a stream. The
    file's identifier is made of its content, so the same document is the same bytes.
    """

    def __init__(self, document: Body, *, open: Collection[int] = ()) -> None:
        found = _reachable(document.objects, document.root + b" " + document.info)
        self._numbers = {old: new for new, old in enumerate(sorted(found), start=1)}
        self.open = {old: self.renumbered(found[old][0]) for old in sorted(found) if old in open}
        out = bytearray(header(document.version))
        container, self._table = len(found) + 1, len(found) + 2
        packed: list[tuple[int, bytes]] = []
        entries = {0: (0, 0, 0xFFFF)}
        for old, number in self._numbers.items():
            head, payload = found[old]
            if old in self.open:
                continue
            if payload is None:
                entries[number] = (2, container, len(packed))
                packed.append((number, self.renumbered(head)))
            else:
                entries[number] = (1, len(out), 0)
                out += indirect(number, self.renumbered(head), payload)
        entries[container] = (1, len(out), 0)
        out += object_stream(container, packed)
        self._prefix, self._digest = bytes(out), sha256(out)
        self._rows = bytearray().join(row(*entries.get(number, (0, 0, 0))) for number in range(self._table + 1))
        self._ends = {"Root": self.renumbered(document.root), "Info": self.renumbered(document.info)}

    def renumbered(self, data: bytes) -> bytes:
        """The data with its references as the file has them."""
        return _renumber(data, self._numbers)

    def indirect(self, old: int, head: bytes, payload: bytes | None) -> bytes:
        """The object that was ``old``, as it stands in the file."""
        return indirect(self._numbers[old], head, payload)

    def file(self, rest: Sequence[tuple[int, bytes]] = ()) -> bytes:
        """The file, closed with what ``indirect`` made of every object that is open."""
        rows, digest, place = bytearray(self._rows), self._digest.copy(), len(self._prefix)
        for old, data in rest:
            number = self._numbers[old]
            rows[ROW * number : ROW * number + ROW] = row(1, place, 0)
            digest.update(data)
            place += len(data)
        rows[ROW * self._table :] = row(1, place, 0)
        identifier = digest.hexdigest()[:32]
        head = {"Type": "/XRef", "Size": self._table + 1, "W": WIDTHS, **self._ends, "ID": pydyf.Array([f"<{identifier}>"] * 2)}
        table = stream(self._table, head, bytes(rows), QUICK if self.open else SMALL)
        return b"".join((self._prefix, *(data for _, data in rest), table, b"startxref\n%d\n%%%%EOF\n" % place))


def header(version: str) -> bytes:
    """The first two lines; the second says that the file is not text (ISO 32000-1, 7.5.2)."""
    return b"%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n" % version.encode()


def row(kind: int, place: int, index: int) -> bytes:
    """A row of the cross-reference: 1, a place in the file and 0; or 2, the number of an object stream and a place in it."""
    return kind.to_bytes(1, "big") + place.to_bytes(4, "big") + index.to_bytes(2, "big")


def _reachable(objects: Objects, start: bytes) -> dict[int, tuple[bytes, bytes | None]]:
    """Return number -> (dictionary or value, payload of a stream) of all that ``start`` leads to."""
    found: dict[int, tuple[bytes, bytes | None]] = {}
    waiting = list(references(start))
    while waiting:
        number = waiting.pop()
        if number not in found:
            found[number] = head, _ = parts_of(objects[number])
            waiting += references(head)
    return found


def parts_of(item: pydyf.Object) -> tuple[bytes, bytes | None]:
    """An object's dictionary or value, and the payload of a stream."""
    if isinstance(item, Moved):
        return item.parts()
    if not isinstance(item, pydyf.Stream):
        return item.data, None
    if item.extra.get("Type") == "/Metadata":  # PDF/A wants XMP readable without a PDF reader: no filter
        item = pydyf.Stream(item.stream, item.extra)
    head, _, payload = item.data.partition(b"\nstream\n")
    return head, payload.removesuffix(b"\nendstream")


def payload_of(item: pydyf.Object) -> bytes:
    """The payload of a drawing; ``parts_of`` compresses it in a window that is made for larger ones."""
    stream = item.item if isinstance(item, Moved) else item
    data = b"\n".join(map(pydyf._to_bytes, stream.stream))
    return deflated(data, USUAL) if stream.compress else data


def sized(head: bytes, payload: bytes) -> bytes:
    """The dictionary of a stream, as it is with another payload."""
    return LENGTH.sub(b"/Length %d" % len(payload), head)


def references(data: bytes) -> Iterable[int]:
    """The numbers of the objects that are referred to."""
    return (int(match[1]) for match in REFERENCE.finditer(data) if match[1])


def _renumber(data: bytes, numbers: Mapping[int, int]) -> bytes:
    return REFERENCE.sub(lambda match: reference(numbers[int(match[1])]) if match[1] else match[0], data)


def deflated(data: bytes, level: int) -> bytes:
    """The data compressed; where they are short in a small window, for to clear a large one takes longer than all the rest."""
    packer = zlib.compressobj(level, zlib.DEFLATED, *(WINDOW if len(data) <= SHORT else ()))
    return packer.compress(data) + packer.flush()


def object_stream(number: int, packed: Sequence[tuple[int, bytes]]) -> bytes:
    """Return one stream with all objects that are not streams (ISO 32000-1, 7.5.7)."""
    index: list[int] = []
    place = 0
    for item, data in packed:
        index += (item, place)
        place += len(data) + 1
    head = b" ".join(b"%d" % value for value in index) + b"\n"
    body = head + b"\n".join(data for _, data in packed)
    return stream(number, {"Type": "/ObjStm", "N": len(packed), "First": len(head)}, body)


def stream(number: int, head: Mapping[str, object], body: bytes, level: int = SMALL) -> bytes:
    """A compressed stream as it stands in the file."""
    payload = deflated(body, level)
    extra = {"Filter": "/FlateDecode", "Length": len(payload)}
    return indirect(number, pydyf.Dictionary({**head, **extra}).data, payload)


def indirect(number: int, head: bytes, payload: bytes | None) -> bytes:
    """An object as it stands in the file: its dictionary or value, and the payload of a stream."""
    if payload is None:
        return b"%d 0 obj\n%s\nendobj\n" % (number, head)
    # CRLF, because a compressed stream may itself end in CR: with LF alone a reader counts that CR as
    # part of the line's end, and one file in 250 breaks PDF/A's rule on /Length (ISO 19005-2, 6.1.7.1).
    return b"%d 0 obj\n%s\nstream\n%s\r\nendstream\nendobj\n" % (number, head, payload)
