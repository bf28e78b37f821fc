"""S and P: tags, references, strange characters, placeholders. A msgstr is data: what is not text must be the msgid's."""

import re
import unicodedata
from collections.abc import Iterator

from brochure.catalog.check.facts import HIDDEN, Facts, Message
from brochure.catalog.check.rules import Hit, rule
from brochure.catalog.markup import FORMAT, NAMED, REFERENCE, TAG, TAGS, faults

QUOTED = re.compile(r"<[^<>]*>|%\([^)]*\)s?")
TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z]\w+);")
UNENDED = re.compile(rf"&(?:{'|'.join(NAMED)})(?![;A-Za-z0-9])", re.IGNORECASE)
_NAME = f"(?:{'|'.join(sorted(TAGS, key=len, reverse=True))})"
# In a text without its whole tags: "<br" without its end, "br>" without its beginning, "< br >".
HALF = re.compile(rf"[<＜‹]\s*/?\s*{_NAME}(?![A-Za-z0-9-])(?:\s*/?\s*[>＞›])?"
                  rf"|(?<![A-Za-z0-9])/?{_NAME}\s*/?\s*[>＞›]", re.IGNORECASE)
EMPTY = re.compile(r"<(b|strong|i|em|sup|sub|span)>\s*</\1>")
EDGE = re.compile(r"\A(?:\s*<br\s*/?>)+\s*|\s*(?:<br\s*/?>\s*)+\Z")
NAMELESS = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[sdifrux](?![A-Za-z])|%%|\{\w*\}")


def _place(message: Message, fault: str) -> tuple[int, int] | None:
    """Where in the msgstr the tag or placeholder stands that a fault names."""
    named = QUOTED.search(fault)
    at = message.msgstr.rfind(named[0]) if named else -1
    return (at, at + len(named[0])) if named and at >= 0 else None


@rule("S01", "error", firm=True)
def tags(message: Message, facts: Facts) -> Iterator[Hit]:
    """The tags must be those of the source text, closed in order, with nothing added: a tag is a command to the printer.

    Bad: "<b>Care" → "<b>ថែទាំ", "<b>Care</b>" → "<u>ថែទាំ</u>". Good: "<b>Care</b>" → "<b>ថែទាំ</b>".
    """
    for fault in faults(FORMAT.sub("", message.msgid), FORMAT.sub("", message.msgstr)):
        yield Hit(fault, "copy the tags of the source text", _place(message, fault))


@rule("S02", "error", firm=True)
def template(message: Message, facts: Facts) -> Iterator[Hit]:
    """Words in double braces are a programmer's: in a translation they would be printed as they stand.

    Bad: "{{ name }}". Good: "%(name)s", if the source text has it.
    """
    for found in TEMPLATE.finditer(message.msgstr):
        if found[0] not in message.msgid:
            yield Hit(f"“{found[0]}” would be printed as it stands", "take it out", found.span())


@rule("S03", "print")
def entity(message: Message, facts: Facts) -> Iterator[Hit]:
    """A character's name between & and ; is printed as it stands, but for the invisible ones.

    Bad: "&eacute;", "&#233;". Good: "é"; also "&zwsp;", "&wj;", "&nbsp;".
    """
    for found in ENTITY.finditer(message.msgstr):
        if not REFERENCE.fullmatch(found[0]) and found[0] not in message.msgid:
            yield Hit(f"“{found[0]}” would be printed as it stands", "write the character itself", found.span())
    for found in UNENDED.finditer(message.msgstr):
        if found[0] not in message.msgid:
            yield Hit(f"“{found[0]}” would be printed as it stands", f"write {found[0]};", found.span(), f"{found[0]};",
                      safe=True)


@rule("S04", "error", firm=True)
def strange(message: Message, facts: Facts) -> Iterator[Hit]:
    """Private and unassigned characters mean something in one font or program only: on paper they are boxes.

    Bad: U+E001. Good: the character the font showed in its place.
    """
    for at, character in enumerate(message.msgstr):
        if unicodedata.category(character) in ("Co", "Cn", "Cs"):
            yield Hit(f"the character U+{ord(character):04X} means nothing outside one program", "write the text there again",
                      (at, at + 1))


@rule("S05", "warning", safe=True)
def idle_tag(message: Message, facts: Facts) -> Iterator[Hit]:
    """A tag must do something: an empty one marks nothing, and a line break at an end leaves a hole on the page.

    Bad: "ថែទាំ<br>", "<b></b>ថែទាំ". Good: "<b>ថែទាំ</b>".
    """
    for found in EMPTY.finditer(message.msgstr):
        yield Hit(f"nothing stands in {found[0]}", "put the words it marks into it", found.span())
    if not EDGE.search(message.msgid):
        for found in EDGE.finditer(message.msgstr):
            yield Hit("a line break stands at the edge of the text", "delete it", found.span(), "")


@rule("S06", "error", firm=True)
def half_tag(message: Message, facts: Facts) -> Iterator[Hit]:
    """A tag without its < or its > is no tag: it would be printed as it stands.

    Bad: "ថែទាំ<br ជួសជុល", "ថែទាំbr>ជួសជុល", "< br>". Good: "ថែទាំ<br>ជួសជុល".
    """
    for found in HALF.finditer(message.text):
        if found[0] not in message.source:
            yield Hit(f"“{found[0]}” is half a tag, and would be printed as it stands", "write the whole tag, such as <br>",
                      found.span())


@rule("P01", "error", firm=True)
def placeholders(message: Message, facts: Facts) -> Iterator[Hit]:
    """The placeholders must be those of the source text, letter by letter: the program puts words in their place.

    Bad: "%(date)s" → "%(ថ្ងៃ)s", "%(date)". Good: "%(date)s".
    """
    for fault in faults(TAG.sub("", message.msgid), TAG.sub("", message.msgstr)):
        yield Hit(fault, "copy it from the source text", _place(message, fault))


@rule("P02", "warning")
def nameless(message: Message, facts: Facts) -> Iterator[Hit]:
    """A placeholder of another program is printed as it stands; a per cent sign is written once.

    Bad: "%s", "{0}", "100%%". Good: "%(name)s", "100%".
    """
    for found in NAMELESS.finditer(message.text):
        if found[0] not in message.source and HIDDEN not in found[0]:
            if found[0] == "%%":
                yield Hit("“%%” is printed as one per cent sign", "write %", found.span(), "%", safe=True)
            else:
                yield Hit(f"“{found[0]}” would be printed as it stands", "take it out, or write it as in the source text",
                          found.span())
