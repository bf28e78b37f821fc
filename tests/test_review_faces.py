"""Faces: a web page carries the letters it needs, in the project's fonts."""

import base64
import io
import re

from factories import ROOT
from fontTools.ttLib import TTFont

from brochure.review.faces import style

RULE = re.compile(r'font-family: "([^"]+)"; font-weight: (\d+); src: url\(data:font/woff2;base64,([^)]+)\)')
FONTS = ROOT / "assets/fonts"


def fonts(html: str) -> dict[tuple[str, str], TTFont]:
    found = RULE.findall(style(FONTS, html))
    return {(family, weight): TTFont(io.BytesIO(base64.b64decode(data))) for family, weight, data in found}


def test_every_font_is_there_with_the_letters_of_the_page() -> None:
    made = fonts("<p class='x'>ស្ត្រី &amp; A</p>")
    assert set(made) == {("Kantumruy Pro", weight) for weight in ("400", "500", "600", "700")} | {("Moul", "400")}
    letters = made["Kantumruy Pro", "400"].getBestCmap()
    assert {*"ស្ត្រី&A0", " "} <= set(map(chr, letters))
    assert not {*"clspx;"} & set(map(chr, letters)), "markup is no text"
    assert "GSUB" in made["Kantumruy Pro", "400"], "without it Khmer falls apart"


def test_the_fonts_are_cut_down_to_the_page() -> None:
    small, whole = len(style(FONTS, "<p>ក</p>")), sum(path.stat().st_size for path in FONTS.rglob("*.ttf"))
    assert small < whole / 10
    assert style(FONTS, "<p>ក</p>") == style(FONTS, "<p>ក</p>")
