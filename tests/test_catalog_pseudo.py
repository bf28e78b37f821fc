"""Pseudo-languages: the source text in disguise; every layout builds in all three."""

import re
from pathlib import Path

import pytest
import uharfbuzz
from factories import ROOT

from brochure.build import lay_out
from brochure.catalog import pseudo
from brochure.content import load
from brochure.project import Job, discover, jobs

PROJECT = discover(ROOT)
TEXTS = [message.text for message in load(ROOT / "templates/content/bmet.toml", ROOT).messages()]


@pytest.mark.parametrize(("kind", "text", "written"), [
    ("XA", "Contact", "[Çøñtåçt ~~~~~~~]"),
    ("XA", "As of %(date)s", "[Ås øf %(date)s ~~~~~~~~]"),
    ("XA", "One<br>two", "[Øñé<br>twø ~~~~~~]"),
    ("XB", "One <b>two</b> 100%", "\u202eOne \u202c<b>\u202etwo\u202c</b>\u202e 100%\u202c"),
    ("XT", "%(lead)s – %(text)s", "%(lead)s – %(text)s"),
])
def test_tags_and_placeholders_stay(kind: str, text: str, written: str) -> None:
    if kind == "XB":
        assert pseudo.write(text, kind).replace("\u202e", "").replace("\u202c", "") == text
    else:
        assert re.sub("O", "Ø", pseudo.write(text, kind)) == written


def test_short_texts_grow_most() -> None:
    def growth(text: str) -> float:
        return len(pseudo.write(text, "XA")) / len(text)

    assert growth("Contact") > growth("Scan to learn more") > growth("x" * 100) > 1.29


def test_the_tall_text_is_as_wide_as_the_source() -> None:
    """Taller at the same width: what fits in English by its width alone still does."""
    font = uharfbuzz.Font(uharfbuzz.Face(Path(ROOT / "assets/fonts/kantumruy-pro/KantumruyPro_400Regular.ttf").read_bytes()))

    def width(text: str) -> int:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer, {})
        return sum(place.x_advance for place in buffer.glyph_positions)

    source = " ".join(TEXTS)
    assert width(pseudo.write(source, "XT")) / width(source) == pytest.approx(1, abs=0.08)


def test_they_are_built_only_when_asked_for() -> None:
    assert not {job.language for job in jobs(PROJECT)} & set(pseudo.TAGS)
    assert {job.language for job in jobs(PROJECT, languages=pseudo.TAGS)} == set(pseudo.TAGS)


@pytest.mark.xdist_group("pseudo")
@pytest.mark.parametrize("tag", pseudo.TAGS)
@pytest.mark.parametrize("layout", [layout.name for layout in PROJECT.layouts])
def test_every_layout_is_laid_out_in_all_three(layout: str, tag: str) -> None:
    edition = PROJECT.layout(layout).editions[0]
    laid = lay_out(Job("bmet", layout, edition, tag), PROJECT)
    printed = "".join(one.text for one in laid.panels.ink)
    assert len(printed) > 1000
    if tag.endswith("XA"):  # outside brackets there are addresses, dates and the digits of steps, and no word
        outside = re.sub(r"\[[^\[\]]*\]", " ", " ".join(one.text for one in laid.panels.ink))
        words = set(re.findall(r"[A-Za-zÀ-ÿ]{3,}", outside))
        assert words <= ESCAPED, words - ESCAPED


# What is nobody's to translate: the publisher's name and addresses, and the month, which CLDR writes.
ESCAPED = {"Career", "Guidance", "Office", "careers", "example", "org", "bmet", "November"}
