"""N: numbers, addresses, telephones. A wrong one costs the reader a journey, so most of them stop the press."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from brochure.catalog.check.facts import EMAIL, HIDDEN, LATIN, OBJECT, URL, Facts, Message, script
from brochure.catalog.check.rules import Hit, rule

# A + or a nought, then eight digits or more with what people put between them; not a date.
TELEPHONE = re.compile(r"(?<![\w.])(?!\d{1,2}([.\-])\d{1,2}\1\d{2,4}(?![\d.\-]))"
                       r"(?:\+\s?|\(?0)\d[\d ().\-\u00a0\u2010-\u2013\u202f\u200b]{5,}\d")
NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
SPELT = 12  # numbers up to this are often written as words


def latin(text: str) -> str:
    """The text with the digits of every script as 0-9, at the same offsets."""
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)


def _plain(number: str) -> str:
    """A number without separators: two languages write them differently."""
    return re.sub(r"\D", "", number).lstrip("0") or "0"


def _numbers(masked: str) -> list[tuple[str, tuple[int, int]]]:
    """The numbers of a masked text with their places; telephones are another rule's."""
    text = TELEPHONE.sub(lambda m: OBJECT * len(m[0]), latin(masked))
    return [(_plain(found[0]), found.span()) for found in NUMBER.finditer(text)]


def _lost(message: Message) -> Iterator[str]:
    here = Counter(number for number, _ in _numbers(message.text))
    for number, count in Counter(number for number, _ in _numbers(message.source)).items():
        if here[number] < count:
            yield number


@rule("N01", "print")
def lost_number(message: Message, facts: Facts) -> Iterator[Hit]:
    """Every number of the source text must stand in the translation, in whichever digits.

    Bad: "300 dollars" → "400 ដុល្លារ". Good: "៣០០ ដុល្លារ".
    """
    for number in _lost(message):
        if int(number) > SPELT:
            yield Hit(f"the number {number} of the source text is missing", "compare the numbers")


@rule("N02", "warning")
def lost_small_number(message: Message, facts: Facts) -> Iterator[Hit]:
    """A small number of the source text is missing; if it is written as a word, say so: # lint-ok: N02 as a word.

    Bad: "3 steps" → "ជំហាន". Good: "៣ ជំហាន".
    """
    for number in _lost(message):
        if int(number) <= SPELT:
            yield Hit(f"the number {number} of the source text is missing", "is it written as a word?")


@rule("N03", "warning")
def added_number(message: Message, facts: Facts) -> Iterator[Hit]:
    """A number that the source text does not have was once right, or never.

    Bad: "a few steps" → "៤ ជំហាន". Good: "ជំហានខ្លះ".
    """
    there = Counter(number for number, _ in _numbers(message.source))
    lost = any(True for _ in _lost(message))  # then it is the number that stands for the lost one
    for number, span in _numbers(message.text):
        if not there[number] and not lost and int(number) > SPELT:
            yield Hit(f"the number {number} is not in the source text", "compare the numbers", span)


@rule("N04", "print")
def web_address(message: Message, facts: Facts) -> Iterator[Hit]:
    """A web address is not translated, and always in Latin letters and digits.

    Bad: "https://a.org/b" → "https://a.org/". Good: "https://a.org/b".
    """
    if _differs(URL, message):
        yield Hit("the web addresses are not those of the source text", _list(URL, message), _first(URL, message))


@rule("N05", "print")
def mail_address(message: Message, facts: Facts) -> Iterator[Hit]:
    """An e-mail address is not translated.

    Bad: "a@b.org" → "a@b.com". Good: "a@b.org".
    """
    if _differs(EMAIL, message):
        yield Hit("the e-mail addresses are not those of the source text", _list(EMAIL, message), _first(EMAIL, message))


@rule("N06", "print")
def telephone(message: Message, facts: Facts) -> Iterator[Hit]:
    """A telephone number stands digit for digit, in Latin digits: people key it in.

    Bad: "+855 23 678 900" → "+៨៥៥ ២៣ ៦៧៨ ៩០០". Good: "+855 23 678 900".
    """
    mine = [(found.span(), re.sub(r"[^\d+]", "", found[0])) for found in TELEPHONE.finditer(latin(message.text))]
    wanted = [re.sub(r"[^\d+]", "", found[0]) for found in TELEPHONE.finditer(message.source)]
    for number in wanted:
        if number not in [digits for _, digits in mine]:
            yield Hit(f"the telephone number {number} of the source text is missing", "compare the digits",
                      mine[0][0] if mine else None)
    for (start, end), _ in mine:
        if not message.msgstr[start:end].isascii():
            plain = latin(message.msgstr[start:end])
            if plain != message.msgstr[start:end]:
                yield Hit("the telephone number is not in Latin digits", f"write {plain}", (start, end), plain, safe=True)


@rule("N07", "print")
def old_number(message: Message, facts: Facts) -> Iterator[Hit]:
    """When only a number of the source text has changed, the translation still has the old one.

    Bad: "400 USD" (once "300 USD") → "៣០០". Good: "៤០០".
    """
    if not message.old:
        return
    old, new = [_digits(text) for text in (message.old, message.msgid)]
    if NUMBER.sub("#", latin(message.old)) != NUMBER.sub("#", latin(message.msgid)):
        return
    for gone in old - new:
        for number, span in _numbers(message.text):
            if number == gone:
                now = ", ".join(sorted(new - old)) or "another"
                yield Hit(f"the number {gone} is the old one; the source text now says {now}", "change the number", span)


@rule("N08", "print")
def mixed_number(message: Message, facts: Facts) -> Iterator[Hit]:
    """One number is written in the digits of one script.

    Bad: "២0២៦". Good: "២០២៦".
    """
    for found in re.finditer(r"\d{2,}", message.text):
        kinds = {ord(c) - unicodedata.digit(c) for c in found[0]}
        if len(kinds) > 1:
            wanted = facts.language.writing.native(latin(found[0]))
            yield Hit(f"the number {found[0]} mixes two kinds of digits", f"write {wanted}", found.span(), wanted)


@rule("N09", "warning")
def foreign_digits(message: Message, facts: Facts) -> Iterator[Hit]:
    """Numbers in prose stand in the language's own digits (``digits`` in language.toml).

    Numbers in telephones, addresses and codes stay in Latin digits, and so do those in Latin words.

    Bad: "ឆ្នាំ 2026". Good: "ឆ្នាំ២០២៦", "ISO 9001", "A4".
    """
    text = TELEPHONE.sub(lambda m: OBJECT * len(m[0]), message.text)
    for found in NUMBER.finditer(text):
        kinds = {ord(c) - unicodedata.digit(c) for c in found[0] if c.isdecimal()}
        start, end = found.span()
        left, right = re.search(r"[^\s(),;«»“”]*\Z", text[:start]), re.match(r"[^\s(),;«»“”]*", text[end:])
        near = (left[0] if left else "") + (right[0] if right else "") + text[:start].rstrip(" \u00a0" + HIDDEN)[-1:]
        own = facts.language.writing.native(latin(found[0]))
        if len(kinds) == 1 and own != found[0] and not any(script(c) == LATIN or c in "/_#:=@" + OBJECT for c in near):
            yield Hit(f"the number {found[0]} is not in this language's digits", f"write {own}, unless it is a code",
                      found.span(), own)


def _digits(text: str) -> set[str]:
    return {_plain(found[0]) for found in NUMBER.finditer(latin(text))}


def _differs(pattern: re.Pattern[str], message: Message) -> bool:
    return Counter(pattern.findall(message.msgid)) != Counter(pattern.findall(message.msgstr))


def _list(pattern: re.Pattern[str], message: Message) -> str:
    return f"there: {', '.join(pattern.findall(message.msgid)) or 'none'}"


def _first(pattern: re.Pattern[str], message: Message) -> tuple[int, int] | None:
    theirs = set(pattern.findall(message.msgid))
    return next((found.span() for found in pattern.finditer(message.msgstr) if found[0] not in theirs), None)
