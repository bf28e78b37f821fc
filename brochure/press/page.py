"""Page: one side of a sheet, on which panels are drawn as Form XObjects."""

from collections.abc import Sequence
from dataclasses import dataclass

import pydyf

from brochure.edition import Marks
from brochure.impose import Placement, Sheet
from brochure.impose.sheet import TOLERANCE
from brochure.press import marks
from brochure.press.writer import POINTS, Objects, add, points, reference


@dataclass(frozen=True)
class Frame:
    """What stands round the trim of a sheet: art reaches ``bleed`` mm past it, the medium ``around`` mm."""

    bleed: float = 0.0
    around: float = 0.0
    ticks: Marks | None = None


@dataclass(frozen=True)
class Form:
    """A panel as a Form XObject: its reference, and its trim box in points."""

    reference: bytes
    trim: tuple[float, float, float, float]


def form_of(objects: Objects, page: pydyf.Dictionary, bleed: float, start: int) -> Form:
    """Make a Form XObject of the page's content, under the same number; its BBox clips at the bleed."""
    number = int(page["Contents"].split()[0])
    drawing = objects[number]
    left, bottom, right, top = (float(value) for value in page["TrimBox"])
    (out,) = points(bleed)
    box = page["TrimBox"] if not bleed else pydyf.Array([left - out, bottom - out, right + out, top + out])
    form = {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": page["Resources"]}
    objects[number] = pydyf.Stream(drawing.stream, drawing.extra | form, drawing.compress)
    return Form(reference(number + start), (left, bottom, right, top))


def page_of(
    objects: Objects, sheet: Sheet, forms: Sequence[Form], frame: Frame, parent: bytes
) -> pydyf.Dictionary:
    """Return the page of one side of a sheet; its TrimBox is the sheet."""
    drawing = pydyf.Stream(compress=True)
    for place in sheet.placements:
        _draw(drawing, place, sheet, forms[place.panel], frame)
    resources = {"XObject": pydyf.Dictionary({f"P{place.panel}": forms[place.panel].reference
                                              for place in sheet.placements})}
    if frame.ticks:
        marks.draw(drawing, sheet, frame.around, frame.ticks)
        if frame.ticks.grey is None:
            resources["ColorSpace"] = pydyf.Dictionary({marks.REGISTRATION: marks.registration(objects)})
    page = {
        "Type": "/Page",
        "Parent": parent,
        "MediaBox": _box(sheet, frame.around, frame.around),
        "TrimBox": _box(sheet, frame.around, 0),
        "Contents": add(objects, drawing),
        "Resources": pydyf.Dictionary(resources),
    }
    if frame.bleed:
        page["BleedBox"] = _box(sheet, frame.around, frame.bleed)
    return pydyf.Dictionary(page)


def _box(sheet: Sheet, around: float, out: float) -> pydyf.Array:
    """The trim, ``out`` mm larger on every side; the medium's corner is the origin."""
    return pydyf.Array(points(around - out, around - out, around + sheet.width + out, around + sheet.height + out))


def _draw(drawing: pydyf.Stream, place: Placement, sheet: Sheet, form: Form, frame: Frame) -> None:
    """Draw the panel; where its box ends inside the sheet it is cut off, at the sheet's edges it runs into the bleed."""
    x, y = frame.around + place.x, frame.around + sheet.height - place.y - place.height
    left, bottom, right, top = (value / POINTS for value in form.trim)
    dx, dy = place.offset
    across, up = x - dx - left, y + place.height + dy - top
    part = max(right - left - place.width, top - bottom - place.height) > TOLERANCE
    drawing.push_state()
    if (frame.bleed or part) and not place.loose:
        drawing.rectangle(*points(*_clip(place, sheet, x, y, frame.bleed)))
        drawing.clip()
        drawing.end()
    if place.turn:
        drawing.set_matrix(-1, 0, 0, -1, *points(2 * x + place.width - across, 2 * y + place.height - up))
    else:
        drawing.set_matrix(1, 0, 0, 1, *points(across, up))
    drawing.draw_x_object(f"P{place.panel}")
    drawing.pop_state()


def _clip(place: Placement, sheet: Sheet, x: float, y: float, bleed: float) -> tuple[float, float, float, float]:
    """The rectangle (x, y, width, height) in mm that may show the panel."""
    left = bleed if place.x < TOLERANCE else 0.0
    right = bleed if place.x + place.width > sheet.width - TOLERANCE else 0.0
    top = bleed if place.y < TOLERANCE else 0.0
    bottom = bleed if place.y + place.height > sheet.height - TOLERANCE else 0.0
    return x - left, y - bottom, place.width + left + right, place.height + top + bottom
