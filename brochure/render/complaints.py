"""Complaints: everything WeasyPrint writes to its log, as problems with a place."""

import contextlib
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from brochure import BASE
from brochure.errors import Problem

LOGGER = "weasyprint"
MISSING_GLYPH = ".notdef glyph"  # how the message for a letter without a glyph begins
LONGEST = 400  # letters of a complaint: it may quote a value of any length
NO_SHEET = "Failed to load stylesheet at "  # how the message for a style sheet that is refused or missing begins
SPACE_BEFORE_QUOTE = re.compile(r"\s+`,")
POSITION = re.compile(r" at (\d+):(\d+)")
STYLE_FRAMES = frozenset({"preprocess_stylesheet", "preprocess_declarations"})


@dataclass(frozen=True)
class Complaint:
    """One log record: its text, the style sheet and line it is about, the letter no font has."""

    text: str
    sheet: str | None = None
    line: int | None = None
    letter: str | None = None


class Listener(logging.Handler):
    """Collects the records of a render or of a write, without repetition."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._heard: dict[Complaint, None] = {}

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """What was heard, in order."""
        return tuple(self._heard)

    def emit(self, record: logging.LogRecord) -> None:
        """Note one record; WeasyPrint names no style sheet, but the caller of its logger knows it."""
        text = record.getMessage()
        if text.startswith(MISSING_GLYPH) and isinstance(record.args, tuple):
            self._heard[Complaint("", letter=str(record.args[0]))] = None
            return
        sheet, line = _style_frame()
        if found := POSITION.search(text):
            line = int(found[1])
            text = text[: found.start()] + text[found.end() :]
        self._heard[Complaint(text.rstrip(". "), sheet, line if sheet else None)] = None


@contextlib.contextmanager
def listening() -> Iterator[Listener]:
    """Within it every record of WeasyPrint's logger, from warnings up, is collected and printed nowhere."""
    logger, listener = logging.getLogger(LOGGER), Listener()
    level, propagate = logger.level, logger.propagate
    logger.addHandler(listener)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        yield listener
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
        logger.propagate = propagate


def lost_sheet(complaints: Iterable[Complaint], refused: Iterable[str]) -> bool:
    """Whether one of the addresses in `refused` is a style sheet's: what else is said then follows from it."""
    sheets = [complaint.text for complaint in complaints if complaint.text.startswith(NO_SHEET)]
    return any(url in text for text in sheets for url in refused)


def problems(
    complaints: Iterable[Complaint],
    where: str,
    texts: Iterable[tuple[str | None, str]],
    refused: Iterable[str] = (),
) -> Iterator[Problem]:
    """The problems of `complaints`.

    `where` stands for the document; `texts` are (message key, text) of what was laid out, to find a letter
    in; complaints about the addresses in `refused` are left out, since the fetcher reported them.
    """
    texts, refused = tuple(texts), tuple(refused)
    for complaint in complaints:
        if complaint.letter is not None:
            yield from missing_glyph(complaint.letter, where, texts)
        elif not any(url in complaint.text for url in refused):
            place = where
            if complaint.sheet and complaint.sheet != BASE:
                place = unquote(complaint.sheet.removeprefix(BASE))
            elif complaint.sheet:
                place = f"{where}: <style>"
            yield Problem(f"{place}:{complaint.line}" if complaint.line else place, _readable(complaint.text))


def missing_glyph(letter: str, where: str, texts: tuple[tuple[str | None, str], ...]) -> Iterator[Problem]:
    """The problems of a letter that no font has, for every message of `texts` with it, or for `where` as a whole."""
    keys = sorted({key for key, text in texts if key and letter in text})
    what = f"no font of the project has the character “{letter}” (U+{ord(letter):04X})"
    hint = "add a font that has it to font-family, or write the text without it"
    for place in (f"{where}: {key}" for key in keys) if keys else (where,):
        yield Problem(place, what, hint)


def _readable(text: str) -> str:
    text = SPACE_BEFORE_QUOTE.sub("`,", text.replace(BASE, ""))
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text


def _style_frame() -> tuple[str | None, int | None]:
    """URL of the style sheet and line of the rule that WeasyPrint is reading now, if it is."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name in STYLE_FRAMES and frame.f_globals.get("__name__", "").startswith(LOGGER):
            known = frame.f_locals
            return known.get("base_url"), getattr(known.get("rule"), "source_line", None)
        if frame.f_back is None:
            break
        frame = frame.f_back
    return None, None
