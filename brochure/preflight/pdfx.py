"""PDF/X-4 (ISO 15930-7): the rules that a print shop's preflight looks at first; no certificate of the whole standard.

Colour, inks, boxes and fonts that any print file must have right are looked at by their own modules.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from brochure.errors import Problem
from brochure.preflight.spaces import BY_COMPONENTS

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

VARIANT = "pdf/x-4"
NEWEST = (1, 6)
VERSION = re.compile(rb"GTS_PDFXVersion(?:>|\s*=\s*[\"'])\s*PDF/X-4\s*[<\"']")
STAMPS = ("/Title", "/CreationDate", "/ModDate")
MARKS = ("/PrinterMark", "/TrapNet")
ACTIVE = {"/AcroForm": "a form", "/OpenAction": "an action when it opens", "/AA": "actions"}
HINT = "PDF/X-4 (ISO 15930-7) asks for it"


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Every rule that the file breaks."""
    for what in (*_intent(file), *_information(file), *_structure(file), *_pages(file), *_spaces(file)):
        yield promise.problem(what, HINT)


def intent(file: "File") -> Any:
    """The output intent for print, None if there is none."""
    return next((one for one in file.root.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFX"), None)


def _intent(file: "File") -> Iterator[str]:
    found = intent(file)
    if found is None:
        yield "it has no output intent for print (GTS_PDFX)"
        return
    if not str(found.get("/OutputConditionIdentifier", "")).strip():
        yield "its output intent names no printing condition"
    profile = found.get("/DestOutputProfile")
    if profile is None:
        if "/RegistryName" not in found:
            yield "its output intent has neither a profile nor a registry that has it"
        return
    data = bytes(profile.read_bytes())
    if data[12:16] != b"prtr":
        yield "the profile of its output intent is not a printer's"
    spaces = {b"CMYK": 4, b"GRAY": 1, b"RGB ": 3}
    if spaces.get(data[16:20]) != int(profile.get("/N", 0)):
        yield "the profile of its output intent has another number of inks than it says"


def _information(file: "File") -> Iterator[str]:
    information = file.pdf.docinfo
    for key in STAMPS:
        if not str(information.get(key, "")).strip():
            yield f"its information has no {key[1:]}"
    if str(information.get("/Trapped", "")) not in ("/True", "/False"):
        yield "it does not say whether it is trapped (/True or /False)"
    if not VERSION.search(file.metadata):
        yield "its metadata do not say PDF/X-4"
    if file.metadata and "/Filter" in file.root.Metadata:
        yield "its metadata are compressed, so that they cannot be read without a PDF reader"


def _structure(file: "File") -> Iterator[str]:
    if tuple(map(int, file.pdf.pdf_version.split("."))) > NEWEST:
        yield f"it is PDF {file.pdf.pdf_version}, 1.6 is the newest allowed"
    if "/ID" not in file.pdf.trailer:
        yield "it has no identifier (ID)"
    for key, name in ACTIVE.items():
        if key in file.root:
            yield f"it has {name} ({key[1:]})"
    if "/JavaScript" in file.root.get("/Names", {}):
        yield "it has scripts"


def _pages(file: "File") -> Iterator[str]:
    for number, page in enumerate(file.pdf.pages, start=1):
        named = [key for key in ("/TrimBox", "/ArtBox") if key in page.obj]
        if len(named) != 1:
            yield f"page {number} has {'both a TrimBox and an ArtBox' if named else 'neither a TrimBox nor an ArtBox'}"
        bleed = [float(value) for value in page.bleedbox.as_list()]
        notes: Any = page.obj.get("/Annots", [])
        for note in notes:
            box = [float(value) for value in note.get("/Rect", bleed)]
            apart = box[2] <= bleed[0] or box[0] >= bleed[2] or box[3] <= bleed[1] or box[1] >= bleed[3]
            if note.get("/Subtype") not in MARKS and not apart:
                yield f"page {number}: an annotation ({str(note.get('/Subtype', '/?'))[1:]}) stands inside the bleed"
                break


def _spaces(file: "File") -> Iterator[str]:
    """Colours that go to the plates as they are must be those of the output intent."""
    found = intent(file)
    profile = found.get("/DestOutputProfile") if found is not None else None
    if profile is None:
        return
    family = BY_COMPONENTS.get(int(profile.get("/N", 0)))
    for name, number in sorted({(mark.ink.space.family, mark.page) for mark in file.marks if mark.ink is not None
                                and mark.ink.space.device and mark.ink.space.family in ("rgb", "cmyk")}):
        if name != family:
            yield f"page {number}: it has {name.upper()} colours, and its output intent is for {str(family).upper()}"
