"""Paper: what an imposed file asks of the program that prints it, and what has no place in it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brochure.errors import Problem
from brochure.press import DUPLEX

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

ELSEWHERE = ("/StructTreeRoot", "/MarkInfo", "/Outlines", "/Names")
POINTLESS = "panels on a sheet are in no reading order: links and tags would lead astray"


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Look at the viewer preferences of an imposed file."""
    if promise.flip is None:
        return
    wanted = {
        "/PrintScaling": "/None",
        "/Duplex": f"/{DUPLEX[promise.flip]}",
        "/PickTrayByPDFSize": True,
        "/DisplayDocTitle": True,
    }
    view = file.root.get("/ViewerPreferences", {})
    for key, value in wanted.items():
        if (given := view.get(key)) != value:
            yield promise.problem(f"the viewer preference {key[1:]} is {given}, promised was {value}",
                                  "without it, prints are scaled or turned over the wrong edge")
    for key in ELSEWHERE:
        if key in file.root:
            yield promise.problem(f"it is for paper and still has {key[1:]}", POINTLESS)
    for number, page in enumerate(file.pdf.pages, start=1):
        if "/Annots" in page.obj:
            yield promise.problem(f"page {number}: it is for paper and still has annotations", POINTLESS)
