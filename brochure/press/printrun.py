"""Print run: one document in which the sheets of many recipients follow one another.

A recipient's own are the pages, what is drawn in the slots, and what lies between them: a panel that holds a slot names
what is drawn there. All else is in the document once, even if it comes from several drawings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

import pydyf

from brochure.errors import OutputError, Problem
from brochure.press import splice
from brochure.press.stock import Stock
from brochure.press.thin import thin
from brochure.press.writer import ROW, SMALL, WIDTHS, Body, header, indirect, object_stream, reference, row, stream, target
from brochure.render import Filled
from brochure.slots import TITLE

PACKED = 200
"""Objects in an object stream: a reader unpacks all of it for one of them."""

NODE = 500
"""Children of a node: of the tree of pages, of the list of document parts."""

MOST = 8_388_607
"""Objects in a document of PDF/A (ISO 19005-2, 6.1.13)."""

KEPT = ("Type", "Lang", "Metadata", "OutputIntents", "ViewerPreferences")
"""Of a drawing's catalog: all else leads to pages that are not in the run."""


class PrintRun:
    """A document that is written to ``file`` as recipients are added; ``close`` finishes it.

    Each is a bookmark and a document part (ISO 32000-2, 14.12), whose properties stand under the name ``kind``.
    """

    def __init__(self, file: BinaryIO, title: str, kind: str = "Recipient") -> None:
        self._file, self._marks, self._kind = file, {TITLE: title}, kind
        self._place, self._digest = 0, sha256()
        self._rows = bytearray(row(0, 0, 0xFFFF))
        self._waiting = list[tuple[int, bytes]]()
        self._shared = dict[bytes, int]()
        self._first: Stock | None = None
        self._pages, self._parts, self._outlines = (self.number() for _ in range(3))
        self._nodes = list[tuple[int, list[int], int]]()  # number, kids, pages
        self._leaves = list[int]()
        self._bookmark: tuple[int, pydyf.Dictionary] | None = None
        self._bookmarks = list[int]()  # the first and the last
        self.pages: int = 0

    def number(self) -> int:
        """The number of the next object."""
        number = len(self._rows) // ROW
        self._rows += bytes(ROW)
        return number

    def put(self, number: int, head: bytes, payload: bytes | None = None) -> None:
        """Write an object; those that are no streams are packed together."""
        if payload is not None:
            self._rows[ROW * number : ROW * number + ROW] = row(1, self._place, 0)
            self._write(indirect(number, head, payload))
            return
        self._waiting.append((number, head))
        if len(self._waiting) == PACKED:
            self._pack()

    def share(self, head: bytes, payload: bytes | None) -> int:
        """The number of an object that is written if there is none like it yet."""
        digest = sha256(head + b"\0" + (payload or b"")).digest()
        if digest not in self._shared:
            self._shared[digest] = self.number()
            self.put(self._shared[digest], head, payload)
        return self._shared[digest]

    def stock(self, body: Body, filled: Sequence[Filled]) -> Stock:
        """What the recipients of a drawing share; the first one's catalog and metadata are those of the document."""
        if self._first is None:
            self._write(header(body.version))
        stock = Stock(self, thin(body, filled), filled)
        self._first = self._first or stock
        return stock

    def add(self, title: str, about: Mapping[str, str | int], sets: Iterable["Set"]) -> int:
        """Write the sheets of one recipient, whose bookmark is ``title``; the number of their pages.

        Raises OutputError if the document would be too large.
        """
        node, leaf = self.number(), self.number()
        kids = [page for one in sets for page in one.stock.pages(one.texts, one.copies, node, leaf)]
        if len(self._rows) // ROW > MOST:
            raise OutputError([Problem(title, f"is too much for one file: it would have more than {MOST:,} objects",
                                       "ask for several: --parts 500")])
        if not self._nodes or len(self._nodes[-1][1]) == NODE:
            self._nodes.append((self.number(), [], 0))
        group, nodes, count = self._nodes[-1]
        self._nodes[-1] = group, [*nodes, node], count + len(kids)
        self.put(node, _tree(group, kids, len(kids)))
        properties = {name: pydyf.String(value) if isinstance(value, str) else value for name, value in about.items()}
        part = {"Type": "/DPart", "Parent": reference(self._parts), "Start": reference(kids[0]), "End": reference(kids[-1]),
                "DPM": pydyf.Dictionary({self._kind: pydyf.Dictionary(properties)})}
        self.put(leaf, pydyf.Dictionary(part).data)
        self._leaves.append(leaf)
        self._mark(title, kids[0])
        self.pages += len(kids)
        return len(kids)

    def close(self) -> None:
        """Write what holds the recipients together."""
        if self._first is None:
            raise ValueError("a print run without recipients")
        self._mark("", 0)
        for node, kids, count in self._nodes:
            self.put(node, _tree(self._pages, kids, count))
        self.put(self._pages, _tree(0, [node for node, _, _ in self._nodes], self.pages))
        parts = [pydyf.Array(map(reference, self._leaves[at : at + NODE])) for at in range(0, len(self._leaves), NODE)]
        root = self.number()
        self.put(self._parts, pydyf.Dictionary({"Type": "/DPart", "Parent": reference(root), "DParts": pydyf.Array(parts)}).data)
        names = pydyf.Array(["/Run", f"/{self._kind}"])
        self.put(root, pydyf.Dictionary({"Type": "/DPartRoot", "DPartRootNode": reference(self._parts), "RecordLevel": 1,
                                         "NodeNameList": names}).data)
        first, last = self._bookmarks
        self.put(self._outlines, pydyf.Dictionary({"Type": "/Outlines", "First": reference(first), "Last": reference(last),
                                                   "Count": len(self._leaves)}).data)
        ends = {"Root": reference(self._catalog(self._first, root)), "Info": reference(self._info(self._first.body))}
        self._pack()
        table = self.number()
        self._rows[ROW * table :] = row(1, self._place, 0)
        identifier = self._digest.hexdigest()[:32]
        head = {"Type": "/XRef", "Size": table + 1, "W": WIDTHS, **ends, "ID": pydyf.Array([f"<{identifier}>"] * 2)}
        end = self._place
        self._write(stream(table, head, bytes(self._rows), SMALL) + b"startxref\n%d\n%%%%EOF\n" % end)

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._place += len(data)

    def _pack(self) -> None:
        if self._waiting:
            container = self.number()
            for index, (number, _) in enumerate(self._waiting):
                self._rows[ROW * number : ROW * number + ROW] = row(2, container, index)
            self._rows[ROW * container :] = row(1, self._place, 0)
            self._write(object_stream(container, self._waiting))
            self._waiting = []

    def _mark(self, title: str, page: int) -> None:
        """Write the last bookmark, which names the next one, and begin the one for this page unless it is 0."""
        number = self.number() if page else 0
        if self._bookmark:
            before, entry = self._bookmark
            self.put(before, pydyf.Dictionary(entry | ({"Next": reference(number)} if page else {})).data)
        if page:
            entry = pydyf.Dictionary({"Title": pydyf.String(title), "Parent": reference(self._outlines),
                                      "Dest": pydyf.Array([reference(page), "/Fit"])})
            if self._bookmark:
                entry["Prev"] = reference(self._bookmark[0])
            self._bookmark = number, entry
            self._bookmarks = [*self._bookmarks[:1], number] if self._bookmarks else [number, number]

    def _catalog(self, first: Stock, parts: int) -> int:
        """The first drawing's catalog, with the pages, bookmarks, parts and metadata of all."""
        body = first.body
        catalog = {key: value for key, value in body.objects[target(body.root)].items() if key in KEPT}
        own = {"Pages": reference(self._pages), "Outlines": reference(self._outlines), "PageMode": "/UseOutlines",
               "DPartRoot": reference(parts)}
        if "Metadata" in catalog:
            packet = body.objects[target(catalog.pop("Metadata"))]
            own["Metadata"] = reference(self.share(*splice.metadata(packet, self._marks, self._digest.hexdigest())))
        kept = first.settled(pydyf.Dictionary(catalog).data)
        number = self.number()
        self.put(number, kept.removesuffix(b">>") + pydyf.Dictionary(own).data.removeprefix(b"<<"))
        return number

    def _info(self, body: Body) -> int:
        number = self.number()
        self.put(number, splice.spoken(body.objects[target(body.info)], self._marks))
        return number


@dataclass(frozen=True)
class Set:
    """What one recipient gets of a drawing: the words in its slots, and how many copies."""

    stock: Stock
    texts: Mapping[str, str]
    copies: int


def _tree(parent: int, kids: Sequence[int], count: int) -> bytes:
    """A node of the tree of pages; the root has no parent."""
    above = {"Parent": reference(parent)} if parent else {}
    data: bytes = pydyf.Dictionary({"Type": "/Pages", **above, "Kids": pydyf.Array(map(reference, kids)), "Count": count}).data
    return data

