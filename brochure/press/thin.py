"""Thin: panels made ready for a run, in which every recipient has those with slots anew.

Such a panel keeps what it draws between its slots; longer passages that can stand alone are moved to forms, which all
recipients share. Panels without slots are given resources that name none.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

import pydyf

from brochure.press.writer import Body, Moved, Objects, add, target
from brochure.render import Filled

LEAST = 300
"""Bytes of a passage that is worth a form of its own."""

FAR = 32767
"""Farther from the origin nothing is drawn: the largest number of early readers (ISO 32000-1, annex C)."""

TOKEN = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>"  # strings, in which nothing is an operator
                   rb"|(?<!\S)(?:(?P<save>q)|(?P<restore>Q)|/(?P<name>\S+)\s+Do|(?P<text>BT))(?!\S)", re.DOTALL)


def thin(body: Body, filled: Sequence[Filled]) -> Body:
    """The document with thin panels; what its pages show is the same."""
    objects, forms, bare = dict(body.objects), {slot.form for slot in filled}, dict[int, bytes]()
    for number, item in body.objects.items():
        by, panel = (item.by, item.item) if isinstance(item, Moved) else (0, item)
        if not isinstance(panel, pydyf.Stream) or "Resources" not in panel.extra:
            continue
        place = target(panel.extra["Resources"]) + by
        resources = _plain(body.objects[place])
        slots = {name: where for name, where in resources.get("XObject", {}).items() if target(where) + by in forms}
        if not slots:
            continue
        if place not in bare:
            others = pydyf.Dictionary({name: where for name, where in resources["XObject"].items() if name not in slots})
            bare[place] = _add(objects, pydyf.Dictionary(resources | {"XObject": others}), by)
        content = b"\n".join(part if isinstance(part, bytes) else pydyf._to_bytes(part) for part in panel.stream)
        drawn = {match["name"].decode() for match in TOKEN.finditer(content) if match["name"]}
        extra = panel.extra | {"Resources": bare[place]}
        if drawn & slots.keys():
            content, passages = _lifted(content, slots.keys())
            own = {name: where for name, where in resources["XObject"].items() if name in drawn}
            for name, passage in passages.items():
                box = pydyf.Array([-FAR, -FAR, FAR, FAR])
                form = {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": bare[place]}
                own[name] = _add(objects, pydyf.Stream([passage], form, compress=True), by)
            extra["Resources"] = _add(objects, pydyf.Dictionary(resources | {"XObject": pydyf.Dictionary(own)}), by)
        made = pydyf.Stream([content], extra, compress=True)
        objects[number] = Moved(made, by) if by else made
    return replace(body, objects=objects)


def _plain(item: pydyf.Object) -> pydyf.Object:
    return item.item if isinstance(item, Moved) else item


def _add(objects: Objects, item: pydyf.Object, by: int) -> bytes:
    """Add an object of a document whose numbers are counted on; the reference as that document has it."""
    number = target(add(objects, Moved(item, by) if by else item))
    return b"%d 0 R" % (number - by)


def _lifted(content: bytes, slots: Collection[str]) -> tuple[bytes, dict[str, bytes]]:
    """The content with a name in the place of every long passage between q and Q that draws no slot, and the passages.

    Within q and Q the state of graphics is the passage's own, and a form begins with what is set where it is drawn. Text
    stays: readers take a page's text in another order where some of it is in forms.
    """
    spans, open_ = list[tuple[int, int]](), list[tuple[int, int]]()  # place of q, spans before it
    stops = list[int]()
    for match in TOKEN.finditer(content):
        if not match.lastgroup:
            continue
        if match["save"]:
            open_.append((match.start(), len(spans)))
        elif match["restore"]:
            start, before = open_.pop()
            if not stops or stops[-1] < start:
                del spans[before:]  # the passages within are parts of this one
                spans.append((start, match.end()))
        elif match["text"] or match["name"].decode() in slots:
            stops.append(match.start())
    joined = list[tuple[int, int]]()
    for start, end in spans:
        if joined and not content[joined[-1][1] : start].strip():
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    parts, passages, at = [], dict[str, bytes](), 0
    for start, end in joined:
        if end - start >= LEAST:
            name = f"L{len(passages)}"
            parts += [content[at:start], b"/%s Do" % name.encode()]
            passages[name] = content[start:end]
            at = end
    return b"".join([*parts, content[at:]]), passages
