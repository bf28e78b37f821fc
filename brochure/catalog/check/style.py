"""Style: how a language writes on paper, where CLDR does not say; data of ``language.toml``, with defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from translate.lang import factory

from brochure.errors import CatalogError
from brochure.language import Language
from brochure.tables import Reader

SPACES = {"none": "", "space": " ", "nbsp": "\u00a0", "nnbsp": "\u202f"}
_MARKS = {"stop": ".", "question": "?", "exclamation": "!", "colon": ":"}


@dataclass(frozen=True)
class Style:
    """Typographic facts of one language.

    ``quotes`` are the pairs of quotation marks it uses, the usual one first; none means that any will do. ``stop``,
    ``question``, ``exclamation`` and ``colon`` hold the characters that can end a sentence so, the usual one first;
    ``stop`` is empty (in the file "none") for a language without full stops. ``space_before`` says what stands between
    a word and a mark ("" is nothing); of a mark that is not named nothing is said. ``spellings`` are groups of
    spellings of one word, the house's first.
    """

    quotes: tuple[str, ...] = ()
    stop: str = "."
    question: str = "?"
    exclamation: str = "!"
    colon: str = ":"
    space_before: Mapping[str, str] = field(default_factory=dict)
    spellings: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, tag: str) -> "Style":
        """What translate-toolkit knows of a language's punctuation."""
        marks = {key.strip(): mark.strip() for key, mark in factory.getlanguage(tag).puncdict.items()}
        return cls(**{name: marks.get(plain, plain) for name, plain in _MARKS.items()})


def of(language: Language) -> Style:
    """The style in a language's file; raise CatalogError with every problem of it."""
    read = Reader(f"locales/{language.tag}/language.toml")
    style = take(read, dict(language.typography), language.tag)
    if read.problems:
        raise CatalogError(read.problems)
    return style


def take(read: Reader, data: dict[str, Any], tag: str) -> Style:
    """The style in a parsed ``language.toml``, its keys removed from ``data``; problems go to ``read``."""
    known = Style.of(tag)
    quotes = read.optional(data, "", "quotes", str, "")
    if len(quotes) % 2:
        read.problem("quotes", f"{quotes!r} are not pairs", "write the opening and the closing mark of each pair")
    marks = {name: read.optional(data, "", name, str, getattr(known, name)) for name in _MARKS}
    marks["stop"] = marks["stop"].replace("none", "")
    spaces = dict[str, str]()
    for characters, kind in read.optional(data, "", "space_before", dict, {}).items():
        if kind not in SPACES:
            read.problem(f"space_before.{characters}", f"{kind!r} is no kind of space", f"it is {', '.join(SPACES)}")
        spaces |= dict.fromkeys(characters, SPACES.get(kind, ""))
    groups = read.names(data, "", "spellings") if "spellings" in data else ()
    return Style(tuple(quotes[i : i + 2] for i in range(0, len(quotes) - 1, 2)), **marks, space_before=spaces,
                 spellings=tuple(tuple(group.split()) for group in groups))
