"""Fonts: which families a language's text is set in, which characters they have, and how HarfBuzz shapes it.

The only importer of uharfbuzz.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uharfbuzz  # type: ignore[import-untyped]  # the library has no types

SUFFIXES = (".ttf", ".otf")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
DECLARED = re.compile(r"(?:--[\w-]*family[\w-]*|(?<![\w-])font-family)\s*:\s*([^;{}]+)")
NAME = re.compile(r"\"([^\"]+)\"|'([^']+)'|([A-Za-z][\w -]*)")
CIRCLE = "\u25cc"  # what a shaper inserts under a mark that has no letter


@dataclass(frozen=True)
class Family:
    """A font family: its name, the characters that all its faces have, and one of its faces."""

    name: str
    characters: frozenset[int]
    file: Path

    def circles(self, text: str) -> Iterator[int]:
        """The offsets at which shaping puts a dotted circle into the text."""
        font = _font(self.file)
        circle = font.get_nominal_glyph(ord(CIRCLE))
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        for glyph in buffer.glyph_infos:
            if circle and glyph.codepoint == circle and text[glyph.cluster] != CIRCLE:
                yield glyph.cluster


@dataclass(frozen=True)
class Stack:
    """Families in the order in which a character looks for a font."""

    families: tuple[Family, ...]

    @property
    def names(self) -> str:
        """The names for a sentence."""
        return ", ".join(family.name for family in self.families)

    def lacks(self, character: str) -> bool:
        """Whether no family has the character; those that draw nothing are never lacking."""
        return _draws(character) and not any(ord(character) in family.characters for family in self.families)

    def circles(self, text: str) -> Iterator[int]:
        """The offsets of dotted circles; each run of text is shaped in the family that has its characters."""
        start, family = 0, None
        for at, character in enumerate([*text, ""]):
            after = text[at - 1 : at]
            hangs = character and (not _draws(character) or unicodedata.category(character)[0] == "M" or after == "\u17d2")
            if hangs and family and (ord(character) in family.characters or not _draws(character)):
                continue
            found = next((one for one in self.families if character and ord(character) in one.characters), None)
            if found != family or not character:
                if family:
                    yield from (start + offset for offset in family.circles(text[start:at]))
                start, family = at, found


def _draws(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Zs", "Zl", "Zp") and not 0xFE00 <= ord(character) <= 0xFE0F


def stacks(css: Path, fonts: Path) -> tuple[Stack, ...]:
    """The stacks that a language's stylesheet names; all families in one stack if it names none that is there."""
    shelf = families(fonts)
    text = COMMENT.sub("", css.read_text("utf-8", errors="replace")) if css.is_file() else ""
    found: dict[Stack, None] = {}
    for value in DECLARED.findall(text):
        names = ["".join(parts).strip() for parts in NAME.findall(value)]
        if named := tuple(shelf[_fold(name)] for name in names if _fold(name) in shelf):
            found[Stack(named)] = None
    return tuple(found) or ((Stack(tuple(shelf.values())),) if shelf else ())


def families(folder: Path) -> dict[str, Family]:
    """Every family of a fonts folder under its folded name, in order."""
    found: dict[str, list[tuple[str, Path, frozenset[int]]]] = {}
    for file in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        face = _font(file).face
        name = face.get_name(16) or face.get_name(1) or file.stem  # typographic family, family
        found.setdefault(_fold(name), []).append((name, file, frozenset(face.unicodes)))
    return {key: Family(faces[0][0], frozenset.intersection(*(characters for _, _, characters in faces)), faces[0][1])
            for key, faces in found.items()}


def _fold(name: str) -> str:
    return "".join(name.split()).casefold()


@functools.lru_cache(maxsize=64)
def _font(file: Path) -> uharfbuzz.Font:
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file))))
