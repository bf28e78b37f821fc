"""Boxes: what was laid out, and where.

WeasyPrint drops, without a word, text that a box of fixed height has below the bottom of its page. So
places alone prove nothing: the letters are counted too.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from brochure.render.panels import Ink, Panel

MM = 25.4 / 96  # millimetres of a CSS pixel
KEY, PANEL = "data-msg", "data-panel"
# Neither spaces nor what layout adds or takes away at the end of a line: breaks, joiners, hyphens.
UNCOUNTED = dict.fromkeys(map(ord, "\u200b\u2060\u00ad\u2010"))
GENERATED = ("::before", "::after", "::marker", "::footnote-call", "::footnote-marker")
TEXTLESS = frozenset({"head", "script", "style", "title", "template", "textarea"})


Shown = Callable[[Element], bool]


@dataclass
class Survey:
    """One walk over the pages of a document."""

    panels: list[Panel] = field(default_factory=list)
    ink: list[Ink] = field(default_factory=list)
    laid_out: Counter[str] = field(default_factory=Counter)  # letters by message
    stacks: dict[tuple[str, ...], str | None] = field(default_factory=dict)  # font-family -> one message
    names: list[tuple[str, ...]] = field(default_factory=list)  # panels on each page


def survey(pages: list[Any]) -> Survey:
    """Walk the pages; content of page margin boxes (folios, draft marks) is no ink."""
    found = Survey()
    for number, page in enumerate(pages):
        names: dict[str, None] = {}
        box = page._page_box
        for child in box.children:
            if not isinstance(child, boxes.MarginBox):
                _visit(child, None, number, names, found)
        found.names.append(tuple(names))
        room = _mms(box.content_box_x(), box.content_box_y(), box.width, box.height)
        found.panels.append(Panel(next(iter(names), ""), _mm(page.width), _mm(page.height), room))
    return found


def letters(root: Element, shown: Shown) -> dict[str, int]:
    """Letters of every message in the tree, in what is `shown`."""
    counted: Counter[str] = Counter()
    _count(root, None, shown, counted)
    return dict(counted)


def lost(wanted: Mapping[str, int], found: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Messages of which less was laid out than the page has: key -> (wanted, found)."""
    return {key: (count, found.get(key, 0)) for key, count in wanted.items() if found.get(key, 0) < count}


def _visit(box: Any, key: str | None, page: int, names: dict[str, None], found: Survey) -> None:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if box.element is not None:
        key = box.element.get(KEY) or key
        if name := box.element.get(PANEL):
            names[name] = None
    if isinstance(box, boxes.TextBox):
        _read(box, key, page, found)
        return
    if isinstance(box, boxes.ReplacedBox):
        place = _mms(box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height())
        found.ink.append(Ink(page, key, *place, ""))
        return
    for child in box.all_children():
        _visit(child, key, page, names, found)


def _read(box: Any, key: str | None, page: int, found: Survey) -> None:
    text = box.text
    if not text.strip():
        return
    if key is not None and not (box.element_tag or "").endswith(GENERATED):
        found.laid_out[key] += _letters(text)
    if box.style["visibility"] == "visible":
        found.stacks.setdefault(tuple(box.style["font_family"]), key)
        place = _mms(box.position_x, box.position_y, box.width, box.height)
        found.ink.append(Ink(page, key, *place, text))


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
