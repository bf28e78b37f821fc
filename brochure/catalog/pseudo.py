"""Pseudo-languages: the source text in disguise, made on the fly and never stored, to find faults before a translator does.

    accented   [Çåñ ýøü ~~~] accents, brackets and growth: a word without brackets escaped extraction
    mirrored   words from right to left: what does not turn round is set by hand
    tall       real stacks of signs above and below, about as wide as the text: lines that touch, marks that are cut

Tags and placeholders stay as they are.
"""

import re
from collections.abc import Callable

_KEPT = re.compile(r"(</?[A-Za-z][^<>]*>|%\(\w+\)s|%%)")  # tags and placeholders
_ACCENTS = str.maketrans("AaCcEeIiNnOoUuYy", "ÅåÇçÉéÎîÑñØøÜüÝý")  # Latin-1: every text font has them
# Growth of a translation by the length of the source, in characters: the shorter, the more.
_GROWTH = ((10, 1.0), (20, 0.6), (40, 0.4))
_MOST = 0.3
_WORD = 8  # what has grown is words of this length: a long one would only be too wide
_RIGHT_TO_LEFT, _END = "\u202e", "\u202c"  # override and its end (UAX 9)
# Khmer clusters that reach as high and as low as words do, and how many stand for a Latin letter of mean width.
_STACKS = ("ស្ត្រី", "ញ៉ឺ", "ង្គ្រឿ", "ប៊ឹ", "ក្ស្មី", "ឆ្នាំ", "ជ្ជើ", "ខ្ញុំ", "ទ្ធិ៍", "ម្ប៉ែ")
_WIDTH = 0.54


def _accented(text: str) -> str:
    grown = next((growth for length, growth in _GROWTH if len(text) < length), _MOST)
    length = max(1, round(len(text) * grown))
    tail = "".join("~" if place % (_WORD + 1) < _WORD else " " for place in range(length))
    return f"[{text.translate(_ACCENTS)} {tail.rstrip()}]"


def _mirrored(text: str) -> str:
    """Word by word, since an override ends with its line."""
    return re.sub(r"[^\s\-–—]+", rf"{_RIGHT_TO_LEFT}\g<0>{_END}", text)


def _tall(text: str) -> str:
    def stacks(word: re.Match[str]) -> str:
        first = sum(map(ord, word[0]))
        return "".join(_STACKS[(first + place) % len(_STACKS)] for place in range(max(1, round(len(word[0]) * _WIDTH))))

    return re.sub(r"\w+", stacks, text)


TAGS = ("en-XA", "ar-XB", "km-XT")

KINDS: dict[str, Callable[[str], str]] = {"XA": _accented, "XB": _mirrored, "XT": _tall}
"""By the region of the tag: en-XA and ar-XB are CLDR's pseudo-locales, XT is ours (a private-use region)."""


def kind(tag: str) -> str | None:
    """The kind of pseudo-language a tag names, if it names one."""
    region = tag.partition("-")[2]
    return region if region in KINDS else None


def write(text: str, name: str) -> str:
    """``text`` in the disguise ``name``, a key of KINDS."""
    spell = KINDS[name]
    if name == "XA":  # one pair of brackets round the whole message, also when it has tags
        inner = "".join(part if _KEPT.fullmatch(part) else part.translate(_ACCENTS) for part in _KEPT.split(text))
        return "[" + inner + _accented(text)[len(text) + 1 :]
    return "".join(part if not part.strip() or _KEPT.fullmatch(part) else spell(part) for part in _KEPT.split(text))
