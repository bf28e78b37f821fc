"""Proof: the edition for translators and reviewers. It always builds, and says on the page what is not done.

Untranslated and fuzzy text is tinted, every message carries its number, every panel says how much room is left, and
pages at the end list all messages with a line to write on. No line breaks where it would not break in print.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markupsafe import Markup

from brochure.catalog.copy import READY, Copy
from brochure.catalog.markup import Words, markup
from brochure.content import Message
from brochure.copyfit import Fit
from brochure.render import Panel

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
    """What a page says about its own state. ``day`` is when the proof was made."""

    day: datetime.date
    numbers: Mapping[str, int]
    rooms: tuple[Room, ...] = ()

    def rows(self, copy: Copy, messages: Sequence[Message]) -> tuple[Row, ...]:
        """The list of all messages, in the order they are given."""
        return tuple(Row(self.numbers.get(message.key), markup(message.text), copy.words(message), copy.state(message))
                     for message in messages)

    def mark(self, root: Element, states: Mapping[str, str]) -> None:
        """Put numbers and states on the elements that hold messages, in place."""
        self._mark(root, None, states)

    def _mark(self, element: Element, block: Element | None, states: Mapping[str, str]) -> None:
        if element.tag in BLOCKS:
            block = element
        key = element.get("data-msg")
        if key:
            if (state := states.get(key, READY)) != READY:
                element.set("data-state", state)
            holder = element if block is None else block
            if key in self.numbers:
                before = holder.get("data-number")
                number = str(self.numbers[key])
                holder.set("data-number", f"{before}·{number}" if before else number)
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
