"""Press: the only writer of PDF bytes.

    page, marks   a side of a sheet           splice     a file for each of many recipients
    writer        syntax                      printrun   one file for all of them, with stock and thin

Both kinds of file start from the complete ``pydyf.PDF`` that WeasyPrint gives to a finisher and leave it
as it was, so one rendering can be written several times. Lengths are mm outside this package and PDF
points (1/72 in, origin bottom left) inside.
"""

from collections.abc import Callable, Mapping, Sequence

import pydyf

from brochure.impose import Sheet
from brochure.press.page import Form, Frame, form_of, page_of
from brochure.press.splice import Splice
from brochure.press.writer import POINTS, VERSION, Body, Moved, Objects, add, body, write

__all__ = ["DUPLEX", "POINTS", "VERSION", "Body", "Frame", "Objects", "Splice", "bound", "imposed", "paged", "plain",
           "write"]

DUPLEX: Mapping[str, str] = {
    "short-edge": "DuplexFlipShortEdge",
    "long-edge": "DuplexFlipLongEdge",
    "simplex": "Simplex",
}
"""How the paper turns over, as ISO 32000-1 calls it in table 150."""

FOR_PAPER = ("Type", "Pages", "Lang", "Metadata", "OutputIntents")
"""What an imposed file keeps of the catalog: all else points to the panels' pages, which are gone."""

NO_FRAME = Frame()


def plain(pdf: pydyf.PDF, *, actual_size: bool = False) -> bytes:
    """Write the document as it was rendered: see ``paged``."""
    return write(paged(pdf, actual_size=actual_size))


def paged(pdf: pydyf.PDF, *, actual_size: bool = False) -> Body:
    """The document as it was rendered: panels as pages, with its tags, links and bookmarks.

    It can ask the viewer to print it at ``actual_size``.
    """
    objects = dict(enumerate(pdf.objects))
    view = pydyf.Dictionary({"DisplayDocTitle": "true", **({"PrintScaling": "/None"} if actual_size else {})})
    objects[pdf.catalog.number] = pydyf.Dictionary(pdf.catalog | {"ViewerPreferences": view})
    return body(objects, pdf)


def imposed(pdfs: Sequence[pydyf.PDF], sheets: Sequence[Sheet], *, flip: str, frame: Frame = NO_FRAME,
            separate: Callable[[Objects], Objects] = dict, intents: Callable[[Objects], pydyf.Array] | None = None,
            version: str = VERSION) -> bytes:
    """Write the sheets: see ``bound``."""
    return write(bound(pdfs, sheets, flip=flip, frame=frame, separate=separate, intents=intents, version=version))


def bound(pdfs: Sequence[pydyf.PDF], sheets: Sequence[Sheet], *, flip: str, frame: Frame = NO_FRAME,
          separate: Callable[[Objects], Objects] = dict, intents: Callable[[Objects], pydyf.Array] | None = None,
          version: str = VERSION) -> Body:
    """The sheets: each panel's page becomes a Form XObject, which the sheets draw in its place.

    ``pdfs`` are the renderings whose pages the placements count, one after the other; the first gives title, language and
    metadata. ``separate`` turns the colours of a rendering's objects into inks; ``intents`` adds to the objects what these
    inks are meant for, and returns the catalog's output intents.

    Such a file is for paper and has no tags, links or bookmarks; render it untagged, because its XMP stays
    as it is. It asks the viewer to print at actual size, on paper of the sheet's size, turned over as
    ``flip`` says, a key of ``DUPLEX``.
    """
    objects, forms, starts = Objects(), list[Form](), list[int]()
    for pdf in pdfs:
        starts.append(start := max(objects, default=-1) + 1)
        own = separate(dict(enumerate(pdf.objects)))
        forms += [form_of(own, pdf.objects[number], frame.bleed, start) for number in pdf.pages["Kids"][::3]]
        objects |= {start + number: Moved(item, start) if start else item for number, item in own.items()}
    first = pdfs[0]
    pages = [add(objects, page_of(objects, sheet, forms, frame, first.pages.reference)) for sheet in sheets]
    objects[first.pages.number] = pydyf.Dictionary(
        {"Type": "/Pages", "Kids": pydyf.Array(pages), "Count": len(pages)}
    )
    view = {
        "PrintScaling": "/None",
        "Duplex": f"/{DUPLEX[flip]}",
        "PickTrayByPDFSize": "true",
        "DisplayDocTitle": "true",
    }
    catalog = {key: first.catalog[key] for key in FOR_PAPER if key in first.catalog}
    if intents:
        catalog["OutputIntents"] = intents(objects)
    objects[first.catalog.number] = pydyf.Dictionary(catalog | {"ViewerPreferences": pydyf.Dictionary(view)})
    return body(objects, first, version, tuple(starts))
