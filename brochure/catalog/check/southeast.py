"""K: Khmer, and what it shares with Thai, Lao and Burmese: syllables built of parts, words without spaces."""

import re
import unicodedata
from collections.abc import Iterator

from brochure.breaks import NBSP, WJ, ZWSP
from brochure.canonical import canonical
from brochure.catalog.check.facts import HIDDEN, LATIN, OBJECT, Facts, Message
from brochure.catalog.check.rules import Hit, rule

LETTER = "\u1780-\u17b3"  # Khmer consonants and independent vowels
SYLLABLE = re.compile(f"[{LETTER}](?:\u17d2[{LETTER}]|[\u17b6-\u17d1\u17d3\u17dd])+")
STACKER = "[\u17d2\u1039]"  # the letter after it stands below the letter before it: Khmer, Burmese
STACKED = f"{LETTER}\u1000-\u102a\u103f\u1075-\u1081"
# Vowels and signs of the four scripts: they hang on the letter before them.
HANGING = ("[\u17b6-\u17d3\u17dd\u0e31\u0e33-\u0e3a\u0e45\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059"
           "\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d]")
LEADING = "[\u0e40-\u0e44\u0ec0-\u0ec4]"  # vowels that are written before their letter
DEPRECATED = {"\u17a3": "\u17a2", "\u17a4": "\u17a2\u17b6", "\u17b4": "", "\u17b5": "", "\u17d8": "។ល។"}
BREAKS = f"(?:[{ZWSP}{WJ}]{HIDDEN}*)+"  # as characters or as "&zwsp;"
ZWSPS = f"(?:{ZWSP}{HIDDEN}*)+"
WITHIN = re.compile(f"(?<={STACKER}){BREAKS}|(?<={LEADING}){BREAKS}|{BREAKS}(?={HANGING})")
IDLE = re.compile(f"(?<=[ {NBSP}]){ZWSPS}|{ZWSPS}(?=[ {NBSP}])|\\A{ZWSPS}|{ZWSPS}\\Z"
                  f"|{ZWSPS}(?=[\u17d4-\u17db!?%\u00bb\u201d\u203a)\\]])")
DOUBLE = re.compile(f"(?:{ZWSP}{HIDDEN}*){{2,}}")
DA, TA = "\u17d2\u178a", "\u17d2\u178f"


def syllables(text: str) -> int:
    """How many syllables, roughly, of a script that writes them as clusters."""
    return len(re.findall(f"(?<!{STACKER})(?!{HANGING})[^\\W\\d_]", text))


@rule("K01", "warning", safe=True)
def order(message: Message, facts: Facts) -> Iterator[Hit]:
    """The parts of a Khmer syllable are typed in one order; in another it looks the same, but search misses the word.

    The order is letter, subscripts (ro last), register sign, vowel, other signs. Vowels typed in halves are one.

    Bad: "ស្រ្តី", "េី". Good: "ស្ត្រី", "ើ".
    """
    for found in SYLLABLE.finditer(message.text):
        right = canonical(found[0])
        if right != found[0].replace(DA, TA):
            yield Hit(f"the parts of “{found[0]}” are not in order", f"write {right}", found.span(), right)


@rule("K02", "error", firm=True)
def dangling_stacker(message: Message, facts: Facts) -> Iterator[Hit]:
    """The sign that puts a letter below another (U+17D2) needs that letter after it; alone it is printed as a cross.

    Bad: "ក្". Good: "ក្រ".
    """
    for found in re.finditer(f"{STACKER}(?![{STACKED}{ZWSP}{WJ}])", message.text):
        yield Hit(f"no letter follows U+{ord(found[0]):04X} in “{message.msgstr[max(0, found.start() - 3):found.end()]}”",
                  "type the subscript letter, or delete the sign", found.span())


@rule("K03", "error", firm=True)
def lone_mark(message: Message, facts: Facts) -> Iterator[Hit]:
    """A vowel or sign hangs on a letter; without one, or with a tag between, it is printed on a dotted circle.

    Bad: " ា", "ក<b>ា</b>". Good: "កា", "<b>កា</b>".
    """
    for at, character in enumerate(message.text):
        if unicodedata.category(character)[0] != "M" or 0xFE00 <= ord(character) <= 0xFE0F or character in DEPRECATED:
            continue
        before = message.text[:at].rstrip(HIDDEN)[-1:] or " "
        before = before if before in ZWSP + WJ else message.text[at - 1 : at] or " "
        if before in HIDDEN + OBJECT + "\n " or unicodedata.category(before) in ("Po", "Ps", "Pe", "Pi", "Pf"):
            yield Hit(f"the sign U+{ord(character):04X} stands without its letter", "type the syllable again", (at, at + 1))


@rule("K04", "print")
def doubled_sign(message: Message, facts: Facts) -> Iterator[Hit]:
    """A syllable has one vowel; a second one was typed by mistake.

    Bad: "កាា", "មេីល" with the wrong second vowel. Good: "កា", "មើល".
    """
    for found in re.finditer(f"({HANGING})\\1", message.text):
        if not re.match(STACKER, found[0]):
            yield Hit(f"the sign U+{ord(found[1]):04X} stands twice", "delete one", found.span(), found[1])
    for found in SYLLABLE.finditer(message.text):
        if re.search("([\u17b6-\u17c5])(?!\\1)[\u17b6-\u17c5]", canonical(found[0])):
            yield Hit(f"“{found[0]}” has two vowels", "delete the wrong one", found.span())


@rule("K05", "warning", safe=True)
def deprecated(message: Message, facts: Facts) -> Iterator[Hit]:
    """Unicode advises against a few Khmer characters; other spellings have replaced them.

    Bad: U+17A3, U+17A4, U+17B4, U+17B5, "៘". Good: "អ", "អា", nothing, "។ល។".
    """
    for found in re.finditer(f"[{''.join(DEPRECATED)}]", message.text):
        put = DEPRECATED[found[0]]
        yield Hit(f"U+{ord(found[0]):04X} is out of use", f"write {put}" if put else "delete it", found.span(), put)


def _foreign_mark(message: Message, facts: Facts, plain: str, marks: str) -> Iterator[Hit]:
    """A Latin mark that ends a stretch of words in a script that has a mark of its own."""
    if plain in marks or not marks or facts.script == LATIN:
        return
    for found in re.finditer(rf"(?<!{re.escape(plain)}){re.escape(plain)}(?=[\s»”\")\]{HIDDEN}{OBJECT}]|\Z)", message.text):
        before = re.search(rf"[^\s./{HIDDEN}{OBJECT}{ZWSP}{WJ}]+$", message.text[: found.start()])
        if before and facts.own(before[0][-1]) and syllables(before[0]) > 1:  # one syllable and a point: an abbreviation
            yield Hit(f"a Latin {plain} stands after “{before[0][-12:]}”", f"write {marks[0]}", found.span(), marks[0])


@rule("K06", "warning", safe=True)
def latin_stop(message: Message, facts: Facts) -> Iterator[Hit]:
    """A sentence ends in the script's own stop (``stop`` in language.toml).

    Bad: "ថែទាំ." Good: "ថែទាំ។"; abbreviations keep their points: "គ.ស.".
    """
    yield from _foreign_mark(message, facts, ".", facts.style.stop)


@rule("K07", "warning", safe=True)
def latin_colon(message: Message, facts: Facts) -> Iterator[Hit]:
    """A colon is the script's own (``colon`` in language.toml).

    Bad: "ប្រភព:". Good: "ប្រភព៖".
    """
    yield from _foreign_mark(message, facts, ":", facts.style.colon)


@rule("K08", "warning", safe=True)
def double_stop(message: Message, facts: Facts) -> Iterator[Hit]:
    """A stop is typed once; the end of a chapter has a sign of its own (៕).

    Bad: "ថែទាំ។។". Good: "ថែទាំ។".
    """
    for found in re.finditer("(?<!\u179b)([\u17d4\u104b])\\s*\\1(?!\u179b)", message.text):
        yield Hit(f"{found[1]} stands twice", "delete one", found.span(), found[1])


@rule("K09", "remark", safe=True)
def idle_break(message: Message, facts: Facts) -> Iterator[Hit]:
    """A mark for a line's end (U+200B) beside a space, beside another, at an edge or before a stop does nothing.

    Bad: U+200B and a space. Good: the space.
    """
    for found in IDLE.finditer(message.text):
        yield Hit("U+200B does nothing here", "delete it", found.span(), "")
    for found in DOUBLE.finditer(message.text):
        yield Hit("U+200B stands here more than once", "leave one", found.span(), ZWSP)


@rule("K10", "warning", safe=True)
def break_within(message: Message, facts: Facts) -> Iterator[Hit]:
    """No line ends inside a syllable: a mark there (U+200B, U+2060) only hides the word from search.

    Bad: U+200B between a letter and its vowel. Good: between two words.
    """
    for found in WITHIN.finditer(message.text):
        yield Hit("a mark for line breaks stands inside a syllable", "delete it", found.span(), "")
