"""Editions: the real sheets measured, to a tenth of a millimetre; every text stands where it should.

The office files are measured from outside: panels by the operators that place them, text by PDFium's boxes.
"""

import re
from collections.abc import Mapping
from itertools import accumulate, pairwise
from pathlib import Path

import pikepdf
import pytest
from factories import sample
from printed import JOBS, MM, OFFICE, PROJECT, SCREEN, Brochure, Glyph, Shelf, bare, messages, places, shared, spots

from brochure.project import Job, jobs

NEAR = 0.1  # mm
EDGE, FOLD = 7.0 - NEAR, 5.0 - NEAR  # that text keeps away from
INCH = 25.4
# Panel widths in mm, side by side; None: the sheet is one panel.
SHEETS: Mapping[str, Mapping[str, tuple[float, ...]]] = {
    "trifold-a4": {"outside": (97, 100, 100), "inside": (100, 100, 97)},
    "trifold-letter": {
        "outside": (3.625 * INCH, 3.6875 * INCH, 3.6875 * INCH),
        "inside": (3.6875 * INCH, 3.6875 * INCH, 3.625 * INCH),
    },
    "handout-a4": {"front": (210,), "back": (210,)},
    "zfold-a4": {"outside": (99, 99, 99), "inside": (99, 99, 99)},
}
HEIGHTS = {"trifold-a4": 210.0, "zfold-a4": 210.0, "trifold-letter": 8.5 * INCH, "handout-a4": 297.0}
FLIPS = {name: "/DuplexFlipLongEdge" if name == "handout-a4" else "/DuplexFlipShortEdge" for name in SHEETS}
LARGEST = 150_000  # bytes
FLAT = tuple(job for job in OFFICE if job.layout in SHEETS)
"""Sheets with one row of panels; tests/test_layouts_sheets.py and tests/test_layouts_booklet.py measure the others."""


def test_one_command_builds_everything(shelf: Shelf) -> None:
    assert [entry["file"] for entry in shelf.report["files"] if entry["state"] != "built"] == [], shelf.report["problems"]
    assert shelf.exit_code == 0
    built = {path.relative_to(shelf.folder).as_posix() for path in shelf.folder.rglob("*.pdf")}
    assert built == {job.file for job in jobs(PROJECT)} > {job.file for job in JOBS}
    assert len(built) > 20
    assert {problem["severity"] for problem in shelf.report["problems"]} <= {"remark"}


def test_every_layout_is_measured() -> None:
    """Here, or where grids, tiles and booklets are."""
    assert {job.layout for job in JOBS} == SHEETS.keys() | {"card-a6", "poster-a3", "booklet-a5"}


@pytest.mark.parametrize("name", ["trifold-a4", "trifold-letter"])
def test_the_flap_lies_inside_and_the_cover_in_front(name: str) -> None:
    """A C-fold: the narrow flap at the left of the outside is behind the right panel of the inside."""
    assert {side.name: side.rows[0] for side in PROJECT.layout(name).sheets.sides} == {
        "outside": ("flap", "back", "cover"), "inside": ("inside-left", "inside-mid", "inside-right"),
    }


def columns(page: pikepdf.Page) -> list[tuple[float, float, float, float]]:
    """The panels of a sheet from left to right: left, bottom, right and top in mm, as the sheet places and clips them."""
    found, place = [], (0.0, 0.0)
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "cm":
            a, b, c, d, x, y = map(float, operands)
            assert (a, b, c, d) == (1, 0, 0, 1), "a panel is turned or scaled"
            place = (x, y)
        elif str(operator) == "Do":
            left, bottom, right, top = map(float, page.Resources.XObject[operands[0]].BBox)
            x, y = place
            found.append(((x + left) * MM, (y + bottom) * MM, (x + right) * MM, (y + top) * MM))
    return sorted(found)


@pytest.mark.parametrize("job", FLAT, ids=str)
def test_sheets_and_panels_have_the_promised_sizes(shelf: Shelf, job: Job) -> None:
    pages = list(shelf[job].pdf.pages)
    sides = SHEETS[job.layout]
    assert len(pages) == len(sides) == len(shelf[job].layout_rows)
    for page, widths in zip(pages, sides.values(), strict=True):
        size = [sum(widths), HEIGHTS[job.layout]]
        assert [float(value) * MM for value in page.mediabox] == pytest.approx([0, 0, *size], abs=NEAR)
        assert list(page.trimbox) == list(page.mediabox)
        assert "/Rotate" not in page.obj
        edges = [0.0, *accumulate(widths)]
        expected = [(left, 0, right, size[1]) for left, right in pairwise(edges)]
        for found, wanted in zip(columns(page), expected, strict=True):
            assert found == pytest.approx(wanted, abs=NEAR)


@pytest.mark.parametrize("job", [job for job in FLAT if len(SHEETS[job.layout]) == 2], ids=str)
def test_the_two_sides_mirror_each_other(shelf: Shelf, job: Job) -> None:
    """Folds of the front lie on folds of the back, when the sheet is turned over its short edge."""
    front, back = (columns(page) for page in shelf[job].pdf.pages)
    width = front[-1][2]
    folds = sorted(width - right for _, _, right, _ in back[:-1])
    assert [right for _, _, right, _ in front[:-1]] == pytest.approx(folds, abs=NEAR)


@pytest.mark.parametrize("job", FLAT, ids=str)
def test_every_text_stands_in_its_panel(shelf: Shelf, job: Job) -> None:
    """The panel is known by its own text: each message is looked for on all sheets."""
    brochure, order, wanted = shelf[job], places(job), messages(job)
    placed = 0
    for (side, row), glyphs, page in zip(brochure.layout_rows.items(), brochure.glyphs, brochure.pdf.pages, strict=True):
        for name, (left, _, right, _) in zip(row, columns(page), strict=True):
            for key in [key for key, panel in order.items() if panel == name and key in wanted and len(bare(wanted[key])) > 12]:
                inside = [spot for spot in spots(glyphs, wanted[key])
                          if all(left < glyph.left and glyph.right < right for glyph in spot)]
                assert inside, f"{key} does not stand in {name} on the {side}"
                placed += 1
    assert placed > 35


@pytest.mark.parametrize("job", SCREEN, ids=str)
def test_every_page_of_the_screen_edition_is_a_panel_in_reading_order(shelf: Shelf, job: Job) -> None:
    brochure, order, wanted = shelf[job], places(job), messages(job)
    for name, glyphs in zip(brochure.panels, brochure.glyphs, strict=True):
        for key in [key for key, panel in order.items() if panel == name and key in wanted]:
            assert spots(glyphs, wanted[key]), f"{key} is not on the page of {name}"


def strays(glyphs: list[Glyph], panels: list[tuple[float, float, float, float]]) -> list[Glyph]:
    """The characters too near to the paper's edge or to a fold."""
    (left, top, _, _), (_, _, right, bottom) = panels[0], panels[-1]
    folds = [edge for _, _, edge, _ in panels[:-1]]
    return [glyph for glyph in glyphs
            if glyph.left < left + EDGE or glyph.right > right - EDGE or glyph.top < top + EDGE or glyph.bottom > bottom - EDGE
            or any(glyph.left < fold + FOLD and glyph.right > fold - FOLD for fold in folds)]


@pytest.mark.parametrize("job", FLAT, ids=str)
def test_text_keeps_away_from_edges_and_folds(shelf: Shelf, job: Job) -> None:
    """All but the instruction to the printer and the length of the rule, which are not for the reader."""
    exempt = shared(job.language)["common.print_instructions"]
    for glyphs, page in zip(shelf[job].glyphs, shelf[job].pdf.pages, strict=True):
        assert len(glyphs) > 500
        outside = "".join(glyph.char for glyph in strays(glyphs, columns(page)))
        for known in (exempt, "0", "50 mm", "50"):
            outside = outside.replace(bare(known), "", 1)
        assert outside == ""


def test_text_too_near_is_noticed() -> None:
    panels = [(0.0, 0.0, 97.0, 210.0), (97.0, 0.0, 197.0, 210.0)]

    def glyph(left: float, top: float) -> Glyph:
        return Glyph("x", left, top, left + 2, top + 3)

    good = [glyph(7.1, 7.1), glyph(89.9, 100), glyph(102.1, 199.9)]
    bad = [glyph(6.8, 100), glyph(90.2, 100), glyph(101.8, 100), glyph(20, 6.8), glyph(20, 200.2), glyph(188.2, 100)]
    assert strays([*good, *bad], panels) == bad


@pytest.mark.parametrize("job", FLAT, ids=str)
def test_the_printer_is_told_size_and_side(shelf: Shelf, job: Job) -> None:
    view = shelf[job].pdf.Root.ViewerPreferences
    assert (view.PrintScaling, view.Duplex) == ("/None", FLIPS[job.layout])
    assert view.PickTrayByPDFSize is True


@pytest.mark.parametrize("job", [*OFFICE, *SCREEN], ids=str)
def test_files_are_small_enough_to_send(shelf: Shelf, job: Job) -> None:
    assert 20_000 < len(shelf[job].data) <= LARGEST


@pytest.mark.parametrize("job", JOBS, ids=str)
def test_fonts_are_embedded_once_each(shelf: Shelf, job: Job) -> None:
    brochure: Brochure = shelf[job]
    fonts = [item for item in brochure.pdf.objects
             if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"]
    names = [str(font.FontName).partition("+")[2] for font in fonts]
    assert 2 < len(names) == len(set(names)) < 7
    assert all("/FontFile2" in font for font in fonts)


def test_a_lengthened_message_is_named_with_its_line_and_true_amount(tmp_path: Path) -> None:
    """It pushes a whole box to the next page, and is named before it; what it is to lose is about what it gained."""
    folder = sample(tmp_path / "project", fonts=True)
    po = folder / "locales/km/LC_MESSAGES/bmet.po"
    text = po.read_text("utf-8")
    start = text.index('msgstr "', text.index('msgctxt "bmet.outlook.text"')) + len('msgstr "')
    end = text.index('"\n', start)
    po.write_text(text[:end] + " " + text[start : start + 320] + text[end:], "utf-8")
    done = folder.run("build", "--layout", "trifold-a4", "--edition", "office", "--lang", "km")
    assert done.returncode == 7
    line = text[:start].count("\n") + 1
    told = re.search(rf"panel back: the text is ([\d.]+) mm \((\d+) lines\) too long: bmet\.outlook\.text "
                     rf"\(locales/km/LC_MESSAGES/bmet\.po:{line}\)", done.stderr)
    assert told, done.stderr
    cut = re.search(r"cut about (\d+) characters", done.stderr)
    assert 25 < float(told[1]) < 40 and 5 <= int(told[2]) <= 8
    assert cut and 250 < int(cut[1]) < 400
