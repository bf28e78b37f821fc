"""Render: syllables and composite glyphs by themselves."""

import hashlib
import io
from pathlib import Path

from fontTools.ttLib import TTFont

from brochure.render.sfnt import Composite, tables, with_composites
from brochure.render.syllables import syllables

FONTS = Path(__file__).parents[1] / "assets/fonts"


def test_syllables_are_joined_across_stackers_and_marks() -> None:
    text = "ស្ត្រីក".encode()  # clusters as HarfBuzz gives them: one of each consonant
    spans = list(syllables([0, 6, 12, 12, 18], text, rtl=False))
    assert [text[begin:stop].decode() for _, _, begin, stop in spans] == ["ស្ត្រី", "ក"]
    assert [(first, end) for first, end, _, _ in spans] == [(0, 4), (4, 5)]


def test_syllables_of_right_to_left_runs_keep_visual_order() -> None:
    spans = list(syllables([4, 2, 2, 0], "אבג".encode(), rtl=True))
    assert spans == [(0, 1, 4, 6), (1, 3, 2, 4), (3, 4, 0, 2)]


def test_composites_are_read_by_fonttools() -> None:
    content = next(FONTS.rglob("Kantumruy*Regular.ttf")).read_bytes()
    with TTFont(io.BytesIO(content)) as font:
        count, first, second = font["maxp"].numGlyphs, font.getGlyphID("A"), font.getGlyphID("B")
    parts = ((first, 10, -20), (second, 700, 30))
    grown = with_composites(content, {count: Composite((), 0), count + 2: Composite(parts, 1400)})
    with TTFont(io.BytesIO(grown), checkChecksums=2) as font:
        names = font.getGlyphOrder()
        glyph = font["glyf"][names[count + 2]]
        assert [(part.glyphName, part.x, part.y) for part in glyph.components] == [
            (names[first], 10, -20),
            (names[second], 700, 30),
        ]
        drawn = (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax)
        glyph.recalcBounds(font["glyf"])
        assert drawn == (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax)
        assert font["hmtx"].metrics[names[count + 2]] == (1400, glyph.xMin)
        assert font["hmtx"].metrics[names[count + 1]] == (0, 0)
        assert font["maxp"].numGlyphs == count + 3
        assert font["maxp"].maxComponentElements >= 2
        for name in names[:count]:
            font["glyf"][name].expand(font["glyf"])


def test_font_keeps_its_checksum() -> None:
    content = next(FONTS.rglob("Moul*.ttf")).read_bytes()
    grown = with_composites(content, {5000: Composite((), 0)})
    words = sum(int.from_bytes(grown[at : at + 4], "big") for at in range(0, len(grown), 4)) & 0xFFFFFFFF
    assert words == 0xB1B0AFBA
    assert set(tables(grown)) <= set(tables(content))
    assert (
        hashlib.sha256(grown).digest()
        == hashlib.sha256(with_composites(content, {5000: Composite((), 0)})).digest()
    )
