"""Canonical order of the characters in a Khmer syllable.

Two spellings that look the same must be the same text, or search, glossary and word breaks miss one of them.
The order is that of the Khmer encoding structure (SIL's "khnormal"; Unicode 16, section 16.4):

    base, robat, shifted or coeng consonants (coeng ro last), shifter, vowel, signs

Nothing is added or lost but vowels typed in two halves and the subscript da, which is written as ta:
the two have one shape, and U+178F is what most keyboards make.
"""

import re
from functools import lru_cache

BASE, ROBAT, COENG, SHIFTER, VOWEL_BELOW, VOWEL_OTHER, VOWEL_POST, SIGN, FINAL = range(9)

_RANK = {
    **dict.fromkeys(map(chr, range(0x1780, 0x17B4)), BASE),
    "\u17cc": ROBAT,
    "\u17c9": SHIFTER, "\u17ca": SHIFTER,
    **dict.fromkeys("\u17bb\u17bc\u17bd", VOWEL_BELOW),
    **dict.fromkeys("\u17b7\u17b8\u17b9\u17ba\u17be\u17bf\u17c0\u17c1\u17c2\u17c3\u17c4\u17c5", VOWEL_OTHER),
    "\u17b6": VOWEL_POST,
    **dict.fromkeys("\u17c6\u17cb\u17cd\u17ce\u17cf\u17d0\u17d1\u17d3\u17dd", SIGN),
    "\u17c7": FINAL, "\u17c8": FINAL,
}
# A base and everything that hangs on it; a coeng takes the consonant after it along.
_SYLLABLE = re.compile("[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17d3\u17dd])+")
_PART = re.compile("\u17d2[\u1780-\u17b3]|.", re.S)
_RO = "\u17d2\u179a"
# A vowel typed in two halves, whatever stands between them below the line.
_HALVES = (
    (re.compile("\u17c1([\u17bb-\u17bd]?)\u17b8"), "\\1\u17be"),
    (re.compile("\u17c1([\u17bb-\u17bd]?)\u17b6"), "\\1\u17c4"),
)


def canonical(text: str) -> str:
    """The text with every Khmer syllable in canonical order; other scripts are left alone.

    >>> canonical("\u179f\u17d2\u179a\u17d2\u178f\u17b8") == "\u179f\u17d2\u178f\u17d2\u179a\u17b8"
    True
    """
    return _SYLLABLE.sub(lambda match: _ordered(match[0]), text)


@lru_cache(maxsize=4096)  # a language has not many more
def _ordered(syllable: str) -> str:
    first, *rest = (part[0] for part in _PART.finditer(syllable))
    rest = ["\u17d2\u178f" if part == "\u17d2\u178a" else part for part in rest]
    ordered: str = first + "".join(sorted(rest, key=_place))
    for halves, whole in _HALVES:
        ordered = halves.sub(whole, ordered)
    return ordered


def _place(part: str) -> float:
    if part[0] == "\u17d2":
        return COENG + (0.5 if part == _RO else 0)
    return _RANK[part]
