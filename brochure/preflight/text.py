"""Text: every message of the catalog stands in the text that a reader extracts, character by character."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from brochure.errors import Problem

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

INVISIBLE = {0x200B: None, 0x2060: None, 0x00AD: None}
"""Marks that allow or forbid a line break and are never drawn."""

BROKEN = "\ufffe"
"""What PDFium makes of a hyphen-minus at the end of a line."""

HYPHENS = "-\u2010"


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Look for every message in the text that PDFium extracts from the whole file."""
    if not promise.messages:
        return
    text = _joined(page.text for page in file.drawn)
    for key, message in promise.messages.items():
        if (sought := _bare(message)) not in text and (what := _difference(text, sought)):
            if not _difference(_joined(file.turned), sought):  # a panel that stands upside down on its sheet
                continue
            hint = "a glyph, a CSS text-transform or generated content changed it, or a line was lost"
            yield Problem(f"{promise.where}: {key}", what, hint)


def _joined(pages: Iterable[str]) -> str:
    return _bare("\n".join(pages).replace("\u2010\r\n", BROKEN))


def _bare(text: str) -> str:
    """Text as it is compared: no white space, no invisible marks, and compatibility characters apart.

    PDFium takes ligatures, fractions and the like apart by itself, so the message has to follow.
    """
    apart = unicodedata.normalize("NFKC", text.translate(INVISIBLE)).replace("\u2044", "/")
    return "".join(apart.split())


def _difference(text: str, message: str) -> str:
    """Say where the message's best match in the text ends; "" if only hyphens at line ends are between."""
    starts = (index for index, char in enumerate(text) if char == message[0])
    met, at = max((_reach(text, start, message) for start in starts), default=(0, 0))
    if met == len(message):
        return ""
    if met == 0:
        return f"its text is not in the file: “{message}”"
    found = _named(text[at]) if at < len(text) else "the end of the text"
    before = message[max(0, met - 20) : met]
    return f"after “{before}” the message has {_named(message[met])}, the file {found}"


def _reach(text: str, start: int, message: str) -> tuple[int, int]:
    """Return how many characters of the message stand in the text from ``start``, and where they end."""
    at, met = start, 0
    while met < len(message) and at < len(text):
        if text[at] == message[met]:
            met += 1
        elif text[at] != BROKEN:
            break
        elif message[met] in HYPHENS:
            met += 1
        at += 1
    return met, at


def _named(char: str) -> str:
    return f"“{char}” (U+{ord(char):04X})"
