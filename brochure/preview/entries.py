"""Entries: one message in the text of a catalog: what stands there, and the same file with another text."""

import contextlib
import datetime
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brochure import files
from brochure.catalog import blocks
from brochure.catalog.blocks import Block, Blocks
from brochure.errors import CatalogError, Problem
from brochure.project import Project

DATE = re.compile(r'(PO-Revision-Date:)[^"\\\r\n]*')
MSGSTR = re.compile(r"^msgstr", re.MULTILINE)


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
    comment = "\n".join(one.lstrip("#").strip() for one in block.comments)
    return Entry(key, file, english, old if old != english else "", block.msgstr, block.fuzzy,
                 str(block.unit.getnotes("developer")), comment, line, _version(block))


def _version(block: Block | None) -> str:
    """A digest of what a translator writes in a message."""
    said = (block.msgid, block.msgstr, block.fuzzy, block.previous) if block else ()
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def written(found: Blocks, block: Block | None, key: str, english: str, text: str, *, fuzzy: bool) -> Block:
    """The message's block with another text; for a message that the file lacks a new one."""
    if block is None:
        lines = found.newline + blocks.plain(key, english, text, found.newline)
        return Block(lines, blocks.unit(lines))
    fuzzy = fuzzy and bool(text.strip())
    if (block.msgid, block.msgstr, block.fuzzy) == (english, text, fuzzy):
        return block

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

    return found.edit(block, change)


def put(found: Blocks, new: Block, key: str, now: datetime.datetime | None = None) -> bytes:
    """The file's bytes with this block in place of the message's, and its revision date set to ``now``."""
    parts = [new if part.message and part.key == key else _dated(part, now) for part in found]
    if not any(part is new for part in parts):
        end = len(parts) - sum(part.unit is None for part in parts[-1:])
        parts.insert(end, new)
    return found.write(parts)


def _dated(part: Block, now: datetime.datetime | None) -> Block:
    if now is None or part.unit is None or not part.unit.isheader():
        return part
    return Block(DATE.sub(rf"\1 {now:%Y-%m-%d %H:%M%z}", part.text), part.unit)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """No other preview writes in the folder meanwhile, where the system can lock one (Windows cannot)."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def overwrite(path: Path, old: bytes, new: bytes) -> None:
    """Put the new bytes in place of the old ones; raise Overtaken if others are there by then."""
    with _whole(path, new):
        if path.read_bytes() != old:
            raise Overtaken


@contextlib.contextmanager
def _whole(path: Path, data: bytes) -> Iterator[None]:
    """The file's new bytes are safe on the disk; after this they are in its place."""
    with files.growing(path, sync=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        yield
