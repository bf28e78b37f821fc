"""G: the terms of ``glossary.csv``. The comparison sees neither U+200B nor the order of Khmer signs."""

import re
from collections.abc import Iterator, Sequence

from brochure.catalog.check.facts import Facts, Message
from brochure.catalog.check.rules import Hit, rule
from brochure.catalog.check.terms import INVISIBLE, USES, Term, blind

SUFFIX = 2  # letters by which a word of the source may be longer than its term: plurals and the like


def sources(message: Message, terms: Sequence[Term]) -> Iterator[tuple[str, list[Term]]]:
    """The glossary's words that the source text has, longest first, each stretch of text once."""
    wanted: dict[str, list[Term]] = {}
    for term in terms:
        for source in term.sources:
            wanted.setdefault(source.casefold(), []).append(term)
    text = message.source.casefold()
    for source in sorted(wanted, key=len, reverse=True):
        if source not in text:
            continue
        pattern = re.compile(rf"(?<!\w){re.escape(source)}\w{{0,{SUFFIX}}}(?!\w)")
        if pattern.search(text):
            yield source, wanted[source]
            text = pattern.sub("\ufffc", text)


def _find(words: str, text: str) -> tuple[int, int] | None:
    """Where words stand in a text, whatever invisible characters stand between their letters."""
    gap = f"(?:{INVISIBLE.pattern})*"
    found = re.search(gap.join(map(re.escape, words)), text)
    return found.span() if found else None


@rule("G01", "warning")
def absent_term(message: Message, facts: Facts) -> Iterator[Hit]:
    """A term of the trade is translated as the glossary says, or readers take it for another thing.

    If the sentence needs another word: # lint-ok: G01 and the reason.

    Bad: "hospital" → "ពេទ្យ". Good: "មន្ទីរពេទ្យ", if the glossary says so.
    """
    yield from _absent(message, facts, many=True)


@rule("G05", "remark")
def absent_word(message: Message, facts: Facts) -> Iterator[Hit]:
    """A single word of the glossary is translated otherwise here; in another sense of the word that is right.

    Bad: "technician" → "ជាង". Good: "អ្នកបច្ចេកទេស", if the glossary says so.
    """
    yield from _absent(message, facts, many=False)


def _absent(message: Message, facts: Facts, many: bool) -> Iterator[Hit]:
    """Terms of many words, or of one, whose translation is not there."""
    text = blind(message.text).casefold()
    for source, terms in sources(message, [term for term in facts.terms if not term.use]):
        required = any(source not in {one.casefold() for one in term.advice} for term in terms)
        if required and (" " in source) == many and not any(blind(term.term).casefold() in text for term in terms):
            wanted = " or ".join(f"“{term.term}”" for term in terms)
            yield Hit(f"“{source}” is not translated as in the glossary", f"the glossary says {wanted}")


@rule("G02", "print")
def forbidden_term(message: Message, facts: Facts) -> Iterator[Hit]:
    """A word that the glossary forbids (use = forbidden) is not written.

    With a source in the same row it is forbidden only where the source text has that.
    """
    for term in facts.terms:
        place = _find(term.term, message.text) if term.use == "forbidden" and term.term else None
        there = {source for source, _ in sources(message, facts.terms)} if place else ()
        if place and (not term.sources or any(source.casefold() in there for source in term.sources)):
            better = [one.term for one in facts.terms if not one.use and set(one.sources) & set(term.sources)]
            hint = f"write {' or '.join(f'“{word}”' for word in better)}" if better else term.note or "write another word"
            yield Hit(f"the glossary forbids “{term.term}”", hint, place, better[0] if better else None)


@rule("G03", "warning")
def changed_name(message: Message, facts: Facts) -> Iterator[Hit]:
    """A word that the glossary keeps (use = keep) stands in the translation as in the source text.

    Bad: "BMET" → "ប៊ីអឹមអ៊ីធី". Good: "BMET".
    """
    for source, terms in sources(message, [term for term in facts.terms if term.use == "keep"]):
        kept = terms[0].term or next(one for one in terms[0].sources if one.casefold() == source)
        if _find(kept, message.text) is None:
            yield Hit(f"“{kept}” is missing", "the glossary says that it stays as it is")


@rule("G04", "error", scope="language", firm=True)
def unknown_use(messages: Sequence[Message], facts: Facts) -> Iterator[tuple[str, Hit]]:
    """The column use of the glossary is empty, forbidden or keep."""
    for term in facts.terms:
        if term.use not in USES:
            where = f"locales/{facts.language.tag}/glossary.csv:{term.line}"
            yield where, Hit(f"“{term.use}” is no use of a term", "leave it empty, or write forbidden or keep")
