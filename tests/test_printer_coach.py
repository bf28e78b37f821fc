"""The printer coach: what it tells of each way to fold, drawn from the sheets themselves, on one page in every language."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import page as validator
import pikepdf
import pytest
from factories import sample
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTCurve, LTFigure
from printed import PROJECT, content, copy

from brochure.build import build
from brochure.catalog import copy as copies
from brochure.errors import CatalogError
from brochure.impose import Booklet, Lines, Placement, Rows, Scheme, Sheet, Side, Tiles, impose
from brochure.printer import folding
from brochure.printer.coach import Plan, coach, plans
from brochure.project import Job, jobs
from brochure.review.document import Document

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")
LANGUAGES = [language.tag for language in PROJECT.languages]
ROWS = Rows((Side("front", (("a",),)),))
CAREER = PROJECT.careers[0]
JOBS = [job for job in jobs(PROJECT) if PROJECT.edition(job.edition).instructions]


def side(widths: list[float], panels: list[int], height: float = 210.0, *, folded: bool = True) -> Sheet:
    """A row of panels."""
    edges = [sum(widths[:at]) for at in range(len(widths) + 1)]
    places = tuple(Placement(panel, x, 0.0, width, height) for panel, x, width in zip(panels, edges, widths, strict=False))
    return Sheet("side", edges[-1], height, places, tuple(edges[1:-1]) if folded else ())


def cards(panel: int) -> Sheet:
    places = tuple(Placement(panel, x, y, 105.0, 148.5) for y in (0.0, 148.5) for x in (0.0, 105.0))
    return Sheet("side", 210.0, 297.0, places, cuts=Lines((105.0,), (148.5,)))


class Poster:
    name, width, height = "poster", 297.0, 420.0


TILES = Tiles("poster", (210.0, 297.0), 10.0, 10.0, 2, 2)
WAYS: dict[str, tuple[Scheme, tuple[Sheet, ...], str]] = {
    "inwards": (ROWS, (side([97, 100, 100], [1, 5, 0]), side([100, 100, 97], [2, 3, 4])), "short-edge"),
    "inwards, mirrored": (ROWS, (side([100, 100, 97], [0, 5, 1]), side([97, 100, 100], [4, 3, 2])), "short-edge"),
    "zigzag": (ROWS, (side([99, 99, 99], [4, 5, 0]), side([99, 99, 99], [1, 2, 3])), "short-edge"),
    "half": (ROWS, (side([148.5, 148.5], [3, 0]), side([148.5, 148.5], [1, 2])), "short-edge"),
    "four": (ROWS, (side([74, 74, 74, 74], [5, 6, 7, 0]), side([74, 74, 74, 74], [1, 2, 3, 4])), "short-edge"),
    "flat": (ROWS, (side([210], [0], 297.0), side([210], [1], 297.0)), "long-edge"),
    "booklet": (Booklet(("a",) * 8),
                tuple(side([148.5, 148.5], list(pair)) for pair in ((7, 0), (1, 6), (5, 2), (3, 4))), "short-edge"),
    "leaflet": (Booklet(("a",) * 4), (side([148.5, 148.5], [3, 0]), side([148.5, 148.5], [1, 2])), "short-edge"),
    "cards": (ROWS, (cards(0), cards(1)), "long-edge"),
    "poster": (ROWS, (side([297], [0], 420.0),), "simplex"),
    "tiles": (TILES, impose(TILES, [[Poster()]], where="x"), "simplex"),
}
MOVES = {
    "inwards": ["lay", "flap right", "over left", "done"], "inwards, mirrored": ["lay", "flap left", "over right", "done"],
    "zigzag": ["lay", "begin left", "behind left", "done"], "half": ["lay", "half left", "done"], "four": ["lay", "fan", "done"],
    "flat": [], "booklet": ["nest", "halve left", "staple", "done"], "leaflet": ["lay", "half left", "done"],
    "cards": ["cut", "pieces"], "poster": [], "tiles": ["trim", "glue", "poster"],
}


def compose(way: str, tag: str) -> Document:
    plan = Plan(*WAYS[way], (f"{way}.pdf",))
    return coach(PROJECT, content(CAREER), way, [plan], copy(CAREER, tag), content(CAREER).edition)


@cache
def pdf(way: str, tag: str) -> bytes:
    return compose(way, tag).pdf()


# ---- what is done with the sheets


@pytest.mark.parametrize("way", WAYS)
def test_how_it_is_folded_is_read_from_the_sheets(way: str) -> None:
    scheme, sheets, _ = WAYS[way]
    assert [f"{move.kind} {move.end}".strip() for move in folding.moves(scheme, sheets)] == MOVES[way]


@pytest.mark.parametrize("way", [way for way in WAYS if "over left" in MOVES[way] or "over right" in MOVES[way]])
def test_the_cover_ends_on_top_and_the_flap_inside(way: str) -> None:
    """The part that moves last has the cover on its outside: the front side seen from behind."""
    scheme, sheets, _ = WAYS[way]
    *_, flap, over, done = folding.moves(scheme, sheets)
    front = sheets[0].placements
    cover = next(place for place in front if place.panel == 0)
    assert over.end == ("left" if cover.x > sheets[0].width / 2 else "right") != flap.end
    assert over.covered == 97 and sum(over.widths) == 200 and done.widths == (100,)


def test_a_flap_of_the_same_width_is_a_zigzag() -> None:
    scheme, (front, back), _ = WAYS["inwards"]
    nearly = (side([99.5, 100, 100], [1, 5, 0]), side([100, 100, 99.5], [2, 3, 4]))
    assert [move.kind for move in folding.moves(scheme, nearly)] == ["lay", "begin", "behind", "done"]
    assert front.folds == (97, 197) and back.folds == (100, 200)


# ---- what it says


@pytest.mark.parametrize("way", WAYS)
def test_it_names_paper_sides_and_sheets(way: str) -> None:
    html, (_, sheets, flip) = compose(way, "en").html, WAYS[way]
    said = {"short-edge": "flip on short edge", "long-edge": "flip on long edge", "simplex": "One side only"}
    assert [words for words in said.values() if words in html] == [said[flip]]
    assert f"Paper: {'A3' if way == 'poster' else '210 × 296 mm' if way == 'four' else 'A4'}" in html
    count = {"booklet": 2, "tiles": 4}.get(way, 1)
    assert f"Sheets of paper for one copy: {count}<" in html and f"{way}.pdf" in html
    assert ("So the pages lie" in html) == (flip != "simplex")
    assert html.count('class="disc"') == 3 + len(MOVES[way])
    assert len(sheets) in (1, 2, 4)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("way", WAYS)
def test_it_is_one_page_of_a4(way: str, tag: str) -> None:
    with pikepdf.open(io.BytesIO(pdf(way, tag))) as made:
        assert [[round(float(value) * 25.4 / 72) for value in page.mediabox] for page in made.pages] == [[0, 0, 210, 297]]


def test_pages_are_numbered_where_they_lie() -> None:
    number = re.compile(r'<span class="at( turned)?" style="left: ([\d.]+)mm; top: [\d.]+mm">(.*?)</span>')
    found = number.findall(compose("inwards", "km").html)
    assert [number for _, _, number in found] == ["២", "៦", "១", "៣", "៤", "៥"]
    assert [float(left) for _, left, _ in found[:3]] == sorted(float(left) for _, left, _ in found[:3])
    scheme, (front, back), flip = WAYS["half"]
    upside = replace(back, placements=tuple(replace(place, turn=180) for place in back.placements))
    plan = Plan(scheme, (front, upside), flip, ())
    html = coach(PROJECT, content(CAREER), "x", [plan], copy(CAREER, "en"), content(CAREER).edition).html
    assert html.count('class="at turned"') == 2


def test_the_pictures_have_the_sheets_proportions() -> None:
    """Each side of the tri-fold: its outline and its panels, at one scale."""
    html = compose("inwards", "en").html
    drawings = [unquote(found) for found in re.findall(r"url\(data:image/svg\+xml,(.*?)\)", html)]
    boxes = [re.findall(r'width="([\d.]+)" height="([\d.]+)"', one) for one in drawings if "path" not in one]
    sides = [found for found in boxes if len(found) == 4]
    assert len(sides) == 2
    for drawn, widths in zip(sides, ([97, 100, 100], [100, 100, 97]), strict=True):
        (across, high), *panels = [(float(width), float(height)) for width, height in drawn]
        assert across / high == pytest.approx(297 / 210, rel=1e-3)
        assert [width / across for width, _ in panels] == pytest.approx([width / 297 for width in widths], rel=1e-3)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_its_rule_is_50_mm_long(tag: str) -> None:
    (page,) = extract_pages(io.BytesIO(pdf("inwards", tag)))
    lines = list(straight(page))
    assert [line for line in lines if line[3] - line[1] < 0.01 and abs(line[2] - line[0] - 50) < 0.05]
    ticks = sorted({round(left, 2) for left, low, right, high in lines
                    if right - left < 0.01 and any(abs(high - low - tall) < 0.05 for tall in (1.5, 2.5, 4))})
    rows = [ticks[at : at + 11] for at in range(len(ticks) - 10)]
    assert any(all(abs(after - before - 5) < 0.05 for before, after in pairwise(row)) for row in rows)


def straight(holder: Iterable[object]) -> Iterator[tuple[float, float, float, float]]:
    """The boxes of all lines of a page, in mm."""
    for item in holder:
        if isinstance(item, LTCurve):
            yield tuple(value * 25.4 / 72 for value in (item.x0, item.y0, item.x1, item.y1))
        elif isinstance(item, LTFigure):
            yield from straight(item)


def test_words_that_are_not_translated_are_refused_unless_it_is_a_draft() -> None:
    words, plan = copy(CAREER, "km"), Plan(*WAYS["flat"], ())
    (shared, *own) = words.catalogs
    less = replace(shared, entries={key: entry for key, entry in shared.entries.items() if key != "printer.settings"})
    lacking = copies.Copy(words.language, words.source, (less, *own))
    with pytest.raises(CatalogError, match=r"printer\.settings is not translated"):
        coach(PROJECT, content(CAREER), "x", [plan], lacking, content(CAREER).edition)
    made = coach(PROJECT, content(CAREER), "x", [plan], replace(lacking, gaps=True), content(CAREER).edition)
    assert '<h2 data-msg="printer.settings" lang="en">Choose three settings</h2>' in made.html and len(made.gaps) == 1


# ---- as an edition


def test_every_layout_has_one() -> None:
    assert {job.layout for job in JOBS} == {layout.name for layout in PROJECT.layouts}


@pytest.mark.parametrize("job", [job for job in JOBS if job.layout == "trifold-a4"], ids=str)
def test_it_is_built_beside_the_brochure(job: Job) -> None:
    data, notes = build(job, PROJECT)
    assert [note for note in notes if note.severity != "remark"] == []
    for profile in ("3a", "ua1"):
        assert [failure.message for failure in validator.validate_pdf_bytes(data, profile=profile).failures] == []
    with pikepdf.open(io.BytesIO(data)) as made:
        assert made.Root.ViewerPreferences.PrintScaling == "/None" and len(made.pages) == 1
        assert str(made.Root.Lang) == job.language


def test_it_is_about_the_editions_for_a_schools_paper() -> None:
    job = next(job for job in JOBS if job.layout == "trifold-a4")
    (plan,) = plans(job, PROJECT)
    named = [name.split(".")[1] for name in plan.files]
    for edition in PROJECT.layout(job.layout).editions:
        kind = PROJECT.edition(edition)
        assert (edition in named) == (kind.imposed and not kind.around and not kind.flows)
    assert plan.sheets[0].folds == pytest.approx((97, 197), abs=0.05) and plan.flip == "short-edge"


def test_too_many_words_are_said(tmp_path: Path) -> None:
    project = sample(tmp_path / "long", fonts=True)
    project.edit("templates/printer/words.html", "Press each fold flat", "Press each fold flat " + "and flat again " * 400)
    done = project.run("build", "bmet", "--lang", "en", "--layout", "trifold-a4", "--edition", "coach")
    assert done.returncode == 7 and "too long: printer.sharp" in done.stderr
