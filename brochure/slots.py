"""Slots: the places of a layout that hold what a recipient's row says.

A layout is laid out once for all recipients: each slot is an empty room of a fixed height, and an address, an alternative
text or the title is a mark that stands for it. What a recipient's file says there is put in when it is written
(``render/slots.py``, ``press/splice.py``). Without recipients a slot is its fallback, and nothing else is changed.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from brochure.catalog.markup import PLACEHOLDER, TAG, Words
from brochure.writing import DATES

MARK = "https://slot.invalid/"
"""Before a slot's number, or TITLE: where a text that is no drawing waits for a recipient's own."""

TITLE = "title"

LANGUAGE = "language"
"""Before a slot's number: the mark of the language that the words in it are in."""

TEXT, LINK, CODE = "text", "link", "code"
"""The kinds of slots; a code is a QR code."""

SMALLEST = 0.8
"""A text that is too wide for its slot is set smaller, but never smaller than this part of its size."""


NUMBER = "number"
FORMS = ("", NUMBER, *DATES)
"""How a cell is written: as its column is, as a number, or as a day in one of the language's forms."""


@dataclass(frozen=True)
class Slot:
    """One place: ``name`` is the list's word for it, a dot, and a column; ``kind`` is TEXT, LINK or CODE.

    ``fallback`` stands there where the row says nothing; without one the slot is then left out. ``words`` is the
    message that the cell is a part of, with a placeholder; ``form`` is one of FORMS.
    """

    name: str
    kind: str
    fallback: str
    words: str = ""
    form: str = ""

    @property
    def column(self) -> str:
        """The column of the list it shows."""
        return self.name.partition(".")[2]

    def within(self, text: str) -> str:
        """The text in the words that stand around it."""
        return PLACEHOLDER.sub(lambda found: text if found[1] else "%", self.words) if self.words else text


class Slots:
    """What a template run is given for its slots; ``places`` are those it asked for, by number.

    ``lacking`` are the names of those whose recipients have nothing to say there; None stands for no recipients at all.
    Their numbers are strings; those of a ``half`` of a brochure in two languages are not those of the other one.
    """

    def __init__(self, lacking: frozenset[str] | None, say: Callable[..., Markup], qr: Callable[[str], str], half: int) -> None:
        self.lacking, self.places = lacking, dict[str, Slot]()
        self._say, self._qr, self._half = say, qr, f"{half}_" if half else ""

    def slot(self, name: str, tag: str = "p", class_: str = "", fallback: str = "", lines: int = 2, smallest: float = SMALLEST,
             words: str = "", form: str = "", **attributes: Any) -> Markup:
        """A block with room for ``lines`` lines; an ``a`` is a link to what the column says.

        With ``words`` the cell stands in the place of their one placeholder; ``form`` is one of FORMS.
        """
        _sound(name, lines, smallest)
        _fit(name, words, form)
        kind = LINK if tag == "a" else TEXT
        if kind == LINK and fallback:
            raise ValueError(f"the slot {name} is a link, which has no fallback: without an address it is left out")
        if self.lacking is None:
            return self._said(fallback, tag, class_, attributes)
        if not fallback and name in self.lacking:
            return Markup("")
        number = self._number(Slot(name, kind, _plain(fallback), _plain(words), form))
        style = f"display:block;height:{lines}lh;{attributes.pop('style', '')}"
        extra = {"class": class_, "style": style, **attributes, "data-slot": number, "data-lines": lines,
                 "data-smallest": smallest}
        extra |= {"href": f"{MARK}{number}"} if kind == LINK else {"data-language": f"{MARK}{LANGUAGE}{number}"}
        return _element(tag, extra, Markup("&nbsp;"))

    def code(self, name: str, fallback: str, alt: Words) -> Markup:
        """A QR code; ``alt`` is its alternative text, in which ``%(web)s`` is the address."""
        _sound(name, 1, 1)
        if self.lacking is None:
            return Markup('<img src="{}" alt="{}">').format(self._qr(fallback), alt.fill(web=fallback))
        number = self._number(Slot(name, CODE, fallback))
        return Markup('<img src="{}" alt="{}" data-slot="{}">').format(
            self._qr(fallback), alt.fill(web=f"{MARK}{number}"), number)

    def _number(self, place: Slot) -> str:
        known = next((number for number, one in self.places.items() if one == place), None)
        number = known or f"{self._half}{len(self.places)}"
        self.places[number] = place
        return number

    def _said(self, fallback: str, tag: str, class_: str, attributes: dict[str, Any]) -> Markup:
        if isinstance(fallback, Words):
            return self._say(fallback, tag, class_, **attributes)
        return _element(tag, {"class": class_, **attributes}, fallback) if fallback else Markup("")


def _sound(name: str, lines: int, smallest: float) -> None:
    """Raise ValueError for a slot that cannot be."""
    if not name.partition(".")[2]:
        raise ValueError(f"the slot {name!r} names no column: write it like school.name")
    if lines < 1 or not 0 < smallest <= 1:
        raise ValueError(f"the slot {name} has room for {lines} lines, down to {smallest:g} of its size: "
                         "a line is the least, and 1 the largest size")


def _fit(name: str, words: str, form: str) -> None:
    """Raise ValueError for words that have no place for a cell, and for a form that no language has."""
    if words and len({found for found in PLACEHOLDER.findall(words) if found}) != 1:
        raise ValueError(f"the slot {name} stands in words with one placeholder for it, such as %({name.partition('.')[2]})s")
    if form not in FORMS:
        raise ValueError(f"the slot {name} has the form {form!r}: there are {', '.join(FORMS[1:])}")


def _element(tag: str, attributes: dict[str, Any], content: str) -> Markup:
    pairs = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in attributes.items() if value != "")
    return Markup("<{0}{1}>{2}</{0}>").format(tag, pairs, content)


def _plain(words: str) -> str:
    """Words without their markup."""
    return html.unescape(TAG.sub("", words)) if isinstance(words, Markup) else words
