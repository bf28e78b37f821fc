"""Preflight of a file for a print shop: one by hand that passes, and a spoilt copy for every rule."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from pages import AROUND, BLEED, GOOD, PROFILE, TEXT, TRIM, XMP, box, image, page_file
from pikepdf import Array, Dictionary, Name

from brochure.preflight import Promise, preflight
from brochure.preflight.content import marks

PRESS = Promise("out/sample.pdf", pages=((TRIM, TRIM),), bleed=BLEED, inks="cmyk", variants=("pdf/x-4",), dpi=300, safe=5)
COLOURS = replace(PRESS, variants=())


def told(data: bytes, promise: Promise = PRESS) -> list[str]:
    problems = preflight(data, promise)
    assert all(problem.where == "out/sample.pdf" and problem.hint for problem in problems)
    return [problem.what for problem in problems]


def test_the_good_file_passes() -> None:
    assert told(page_file()) == []


# ---- PDF/X-4


def intent(pdf: pikepdf.Pdf) -> Any:
    return pdf.Root.OutputIntents[0]


def remove(*path: str) -> Callable[[pikepdf.Pdf], None]:
    def edit(pdf: pikepdf.Pdf) -> None:
        place: Any = {"Root": pdf.Root, "Info": pdf.docinfo, "Page": pdf.pages[0].obj, "Intent": intent(pdf)}[path[0]]
        del place[f"/{path[1]}"]

    return edit


def put(place: str, key: str, value: Any) -> Callable[[pikepdf.Pdf], None]:
    def edit(pdf: pikepdf.Pdf) -> None:
        at: Any = {"Root": pdf.Root, "Info": pdf.docinfo, "Page": pdf.pages[0].obj, "Intent": intent(pdf)}[place]
        at[f"/{key}"] = value(pdf) if callable(value) else value

    return edit


def compress(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata = pdf.make_stream(XMP)  # without its type, qpdf compresses it as any other stream


def other_metadata(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata = pdf.make_stream(XMP.replace(b"X-4", b"X-3"), Type=Name.Metadata, Subtype=Name.XML)


def note(kind: Name, rectangle: Array) -> Any:
    return lambda pdf: Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=kind, Rect=rectangle))])


def scripts(pdf: pikepdf.Pdf) -> Any:
    return Dictionary(JavaScript=Dictionary(Names=[]))


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (remove("Root", "OutputIntents"), "it has no output intent for print (GTS_PDFX)"),
        (put("Intent", "S", Name.GTS_PDFA1), "it has no output intent for print (GTS_PDFX)"),
        (put("Intent", "OutputConditionIdentifier", " "), "its output intent names no printing condition"),
        (remove("Intent", "DestOutputProfile"), "its output intent has neither a profile nor a registry that has it"),
        (put("Intent", "DestOutputProfile", lambda pdf: pdf.make_stream(PROFILE.replace(b"prtr", b"mntr"), N=4)),
         "the profile of its output intent is not a printer's"),
        (put("Intent", "DestOutputProfile", lambda pdf: pdf.make_stream(PROFILE.replace(b"CMYK", b"GRAY"), N=4)),
         "the profile of its output intent has another number of inks than it says"),
        (remove("Info", "Title"), "its information has no Title"),
        (remove("Info", "CreationDate"), "its information has no CreationDate"),
        (remove("Info", "ModDate"), "its information has no ModDate"),
        (remove("Info", "Trapped"), "it does not say whether it is trapped (/True or /False)"),
        (put("Info", "Trapped", "False"), "it does not say whether it is trapped (/True or /False)"),
        (remove("Root", "Metadata"), "its metadata do not say PDF/X-4"),
        (other_metadata, "its metadata do not say PDF/X-4"),
        (compress, "its metadata are compressed, so that they cannot be read without a PDF reader"),
        (put("Root", "AcroForm", Dictionary()), "it has a form (AcroForm)"),
        (put("Root", "OpenAction", Dictionary()), "it has an action when it opens (OpenAction)"),
        (put("Root", "AA", Dictionary()), "it has actions (AA)"),
        (put("Root", "Names", scripts), "it has scripts"),
        (remove("Page", "TrimBox"), "page 1 has neither a TrimBox nor an ArtBox"),
        (put("Page", "ArtBox", box(0)), "page 1 has both a TrimBox and an ArtBox"),
        (put("Page", "Annots", note(Name.Link, box(-1))), "page 1: an annotation (Link) stands inside the bleed"),
    ],
)
def test_a_rule_of_pdf_x(edit: Callable[[pikepdf.Pdf], None], what: str) -> None:
    assert what in told(page_file(edit=edit))


def test_what_pdf_x_allows() -> None:
    assert told(page_file(edit=put("Page", "Annots", note(Name.PrinterMark, box(-1))))) == []
    assert told(page_file(edit=put("Page", "Annots", note(Name.Link, Array([0, 0, 10, 10]))))) == []

    def registered(pdf: pikepdf.Pdf) -> None:
        del intent(pdf)["/DestOutputProfile"]
        intent(pdf).RegistryName = "http://www.color.org"

    assert told(page_file(edit=registered)) == []


def test_a_newer_pdf() -> None:
    data = page_file().replace(b"%PDF-1.6", b"%PDF-1.7", 1)
    assert told(data) == ["it is PDF 1.7, 1.6 is the newest allowed"]


def test_a_file_without_an_identifier() -> None:
    data = page_file()
    at = data.rindex(b"/ID")
    assert told(data[:at] + b"/Id" + data[at + 3:]) == ["it has no identifier (ID)"]


def test_a_font_that_is_not_embedded() -> None:
    def unembed(pdf: pikepdf.Pdf) -> None:
        del pdf.pages[0].resources.Font.F1.FontDescriptor["/FontFile2"]

    assert told(page_file(edit=unembed)) == ["the font ABCDEF+KantumruyPro is not embedded"]


# ---- boxes


def bleed(*shift: float) -> Callable[[pikepdf.Pdf], None]:
    """Move the edges of the BleedBox by so many mm."""

    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.BleedBox = Array([float(value) + mm * 72 / 25.4
                                           for value, mm in zip(pdf.pages[0].obj.BleedBox, shift, strict=True)])

    return edit


@pytest.mark.parametrize(("shift", "side"), [((0.1, 0, 0, 0), "left"), ((0, -0.1, 0, 0), "lower"), ((0, 0, 0.1, 0), "right"),
                                             ((0, 0, 0, 0.1), "upper")])
def test_the_bleed_is_exact_on_every_side(shift: tuple[float, ...], side: str) -> None:
    (what,) = told(page_file(edit=bleed(*shift)))
    assert what.startswith("page 1: the bleed is ") and f"at the {side} edge, promised was 3.00 mm" in what
    assert told(page_file(edit=bleed(*(mm * 0.3 for mm in shift)))) == []


def test_boxes_lie_in_each_other() -> None:
    inside_out = page_file(edit=bleed(4, 4, -4, -4))
    assert "page 1: the TrimBox stands 1.00 mm out of the BleedBox" in told(inside_out)
    outside = page_file(edit=bleed(-8, -8, 8, 8))
    assert "page 1: the BleedBox stands 1.00 mm out of the MediaBox" in told(outside)
    assert f"page 1: the bleed is {8 + BLEED:.2f} mm at the left edge, promised was 3.00 mm" in told(outside)


def test_the_trim_is_the_promised_size_and_the_media_may_be_larger() -> None:
    (what,) = told(page_file(), replace(PRESS, pages=((TRIM, TRIM + 0.2),)))
    assert what == "page 1: the TrimBox is 100.00 by 100.00 mm, promised was 100.00 by 100.20 mm"
    assert f"the MediaBox is {TRIM + 2 * AROUND:.2f} by" in told(page_file(), replace(PRESS, bleed=None))[0]


# ---- colour


def spaces(**named: Any) -> dict[str, Any]:
    return {"ColorSpace": Dictionary({f"/{key}": value for key, value in named.items()})}


SPOT = Array([Name.Separation, Name("/PANTONE"), Name.DeviceCMYK, Dictionary(
    FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 0, 0], N=1)])
CALIBRATED = Array([Name.CalRGB, Dictionary(WhitePoint=[0.95, 1, 1.09])])
MEASURED = Array([Name.Lab, Dictionary(WhitePoint=[0.95, 1, 1.09])])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"1 0 0 rg", "page 1: the colour RGB 100 0 0 %"),
        (b"1 .5 0 RG", "page 1: the colour RGB 100 50 0 %"),
        (b"0 0 0 rg 1 0 0 rg 0 0 0 rg", "page 1: the colour RGB 0 0 0 % (2 times)"),
        (b"/DeviceRGB cs 1 0 0 sc", "page 1: the colour RGB 100 0 0 %"),
        (b"/Cal cs 1 0 0 scn", "page 1: the colour RGB 100 0 0 %"),
        (b"/Lab CS 50 0 0 SCN", "page 1: the colour RGB"),
        (b"/Spot cs 1 scn", "page 1: the colour PANTONE 100 %"),
        (b"/Lost cs 1 scn", "page 1: the colour an unknown colour space 100 %"),
        (b"BI /W 1 /H 1 /BPC 8 /CS /RGB ID \x00\x00\x00 EI", "page 1: a picture in RGB"),
    ],
)
def test_a_colour_that_is_no_ink(content: bytes, what: str) -> None:
    resources = spaces(Cal=CALIBRATED, Lab=MEASURED, Spot=SPOT)
    assert what in told(page_file(content, resources=resources), COLOURS)


@pytest.mark.parametrize("content", [b"0 g", b"1 G", b"0 0 0 1 k", b"1 1 0 0 K", b"/DeviceCMYK cs 0 1 1 0 scn", b"/All cs 0 scn",
                                     b"BI /W 1 /H 1 /BPC 8 /CS /CMYK ID \x00\x00\x00\x00 EI"])
def test_a_colour_that_is_one(content: bytes) -> None:
    assert told(page_file(content), COLOURS) == []


def objects(*names: str, space: Any = Name.DeviceRGB) -> Callable[[pikepdf.Pdf], None]:
    """Put things with colours in this space where a reader of operators only does not look."""

    def edit(pdf: pikepdf.Pdf) -> None:
        size = {Name.DeviceRGB: 3, Name.DeviceCMYK: 4}.get(space, 3)
        gradient = Dictionary(ShadingType=2, ColorSpace=space, Coords=[0, 0, 1, 1], Function=Dictionary(
            FunctionType=2, Domain=[0, 1], C0=[0] * size, C1=[1] * size, N=1))
        red = b"1 0 0 rg" if space == Name.DeviceRGB else b"1 0 0 0 k"
        form = pdf.make_stream(red + b" 0 0 1 1 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 1, 1])
        outer = pdf.make_stream(b"/Inner Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 1, 1],
                                Resources=Dictionary(XObject=Dictionary(Inner=form)))
        group = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 1, 1],
                                Group=Dictionary(S=Name.Transparency, CS=space))
        tiles = pdf.make_stream(red + b" 0 0 1 1 re f", Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1,
                                BBox=[0, 0, 1, 1], XStep=1, YStep=1, Resources=Dictionary())
        blend = pdf.make_indirect(Dictionary(Type=Name.Pattern, PatternType=2, Shading=gradient))
        resources: Any = pdf.pages[0].resources
        resources.XObject = Dictionary(Picture=image(pdf, 4, 4, space, b"\x40" * size), Form=outer, Group=group)
        resources.Pattern = Dictionary(Tiles=tiles, Blend=blend)
        resources.Shading = Dictionary(Gradient=gradient)
        resources.ColorSpace.Indexed = Array([Name.Indexed, space, 0, b"\0" * size])
        pdf.pages[0].obj.Contents = pdf.make_stream(" ".join(names).encode())
        if "page" in names:
            pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=space)
            pdf.pages[0].obj.Contents = pdf.make_stream(b"")

    return edit


HIDDEN = [
    ("/Picture Do", "page 1: a picture in RGB"),
    ("/Form Do", "page 1: the colour RGB 100 0 0 %"),
    ("/Group Do", "page 1: a transparency group in RGB"),
    ("/Gradient sh", "page 1: a gradient in RGB"),
    ("/Pattern cs /Tiles scn 0 0 9 9 re f", "page 1: the colour RGB 100 0 0 %"),
    ("/Pattern CS /Blend SCN 0 0 9 9 re S", "page 1: a gradient in RGB"),
    ("/Indexed cs 0 sc", "page 1: the colour RGB"),
    ("page", "page 1: a transparency group in RGB"),
]


@pytest.mark.parametrize(("operators", "what"), HIDDEN)
def test_a_colour_that_hides(operators: str, what: str) -> None:
    found = told(page_file(edit=objects(operators)), replace(COLOURS, dpi=None))
    assert any(line.startswith(what) for line in found), found


@pytest.mark.parametrize("operators", [operators for operators, _ in HIDDEN])
def test_the_same_in_cmyk(operators: str) -> None:
    assert told(page_file(edit=objects(operators, space=Name.DeviceCMYK)), replace(COLOURS, dpi=None)) == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b".9 .9 .9 .4 k 50 50 9 9 re f", ["page 1: CMYK 90 90 90 40 % is 310% of ink"]),
        (b".9 .9 .9 .4 K 50 50 m 60 60 l S", ["page 1: CMYK 90 90 90 40 % is 310% of ink"]),
        (b".9 .9 .8 .4 k 50 50 9 9 re f", []),
        (b".9 .9 .9 .4 k 50 50 9 9 re n", []),
        (b".7 .7 .6 .9 k 50 50 9 9 re f", []),
        (b".7 .7 .6 .9 k " + TEXT, ["page 1: black text is set in CMYK 70 70 60 90 %"]),
        (b"0 0 .1 1 k " + TEXT, ["page 1: black text is set in CMYK 0 0 10 100 %"]),
        (b"1 .8 .3 .4 k " + TEXT, []),
        (b"3 Tr .7 .7 .6 .9 k " + TEXT, []),
    ],
)
def test_ink(content: bytes, what: list[str]) -> None:
    assert told(page_file(content), COLOURS) == what


@pytest.mark.parametrize("colour", [b"/All CS 1 SCN ", b"1 1 1 1 K "])
def test_registration_colour_stands_outside_the_bleed(colour: bytes) -> None:
    outside, inside = b"18 20 m 19 40 l S", b"18 20 m 20.5 40 l S"
    assert told(page_file(colour + outside), COLOURS) == []
    assert told(page_file(colour + inside), COLOURS) == ["page 1: something in registration colour stands inside the bleed"]
    moved = colour + b"q 1 0 0 1 2 0 cm " + outside + b" Q"
    assert told(page_file(moved), COLOURS) == ["page 1: something in registration colour stands inside the bleed"]
    apart = colour + b"18 20 m 19 40 l 325 20 m 326 40 l S"
    assert told(page_file(apart), COLOURS) == []
    wide = colour + b"4 w " + outside
    assert told(page_file(wide), COLOURS) == ["page 1: something in registration colour stands inside the bleed"]


def test_a_picture_with_too_much_ink() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        resources: Any = pdf.pages[0].resources
        resources.XObject = Dictionary(P=image(pdf, 8, 8, Name.DeviceCMYK, b"\xe6\xe6\xe6\x80"))

    found = told(page_file(b"q 1 0 0 1 50 50 cm /P Do Q", edit), COLOURS)
    assert found == ["page 1: a picture has 320% of ink in its darkest place"]


@pytest.mark.parametrize(("content", "fits"), [(b"0 g", True), (b"0 0 0 .5 k", True), (b"1 0 0 0 k", False), (b"0 0 0 rg", False),
                                               (b"/DeviceCMYK cs .1 0 0 0 scn", False)])
def test_a_file_for_one_ink(content: bytes, fits: bool) -> None:
    assert (told(page_file(content), replace(COLOURS, inks="grey")) == []) is fits


def test_a_form_that_draws_itself_ends() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_stream(b"0 0 1 1 re f " + b"/Me Do " * 9, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 1, 1])
        form.Resources = Dictionary(XObject=Dictionary(Me=form))
        resources: Any = pdf.pages[0].resources
        resources.XObject = Dictionary(Me=form)
        assert len(list(marks(pdf))) == 1

    page_file(b"/Me Do", edit)


def test_the_output_intent_is_for_the_colours() -> None:
    assert "page 1: it has RGB colours, and its output intent is for CMYK" in told(page_file(b"1 0 0 rg"))


# ---- pictures


def placed(matrix: bytes, width: int, height: int) -> bytes:
    def edit(pdf: pikepdf.Pdf) -> None:
        resources: Any = pdf.pages[0].resources
        resources.XObject = Dictionary(P=image(pdf, width, height))

    return page_file(b"q " + matrix + b" cm /P Do Q", edit)


@pytest.mark.parametrize(
    ("matrix", "size", "dpi"),
    [
        (b"72 0 0 72 50 50", (300, 300), None),
        (b"72 0 0 72 50 50", (299, 300), None),
        (b"72 0 0 72 50 50", (290, 300), 290),
        (b"72 0 0 72 50 50", (300, 200), 200),
        (b"0 72 -144 0 200 50", (300, 300), 150),
        (b"36 0 0 36 50 50 cm 2 0 0 2 0 0", (200, 200), 200),
        (b"q 2 0 0 2 0 0 cm Q 72 0 0 72 50 50", (300, 300), None),
        (b"72 0 0 72 50 50", (1, 1), None),
    ],
)
def test_the_resolution_is_that_on_the_page(matrix: bytes, size: tuple[int, int], dpi: int | None) -> None:
    found = told(placed(matrix, *size))
    expected = [] if dpi is None else [f"page 1: a picture of {size[0]} by {size[1]} pixels has {dpi} dots an inch where it "
                                       "stands, promised were 300"]
    assert found == expected


def test_a_form_moves_and_scales_what_is_in_it() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        picture = Dictionary(XObject=Dictionary(P=image(pdf, 300, 300)))
        form = pdf.make_stream(b"36 0 0 36 0 0 cm /P Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99],
                               Matrix=[2, 0, 0, 2, 0, 0], Resources=picture)
        resources: Any = pdf.pages[0].resources
        resources.XObject = Dictionary(F=form)

    assert told(page_file(b"/F Do", edit)) == []
    (what,) = told(page_file(b"q 2 0 0 2 0 0 cm /F Do Q", edit))
    assert "has 150 dots an inch" in what


def test_for_an_office_printer_it_is_a_warning() -> None:
    (problem,) = preflight(placed(b"72 0 0 72 50 50", 140, 140), replace(COLOURS, dpi=150))
    assert problem.severity == "warning"
    (problem,) = preflight(placed(b"72 0 0 72 50 50", 140, 140), COLOURS)
    assert problem.severity == "error"


# ---- transparency


@pytest.mark.parametrize(
    ("state", "what"),
    [
        (Dictionary(ca=0.5), "it has something half transparent"),
        (Dictionary(CA=0.5), "it has something half transparent"),
        (Dictionary(BM=Name.Multiply), "it has a blend mode"),
        (Dictionary(BM=Array([Name.Multiply, Name.Screen])), "it has a blend mode"),
        (Dictionary(SMask=Dictionary(S=Name.Alpha)), "it has a soft mask"),
    ],
)
def test_no_transparency_where_there_was_none(state: Dictionary, what: str) -> None:
    data = page_file(resources={"ExtGState": Dictionary(S=state)})
    for variant in ("pdf/x-1a", "pdf/x-3"):
        found = told(data, replace(PRESS, variants=(variant,)))
        assert f"{what}, and {variant} allows no transparency" in found
    assert told(data) == []  # PDF/X-4 allows it


def test_opaque_is_not_transparent() -> None:
    state = Dictionary(ca=1, CA=1, BM=Name.Normal, SMask=Name("/None"))
    data = page_file(resources={"ExtGState": Dictionary(S=state)})
    assert not any("transparen" in line for line in told(data, replace(PRESS, variants=("pdf/x-3",))))


def test_a_transparency_group_and_a_picture_with_a_mask() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        resources: Any = pdf.pages[0].resources
        masked = image(pdf, 4, 4)
        masked.SMask = image(pdf, 4, 4)
        resources.XObject = Dictionary(P=masked)
        pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)

    found = told(page_file(GOOD, edit), replace(PRESS, variants=("pdf/x-3",)))
    assert {line.partition(",")[0] for line in found} >= {"it has a soft mask", "it has a transparency group"}
