"""Words: what a recipient's row says in a slot, written as the language of the page writes it."""

import datetime
import functools
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import quote, urlsplit, urlunsplit

from brochure.catalog.check.facts import Facts
from brochure.catalog.check.style import Style
from brochure.language import Language
from brochure.recipients import cells, columns
from brochure.recipients.cells import Fault
from brochure.slots import NUMBER

SCHEME = re.compile("https?://", re.IGNORECASE)
SAFE = "!#$%&'()*+,/:;=?@[]~"  # what has a meaning in an address, and what is written so already (RFC 3986, 2.2)


def found(values: Mapping[str, str], column: str, language: Language, tags: tuple[str, ...]) -> tuple[str, str]:
    """The column of the list that says it, and what it says: in the language, for all, or in another one of ``tags``."""
    for place in _places(column, language.tag, tags):
        if text := values.get(place):
            return place, text
    return column, ""


@functools.lru_cache(maxsize=1000)
def _places(column: str, tag: str, tags: tuple[str, ...]) -> tuple[str, ...]:
    return (f"{column}_{columns.folded(tag)}", column, *(f"{column}_{columns.folded(one)}" for one in tags))


class Voices:
    """The language in which the words of a cell are to be read aloud, on a page in ``language``."""

    def __init__(self, language: Language, languages: Sequence[Language]) -> None:
        self._tag, self._tags = language.tag, tuple(one.tag for one in languages)
        self._facts = {one.tag: Facts(one, Style()) for one in (language, *languages)}

    def of(self, text: str, column: str) -> str:
        """The tag of the column's language, or else the page's; of another one if the letters are of its script."""
        if columns.kind(column) != "text":
            return self._tag
        first = columns.tag(column, self._tags) or self._tag
        found = (tag for tag in (first, self._tag, *self._tags) if any(map(self._facts[tag].own, text)))
        return next(found, first)


def written(text: str, column: str, language: Language, form: str = "") -> str | Fault:
    """The cell as it is read: a date in words, a number with the language's digits, a telephone number with Latin ones,
    a web address without its beginning. ``form`` is the slot's; a cell that cannot be written so is a fault."""
    kind = (form and (form if form == NUMBER else "date")) or columns.kind(column)
    if kind == NUMBER:
        amount = cells.number(text)
        return amount if isinstance(amount, Fault) else language.writing.number(Decimal(amount))
    if kind == "date":
        day = cells.date(text)
        return day if isinstance(day, Fault) else language.writing.date(datetime.date.fromisoformat(day), form or "long")
    if kind == "telephone":
        return cells.latin(text)
    return SCHEME.sub("", text).rstrip("/") if kind == "url" else text


def address(text: str, column: str) -> str | Fault:
    """Where a link or a QR code leads to, as an address in ASCII."""
    kind = columns.kind(column)
    if kind == "email":
        return f"mailto:{text}"
    if kind == "telephone":
        first = re.split("[/,;]", cells.latin(text))[0]
        return f"tel:{re.sub('[^+0-9]', '', first)}"
    sound = cells.url(text)
    return _ascii(sound) if isinstance(sound, str) else sound


def _ascii(url: str) -> str | Fault:
    """A web address with its host in the letters of the domain name system, and other letters as their bytes."""
    if url.isascii():
        return url
    parts = urlsplit(url)
    try:
        host = parts.netloc.encode("idna").decode()
    except UnicodeError:
        return Fault(f"{cells.short(url)} has a host that no network knows", "write it whole, like https://example.org/school")
    return urlunsplit((parts.scheme, host, *(quote(part, SAFE) for part in parts[2:])))
