"""The press round the trim and beyond one document: bleed, marks, slug lines, turned panels, two languages."""

import io
from pathlib import Path

import pikepdf
import pydyf
import pypdfium2
import pytest

from brochure.edition import Marks
from brochure.impose import Booklet, Rows, Sheet, Side, Singly, Tiles, impose, turned, with_slugs
from brochure.press import POINTS, Frame, imposed
from brochure.render import render

ROOT = Path(__file__).parents[1]
OUTSIDE = Marks(start=-4, end=-9, weight=0.25, grey=None)
PRESS = Frame(bleed=3, around=15, ticks=OUTSIDE)
RED, BLUE, GREEN, WHITE = (255, 0, 0), (0, 0, 255), (0, 128, 0), (255, 255, 255)


def document(colours: dict[str, str], *, bleed: int = 0, slugs: int = 0, lang: str = "en", size: str = "50mm 60mm"):
    """Panels of one colour each with a word on it; the colour reaches into the bleed."""
    style = "".join(f"@page {name} {{ size: {size}; bleed: {bleed}mm; background: {colour} }} #{name} {{ page: {name} }}"
                    for name, colour in colours.items())
    body = "".join(f'<section id="{name}" data-panel="{name}" style="break-before: page"><p>{name} {lang}</p></section>'
                   for name in colours)
    body += "".join(f'<section data-panel="slug-{number}" class="slug">line {number}</section>'
                    for number in range(1, slugs + 1))
    html = f"""<html lang="{lang}"><title>Title {lang}</title><meta name="author" content="An author"><style>
        body {{ margin: 0 }} @page slug {{ size: 30mm 4mm; margin: 0 }} .slug {{ page: slug; break-before: page }}
        @page {{ margin: 5mm }} html {{ font: 6pt/4mm Kantumruy Pro }} {style}</style><body>{body}</body></html>"""
    return render(html, project=ROOT, fonts=ROOT / "assets/fonts", edit=lambda tree: None, name=f"frame {lang}")


def drawn(panels, variant: str = "pdf/a-2u") -> pydyf.PDF:
    kept = []
    panels.write(variant=variant, tagged_ua=False, dpi=None, finish=lambda pdf: kept.append(pdf) or b"")
    return kept[0]


def printed(*panels, sheets, frame=PRESS) -> bytes:
    return imposed([drawn(one) for one in panels], sheets, flip="short-edge", frame=frame)


def pixel(data: bytes, page: int, x: float, y: float) -> tuple[int, int, int]:
    """The colour at x, y in mm from the medium's top left, drawn at 10 pixels a millimetre."""
    with pypdfium2.PdfDocument(data) as pdf:
        image = pdf[page].render(scale=25.4 * 10 / 72).to_pil().convert("RGB")
    return image.getpixel((int(x * 10), int(y * 10)))


def boxes(data: bytes, page: int = 0) -> dict[str, list[float]]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = pdf.pages[page].obj
        return {name: [float(value) / POINTS for value in found[f"/{name}"]] for name in ("MediaBox", "BleedBox", "TrimBox")}


def two_beside(panels) -> tuple[Sheet, ...]:
    return impose(Rows((Side("outside", (("red", "blue"),)),)), [panels.panels], where="layout.toml")


@pytest.fixture(scope="module")
def pair():
    return document({"red": "#f00", "blue": "#00f"}, bleed=3)


def test_boxes_are_exact(pair):
    found = boxes(printed(pair, sheets=two_beside(pair)))
    assert found["MediaBox"] == pytest.approx([0, 0, 130, 90], abs=0.001)
    assert found["BleedBox"] == pytest.approx([12, 12, 118, 78], abs=0.001)
    assert found["TrimBox"] == pytest.approx([15, 15, 115, 75], abs=0.001)


def test_art_reaches_into_the_bleed_and_not_over_the_fold(pair):
    data = printed(pair, sheets=two_beside(pair))
    assert pixel(data, 0, 12.5, 45) == RED
    assert pixel(data, 0, 11.5, 45) == WHITE
    assert pixel(data, 0, 40, 12.5) == RED
    assert pixel(data, 0, 40, 77.5) == RED
    assert pixel(data, 0, 64.5, 45) == RED  # the fold is at 65 mm
    assert pixel(data, 0, 65.5, 45) == BLUE
    assert pixel(data, 0, 117.5, 45) == BLUE


def lines(data: bytes, page: int = 0) -> list[tuple[list[float], tuple[float, float, float, float]]]:
    """Dash and ends (mm) of every line on the sheet."""
    found, dash, start = [], [], None
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for step in pikepdf.parse_content_stream(pdf.pages[page]):
            if str(step.operator) == "d":
                dash = [float(value) for value in step.operands[0]]
            elif str(step.operator) == "m":
                start = [float(value) / POINTS for value in step.operands]
            elif str(step.operator) == "l":
                found.append((dash, tuple(round(value, 2) for value in (*start, *(float(v) / POINTS for v in step.operands)))))
    return found


def test_crop_marks_at_the_corners_and_dashed_ones_at_folds_all_outside_the_bleed(pair):
    found = lines(printed(pair, sheets=two_beside(pair)))
    solid = {line for dash, line in found if not dash}
    dashed = {line for dash, line in found if dash}
    assert solid == {
        (15, 11, 15, 6), (15, 79, 15, 84), (115, 11, 115, 6), (115, 79, 115, 84),
        (11, 75, 6, 75), (119, 75, 124, 75), (11, 15, 6, 15), (119, 15, 124, 15),
    }
    assert dashed == {(65, 11, 65, 6), (65, 79, 65, 84)}


def test_marks_are_printed_on_every_plate(pair):
    with pikepdf.open(io.BytesIO(printed(pair, sheets=two_beside(pair)))) as pdf:
        space = pdf.pages[0].Resources.ColorSpace.Registration
        assert [str(space[0]), str(space[1]), str(space[2])] == ["/Separation", "/All", "/DeviceCMYK"]
        used = [str(step.operands[0]) for step in pikepdf.parse_content_stream(pdf.pages[0]) if str(step.operator) == "CS"]
        assert used == ["/Registration"]


def test_cuts_inside_a_sheet_are_marked_on_all_four_sides():
    cards = document({"red": "#f00"})
    scheme = Rows((Side("front", (("red", "red"), ("red", "red")), "cut"),))
    sheets = impose(scheme, [cards.panels], where="layout.toml")
    ticks = Marks(start=1.5, end=6.5, weight=0.25, grey=0.6)
    found = lines(printed(cards, sheets=sheets, frame=Frame(ticks=ticks)))
    assert {line for dash, line in found if not dash} == {
        (50, 1.5, 50, 6.5), (50, 118.5, 50, 113.5), (1.5, 60, 6.5, 60), (98.5, 60, 93.5, 60)}
    assert not [line for dash, line in found if dash]


def test_slug_lines_stand_outside_the_trim_each_on_its_side():
    panels = document({"red": "#f00", "blue": "#00f"}, bleed=3, slugs=2)
    sheets = with_slugs(impose(Singly(), [panels.panels], where="layout.toml"), panels.panels, inset=-7)
    with pypdfium2.PdfDocument(printed(panels, sheets=sheets)) as pdf:
        assert len(pdf) == 2
        for number, page in enumerate(pdf, 1):
            text = page.get_textpage()
            assert f"line {number}" in text.get_text_range()
            at = text.get_text_range().index("line")
            left, bottom, _, top = (value / POINTS for value in text.get_charbox(at))
            assert left == pytest.approx(15 + 12, abs=0.5)
            assert bottom < 15 - 7 < top  # its middle is 7 mm below the trim


def test_a_turned_side_shows_the_same_picture_upside_down(pair):
    sheets = two_beside(pair)
    data = printed(pair, sheets=[sheets[0], turned(sheets[0])])
    for x, y in ((20, 20), (64, 40), (66, 40), (117, 77), (12.5, 45)):
        assert pixel(data, 0, x, y) == pixel(data, 1, 130 - x - 0.05, 90 - y - 0.05)
    with pypdfium2.PdfDocument(data) as pdf:
        upright, over = (page.get_textpage() for page in pdf)
        first, second = upright.get_charbox(0), over.get_charbox(over.get_text_range().index("r"))
        assert sum(first[::2]) / 2 + sum(second[::2]) / 2 == pytest.approx(130 * POINTS, abs=0.5)


def test_tiles_joined_are_the_panel():
    poster = document({"red": "linear-gradient(90deg, #f00, #00f)"}, size="100mm 80mm")
    scheme = Tiles("red", (70, 60), 5, 8, 2, 2)
    sheets = impose(scheme, [poster.panels], where="layout.toml")
    data = printed(poster, sheets=sheets, frame=Frame())
    whole = printed(poster, sheets=impose(Singly(), [poster.panels], where="layout.toml"), frame=Frame())
    for page, sheet in enumerate(sheets):
        (place,) = sheet.placements
        for x, y in ((1, 1), (20, 30), (place.width - 1, place.height - 1)):
            tile = pixel(data, page, place.x + x, place.y + y)
            there = pixel(whole, 0, place.offset[0] + x, place.offset[1] + y)
            assert max(abs(one - other) for one, other in zip(tile, there, strict=True)) <= 2
        assert pixel(data, page, place.x - 0.5, place.y - 0.5) == WHITE


def test_two_documents_make_one_file():
    first, second = document({"red": "#f00"}, lang="en"), document({"red": "#008000"}, lang="fr")
    scheme = Rows((Side("front", (("red",),)), Side("back", (("red",),), language=2)))
    sheets = impose(scheme, [first.panels, second.panels], rtl=[False, False], where="layout.toml")
    data = printed(first, second, sheets=sheets, frame=Frame())
    assert pixel(data, 0, 25, 50) == RED
    assert pixel(data, 1, 25, 50) == GREEN
    with pypdfium2.PdfDocument(data) as pdf:
        assert [page.get_textpage().get_text_range().strip() for page in pdf] == ["red en", "red fr"]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert not pdf.check_pdf_syntax()
        assert str(pdf.docinfo.Title) == "Title en"


def test_a_booklet_head_to_tail_in_two_languages():
    names = {f"p{number}": "#fff" for number in range(1, 5)}
    first, second = document(names, lang="en"), document(names, lang="fr")
    scheme = Booklet(tuple(names), tete_beche=True)
    data = printed(first, second, sheets=impose(scheme, [first.panels, second.panels], rtl=[False, False], where="x"),
                   frame=Frame())
    with pypdfium2.PdfDocument(data) as pdf:
        page = pdf[0]
        assert "p1 en" in page.get_textpage().get_text_range()
        page.set_rotation(180)
        assert "p1 fr" in page.get_textpage().get_text_range()
