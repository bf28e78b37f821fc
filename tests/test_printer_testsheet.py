"""The test sheet: its lengths are read back from the finished file's paths, on both sides and in both languages."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import page as validator
import pikepdf
import pytest
from click.testing import CliRunner
from factories import Folder, sample
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTCurve, LTFigure, LTPage
from printed import PROJECT, glyphs

from brochure import paper
from brochure.build import lay_out
from brochure.cli.print import print_
from brochure.errors import UsageError
from brochure.impose import Lines, Placement, Sheet
from brochure.printer import testsheet
from brochure.project import Job, discover

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")
MM = 25.4 / 72
EXACT = 0.05  # mm
LYING, UPRIGHT = (297.0, 210.0), (210.0, 297.0)


@dataclass(frozen=True)
class Path_:
    """One path of a page, its points in mm from the top-left corner."""

    points: tuple[tuple[float, float], ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        xs, ys = zip(*self.points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def paths(data: bytes) -> list[list[Path_]]:
    """Every path of every page."""
    return [list(_paths(page, page.height)) for page in extract_pages(io.BytesIO(data))]


def _paths(holder: LTPage | LTFigure, height: float) -> Iterator[Path_]:
    for item in holder:
        if isinstance(item, LTFigure):
            yield from _paths(item, height)
        elif isinstance(item, LTCurve):
            yield Path_(tuple((x * MM, (height - y) * MM) for x, y in item.pts))


def side(size: tuple[float, float], **lines: object) -> Sheet:
    return Sheet("side", *size, (Placement(0, 0.0, 0.0, *size),), **lines)  # type: ignore[arg-type]  # folds or cuts


SHEETS = {
    "folded": (side(LYING, folds=(97.0, 197.0)), side(LYING, folds=(100.0, 200.0))),
    "flat": (side(UPRIGHT), side(UPRIGHT)),
    "cut": (side(UPRIGHT, cuts=Lines((105.0,), (148.5,))), side(UPRIGHT, cuts=Lines((105.0,), (148.5,)))),
    "large": (side((297.0, 420.0)),),
    "letter": (side((279.4, 215.9), folds=(90.0, 184.7)), side((279.4, 215.9), folds=(94.7, 189.4))),
}
FLIPS = {"folded": "short-edge", "flat": "long-edge", "cut": "long-edge", "large": "simplex", "letter": "short-edge"}


@cache
def made(kind: str, tag: str) -> bytes:
    return testsheet.pdf(testsheet.compose(PROJECT, kind, SHEETS[kind], PROJECT.language(tag)), FLIPS[kind])


def flat(points: Iterable[tuple[float, float]]) -> list[float]:
    """The points in order, as one row of numbers."""
    return [value for point in sorted((round(x, 1), round(y, 1)) for x, y in points) for value in point]


def near(value: float, wanted: float) -> bool:
    return abs(value - wanted) < EXACT


both = pytest.mark.parametrize("kind", SHEETS)
languages = pytest.mark.parametrize("tag", [language.tag for language in PROJECT.languages])


@both
@languages
def test_it_has_the_papers_size_and_no_page_more(kind: str, tag: str) -> None:
    with pikepdf.open(io.BytesIO(made(kind, tag))) as pdf:
        assert len(pdf.pages) == len(SHEETS[kind])
        for page, sheet in zip(pdf.pages, SHEETS[kind], strict=True):
            assert [float(value) * MM for value in page.mediabox] == pytest.approx([0, 0, sheet.width, sheet.height], abs=EXACT)
        assert pdf.Root.ViewerPreferences.PrintScaling == "/None"
        wanted = {"short-edge": "/DuplexFlipShortEdge", "long-edge": "/DuplexFlipLongEdge", "simplex": "/Simplex"}[FLIPS[kind]]
        assert pdf.Root.ViewerPreferences.Duplex == wanted


@both
@languages
def test_both_rulers_are_100_mm_with_a_tick_every_millimetre(kind: str, tag: str) -> None:
    for page, sheet in zip(paths(made(kind, tag)), SHEETS[kind], strict=True):
        x, y = 20.0, sheet.height - 20
        boxes = [path.box for path in page if len(path.points) == 2]
        across = sorted(box[0] for box in boxes if near(box[0], box[2]) and near(box[1], y) and 1 < box[3] - box[1] < 6)
        along = sorted(box[1] for box in boxes if near(box[1], box[3]) and near(box[2], x) and 1 < box[2] - box[0] < 6)
        assert across == pytest.approx([x + at for at in range(101)], abs=EXACT)
        assert along == pytest.approx([y - at for at in reversed(range(101))], abs=EXACT)
        assert any(path.box == pytest.approx((x, y - 100, x + 100, y), abs=EXACT) for path in page)


@both
def test_the_frame_is_7_mm_from_the_edge_and_steps_lead_to_it(kind: str) -> None:
    for page, sheet in zip(paths(made(kind, "en")), SHEETS[kind], strict=True):
        boxes = [path.box for path in page]
        assert any(box == pytest.approx((7, 7, sheet.width - 7, sheet.height - 7), abs=EXACT) for box in boxes)
        steps = [box for box in boxes if near(box[2] - box[0], 4) and near(box[1], box[3])]
        assert sorted(box[1] for box in steps if box[1] < 7) == pytest.approx(range(1, 7), abs=EXACT)
        below = sorted(sheet.height - box[1] for box in steps if sheet.height - box[1] < 7)
        assert below == pytest.approx(range(1, 7), abs=EXACT)
        steps = [box for box in boxes if near(box[3] - box[1], 4) and near(box[0], box[2])]
        assert sorted(box[0] for box in steps if box[0] < 7) == pytest.approx(range(1, 7), abs=EXACT)
        assert sorted(sheet.width - box[0] for box in steps if box[0] > sheet.width - 7) == pytest.approx(range(1, 7), abs=EXACT)


@both
def test_marks_stand_where_it_is_folded_and_cut(kind: str) -> None:
    for page, sheet in zip(paths(made(kind, "en")), SHEETS[kind], strict=True):
        boxes = [path.box for path in page]
        marks = [box for box in boxes if near(max(box[2] - box[0], box[3] - box[1]), 12.5)]
        upright = [(x, end) for x in (*sheet.folds, *sheet.cuts.xs) for end in (1.5, sheet.height - 14)]
        level = [(start, y) for y in sheet.cuts.ys for start in (1.5, sheet.width - 14)]
        assert flat((box[0], box[1]) for box in marks) == pytest.approx(flat([*upright, *level]), abs=EXACT)


def rings(page: list[Path_]) -> list[tuple[float, float]]:
    """The middles of the crosses."""
    boxes = [path.box for path in page if near(path.box[2] - path.box[0], 8) and near(path.box[3] - path.box[1], 8)
             and len(path.points) > 4]
    return sorted({(round((box[0] + box[2]) / 2, 2), round((box[1] + box[3]) / 2, 2)) for box in boxes})


@pytest.mark.parametrize("kind", [kind for kind in SHEETS if len(SHEETS[kind]) == 2])
def test_the_crosses_of_both_sides_lie_on_each_other_whichever_edge_it_turns_over(kind: str) -> None:
    front, back = (rings(page) for page in paths(made(kind, "en")))
    width, height = SHEETS[kind][0].width, SHEETS[kind][0].height
    assert len(front) == 3
    assert flat((width - x, y) for x, y in back) == pytest.approx(flat(front), abs=EXACT)  # over its upright edge
    assert flat((x, height - y) for x, y in back) == pytest.approx(flat(front), abs=EXACT)  # over the other


@both
@languages
def test_words_keep_off_drawings_and_edges(kind: str, tag: str, tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(made(kind, tag))
    for page, sheet, letters in zip(paths(made(kind, tag)), SHEETS[kind], glyphs(file), strict=True):
        assert letters
        for glyph in letters:
            assert min(glyph.left, glyph.top, sheet.width - glyph.right, sheet.height - glyph.bottom) > 7
            for x, y in rings(page):
                assert not (x - 8 < glyph.right and glyph.left < x + 8 and y - 8 < glyph.bottom and glyph.top < y + 8)


@languages
def test_the_figures_are_the_languages(tag: str, tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(made("folded", tag))
    native = PROJECT.language(tag).writing.native
    text = "".join(glyph.char for glyph in glyphs(file)[1])
    assert text.count(native("100")) == 2 and text.count(native("10")) == 4


def test_it_satisfies_the_profile_it_claims() -> None:
    report = validator.validate_pdf_bytes(made("folded", PROJECT.languages[-1].tag), profile="2u")
    assert [failure.message for failure in report.failures] == []


def test_what_can_be_done_on_one_side_only_is_said() -> None:
    html = testsheet.compose(PROJECT, "x", SHEETS["large"], PROJECT.source).html
    assert "Print this sheet." in html and "both sides" not in html and "long marks" not in html
    assert "Cut at the long marks" in testsheet.compose(PROJECT, "x", SHEETS["cut"], PROJECT.source).html


# ---- the command


def test_it_has_the_folds_of_the_brochure_itself(tmp_path: Path) -> None:
    """For the layout with the most folds; the file's marks are where the brochure's are."""
    given = ["--test-sheet", "--lang", "km", "--out", str(tmp_path / "x.pdf"), "--project", str(PROJECT.root)]
    done = CliRunner().invoke(print_, given)
    assert done.exit_code == 0 and done.output == f"{tmp_path / 'x.pdf'}\n"
    job = next(job for job in (Job("bmet", layout.name, name, "en") for layout in PROJECT.layouts for name in layout.editions)
               if job.layout == "trifold-a4" and PROJECT.edition(job.edition).imposed)
    sheets, _ = paper.sheets(job, PROJECT, (lay_out(job, PROJECT, draft=True),))
    for page, sheet in zip(paths((tmp_path / "x.pdf").read_bytes()), sheets, strict=True):
        marks = {round(path.box[0], 1) for path in page if near(path.box[3] - path.box[1], 12.5)}
        assert marks == {round(fold, 1) for fold in sheet.folds} and len(marks) == 2


def test_the_language_is_the_computers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in testsheet.SPOKEN:
        monkeypatch.delenv(name, raising=False)
    assert testsheet.spoken(PROJECT) == "en"
    for value, tag in (("km_KH.UTF-8", "km"), ("C.UTF-8", "en"), ("pt_BR", "en"), ("km", "km")):
        monkeypatch.setenv("LANG", value)
        assert testsheet.spoken(PROJECT) == tag
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert testsheet.spoken(PROJECT) == "en"


def test_names_that_are_not_there(tmp_path: Path) -> None:
    for tag, layout, said in (("fr", None, "there is no language 'fr'"), ("km", "x", "there is no layout 'x'")):
        with pytest.raises(UsageError, match=said):
            testsheet.make(PROJECT, tag, layout)


def test_a_project_without_an_edition_for_paper(project: Folder) -> None:
    project.edit("templates/layouts/card/layout.toml", '["paper", "phone"]', '["phone"]')
    with pytest.raises(UsageError, match="there is no edition for paper"):
        testsheet.make(discover(project.path), None, None)


def test_it_is_written_to_dist_and_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("click.launch", lambda path: 0)
    copied = sample(tmp_path / "project", fonts=True)
    done = CliRunner().invoke(print_, ["--test-sheet", "--lang", "en", "--layout", "handout-a4", "--project", str(copied.path)])
    assert "testsheet.handout-a4.en.pdf: 1 sheet of A4, both sides, flip on long edge, actual size" in done.output
    assert (copied / "dist/testsheet.handout-a4.en.pdf").is_file() and "Choose when you print" in done.output
