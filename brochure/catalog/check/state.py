"""T: whether the text is translated at all, and once."""

import re
from collections.abc import Iterator, Sequence

from brochure.catalog.check.facts import LATIN, Facts, Message
from brochure.catalog.check.rules import Hit, rule
from brochure.catalog.check.terms import blind
from brochure.catalog.check.toolkit import fails

WORD = re.compile(r"[A-Za-z][A-Za-z’'-]*[A-Za-z]")
ASIDE = re.compile(r"\([^()]*\)|«[^«»]*»|“[^“”]*”|\"[^\"]*\"")  # names and settings quoted as they are
SHORT = 12  # characters; in many scripts one letter is a whole word
LENGTH = 4  # letters; a shorter word may be a symbol or unit


@rule("T01", "print", firm=True)
def untranslated(message: Message, facts: Facts) -> Iterator[Hit]:
    """Every message must be translated: an empty one would be printed in the source language."""
    if not message.msgstr.strip() and facts.printed(message.key):
        yield Hit("is not translated", f"it says “{message.msgid}”")


@rule("T02", "print", firm=True)
def fuzzy(message: Message, facts: Facts) -> Iterator[Hit]:
    """The word fuzzy says that somebody must look at a message; it is not printed before."""
    if message.fuzzy and message.msgstr.strip() and facts.printed(message.key):
        yield Hit("is marked as fuzzy", "when the translation is right, take the word fuzzy out of the line above it")


@rule("T03", "warning")
def copied(message: Message, facts: Facts) -> Iterator[Hit]:
    """A translation that is the source text again is a copy, or a name: then say so, # lint-ok: T03 a name.

    Bad: "Care" → "Care". Good: "Care" → "ថែទាំ", "BMET" → "BMET".
    """
    kept = {source.casefold() for term in facts.terms if term.use == "keep" for source in term.sources}
    if fails("unchanged", facts.language.tag, message.source, message.text) and message.msgid.casefold() not in kept:
        yield Hit("is the source text again", "translate it, or put it in the glossary with use = keep", (0, len(message.msgstr)))


@rule("T04", "warning", scope="language")
def two_translations(messages: Sequence[Message], facts: Facts) -> Iterator[tuple[Message, Hit]]:
    """One text is translated in one way, or the reader looks for a difference.

    Two places may need two translations: say so at the second one, # lint-ok: T04 a verb here.

    Bad: "School" → "សាលា" and "School" → "សាលារៀន".
    """
    seen: dict[str, Message] = {}
    for message in messages:
        if message.msgstr.strip() and not message.fuzzy:
            first = seen.setdefault(message.msgid.casefold(), message)
            if blind(first.msgstr) != blind(message.msgstr):
                yield message, Hit(f"“{message.msgid}” is “{first.msgstr}” in line {first.line}" +
                                   (f" of {first.file}" if first.file != message.file else ""), "choose one of the two",
                                   (0, len(message.msgstr)), first.msgstr)


@rule("T05", "remark", scope="language")
def one_translation(messages: Sequence[Message], facts: Facts) -> Iterator[tuple[Message, Hit]]:
    """Two texts in the same words may have lost the difference between them.

    Bad: "Men" → "បុរស" and "Women" → "បុរស".
    """
    seen: dict[str, Message] = {}
    for message in messages:
        if len(message.msgstr.strip()) > 1 and not message.fuzzy:
            first = seen.setdefault(blind(message.msgstr), message)
            if _loose(first.msgid) != _loose(message.msgid):
                yield message, Hit(f"“{first.msgid}” and “{message.msgid}” are both “{message.msgstr}”", "is that right?")


@rule("T06", "warning")
def foreign_words(message: Message, facts: Facts) -> Iterator[Hit]:
    """Latin words that the source text does not have are left over from somewhere.

    Bad: "Care" → "ថែទាំ maintenance". Good: "ថែទាំ".
    """
    if facts.script == LATIN:
        return
    there = {word.casefold() for word in WORD.findall(message.source)}
    for found in WORD.finditer(message.text):
        if len(found[0]) >= LENGTH and not any(word.startswith(found[0].casefold()) for word in there):
            yield Hit(f"the word “{found[0]}” is not in the source text", "translate it or delete it", found.span())


@rule("T07", "remark")
def source_words(message: Message, facts: Facts) -> Iterator[Hit]:
    """A word of the source text in small letters was perhaps forgotten; names have capitals.

    Bad: "medical equipment" → "equipment វេជ្ជសាស្ត្រ". Good: "ឧបករណ៍វេជ្ជសាស្ត្រ".
    """
    if facts.script == LATIN or not any(facts.own(c) for c in message.text):
        return
    there = set(WORD.findall(message.source))
    kept = " ".join(source for term in facts.terms if term.use == "keep" for source in term.sources)
    text = ASIDE.sub(lambda m: " " * len(m[0]), message.text)
    for found in WORD.finditer(text):
        if len(found[0]) >= LENGTH and found[0].islower() and found[0] in there and found[0] not in kept:
            yield Hit(f"the word “{found[0]}” is not translated", "translate it", found.span())


@rule("T08", "warning")
def far_too_short(message: Message, facts: Facts) -> Iterator[Hit]:
    """A translation of a tenth of the source's length was cut off, or belongs to another message.

    Bad: "Attention to detail and communication skills" → "ការ".
    """
    if len(message.msgid) > SHORT and fails("short", facts.language.tag, message.source, message.text):
        yield Hit("is much shorter than the source text", "is it the right translation?")


@rule("T09", "warning")
def far_too_long(message: Message, facts: Facts) -> Iterator[Hit]:
    """A translation ten times as long as the source text belongs to another message.

    Bad: "Care" → a whole sentence.
    """
    if fails("long", facts.language.tag, message.source, message.text):
        yield Hit("is much longer than the source text", "is it the right translation?")


@rule("T10", "warning")
def no_words(message: Message, facts: Facts) -> Iterator[Hit]:
    """A text of words is not translated by signs, nor signs by words.

    Bad: "Care" → "—". Good: "Care" → "ថែទាំ", "–" → "–".
    """
    if fails("purepunc", facts.language.tag, message.msgid, message.msgstr):
        yield Hit("one of source text and translation is signs only", "is it the right translation?")


def _loose(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()
