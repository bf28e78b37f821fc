"""Y: spaces, brackets, quotation marks, final punctuation. What differs by language is in ``style``."""

import re
from collections.abc import Iterator

from brochure.catalog.check.facts import HIDDEN, OBJECT, Facts, Message
from brochure.catalog.check.rules import Hit, rule
from brochure.catalog.check.style import Style
from brochure.catalog.check.toolkit import fails

EDGE = re.compile(r"\A[^\S\n]+|[^\S\n]+\Z")
GAP = re.compile(r"[^\S\n]{2,}|\t")
BRACKETS = {"(": ")", "[": "]", "{": "}"}
QUOTES = "\"«»“”„‟‹›「」『』"
CLOSING = " \u00a0\u202f" + HIDDEN + "\"»”’›)]}"
PLAIN = Style()  # the source text's marks, as Latin typography has them
LONG = 90  # characters of a text that is a sentence and not a heading
NAMES = {"\u00a0": "a no-break space", "\u202f": "a narrow no-break space", " ": "a space", "": "nothing"}


@rule("Y01", "warning", safe=True)
def edge_space(message: Message, facts: Facts) -> Iterator[Hit]:
    """A space at the beginning or end of a text is not seen, and moves the line.

    Bad: "ថែទាំ ". Good: "ថែទាំ".
    """
    if not EDGE.search(message.msgid):
        for found in EDGE.finditer(message.text):
            yield Hit("a space stands at the " + ("beginning" if not found.start() else "end"), "delete it", found.span(), "")


@rule("Y02", "warning", safe=True)
def double_space(message: Message, facts: Facts) -> Iterator[Hit]:
    """One space is enough between two words.

    Bad: two spaces, or a tabulator. Good: one space.
    """
    if not GAP.search(message.msgid):
        for found in GAP.finditer(message.text):
            if found.start() and found.end() < len(message.text):
                kept = next((c for c in found[0] if c in "\u00a0\u202f"), " ")
                yield Hit("more than one space stands here" if len(found[0]) > 1 else "a tabulator stands here",
                          "leave one space", found.span(), kept)


def _end(text: str, style: Style) -> str:
    """The class of a text's final punctuation; empty for none."""
    text = text.rstrip(CLOSING + "\n")
    if text.endswith(("...", "…")):
        return "ellipsis"
    kinds = (("stop", style.stop + "."), ("question", style.question + "?"), ("exclamation", style.exclamation + "!"),
             ("colon", style.colon + ":"))
    return next((name for name, marks in kinds if text[-1:] and text[-1] in marks), "")


@rule("Y03", "warning")
def other_ending(message: Message, facts: Facts) -> Iterator[Hit]:
    """A question ends as a question, and a text of sentences ends its last one.

    Bad: "What is it?" → "តើវាជាអ្វី។". Good: "តើវាជាអ្វី?".
    """
    wanted, found = _end(message.source, PLAIN), _end(message.text, facts.style)
    inside = facts.style.stop and any(mark in message.text.rstrip(CLOSING)[:-1] for mark in facts.style.stop)
    grave = "stop" not in (wanted, found) or (wanted and found) or (not found and inside and len(message.msgid) > LONG)
    if wanted != found and grave and not _exempt(message, facts):
        yield _ending(message, wanted, found, facts.style)


@rule("Y04", "remark")
def other_stop(message: Message, facts: Facts) -> Iterator[Hit]:
    """A heading has no full stop, a sentence has one; the translation usually follows the source text.

    Bad: "He repairs it." → "គាត់ជួសជុលវា". Good: "គាត់ជួសជុលវា។".
    """
    wanted, found = _end(message.source, PLAIN), _end(message.text, facts.style)
    if wanted != found and not _exempt(message, facts) and not any(True for _ in other_ending(message, facts)):
        yield _ending(message, wanted, found, facts.style)


def _exempt(message: Message, facts: Facts) -> bool:
    """Languages without a full stop; texts that end in a placeholder, or in an abbreviation's point."""
    bare = message.source.rstrip(CLOSING)
    if message.text.endswith(".") and "." not in facts.style.stop:
        return True
    return not facts.style.stop or bare.endswith(OBJECT) or bool(re.search(r"\b\w\.\w\.$", bare))


def _ending(message: Message, wanted: str, found: str, style: Style) -> Hit:
    end = len(message.msgstr)
    mark = {"ellipsis": "…"}.get(wanted) or getattr(style, wanted or "stop")[:1]
    say = {"": "no mark", "stop": "a full stop", "question": "a question mark", "exclamation": "an exclamation mark"}
    kinds = [say.get(kind) or f"a{'n' * (kind == 'ellipsis')} {kind}" for kind in (wanted, found)]
    return Hit(f"the source text ends in {kinds[0]}, the translation in {kinds[1]}",
               f"end it with {mark}" if wanted else "take the mark away", (max(0, end - 1), end))


@rule("Y05", "warning")
def brackets(message: Message, facts: Facts) -> Iterator[Hit]:
    """Brackets come in pairs.

    Bad: "(BMET". Good: "(BMET)".
    """
    if not _unpaired(message.source):
        for at in _unpaired(message.text):
            yield Hit(f"the bracket {message.text[at]} has no partner", "write its partner, or delete it", (at, at + 1))


def _unpaired(text: str) -> list[int]:
    stack, lone = list[int](), list[int]()
    for at, character in enumerate(text):
        if character in BRACKETS:
            stack.append(at)
        elif character in BRACKETS.values():
            if stack and BRACKETS[text[stack[-1]]] == character:
                stack.pop()
            else:
                lone.append(at)
    return sorted(stack + lone)


@rule("Y06", "warning")
def lone_quote(message: Message, facts: Facts) -> Iterator[Hit]:
    """Quotation marks come in pairs.

    Bad: "«ថែទាំ". Good: "«ថែទាំ»".
    """
    for pair in facts.style.quotes:
        opening, closing = pair[0], pair[1]
        if opening != closing and message.text.count(opening) != message.text.count(closing):
            at = next(at for at, character in enumerate(message.text) if character in pair)
            yield Hit(f"the quotation marks {opening} and {closing} are not in pairs", "write the missing one", (at, at + 1))


@rule("Y07", "warning")
def foreign_quote(message: Message, facts: Facts) -> Iterator[Hit]:
    """Quotation marks are those of the language (``quotes`` in language.toml), never the typewriter's.

    Bad: "\\"ថែទាំ\\"". Good: "«ថែទាំ»".
    """
    if not facts.style.quotes:
        return
    good = "".join(facts.style.quotes)
    places = [at for at, character in enumerate(message.text) if character in QUOTES and character not in good]
    pairs = len(places) % 2 == 0 and all(at == 0 or message.text[at - 1].isspace() or message.text[at - 1] in "(" + HIDDEN
                                         for at in places[::2])
    for number, at in enumerate(places):
        put = facts.style.quotes[0][number % 2] if pairs else None
        yield Hit(f"{message.text[at]} is not a quotation mark of this language", f"write {' '.join(facts.style.quotes[0])}",
                  (at, at + 1), put, safe=pairs)


@rule("Y08", "warning", safe=True)
def space_before(message: Message, facts: Facts) -> Iterator[Hit]:
    """What stands between a word and its mark is the language's custom (``space_before`` in language.toml).

    Bad: "ថែទាំ ។" where nothing stands there. Good: "ថែទាំ។".
    """
    for mark, space in facts.style.space_before.items():
        pattern = rf"(?<=[^\s{HIDDEN}])[^\S\n]*(?={re.escape(mark)}(?:\W|\Z))"
        for found in re.finditer(pattern, message.text):
            before = message.text[found.start() - 1]
            if found[0] != space and before not in facts.style.space_before and before not in "([«“.":
                yield Hit(f"{NAMES.get(found[0], 'a space')} stands before {mark}, not {NAMES[space]}",
                          f"put {NAMES[space]} there" if space else "delete it", (found.start(), found.end() + 1), space + mark)


@rule("Y09", "remark", safe=True)
def three_points(message: Message, facts: Facts) -> Iterator[Hit]:
    """Three points are one character.

    Bad: "...". Good: "…".
    """
    if "..." not in message.msgid:
        for found in re.finditer(r"(?<!\.)\.{3}(?!\.)", message.text):
            yield Hit("three points stand here", "write …", found.span(), "…")


@rule("Y10", "remark", safe=True)
def hyphen_as_dash(message: Message, facts: Facts) -> Iterator[Hit]:
    """Between two spaces stands a dash, not a hyphen.

    Bad: "ថែទាំ - ការងារ". Good: "ថែទាំ – ការងារ".
    """
    dash = next((character for character in message.msgid if character in "–—"), None)
    if dash:
        for found in re.finditer(r"(?<=\s)-(?=\s)", message.text):
            yield Hit("a hyphen stands for a dash", f"write {dash}", found.span(), dash)


@rule("Y11", "warning")
def repeated_word(message: Message, facts: Facts) -> Iterator[Hit]:
    """A word that stands twice was written twice by mistake.

    Bad: "នៅ នៅផ្ទះ" typed as two words. Good: "នៅផ្ទះ".
    """
    tag = facts.language.tag
    if fails("doublewords", tag, message.source, message.text) and not fails("doublewords", tag, message.source, message.source):
        for found in re.finditer(r"(?<!\S)(\S+)\s+\1(?!\S)", message.text, re.IGNORECASE):
            if re.search(r"[^\W\d_]", found[1]):
                yield Hit(f"the word “{found[1]}” stands twice", "delete one", found.span(), found[1])
