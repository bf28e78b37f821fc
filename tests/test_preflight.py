"""Preflight: a good file passes every check, and each check finds the file that was spoilt for it."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from brochure.impose import Rows, Side, impose
from brochure.preflight import Promise, preflight
from brochure.press import POINTS, imposed, plain
from brochure.render import render

# WeasyPrint 70 leaves its own sRGB profile open.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")

ROOT = Path(__file__).parents[1]
FAMILY = "Kantumruy Pro"
BODY = """
<section id="one" data-panel="one"><h1>Equip\u00adment</h1>
  <p style="width: 22mm">take an X-ray-machine and well-known things, twenty-four hours</p>
  <p style="width: 16mm">an extra\u00adordinary super\u00advisor</p>
  <p>Half (½) of it: “quoted”… and <a href="https://example.org/a">a link</a>,
    <a href="mailto:someone@example.org">mail</a>, <a href="tel:+85512345678">call</a>,
    <a href="#two">on</a></p>
  <img alt="a microscope" style="opacity: .5" src="https://brochure.invalid/assets/images/icons/microscope.svg"></section>
<section id="two" data-panel="two"><h1>Second</h1>
  <p lang="km">អ្នក\u200bបច្ចេកទេស\u200bជីវវេជ្ជសាស្ត្រ ថែទាំ\u200bឧបករណ៍\u200bពេទ្យ</p></section>
"""
HTML = f"""<html lang="en"><title>Technician</title><meta name="author" content="A ministry"><style>
  @page {{ margin: 10mm }} @page one {{ size: 100mm 210mm }} @page two {{ size: 97mm 210mm }}
  html {{ font: 10pt/1.6 {FAMILY} }} img {{ width: 20mm }} p {{ hyphenate-character: "-" }}
  #one {{ page: one }} #two {{ page: two; break-before: page }}</style><body>{BODY}</body></html>"""
MESSAGES = {
    "one.title": "Equipment",
    "one.hyphens": "take an X-ray-machine and well-known things, twenty-four hours",
    "one.soft": "an extra\u00adordinary super\u00advisor",
    "one.links": "Half (½) of it: “quoted”… and a link, mail, call, on",
    "two.khmer": "អ្នក\u200bបច្ចេកទេស\u200bជីវវេជ្ជសាស្ត្រ\u2060 ថែទាំឧបករណ៍ពេទ្យ",
}
SCREEN = Promise(
    where="out/sample.screen.pdf",
    pages=((100, 210), (97, 210)),
    tagged=True,
    families=frozenset({FAMILY}),
    messages=MESSAGES,
    variants=("pdf/a-3a", "ua-1"),
    lang="en",
    title="Technician",
)
PAPER = replace(
    SCREEN,
    where="out/sample.office.pdf",
    pages=((197, 210),),
    tagged=False,
    variants=("a-2u",),
    flip="simplex",
)


@dataclass(frozen=True)
class Page:
    name: str
    width: float
    height: float = 210


def built(variant: str, *, tags: bool, html: str = HTML) -> bytes:
    panels = render(html, project=ROOT, fonts=ROOT / "assets/fonts", edit=lambda root: None, name="preflight")
    if tags:
        return panels.write(variant=variant, tagged_ua=True, dpi=None, finish=plain)
    sheets = impose(Rows((Side("front", (("one", "two"),)),)), [panels.panels], where="layout.toml")
    return panels.write(
        variant=variant, tagged_ua=False, dpi=None, finish=lambda pdf: imposed([pdf], sheets, flip="simplex")
    )


@pytest.fixture(scope="module")
def screen() -> bytes:
    return built("pdf/a-3a", tags=True)


@pytest.fixture(scope="module")
def paper() -> bytes:
    return built("pdf/a-2u", tags=False)


def spoilt(data: bytes, edit: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        edit(pdf)
        pdf.save(out)
    return out.getvalue()


def told(data: bytes, promise: Promise) -> list[str]:
    problems = preflight(data, promise)
    assert all(problem.hint for problem in problems)
    return [str(problem) for problem in problems]


def structure(promise: Promise) -> Promise:
    """The same without the validator, whose findings would stand beside the ones looked for."""
    return replace(promise, variants=())


def test_good_files_have_no_problems(screen, paper):
    assert preflight(screen, SCREEN) == ()
    assert preflight(paper, PAPER) == ()


def test_saving_alone_spoils_nothing(screen, paper):
    """Otherwise the tests below would prove nothing."""
    assert preflight(spoilt(screen, lambda pdf: None), structure(SCREEN)) == ()
    assert preflight(spoilt(paper, lambda pdf: None), structure(PAPER)) == ()


def test_what_is_no_pdf_does_not_open():
    (problem,) = preflight(b"nonsense", SCREEN)
    assert problem.where == "out/sample.screen.pdf"
    assert "is no PDF" in problem.what and problem.hint


def test_a_damaged_file_is_told(screen):
    assert told(screen.replace(b"startxref", b"startxrev"), structure(SCREEN))
    assert told(screen[:-200], structure(SCREEN))


def test_a_damaged_picture_or_page_is_told_though_the_validators_pass_it(screen):
    at = screen.index(b"/Subtype /Form")
    at = screen.index(b"stream\n", at) + 40
    damaged = screen[:at] + bytes([screen[at] ^ 0x55]) + screen[at + 1 :]
    problems = told(damaged, SCREEN)
    assert problems
    assert not any("PDFA3A-" in line or "PDFUA1-" in line for line in problems), "then the name is wrong"


@pytest.mark.parametrize("difference", [0.2, -0.2])
def test_a_page_of_another_size(screen, difference):
    promise = replace(structure(SCREEN), pages=((100, 210), (97 + difference, 210)))
    problems = told(screen, promise)
    assert [line.split(" is ")[0] for line in problems] == [
        f"out/sample.screen.pdf: page 2: the {box}" for box in ("MediaBox", "CropBox", "TrimBox")
    ]
    assert f"97.00 by 210.00 mm, promised was {97 + difference:.2f} by 210.00 mm" in problems[0]


def test_a_hair_is_no_other_size(screen):
    assert told(screen, replace(structure(SCREEN), pages=((100.05, 210), (97, 209.95)))) == []


def test_a_page_too_many(screen):
    (problem,) = preflight(screen, replace(structure(SCREEN), pages=((100, 210),)))
    assert problem.what == "it has 2 pages, 1 were promised"


def crop(pdf):
    pdf.pages[0].obj.CropBox = [0, 0, 90 * POINTS, 210 * POINTS]


def turn(pdf):
    pdf.pages[1].obj.Rotate = 90


def enlarge(pdf):
    pdf.pages[0].obj.UserUnit = 2


def fonts(pdf):
    return [
        item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
    ]


def unembed(pdf):
    for font in fonts(pdf):
        if "/FontDescriptor" in font:
            del font.FontDescriptor["/FontFile2"]


def rename(pdf):
    for font in fonts(pdf):
        if font.Subtype == "/Type0":
            font.BaseFont = pikepdf.Name("/Kantumruy-Pro")


def other_family(pdf):
    for font in fonts(pdf):
        if "/FontDescriptor" in font:
            font.FontDescriptor.FontFamily = "Arial"


def standard_font(pdf):
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = pikepdf.Dictionary({key: pikepdf.Name(value) for key, value in font.items()})
    pdf.pages[0].Resources.Font.F9 = named


def retitle(pdf):
    pdf.docinfo["/Title"] = "technician"


def no_author(pdf):
    pdf.docinfo["/Author"] = " "


def no_language(pdf):
    del pdf.Root["/Lang"]


def no_tags(pdf):
    del pdf.Root["/StructTreeRoot"]


def unmarked(pdf):
    pdf.Root.MarkInfo.Marked = False


def figure(pdf):
    return next(
        item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
    )


def no_alt(pdf):
    del figure(pdf)["/Alt"]


def blank_alt(pdf):
    figure(pdf).Alt = " "


def link(pdf, kind):
    return next(note for page in pdf.pages for note in page.obj.get("/Annots", []) if kind in note)


def script(pdf):
    link(pdf, "/A").A.URI = "javascript:alert(1)"


def placeholder(pdf):
    link(pdf, "/A").A.URI = "https://slot.invalid/url"


def empty_link(pdf):
    link(pdf, "/A").A.URI = "https:///path"


def lost_anchor(pdf):
    link(pdf, "/Dest").Dest = "nowhere"


def empty_place(pdf):
    link(pdf, "/Dest").Dest = pikepdf.Array([])


def page_itself(pdf):
    link(pdf, "/Dest").Dest = pikepdf.Array([pdf.pages[1].obj, pikepdf.Name.Fit])


def test_a_link_may_name_its_page(screen):
    assert told(spoilt(screen, page_itself), structure(SCREEN)) == []


def no_bookmarks(pdf):
    del pdf.Root["/Outlines"]


def dirty_bookmark(pdf):
    pdf.Root.Outlines.First.Title = "Equip\u200bment"


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (crop, "page 1: the CropBox is 90.00 by 210.00 mm, promised was 100.00 by 210.00 mm"),
        (turn, "page 2 is turned by 90 degrees"),
        (enlarge, "page 1: the MediaBox is 200.00 by 420.00 mm"),
        (unembed, "is not embedded"),
        (rename, "the font Kantumruy-Pro is not a subset"),
        (other_family, "the font family “Arial” is not one of Kantumruy Pro"),
        (standard_font, "the font Helvetica is not embedded"),
        (standard_font, "the font family “Helvetica” is not one of Kantumruy Pro"),
        (retitle, "its title is “technician”, promised was “Technician”"),
        (no_author, "it names no author"),
        (no_language, "its language is “”, promised was “en”"),
        (no_tags, "it has no tags"),
        (unmarked, "it has no tags"),
        (no_alt, "a picture has no text instead of it (Alt)"),
        (blank_alt, "a picture has no text instead of it (Alt)"),
        (script, "page 1: the link to “javascript:alert(1)” leads nowhere"),
        (placeholder, "page 1: the link to “https://slot.invalid/url” leads nowhere"),
        (empty_link, "page 1: the link to “https:///path” leads nowhere"),
        (lost_anchor, "page 1: the link to “nowhere” leads nowhere in the file"),
        (empty_place, "page 1: the link to “” leads nowhere in the file"),
        (no_bookmarks, "it has no bookmarks"),
        (dirty_bookmark, "has a U+200B in it"),
    ],
)
def test_a_spoilt_screen_file(screen, edit, what):
    problems = told(spoilt(screen, edit), structure(SCREEN))
    assert any(what in line for line in problems), problems
    assert all(line.startswith("out/sample.screen.pdf: ") for line in problems)


def fit_to_page(pdf):
    pdf.Root.ViewerPreferences.PrintScaling = pikepdf.Name("/AppDefault")


def no_preferences(pdf):
    del pdf.Root["/ViewerPreferences"]


def other_flip(pdf):
    pdf.Root.ViewerPreferences.Duplex = pikepdf.Name("/DuplexFlipLongEdge")


def notes(pdf):
    pdf.pages[0].obj.Annots = pikepdf.Array([])


def dead_tags(pdf):
    pdf.Root.StructTreeRoot = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name("/StructTreeRoot")))


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (fit_to_page, "the viewer preference PrintScaling is /AppDefault, promised was /None"),
        (no_preferences, "the viewer preference PickTrayByPDFSize is None, promised was True"),
        (other_flip, "the viewer preference Duplex is /DuplexFlipLongEdge, promised was /Simplex"),
        (notes, "page 1: it is for paper and still has annotations"),
        (dead_tags, "it is for paper and still has StructTreeRoot"),
    ],
)
def test_a_spoilt_file_for_paper(paper, edit, what):
    problems = told(spoilt(paper, edit), structure(PAPER))
    assert any(what in line for line in problems), problems


@pytest.mark.parametrize("edition", ["screen", "paper"])
@pytest.mark.parametrize(
    ("key", "message", "what"),
    [
        ("one.title", "Equipments", "after “Equipment” the message has “s” (U+0073), the file"),
        ("one.links", "of it “quoted”", "after “ofit” the message has ““” (U+201C), the file “:” (U+003A)"),
        ("one.hyphens", "take an X-ray machine and", "after “takeanX-ray” the message has “m” (U+006D)"),
        ("one.links", "Half (⅓) of it", "after “Half(1/” the message has “3” (U+0033), the file “2”"),
        ("two.khmer", "អ្នកបច្ចេកទេសជីវវេជ្ជសាស្រ្ត", "the message has “រ” (U+179A), the file “ត” (U+178F)"),
        ("two.more", "បច្ចេកវិទ្យា", "after “បច្ចេក” the message has “វ” (U+179C), the file “ទ”"),
        ("two.none", "Ж", "its text is not in the file: “Ж”"),
    ],
)
def test_a_message_that_reads_otherwise(request, edition, key, message, what):
    promise = replace(structure({"screen": SCREEN, "paper": PAPER}[edition]), messages={key: message})
    (problem,) = preflight(request.getfixturevalue(edition), promise)
    assert problem.where == f"{promise.where}: {key}"
    assert what in problem.what


def extracted(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return pdf[0].get_textpage().get_text_range()


def other_hyphen(pdf):
    """Let every hyphen of the file read as U+2010, as in fonts that have this character."""
    for font in fonts(pdf):
        if "/ToUnicode" in font:
            font.ToUnicode.write(font.ToUnicode.read_bytes().replace(b"<002d>", b"<2010>"))


def test_hyphens_at_the_end_of_a_line_may_be_of_both_kinds(screen):
    """The sample must really break its lines at them, or other tests saw nothing."""
    assert extracted(screen).count("\ufffe") > 3
    other = spoilt(screen, other_hyphen)
    assert "\u2010\r\n" in extracted(other)
    assert told(other, replace(structure(SCREEN), messages={"one.soft": MESSAGES["one.soft"]})) == []
    assert told(other, replace(structure(SCREEN), messages={"one.hyphens": MESSAGES["one.hyphens"]}))


def test_a_file_that_is_sent_about_is_small(screen):
    assert told(screen, replace(structure(SCREEN), size=len(screen))) == []
    (problem,) = preflight(screen, replace(structure(SCREEN), size=len(screen) - 1))
    assert problem.severity == "warning" and "at most" in problem.what


def test_the_validator_is_asked_for_every_variant(screen):
    spoilt_file = spoilt(screen, no_alt)
    problems = told(spoilt_file, replace(SCREEN, variants=("ua-1",)))
    assert any("PDFUA1-FIGURE" in line for line in problems), problems
    assert not any("PDFA3A" in line for line in problems)


def no_metadata(pdf):
    del pdf.Root["/Metadata"]


def test_a_broken_rule_is_named(paper):
    problems = told(spoilt(paper, no_metadata), PAPER)
    assert any(line.startswith("out/sample.office.pdf: PDFA2U-") for line in problems), problems


def test_a_variant_that_cannot_be_validated_is_no_pass(paper):
    (problem,) = preflight(paper, replace(PAPER, variants=("pdf/x-5g",)))
    assert "it cannot be validated as pdf/x-5g" in problem.what


def test_it_is_quick(screen):
    """One file in 60 ms of work; the first one also imports the readers."""
    preflight(screen, SCREEN)
    runs = []
    for _ in range(5):
        start = time.process_time()
        preflight(screen, SCREEN)
        runs.append(time.process_time() - start)
    assert min(runs) < 0.06
