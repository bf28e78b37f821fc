"""Boxes: what was laid out, and where.

WeasyPrint drops, without a word, text that a box of fixed height has below the bottom of its page, and cuts
off what a box with hidden overflow does not hold. So places alone prove nothing: the letters are counted too.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from brochure.render import weights
from brochure.render.panels import Ink, Panel

MM = 25.4 / 96  # millimetres of a CSS pixel
KEY, PANEL = "data-msg", "data-panel"
# Neither spaces nor what layout adds or takes away at the end of a line: breaks, joiners, hyphens.
UNCOUNTED = dict.fromkeys(map(ord, "\u200b\u2060\u00ad\u2010"))
GENERATED = ("::before", "::after", "::marker", "::footnote-call", "::footnote-marker")
TEXTLESS = frozenset({"head", "script", "style", "title", "template", "textarea"})


Shown = Callable[[Element], bool]
Clip = tuple[float, float, float, float]  # left, top, right, bottom in CSS pixels
NO_CLIP = (-inf, -inf, inf, inf)


@dataclass
class Survey:
    """One walk over the pages of a document."""

    panels: list[Panel] = field(default_factory=list)
    ink: list[Ink] = field(default_factory=list)
    laid_out: Counter[str] = field(default_factory=Counter)  # letters by message
    stacks: dict[tuple[str, ...], str | None] = field(default_factory=dict)  # font-family -> one message
    uses: weights.Uses = field(default_factory=dict)
    names: list[tuple[str, ...]] = field(default_factory=list)  # panels on each page


def survey(pages: list[Any]) -> Survey:
    """Walk the pages; content of page margin boxes (folios, draft marks) is no ink."""
    found = Survey()
    for number, page in enumerate(pages):
        walk, box = _Walk(number, found), page._page_box
        for child in box.children:
            if not isinstance(child, boxes.MarginBox):
                walk.visit(child, None, NO_CLIP)
        found.names.append(tuple(walk.names))
        room = _mms(box.content_box_x(), box.content_box_y(), box.width, box.height)
        found.panels.append(Panel(next(iter(walk.names), ""), _mm(page.width), _mm(page.height), room))
    return found


def letters(root: Element, shown: Shown) -> dict[str, int]:
    """Letters of every message in the tree, in what is `shown`."""
    counted: Counter[str] = Counter()
    _count(root, None, shown, counted)
    return dict(counted)


def lost(wanted: Mapping[str, int], found: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Messages of which less was laid out than the page has: key -> (wanted, found)."""
    return {key: (count, found.get(key, 0)) for key, count in wanted.items() if found.get(key, 0) < count}


class _Walk:
    """The way through the boxes of one page."""

    def __init__(self, page: int, found: Survey) -> None:
        self.page = page
        self.found = found
        self.names: dict[str, None] = {}

    def visit(self, box: Any, key: str | None, clip: Clip) -> None:
        """Note a box and those in it; `key` is the message around it, `clip` what of the page is visible."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if box.element is not None:
            key = box.element.get(KEY) or key
            if name := box.element.get(PANEL):
                self.names[name] = None
        if isinstance(box, boxes.TextBox):
            self._read(box, key, clip)
        elif isinstance(box, boxes.ReplacedBox):
            place = _mms(box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height())
            self.found.ink.append(Ink(self.page, key, *place, ""))
        else:
            if box.style["overflow"] != "visible" and not isinstance(box, boxes.InlineBox):
                clip = _clipped(box, clip)
            for child in box.all_children():
                self.visit(child, key, clip)

    def _read(self, box: Any, key: str | None, clip: Clip) -> None:
        text = box.text
        if not text.strip():
            return
        generated = (box.element_tag or "").endswith(GENERATED)
        if key is not None and not generated and _is_visible(box, clip):
            self.found.laid_out[key] += _letters(text)
        if box.style["visibility"] == "visible":
            self.found.stacks.setdefault(tuple(box.style["font_family"]), key)
            weights.note(self.found.uses, box.style, text, key)
            if generated:
                return  # counters and marks are the style sheet's: no message can be shortened to make them fit
            place = _mms(box.position_x, box.position_y, box.width, box.height)
            self.found.ink.append(Ink(self.page, key, *place, text))


def _clipped(box: Any, clip: Clip) -> Clip:
    left, top, right, bottom = clip
    x, y = box.padding_box_x(), box.padding_box_y()
    return (
        max(left, x),
        max(top, y),
        min(right, x + box.padding_width()),
        min(bottom, y + box.padding_height()),
    )


def _is_visible(box: Any, clip: Clip) -> bool:
    """Whether a line's letters are; its middle counts for the height, since it has room above and below."""
    left, top, right, bottom = clip
    across: bool = left - 1 <= box.position_x and box.position_x + box.width <= right + 1
    return across and bool(top <= box.position_y + box.height / 2 <= bottom)


def _count(element: Element, key: str | None, shown: Shown, counted: Counter[str]) -> None:
    tag = element.tag
    if not isinstance(tag, str) or "}" in tag or tag in TEXTLESS or not shown(element):
        return  # a comment, a picture, or an element whose text is not laid out
    key = element.get(KEY) or key
    own = _letters(element.text or "")
    for child in element:
        _count(child, key, shown, counted)
        own += _letters(child.tail or "")
    if key is not None:
        counted[key] += own


def _letters(text: str) -> int:
    return len("".join(text.translate(UNCOUNTED).split()))


def _mms(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    return _mm(x), _mm(y), _mm(width), _mm(height)


def _mm(pixels: float) -> float:
    return round(pixels * MM, 3)
