"""Entries: one message in the text of a catalog: what stands there, and the same file with another text."""

import contextlib
import datetime
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from brochure import files
from brochure.catalog import blocks
from brochure.catalog.blocks import Block, Blocks
from brochure.errors import RAW, CatalogError, OutputError, Problem
from brochure.project import Project

MSGSTR = re.compile(r"^msgstr", re.MULTILINE)
BEGUN = re.compile(r"(?:^|[\r\n])msgstr")
# What a field of the header says: to the \\n that ends it, or to the end of the strings; a long one may be wrapped.
VALUE = r'(?:[^"\\\r\n]|\\[^n\r\n]|"[ \t]*(?:\r\n|\r|\n)[ \t]*"(?![\w-]+:))*'
WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
KINDS = tuple(f"#{sign}" for sign in ".:,|~=")  # begin comments that are not the translator's


@dataclass(frozen=True)
class Draft:
    """What a translator wants to stand there; the comment stays as it is where it is None."""

    text: str
    fuzzy: bool = False
    comment: str | None = None


@dataclass(frozen=True)
class Entry:
    """A message as ``app`` describes it. ``file`` is its catalog, ``version`` the message as it stands there."""

    key: str
    file: str
    english: str
    old: str = ""
    text: str = ""
    fuzzy: bool = False
    note: str = ""
    comment: str = ""
    line: int = 1
    version: str = ""


class Overtaken(Exception):
    """The file was written by somebody else."""


def load(project: Project, file: str, tag: str) -> tuple[Blocks, bytes]:
    """A catalog's messages and its bytes; raise CatalogError for one that is damaged or not there."""
    try:
        data = (project.root / file).read_bytes()
    except OSError as error:
        raise CatalogError([Problem(file, f"cannot be read: {error.strerror}",
                                    f"copy locales/{Path(file).stem}.pot there if it is missing")]) from error
    return blocks.read(data, file, tag), data


def find(found: Blocks, key: str) -> Block | None:
    """The message's block."""
    return next((block for block in found if block.message and block.key == key), None)


def entry(block: Block | None, found: Blocks, key: str, file: str, english: str) -> Entry:
    """The message as it stands there; ``english`` is what is printed now."""
    if block is None:
        return Entry(key, file, english, version=_version(None))
    line = 1
    for part in found:
        if part is block:
            break
        line += part.text.count("\n")
    line += MSGSTR.split(block.text)[0].count("\n")
    old = block.previous if block.fuzzy and block.previous != english else block.msgid
    return Entry(key, file, english, old if old != english else "", block.msgstr, block.fuzzy,
                 str(block.unit.getnotes("developer")), comment(block), line, _version(block))


def _version(block: Block | None) -> str:
    """A digest of what a translator writes in a message."""
    said = (block.msgid, block.msgstr, block.fuzzy, block.previous, comment(block)) if block else ()
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def comment(block: Block) -> str:
    """The translator's own comment, a line each."""
    return "\n".join(line[1:].strip() for line in blocks.LINE.findall(block.text) if _own(line)).strip("\n")


def _own(line: str) -> bool:
    return line.startswith("#") and not line.startswith((*KINDS, blocks.MARK))


def written(found: Blocks, block: Block | None, key: str, english: str, draft: Draft) -> Block:
    """The message's block as the draft has it; for a message that the file lacks a new one."""
    if block is None:
        lines = found.newline + blocks.plain(key, english, "", found.newline)
        block = Block(lines, blocks.unit(lines))
    return _commented(found, _worded(found, block, english, draft), draft)


def _worded(found: Blocks, block: Block, english: str, draft: Draft) -> Block:
    text, fuzzy = draft.text, draft.fuzzy and bool(draft.text.strip())
    if (block.msgid, block.msgstr, block.fuzzy) == (english, text, fuzzy):
        return block
    above, below = _parted(block)

    def change(unit: Any) -> None:
        if block.msgid != english:
            unit.source = english
        if block.msgstr != text:
            unit.target = text
        if fuzzy != bool(unit.isfuzzy()):
            unit.markfuzzy(fuzzy)
        if not fuzzy:
            unit.prev_source = unit.prev_context = None
            blocks.remark(unit, "")

    lines = above + found.edit(Block(below, blocks.unit(below)), change).text
    return Block(lines, blocks.unit(lines))


def _parted(block: Block) -> tuple[str, str]:
    """What stands above the last empty line before the message, as it is, and the message with the comments next to it."""
    lines = blocks.LINE.findall(block.text)
    first = next(at for at, line in enumerate(lines) if line.startswith("msg"))
    start = max((at for at, line in enumerate(lines[:first], 1) if not line.strip()), default=0)
    return "".join(lines[:start]), "".join(lines[start:])


def _commented(found: Blocks, block: Block, draft: Draft) -> Block:
    """The block with another comment; of its other lines, and of those of the comment that stay, not a byte changes."""
    wanted = "\n".join(RAW.sub(" ", line).strip() for line in (draft.comment or "").splitlines()).strip("\n")
    if draft.comment is None or wanted == comment(block):
        return block
    above, _ = _parted(block)
    lines, start = blocks.LINE.findall(block.text), len(blocks.LINE.findall(above))
    own = [at for at, line in enumerate(lines) if _own(line)]
    end = own[-1] + 1 if own else start  # where lines that come after the last one go
    new = wanted.split("\n") if wanted else []
    made: dict[int, list[str]] = {}
    for kind, a, b, c, d in SequenceMatcher(None, [lines[at][1:].strip() for at in own], new, autojunk=False).get_opcodes():
        if kind != "equal":
            at = own[max(a, b - 1)] if a < len(own) else end  # nearest to the message, where several lines go
            made[at] = [_remark(line) + found.newline for line in new[c:d]]
            for at in own[a:b]:
                lines[at] = ""
    text = "".join("".join(made.get(at, ())) + line for at, line in enumerate([*lines, ""]))
    return Block(text, blocks.unit(text))


def _remark(line: str) -> str:
    """A line of a comment; what a program's begin with is set apart from it."""
    made = f"# {line}".rstrip()
    return made.replace("# ", "#  ", 1) if made.startswith(blocks.MARK.rstrip()) else made


def put(found: Blocks, new: Block, key: str, now: datetime.datetime | None = None, by: str = "") -> bytes:
    """The file's bytes with this block in place of the message's; its header says when it was revised, and by whom.

    A field that the header does not have is not put there.
    """
    parts = [new if part.message and part.key == key else _stamped(part, now, by) for part in found]
    if not any(part is new for part in parts):
        end = len(parts) - sum(part.unit is None for part in parts[-1:])
        parts.insert(end, new)
    return found.write(parts)


def _stamped(part: Block, now: datetime.datetime | None, by: str) -> Block:
    begun = BEGUN.search(part.text)
    if now is None or part.unit is None or not part.unit.isheader() or not begun:
        return part
    above, fields = part.text[: begun.end()], part.text[begun.end() :]
    for name, said in (("PO-Revision-Date", f"{now:%Y-%m-%d %H:%M%z}"), ("Last-Translator", blocks.escaped(by))):
        fields = _filled(fields, name, said) if said else fields
    return Block(above + fields, part.unit)


def _filled(fields: str, name: str, said: str) -> str:
    """The fields of a header with another value for this one, if it is there."""
    pattern = re.compile(rf'((?:(?<=")|(?<=\\n)){name}:){VALUE}', re.IGNORECASE)
    return pattern.sub(lambda found: f"{found[1]} {said}", fields, count=1)


def overwrite(path: Path, old: bytes, new: bytes) -> None:
    """Put the new bytes in place of the old ones, for whom the file was before.

    Raises Overtaken if others are there by then, OutputError for a file that is not to be written.
    """
    if not path.stat().st_mode & WRITABLE:  # to put another in its place is asking the folder alone
        raise OutputError([Problem(str(path), "is protected: nobody may write it", "let yourself write it, and save again")])
    with _whole(path, new):
        if path.read_bytes() != old:
            raise Overtaken


@contextlib.contextmanager
def _whole(path: Path, data: bytes) -> Iterator[None]:
    """The file's new bytes are safe on the disk; after this they are in its place."""
    with files.growing(path, sync=False) as file:
        file.write(data)
        file.flush()
        shutil.copymode(path, file.name)
        os.fsync(file.fileno())
        yield
