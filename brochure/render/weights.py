"""Weights: of a font that lacks one, the nearest stands in, and nobody says so; here it is said.

Only the family that has a letter counts: in a stack, the first.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brochure.errors import Problem, RenderError
from brochure.render import fonts

NORMAL = 400  # where a font file does not say
UNSEEN = frozenset("\u200b\u2060\u00ad")  # drawn with whatever font is at hand

Letters = dict[str, str | None]  # letter -> a message it stands in
Uses = dict[tuple[tuple[str, ...], int], Letters]  # (font-family, font-weight) -> the letters set so


@dataclass(frozen=True)
class Family:
    """What the files of a family have: spans of weights (a static font's are of one) and characters."""

    weights: tuple[tuple[int, int], ...]
    letters: frozenset[int]

    def has(self, weight: int) -> bool:
        """Whether one of the files has the weight."""
        return any(least <= weight <= most for least, most in self.weights)


def note(uses: Uses, style: Any, text: str, key: str | None) -> None:
    """Add a text of the message `key`, set in the computed `style`, to `uses`."""
    letters = uses.setdefault((tuple(style["font_family"]), int(style["font_weight"])), {})
    for letter in dict.fromkeys(text):
        letters.setdefault(letter, key)


def missing(uses: Uses, key: str, where: str) -> Iterable[Problem]:
    """Problems of the `uses` of a weight that the files of its family lack, in the state `key` of the fonts folder."""
    told: dict[tuple[str, int], str | None] = {}
    for (stack, weight), letters in uses.items():
        named = [name for name in stack if fonts.fold(name) in fonts.families(key)]
        for letter, message in letters.items():
            if not letter.isspace() and letter not in UNSEEN:
                family = next((name for name in named if ord(letter) in _family(key, fonts.fold(name)).letters), None)
                if family and not _family(key, fonts.fold(family)).has(weight):
                    told[family, weight] = told.get((family, weight)) or message
    for (family, weight), message in sorted(told.items()):
        there = ", ".join(f"{least}" if least == most else f"{least} to {most}"
                             for least, most in _family(key, fonts.fold(family)).weights)
        yield Problem(
            f"{where}: {message}" if message else where,
            f"the text is set in weight {weight} of “{family}”, and the fonts folder has it in {there} only",
            "add the file of that weight to assets/fonts, or set the text in a weight that is there (font-weight)",
        )


@functools.lru_cache(maxsize=64)
def _family(key: str, name: str) -> Family:
    faces = [_face(path) for path in sorted(fonts.shelf(key)[name])]
    spans = tuple(sorted({span for span, _ in faces}))
    return Family(spans, frozenset().union(*(letters for _, letters in faces)))


def _face(path: Path) -> tuple[tuple[int, int], frozenset[int]]:
    """The weights and the characters of one font file."""
    from fontTools.ttLib import TTFont

    try:
        with TTFont(path, lazy=True) as font:
            axes = font["fvar"].axes if "fvar" in font else ()
            weight = font["OS/2"].usWeightClass if "OS/2" in font else NORMAL
            spans = [(int(axis.minValue), int(axis.maxValue)) for axis in axes if axis.axisTag == "wght"]
            return (spans or [(weight, weight)])[0], frozenset(font.getBestCmap() or ())
    except Exception as error:  # fontTools has no class for what it meets in a damaged file
        hint = "take it again from where it came"
        raise RenderError([Problem(f"assets/fonts: {path.name}", "the font file cannot be read", hint)]) from error
