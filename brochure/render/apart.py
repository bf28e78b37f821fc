"""Apart: whether the panels of a document know nothing of each other, so that each may be laid out without the others."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.etree.ElementTree import Element

from brochure.render.boxes import PANEL

ACROSS = re.compile(  # what a style sheet can take from another panel, or do to it
    r"string-set|string\(|running\(|element\(|target-(?:counter|text)|footnote|counters?\(\s*pages"
    r"|:empty\s*[+~]|:has\(\s*[+~]|(?:\b(?:html|body)\b|:root)[^{},]*:has\(")
AUTO = "list-item"  # a counter that begins anew in every list


def apart(root: Element, style: Callable[[Element], Any], sheets: Iterable[str]) -> bool:
    """Whether nothing in a panel comes from another one; the number of its page is no matter of its words.

    ``style`` knows the computed style of an element (None without one), ``sheets`` are the texts of the style sheets.
    """
    if any(ACROSS.search(text) for text in sheets):
        return False
    return all(_counts(panel, style) for panel in sections(root).values())


def sections(root: Element) -> dict[str, Element]:
    """The panels of a document by name, in reading order; empty where they are not what the page consists of."""
    body = root.find("body")
    found = [(child.get(PANEL), child) for child in body if isinstance(child.tag, str)] if body is not None else []
    named = {name: child for name, child in found if name}
    every = sum(element.get(PANEL) is not None for element in root.iter() if isinstance(element.tag, str))
    return named if every == len(named) else {}


def empty(section: Element) -> None:
    """Leave nothing of a panel but its page."""
    tail = section.tail
    for child in list(section):
        section.remove(child)
    section.text, section.tail = None, tail


def _counts(panel: Element, style: Callable[[Element], Any]) -> bool:
    """Whether a panel begins every counter that it counts with."""
    begun, counted = set[str](), set[str]()
    for element in panel.iter():
        if not isinstance(element.tag, str) or (computed := style(element)) is None:
            continue
        begun |= {name for name, _ in computed["counter_reset"]}
        for part in ("counter_increment", "counter_set"):
            if computed[part] != "auto":
                counted |= {name for name, _ in computed[part]}
    return counted <= begun | {AUTO}
