"""K, continued: spaces between words, text typed with old fonts, spellings, Latin words among others."""

import re
from collections.abc import Iterator

from brochure.breaks import WJ, ZWSP
from brochure.catalog.check.facts import LATIN, SOUTHEAST, Facts, Message, script
from brochure.catalog.check.rules import Hit, rule
from brochure.catalog.check.southeast import DA, HANGING, TA, syllables
from brochure.catalog.check.terms import INVISIBLE

# Letters and signs of Latin-1 that old Khmer, Lao and Burmese fonts used for their own.
OLD = re.compile("[\u00a1-\u00aa\u00ac\u00ae-\u00b6\u00b8-\u00ba\u00bc-\u00ff]")
# What no Latin word has: a capital after a small letter, a sign between two letters.
BROKEN = re.compile(r"[a-z][A-Z]|[A-Za-z][;:@#~|\][}{^\\`+=][A-Za-z]")
RUN = 6  # so many words in a row, each behind a space …
DENSE = 2.5  # … with fewer syllables than this on average: spaces between all words
WORD = re.compile(r"[A-Za-z]{2,}")


@rule("K11", "print")
def spaced_words(message: Message, facts: Facts) -> Iterator[Hit]:
    """Spaces stand between phrases, not between all words: such text has lost its marks for line breaks to spaces.

    Bad: "អ្នក ជួស ជុល ឧបករណ៍ ពេទ្យ ឱ្យ ល្អ". Good: "អ្នកជួសជុលឧបករណ៍ពេទ្យឱ្យល្អ".
    """
    if facts.script not in SOUTHEAST:
        return
    start, count, length = 0, 0, 0
    for found in [*re.finditer(r"[^ \u00a0]+", message.text), None]:
        if found and all(facts.own(c) or c in ZWSP + WJ for c in found[0]) and not re.search(r"[\u17d4-\u17db\d]", found[0]):
            start = start if count else found.start()
            count, length, end = count + 1, length + syllables(found[0]), found.end()
            continue
        if count >= RUN and length / count < DENSE:
            yield Hit("spaces stand between all words here", "delete them, or write &zwsp; where a line may end", (start, end))
        count = length = 0


@rule("K12", "error", firm=True)
def old_font(message: Message, facts: Facts) -> Iterator[Hit]:
    """Text typed with an old font (Limon, ABC) is Latin letters that only that font shows otherwise.

    Bad: "EfTaMeQamuKÁ". Good: the same words converted to Unicode.
    """
    if facts.script == LATIN or not message.text.strip():
        return
    strange = OLD.findall("".join(c for c in message.text if c not in message.msgid))
    found = re.search(f"{OLD.pattern}{{2,}}", message.text)
    if not any(facts.own(character) for character in message.text):
        if strange or (message.text != message.source and BROKEN.search(message.text) and not BROKEN.search(message.source)):
            yield Hit("this was typed with an old font", "convert it to Unicode", (0, len(message.msgstr)))
    elif found and found[0] not in message.msgid and not found[0].isspace():
        yield Hit(f"“{found[0]}” was typed with an old font", "convert it to Unicode", found.span())


@rule("K13", "warning", safe=True)
def spelling(message: Message, facts: Facts) -> Iterator[Hit]:
    """Of two spellings the house writes one (``spellings`` in language.toml).

    Bad: "ឲ្យ", "អោយ" where the house writes "ឱ្យ".
    """
    gap = f"(?:{INVISIBLE.pattern})*"
    for house, *others in facts.style.spellings:
        for other in others:
            for found in re.finditer(gap.join(map(re.escape, other)) + f"(?!{HANGING})", message.text):
                yield Hit(f"“{other}” stands here", f"the house writes {house}", found.span(), house)


@rule("K14", "remark", safe=True)
def subscript_da(message: Message, facts: Facts) -> Iterator[Hit]:
    """The subscripts of ដ and ត look the same; one of the two codes, ត's, lets search find the word in both spellings.

    The page has the right one in any case.

    Bad: U+17D2 U+178A. Good: U+17D2 U+178F.
    """
    for found in re.finditer(DA, message.text):
        yield Hit("the subscript is that of ដ", "write that of ត: it looks the same", found.span(), TA)


@rule("K15", "warning")
def glued_latin(message: Message, facts: Facts) -> Iterator[Hit]:
    """A Latin word among Khmer words has a space on each side, or a line break.

    Bad: "បច្ចេកទេសBMETជា". Good: "បច្ចេកទេស BMET ជា".
    """
    if facts.script != "Khmr":  # Burmese writes its particles right after a Latin word
        return
    for found in WORD.finditer(message.text):
        left, right = message.text[: found.start()][-1:], message.text[found.end() :][:1]
        if any(side and script(side) == facts.script and not re.match("[\u17d4-\u17db]", side) for side in (left, right)):
            yield Hit(f"no space stands beside “{found[0]}”", "put a space there, or &zwsp;", found.span())
