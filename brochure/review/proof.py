"""Proof: the edition for translators and reviewers. It always builds, and says on the page what is not done.

Untranslated and fuzzy text is tinted, text that does not fit is hatched, every message carries its number, every panel
says how much room is left, and pages at the end list all messages with a line to write on. No line breaks where it would
not break in print. A letter that no font has stops a print, but no proof: a question mark stands there.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markupsafe import Markup

from brochure.catalog.check.fonts import Stack
from brochure.catalog.copy import FUZZY, READY, Copy
from brochure.catalog.markup import Words, markup
from brochure.content import Message
from brochure.copyfit import MARGIN, TOLERANCE, Fit
from brochure.errors import Problem
from brochure.render import Ink, Panel

# Elements a number can stand beside; a message in the middle of a line is numbered at the line's block.
BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "dt", "dd"})


@dataclass(frozen=True)
class Room:
    """How much of one panel is left: ``lines`` more fit, or are too many if negative; ``share`` is its fill."""

    panel: str
    lines: int
    share: float


@dataclass(frozen=True)
class Row:
    """One line of the list at the end."""

    number: int | None
    source: Markup
    words: Words
    state: str


@dataclass(frozen=True)
class Proof:
    """What a page says about its own state.

    ``day`` is when the proof was made. ``beyond`` are the keys of messages that do not fit, ``fonts`` the families that
    a letter may come from; without them every letter is taken to have one.
    """

    day: datetime.date
    numbers: Mapping[str, int]
    rooms: tuple[Room, ...] = ()
    beyond: frozenset[str] = frozenset()
    fonts: Stack | None = None

    def rows(self, copy: Copy, messages: Sequence[Message]) -> tuple[Row, ...]:
        """The list of all messages, in the order they are given."""
        return tuple(Row(self.numbers.get(message.key), markup(message.text), copy.words(message), copy.state(message))
                     for message in messages)

    def mark(self, root: Element, states: Mapping[str, str]) -> None:
        """Put numbers and states on the elements that hold messages, and question marks for lacking letters, in place."""
        strange = self._lacking("".join(root.itertext()))
        doubtful = {key: FUZZY for one in root.iter() if (key := one.get("data-msg")) and strange & {*"".join(one.itertext())}}
        self._mark(root, None, doubtful | {key: state for key, state in states.items() if state != READY})
        table = dict.fromkeys(map(ord, strange), "?")
        for one in root.iter() if strange else ():
            one.text, one.tail = (text and text.translate(table) for text in (one.text, one.tail))

    def remarks(self, html: str, where: str) -> Iterable[Problem]:
        """A warning for every letter of the page that no font has."""
        for letter in sorted(self._lacking(html)):
            what = f"no font of the project has “{letter}” (U+{ord(letter):04X}); the proof has a question mark there"
            yield Problem(where, what,
                          "brochure catalog check says in which messages; write them without it, or add a font to assets/fonts",
                          "warning")

    def _lacking(self, text: str) -> set[str]:
        return {letter for letter in set(text) if self.fonts and self.fonts.lacks(letter)}

    def _mark(self, element: Element, block: Element | None, states: Mapping[str, str]) -> None:
        if element.tag in BLOCKS:
            block = element
        key = element.get("data-msg")
        if key:
            if key in states:
                element.set("data-state", states[key])
            if key in self.beyond:
                element.set("data-over", "")
            holder = element if block is None else block
            if key in self.numbers:
                before = holder.get("data-number")
                number = str(self.numbers[key])
                holder.set("data-number", f"{before}\n{number}" if before else number)
        for child in element:
            if isinstance(child.tag, str):
                self._mark(child, block, states)


def rooms(fit: Fit, panels: Sequence[Panel]) -> tuple[Room, ...]:
    """The room of every panel that was measured, in lines of its own text."""
    found = []
    for fill in fit.fills:
        number = next(index for index, panel in enumerate(panels) if panel.name == fill.panel)
        free = (1 - fill.share) * panels[number].room[3]
        found.append(Room(fill.panel, -fill.lines or int(free / fill.leading), fill.share))
    return tuple(found)


def beyond(fit: Fit, panels: Sequence[Panel], ink: Sequence[Ink]) -> frozenset[str]:
    """The messages that stick out of the room of their panel, or were partly lost in a box of fixed height."""
    measured = {fill.panel for fill in fit.fills}
    found = set(fit.lost)
    for one in ink:
        x, y, width, height = panels[one.panel].room
        wide, low = max(x - one.x, one.x + one.width - x - width), one.y + one.height - y - height
        if one.key and panels[one.panel].name in measured and (wide > MARGIN or low > TOLERANCE):
            found.add(one.key)
    return frozenset(found)
