"""Names: file names from ids, the same on Windows, macOS and Linux.

Letters, marks and numbers of every script stay. What one of the systems forbids, hides, expands or takes for a
device is replaced, and the name then ends in ``~`` and a digest of the id, so that no two ids share a file.
"""

import hashlib
import re
import unicodedata

from brochure.recipients.clusters import JOINERS, MARKS

LONGEST = 100
"""Bytes of a name in UTF-8; layout, edition, language and suffix follow it."""

KEPT = " -_."
DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)", re.IGNORECASE)
MARK, DIGITS = "~", 16
UNSEEN = re.compile("[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
                    "\U000e0000-\U000e0fff]")


def key(identity: str) -> str:
    """What two ids have in common that are one file name on some system: letters, whatever their case and coding.

    >>> key("E\u0301COLE") == key("\u00e9cole")
    True
    """
    text = unicodedata.normalize("NFD", _seen(identity))
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text.upper()).casefold())


def name(identity: str) -> str:
    """A file name without a suffix; ids with different keys have names with different keys.

    >>> name("ព្រះស៊ីសុវត្ថិ 1")
    'ព្រះស៊ីសុវត្ថិ 1'
    >>> name("../NUL")
    '_.-NUL~a790f9304de4dc5c'
    """
    plain = _seen(identity)
    safe = "".join(sign if sign in KEPT or unicodedata.category(sign)[0] in "LMN" else "-" for sign in plain)
    if DEVICE.match(safe):
        safe = f"_{safe}"
    if safe[:1] in (" ", "-", "."):  # a name that is an option, or hidden
        safe = f"_{safe[1:]}"
    safe = re.sub(r"[ .]+$", "", safe) or "_"
    if safe == plain and len(safe.encode()) <= LONGEST:
        return safe
    digest = hashlib.sha256(key(identity).encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
    return f"{_cut(safe, LONGEST - len(MARK) - DIGITS)}{MARK}{digest}"


def _seen(text: str) -> str:
    return unicodedata.normalize("NFC", UNSEEN.sub("", text).strip())


def _cut(text: str, size: int) -> str:
    """So much of the text as has ``size`` bytes, without a part of a letter: a mark goes with its letter."""
    kept = text.encode()[:size].decode("utf-8", "ignore")
    while kept and kept != text and (text[len(kept)] in MARKS or kept[-1] in JOINERS):
        kept = kept[:-1]
    return kept
