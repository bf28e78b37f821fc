"""Copyfit: does the text fit its panels? If not, by how much, which messages, and how many characters to cut.

A panel is a page, so text that does not fit makes a second page of the same panel; text WeasyPrint
drops silently (below the bottom of a box of fixed height) is found by counting characters.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from brochure.errors import CopyfitError, Problem

TOLERANCE = 0.3  # mm: rounding, and serifs that reach out of their line box
MARGIN = 1.0  # mm: how far a large letter may hang into the margin, so that its stem stands on the edge
LINE = 5.0  # mm: a line, where no message has two
GROWN = 15  # characters beyond what the source text lets expect
NAMED = 4  # messages named in one problem; the first ones are those to shorten
ENDLESS = 4000  # mm
SPARSE = 0.6  # a panel filled less than this looks forgotten


class PanelLike(Protocol):
    """A rendered page: its panel's name, its width and its content box (x, y, width, height), in mm."""

    @property
    def name(self) -> str: ...  # noqa: D102  # the class says it
    @property
    def width(self) -> float: ...  # noqa: D102
    @property
    def room(self) -> tuple[float, float, float, float]: ...  # noqa: D102


class InkLike(Protocol):
    """One line fragment or picture on a page, in mm from the page's top left."""

    @property
    def panel(self) -> int: ...  # noqa: D102  # index of its page
    @property
    def key(self) -> str | None: ...  # noqa: D102
    @property
    def x(self) -> float: ...  # noqa: D102
    @property
    def y(self) -> float: ...  # noqa: D102
    @property
    def width(self) -> float: ...  # noqa: D102
    @property
    def height(self) -> float: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Fill:
    """How full one panel is.

    ``share`` is the used part of its height; ``over`` and ``lines`` say how much is too much, in mm and in lines of
    ``leading`` mm; ``wide`` how far ink reaches past the right or left edge, in mm. ``keys`` are the messages that do
    not fit, ``all_keys`` those of the whole panel, ``cut`` the characters too many.
    """

    panel: str
    share: float
    over: float = 0.0
    lines: int = 0
    wide: float = 0.0
    keys: tuple[str, ...] = ()
    cut: int = 0
    leading: float = LINE
    all_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fit:
    """The fill of every panel, and the messages that were partly lost: key → (characters written, printed)."""

    fills: tuple[Fill, ...]
    lost: Mapping[str, tuple[int, int]]

    @property
    def overflows(self) -> bool:
        """Whether something stands below the room of its panel."""
        return any(fill.over > TOLERANCE for fill in self.fills)


def measure(panels: Sequence[PanelLike], ink: Sequence[InkLike], lost: Mapping[str, tuple[int, int]]) -> Fit:
    """Measure every panel from what was laid out."""
    names = list(dict.fromkeys(panel.name for panel in panels))
    return Fit(tuple(_fill(name, panels, ink) for name in names), dict(lost))


def endless(panels: Sequence[PanelLike]) -> str:
    """A style sheet that makes every panel's page so high that nothing goes over; its width stays."""
    return "".join(f"@page {panel.name} {{ size: {panel.width:.4f}mm {ENDLESS}mm !important }} " for panel in panels)


def remeasure(fit: Fit, panels: Sequence[PanelLike], tall: Sequence[PanelLike], ink: Sequence[InkLike]) -> Fit:
    """The fit with true amounts, measured on endless pages, where no box leaves room behind by going over as a whole.

    ``tall`` and ``ink`` are what was laid out with the style sheet ``endless``.
    """
    rooms = {panel.name: panel for panel in reversed(panels)}  # the first page of each panel
    real = [rooms[panel.name] for panel in tall]
    true = {fill.panel: fill for fill in measure(real, ink, {}).fills}
    return replace(fit, fills=tuple(
        true[fill.panel] if fill.over > TOLERANCE and true[fill.panel].over > TOLERANCE else fill for fill in fit.fills))


def _fill(name: str, panels: Sequence[PanelLike], ink: Sequence[InkLike]) -> Fill:
    first, *rest = [number for number, panel in enumerate(panels) if panel.name == name]
    x, y, width, height = panels[first].room
    here = [one for one in ink if one.panel == first and one.key]
    drawn = [one for one in ink if one.panel == first and (one.key or not one.text)]  # pictures fill a panel too
    bottom = max((one.y + one.height for one in drawn), default=y)
    wide = [one for one in here if max(x - one.x, one.x + one.width - x - width) > MARGIN]
    low = [one for one in here if one.y + one.height - y - height > TOLERANCE]
    later = [one for one in ink if one.panel in rest and (one.key or not one.text)]
    over = max((one.y + one.height - y - height for one in low), default=0.0)
    for number in rest:
        top = panels[number].room[1]
        over += max((one.y + one.height - top for one in later if one.panel == number), default=0.0)
    step = leading([one for one in ink if one.panel in (first, *rest)])
    lines = math.ceil(round(over / step, 1)) if over > TOLERANCE else 0
    return Fill(
        name, (bottom - y) / height if height else 0.0, over, lines,
        max((max(x - one.x, one.x + one.width - x - width) for one in wide), default=0.0),
        tuple(dict.fromkeys(one.key for one in (*wide, *low, *later) if one.key)),
        round(lines * _measure(here)), step, tuple(dict.fromkeys(one.key for one in (*here, *later) if one.key)),
    )


def leading(ink: Sequence[InkLike]) -> float:
    """The usual distance of two lines of one message, in mm."""
    tops: dict[tuple[int, str], set[float]] = {}
    for one in ink:
        if one.key and one.text:
            tops.setdefault((one.panel, one.key), set()).add(round(one.y, 1))
    steps = Counter(round(below - above, 1) for ys in tops.values() for above, below in pairwise(sorted(ys)))
    return max(steps.most_common(1)[0][0] if steps else LINE, 1.0)


def _measure(ink: Sequence[InkLike]) -> float:
    """The usual number of characters in a full line: half of the lines are shorter, being the last of their message."""
    lengths = sorted(len(one.text.strip()) for one in ink if one.text)
    return lengths[len(lengths) * 3 // 4] if lengths else 0.0


def check(fit: Fit, layout: str, place: Callable[[str], str],
          growth: Callable[[str], float] = lambda _: 0.0) -> tuple[Problem, ...]:
    """The remarks on panels that are too empty; raise CopyfitError if any text does not fit or was lost.

    ``layout`` is the layout's file in the project, ``place`` gives a message's file and line, ``growth`` the characters
    by which a message is longer than its source text lets expect: the message that has grown is named before those it
    has pushed off the panel.
    """
    problems, remarks = list[Problem](), list[Problem]()
    for fill in fit.fills:
        where = f"{layout}: panel {fill.panel}"
        keys = named_first(fill, growth)
        named = ", ".join(f"{key} ({place(key)})" if place(key) else key for key in keys[:NAMED])
        named += f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
        named = named or "a picture is left over"
        if fill.over > TOLERANCE:
            problems.append(Problem(where, f"the text is {fill.over:.1f} mm ({_count(fill.lines, 'line')}) too long: {named}",
                                    f"cut about {_count(fill.cut, 'character')}, in these messages or before them"))
        elif fill.wide > MARGIN:
            problems.append(Problem(where, f"the text is {fill.wide:.1f} mm too wide: {named}",
                                    "shorten the long word, or allow it to break (U+200B or the glossary)"))
        elif fill.share < SPARSE:
            remarks.append(Problem(where, f"the panel is filled to {fill.share:.0%} only", "it may look empty", "remark"))
    for key, (written, printed) in fit.lost.items():
        problems.append(Problem(place(key) or layout, f"{key}: {written - printed} of {written} characters are lost",
                                "the box it stands in has a fixed height: text below it is dropped"))
    if problems:
        raise CopyfitError(problems)
    return tuple(remarks)


def named_first(fill: Fill, growth: Callable[[str], float]) -> tuple[str, ...]:
    """The messages of a panel that is too full: the one that has grown, then those it has pushed off the panel."""
    grown = [key for key in sorted(fill.all_keys, key=growth, reverse=True) if growth(key) > GROWN][:1]
    return tuple(dict.fromkeys([*(grown if fill.over > TOLERANCE else ()), *fill.keys]))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
