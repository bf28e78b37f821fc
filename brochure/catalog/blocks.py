"""Blocks: a PO file cut into its messages, so that what is not edited is written with the bytes it was read with.

translate-toolkit reads and writes one message at a time; the text between edited messages is never written anew.
"""

import copy
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from translate.storage import poparser, pypo

from brochure.catalog import store
from brochure.catalog.damage import decode
from brochure.errors import CatalogError, Problem

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
KEYWORD = re.compile(r"(?:^|[\r\n])msg")
LANGUAGE = re.compile(r'(?:^(?:msgstr )?"|\\n)Language:[ \t]*([\w-]+)', re.MULTILINE)  # a header may be one line
WRAPPED, UNWRAPPED = 77, 1_000_000  # columns: gettext's line of 79 with its quotation marks; longer than any line
LONG = 160  # no tool that wraps leaves a line of so many characters
MARK = "# brochure: "  # begins a translator's comment that a program wrote


@dataclass(frozen=True)
class Block:
    """A message with the empty lines and comments above it, or what stands after the last message (no unit).

    ``unit`` is to be read only: ``Blocks.edit`` makes a new block.
    """

    text: str
    unit: Any = None

    @property
    def message(self) -> bool:
        """Whether it is a message that is in use: not obsolete, not the header."""
        return self.unit is not None and not self.unit.isobsolete() and not self.unit.isheader()

    @property
    def obsolete(self) -> bool:
        """Whether it is a message that is kept as ``#~``."""
        return self.unit is not None and bool(self.unit.isobsolete())

    @property
    def key(self) -> str:
        """The message's context; empty for anything else."""
        return str(self.unit.getpreviouscontext()) if self.unit is not None else ""

    @property
    def msgid(self) -> str:
        """The source text."""
        return str(self.unit.source)

    @property
    def msgstr(self) -> str:
        """The translation, empty if there is none."""
        return str(self.unit.target or "")

    @property
    def fuzzy(self) -> bool:
        """Whether somebody must look at it; a message without translation is not fuzzy, but empty."""
        return bool(self.unit.isfuzzy()) and bool(self.msgstr.strip())

    @property
    def previous(self) -> str:
        """The source text (``#|``) that a fuzzy translation translates; empty if none is known."""
        return str(self.unit.prev_source)

    @property
    def comments(self) -> tuple[str, ...]:
        """The translator's comment lines, without those a program wrote."""
        return tuple(line.strip() for line in self.unit.othercomments if not line.startswith(MARK) and line.strip("# \r\n"))


@dataclass(frozen=True)
class Blocks:
    """A PO file. ``newline`` and ``width`` say how it ends and wraps its lines."""

    parts: tuple[Block, ...]
    newline: str
    width: int

    def __iter__(self) -> Iterator[Block]:
        return iter(self.parts)

    def edit(self, block: Block, change: Callable[[Any], None], moved: bool = False) -> Block:
        """A block whose unit ``change`` has changed, written as this file is; below an empty line if it is ``moved``."""
        unit = copy.deepcopy(block.unit)
        unit.wrapper = pypo.PoWrapper(self.width)
        change(unit)
        lead = self.newline if moved else block.text[: len(block.text) - len(block.text.lstrip())]
        return Block(lead + str(unit).replace("\n", self.newline), unit)

    def asleep(self, parts: Sequence[Block], more: Iterable[Block]) -> list[Block]:
        """The blocks, with these messages as obsolete ones after the last; comments at the end of the file stay there."""
        end = len(parts)
        while end and parts[end - 1].unit is None:
            end -= 1
        return [*parts[:end], *(self.edit(block, pypo.pounit.makeobsolete, moved=True) for block in more), *parts[end:]]

    def write(self, parts: Sequence[Block]) -> bytes:
        """The bytes of a file with these blocks in place of its own."""
        texts = [part.text for part in parts]
        for number, text in enumerate(texts[:-1]):
            if text and not text.endswith(("\n", "\r")):  # what was the end of the file
                texts[number] = text + self.newline
        if texts and not self.parts[-1].text.endswith(("\n", "\r")):
            texts[-1] = texts[-1].rstrip("\r\n")
        return "".join(texts).encode()


def read(data: bytes, file: str, tag: str | None = None) -> Blocks:
    """Check a PO file as strictly as ``store`` does and cut it; raise CatalogError with every problem.

    ``tag`` is the language the header must name; None leaves that to the header.
    """
    check(data, file, tag)
    text = data.decode()
    ends = Counter(re.findall(r"\r\n|\r|\n", text))
    newline = ends.most_common(1)[0][0] if ends else "\n"
    parts, line = [], 1
    for piece in _cut(text):
        parts.append(Block(piece, unit(piece)))
        if parts[-1].unit is None and KEYWORD.search(piece):
            raise CatalogError([Problem(f"{file}:{line}", "the file cannot be read from here on",
                                        "open it in a PO editor and save it again")])
        line += len(re.findall(r"\r\n|\r|\n", piece))
    return Blocks(tuple(parts), newline, _width(text))


def check(data: bytes, file: str, tag: str | None = None) -> None:
    """Raise CatalogError with every problem of the file's lines."""
    text = decode(data, file)
    spoken = LANGUAGE.search(text)
    store.check(text, file, tag if tag is not None else spoken[1].replace("_", "-") if spoken else "")


def remark(unit: Any, text: str) -> None:
    """Put a program's comment in place of those it wrote before; an empty text takes them away."""
    unit.othercomments = [line for line in unit.othercomments if not line.startswith(MARK)]
    unit.othercomments += [f"{MARK}{line}\n" for line in text.splitlines()]


def _cut(text: str) -> Iterator[str]:
    lines, done = list[str](), False
    for line in LINE.findall(text):
        words = line.strip()
        words = words[2:].lstrip() if words.startswith("#~") else words
        if done and not words.startswith(('"', "msgstr")):
            yield "".join(lines)
            lines, done = [], False
        lines.append(line)
        done = done or words.startswith("msgstr")
    if lines:
        yield "".join(lines)


def plain(key: str, msgid: str, msgstr: str, newline: str = "\n") -> str:
    """A message as the lines of a PO file, unwrapped."""
    texts = (("msgctxt", key), ("msgid", msgid), ("msgstr", msgstr))
    return "".join(f'{word} "{pypo.escapeforpo(text)}"{newline}' for word, text in texts)


def escaped(text: str) -> str:
    """A text of one line as it stands between quotation marks."""
    return str(pypo.escapeforpo(text))


def unit(piece: str) -> Any:
    """One message's lines as translate-toolkit's unit; None for lines that are no whole message.

    An obsolete message that only its writer understands is none either: its lines are kept as they are.
    """
    lines = [line.rstrip("\r\n") + "\n" for line in LINE.findall(piece)]
    found: Any = pypo.pounit()
    found.msgidcomments = found.msgid_pluralcomments = None  # a text that begins with _: is a text, not a note as KDE had them
    try:
        state = poparser.PoParseState(lines, pypo.pounit, "utf-8")
        poparser.parse_unit(state, found)
    except (ValueError, IndexError, TypeError):  # the last for lines without a msgid
        return None
    found.msgidcomments, found.msgid_pluralcomments = [], []
    return found if found.msgid and found.msgstr and not state.next_line else None


def _width(text: str) -> int:
    """Whether the file's long texts stand on one line or on many."""
    lines = [line.strip().removeprefix("#~").lstrip() for line in text.splitlines() if not line.startswith(("#:", "#.", "# "))]
    pairs = list(itertools.pairwise(lines))
    wrapped = sum(b.startswith('"') and a.endswith('"') and not a.endswith(('\\n"', '""')) for a, b in pairs)
    long = sum(len(line) > LONG and line.endswith('"') for line in lines)
    return WRAPPED if wrapped > long else UNWRAPPED
