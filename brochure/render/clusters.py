"""Exact text: every written syllable becomes codes that a PDF reader turns back into its letters.

A PDF maps glyphs to letters, one by one. Scripts such as Khmer shape a syllable into glyphs that stand for
no letter of their own, or in another order, so search, copy and screen readers get wrong letters (WeasyPrint
issue 2841). Here, while a line is drawn, the glyphs of such a syllable are replaced by two codes: a composite
glyph that draws all of them and reads as the first letter, and an empty glyph that reads as the other
letters. Two, because pdf.js takes a code whose text holds a combining mark for zero-width. The composites
join the font after WeasyPrint has cut it down. It is all plain ToUnicode: no reader needs to know about it.
Fonts with other outlines than TrueType's stay as they are, which is why `fonts` refuses them.
"""

import contextlib
import struct
from collections.abc import Iterable, Iterator
from typing import Any

import pydyf
import weasyprint.draw.text as drawing
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from brochure.render import weights
from brochure.render.sfnt import Composite, dated, with_composites
from brochure.render.syllables import syllables

EMPTY = pango.PANGO_GLYPH_EMPTY
UNKNOWN = pango.PANGO_GLYPH_UNKNOWN_FLAG
UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\u00ad"))  # breaks and joiners are layout, not text
REST = 0.005  # em; without width poppler puts what follows in another font before the code, by rounding
LONGEST = 24  # letters; a longer "syllable" is the text hidden behind an ellipsis
HIGHEST = 0xFFFF  # glyph ids have 16 bits
NOTHING = (">0<", ">0.0<")  # moves between glyphs that move nothing, after nearly all of them: a tenth of a page

# PangoGlyphInfo: glyph, width, x and y offset, attributes.
LAYOUT = struct.Struct("=IiiiI")
GLYPH = LAYOUT.size
ATTRIBUTES = range(16, GLYPH)

Parts = tuple[tuple[int, int, int], ...]  # glyph, x, y


class Registry:
    """Glyph ids beyond those of one font file."""

    def __init__(self, first: int) -> None:
        self.next = first
        self.composites: dict[int, Composite] = {}
        self._known: dict[tuple[str, Parts], int] = {}

    def reserve(self) -> int:
        """One more id; the last one again when 16 bits are used up."""
        glyph = min(self.next, HIGHEST)
        self.next += 1
        return glyph

    def glyph(self, font: Any, text: str, parts: Parts, width: float) -> int:
        """The id that draws `parts` and reads as `text`; `width` in em."""
        glyph = self._known.get((text, parts))
        if glyph is None:
            glyph = self._known[text, parts] = self.reserve()
            self.composites[glyph] = Composite(parts, round(width * font.upem))
            font.to_unicode[glyph] = text
            font.widths[glyph] = round(width * 1000)
        return glyph


class Session:
    """The fonts of one PDF and their registries."""

    def __init__(self) -> None:
        self.stacks: set[tuple[str, ...]] = set()  # every font-family that was drawn
        self.uses: weights.Uses = {}
        self._fonts: dict[str, Any] = {}
        self._registries: dict[str, Registry] = {}
        self._writers: dict[tuple[str, float], _Writer] = {}

    def registry(self, font: Any) -> Registry:
        """The registry of a font's file; fonts of one hash are one file, and share their tables too."""
        first = self._fonts.setdefault(font.hash, font)
        if first is not font and font.to_unicode is not first.to_unicode:
            for table in ("to_unicode", "widths", "missing"):
                getattr(first, table).update(getattr(font, table))
                setattr(font, table, getattr(first, table))
        if font.hash not in self._registries:
            self._registries[font.hash] = Registry(font.glyph_count)
        return self._registries[font.hash]

    def rewrite(self, stream: Any, layout: Any, line: Any) -> None:
        """Replace the glyphs of the syllables in `line`, a PangoLayoutLine about to be drawn."""
        run, text = line.runs, layout.text.encode()
        while run != ffi.NULL:
            item = run.data
            run = run.next
            font, size = stream.add_font(item.item.analysis.font)
            registry = self.registry(font)
            if not (font.bitmap or font.svg or font.png or font.colr or "glyf" not in font.tables):
                start = item.item.offset
                writer = self._writers.get((font.hash, size))
                if writer is None:
                    writer = self._writers[font.hash, size] = _Writer(font, size, registry)
                writer.rewrite(item, text[start : start + item.item.length])

    def finish(self, font: Any, to_unicode: dict[int, str], hinting: bool, clean: Any) -> None:
        """Cut `font` down with WeasyPrint's `clean`, then add the composites."""
        registry, whole = self.registry(font), font.file_content
        drawn = to_unicode
        if to_unicode and registry.composites:
            drawn = {glyph: text for glyph, text in to_unicode.items() if glyph < font.glyph_count}
            for composite in registry.composites.values():
                drawn |= {glyph: "" for glyph, _, _ in composite.parts if glyph not in drawn}
            drawn = drawn or {0: ""}
        clean(font, drawn, hinting)
        if "fvar" in font.tables and whole[:4] != b"ttcf":
            font.file_content = dated(font.file_content, whole)
        if to_unicode and registry.composites:
            font.file_content = with_composites(font.file_content, registry.composites)


@contextlib.contextmanager
def exact_text() -> Iterator[Session]:
    """Within it WeasyPrint writes text that extracts exactly."""
    session = Session()
    draw, clean, unused, show = drawing.draw_first_line, Font.clean, Font.get_unused_glyph_id, pydyf.Stream.show_text

    def draw_first_line(stream: Any, textbox: Any, *rest: Any) -> Any:
        layout = textbox.pango_layout
        session.stacks.add(tuple(textbox.style["font_family"]))
        weights.note(session.uses, textbox.style, textbox.text, None)
        known: dict[Any, Any] = {}  # a PangoFont's address is its own only as long as the line lives

        def add_font(pango_font: Any) -> Any:
            if pango_font not in known:
                known[pango_font] = type(stream).add_font(stream, pango_font)
            return known[pango_font]

        def get_first_line() -> Any:
            line, index = type(layout).get_first_line(layout)
            session.rewrite(stream, layout, line)
            return line, index

        layout.get_first_line, stream.add_font = get_first_line, add_font
        try:
            return draw(stream, textbox, *rest)
        finally:
            del layout.get_first_line, stream.add_font

    def clean_font(self: Any, to_unicode: dict[int, str], hinting: bool) -> None:
        session.finish(self, to_unicode, hinting, clean)

    def get_unused_glyph_id(self: Any, codepoint: int) -> int:
        if codepoint not in self.missing:
            self.missing[codepoint] = session.registry(self).reserve()
        return int(self.missing[codepoint])

    def show_text(self: Any, text: str) -> None:
        for nothing in NOTHING:
            text = text.replace(nothing, "")
        show(self, text)

    drawing.draw_first_line, pydyf.Stream.show_text = draw_first_line, show_text
    Font.clean, Font.get_unused_glyph_id = clean_font, get_unused_glyph_id
    try:
        yield session
    finally:
        drawing.draw_first_line, pydyf.Stream.show_text = draw, show
        Font.clean, Font.get_unused_glyph_id = clean, unused


class _Writer:
    """Replaces the glyphs of one font at one size; what it did to a syllable it remembers."""

    def __init__(self, font: Any, size: float, registry: Registry) -> None:
        self._font = font
        self._registry = registry
        self._em = FROM_UNITS / size  # of one Pango unit
        self._done: dict[tuple[bytes, bytes, bool], bytes] = {}
        self._plain: set[tuple[int, int]] = set()

    def rewrite(self, item: Any, text: bytes) -> None:
        """Replace the glyphs of `item`, a PangoGlyphItem for `text`."""
        count = item.glyphs.num_glyphs
        logical = ffi.unpack(item.glyphs.log_clusters, count)
        memory = ffi.buffer(item.glyphs.glyphs, count * GLYPH)
        if text.isascii() and logical == list(range(len(text))) and self._is_plain(memory, text):
            return
        before, after, done = bytearray(memory), bytearray(), self._done
        attributes = [before[index::GLYPH] for index in ATTRIBUTES]
        for index in ATTRIBUTES:  # all but one of their bits are chance
            before[index::GLYPH] = bytes(count)
        content = bytes(before)
        rtl = bool(item.item.analysis.level % 2)
        for first, end, begin, stop in syllables(logical, text, rtl):
            key = (content[first * GLYPH : end * GLYPH], text[begin:stop], rtl)
            glyphs = done.get(key)
            if glyphs is None:
                glyphs = done[key] = self._replaced(*key)
            after += glyphs
        for index, values in zip(ATTRIBUTES, attributes, strict=True):
            after[index::GLYPH] = values
        memory[:] = after

    def _is_plain(self, memory: Any, text: bytes) -> bool:
        """Whether each glyph stands for one letter and nowhere for another, as in most of Latin text."""
        glyphs = memoryview(memory).cast("I").tolist()[:: GLYPH // 4]
        fresh = set(zip(glyphs, text, strict=True)) - self._plain
        if any(glyph == EMPTY or glyph & UNKNOWN for glyph, _ in fresh):
            return False
        known = {(glyph, byte) for glyph, byte in fresh if self._reads_as(glyph, chr(byte))}
        self._plain |= known
        return known == fresh

    def _replaced(self, before: bytes, text: bytes, rtl: bool) -> bytes:
        """The glyphs of one syllable, `before` and after."""
        glyphs = list(LAYOUT.iter_unpack(before))
        letters = text.decode()
        if len(glyphs) == 1:
            glyph = glyphs[0][0]
            if glyph == EMPTY or glyph & UNKNOWN or self._reads_as(glyph, letters):
                return before
        letters = letters.translate(UNSEEN)
        drawn = [glyph for glyph, *_ in glyphs if glyph != EMPTY]
        if not letters or not drawn or len(letters) > LONGEST or any(glyph & UNKNOWN for glyph in drawn):
            return before
        parts, width = self._parts(glyphs)
        codes = [(EMPTY, 0)] * len(glyphs)
        if len(letters) > 1 and len(codes) > 1 and not rtl:
            rest = min(round(REST / self._em), width)
            codes[0] = (self._code(letters[0], parts, width - rest), width - rest)
            codes[1] = (self._code(letters[1:], (), rest), rest)
        else:  # readers turn right-to-left codes round, some of them two of one place wrongly: there only one
            codes[0] = (self._code(letters, parts, width), width)
        return b"".join(LAYOUT.pack(code, advance, 0, 0, 0) for code, advance in codes)

    def _reads_as(self, glyph: int, letters: str) -> bool:
        return bool(self._font.to_unicode.setdefault(glyph, letters) == letters)

    def _code(self, letters: str, parts: Parts, width: int) -> int:
        return self._registry.glyph(self._font, letters, parts, width * self._em)

    def _parts(self, glyphs: Iterable[tuple[int, ...]]) -> tuple[Parts, int]:
        """The drawn glyphs with their places in font units, and the width of all in Pango units."""
        parts, right, scale = [], 0, self._em * self._font.upem
        for glyph, width, x, y, _ in glyphs:
            if glyph != EMPTY:
                parts.append((glyph, round((right + x) * scale), round(-y * scale)))
            right += width
        return tuple(parts), right
