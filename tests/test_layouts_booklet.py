"""The booklet: every page where its printer spread says, found by its own text; nothing near the fold or the cut."""

from pathlib import Path

import pikepdf
import pytest
from factories import ROOT, brochure
from printed import MM, OFFICE, SCREEN, Brochure, Glyph, Shelf, bare, glyphs, messages, places, shared, spots

from brochure.project import Job

NEAR = 0.1  # mm
WIDTH, HEIGHT = 148.5, 210.0
PAGES = ("cover", "what", "machines", "skills", "path", "questions", "benefits", "back")
SPREADS = ((8, 1), (2, 7), (6, 3), (4, 5))
EDGE = 7.0 - NEAR  # that text keeps away from, and as far from the fold: a booklet does not lie flat
SHEETS = tuple(job for job in OFFICE if job.layout == "booklet-a5")
SINGLE = tuple(job for job in SCREEN if job.layout == "booklet-a5")
NUMBERED = range(2, 8)  # covers have no number


def digits(number: int, language: str) -> str:
    return str(number) if language == "en" else chr(ord("០") + number)


def halves(page: list[Glyph]) -> tuple[list[Glyph], list[Glyph]]:
    """What stands left and right of the fold."""
    return [glyph for glyph in page if glyph.right < WIDTH], [glyph for glyph in page if glyph.left > WIDTH]


def told(brochure: Brochure, panel: str) -> list[str]:
    """The messages of a page that are long enough to be found by."""
    wanted = messages(brochure.job)
    found = [wanted[key] for key, name in places(brochure.job).items() if name == panel and key in wanted]
    return [text for text in found if len(bare(text)) > 6]


def test_it_is_built_in_every_language() -> None:
    assert {job.language for job in SHEETS} == {job.language for job in SINGLE} == {"en", "km"}


@pytest.mark.parametrize("job", SHEETS, ids=str)
def test_every_page_stands_where_its_spread_says(shelf: Shelf, job: Job) -> None:
    book, told_of = shelf[job], set[str]()
    for page, sheet, spread in zip(book.pdf.pages, book.glyphs, SPREADS, strict=True):
        assert [float(value) * MM for value in page.mediabox] == pytest.approx([0, 0, 2 * WIDTH, HEIGHT], abs=NEAR)
        for half, number in zip(halves(sheet), spread, strict=True):
            panel = PAGES[number - 1]
            texts = told(book, panel)
            assert [text for text in texts if not spots(half, text)] == [], f"page {number} is not where it should be"
            told_of |= {panel} if texts else set()
        assert sum(map(len, halves(sheet))) == len(sheet), "something lies on the fold"
    assert told_of == set(PAGES)


@pytest.mark.parametrize("job", SHEETS, ids=str)
def test_pages_are_numbered_at_the_outer_edge(shelf: Shelf, job: Job) -> None:
    """In the language's own digits, the only text above the type area."""
    for sheet, spread in zip(shelf[job].glyphs, SPREADS, strict=True):
        for half, number, outer in zip(halves(sheet), spread, (0.0, 2 * WIDTH), strict=True):
            above = [glyph for glyph in half if glyph.bottom < 13 and abs(glyph.left - outer) < 16]
            text = "".join(glyph.char for glyph in above)
            assert text == (digits(number, job.language) if number in NUMBERED else "")


@pytest.mark.parametrize("job", SHEETS, ids=str)
def test_text_keeps_away_from_the_fold_and_the_edges(shelf: Shelf, job: Job) -> None:
    """All but the instruction to the printer, which no reader needs."""
    exempt = shared(job.language)["common.print_instructions"]
    for sheet in shelf[job].glyphs:
        outside = "".join(glyph.char for glyph in strays(sheet))
        for known in (exempt, "0", "50 mm", "50"):
            outside = outside.replace(bare(known), "", 1)
        assert outside == ""


def strays(sheet: list[Glyph]) -> list[Glyph]:
    return [glyph for glyph in sheet
            if glyph.left < EDGE or glyph.right > 2 * WIDTH - EDGE or glyph.top < EDGE or glyph.bottom > HEIGHT - EDGE
            or (glyph.left < WIDTH + EDGE and glyph.right > WIDTH - EDGE)]


def test_text_too_near_is_noticed() -> None:
    good = [Glyph("x", left, 50, left + 2, 53) for left in (7.1, 139.4, 155.6, 287.8)]
    bad = [Glyph("x", left, 50, left + 2, 53) for left in (6.8, 139.8, 155.2, 288.2)]
    assert strays([*good, *bad]) == bad


@pytest.mark.parametrize("job", SHEETS, ids=str)
def test_the_printer_turns_it_over_its_short_edge(shelf: Shelf, job: Job) -> None:
    view = shelf[job].pdf.Root.ViewerPreferences
    assert (view.PrintScaling, view.Duplex) == ("/None", "/DuplexFlipShortEdge")


@pytest.mark.parametrize("job", SINGLE, ids=str)
def test_on_a_screen_the_pages_follow_each_other(shelf: Shelf, job: Job) -> None:
    book = shelf[job]
    for panel, page in zip(PAGES, book.glyphs, strict=True):
        assert [text for text in told(book, panel) if not spots(page, text)] == []


def test_no_page_looks_forgotten(shelf: Shelf) -> None:
    assert [problem for problem in shelf.report["problems"] if "booklet-a5" in problem["where"]] == []


def test_type_is_larger_than_in_the_trifold(shelf: Shelf) -> None:
    for job in SHEETS:
        booklet, trifold = (capital(shelf[made]) for made in (job, Job(job.career, "trifold-a4", job.edition, job.language)))
        assert booklet == pytest.approx(1.2 * trifold, rel=0.02)


def capital(brochure: Brochure) -> float:
    """The height of a B in a paragraph, in mm."""
    (spot,) = [spot for page in brochure.glyphs for spot in spots(page, messages(brochure.job)["bmet.what.duties"])]
    return next(glyph.bottom - glyph.top for glyph in spot if glyph.char == "B")


def test_a_booklet_from_right_to_left_is_bound_at_the_right(tmp_path: Path) -> None:
    done = brochure("build", "--layout", "booklet-a5", "--edition", "office", "--lang", "ar-XB", "--out", str(tmp_path),
                    folder=ROOT)
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.rglob("*.pdf")
    outside = glyphs(path)[0]
    title = bare("Biomedical")[::-1]
    found = [spot for text in (title, title[::-1]) for spot in spots(outside, text)]
    assert found, "no title is on the outside"
    assert any(all(glyph.right < WIDTH for glyph in spot) for spot in found), "the cover is not the left half"
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 4
