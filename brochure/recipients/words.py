"""Words: what a recipient's row says in a slot, written as the language of the page writes it."""

import datetime
import functools
import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from brochure.language import Language
from brochure.recipients import cells, columns
from brochure.recipients.cells import Fault

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


def written(text: str, column: str, language: Language) -> str:
    """The cell as it is read: a date in words, a web address without its beginning."""
    kind = columns.kind(column)
    if kind == "date":
        return language.writing.date(datetime.date.fromisoformat(text))
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
