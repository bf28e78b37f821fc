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

import weasyprint.draw.text as drawing
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from brochure.render import weights
from brochure.render.sfnt import Composite, dated, with_composites
from brochure.render.syllables import syllables

EMPTY = pango.PANGO_GLYPH_EMPTY
NOTHING = EMPTY, 0  # a glyph and its width
UNKNOWN = pango.PANGO_GLYPH_UNKNOWN_FLAG
UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\u00ad"))  # breaks and joiners are layout, not text
REST = 0.005  # em; without width poppler puts what follows in another font before the code, by rounding
LONGEST = 24  # letters; a longer "syllable" is the text hidden behind an ellipsis
SIZED = 14802  # Pango since 1.48.2 says the size of a font as it is
LEAST = 1e-6  # CSS pixels; smaller text is not drawn
HIGHEST = 0xFFFF  # glyph ids have 16 bits

# PangoGlyphInfo: glyph, width, x and y offset, attributes.
LAYOUT = struct.Struct("=IiiiI")
GLYPH, STEP = LAYOUT.size, LAYOUT.size // 4  # bytes, numbers
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

    def draw(self, stream: Any, layout: Any, matrix: Any) -> bool:
        """Draw a line as WeasyPrint does, in a third of the time; or not, where a glyph of it is out of place or unknown."""
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        first = layout.get_first_line()
        written = list[tuple[Any, float, str]]()
        run = first[0].runs
        while run != ffi.NULL:
            item = run.data
            run = run.next
            font, size = stream.add_font(item.item.analysis.font)
            writer = self._writers.get((font.hash, size))
            string = writer.written(item) if writer else None
            if string is None:
                layout.get_first_line = lambda: first  # its glyphs are replaced
                return False
            if written and written[-1][0] is font and written[-1][1] == size:
                string = (written.pop()[2] + string).replace("><", "")
            written.append((font, size, string))
        stream.set_text_matrix(*matrix.values)
        for font, size, string in written:
            stream.set_font_size(font.hash, size)
            stream.show_text(string)
        return True

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
    session, plain = Session(), pango.pango_version() >= SIZED
    draw, clean, unused = drawing.draw_first_line, Font.clean, Font.get_unused_glyph_id

    def draw_first_line(stream: Any, textbox: Any, overflow: str, ellipsis: str, matrix: Any) -> Any:
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
            seen = textbox.text.strip() and textbox.style["font_size"] >= LEAST
            if seen and plain and (overflow, ellipsis) == ("clip", "none") and session.draw(stream, layout, matrix):
                return []
            return draw(stream, textbox, overflow, ellipsis, matrix)
        finally:
            del layout.get_first_line, stream.add_font

    def clean_font(self: Any, to_unicode: dict[int, str], hinting: bool) -> None:
        session.finish(self, to_unicode, hinting, clean)

    def get_unused_glyph_id(self: Any, codepoint: int) -> int:
        if codepoint not in self.missing:
            self.missing[codepoint] = session.registry(self).reserve()
        return int(self.missing[codepoint])

    drawing.draw_first_line = draw_first_line
    Font.clean, Font.get_unused_glyph_id = clean_font, get_unused_glyph_id
    try:
        yield session
    finally:
        drawing.draw_first_line = draw
        Font.clean, Font.get_unused_glyph_id = clean, unused


class _Writer:
    """Replaces the glyphs of one font at one size; what it did to a syllable it remembers."""

    def __init__(self, font: Any, size: float, registry: Registry) -> None:
        self._font = font
        self._registry = registry
        self._size = size
        self._em = FROM_UNITS / size  # of one Pango unit
        self._extents = ffi.new("PangoRectangle *")
        self._done: dict[tuple[bytes, bytes, bool], bytes] = {}
        self._plain: set[tuple[int, int]] = set()
        self._strings = {NOTHING: ""}  # glyph and width → as they are written

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

    def written(self, item: Any) -> str | None:
        """The glyphs of `item` as the operand of TJ; None if one of them is not in its place, or stands for no letter yet."""
        glyphs = memoryview(ffi.buffer(item.glyphs.glyphs, item.glyphs.num_glyphs * GLYPH)).cast("i").tolist()
        if any(glyphs[2::STEP]) or any(glyphs[3::STEP]):
            return None
        strings, places = self._strings, list(zip(glyphs[::STEP], glyphs[1::STEP], strict=True))
        for glyph, width in set(places) - strings.keys():
            if glyph not in self._font.to_unicode:
                return None
            strings[glyph, width] = self._written(glyph, width, item.item.analysis.font)
        return f"<{''.join([strings[place] for place in places])}>"

    def _written(self, glyph: int, width: int, font: Any) -> str:
        """One glyph, and the move after it that gives it its width; WeasyPrint also writes moves of nothing."""
        widths = self._font.widths
        if glyph not in widths:
            pango.pango_font_get_glyph_extents(font, glyph, ffi.NULL, self._extents)
            widths[glyph] = round(self._extents.width * 1000 * FROM_UNITS / self._size)
        move = int(widths[glyph] - width * 1000 * FROM_UNITS / self._size)
        return f"{glyph:04x}>{move}<" if move else f"{glyph:04x}"

    def _is_plain(self, memory: Any, text: bytes) -> bool:
        """Whether each glyph stands for one letter and nowhere for another, as in most of Latin text."""
        glyphs = memoryview(memory).cast("I").tolist()[::STEP]
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
