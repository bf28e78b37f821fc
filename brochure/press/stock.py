"""Stock: what the recipients of one drawing share in a print run, and how their own pages are made of it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pydyf

from brochure.press.writer import REFERENCE, Body, parts_of, payload_of, reference, references, sized, target
from brochure.render import Filled

if TYPE_CHECKING:
    from brochure.press.printrun import PrintRun

PART = 0
"""Where a page names its document part; no object has this number."""

Cut = tuple[list[bytes], list[int]]
"""Data, cut where it names what is a recipient's own, and the numbers that stood there."""


class Stock:
    """What the recipients of one drawing share, as it stands in the run, and how their own pages are made of it."""

    def __init__(self, run: "PrintRun", body: Body, filled: Sequence[Filled]) -> None:
        self._run, self.body, self._filled = run, body, filled
        self._fixed, self._drawings = dict[int, int](), dict[tuple[int, str], int]()
        self._heads = dict[int, bytes]()
        self._forms = frozenset(slot.form for slot in filled)
        self._own = dict[int, bool]()
        tree = body.objects[target(body.objects[target(body.root)]["Pages"])]
        kids = list(references(tree["Kids"].data))
        self._parent = target(body.objects[kids[0]]["Parent"])
        self._pages = [self._cut(pydyf.Dictionary(body.objects[kid] | {"DPart": reference(PART)}).data) for kid in kids]
        self._between = {old: (self._cut(head), payload) for old in tuple(self._own) if self._owns(old) and old not in self._forms
                         for head, payload in [parts_of(body.objects[old])]}

    def settled(self, data: bytes) -> bytes:
        """Data of the drawing with its references as the run has them; all must be to what is shared."""
        (alone,), _ = self._cut(data)
        return alone

    def pages(self, texts: Mapping[str, str], copies: int, node: int, leaf: int) -> list[int]:
        """Write a recipient's pages, so many times, and return their numbers.

        ``texts`` has what every slot draws; ``node`` is the pages' parent, ``leaf`` their document part.
        """
        run, numbers = self._run, {slot.form: self._drawing(slot, texts[slot.slot]) for slot in self._filled}
        numbers |= {old: run.number() for old in self._between} | {self._parent: node, PART: leaf}
        for old, (cut, payload) in self._between.items():
            run.put(numbers[old], _joined(cut, numbers), payload)
        made, found = [_joined(cut, numbers) for cut in self._pages], list[int]()
        for _ in range(copies):
            for page in made:
                found.append(run.number())
                run.put(found[-1], page)
        return found

    def _drawing(self, slot: Filled, text: str) -> int:
        if (slot.form, text) not in self._drawings:
            drawing = self.body.objects[slot.texts[text]]
            if slot.form not in self._heads:  # all its drawings have the same, but for their length
                self._heads[slot.form] = self.settled(parts_of(drawing)[0])
            payload = payload_of(drawing)
            number = self._drawings[slot.form, text] = self._run.number()
            self._run.put(number, sized(self._heads[slot.form], payload), payload)
        return self._drawings[slot.form, text]

    def _owns(self, old: int) -> bool:
        """Whether an object is a slot's, or leads to one."""
        if old not in self._own:
            self._own[old] = old in self._forms
            leads = [self._owns(one) for one in references(parts_of(self.body.objects[old])[0])]
            self._own[old] |= any(leads)
        return self._own[old]

    def _settle(self, old: int) -> int:
        """The number of a shared object in the run."""
        if old not in self._fixed:
            head, payload = parts_of(self.body.objects[old])
            self._fixed[old] = self._run.share(self.settled(head), payload)
        return self._fixed[old]

    def _cut(self, head: bytes) -> Cut:
        """The data, cut where it names what is a recipient's own, and the numbers that stood there."""
        parts, holes, at = [b""], list[int](), 0
        for match in REFERENCE.finditer(head):
            if not match[1]:
                continue
            old, before = int(match[1]), head[at : match.start()]
            if old in (PART, self._parent) or self._owns(old):
                parts[-1] += before
                parts.append(b"")
                holes.append(old)
            else:
                parts[-1] += before + reference(self._settle(old))
            at = match.end()
        parts[-1] += head[at:]
        return parts, holes


def _joined(cut: Cut, numbers: Mapping[int, int]) -> bytes:
    parts, holes = cut
    return parts[0] + b"".join(reference(numbers[old]) + part for old, part in zip(holes, parts[1:], strict=True))
