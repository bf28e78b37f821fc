"""Drawings: how much an SVG picture draws; a few lines that refer to each other can draw for days."""

import re
from math import inf
from xml.etree.ElementTree import Element, ParseError, fromstring

MOST = 50_000  # elements; WeasyPrint draws some thousand of them in a second
REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)")


def endless(content: bytes) -> bool:
    """Whether the drawing has more than MOST elements, each counted as often as it is referred to."""
    if b"#" not in content:
        return False  # nothing refers to anything: no need to read it twice
    try:
        root = fromstring(content)
        parts = {name: element for element in root.iter() if (name := element.get("id"))}
        return _Count(parts).of(root) > MOST
    except (ParseError, ValueError):
        return False  # WeasyPrint says what is wrong with it
    except RecursionError:
        return True


class _Count:
    """Elements by id, and how many are drawn where one of them is referred to."""

    def __init__(self, parts: dict[str, Element]) -> None:
        self._parts = parts
        self._known: dict[str, float] = {}

    def of(self, element: Element) -> float:
        count = 0.0
        for inner in element.iter():
            count += 1 + sum(self._named(name) for name in _references(inner))
            if count > MOST:
                return inf
        return count

    def _named(self, name: str) -> float:
        if name not in self._parts:
            return 0
        if name not in self._known:
            self._known[name] = 0  # one that refers to itself is not drawn again, or WeasyPrint says so
            self._known[name] = self.of(self._parts[name])
        return self._known[name]


def _references(element: Element) -> list[str]:
    names = []
    for attribute, value in element.attrib.items():
        if attribute.rpartition("}")[2] == "href" and value.startswith("#"):
            names.append(value[1:])
        elif "url(" in value:
            names += REFERENCE.findall(value)
    return names
