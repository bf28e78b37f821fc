"""Two languages on one sheet: each has its own side or its own half of the booklet, and all that a reader needs on it."""

import json
import os
import statistics
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from factories import ROOT, brochure
from printed import HYPHENS, INVISIBLE, MM, PROJECT, Glyph, bare, content, once, shared, spots

from brochure.build import lay_out
from brochure.project import Job

NEAR = 0.1  # mm
PAIRS = ("en+km", "km+en")
NAMES = ("bmet.name", "bmet.title")  # each language also tells the other's
Place = tuple[int, float, float, int]
"""Page of the file, left and right edge in mm, and the turn of a panel."""


def in_booklet(half: int, number: int) -> Place:
    """Where page ``number`` of one of the languages stands in a booklet of 16 pages."""
    spreads = ((16, 1), (2, 15), (14, 3), (4, 13), (12, 5), (6, 11), (10, 7), (8, 9))
    wanted = number if half == 1 else 17 - number
    side = next(side for side, spread in enumerate(spreads) if wanted in spread)
    left = 148.5 * spreads[side].index(wanted)
    return side, left, left + 148.5, 0 if half == 1 else 180


BOOKLET = ("cover", "what", "machines", "skills", "path", "questions", "benefits", "back")
# Where the panels of the first and of the second language stand.
STANDS: Mapping[str, tuple[Mapping[str, Place], Mapping[str, Place]]] = {
    "handout-a4": ({"leaflet": (0, 0, 210, 0)}, {"leaflet": (1, 0, 210, 0)}),
    "trifold-a4": (
        {"flap": (0, 0, 97, 0), "back": (0, 97, 197, 0), "cover": (0, 197, 297, 0)},
        {"cover": (1, 0, 100, 0), "mid": (1, 100, 200, 0), "end": (1, 200, 297, 0)},
    ),
    "booklet-a5": ({name: in_booklet(1, number) for number, name in enumerate(BOOKLET, 1)},
                   {name: in_booklet(2, number) for number, name in enumerate(BOOKLET, 1)}),
}
SIZES = {"handout-a4": (210, 297), "trifold-a4": (297, 210), "booklet-a5": (297, 210)}
FOLDS = {"handout-a4": ((), ()), "trifold-a4": ((97, 197), (100, 200)), "booklet-a5": ((148.5,),) * 8}
CASES = [(layout, pair) for layout in STANDS for pair in PAIRS]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All bilingual files, built by one command, in whatever worker comes first."""
    base = tmp_path_factory.getbasetemp()
    out = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "pairs"

    def make() -> None:
        layouts = [argument for name in STANDS for argument in ("--layout", name)]
        languages = [argument for pair in PAIRS for argument in ("--lang", pair)]
        done = brochure("build", "--json", "--jobs", "2", "--edition", "office", *layouts, *languages, "--out", str(out),
                        folder=ROOT)
        (out / "said.json").write_text(done.stdout or json.dumps(done.stderr), "utf-8")

    once(out, make)
    return out


def characters(path: Path, *, turned: bool = False) -> list[list[Glyph]]:
    """The characters of every page, in the order of someone who holds it upright, or ``turned`` upside down."""
    pages = []
    with pypdfium2.PdfDocument(path) as pdf:
        for page in pdf:
            height, found = page.get_height(), []
            page.set_rotation(180 if turned else 0)
            text = page.get_textpage()
            for index in range(text.count_chars()):
                char = chr(pdfium.FPDFText_GetUnicode(text, index)).translate(HYPHENS)
                if char.strip() and ord(char) not in INVISIBLE:
                    left, bottom, right, top = text.get_charbox(index, loose=False)
                    found.append(Glyph(char, left * MM, (height - top) * MM, right * MM, (height - bottom) * MM))
            pages.append(found)
    return pages


@cache
def read(path: Path) -> Mapping[int, list[list[Glyph]]]:
    """The characters of every page, by turn."""
    return {0: characters(path), 180: characters(path, turned=True)}


@cache
def words(layout: str, language: str, half: int) -> Mapping[str, Mapping[str, str]]:
    """What each panel of a half says: panel → key → text."""
    laid = lay_out(Job("bmet", layout, "office", language), PROJECT, half=half)
    found: dict[str, dict[str, str]] = {}
    for ink in laid.panels.ink:
        if ink.key in laid.page.texts:
            found.setdefault(laid.panels.panels[ink.panel].name, {})[ink.key] = laid.page.texts[ink.key]
    return found


def file(folder: Path, layout: str, pair: str) -> Path:
    return folder / Job("bmet", layout, "office", pair).file


def test_every_layout_for_two_languages_is_measured() -> None:
    assert {layout.name for layout in PROJECT.layouts if layout.bilingual} == STANDS.keys()


def test_all_of_them_fit_and_no_panel_looks_forgotten(folder: Path) -> None:
    report = json.loads((folder / "said.json").read_text("utf-8"))
    assert {entry["state"] for entry in report["files"]} == {"built"}
    assert {entry["file"] for entry in report["files"]} == {Job("bmet", *case[:1], "office", case[1]).file for case in CASES}
    assert [problem for problem in report["problems"] if "templates/layouts" in problem["where"]] == []


@pytest.mark.parametrize(("layout", "pair"), CASES)
def test_every_panel_stands_in_its_place(folder: Path, layout: str, pair: str) -> None:
    """Each language by its own text, where its half of the paper is, the right way up."""
    pages = read(file(folder, layout, pair))
    for half, language in enumerate(pair.split("+"), 1):
        stands, said = STANDS[layout][half - 1], words(layout, language, half)
        assert said.keys() == stands.keys()
        for panel, (number, left, right, turn) in stands.items():
            for key, text in said[panel].items():
                found = [spot for spot in spots(pages[turn][number], text)
                         if all(left < glyph.left and glyph.right < right for glyph in spot)]
                assert found, f"{language} {key} does not stand on {panel}"
                if len(bare(text)) > 20:
                    assert upside_down(found[0]) == (turn == 180), f"{language} {key} is the wrong way up"


def upside_down(spot: list[Glyph]) -> bool:
    """Whether most letters stand left of the one before them."""
    steps = [after.left - before.left for before, after in pairwise(spot)
             if abs(after.bottom - before.bottom) < 1]
    return sum(1 if step < 0 else -1 for step in steps if step) > 0


def test_the_wrong_way_up_is_noticed() -> None:
    line = [Glyph("x", 10.0 * number, 10, 10.0 * number + 5, 15) for number in range(8)]
    assert not upside_down(line)
    assert upside_down(line[::-1])


@pytest.mark.parametrize(("layout", "pair"), CASES)
def test_each_language_is_by_itself_and_says_how_to_get_in_touch(folder: Path, layout: str, pair: str) -> None:
    """No text but the twin names stands in the other language's half; each half has title, contact and its labels."""
    pages = read(file(folder, layout, pair))
    contact = content("bmet").contact
    for half, language in enumerate(pair.split("+"), 1):
        own = set(STANDS[layout][half - 1].values())
        other = set(STANDS[layout][2 - half].values())
        labels = shared(language)
        once_each = [contact["telephone"], contact["web"].removeprefix("https://")]
        own_words = [labels["common.scan"], labels["common.contact"]]
        said = [text for panel in words(layout, language, half).values() for key, text in panel.items()
                if key not in NAMES and len(bare(text)) > 20]
        for text in once_each + own_words:
            assert within(pages, own, text), f"{text} is not in the half of {language}"
        for text in own_words + said:
            assert not within(pages, other, text), f"{text} is in the other half"


def within(pages: Mapping[int, list[list[Glyph]]], where: set[Place], text: str) -> bool:
    return any(all(left < glyph.left and glyph.right < right for glyph in spot)
               for number, left, right, turn in where for spot in spots(pages[turn][number], text))


@pytest.mark.parametrize(("layout", "pair"), CASES)
def test_text_keeps_away_from_edges_and_folds(folder: Path, layout: str, pair: str) -> None:
    """All but the instruction to the printer and the length of the rule below it."""
    width, height = SIZES[layout]
    exempt = [shared(language)["common.print_instructions"] for language in pair.split("+")]
    pages = read(file(folder, layout, pair))
    for turn in (0, 180):
        for page, folds in zip(pages[turn], FOLDS[layout], strict=True):
            near = [glyph for glyph in page
                    if min(glyph.left, width - glyph.right, glyph.top, height - glyph.bottom) < 7 - NEAR
                    or any(glyph.left < fold + 5 - NEAR and glyph.right > fold - 5 + NEAR for fold in folds)]
            allowed = set("".join(map(bare, exempt))) | set("050mm")
            assert {glyph.char for glyph in near} <= allowed
            assert all(glyph.bottom > height - 20 or glyph.top < 20 for glyph in near)


@pytest.mark.parametrize("layout", STANDS)
def test_both_scripts_read_equally_large(folder: Path, layout: str) -> None:
    """Text is 9.5 pt (Latin) and 10 pt (Khmer) at least; a Khmer consonant is between a small and a capital letter."""
    pages = read(file(folder, layout, "en+km"))
    small = height_of(pages, words(layout, "en", 1), "xzvw")
    capital = height_of(pages, words(layout, "en", 1), "BMET")
    khmer = height_of(pages, words(layout, "km", 2), "កគឃចឆ")
    assert small >= 0.5 * 9.5 / 72 * 25.4
    assert khmer >= 0.594 * 10 / 72 * 25.4
    assert 1.15 < khmer / small < 1.35
    assert khmer < capital


def height_of(pages: Mapping[int, list[list[Glyph]]], said: Mapping[str, Mapping[str, str]], letters: str) -> float:
    """The usual height of these letters in a paragraph, in mm."""
    text = next(panel["bmet.what.duties"] for panel in said.values() if "bmet.what.duties" in panel)
    spot = next(spot for turn in pages.values() for page in turn for spot in spots(page, text))
    return statistics.median(glyph.bottom - glyph.top for glyph in spot if glyph.char in letters)
