"""A msgstr is data, never code: its tags must be its msgid's, and its placeholders are filled by pattern.

``Words`` is what templates receive: safe markup that knows which message it came from.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup, escape

TAGS = ("b", "strong", "i", "em", "sup", "sub", "span", "br")
# The name is whole before the rest begins: else a "<" with a long word after it takes the square of its length.
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?![A-Za-z0-9-])[^<>]*)>")
PLACEHOLDER = re.compile(r"%(?:%|\((\w+)\)s)")
FORMAT = re.compile(r"%\(([^)]*)\)(s?)")
# Marks a translator cannot see may be written as references: break here, do not break here, no-break space.
REFERENCE = re.compile(r"&(?:#x(200B|2060|00A0|A0)|(nbsp|zwsp|wj));", re.IGNORECASE)
UNSEEN = {0x200B: None, 0x2060: None, 0x00AD: None}
NAMED = {"nbsp": "\u00a0", "zwsp": "\u200b", "wj": "\u2060"}


class Words(Markup):
    """Translated text, safe to print; ``key`` is its message's key, ``lang`` the language it is in."""

    key: str
    lang: str

    def __new__(cls, base: Any = "", key: str = "", lang: str = "") -> "Words":
        """Mark ``base`` as safe and remember where it came from."""
        words = super().__new__(cls, base)
        words.key, words.lang = key, lang
        return words

    def fill(self, **values: Any) -> "Words":
        """The words with ``%(name)s`` filled in; a bare ``%`` stays as it is, ``%%`` is one.

        Raises LookupError for a placeholder without a value, which would be printed as it stands.
        """
        if missing := {name for name in PLACEHOLDER.findall(self) if name} - values.keys():
            raise LookupError(f"{self.key} needs {', '.join(sorted(missing))}: write fill({sorted(missing)[0]}=…)")
        filled = PLACEHOLDER.sub(
            lambda m: str(escape(values[m[1]])) if m[1] in values else "%" if m[0] == "%%" else m[0], self)
        return Words(filled, self.key, self.lang)


def faults(msgid: str, msgstr: str) -> Iterator[str]:
    """What keeps ``msgstr`` from standing in ``msgid``'s place, one sentence each."""
    wanted, found = _tags(msgid), _tags(msgstr)
    for slash, name, rest in found:
        if name not in TAGS or rest.strip(" /"):
            yield f"the tag <{slash}{name}{rest}> may not be used"
    ours = Counter((slash, name) for slash, name, _ in wanted if name in TAGS)
    theirs = Counter((slash, name) for slash, name, _ in found if name in TAGS)
    for (slash, name), count in theirs.items():
        if not ours[slash, name]:
            yield f"the tag <{slash}{name}> is not in the source text"
        elif count > ours[slash, name] and name != "br":
            yield f"the tag <{slash}{name}> stands {count} times, in the source text {ours[slash, name]} times"
    for (slash, name), count in ours.items():
        if theirs[slash, name] < count and name != "br":
            yield f"the tag <{slash}{name}> of the source text is missing"
    if not _nested(found):
        yield "the tags are not closed in the order in which they were opened"
    mine = {name for name, _ in FORMAT.findall(msgid)}
    for name, suffix in FORMAT.findall(msgstr):
        if name not in mine:
            yield f"the placeholder %({name})s is not in the source text" + _known(mine)
        elif suffix != "s":
            yield f"the placeholder %({name}) must end in s: %({name})s"
    for name in sorted(mine - {name for name, _ in FORMAT.findall(msgstr)}):
        yield f"the placeholder %({name})s of the source text is missing"


def markup(text: str) -> Markup:
    """The text with its allowed tags as markup and everything else as plain text."""
    out, last = list[Markup](), 0
    text = _reveal(text)
    for tag in TAG.finditer(text):
        slash, name, rest = tag.groups()
        if name in TAGS and not rest.strip(" /"):
            out += [escape(text[last : tag.start()]), Markup(f"<{slash}{name}>")]
            last = tag.end()
    return Markup("").join([*out, escape(text[last:])])


def plain(text: str) -> str:
    """The text without its tags and without marks for line breaks; a <br> becomes a space."""
    text = _reveal(text).translate(UNSEEN)
    return TAG.sub(lambda m: (" " if m[2] == "br" else "") if m[2] in TAGS else m[0], text)


def _reveal(text: str) -> str:
    return REFERENCE.sub(lambda m: chr(int(m[1], 16)) if m[1] else NAMED[m[2].lower()], text)


def _tags(text: str) -> list[tuple[str, str, str]]:
    return [(slash, name, rest) for slash, name, rest in TAG.findall(text)]


def _nested(tags: list[tuple[str, str, str]]) -> bool:
    stack: list[str] = []
    for slash, name, _ in tags:
        if name == "br":
            continue
        if not slash:
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
    return not stack


def _known(names: set[str]) -> str:
    return f" (there: {', '.join(f'%({name})s' for name in sorted(names))})" if names else ""
