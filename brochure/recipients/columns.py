"""Columns: the names that a list's first row may have, what stands below them, and where a cell is in a spreadsheet."""

import re
import unicodedata
from difflib import get_close_matches

ID = "id"
NAME = "name_"
"""What a column with the recipient's name begins with; the language's tag follows."""

KINDS = {
    ID: "id", "contact": "text", "telephone": "telephone", "email": "email", "language": "language", "event_date": "date",
    "venue": "text", "url": "url", "copies": "copies", "layout": "layout", "edition": "edition",
}
"""The known columns and the kind of their cells. Every other column is text that a layout may use."""

UNPRINTED = ("id", "language", "copies", "layout", "edition")
"""Kinds that say how a brochure is made, and are not read on it."""


def folded(title: str) -> str:
    """A title as the program knows it: small letters, one ``_`` for spaces, hyphens and underscores.

    >>> folded(" Event  Date ")
    'event_date'
    """
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFC", title).strip().casefold())


def kind(column: str) -> str:
    """The kind of a column's cells."""
    return KINDS.get(column, "text")


def tag(column: str, tags: tuple[str, ...]) -> str | None:
    """The language of ``tags`` that a column is written in, as in ``name_fr``; None for any."""
    return next((one for one in tags if column.endswith(f"_{folded(one)}")), None)


def meant(column: str, tags: tuple[str, ...]) -> str | None:
    """The known column that an unknown one was probably meant to be; None if it is a slot of its own."""
    known = [*KINDS, *(f"{NAME}{folded(one)}" for one in tags)]
    if column in known:
        return None
    return next(iter(get_close_matches(column, known, 1, 0.8)), None)


def letter(index: int) -> str:
    """The letter of a column, counted from 0.

    >>> letter(0), letter(25), letter(26), letter(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
