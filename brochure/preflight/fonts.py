"""Fonts: all of them in the file, and, where families are promised, only those, as subsets."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from brochure.errors import Problem

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

SUBSET = re.compile(r"/[A-Z]{6}\+")
"""The mark of a font subset (ISO 32000-1, 9.6.4)."""

PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Look at every font of the file."""
    offered = None if promise.families is None else {_folded(family): family for family in promise.families}
    for font in file.dictionaries:
        if font.get("/Type") != "/Font" or str(font.get("/Subtype", "")).startswith("/CIDFont"):
            continue  # a CIDFont is the inner half of a Type0 font
        name = str(font.get("/BaseFont", "/without a name"))
        inner = font.DescendantFonts[0] if font.get("/Subtype") == "/Type0" else font
        about = inner.get("/FontDescriptor", {})
        drawn = font.get("/Subtype") == "/Type3"  # its glyphs are drawings in the file
        if not drawn and not any(key in about for key in PROGRAMS):
            yield promise.problem(f"the font {name[1:]} is not embedded", "another printer or phone would take another font")
        if offered is None:
            continue
        if not SUBSET.match(name):
            yield promise.problem(f"the font {name[1:]} is not a subset", "only the glyphs that are used belong into the file")
        family = str(about.get("/FontFamily", name[1:]))
        if _folded(family) not in offered:
            yield promise.problem(f"the font family “{family}” is not one of {', '.join(sorted(offered.values()))}",
                                  "only fonts of the project's assets/fonts may be used")


def _folded(family: str) -> str:
    """A family's name as fontconfig compares it."""
    return "".join(family.split()).casefold()
