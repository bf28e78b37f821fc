"""Slots: every text that may stand in a room of the page, drawn as WeasyPrint would draw it there.

A slot's placeholder is laid out like any text. When it is about to be drawn, a Form XObject takes its place, inside
WeasyPrint's own marked content, and each text is set into a stream of its own with the placeholder's style, by
WeasyPrint's functions and in the page's coordinates. It is the same drawing, so one subset of a font holds the letters of
all texts, and syllables are exact (`clusters`). Nothing after a slot moves: its room has a fixed height.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pydyf
import weasyprint.draw as drawing
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.layout.replaced import replacedbox_layout
from weasyprint.text.ffi import ffi, pango
from weasyprint.text.line_break import create_layout, line_size, split_first_line

from brochure import qr
from brochure.errors import BrochureError, Problem, shown
from brochure.render import complaints, weights
from brochure.render.panels import Filled

SLOT, LINES, LEAST = "data-slot", "data-lines", "data-smallest"
MM = 25.4 / 96  # millimetres of a CSS pixel
STEPS = 4  # between full size and the smallest, where a text takes several lines
EDGE = 0.9995  # a text made to fit ends a hair before the edge: sizes are rounded
UNKNOWN = pango.PANGO_GLYPH_UNKNOWN_FLAG
CONTEXT = SimpleNamespace(dictionaries={})  # all of a layout that breaking lines asks for
SIDES = {"center": 0.5, "right": 1.0, "end": 1.0}  # where the rest of a line goes; `start` and `end` turn round in rtl
SPACES = re.compile("[ \t\n]+")  # one in the eyes of CSS

Line = tuple[str, float, Any, Any]  # text, width, Pango's layout, style


@dataclass(frozen=True)
class _Room:
    """Where a slot's text stands: the block and its line, as laid out."""

    slot: str
    block: Any
    line: Any
    lines: int
    least: float


@dataclass
class Session:
    """The slots of one drawing; `texts` has every text of each."""

    texts: Mapping[str, Sequence[str]]
    fonts_key: str
    rooms: Mapping[Any, _Room]
    pictures: Mapping[Any, str]
    forms: list[tuple[str, Any, dict[str, Any]]] = field(default_factory=list)  # slot, its form, text → drawing
    problems: dict[str, dict[str, Problem]] = field(default_factory=dict)
    sound: dict[tuple[Any, ...], set[str]] = field(default_factory=dict)  # family and weight → letters that they have

    def filled(self, pdf: pydyf.PDF) -> tuple[Filled, ...]:
        """The slots with their drawings, which become objects of the document."""
        found = []
        for slot, form, drawings in self.forms:
            for stream in drawings.values():
                pdf.add_object(stream)
            numbers = {text: stream.number for text, stream in drawings.items()}
            found.append(Filled(slot, form.number, numbers, self.problems.get(slot, {})))
        return tuple(found)

    def text(self, stream: Any, box: Any) -> None:
        """Draw a form in the place of the box, and every text of the slot for it."""
        room = self.rooms[box]
        left, top, width, height = stream.page_rectangle
        form, drawings = self._form(stream, room.slot, (left, top, left + width, top + height))
        whole = _Whole(box.style)
        for text in self.texts[room.slot]:
            if text in self.problems.get(room.slot, {}):
                continue
            found = self._fitted(text, whole, room)
            if isinstance(found, Problem):
                self.problems.setdefault(room.slot, {})[text] = found
                continue
            drawings[text] = _empty(form)
            for row, (words, wide, layout, style) in enumerate(found):
                one = box.copy_with_text(words)
                one.pango_layout, one.style, one.width = layout, style, wide
                one.position_x = room.block.content_box_x() + _side(style) * (room.block.width - wide)
                one.position_y = box.position_y + row * room.line.height
                DRAW_TEXT(drawings[text], one, 0, "clip", "none")

    def picture(self, stream: Any, box: Any) -> None:
        """Draw a form in the place of the picture, and the QR code of every text of the slot for it."""
        slot = self.pictures[box]
        width, height, x, y = replacedbox_layout(box)
        with stream.stacked():
            stream.transform(e=x, f=y)
            form, drawings = self._form(stream, slot, (0, 0, width, height))
        for text in self.texts[slot]:
            try:
                painted = qr.painted(text, min(width, height))
            except BrochureError as error:
                self.problems.setdefault(slot, {})[text] = error.problems[0]
                continue
            drawings[text] = _empty(form)
            drawings[text].stream.append(painted)

    def _form(self, stream: Any, slot: str, box: tuple[float, ...]) -> tuple[Any, dict[str, Any]]:
        """A form with small resources of its own: sharing the page's, which name it, would make a circle."""
        own = {kind: pydyf.Dictionary() for kind in ("ExtGState", "XObject", "Pattern", "Shading")}
        resources = pydyf.Dictionary({**own, "ColorSpace": stream._resources["ColorSpace"], "Font": None})
        corners = pydyf.Array([round(value, 3) for value in box])
        extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": corners, "Resources": resources}
        form = stream.clone(resources=resources, tags=None, extra=pydyf.Dictionary(extra))
        name, drawings = f"S{len(self.forms)}", dict[str, Any]()
        stream._resources["XObject"][name] = form
        stream.draw_x_object(name)
        self.forms.append((slot, form, drawings))
        return form, drawings

    def _fitted(self, raw: str, whole: "_Whole", room: _Room) -> list[Line] | Problem:
        """The lines of a text: on one line, smaller on one line, on several, smaller on several."""
        text, width = SPACES.sub(" ", raw).strip(" "), room.block.width
        if not text:
            return []
        line = whole.line(text)
        if problem := self._unprintable(line):
            return problem
        if line[1] <= width:
            return [line]
        if line[1] * room.least <= width:
            return [_Whole(_sized(whole.style, width / line[1] * EDGE)).line(text)]
        for step in range(STEPS + 1 if room.lines > 1 else 0):
            style = _sized(whole.style, 1 - step / STEPS * (1 - room.least))
            if lines := _lines(text, style, width, room.lines):
                return lines
        rows = "one line" if room.lines == 1 else f"{room.lines} lines"
        what = f"“{shown(raw)}” is too long: the brochure has {rows} of {width * MM:.0f} mm for it"
        return Problem(room.slot, what, "write it shorter, or give the slot more lines in the template")

    def _unprintable(self, line: Line) -> Problem | None:
        """What is wrong with the letters of a text that was laid out as one line."""
        text, _, layout, style = line
        sound = self.sound.setdefault((*style["font_family"], style["font_weight"]), set())
        if not (fresh := set(text) - sound):
            return None
        if letter := _unknown(layout):
            return next(complaints.missing_glyph(letter, "", ()))
        uses: weights.Uses = {}
        weights.note(uses, style, "".join(sorted(fresh)), None)
        problem = next(iter(weights.missing(uses, self.fonts_key, "")), None)
        if problem is None:
            sound |= fresh
        return problem


DRAW_TEXT, DRAW_PICTURE = drawing.draw_text, drawing.draw_replacedbox


@contextlib.contextmanager
def filling(pages: Sequence[Any], texts: Mapping[str, Sequence[str]], fonts_key: str) -> Iterator[Session]:
    """Within it WeasyPrint draws forms in the place of the slots in `pages`."""
    rooms, pictures = dict[Any, _Room](), dict[Any, str]()
    for page in pages:
        for box, above in _walk(page._page_box, ()):
            slot = box.element.get(SLOT, "") if box.element is not None else ""
            if slot not in texts:
                continue
            if isinstance(box, boxes.TextBox):
                at = next(index for index in range(len(above) - 1, -1, -1) if isinstance(above[index], boxes.LineBox))
                lines, least = int(box.element.get(LINES)), float(box.element.get(LEAST))
                rooms[box] = _Room(slot, above[at - 1], above[at], lines, least)
            elif isinstance(box, boxes.ReplacedBox):
                pictures[box] = slot
    session = Session(texts, fonts_key, rooms, pictures)

    def draw_text(stream: Any, box: Any, *rest: Any) -> None:
        session.text(stream, box) if box in rooms else DRAW_TEXT(stream, box, *rest)

    def draw_replacedbox(stream: Any, box: Any) -> None:
        session.picture(stream, box) if box in pictures else DRAW_PICTURE(stream, box)

    drawing.draw_text, drawing.draw_replacedbox = draw_text, draw_replacedbox
    try:
        yield session
    finally:
        drawing.draw_text, drawing.draw_replacedbox = DRAW_TEXT, DRAW_PICTURE


def _walk(box: Any, above: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    yield box, above
    for child in box.all_children():
        yield from _walk(child, (*above, box))


def _empty(form: Any) -> Any:
    """A stream like the form, in which nothing was drawn either: no colour is set in it, and no font."""
    drawing = object.__new__(type(form))
    vars(drawing).update(vars(form), stream=[])  # as copy.copy does, which takes longer than some texts
    return drawing


class _Whole:
    """Texts on one line, however long, each of which is drawn before the next is laid out.

    They have one layout of Pango's, which stays active: a text is drawn as it was shaped.
    """

    def __init__(self, style: Any) -> None:
        self.style = style
        self._layout: Any = None

    def line(self, text: str) -> Line:
        """The text laid out."""
        if self._layout is None or self._layout.attributed:
            self._layout = create_layout(text, self.style, CONTEXT, None, 0)
            self._layout.attributed = pango.pango_layout_get_attributes(self._layout.layout) != ffi.NULL
            pango.pango_layout_set_single_paragraph_mode(self._layout.layout, True)  # drawing sets it, and would shape it again
            self._layout.reactivate = self._layout.deactivate = lambda *_: None
        else:
            self._layout.set_text(text)
        width, _ = line_size(self._layout.get_first_line()[0], self.style)
        return text, width, self._layout, self.style


def _lines(text: str, style: Any, width: float, most: int) -> list[Line]:
    """The text on at most so many lines; none if it does not fit."""
    found, rest = list[Line](), text
    while rest:
        layout, _, following, wide, _, _ = split_first_line(rest, style, CONTEXT, width, 0)
        found.append((layout.text, wide, layout, style))
        rest = rest.encode()[following:].decode() if following else ""
        if len(found) > most or wide > width:
            return []
    return found


def _sized(style: Any, scale: float) -> Any:
    smaller = style.copy()
    smaller["font_size"] = style["font_size"] * scale
    return smaller


def _side(style: Any) -> float:
    """Which part of a line's empty rest is to the left of its text."""
    align, rtl = style["text_align_all"], style["direction"] == "rtl"
    if rtl and align in ("start", "end", "justify"):
        return 0.0 if align == "end" else 1.0
    return SIDES.get(align, 0.0)


def _unknown(layout: Any) -> str:
    """The first character of the line for which no font has a glyph."""
    line, _ = layout.get_first_line()
    run = line.runs
    while run != ffi.NULL:
        glyphs = run.data.glyphs
        for index in range(glyphs.num_glyphs):
            glyph = glyphs.glyphs[index].glyph
            if glyph & UNKNOWN and glyph != pango.PANGO_GLYPH_EMPTY:
                return chr(glyph - UNKNOWN)
        run = run.next
    return ""
