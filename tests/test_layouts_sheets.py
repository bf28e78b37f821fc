"""The accordion, the poster and the card: folds, cuts and tiles to a twentieth of a millimetre, and what stands in between.

All is measured from outside: boxes and marks by the operators that draw them, text by PDFium's boxes, codes by a reader of
codes from the picture of the page.
"""

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import zxingcpp
from PIL import Image, ImageChops
from printed import JOBS, MM, PROJECT, Glyph, Shelf, bare, content, messages, places, spots

from brochure.impose import impose
from brochure.project import Job

EXACT = 0.05  # mm
FINE = 4  # dots a mm: a quarter of a millimetre, which is how exact the tiles stand, is one dot
ACCORDION, CARD = ([job for job in JOBS if job.layout == name and job.edition == "office"] for name in ("zfold-a4", "card-a6"))
POSTER, TILES = ([job for job in JOBS if job.layout == "poster-a3" and job.edition == name] for name in ("office", "tiles"))
PRESS = [job for job in JOBS if job.layout in ("poster-a3", "card-a6") and job.edition == "press"]
TILE = (153.5, 215.0)  # mm
OVERLAP = 10.0  # mm


@dataclass(frozen=True)
class Box:
    """A rectangle in mm from the top-left corner of a sheet's medium."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, glyph: Glyph, away: float = 0.0) -> bool:
        """Whether the character stands inside, so far away from the edges."""
        return (self.left + away <= glyph.left and glyph.right <= self.right - away
                and self.top + away <= glyph.top and glyph.bottom <= self.bottom - away)

    def near(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether this is the box, exactly enough."""
        return (self.left, self.top, self.right, self.bottom) == pytest.approx((left, top, right, bottom), abs=EXACT)


@dataclass(frozen=True)
class Drawn:
    """What a sheet draws: panels by their name among the page's resources, and marks as (box, dashed)."""

    panels: list[tuple[str, Box]]
    marks: list[tuple[Box, bool]]

    def at(self, *, across: bool, dashed: bool) -> list[float]:
        """Where marks stand: how far down those that run across, how far right the others."""
        found = [box.top if across else box.left for box, broken in self.marks
                 if broken == dashed and (box.bottom - box.top < EXACT) == across]
        return sorted({round(place, 2) for place in found})


def drawn(page: pikepdf.Page) -> Drawn:
    """The panels and marks of a sheet; nothing on it is turned or scaled."""
    height = float(page.mediabox[3])
    panels, marks, clip, start, dashed = [], [], None, (0.0, 0.0), False
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator), [float(value) if not isinstance(value, (pikepdf.Name, pikepdf.Array)) else value
                              for value in operands]:
            case "q", _:
                clip = None
            case "re", [x, y, width, up]:
                clip = Box(x * MM, (height - y - up) * MM, (x + width) * MM, (height - y) * MM)
            case "cm", [a, b, c, d, x, y]:
                assert (a, b, c, d) == (1, 0, 0, 1), "a panel is turned or scaled"
                start = (x, y)
            case "Do", [name]:
                left, bottom, right, top = map(float, page.Resources.XObject[name].BBox)
                whole = Box((start[0] + left) * MM, (height - start[1] - top) * MM,
                            (start[0] + right) * MM, (height - start[1] - bottom) * MM)
                panels.append((str(name), clip or whole))
            case "d", [dash, _]:
                dashed = bool(len(dash))
            case "m", [x, y]:
                start = (x, y)
            case "l", [x, y]:
                (left, right), (low, high) = sorted((start[0], x)), sorted((start[1], y))
                marks.append((Box(left * MM, (height - high) * MM, right * MM, (height - low) * MM), dashed))
    return Drawn(panels, marks)


def picture(path: Path, number: int) -> Image.Image:
    """A page in grey, FINE dots to the mm."""
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[number]
        dots = page.render(scale=FINE * MM * (1 - 1e-6), grayscale=True).to_pil()  # a hair less: sizes are rounded up
        assert list(dots.size) == [round(length * MM * FINE) for length in page.get_size()]
        return dots.convert("L")


def codes(path: Path, number: int) -> list[tuple[str, float]]:
    """The QR codes of a page: what they say, and the width of the symbol, without its quiet zone, in mm."""
    found = zxingcpp.read_barcodes(picture(path, number), zxingcpp.barcode_formats_from_str("QRCode"))
    return [(code.text, (code.position.top_right.x - code.position.top_left.x) / FINE) for code in found]


def unlike(one: Image.Image, other: Image.Image) -> int:
    """How much two pictures of one size differ where they differ most, of 255."""
    (_, most) = ImageChops.difference(one, other).getextrema()
    return int(most)


def sizes(path: Path, number: int) -> Counter[float]:
    """The type sizes of a page in points, and how many characters are set in each."""
    found: Counter[float] = Counter()
    with pypdfium2.PdfDocument(path) as pdf:
        text = pdf[number].get_textpage()
        for index in range(text.count_chars()):
            matrix = pdfium.FS_MATRIX()
            if chr(pdfium.FPDFText_GetUnicode(text, index)).strip() and pdfium.FPDFText_GetMatrix(text, index, matrix):
                found[round(abs(matrix.d) * pdfium.FPDFText_GetFontSize(text, index), 1)] += 1
    return found


def home(job: Job, panel: str) -> dict[str, str]:
    """The messages of a panel that are long enough to be found in one place only."""
    wanted = messages(job)
    return {key: wanted[key] for key, where in places(job).items()
            if where == panel and key in wanted and len(bare(wanted[key])) > 12}


# The accordion


@pytest.mark.parametrize("job", ACCORDION, ids=str)
def test_the_accordion_has_three_equal_panels_and_is_marked_where_it_folds(shelf: Shelf, job: Job) -> None:
    for page in shelf[job].pdf.pages:
        sheet = drawn(page)
        assert len(sheet.panels) == 3
        assert all(box.near(99 * place, 0, 99 * place + 99, 210) for place, (_, box) in enumerate(sheet.panels))
        assert sheet.at(across=False, dashed=True) == pytest.approx([99, 198], abs=EXACT)
        assert sheet.at(across=True, dashed=True) == []


@pytest.mark.parametrize("rtl", [False, True])
def test_an_accordion_folds_to_a_cover_in_front_and_the_back_behind(rtl: bool) -> None:
    """Side by side through the paper: the sheet turns over its short edge, so the first panel is behind the last.

    The cover hangs on the fold at its spine, and behind it lies inside-left: it opens like a book of its language.
    The panel at the other end is folded the other way, so that what is behind it is the back of the folded leaflet.
    """
    layout = PROJECT.layout("zfold-a4")
    names = [name for side in layout.sheets.sides for name in side.rows[0]]

    @dataclass(frozen=True)
    class Page:
        name: str
        width: float = 99.0
        height: float = 210.0

    outside, inside = impose(layout.sheets, [[Page(name) for name in names]], rtl=[rtl], where="layout.toml")
    front, behind = ([names[place.panel] for place in side.placements] for side in (outside, inside))
    assert layout.flip == "short-edge"
    assert front[0 if rtl else 2] == "cover"
    through = dict(zip(front, reversed(behind), strict=True))
    assert through == {"cover": "inside-left", "outside-mid": "inside-right", "outside-left": "back"}


@pytest.mark.parametrize("job", ACCORDION, ids=str)
def test_every_panel_of_the_accordion_stands_where_it_belongs(shelf: Shelf, job: Job) -> None:
    sides = [side.rows[0] for side in PROJECT.layout(job.layout).sheets.sides]
    assert sides == [("outside-left", "outside-mid", "cover"), ("inside-left", "inside-right", "back")]
    for row, glyphs in zip(sides, shelf[job].glyphs, strict=True):
        for place, name in enumerate(row):
            box = Box(99 * place, 0, 99 * place + 99, 210)
            assert len(home(job, name)) >= 1
            for key, words in home(job, name).items():
                assert any(all(box.holds(glyph, 5) for glyph in spot) for spot in spots(glyphs, words)), key


# The card


@pytest.mark.parametrize("job", CARD, ids=str)
def test_four_cards_of_a6_stand_on_a_sheet_with_marks_where_it_is_cut(shelf: Shelf, job: Job) -> None:
    for page in shelf[job].pdf.pages:
        sheet = drawn(page)
        assert sorted((round(box.left, 1), round(box.top, 1)) for _, box in sheet.panels) == [
            (0, 0), (0, 148.5), (105, 0), (105, 148.5)]
        assert all(box.near(box.left, box.top, box.left + 105, box.top + 148.5) for _, box in sheet.panels)
        assert len({name for name, _ in sheet.panels}) == 1
        assert sheet.at(across=False, dashed=False) == pytest.approx([105], abs=EXACT)
        assert sheet.at(across=True, dashed=False) == pytest.approx([148.5], abs=EXACT)
        assert len(sheet.marks) == 4


@pytest.mark.parametrize("job", CARD, ids=str)
def test_behind_every_card_is_its_own_back_and_upright(shelf: Shelf, job: Job) -> None:
    """Turned over its long edge, left and right of a sheet change places and its top stays on top."""
    view = shelf[job].pdf.Root.ViewerPreferences
    assert view.Duplex == "/DuplexFlipLongEdge"
    words = messages(job)
    for glyphs, name in zip(shelf[job].glyphs, ("front", "reverse"), strict=True):
        cells = [Box(left, top, left + 105, top + 148.5) for left, top in itertools.product((0, 105), (0, 148.5))]
        assert len(home(job, name)) >= 2
        for key, text in home(job, name).items():
            for cell in cells:  # seen from behind, the cell is its own mirror image: all four are alike
                inside = [spot for spot in spots(glyphs, text) if all(cell.holds(glyph, 7) for glyph in spot)]
                assert len(inside) == len(spots(glyphs, text)) // 4 >= 1, key
    title, steps = words[f"{job.career}.title"], words[f"{job.career}.path.title"]
    for page, text in enumerate((title, steps)):
        assert {spot[0].top % 148.5 < 35 for spot in spots(shelf[job].glyphs[page], text)} == {True}, "upside down"


@pytest.mark.parametrize("job", CARD, ids=str)
def test_every_card_has_a_code_that_can_be_read(shelf: Shelf, job: Job) -> None:
    web = content(job.career).contact["web"]
    assert codes(shelf[job].path, 0) == []
    found = codes(shelf[job].path, 1)
    assert [text for text, _ in found] == [web] * 4
    assert all(25 <= width < 30 for _, width in found)


# For a print shop


@pytest.mark.parametrize("job", PRESS, ids=str)
def test_for_the_press_every_page_is_single_and_keeps_text_inside(shelf: Shelf, job: Job) -> None:
    size, pages = {"poster-a3": ((297, 420), 1), "card-a6": ((105, 148.5), 2)}[job.layout]
    assert len(shelf[job].pdf.pages) == pages
    for page, glyphs in zip(shelf[job].pdf.pages, shelf[job].glyphs, strict=True):
        left, low, right, high = (float(value) * MM for value in page.trimbox)
        assert (right - left, high - low) == pytest.approx(size, abs=EXACT)
        assert [float(value) * MM for value in page.bleedbox] == pytest.approx([left - 3, low - 3, right + 3, high + 3],
                                                                              abs=EXACT)
        tall = float(page.mediabox[3]) * MM
        trim = Box(left, tall - high, right, tall - low)
        inside = [glyph for glyph in glyphs if trim.holds(glyph, 5)]
        outside = "".join(glyph.char for glyph in glyphs if glyph not in inside)
        assert len(inside) > 40
        assert outside.startswith(f"{job.career}·{job.layout}·press·{job.language}·"), "only the slug is outside"


@pytest.mark.parametrize("job", PRESS, ids=str)
def test_colour_runs_into_the_bleed(shelf: Shelf, job: Job) -> None:
    """The edge of the bleed looks like what is just inside the trim; on a slope or at a palm some dots differ."""
    for number, page in enumerate(shelf[job].pdf.pages):
        dots = picture(shelf[job].path, number)
        left, bottom, right, top = (round(float(value) * MM * FINE) for value in page.bleedbox)
        inside = dots.crop((left + 1, dots.height - top + 1, right - 1, dots.height - bottom - 1))
        (width, height), step = inside.size, 4 * FINE
        for edge, (x, y) in (((0, 0, width, 1), (0, step)), ((0, height - 1, width, height), (0, -step)),
                             ((0, 0, 1, height), (step, 0)), ((width - 1, 0, width, height), (-step, 0))):
            within = inside.crop((edge[0] + x, edge[1] + y, edge[2] + x, edge[3] + y))
            steps = ImageChops.difference(inside.crop(edge), within).histogram()
            assert sum(steps[8:]) < 0.1 * sum(steps), edge
            assert sum(within.histogram()[250:]) < 0.05 * sum(steps), "white at the trim"


# The poster


@pytest.mark.parametrize("job", POSTER, ids=str)
def test_the_poster_can_be_read_from_two_metres(shelf: Shelf, job: Job) -> None:
    (page,) = shelf[job].pdf.pages
    assert [float(value) * MM for value in page.mediabox] == pytest.approx([0, 0, 297, 420], abs=EXACT)
    found = sizes(shelf[job].path, 0)
    assert min(found) >= 24
    largest = found[max(found)]
    title = len(bare(messages(job)[f"{job.career}.title"]))
    assert largest <= title
    # Moul is drawn larger than other faces: at 79 pt its letters are as high as Latin ones of 110 pt
    assert max(found) >= {"en": 100, "km": 79}[job.language]
    assert sum(found.values()) < 300, "too many words for a poster"
    assert all(Box(0, 0, 297, 420).holds(glyph, 10) for glyph in shelf[job].glyphs[0])
    ((text, width),) = codes(shelf[job].path, 0)
    assert text == content(job.career).contact["web"]
    assert width == pytest.approx(60.6, abs=0.5)


@pytest.mark.parametrize("job", TILES, ids=str)
def test_the_tiles_glued_together_are_the_poster(shelf: Shelf, job: Job) -> None:
    whole = picture(shelf[next(one for one in POSTER if one.language == job.language)].path, 0)
    glued = Image.new("L", whole.size, 255)
    corner = [round((paper - tile) / 2 * FINE) for paper, tile in zip((210, 297), TILE, strict=True)]
    size = [round(tile * FINE) for tile in TILE]
    assert len(shelf[job].pdf.pages) == 4
    for number, (row, column) in enumerate(itertools.product(range(2), range(2))):
        part = picture(shelf[job].path, number).crop((*corner, corner[0] + size[0], corner[1] + size[1]))
        x, y = (round(place * (tile - OVERLAP) * FINE) for place, tile in zip((column, row), TILE, strict=True))
        for strip in ((0, 0, size[0], row * round(OVERLAP * FINE)), (0, 0, column * round(OVERLAP * FINE), size[1])):
            if strip[2] and strip[3]:
                under = glued.crop((x, y, x + strip[2], y + strip[3]))
                assert unlike(part.crop(strip), under) <= 1, "neighbours differ where they overlap"
        glued.paste(part, (x, y))
    assert (x + size[0], y + size[1]) == whole.size
    assert unlike(glued, whole) <= 1
    assert len(whole.getcolors()) > 50


@pytest.mark.parametrize("job", TILES, ids=str)
def test_tiles_are_cut_and_glued_at_their_marks(shelf: Shelf, job: Job) -> None:
    left, top = (210 - TILE[0]) / 2, (297 - TILE[1]) / 2
    right, bottom = left + TILE[0], top + TILE[1]
    for page, (row, column) in zip(shelf[job].pdf.pages, itertools.product(range(2), range(2)), strict=True):
        sheet = drawn(page)
        shown = [box for _, box in sheet.panels if box.right - box.left > 100]
        assert len(shown) == 1 and shown[0].near(left, top, right, bottom)
        assert sheet.at(across=False, dashed=False) == pytest.approx([left, right], abs=EXACT)
        assert sheet.at(across=True, dashed=False) == pytest.approx([top, bottom], abs=EXACT)
        assert sheet.at(across=False, dashed=True) == pytest.approx([right - OVERLAP] * (column == 0), abs=EXACT)
        assert sheet.at(across=True, dashed=True) == pytest.approx([bottom - OVERLAP] * (row == 0), abs=EXACT)
        for box, _ in sheet.marks:
            assert min(box.left, box.top, 210 - box.right, 297 - box.bottom) >= 4, "where a printer does not reach"
            assert box.right <= left or box.left >= right or box.bottom <= top or box.top >= bottom, "on the poster"


@pytest.mark.parametrize("job", TILES, ids=str)
def test_every_tile_says_in_its_margin_which_it_is(shelf: Shelf, job: Job) -> None:
    for page, glyphs, (row, column) in zip(shelf[job].pdf.pages, shelf[job].glyphs,
                                           itertools.product((1, 2), (1, 2)), strict=True):
        (spot,) = spots(glyphs, f"row {row} column {column}")
        line = [glyph for glyph in glyphs if abs(glyph.bottom - spot[0].bottom) < 2 and glyph.right <= spot[-1].right]
        said = "".join(glyph.char for glyph in line)
        before = f"{job.career}·{job.layout}·{job.edition}·{job.language}"
        assert re.fullmatch(rf"{before}·[\d-]{{10}}·[0-9a-f]{{8}}·row{row}column{column}", said)
        margin = Box(4, (297 + TILE[1]) / 2, 206, 293)
        assert all(margin.holds(glyph) for glyph in line)
        for box, _ in drawn(page).marks:
            assert not any(glyph.left < box.right and box.left < glyph.right and glyph.top < box.bottom
                           and box.top < glyph.bottom for glyph in line), "a mark runs through it"


@pytest.mark.parametrize("job", TILES, ids=str)
def test_the_code_is_whole_on_one_tile(shelf: Shelf, job: Job) -> None:
    web = content(job.career).contact["web"]
    assert [[text for text, _ in codes(shelf[job].path, number)] for number in range(4)] == [[], [], [web], []]
