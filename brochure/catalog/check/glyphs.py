"""L: how the text looks on paper: glyphs that the fonts lack, dotted circles, text that does not fit."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from brochure.catalog.check.facts import HIDDEN, OBJECT, Facts, Message
from brochure.catalog.check.rules import Hit, rule
from brochure.catalog.check.southeast import WITHIN
from brochure.errors import Problem

SHOWN = re.compile(f"[^{HIDDEN}{OBJECT}\n]+")


@rule("L01", "error", firm=True)
def missing_glyph(message: Message, facts: Facts) -> Iterator[Hit]:
    """Every character needs a glyph in the fonts the language is set in; without one a box is printed.

    Bad: "℞" where no font has it. Good: another word, or a font that has it in assets/fonts and language.css.
    """
    told = set()
    for stack in facts.stacks:
        for at, character in enumerate(message.text):
            if character not in told and character not in HIDDEN + OBJECT and stack.lacks(character):
                told.add(character)
                name = unicodedata.name(character, "no name").lower()
                yield Hit(f"no font has “{character}” (U+{ord(character):04X}, {name})",
                          f"write it otherwise, or add a font that has it; asked: {stack.names}", (at, at + 1))


@rule("L02", "error", firm=True)
def dotted_circle(message: Message, facts: Facts) -> Iterator[Hit]:
    """A dotted circle is printed where a mark has no letter to stand on, or two marks exclude each other.

    Bad: "ាក", "កាា". Good: "កា".
    """
    if WITHIN.search(message.text):
        return  # that is another rule's, and the page is built without it
    places = {run.start() + offset for stack in facts.stacks[:1] for run in SHOWN.finditer(message.text)
              for offset in stack.circles(run[0])}
    for at in sorted(places):
        yield Hit(f"a dotted circle is printed at “{_around(message.msgstr, at)}”", "type the syllable again",
                  (at, min(at + 1, len(message.msgstr))))


@rule("L03", "print", scope="layout", firm=True)
def does_not_fit(problems: Sequence[Problem], facts: Facts) -> Iterator[tuple[Problem, str]]:
    """Text that does not fit its panel would be printed over something else, or not at all."""
    for problem in problems:
        named = re.search(r"(?:: |, )([\w.]+\.[\w.]+) \(", f": {problem.what}")
        yield problem, named[1] if named else ""


def _around(text: str, at: int) -> str:
    return text[max(0, at - 4) : at + 4]
