"""Press: the bytes of both editions, read by other programs than the one that wrote them."""

import io
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pikepdf
import pydyf
import pypdfium2
import pytest

from brochure.edition import Marks
from brochure.impose import Rows, Side, impose
from brochure.press import POINTS, Frame, imposed, plain
from brochure.render import render

# WeasyPrint 70 leaves its own sRGB profile open.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")

ROOT = Path(__file__).parents[1]
COLOURS = {"cover": "f00", "first": "0f0", "second": "00f", "third": "ff0", "back": "0ff", "flap": "f0f"}
ROWS = (("outside", ("flap", "back", "cover")), ("inside", ("first", "second", "third")))
TICKS = Marks(start=1.5, end=5, weight=0.25, grey=0.6)
PICTURE = "icons/xray.svg"


class Page:
    def __init__(self, name: str) -> None:
        self.name = name
        self.width = 97 if name in ("flap", "third") else 100
        self.height = 210


PANELS = [Page(name) for name in COLOURS]


def rows(sides, panels):
    """Rows of panel names, imposed."""
    return impose(Rows(tuple(Side(name, (tuple(names),)) for name, names in sides)), [panels], where="layout.toml")


SHEETS = rows(ROWS, PANELS)


def rendered(variant: str | None = None, *, tags: bool = False, title: str = "A title") -> pydyf.PDF:
    """The document that the render step gives to the press."""
    style = "".join(
        f"@page {page.name} {{ size: {page.width}mm 210mm; background: #{COLOURS[page.name]} }}"
        f"#{page.name} {{ page: {page.name}; break-before: page }}"
        for page in PANELS
    )
    body = "".join(
        f'<section id="{page.name}" data-panel="{page.name}"><h1>The {page.name}</h1><p>Words <b>of</b> '
        f'{page.name}, <a href="https://example.org/{page.name}">a link</a> and <a href="#cover">another</a> '
        f'<img alt="a corner" style="opacity: .5" src="https://brochure.invalid/assets/images/{PICTURE}">'
        "</p></section>"
        for page in PANELS
    )
    html = f"""<html lang="en"><title>{title}</title><meta name="author" content="An author"><style>
        @page {{ margin: 10mm }} html {{ font: 10pt Kantumruy Pro }} img {{ width: 9mm }}
        {style}</style><body>{body}</body></html>"""
    given = []

    def keep(pdf: pydyf.PDF) -> bytes:
        given.append(pdf)
        return b""

    panels = render(html, project=ROOT, fonts=ROOT / "assets/fonts", edit=lambda root: None, name="press")
    panels.write(variant=variant, tagged_ua=tags, dpi=None, finish=keep)
    return given[0]


@pytest.fixture(scope="module")
def pdf() -> pydyf.PDF:
    return rendered("pdf/a-3a", tags=True)


@pytest.fixture(scope="module")
def sheets(pdf) -> bytes:
    return imposed([pdf], SHEETS, flip="short-edge", frame=Frame(ticks=TICKS))


def tiny(content: bytes = b"", **info: str) -> pydyf.PDF:
    """A document of one empty page, 100 by 100 mm, made by hand."""
    pdf = pydyf.PDF()
    stream = pydyf.Stream([content])
    pdf.add_object(stream)
    box = pydyf.Array([0, 0, 100 * POINTS, 100 * POINTS])
    page = {"Type": "/Page", "Parent": pdf.pages.reference, "MediaBox": box, "TrimBox": box}
    pdf.add_page(pydyf.Dictionary(page | {"Contents": stream.reference, "Resources": pydyf.Dictionary()}))
    pdf.info.update({key: pydyf.String(value) for key, value in info.items()})
    return pdf


def read(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def millimetres(box) -> list[float]:
    return [float(value) / POINTS for value in box]


def words(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_sheets_have_the_size_of_the_paper(sheets):
    with read(sheets) as pdf:
        assert len(pdf.pages) == 2
        for page in pdf.pages:
            for key in ("/MediaBox", "/TrimBox"):
                assert millimetres(page.obj[key]) == pytest.approx([0, 0, 297, 210], abs=0.001)


@pytest.mark.parametrize(("side", "edges"), [(0, (97, 197)), (1, (100, 200))])
def test_panels_meet_exactly_at_the_folds(sheets, side, edges):
    """Drawn by PDFium at 0.01 mm a pixel, one strip near the middle, the colours change at the folds."""
    with pypdfium2.PdfDocument(sheets) as document:
        page = document[side]
        height = page.get_height()
        strip = page.render(scale=2540 / 72, crop=(0, height / 2, 0, height / 2 - 0.5)).to_pil()
    row = [strip.getpixel((x, strip.height // 2)) for x in range(strip.width)]
    assert len(row) == pytest.approx(29700, abs=1)
    changes = [x for x in range(1, len(row)) if row[x] != row[x - 1]]
    for edge in edges:
        near = [x for x in changes if abs(x - edge * 100) <= 1]
        assert near, (edge, changes)
    assert all(min(abs(x - edge * 100) for edge in edges) <= 1 for x in changes)
    names = ROWS[side][1]
    seen = [row[(start + end) * 50] for start, end in zip((0, *edges), (*edges, 297), strict=True)]
    assert seen == [tuple(255 * (digit == "f") for digit in COLOURS[name]) for name in names]


@pytest.mark.parametrize(
    ("side", "names", "lefts"), [(0, ROWS[0][1], (0, 97, 197)), (1, ROWS[1][1], (0, 100, 200))]
)
def test_panels_stand_in_their_places_and_are_clipped_there(sheets, side, names, lefts):
    with read(sheets) as file:
        page = file.pages[side]
        steps = pikepdf.parse_content_stream(page)
        moves = [[*map(float, step.operands)] for step in steps if str(step.operator) == "cm"]
        drawn = [str(step.operands[0]) for step in steps if str(step.operator) == "Do"]
        assert [move[:4] for move in moves] == [[1, 0, 0, 1]] * 3
        for name, left, move, key in zip(names, lefts, moves, drawn, strict=True):
            assert millimetres(move[4:]) == pytest.approx([left, 0], abs=0.001)
            width = 97 if name in ("flap", "third") else 100
            assert millimetres(page.Resources.XObject[key].BBox) == pytest.approx(
                [0, 0, width, 210], abs=0.001
            )


def test_all_text_is_on_the_sheets(sheets):
    drawn = words(sheets)
    for name in COLOURS:
        assert f"Words of {name}" in drawn


def test_fold_ticks_stand_at_the_folds_off_the_edges(sheets):
    for index, folds in ((0, (97, 197)), (1, (100, 200))):
        with read(sheets) as pdf:
            steps = pikepdf.parse_content_stream(pdf.pages[index])
        lines = [
            (*millimetres(first.operands), *millimetres(second.operands))
            for first, second in pairwise(steps)
            if (str(first.operator), str(second.operator)) == ("m", "l")
        ]
        wanted = [line for x in folds for line in ((x, 1.5, x, 5), (x, 208.5, x, 205))]
        assert len(lines) == len(wanted)
        for line, want in zip(lines, wanted, strict=True):
            assert line == pytest.approx(want, abs=0.001)
        assert [float(step.operands[0]) for step in steps if str(step.operator) == "w"] == [0.25]
        assert [float(step.operands[0]) for step in steps if str(step.operator) == "G"] == [0.6]


def test_no_ticks_unless_asked_for(pdf):
    with read(imposed([pdf], SHEETS, flip="short-edge")) as file:
        assert {str(step.operator) for step in pikepdf.parse_content_stream(file.pages[0])} == {
            "q",
            "cm",
            "Do",
            "Q",
        }


@pytest.mark.parametrize(
    ("flip", "duplex"),
    [("short-edge", "/DuplexFlipShortEdge"), ("long-edge", "/DuplexFlipLongEdge"), ("simplex", "/Simplex")],
)
def test_viewers_are_told_how_to_print(pdf, flip, duplex):
    with read(imposed([pdf], SHEETS, flip=flip)) as file:
        assert dict(file.Root.ViewerPreferences.items()) == {
            "/PrintScaling": "/None",
            "/Duplex": duplex,
            "/PickTrayByPDFSize": True,
            "/DisplayDocTitle": True,
        }


def test_a_sheet_leads_nowhere(sheets):
    """No tags, links or bookmarks: they would point to panels that are no pages any more."""
    with read(sheets) as pdf:
        wanted = {"/Type", "/Pages", "/Lang", "/Metadata", "/OutputIntents", "/ViewerPreferences"}
        assert set(pdf.Root.keys()) == wanted
        assert not any("/Annots" in page.obj for page in pdf.pages)


def test_a_screen_file_keeps_tags_links_and_bookmarks(pdf):
    with read(plain(pdf)) as file:
        assert len(file.pages) == 6
        assert [millimetres(page.obj.TrimBox)[2] for page in file.pages] == pytest.approx(
            [page.width for page in PANELS], abs=0.001
        )
        assert {"/StructTreeRoot", "/MarkInfo", "/Outlines", "/Names", "/Lang"} <= set(file.Root.keys())
        assert [item.title for item in file.open_outline().root] == [f"The {name}" for name in COLOURS]
        assert sum(len(page.obj.Annots) for page in file.pages) == 12


@pytest.mark.parametrize("edition", ["plain", "imposed"])
def test_no_dead_objects(pdf, edition):
    data = plain(pdf) if edition == "plain" else imposed([pdf], SHEETS, flip="short-edge")
    with read(data) as file:
        alive: set[tuple[int, int]] = set()
        waiting = [file.Root, file.trailer.Info]
        while waiting:
            item = waiting.pop()
            if isinstance(item, pikepdf.Object) and item.is_indirect:
                if item.objgen in alive:
                    continue
                alive.add(item.objgen)
            if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                waiting += [value for _, value in item.items()]
            elif isinstance(item, pikepdf.Array):
                waiting += list(item)
        containers = {item.objgen for item in file.objects if isinstance(item, pikepdf.Stream)} - alive
        assert len(containers) <= 2  # the object stream and the cross-reference
        assert len(alive) + 2 == int(file.trailer.Size) - 1
        pages = [
            item
            for item in file.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Page"
        ]
        assert len(pages) == (6 if edition == "plain" else 2)


def test_an_object_nobody_refers_to_is_dropped():
    pdf = tiny()
    pdf.add_object(pydyf.Dictionary({"Orphan": "true"}))
    with read(plain(pdf)) as file:
        assert not any(isinstance(item, pikepdf.Dictionary) and "/Orphan" in item for item in file.objects)
    pdf.catalog["Kept"] = pdf.objects[-1].reference
    with read(plain(pdf)) as file:
        assert file.Root.Kept.Orphan is True


def test_text_that_looks_like_a_reference_stays():
    title = r"See 5 0 R (or (6 0 R) \ 7 0 R"
    with read(plain(tiny(Title=title))) as file:
        assert str(file.docinfo.Title) == title


def test_a_stream_may_end_in_a_carriage_return():
    data = plain(tiny(b"q Q %\r"))
    with read(data) as file:
        assert file.pages[0].Contents.read_raw_bytes() == b"q Q %\r"
    assert b"q Q %\r\r\nendstream" in data


def test_every_stream_ends_in_both_line_end_characters(sheets):
    ends = re.findall(rb"(..)endstream", sheets, re.DOTALL)
    assert len(ends) > 8
    assert set(ends) == {b"\r\n"}


def test_the_metadata_can_be_read_without_a_pdf_reader():
    pdf = tiny()
    packet = pydyf.Stream([b"<x:xmpmeta>"], {"Type": "/Metadata", "Subtype": "/XML"}, compress=True)
    pdf.add_object(packet)
    pdf.catalog["Metadata"] = packet.reference
    data = plain(pdf)
    assert data.startswith(b"%PDF-1.7\n")
    assert b"<x:xmpmeta>" in data
    with read(data) as file:
        assert file.Root.Metadata.read_bytes() == b"<x:xmpmeta>"


def test_a_panel_may_stand_twice_on_a_sheet():
    pages = [type("Card", (), {"name": "card", "width": 100, "height": 100})]
    cards = rows([("front", ["card", "card"])], pages)
    with read(imposed([tiny()], cards, flip="simplex")) as file:
        assert millimetres(file.pages[0].MediaBox) == pytest.approx([0, 0, 200, 100], abs=0.001)
        steps = pikepdf.parse_content_stream(file.pages[0])
        moves = [float(step.operands[4]) / POINTS for step in steps if str(step.operator) == "cm"]
        assert moves == pytest.approx([0, 100], abs=0.001)
        assert list(file.pages[0].Resources.XObject.keys()) == ["/P0"]


def test_the_same_document_is_the_same_bytes(sheets):
    again = imposed([rendered("pdf/a-3a", tags=True)], SHEETS, flip="short-edge", frame=Frame(ticks=TICKS))
    assert again == sheets


def test_another_document_has_another_identifier():
    identifiers = []
    for title in ("one", "two", "one"):
        with read(plain(tiny(Title=title))) as file:
            first, second = file.trailer.ID
            assert bytes(first) == bytes(second)
            identifiers.append(bytes(first))
    assert len(identifiers[0]) == 16
    assert identifiers[0] == identifiers[2] != identifiers[1]


def test_writing_changes_nothing_in_the_document():
    pdf = rendered("pdf/a-3a", tags=True)
    before = [item.data for item in pdf.objects[1:]]
    first = plain(pdf)
    imposed([pdf], SHEETS, flip="short-edge", frame=Frame(ticks=TICKS))
    assert [item.data for item in pdf.objects[1:]] == before
    assert plain(pdf) == first


def complaints(path: Path) -> dict[str, str]:
    """What three other PDF programs have against the file."""
    told = {}
    for command in (
        ["qpdf", "--check"],
        ["mutool", "draw", "-q", "-N", "-F", "trace", "-o", str(path.with_suffix(".trace"))],
        ["pdfinfo"],
    ):
        if shutil.which(command[0]):
            result = subprocess.run([*command, path], capture_output=True, text=True, check=False)
            if result.returncode or result.stderr:
                told[command[0]] = result.stderr or result.stdout
    return told


def test_other_programs_have_no_complaints(pdf, sheets, tmp_path):
    for name, data in {"plain": plain(pdf), "sheets": sheets, "tiny": plain(tiny())}.items():
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(data)
        assert complaints(path) == {}


def test_other_programs_complain_about_a_damaged_file(sheets, tmp_path):
    path = tmp_path / "damaged.pdf"
    path.write_bytes(sheets.replace(b"startxref", b"startxrev"))
    assert complaints(path)
