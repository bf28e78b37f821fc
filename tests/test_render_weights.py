"""Render: a weight that the fonts folder lacks is said, where another would stand in."""

import shutil
import time
from pathlib import Path
from xml.etree.ElementTree import Element

import fontpkg_amiri
import pytest
from factories import ROOT, Folder
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from brochure.errors import Problem, RenderError
from brochure.press import plain
from brochure.render import Panels, fonts, render

FONTS = ROOT / "assets/fonts"
WEIGHT = "assets/fonts/kantumruy-pro/KantumruyPro_{}.ttf"

# WeasyPrint 70 leaves its own sRGB profile open.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of the test's own: many font folders come and go here."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Fonts without the weight 600."""
    shutil.copytree(FONTS, tmp_path / "fonts", ignore=shutil.ignore_patterns("*600*"))
    return tmp_path / "fonts"


def unchanged(_: Element) -> None:
    """The break step that changes nothing."""


def laid_out(body: str, style: str = "", *, folder: Path = FONTS, page: str = "") -> Panels:
    html = f"""<html lang="en"><title>T</title><style>@page {{ size: 100mm 60mm; margin: 9mm; {page} }}
        html {{ font-family: Kantumruy Pro }} {style}</style><body><section data-panel="cover">{body}</section></body></html>"""
    return render(html, project=ROOT, fonts=folder, edit=unchanged, name="job")


def refused(body: str, style: str = "", *, folder: Path = FONTS) -> tuple[Problem, ...]:
    with pytest.raises(RenderError) as caught:
        laid_out(body, style, folder=folder)
    return caught.value.problems


def test_a_missing_weight_is_named_with_family_weights_and_message(folder: Path) -> None:
    body = '<p data-msg="a.one">x</p><p data-msg="a.two" style="font-weight: 600">x</p>'
    assert laid_out(body).panels
    (problem,) = refused(body, folder=folder)
    assert problem == Problem(
        "job: a.two", "the text is set in weight 600 of “Kantumruy Pro”, and the fonts folder has it in 400, 500, 700 only",
        "add the file of that weight to assets/fonts, or set the text in a weight that is there (font-weight)")


def test_each_weight_is_said_once(folder: Path) -> None:
    body = "".join(f'<p style="font-weight: {weight}">x</p>' for weight in (600, 600, 300, 400))
    assert [problem.what.split()[6] for problem in refused(body, folder=folder)] == ["300", "600"]


def test_the_weight_of_the_family_that_has_the_letter_counts(folder: Path) -> None:
    """Amiri has no Khmer, and 700; Kantumruy Pro has no Arabic, and 500."""
    for name in ("Regular", "Bold"):
        shutil.copy(Path(fontpkg_amiri.__file__).parent / f"files/Amiri-{name}.ttf", folder)
    style = "p { font-family: Amiri, 'Kantumruy Pro', serif; font-weight: %s }"
    assert laid_out("<p>ខ្មែរ</p>", style % 500, folder=folder).panels
    assert laid_out("<p>في</p>", style % 700, folder=folder).panels
    (problem,) = refused("<p>ខ្មែរ في</p>", style % 500, folder=folder)
    assert "“Amiri”" in problem.what
    assert laid_out("<p>ខ្មែរ\u200b \u00ad\u2060</p>", style % 500, folder=folder).panels, "spaces and marks have no weight"


def test_a_weight_in_the_margin_and_in_a_picture_is_seen_when_it_is_drawn(folder: Path) -> None:
    svg = '<svg width="90" height="20"><text y="12" font-family="Kantumruy Pro" font-weight="600">text</text></svg>'
    for panels in (laid_out("<p>x</p>", page='@top-center { content: "x"; font-weight: 600 }', folder=folder),
                   laid_out(f"<p>x</p>{svg}", folder=folder)):
        with pytest.raises(RenderError, match="weight 600 of “Kantumruy Pro”"):
            panels.write(variant=None, tagged_ua=False, dpi=None, finish=plain)


def variable(path: Path, least: int, most: int) -> None:
    """A font of two letters with an axis of weights."""
    made = FontBuilder(1000)
    pen = TTGlyphPen(None)
    for at in ((0, 0), (0, 700), (500, 700)):
        (pen.lineTo if at != (0, 0) else pen.moveTo)(at)
    pen.closePath()
    made.setupGlyphOrder([".notdef", "x"])
    made.setupCharacterMap({ord("x"): "x", 32: "x"})
    made.setupGlyf(dict.fromkeys([".notdef", "x"], pen.glyph()))
    made.setupHorizontalMetrics(dict.fromkeys([".notdef", "x"], (600, 0)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Sliding", "styleName": "Regular"})
    made.setupOS2(usWeightClass=400)
    made.setupPost()
    made.setupFvar([("wght", least, 400, most, "Weight")], [])
    made.setupGvar({".notdef": [], "x": []})
    made.save(path)


def test_a_variable_font_has_every_weight_of_its_axis(folder: Path) -> None:
    variable(folder / "sliding.ttf", 300, 650)
    style = "p { font-family: Sliding; font-weight: %s }"
    for weight in (300, 400, 600):
        assert laid_out("<p>x</p>", style % weight, folder=folder).panels
    (problem,) = refused("<p>x</p>", style % 700, folder=folder)
    assert "weight 700 of “Sliding”, and the fonts folder has it in 300 to 650 only" in problem.what


def test_a_font_file_that_comes_or_goes_is_noticed(folder: Path) -> None:
    file, body = ROOT / WEIGHT.format("600SemiBold"), '<p style="font-weight: 600">x</p>'
    refused(body, folder=folder)
    shutil.copy(file, folder)
    assert laid_out(body, folder=folder).panels


def test_the_repositorys_own_font_files_are_all_needed(tmp_path: Path, copied: Folder) -> None:
    """As a designer would meet it: one file deleted, one sentence for each brochure."""
    for path in FONTS.rglob("*.ttf"):
        copied.write(path.relative_to(ROOT).as_posix(), path.read_bytes())
    copied.delete(WEIGHT.format("600SemiBold"))
    done = copied.run("check", "--lang", "en", "--layout", "trifold-a4")
    assert done.returncode == 6
    assert "common.career_guide: the text is set in weight 600 of “Kantumruy Pro”" in done.stderr


def test_looking_costs_next_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the files are read: a page of six thousand letters in thirty styles."""
    from brochure.render import weights

    key = fonts.isolate(FONTS)
    from brochure.render import engine

    engine.load()
    uses: weights.Uses = {}
    text = "អ្នកបច្ចេកទេសថែទាំ The quick brown fox jumps " * 5

    def look() -> float:
        start = time.process_time()
        for number in range(30):
            style = {"font_family": ("Moul", "Kantumruy Pro"), "font_weight": (400, 500)[number % 2]}
            weights.note(uses, style, text, "a")
        assert {problem.where for problem in weights.missing(uses, key, "job")} == {"job: a"}
        return time.process_time() - start

    look()
    assert min(look() for _ in range(5)) < 0.005
