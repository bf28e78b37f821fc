"""Splice: one document for many recipients; a file of it is a constant beginning and what is the recipient's own.

Their own are the drawings in the slots (``render/slots.py``), and every string that holds a mark (``brochure.slots.MARK``):
in the annotations of links, in alternative texts, in the title and in the metadata. All else is laid out, compressed and
written once.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import pydyf

from brochure.press.writer import Body, Writer, parts_of, payload_of, sized
from brochure.render import Filled
from brochure.slots import MARK

MARKED = re.compile(re.escape(MARK) + r"(\w+)")
HOLE = re.compile(rb"\0(\d+)\0")  # never in what pydyf writes of a dictionary

DOCUMENT = re.compile("xmp\\.did:([0-9a-f-]{36})")

HIDDEN = {word: f"&#{ord(word[0])};{word[1:]}" for word in ("endstream", "endobj")}
"""The XMP stands in the file as it is, and many a program looks for these words to find a stream's end."""


class Splice:
    """The document with everything that may stand in its slots."""

    def __init__(self, document: Body, filled: Sequence[Filled]) -> None:
        self._objects, self._filled = document.objects, filled
        packets = {number for number, item in document.objects.items() if MARKED.search(_packet(item))}
        perforated = {number: _perforated(item) for number, item in document.objects.items()
                      if isinstance(item, pydyf.Dictionary)}
        strings = {number: own for number, (_, own) in perforated.items() if own}
        objects = document.objects | {number: perforated[number][0] for number in strings}
        forms = {slot.form for slot in filled}
        self._writer = Writer(Body(objects, document.root, document.info, document.version),
                              open={*forms, *strings, *packets})
        self._strings = {number: (HOLE.split(self._writer.open[number])[::2], own) for number, own in strings.items()
                         if number in self._writer.open}
        self._packets = sorted(packets & self._writer.open.keys())
        self._heads = dict[int, bytes]()  # by form, for all its drawings have the same, but for their length
        self._drawings = {slot.form: dict[str, bytes]() for slot in filled if slot.form in self._writer.open}

    def file(self, texts: Mapping[str, str], marks: Mapping[str, str]) -> bytes:
        """One recipient's file; ``texts`` has what every slot draws, ``marks`` what stands in the place of every mark.

        Each of ``texts`` must be one that was drawn without a problem.
        """
        rest = [(slot.form, self._drawing(slot, texts[slot.slot])) for slot in self._filled if slot.form in self._drawings]
        rest += [(number, self._writer.indirect(number, _filled(between, strings, marks), None))
                 for number, (between, strings) in self._strings.items()]
        seed = "\0".join((*texts.values(), *marks.values()))
        rest += [(number, self._writer.indirect(number, *metadata(self._objects[number], marks, seed)))
                 for number in self._packets]
        return self._writer.file(rest)

    def _drawing(self, slot: Filled, text: str) -> bytes:
        known = self._drawings[slot.form]
        if text not in known:
            drawing = self._objects[slot.texts[text]]
            if slot.form not in self._heads:
                self._heads[slot.form] = self._writer.renumbered(parts_of(drawing)[0])
            payload = payload_of(drawing)
            known[text] = self._writer.indirect(slot.form, sized(self._heads[slot.form], payload), payload)
        return known[text]


def metadata(item: pydyf.Stream, marks: Mapping[str, str], seed: str) -> tuple[bytes, bytes | None]:
    """The XMP with its marks filled in; where it has an identifier, that is one of the ``seed``'s own."""
    text = DOCUMENT.sub(lambda found: f"xmp.did:{uuid.uuid5(uuid.UUID(found[1]), seed)}", _packet(item))
    packet = MARKED.sub(lambda mark: escape(marks[mark[1]], HIDDEN), text)
    return parts_of(pydyf.Stream([packet.encode()], item.extra))


def spoken(item: pydyf.Dictionary, marks: Mapping[str, str]) -> bytes:
    """A dictionary with the marks in its strings filled in."""
    perforated, strings = _perforated(item)
    return _filled(HOLE.split(perforated.data)[::2], strings, marks)


def _packet(item: pydyf.Object) -> str:
    """The XMP of an object; nothing if it is none."""
    if isinstance(item, pydyf.Stream) and item.extra.get("Type") == "/Metadata":
        return b"\n".join(item.stream).decode()
    return ""


def _perforated(item: Any) -> tuple[Any, list[str]]:
    """A copy with a hole for every string that holds a mark, and these strings."""
    strings = list[str]()

    def copy(value: Any) -> Any:
        if isinstance(value, pydyf.Dictionary):
            return pydyf.Dictionary({key: copy(one) for key, one in value.items()})
        if isinstance(value, pydyf.Array):
            return pydyf.Array(map(copy, value))
        if isinstance(value, pydyf.String) and MARKED.search(value.string):
            strings.append(value.string)
            return b"\0%d\0" % (len(strings) - 1)
        return value

    return copy(item), strings


def _filled(between: Sequence[bytes], strings: Sequence[str], marks: Mapping[str, str]) -> bytes:
    """The object with the strings in its holes, which are in the order of its text."""
    parts = [between[0]]
    for string, after in zip(strings, between[1:], strict=True):
        parts += [pydyf.String(MARKED.sub(lambda mark: marks[mark[1]], string)).data, after]
    return b"".join(parts)
