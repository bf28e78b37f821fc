"""Separation: what was red, green and blue is ink, each colour its own; read by Ghostscript, MuPDF and pikepdf."""

import io
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pikepdf
import pydyf
import pytest
from factories import ROOT
from PIL import Image, ImageCms, ImageDraw

from brochure import build, paper
from brochure.edition import Edition
from brochure.errors import TemplateError
from brochure.impose import Placement, Sheet
from brochure.press import Frame, Objects, imposed
from brochure.project import Job, discover
from brochure.render import render
from brochure.separation import intents, separated

# WeasyPrint 70 leaves its own sRGB profile open.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")

PROFILES = sorted((ROOT / "assets/profiles").glob("*.icc"))
PROFILE = PROFILES[0].read_bytes()
PRESS = {name: tuple(share / 100 for share in shares) for name, shares in
         tomllib.loads((ROOT / "templates/editions/press.toml").read_text("utf-8"))["inks"].items()}
BLACK = {name: (shares[3],) for name, shares in PRESS.items()}
WHERE = "templates/editions/press.toml"
LIMIT = 3.0
MM = 72 / 25.4


# ---- small documents

def photograph() -> Image.Image:
    """A grey ramp above four flat colours."""
    image = Image.linear_gradient("L").rotate(90).resize((64, 32)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for place, colour in enumerate(("#ffffff", "#c23b2e", "#00796b", "#000000")):
        draw.rectangle((place * 16, 16, place * 16 + 15, 31), fill=colour)
    return image


def project(folder: Path) -> Path:
    """A folder with one picture of every kind that a page may show."""
    pictures = folder / "assets/images"
    pictures.mkdir(parents=True)
    rgb = photograph()
    rgb.save(pictures / "rgb.jpg", quality=95, subsampling=0)
    rgb.convert("L").save(pictures / "grey.jpg")
    ImageCms.profileToProfile(rgb, ImageCms.createProfile("sRGB"), io.BytesIO(PROFILE), outputMode="CMYK").save(
        pictures / "cmyk.jpg", quality=95, subsampling=0)
    rgb.save(pictures / "rgb.png")
    rgb.convert("P").save(pictures / "palette.png")
    rgb.convert("L").save(pictures / "grey.png")
    clear = rgb.copy()
    clear.putalpha(Image.linear_gradient("L").resize((64, 32)))
    clear.save(pictures / "clear.png")
    return folder


Drawn = Callable[..., pydyf.PDF]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """The objects of a page of 100 × 100 mm with this body."""
    folder = project(tmp_path_factory.mktemp("leaf"))

    def draw(body: str, style: str = "", variant: str = "pdf/x-4") -> pydyf.PDF:
        html = f"""<html lang="en"><title>Leaf</title><meta name="dcterms.created" content="2026-11-30">
            <meta name="dcterms.modified" content="2026-11-30"><style>@page {{ size: 100mm; margin: 0 }}
            html {{ font: 12pt Kantumruy Pro; color: #1a1a1a }} body {{ margin: 0 }} div {{ height: 20mm }}
            img {{ width: 40mm; height: 20mm }} {style}</style><body><section data-panel="leaf">{body}</section></body></html>"""
        kept: list[pydyf.PDF] = []
        panels = render(html, project=folder, fonts=ROOT / "assets/fonts", edit=lambda root: None, name="leaf")
        panels.write(variant=variant, tagged_ua=False, dpi=None, finish=lambda pdf: (kept.append(pdf), b"")[1])
        return kept[0]

    return draw


def leaf(pdf: pydyf.PDF, inks: Mapping[str, tuple[float, ...]] = PRESS, separate: bool = True) -> bytes:
    """The page as a file, with its colours separated."""
    apart = partial(separated, inks=inks, profile=PROFILE, where=WHERE) if separate else dict
    aim = partial(intents, profile=PROFILE, condition="FOGRA39") if separate and inks is PRESS else None
    sheet = Sheet("front", 100, 100, (Placement(0, 0, 0, 100, 100),))
    return imposed([pdf], [sheet], flip="simplex", frame=Frame(), separate=apart, intents=aim, version="1.6")


def streams(file: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Pages' contents, forms and patterns."""
    for item in file.objects:
        if isinstance(item, pikepdf.Stream) and (item.get("/Subtype") == "/Form" or "/PatternType" in item):
            yield item
    for page in file.pages:
        yield page.obj


COLOUR = {"rg", "RG", "g", "G", "k", "K", "cs", "CS", "scn", "SCN", "sc", "SC"}


def operators(data: bytes) -> Counter[str]:
    """Every operator that sets a colour, with its values."""
    with pikepdf.open(io.BytesIO(data)) as file:
        return Counter(" ".join((*map(shown, step.operands), str(step.operator)))
                       for stream in streams(file) for step in pikepdf.parse_content_stream(stream)
                       if str(step.operator) in COLOUR)


def shown(value: object) -> str:
    return str(value) if isinstance(value, pikepdf.Object) else f"{float(value):.4g}"


def images(data: bytes) -> list[tuple[str, str, bool, list[int]]]:
    """Every picture: its colour space, filter, whether it has a mask, its Decode array."""
    with pikepdf.open(io.BytesIO(data)) as file:
        return [(str(item.ColorSpace), str(item.Filter), "/SMask" in item, [int(value) for value in item.get("/Decode", [])])
                for item in file.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"]


def shadings(data: bytes) -> dict[str, list[list[float]]]:
    """The colours that gradients begin and end with, by their colour space."""
    found = dict[str, list[list[float]]]()
    with pikepdf.open(io.BytesIO(data)) as file:
        for item in file.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ShadingType" in item:
                found.setdefault(str(item.ColorSpace), []).extend(
                    [float(value) for value in part[end]] for part in item.Function.Functions for end in ("/C0", "/C1"))
    return found


@pytest.fixture(scope="module")
def ghostscript() -> str:
    program = shutil.which("gs")
    if program is None:
        pytest.skip("needs Ghostscript, which draws the plates of a press")
    return program


Plates = dict[str, Image.Image]


def plates(program: str, data: bytes, folder: Path, dpi: int = 100) -> list[Plates]:
    """For every page what lands on each plate, 0 (nothing) to 255, as Ghostscript draws it."""
    (folder / "sheet.pdf").write_bytes(data)
    command = [program, "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffsep", f"-r{dpi}"]
    done = subprocess.run([*command, f"-sOutputFile={folder}/page%d.tif", f"{folder}/sheet.pdf"], capture_output=True, text=True,
                          check=True)
    assert done.stdout + done.stderr == ""
    pages = []
    while (folder / f"page{len(pages) + 1}.tif").is_file():
        files = (folder.glob(f"page{len(pages) + 1}(*).tif"))
        pages.append({re.search(r"\((.*)\)", file.name)[1]: Image.open(file).convert("L").point(lambda value: 255 - value)
                      for file in files})
        assert set(pages[-1]) == {"Cyan", "Magenta", "Yellow", "Black"}
    return pages


def at(page: Plates, x: float, y: float, dpi: int = 100) -> tuple[float, ...]:
    """The four inks at a place in mm from the upper left corner of the medium, in per cent."""
    place = (int(x / 25.4 * dpi), int(y / 25.4 * dpi))
    return tuple(page[name].getpixel(place) / 2.55 for name in ("Cyan", "Magenta", "Yellow", "Black"))


def seen(data: bytes, folder: Path, space: str = "rgb") -> Image.Image:
    """The first page as MuPDF shows it."""
    (folder / "seen.pdf").write_bytes(data)
    subprocess.run(["mutool", "draw", "-q", "-r", "72", "-c", space, "-o", "seen.png", "seen.pdf", "1"], cwd=folder, check=True,
                   capture_output=True)
    return Image.open(folder / "seen.png").convert("RGB")


# ---- flat colour

def test_every_colour_becomes_its_ink(drawn: Drawn) -> None:
    pdf = drawn('<p>Text</p><div style="background: #ffc72c"></div>')
    assert operators(leaf(pdf, separate=False)) == {"0.102 0.102 0.102 rg": 1, "1 0.7804 0.1725 rg": 1}
    assert operators(leaf(pdf)) == {"0 0 0 1 k": 1, "0 0.23 0.88 0 k": 1}


def test_strokes_stay_strokes(drawn: Drawn) -> None:
    svg = '<svg width="20" height="20"><path d="M0,0L9,9" fill="none" stroke="#00796b"/></svg>'
    assert "0.75 0 0.46 0.41 K" in operators(leaf(drawn(svg)))


def test_for_a_copier_every_colour_becomes_its_grey(drawn: Drawn) -> None:
    """Black is ink there, and zero in the file: DeviceGray counts light."""
    found = operators(leaf(drawn('<p>Text</p><div style="background: #00796b"></div>'), BLACK))
    assert found == {"0 g": 1, "0.59 g": 1}


def test_the_objects_it_is_given_are_left_alone(drawn: Drawn) -> None:
    pdf = drawn('<p>Text</p><img src="https://brochure.invalid/assets/images/rgb.jpg"><div style="opacity: .5">A</div>')
    before = leaf(pdf, separate=False)
    leaf(pdf)
    leaf(pdf, BLACK)
    assert leaf(pdf, separate=False) == before


def test_a_colour_without_an_ink_is_named_with_its_panel(drawn: Drawn) -> None:
    pdf = drawn('<p style="color: #123456">Text</p><p style="color: #abcdef">Text</p><p style="color: #123456">Text</p>')
    with pytest.raises(TemplateError) as error:
        leaf(pdf)
    first, second = error.value.problems
    assert first.where == "templates/editions/press.toml: inks"
    assert first.what == "the colour #123456 has no ink (panel 1 in reading order)"
    assert first.hint.startswith('write "#123456" = [cyan, magenta, yellow, black] in per cent')
    assert "#abcdef" in second.what


@pytest.mark.parametrize(("colour", "name"), [
    ("rgb(30.5 42 90)", "rgb(30.50 42.00 90.00)"),
    ("lab(50 20 30)", "lab-d50 50 20 30"),
    ("oklab(.5 .1 .1)", "lab-d65"),
])
def test_a_colour_that_no_table_can_hold_is_refused(drawn: Drawn, colour: str, name: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(name)) as error:
        leaf(drawn(f'<p style="color: {colour}">Text</p>'))
    assert "#rrggbb" in error.value.problems[0].hint


def test_four_inks_are_no_colour_for_one_plate(drawn: Drawn) -> None:
    pdf = drawn('<p style="color: device-cmyk(0 1 0 0)">Text</p>')
    assert "0 1 0 0 scn" in operators(leaf(pdf))
    with pytest.raises(TemplateError, match="DeviceCMYK 0 1 0 0"):
        leaf(pdf, BLACK)


def test_only_operators_are_colours() -> None:
    """Words, names and numbers that look like one stay as they are."""
    words = rb"(1 0 0 rg \) 1 0 0 rg) Tj <31> Tj /Artifact BMC 0 0 1 0 1 0 rgx 1 0 0 1 5 5 cm .2 g"
    objects: Objects = {0: pydyf.Object(), 1: pydyf.Stream([words, b"1 1 1 rg"], {"Subtype": "/Form"})}
    made = separated(objects, PRESS, None, WHERE)
    assert made[1].stream == [words + b"\n0 0 0 0 k"]
    assert made[0] is objects[0]


@pytest.mark.parametrize("kind", [{"Subtype": "/Form"}, {"Type": "/Pattern", "PatternType": 1}])
def test_forms_and_patterns_are_read_and_other_streams_are_not(kind: dict[str, object]) -> None:
    objects: Objects = {1: pydyf.Stream([b"1 1 1 RG"], kind), 2: pydyf.Stream([b"1 1 1 RG"], {"Type": "/Metadata"})}
    made = separated(objects, PRESS, None, WHERE)
    assert made[1].stream == [b"0 0 0 0 K"]
    assert made[2] is objects[2]


def test_grey_that_a_sheet_draws_itself_is_the_black_plate() -> None:
    drawing = b"0.6 G 0 g 0.25 w /DeviceGray CS 0.6 SCN"
    objects: Objects = {1: pydyf.Stream([drawing], {"Subtype": "/Form"})}
    for inks in (PRESS, BLACK):
        assert separated(objects, inks, None, WHERE)[1].stream == [drawing]


# ---- transparency, masks, gradients

def test_transparency_is_kept_and_blends_in_the_space_of_the_inks(drawn: Drawn) -> None:
    pdf = drawn('<div style="background: #00796b; opacity: .5"></div><div style="background: #c23b2e80"></div>')
    for inks, space in ((PRESS, "/DeviceCMYK"), (BLACK, "/DeviceGray")):
        with pikepdf.open(io.BytesIO(leaf(pdf, inks))) as file:
            groups = {str(item.Group.CS) for item in file.objects if isinstance(item, pikepdf.Stream) and "/Group" in item}
            alphas = [float(state.ca) for item in file.objects if isinstance(item, pikepdf.Dictionary)
                      for state in (item.get("/ExtGState") or {}).values() if "/ca" in state]
        assert groups == {space}
        assert [alpha for alpha in alphas if abs(alpha - 0.5) < 0.01]


MASKED = """<svg width="100" height="100"><defs><mask id="m" maskUnits="userSpaceOnUse" x="0" y="0" width="100" height="100">
    <rect width="50" height="100" fill="#ff0000"/><rect x="50" width="50" height="100" fill="#808080"/></mask></defs>
    <rect width="100" height="100" fill="#1a1a1a" mask="url(#m)"/></svg>"""


def test_a_soft_mask_lets_through_what_it_did(drawn: Drawn, tmp_path: Path) -> None:
    """Its colours are no inks: red lets 30 % through, as the eye sees red."""
    made = leaf(drawn(MASKED), BLACK)
    assert operators(made) == {"0.3 g": 1, "0.502 g": 1, "0 g": 1}
    after = seen(made, tmp_path, "gray")
    assert after.getpixel((18, 40))[0] == pytest.approx(255 * (1 - 0.3), abs=2)
    assert after.getpixel((55, 40))[0] == pytest.approx(255 * (1 - 0.502), abs=2)


def test_what_a_soft_mask_is_drawn_with_is_grey_too(drawn: Drawn) -> None:
    inside = """<g opacity=".5"><rect width="9" height="9" fill="#ff0000"/></g>
        <image href="https://brochure.invalid/assets/images/rgb.png" width="20" height="20"/>"""
    made = leaf(drawn(MASKED.replace("</mask>", f"{inside}</mask>") + picture("rgb.jpg")))
    assert operators(made) == {"0.3 g": 2, "0.502 g": 1, "0 0 0 1 k": 1}
    assert sorted(space for space, *_ in images(made)) == ["/DeviceCMYK", "/DeviceGray"]


def test_a_mask_that_fades_is_grey_too(drawn: Drawn) -> None:
    fade = """<linearGradient id="g"><stop stop-color="#ffffff"/><stop offset="1" stop-color="#404040"/></linearGradient>"""
    body = MASKED.replace("<defs>", f"<defs>{fade}").replace('fill="#ff0000"', 'fill="url(#g)"')
    for inks in (PRESS, BLACK):
        made = leaf(drawn(body), inks)
        assert shadings(made) == {"/DeviceGray": [[1], [pytest.approx(64 / 255, abs=0.001)]]}


def test_a_picture_that_is_also_seen_keeps_its_colours(drawn: Drawn) -> None:
    inside = '<image href="https://brochure.invalid/assets/images/rgb.png" width="20" height="20"/>'
    made = leaf(drawn(MASKED.replace("</mask>", f"{inside}</mask>") + picture("rgb.png")))
    assert [space for space, *_ in images(made)] == ["/DeviceCMYK"]


@pytest.mark.parametrize("paint", ["linear-gradient(90deg, #ffc72c, #c23b2e)", "radial-gradient(#ffc72c, #c23b2e)",
                                   "linear-gradient(90deg, #ffc72c, #c23b2e00)"])
def test_a_gradient_runs_between_inks(drawn: Drawn, ghostscript: str, tmp_path: Path, paint: str) -> None:
    pdf = drawn(f'<div style="background: {paint}"></div>')
    made = leaf(pdf)
    found = shadings(made)
    assert [0, 0.23, 0.88, 0] in found["/DeviceCMYK"] and {len(values) for values in found["/DeviceCMYK"]} == {4}
    assert {len(values) for values in found.get("/DeviceGray", [])} <= {1}
    assert set(shadings(leaf(pdf, BLACK))) == {"/DeviceGray"}
    (page,) = plates(ghostscript, made, tmp_path)
    cyan, magenta, yellow, black = at(page, 2, 2)
    assert max(cyan, black) < 12 and magenta > 20 and yellow > 75


def test_a_gradient_of_a_colour_without_an_ink_is_refused(drawn: Drawn) -> None:
    with pytest.raises(TemplateError, match="#123456"):
        leaf(drawn('<div style="background: linear-gradient(#ffc72c, #123456)"></div>'))


# ---- pictures

def picture(name: str) -> str:
    return f'<img src="https://brochure.invalid/assets/images/{name}" style="display: block">'


COLOURED = ("rgb.jpg", "rgb.png", "clear.png", "palette.png", "cmyk.jpg")
UPSIDE_DOWN = [1, 0] * 4
"""How a PDF says of a JPEG that its four channels are written as Adobe writes them."""


@pytest.mark.parametrize(("name", "expected"), [
    ("rgb.jpg", [("/DeviceCMYK", "/DCTDecode", False, UPSIDE_DOWN)]),
    ("cmyk.jpg", [("/DeviceCMYK", "/DCTDecode", False, UPSIDE_DOWN)]),
    ("grey.jpg", [("/DeviceGray", "/DCTDecode", False, [])]),
    ("grey.png", [("/DeviceGray", "/FlateDecode", False, [])]),
    ("rgb.png", [("/DeviceCMYK", "/FlateDecode", False, [])]),
    ("palette.png", [("/DeviceCMYK", "/FlateDecode", False, [])]),
    ("clear.png", [("/DeviceCMYK", "/FlateDecode", True, []), ("/DeviceGray", "/FlateDecode", False, [])]),
])
def test_pictures_are_in_the_space_of_the_inks(drawn: Drawn, name: str, expected: list[object]) -> None:
    pdf = drawn(picture(name))
    assert sorted(images(leaf(pdf))) == sorted(expected)
    assert {space for space, *_ in images(leaf(pdf, BLACK))} == {"/DeviceGray"}


@pytest.mark.parametrize("name", ["cmyk.jpg", "grey.jpg", "grey.png"])
def test_a_picture_that_has_its_inks_is_not_touched(drawn: Drawn, name: str) -> None:
    pdf = drawn(picture(name))
    payloads = []
    for separate in (False, True):
        with pikepdf.open(io.BytesIO(leaf(pdf, separate=separate))) as file:
            payloads.append([item.read_raw_bytes() for item in file.objects
                             if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"])
    assert payloads[0] == payloads[1] != []


@pytest.mark.parametrize("name", [name for name in COLOURED if name != "clear.png"])
def test_plates_of_a_picture(drawn: Drawn, ghostscript: str, tmp_path: Path, name: str) -> None:
    (page,) = plates(ghostscript, leaf(drawn(picture(name))), tmp_path)
    white, red, jade, black = (at(page, 5 + 10 * number, 15) for number in range(4))
    assert max(white) < 2
    assert red[0] < 15 and red[1] > 75 and red[2] > 65
    assert jade[0] > 70 and jade[1] < 30
    assert black[3] > 85 and sum(black) <= 300


def test_a_picture_keeps_the_drawing_in_its_shadows_and_its_reds_clean(drawn: Drawn, ghostscript: str, tmp_path: Path) -> None:
    """Black point compensation, and only what paper cannot show is changed."""
    (page,) = plates(ghostscript, leaf(drawn(picture("rgb.png"))), tmp_path)
    assert at(page, 0.4, 5)[3] > 92 > 88 > at(page, 5, 5)[3]
    assert at(page, 15, 15)[3] < 30


@pytest.mark.parametrize("name", COLOURED)
def test_other_readers_see_the_same_picture(drawn: Drawn, tmp_path: Path, name: str) -> None:
    """MuPDF here knows no profiles: a picture that is upside down is far from this."""
    found = seen(leaf(drawn(picture(name))), tmp_path)
    white, red, black = (found.getpixel((int((5 + 10 * number) * MM), int(15 * MM))) for number in (0, 1, 3))
    if name != "clear.png":
        assert min(white) > 245
        assert max(black) < 70
    assert red[0] > red[1] + 60 and red[0] > red[2] + 60


def test_a_picture_for_a_copier_keeps_its_tones(drawn: Drawn, tmp_path: Path) -> None:
    for name in ("rgb.jpg", "cmyk.jpg", "rgb.png"):
        found = seen(leaf(drawn(picture(name)), BLACK), tmp_path, "gray")
        tones = [found.getpixel((int((5 + 10 * number) * MM), int(15 * MM)))[0] for number in range(4)]
        assert tones[0] > 245 and tones[3] < 40
        assert 45 < tones[1] < 140 and 45 < tones[2] < 140


def test_pictures_for_a_press_need_its_profile(drawn: Drawn) -> None:
    pdf = drawn(picture("rgb.jpg"))
    with pytest.raises(TemplateError, match="without a profile"):
        separated(dict(enumerate(pdf.objects)), PRESS, None, WHERE)
    separated(dict(enumerate(pdf.objects)), BLACK, None, WHERE)


# ---- the brochures

def sheets(layout: str, language: str) -> bytes:
    """A brochure for the press, as the build step writes it."""
    home = discover(ROOT)
    job = Job(home.careers[0], layout, "press", language)
    laid = build.lay_out(job, home)
    made, _ = paper.sheets(job, home, (laid,))
    return paper.write(job, home, (laid,), made)


@pytest.fixture(scope="module")
def trifold() -> bytes:
    return sheets("trifold-a4", "en")


@pytest.fixture(scope="module")
def pressed(trifold: bytes, ghostscript: str, tmp_path_factory: pytest.TempPathFactory) -> list[Plates]:
    return plates(ghostscript, trifold, tmp_path_factory.mktemp("plates"))


def test_nothing_but_inks_is_in_a_press_file(trifold: bytes) -> None:
    found = operators(trifold)
    known = {" ".join(f"{value:.4g}" for value in shares) for shares in PRESS.values()}
    for name in found:
        values, _, operator = name.rpartition(" ")
        assert (operator in ("k", "K") and values in known) or name in ("/Registration CS", "1 SCN", "/Pattern cs") \
            or name.startswith("/p")
    assert found["0 0 0 1 k"] > 10 and found["0.88 0.73 0 0.55 k"] > 50


def test_text_is_on_the_black_plate_only(pressed: list[Plates]) -> None:
    """The paragraph on the yellow back: where the black ink is solid there is no other."""
    dots = 100 / 25.4
    box = tuple(int(value * dots) for value in (121, 35, 200, 65))
    parts = {name: plate.crop(box) for name, plate in pressed[0].items()}
    assert parts["Cyan"].getextrema() == (0, 0)
    assert parts["Black"].getextrema() == (0, 255)
    solid = [index for index, ink in enumerate(parts["Black"].tobytes()) if ink == 255]
    assert len(solid) > 100
    for name in ("Magenta", "Yellow"):
        plate = parts[name].tobytes()
        assert {plate[index] for index in solid} == {0}


def test_yellow_ground_is_on_the_yellow_and_magenta_plates_only(pressed: list[Plates]) -> None:
    for x, y in ((230, 100), (130, 20), (300, 20)):
        cyan, magenta, yellow, black = at(pressed[0], x, y)
        assert (cyan, black) == (0, 0)
        assert magenta == pytest.approx(23, abs=1) and yellow == pytest.approx(88, abs=1)


def test_grounds_and_art_run_into_the_bleed_and_end_there(pressed: list[Plates]) -> None:
    outside, inside = pressed
    inner, outer = 12.4, 11.5  # the bleed ends 12 mm from the medium's edge, 3 mm outside the trim
    right, below = 297 + 2 * 15, 210 + 2 * 15
    assert at(outside, inner, 100) == pytest.approx((0, 5, 27, 0), abs=1)
    assert at(outside, 150, inner) == pytest.approx((0, 23, 88, 0), abs=1)
    assert at(outside, right - inner, 178) == pytest.approx((0, 40, 90, 0), abs=1)  # the hill of the cover's picture
    for x in (150, 280):
        assert at(outside, x, below - inner) == pytest.approx((88, 73, 0, 55), abs=1)  # the bench
    for x in (inner, 100, 200, right - inner):
        assert at(inside, x, below - inner) == pytest.approx((0, 23, 88, 0), abs=1)  # the land
    for page in pressed:
        for x, y in ((outer, 100), (right - outer, 178), (150, outer), (150, below - outer)):
            assert at(page, x, y) == (0, 0, 0, 0)


def test_the_handout_runs_into_the_bleed_too(ghostscript: str, tmp_path: Path) -> None:
    front, back = plates(ghostscript, sheets("handout-a4", "km"), tmp_path)
    right, below = 210 + 2 * 15, 297 + 2 * 15
    assert at(front, 12.4, 12.4) == pytest.approx((0, 23, 88, 0), abs=1)
    assert at(front, right - 12.4, 80) == pytest.approx((0, 40, 90, 0), abs=1)
    assert at(front, 12.4, 100) == at(front, right - 12.4, 100) == pytest.approx((88, 73, 0, 55), abs=1)
    for x, y in ((12.4, 100), (right - 12.4, 100), (100, below - 12.4)):
        assert at(back, x, y) == pytest.approx((0, 5, 27, 0), abs=1)
    assert at(front, 11.5, 50) == at(front, right - 11.5, 80) == at(back, 11.5, 100) == (0, 0, 0, 0)


def test_no_place_has_more_ink_than_dries(pressed: list[Plates]) -> None:
    """Inside the bleed; registration marks outside it are on every plate."""
    dots = 100 / 25.4
    box = tuple(int(value * dots) for value in (13, 13, 314, 227))
    for page in pressed:
        cyan, magenta, yellow, black = (plate.crop(box).tobytes() for plate in page.values())
        most = max(map(sum, zip(cyan, magenta, yellow, black, strict=True))) / 255
        assert 1 < most <= LIMIT


def test_marks_are_on_every_plate(pressed: list[Plates]) -> None:
    """A crop mark at the left edge of the sheet, level with the upper trim."""
    dots = 100 / 25.4
    for plate in pressed[0].values():
        assert plate.crop((int(7 * dots), int(14.5 * dots), int(10 * dots), int(15.5 * dots))).getextrema()[1] > 100


def test_the_file_says_what_press_its_inks_are_for(trifold: bytes) -> None:
    with pikepdf.open(io.BytesIO(trifold)) as file:
        (intent,) = file.Root.OutputIntents
        assert (intent.S, str(intent.OutputConditionIdentifier), str(intent.RegistryName)) == (
            "/GTS_PDFX", "FOGRA39", "http://www.color.org")
        assert intent.DestOutputProfile.N == 4
        assert intent.DestOutputProfile.read_bytes() == PROFILE
        assert file.pdf_version == "1.6"
        assert file.docinfo.Trapped == "/False"


# ---- the data

EDITIONS = [edition for edition in discover(ROOT).editions if edition.inks]
REVIEWING = [(ROOT / f"templates/editions/{edition.name}.css").read_text("utf-8")
             for edition in discover(ROOT).editions if edition.review]
HEX = re.compile(r"#[0-9A-Fa-f]{6}\b")
TOKEN = re.compile(r"(--[\w-]+)\s*:\s*([^;}]+)")
VARIANTS = {edition.art for edition in discover(ROOT).editions if edition.art}


def found_in(text: str) -> set[str]:
    return {colour.lower() for colour in HEX.findall(text)}


def tokens(edition: str) -> dict[str, str]:
    """The custom properties of the style sheets, as the edition changes them."""
    sheets = ROOT / "templates/macros/tokens.css", ROOT / f"templates/editions/{edition}.css"
    return {name: value for sheet in sheets for name, value in TOKEN.findall(sheet.read_text("utf-8"))}


def art(edition: Edition) -> list[Path]:
    """The drawings that an edition prints, in its own variant; what only reviewers see is no part of them.

    Where nothing is trimmed, layouts take the office's cut of a drawing that has one.
    """
    variant = edition.art
    drawings = [file for file in (ROOT / "assets/images").rglob("*.svg") if not any(file.name in css for css in REVIEWING)]
    plain = [file for file in drawings if file.stem.rpartition(".")[2] not in VARIANTS]
    if not edition.bleed:
        plain = [file for file in plain if not file.with_suffix(".office.svg").is_file()]
    return [own if variant and (own := file.with_suffix(f".{variant}.svg")).is_file() else file for file in plain]


def colours(edition: Edition) -> set[str]:
    """Every colour of the tokens, the shared style sheets and the art that an edition prints, and the QR code's."""
    own = found_in(" ".join(tokens(edition.name).values()))
    drawn = {colour for file in art(edition) for colour in found_in(file.read_text("utf-8"))}
    styles = [sheet for folder in ("macros", "layouts") for sheet in (ROOT / "templates" / folder).rglob("*.css")
              if sheet.name != "tokens.css"]
    return own | drawn | {colour for sheet in styles for colour in found_in(sheet.read_text("utf-8"))} | {"#000000"}


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_every_colour_that_is_drawn_has_an_ink(edition: Edition) -> None:
    assert len(art(edition)) > 15
    assert colours(edition) - set(edition.inks) == set()


def test_that_test_sees_tokens_and_art() -> None:
    press = next(edition for edition in EDITIONS if edition.profile)
    assert {"#1a1a1a", "#ffc72c", "#8a5535", "#8ee3b5", "#000000"} <= colours(press)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_paper_is_bare_text_is_black_and_no_ink_is_too_much(edition: Edition) -> None:
    inks = edition.inks
    assert not any(inks["#ffffff"])
    for black in (tokens(edition.name)["--ink"], "#000000"):
        assert inks[black][-1] == 1 and sum(inks[black]) == 1
    for colour, shares in inks.items():
        assert sum(shares) <= LIMIT, colour
    assert sum(inks["#1e2a5a"]) <= 2.4


D50 = (0.9642, 1.0, 0.8249)
CRUX = 6 / 29


def to_xyz(light: float, a: float, b: float) -> tuple[float, ...]:
    middle = (light + 16) / 116
    return tuple(white * (value ** 3 if value > CRUX else 3 * CRUX ** 2 * (value - 4 / 29))
                 for white, value in zip(D50, (middle + a / 500, middle, middle - b / 200), strict=True))


def to_lab(xyz: tuple[float, ...]) -> tuple[float, ...]:
    x, y, z = (value ** (1 / 3) if value > CRUX ** 3 else value / (3 * CRUX ** 2) + 4 / 29
               for value in (part / white for part, white in zip(xyz, D50, strict=True)))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_inks_are_near_the_colours_on_screen() -> None:
    """In CIE Lab, seen through the profile; the screen's black counts as the darkest ink, as in a soft proof."""
    lab, intent = ImageCms.createProfile("LAB"), ImageCms.Intent.RELATIVE_COLORIMETRIC
    sides = {"CMYK": ImageCms.buildTransform(io.BytesIO(PROFILE), lab, "CMYK", "LAB", intent),
             "RGB": ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB", intent)}

    def measured(mode: str, values: tuple[int, ...]) -> tuple[float, ...]:
        light, a, b = ImageCms.applyTransform(Image.new(mode, (1, 1), values), sides[mode]).getpixel((0, 0))
        return (light / 2.55, a - 128, b - 128)

    darkest = to_xyz(measured("CMYK", (209, 161, 128, 242))[0], 0, 0)
    lightness = {}
    for colour, shares in PRESS.items():
        printed = measured("CMYK", tuple(round(share * 255) for share in shares))
        screen = to_xyz(*measured("RGB", tuple(int(colour[place:place + 2], 16) for place in (1, 3, 5))))
        wanted = to_lab(tuple(value * (1 - darkest[1]) + least for value, least in zip(screen, darkest, strict=True)))
        away = sum((one - other) ** 2 for one, other in zip(printed, wanted, strict=True)) ** 0.5
        limit = {"#000000": 6, "#8ee3b5": 12}.get(colour, 3)  # the code is black only; no ink is as bright as mint
        assert away < limit, f"{colour} is {away:.1f} off"
        lightness[colour] = printed[0]
    assert lightness["#1a1a1a"] < lightness["#1e2a5a"] < lightness["#00796b"] < lightness["#ffc72c"] < lightness["#fff1c9"]


def test_yellow_is_clean() -> None:
    assert PRESS["#ffc72c"][0] == PRESS["#ffc72c"][3] == 0


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.name)
def test_profiles_are_a_presss_small_and_come_with_their_licence(path: Path) -> None:
    data = path.read_bytes()
    assert (data[12:16], data[16:20], data[36:40]) == (b"prtr", b"CMYK", b"acsp")
    assert len(data) < 1_000_000
    assert path.name in (path.parent / "LICENCE.txt").read_text("utf-8")
    assert path.name in (path.parent / "SOURCE.md").read_text("utf-8")
