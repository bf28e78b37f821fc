"""PDF files written by hand, an operator at a time: what a preflight must see is put into them, and nothing else."""

import io
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
from factories import FONT, ROOT
from pikepdf import Array, Dictionary, Name

from brochure.press import POINTS

TRIM = 100.0
BLEED = 3.0
AROUND = 10.0
"""Millimetres: a square page, its bleed, and the paper round it."""

TEXT = b"BT /F1 10 Tf 1 0 0 1 150 150 Tm (black) Tj ET"
GOOD = b"0 0 0 1 k " + TEXT + b" 1 0 0 0 k 20 20 284 284 re f /All CS 1 SCN .25 w 10 20 m 18 20 l S"
PROFILE = b"\0" * 12 + b"prtrCMYK" + b"\0" * 108
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><r pdfxid:GTS_PDFXVersion='PDF/X-4' xmlns:pdfxid='x'/></x:xmpmeta>"

Edit = Callable[[pikepdf.Pdf], None]


def box(inset: float) -> Array:
    """The trim, so many mm smaller on every side; the media begins at 0."""
    low, high = (AROUND + inset) * POINTS, (AROUND + TRIM - inset) * POINTS
    return Array([round(value, 4) for value in (low, low, high, high)])


def written(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, force_version="1.6", fix_metadata_version=False)
    return out.getvalue()


def font(pdf: pikepdf.Pdf) -> Dictionary:
    program = pdf.make_stream((ROOT / FONT).read_bytes())
    about = Dictionary(Type=Name.FontDescriptor, FontName=Name("/ABCDEF+KantumruyPro"), Flags=32, ItalicAngle=0, Ascent=1000,
                       Descent=-400, CapHeight=700, StemV=80, FontBBox=[0, -400, 1000, 1000], FontFile2=program)
    return pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/ABCDEF+KantumruyPro"),
                                        FirstChar=32, LastChar=126, Widths=[600] * 95, Encoding=Name.WinAnsiEncoding,
                                        FontDescriptor=pdf.make_indirect(about)))


def page_file(content: bytes = GOOD, edit: Edit | None = None, resources: Mapping[str, Any] | None = None) -> bytes:
    """A file of one page that passes as PDF/X-4, with this content, changed by ``edit``.

    The fonts F1 and the space All are there; ``resources`` adds more.
    """
    pdf = pikepdf.new()
    every = Array([Name.Separation, Name.All, Name.DeviceCMYK, Dictionary(
        FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 1, 1, 1], N=1)])
    about = Dictionary(Font=Dictionary(F1=font(pdf)), ColorSpace=Dictionary(All=every))
    for key, value in (resources or {}).items():
        about[f"/{key}"] = value
    page = Dictionary(Type=Name.Page, MediaBox=box(-AROUND), TrimBox=box(0), BleedBox=box(-BLEED), Resources=about,
                      Contents=pdf.make_stream(content))
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    profile = pdf.make_stream(PROFILE, N=4)
    pdf.Root.OutputIntents = Array([Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFX, OutputConditionIdentifier="Test",
                                               DestOutputProfile=profile)])
    pdf.Root.Metadata = pdf.make_stream(XMP, Type=Name.Metadata, Subtype=Name.XML)
    for key in ("/Title", "/CreationDate", "/ModDate"):
        pdf.docinfo[key] = "D:20260101000000Z"
    pdf.docinfo["/Trapped"] = Name("/False")
    if edit:
        edit(pdf)
    return written(pdf)


def image(pdf: pikepdf.Pdf, width: int, height: int, space: Any = Name.DeviceGray, pixel: bytes = b"\x80") -> pikepdf.Stream:
    return pdf.make_stream(pixel * (width * height), Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height,
                           ColorSpace=space, BitsPerComponent=8)
