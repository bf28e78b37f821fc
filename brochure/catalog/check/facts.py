"""Facts: what rules may ask about a message, its language and the project. Read once for a whole check."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import babel
from babel.core import get_global
from fontTools import unicodedata as unicode

from brochure.catalog.check.fonts import Stack
from brochure.catalog.check.style import Style
from brochure.catalog.check.terms import Term
from brochure.catalog.markup import FORMAT, NAMED, REFERENCE, TAG, TAGS
from brochure.language import Language

HIDDEN = "\ue000"  # stands for each character of a tag in a masked text, and for the rest of "&zwsp;": nothing is printed there
OBJECT = "\ufffc"  # stands for each character of a placeholder or an address: something is, that is no word
URL = re.compile(r"(?:https?://|www\.)[!-~]*[\w/]", re.ASCII)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


def masked(text: str) -> str:
    """The text as it is read, at the same offsets: no tags, line breaks as ``\\n``, placeholders and addresses opaque."""
    text = TAG.sub(lambda m: ("\n" if m[2] == "br" else HIDDEN if m[2] in TAGS else OBJECT) * len(m[0]), text)
    for pattern in (URL, EMAIL, FORMAT):
        text = pattern.sub(lambda m: OBJECT * len(m[0]), text)
    return REFERENCE.sub(lambda m: (chr(int(m[1], 16)) if m[1] else NAMED[m[2].lower()]) + HIDDEN * (len(m[0]) - 1), text)


@dataclass(frozen=True)
class Message:
    """One message of a catalog. ``line`` is its msgstr's, ``old`` the msgid it was translated from before it was fuzzy."""

    file: str
    line: int
    key: str
    msgid: str
    msgstr: str
    fuzzy: bool = False
    old: str = ""
    comments: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """Its place, as findings name it."""
        return f"{self.file}:{self.line}"

    @cached_property
    def text(self) -> str:
        """The msgstr as it is read; see ``masked``."""
        return masked(self.msgstr)

    @cached_property
    def source(self) -> str:
        """The msgid as it is read; see ``masked``."""
        return masked(self.msgid)


@dataclass(frozen=True)
class Facts:
    """What is known of the language, and of the project its catalogs are for.

    ``expected`` maps the messages that the project prints to their text in the source language and the name of the
    catalog they belong to; None if unknown. ``reviewers`` are those of them that stand on proofs and sheets only.
    ``stacks`` are the families that the language's text is set in.
    """

    language: Language
    style: Style
    terms: tuple[Term, ...] = ()
    expected: Mapping[str, tuple[str, str]] | None = None
    stacks: tuple[Stack, ...] = ()
    reviewers: frozenset[str] = frozenset()

    def printed(self, key: str) -> bool:
        """Whether the message stands on a finished brochure."""
        return key not in self.reviewers

    @cached_property
    def script(self) -> str:
        """The code of the language's script (ISO 15924), from CLDR's likely subtags."""
        locale = babel.Locale.parse(self.language.tag, sep="-")
        likely = get_global("likely_subtags").get(locale.language, "")
        return locale.script or next((part for part in likely.split("_") if len(part) == 4), LATIN)

    def own(self, character: str) -> bool:
        """Whether the character belongs to the language's script."""
        return script(character) in WRITTEN_WITH.get(self.script, (self.script,))


LATIN = "Latn"
# Scripts of ISO 15924 that stand for several of Unicode's.
WRITTEN_WITH = {"Jpan": ("Hani", "Hira", "Kana"), "Kore": ("Hang", "Hani"), "Hans": ("Hani",), "Hant": ("Hani",)}
SOUTHEAST = ("Khmr", "Thai", "Laoo", "Mymr")  # scripts without spaces between words; Unicode's line break class SA


@lru_cache(maxsize=4096)  # every rule asks again, of a few hundred characters
def script(character: str) -> str:
    """The code of a character's script (ISO 15924); ``Zyyy`` and ``Zinh`` for signs all scripts share."""
    code: str = unicode.script(character)
    return code
