"""Y, continued: characters that are not seen, and letters of the wrong script."""

import re
import unicodedata
from collections.abc import Iterator

from brochure.catalog.check.facts import LATIN, SOUTHEAST, Facts, Message, script
from brochure.catalog.check.rules import Hit, rule

BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
UNSEEN = re.compile("[\u00ad\u034f\u115f\u1160\u180e\u2061-\u2064\u206a-\u206f\u3164\uffa0\U000e0000-\U000e007f]+")
CONTROLS = re.compile(f"[{BIDI}]+")
JOINERS = re.compile("[\u200c\u200d]+")
UNJOINED = (LATIN, "Cyrl", "Grek", *SOUTHEAST)  # scripts in which no letter joins the next
UNITS = "μΩ"  # Greek letters before Latin ones that are units, not words
LOOKALIKE = (LATIN, "Cyrl", "Grek")
WORD = re.compile(r"[^\W\d_]+")


@rule("Y12", "warning")
def unseen(message: Message, facts: Facts) -> Iterator[Hit]:
    """Characters that nobody sees come from web pages and word processors, and break words for search.

    Bad: a soft hyphen, a direction mark in a language written from left to right. Good: nothing; &zwsp; where a line may end.
    """
    for found in UNSEEN.finditer(message.text):
        yield Hit(f"{_named(found[0])} stands here unseen", "delete it", found.span(), "", safe=True)
    if facts.language.direction == "ltr":
        for found in CONTROLS.finditer(message.text):
            if found[0] not in message.msgid:
                yield Hit(f"{_named(found[0])} stands here unseen", "delete it", found.span(), "", safe=True)
    if facts.script in UNJOINED:
        for found in JOINERS.finditer(message.text):
            yield Hit(f"{_named(found[0])} stands here unseen", "delete it, unless it chooses a shape", found.span(), "")


@rule("Y13", "error", firm=True)
def open_direction(message: Message, facts: Facts) -> Iterator[Hit]:
    """A character that turns the direction of writing is closed again, or everything after it is turned.

    Bad: U+202B without U+202C. Good: no such character: the program knows the language's direction.
    """
    for openers, closer in (("\u202a\u202b\u202d\u202e", "\u202c"), ("\u2066\u2067\u2068", "\u2069")):
        if sum(map(message.text.count, openers)) != message.text.count(closer):
            at = next(at for at, character in enumerate(message.text) if character in openers + closer)
            yield Hit(f"{_named(message.text[at])} has no partner", "delete it", (at, at + 1))


@rule("Y14", "warning", safe=True)
def not_composed(message: Message, facts: Facts) -> Iterator[Hit]:
    """A letter and its accent are one character where Unicode has one (NFC), or search does not find the word.

    Bad: "e" and U+0301. Good: "é".
    """
    for found in re.finditer(r"\S+", message.msgstr):
        composed = unicodedata.normalize("NFC", found[0])
        if len(composed) < len(found[0]):  # an order of marks that is not Unicode's is seen by no reader
            yield Hit(f"“{found[0]}” is written in parts", f"write {composed}", found.span(), composed)


@rule("Y15", "print")
def lookalike(message: Message, facts: Facts) -> Iterator[Hit]:
    """The letters of a word are of one alphabet, even where two look the same.

    Bad: a Cyrillic "а" in a Latin word. Good: all letters Latin.
    """
    for found in WORD.finditer(message.text):
        kinds = {script(character) for character in found[0] if character not in UNITS} & set(LOOKALIKE)
        if len(kinds) > 1:
            yield Hit(f"“{found[0]}” mixes letters of {len(kinds)} alphabets", "type the word again", found.span())


@rule("Y16", "print")
def foreign_script(message: Message, facts: Facts) -> Iterator[Hit]:
    """Letters of another script came from somewhere else; Latin ones and those of the source text may stand.

    Bad: a Thai or Lao vowel in a Khmer word. Good: the Khmer vowel that looks like it.
    """
    fine = {script(character) for character in message.msgid} | {LATIN, "Zyyy", "Zinh"}
    for found in re.finditer(r"[^\W\d_]", message.text):
        kind = script(found[0])
        beside = message.text[max(0, found.start() - 1) : found.start()] + message.text[found.end() : found.end() + 1]
        alone = not re.search(r"[^\W\d_]", beside)
        if kind not in fine and not facts.own(found[0]) and not (kind == "Grek" and alone):  # π and the like are signs
            yield Hit(f"“{found[0]}” is a letter of another script ({unicodedata.name(found[0], 'no name').lower()})",
                      "type the word again", found.span())


def _named(characters: str) -> str:
    first = characters[0]
    return f"U+{ord(first):04X} ({unicodedata.name(first, 'control').lower()})"
