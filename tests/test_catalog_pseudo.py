"""Pseudo-languages: the source text in disguise; every layout builds in all three."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import uharfbuzz
from factories import ROOT
from printed import BRIEF

from brochure.build import build, lay_out
from brochure.catalog import pseudo
from brochure.content import load
from brochure.impose import SLUG
from brochure.project import Job, discover, jobs

PROJECT = discover(ROOT)
TEXTS = [message.text for message in load(ROOT / "templates/content/bmet.toml", ROOT).messages()]


@pytest.mark.parametrize(("kind", "text", "written"), [
    ("XA", "Contact", "[Çøñtåçt ~~~~~~~]"),
    ("XA", "As of %(date)s", "[Ås øf %(date)s ~~~~~~~~]"),
    ("XA", "One<br>two", "[Øñé<br>twø ~~~~~~]"),
    ("XB", "One <b>two</b> 100%", "\u202eOne\u202c <b>\u202etwo\u202c</b> \u202e100%\u202c"),
    ("XB", "Mid-life, at last", "\u202eMid\u202c-\u202elife,\u202c \u202eat\u202c \u202elast\u202c"),
    ("XT", "%(lead)s – %(text)s", "%(lead)s – %(text)s"),
])
def test_tags_and_placeholders_stay(kind: str, text: str, written: str) -> None:
    assert re.sub("O", "Ø", pseudo.write(text, kind)) == written.replace("O", "Ø")
    if kind == "XB":
        assert pseudo.write(text, kind).replace("\u202e", "").replace("\u202c", "") == text


def test_every_line_of_the_mirrored_text_is_mirrored() -> None:
    """An override ends with its line: none may hold a place where a line can end."""
    for text in TEXTS:
        written = pseudo.write(text, "XB")
        found = re.findall("\u202e([^\u202c]*)\u202c", written)
        assert found and not any(re.search(r"[\s\-–]", one) for one in found)
        assert not re.search(r"\w", re.sub("\u202e[^\u202c]*\u202c|</?[a-z]+>", "", written))


def test_what_grows_is_words_and_not_one_long_one() -> None:
    for text in TEXTS:
        written = pseudo.write(text, "XA")
        assert max(map(len, re.findall("~+", written))) <= 8
        assert written.endswith("~]") and "  " not in written


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


LAYOUTS = [(layout.name, edition) for layout in PROJECT.layouts for edition in layout.editions]


@pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")  # WeasyPrint's own
@pytest.mark.xdist_group("pseudo")
@pytest.mark.parametrize("career", PROJECT.careers)
@pytest.mark.parametrize("tag", pseudo.TAGS)
@pytest.mark.parametrize(("layout", "edition"), LAYOUTS)
def test_every_layout_builds_in_all_three(layout: str, edition: str, tag: str, career: str) -> None:
    data, _ = build(Job(career, layout, edition, tag), PROJECT)
    assert data.startswith(b"%PDF-")


def escaped(texts: Iterable[str]) -> set[str]:
    """The words that stand in no brackets, but for what is nobody's to translate; the texts follow one another."""
    outside = re.sub(r"\[[^\[\]]*\]", " ", " ".join(texts))
    while (less := re.sub(r"\[[^\[\]]*\]", " ", outside)) != outside:  # a message within another
        outside = less
    return set(re.findall(r"[A-Za-zÀ-ÿ]{3,}", outside)) - UNTRANSLATED


@pytest.mark.xdist_group("pseudo")
@pytest.mark.parametrize("career", PROJECT.careers)
@pytest.mark.parametrize(("layout", "edition"), LAYOUTS)
def test_no_word_escapes_extraction(layout: str, edition: str, career: str) -> None:
    """Neither of those that are seen, nor of those that are heard or searched."""
    laid = lay_out(Job(career, layout, edition, "en-XA"), PROJECT)
    seen = {number for number, panel in enumerate(laid.panels.panels) if not panel.name.startswith(SLUG)}
    printed = [one.text for one in laid.panels.ink if one.panel in seen]  # a slug line is the print shop's
    assert len("".join(printed)) > (300 if layout in BRIEF else 1000)
    assert escaped(printed) == set()
    page = laid.page.html
    heard = re.findall(r' alt="([^"]*)"', page)
    said = re.findall(r'<meta name="(?:description|keywords)" content="([^"]*)"|<title>(.*?)</title>', page)
    margins = re.findall(r'"((?:[^"\\]|\\.)*)"', " ".join(re.findall(r"(?:content|--[\w-]+): ([^;}]*)", page)))
    assert len(heard) > (0 if layout in BRIEF or edition == "coach" else 3) and len(said) == 3
    assert escaped([*heard, *(one for pair in said for one in pair), *margins]) == set()


def test_an_escaped_word_is_noticed() -> None:
    assert escaped(["[Çøñtåçt ~~~]", "Telephone", "[Ås", "øf ~~~]"]) == {"Telephone"}
    assert escaped(["[[Sålåry ~~~] – [gøød pay ~~~] ~~~]"]) == set()


# What is nobody's to translate: the publisher's name and addresses, and the month, which CLDR writes.
UNTRANSLATED = {"Career", "Guidance", "Office", "careers", "example", "org", "bmet", "November"}
