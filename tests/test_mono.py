"""The edition for copiers: every page grey, no line a copier loses, no dark ground it makes mottled.

The files are looked at from outside: PDFium draws them, pikepdf reads their operators. An office file, in colour, is the
proof that every measure can fail.
"""

import io
import math
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from factories import ROOT
from PIL import Image, ImageChops, ImageFilter
from printed import JOBS, OFFICE, PROJECT, Shelf, content

from brochure.preflight import content as painted
from brochure.project import Job

MONO = tuple(job for job in JOBS if job.edition == "mono")
COLOURED = next(job for job in OFFICE if job.layout == "trifold-a4")
DRAWINGS = sorted((ROOT / "assets/images").rglob("*.mono.svg"))
EDITION = PROJECT.edition("mono")

DPI = 100
THINNEST = 0.5  # pt
TINT = 0.2  # of black
A4 = 210 * 297  # mm²: on larger paper, which is seen from further away, lines may be wider and spots larger
WIDE = 2.0  # mm: what is wider is no line
LARGEST = 1.0  # cm² of anything darker than a tint that is neither line nor letter
FAINT = 0.01
SHOWS = {"Tj", "TJ"}
PAINTS = {"S", "s", "B", "B*", "b", "b*"}


@cache
def drawn(path: Path) -> tuple[Image.Image, ...]:
    """The pages in colour."""
    with pypdfium2.PdfDocument(path) as pdf:
        return tuple(page.render(scale=DPI / 72).to_pil().convert("RGB") for page in pdf)


def colour(page: Image.Image) -> int:
    """The largest difference between red, green and blue in any pixel."""
    red, green, blue = page.split()
    return max(ImageChops.difference(one, blue).getextrema()[1] for one in (red, green))


def wordless(path: Path) -> tuple[Image.Image, ...]:
    """The pages without their letters, which are black however large they are."""
    with pikepdf.open(path) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and (item.get("/Subtype") == "/Form" or "/PatternType" in item):
                item.write(_wordless(item))
        for page in pdf.pages:
            page.Contents = pdf.make_stream(_wordless(page))
        data = io.BytesIO()
        pdf.save(data)
    with pypdfium2.PdfDocument(data.getvalue()) as made:
        return tuple(page.render(scale=DPI / 72).to_pil().convert("RGB") for page in made)


def _wordless(item: object) -> bytes:
    return pikepdf.unparse_content_stream([one for one in pikepdf.parse_content_stream(item) if str(one.operator) not in SHOWS])


def dark_ground(page: Image.Image) -> float:
    """The largest connected area, in cm² on A4, that is darker than a tint; lines are taken away first."""
    size = page.width * page.height * (25.4 / DPI) ** 2 / A4
    pixels = 2 * round(WIDE * DPI / 25.4 * math.sqrt(size) / 2) + 1
    limit = 255 * (1 - TINT - FAINT)
    dark = page.convert("L").point(lambda value: 255 * (value < limit))
    wide = dark.filter(ImageFilter.MinFilter(pixels)).filter(ImageFilter.MaxFilter(pixels))
    width, data = wide.width, wide.tobytes()
    left, most = {place for place, value in enumerate(data) if value}, 0
    while left:
        waiting, area = [left.pop()], 0
        while waiting:
            place = waiting.pop()
            area += 1
            near = left & {place - 1, place + 1, place - width, place + width}
            left -= near
            waiting += near
        most = max(most, area)
    return most / (DPI / 2.54) ** 2 / size


def lines(pdf: pikepdf.Pdf) -> Iterator[float]:
    """The width in points of every line that is stroked, as it is on paper; of an oval pen the narrower."""
    for page in pdf.pages:
        yield from _lines(page, page.resources, painted.IDENTITY)


def _lines(item: object, resources: object, matrix: painted.Matrix) -> Iterator[float]:
    width, stack = 1.0, []
    for operands, operator in pikepdf.parse_content_stream(item):
        match str(operator):
            case "q":
                stack.append((matrix, width))
            case "Q":
                matrix, width = stack.pop()
            case "cm":
                matrix = painted.product(tuple(map(float, operands)), matrix)
            case "w":
                width = float(operands[0])
            case "Do":
                form = resources.XObject[operands[0]]
                if form.Subtype == "/Form":
                    inner = painted.product(tuple(map(float, form.get("/Matrix", painted.IDENTITY))), matrix)
                    yield from _lines(form, form.get("/Resources", resources), inner)
            case "scn" if str(operands[-1]).startswith("/"):  # a background picture
                tile = resources.Pattern[operands[-1]]
                yield from _lines(tile, tile.Resources, tuple(map(float, tile.Matrix)))
            case name if name in PAINTS:
                a, b, c, d = matrix[:4]
                yield width * min(math.hypot(a, b), math.hypot(c, d))


def slivers(pdf: pikepdf.Pdf) -> list[painted.Box]:
    """Filled shapes that are thinner than a line may be: a rule can be a rectangle."""
    return [box for mark in painted.marks(pdf) if mark.kind == "fill"
            for box in mark.boxes if 0 < min(box[2] - box[0], box[3] - box[1]) < THINNEST - FAINT]


# ---- the files


def test_every_file_for_a_schools_printer_has_a_copy_master() -> None:
    assert len(MONO) > 10
    assert {(job.layout, job.language) for job in MONO} == {(job.layout, job.language) for job in OFFICE}


@pytest.mark.parametrize("job", MONO, ids=str)
def test_nothing_on_the_page_has_a_colour(shelf: Shelf, job: Job) -> None:
    assert [colour(page) for page in drawn(shelf[job].path)] == [0] * len(shelf[job].pdf.pages)
    families = {mark.ink.space.family for mark in painted.marks(shelf[job].pdf) if mark.ink}
    assert families <= {"grey", "pattern"} and "grey" in families


@pytest.mark.parametrize("job", MONO, ids=str)
def test_text_is_black(shelf: Shelf, job: Job) -> None:
    inks = {mark.ink.values for mark in painted.marks(shelf[job].pdf) if mark.kind == "text" and mark.ink}
    assert inks == {(0.0,)}


@pytest.mark.parametrize("job", MONO, ids=str)
def test_no_line_is_lost(shelf: Shelf, job: Job) -> None:
    widths = list(lines(shelf[job].pdf))
    assert len(widths) > 15
    assert min(widths) >= THINNEST - FAINT
    assert slivers(shelf[job].pdf) == []


@pytest.mark.parametrize("job", MONO, ids=str)
def test_no_dark_ground_is_wide(shelf: Shelf, job: Job) -> None:
    assert [area for page in wordless(shelf[job].path) if (area := dark_ground(page)) > LARGEST] == []


@pytest.mark.parametrize("job", MONO, ids=str)
def test_a_copier_that_knows_black_and_white_only_loses_nothing_one_must_read(shelf: Shelf, job: Job) -> None:
    """Tints become paper, and of every line at least a trace is left: the code still leads to the publisher."""
    found = set()
    with pypdfium2.PdfDocument(shelf[job].path) as pdf:
        for page in pdf:
            grey = page.render(scale=200 / 72, grayscale=True).to_pil().filter(ImageFilter.GaussianBlur(1.5))
            copy = grey.point(lambda value: 255 * (value > 128))
            found |= {code.text for code in zxingcpp.read_barcodes(copy, formats=zxingcpp.BarcodeFormat.QRCode)}
    assert found == {content(job.career).contact["web"]}


def test_each_measure_finds_what_is_wrong_with_a_file_in_colour(shelf: Shelf) -> None:
    office = shelf[COLOURED]
    assert max(map(colour, drawn(office.path))) > 100
    assert max(map(dark_ground, wordless(office.path))) > 10  # the ground of the cover's picture
    assert min(lines(office.pdf)) < THINNEST  # the fold ticks
    assert {mark.ink.space.family for mark in painted.marks(office.pdf) if mark.ink} >= {"rgb"}


def test_a_rule_that_is_a_thin_rectangle_is_seen() -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(100, 100))
    page.Contents = pdf.make_stream(b"0 g 10 10 50 .3 re f 0 G q .5 0 0 .5 0 0 cm .8 w 0 0 m 9 9 l S Q")
    assert len(slivers(pdf)) == 1
    assert list(lines(pdf)) == [pytest.approx(0.4)]


def test_dark_ground_is_measured_in_square_centimetres() -> None:
    page = Image.new("RGB", (827, 1169), "white")
    page.paste((200, 200, 200), (50, 50, 150, 250))  # 22 % of black
    page.paste((209, 209, 209), (200, 50, 600, 250))  # 18 %
    page.paste((0, 0, 0), (0, 300, 827, 307))  # a line
    assert dark_ground(page) == pytest.approx(2.54 * 5.08, rel=0.01)


def test_letters_are_no_ground(shelf: Shelf) -> None:
    [words] = wordless(shelf[next(job for job in MONO if job.layout == "poster-a3")].path)
    [whole] = drawn(shelf[next(job for job in MONO if job.layout == "poster-a3")].path)
    assert dark_ground(words) < 1 < dark_ground(whole)


# ---- what they are made of


def test_every_ink_is_black_or_a_tint() -> None:
    shares = [share for (share,) in EDITION.inks.values()]
    assert {share for share in shares if TINT < share < 1} == set()
    assert {0.0, 1.0} < set(shares)


def test_marks_are_as_wide_as_lines() -> None:
    assert EDITION.marks is not None
    assert EDITION.marks.weight >= THINNEST
    assert EDITION.marks.grey == 0


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.name)
def test_a_variant_has_the_frame_of_its_drawing_and_inks_for_its_colours(path: Path) -> None:
    text, plain = path.read_text("utf-8"), path.with_name(path.name.replace(".mono", "")).read_text("utf-8")
    frame = re.compile(r'<svg [^>]*viewBox="([^"]+)"')
    assert frame.search(text)[1] == frame.search(plain)[1]  # type: ignore[index]  # both have one
    assert {colour.lower() for colour in re.findall("#[0-9A-Fa-f]{6}", text)} <= EDITION.inks.keys()
    for element in re.findall(r"<(?:path|line)\b[^>]*stroke=[^>]*>", text):
        assert "fill=" in element, f"{element} would be filled with black"


def test_every_picture_and_icon_of_the_career_has_a_variant() -> None:
    """What is drawn in colours alone: pictures with a name, and icons. Rules, ticks and land are lines, which inks make black."""
    used = {*re.findall(r'^\s*(?:icon|file) = "(.+)\.svg"', (ROOT / "templates/content/bmet.toml").read_text("utf-8"), re.M)}
    assert len(used) == 13
    assert {path.relative_to(ROOT / "assets/images").as_posix().removesuffix(".mono.svg") for path in DRAWINGS} >= used


def test_the_edition_is_the_office_edition_in_black() -> None:
    """The same sheets, and the same promise."""
    mono, office = (tomllib.loads((ROOT / f"templates/editions/{name}.toml").read_text("utf-8")) for name in ("mono", "office"))
    same = ("imposed", "variant", "promises", "dpi")
    assert [mono[key] for key in same] == [office[key] for key in same]
    assert [mono["marks"][key] for key in ("start", "end")] == [office["marks"][key] for key in ("start", "end")]
