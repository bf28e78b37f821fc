"""Marks: where a sheet is folded and cut."""

import pydyf

from brochure.edition import Marks
from brochure.impose import Lines, Sheet
from brochure.press.writer import Objects, add, points

REGISTRATION = "Registration"
"""Name of the colour space of marks that every plate prints."""

DASH = (2, 2)
"""Of a line where a sheet is folded, in points."""


def registration(objects: Objects) -> pydyf.Array:
    """The colour space that prints on every plate (ISO 32000-1, 8.6.6.4)."""
    ramp = {"FunctionType": 2, "Domain": pydyf.Array([0, 1]), "C0": pydyf.Array([0] * 4), "C1": pydyf.Array([1] * 4), "N": 1}
    return pydyf.Array(["/Separation", "/All", "/DeviceCMYK", add(objects, pydyf.Dictionary(ramp))])


def draw(drawing: pydyf.Stream, sheet: Sheet, around: float, ticks: Marks) -> None:
    """Draw the marks: cuts first, then folds and glue lines, which are dashed. The trim begins ``around`` mm from the origin."""
    corners = Lines((0, sheet.width), (0, sheet.height)) if ticks.end < 0 else Lines()
    cuts = Lines(corners.xs + sheet.cuts.xs, corners.ys + sheet.cuts.ys)
    creases = Lines(sheet.folds + sheet.glue.xs, sheet.glue.ys)
    if not any((cuts.xs, cuts.ys, creases.xs, creases.ys)):
        return
    drawing.push_state()
    drawing.set_line_width(ticks.weight)
    if ticks.grey is None:
        drawing.set_color_space(REGISTRATION, stroke=True)
        drawing.set_color_special(None, True, 1)
    else:
        drawing.stream.append(b"%g G" % ticks.grey)
    for lines, dash in ((cuts, ()), (creases, DASH)):
        if lines.xs or lines.ys:
            drawing.set_dash(list(dash), 0)
            _lines(drawing, lines, sheet, around, ticks)
    drawing.pop_state()


def _lines(drawing: pydyf.Stream, lines: Lines, sheet: Sheet, around: float, ticks: Marks) -> None:
    """One mark at each end of each line."""
    for x in lines.xs:
        for start, end in ((ticks.start, ticks.end), (sheet.height - ticks.start, sheet.height - ticks.end)):
            drawing.move_to(*points(around + x, around + start))
            drawing.line_to(*points(around + x, around + end))
    for y in lines.ys:
        for start, end in ((ticks.start, ticks.end), (sheet.width - ticks.start, sheet.width - ticks.end)):
            drawing.move_to(*points(around + start, around + sheet.height - y))
            drawing.line_to(*points(around + end, around + sheet.height - y))
    drawing.stroke()
