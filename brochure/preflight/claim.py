"""Claim: what a file that nobody here promised says of itself, taken at its word and then checked."""

import re
from typing import TYPE_CHECKING

from brochure.preflight import margins, pdfx, pictures
from brochure.preflight.promise import Promise

if TYPE_CHECKING:
    from brochure.preflight.file import File

PART = re.compile(rb"pdfaid:part(?:>|\s*=\s*[\"'])\s*(\d)")
LEVEL = re.compile(rb"pdfaid:conformance(?:>|\s*=\s*[\"'])\s*([A-Z])", re.IGNORECASE)
READABLE = re.compile(rb"pdfuaid:part(?:>|\s*=\s*[\"'])\s*(\d)")
PRINTABLE = re.compile(rb"GTS_PDFX(?:Version|Conformance)(?:>|\s*=\s*[\"'])\s*PDF/X-(\d[a-z]?)")


def claimed(file: "File", where: str) -> Promise:
    """The promise that the file makes by its metadata, its output intent and its tags."""
    about = file.metadata
    variants = list[str]()
    if part := PART.search(about):
        level = LEVEL.search(about)
        variants.append(f"pdf/a-{part[1].decode()}{level[1].decode().lower() if level else ''}")
    if part := READABLE.search(about):
        variants.append(f"pdf/ua-{part[1].decode()}")
    if part := PRINTABLE.search(about):
        variants.append(f"pdf/x-{part[1].decode()}")
    press = pdfx.intent(file) is not None
    if press and not PRINTABLE.search(about):
        variants.append(pdfx.VARIANT)
    return Promise(where, tagged="/StructTreeRoot" in file.root, variants=tuple(variants), codes=(),
                   safe=margins.PRESS if press else None, inks="cmyk" if press else None,
                   dpi=pictures.PRESS if press else pictures.OFFICE)
