"""Reading a PO file: a strict line check first, since every PO reader silently accepts some damage."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from translate.storage import pypo

from brochure.errors import CatalogError, Problem

KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)[ \t]+(.*)")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
ESCAPES = re.compile(r'\\(.)')
CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")
# Windows' and word processors' quotes, and Khmer's own: what a hand puts where a plain " belongs.
CURLY = re.compile("[\u201c\u201d\u201e\u00ab\u00bb]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\xef\xbb\xbf", "UTF-8 with a byte order mark"))


@dataclass(frozen=True)
class Entry:
    """One message of a PO file. ``line`` is where its msgstr begins."""

    context: str
    msgid: str
    msgstr: str
    fuzzy: bool
    line: int


@dataclass(frozen=True)
class Catalog:
    """The messages of one PO file, by context; ``file`` is its path in the project."""

    file: str
    entries: Mapping[str, Entry]


@dataclass
class _Block:
    """The lines of one message while they are checked."""

    line: int
    obsolete: bool = False
    parts: tuple[str, ...] = ()
    msgstr: int = 0
    context: str | None = None
    msgid: str = ""


def read(path: Path, project: Path) -> Catalog:
    """Read a PO file; raise CatalogError with every problem of its lines."""
    file = path.relative_to(project).as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogError([Problem(file, f"cannot be read: {error.strerror}")]) from error
    text = _decode(data, file)
    problems: list[Problem] = []
    blocks = [block for block in _blocks(text, file, problems) if block.parts]
    problems += _structure(blocks, file, path.parent.parent.name)
    if problems:
        raise CatalogError(sorted(problems, key=lambda problem: _line(problem.where)))
    store = pypo.pofile.parsestring(  # type: ignore[no-untyped-call]  # the library has no types
        data.replace(b"\r\n", b"\n"))
    units = [unit for unit in store.units if not unit.isobsolete()]
    entries = {}
    for unit, block in zip(units, (block for block in blocks if not block.obsolete), strict=True):
        if unit.isheader():
            continue
        entries[unit.getcontext()] = Entry(unit.getcontext(), str(unit.source), str(unit.target or ""),
                                           unit.isfuzzy(), block.msgstr)
    return Catalog(file, entries)


def _decode(data: bytes, file: str) -> str:
    for mark, name in BOMS:
        if data.startswith(mark):
            raise CatalogError([Problem(f"{file}:1", f"the file is saved as {name}", "save it as UTF-8 without a mark")])
    if not data.strip():
        raise CatalogError([Problem(file, "the file is empty", "take it from the last version that was whole")])
    if b"\0" in data:
        raise CatalogError([Problem(file, "the file is not text in UTF-8 (it holds zero bytes)", "save it as UTF-8")])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CatalogError([Problem(f"{file}:{line}", f"byte 0x{data[error.start]:02x} is not UTF-8",
                                    "the file was saved in another encoding: save it as UTF-8")]) from error


def _blocks(text: str, file: str, problems: list[Problem]) -> Iterator[_Block]:
    """Split the text into messages, line by line; note what no PO reader should accept."""
    block, part = _Block(1), ""
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.removesuffix("\r")
        where = f"{file}:{number}"
        obsolete = line.startswith("#~")
        body = line[2:].lstrip() if obsolete else line
        if not obsolete and (not body.strip() or body.startswith("#")):
            if block.parts and (not body.strip() or "msgstr" in block.parts[-1]):
                yield block
                block, part = _Block(number), ""
            elif block.parts and body.strip():
                problems.append(Problem(where, "a comment stands in the middle of a message"))
            continue
        if body.startswith(("|", "#")) or not body:
            continue  # the previous source text of an obsolete message
        if CONFLICT.match(body):
            problems.append(Problem(where, "a merge conflict was left in the file",
                                    "choose one of the two versions and delete the lines of <, = and >"))
            continue
        if found := CONTROL.search(line):
            problems.append(Problem(where, f"the character U+{ord(found[0]):04X} does not belong in text",
                                    "delete it; it may be the trace of a broken conversion"))
        keyword = KEYWORD.fullmatch(body)
        if keyword:
            kind, string = keyword.groups()
            if block.parts and (kind in block.parts or (block.parts[-1].startswith("msgstr")
                                and not kind.startswith("msgstr"))):
                yield block
                block = _Block(number)
            block.obsolete, block.parts, part = obsolete, (*block.parts, kind), kind
            if kind.startswith("msgstr") and not block.msgstr:
                block.msgstr = number
        elif body.startswith('"'):
            string = body
            if not part:
                problems.append(Problem(where, "a text stands here without msgid or msgstr before it"))
        else:
            word = body.split(None, 1)[0]
            problems.append(Problem(where, f"{_short(word)} is not part of a PO file",
                                    "a line begins with #, msgctxt, msgid, msgstr or a quotation mark"))
            continue
        value = _string(string.rstrip(), where, problems)
        if part == "msgctxt":
            block.context = (block.context or "") + value
        elif part == "msgid":
            block.msgid += value
    yield block


def _string(string: str, where: str, problems: list[Problem]) -> str:
    whole = STRING.fullmatch(string)
    if not whole:
        problems.append(Problem(where, *_why(string)))
        return ""
    for escape in ESCAPES.findall(string):
        if escape not in 'ntr"\\':
            problems.append(Problem(where, f"\\{escape} is not a sign that a PO file knows",
                                    "for a backslash write two: \\\\"))
    return string[1:-1]


def _why(string: str) -> tuple[str, str]:
    """What is wrong with a text that is not one quoted string, and what to do."""
    if CURLY.match(string) or (string.startswith('"') and CURLY.search(string[-1:])):
        return "the text stands in curly quotation marks", 'put plain quotation marks (") around it'
    if not string.startswith('"'):
        return "the quotation mark before the text is missing", 'write " at its beginning'
    inner = STRING.match(string)
    if inner and inner.end() < len(string):
        return ("a quotation mark stands inside the text",
                'write \\" for a quotation mark in the text, and let nothing follow the last one')
    return "the quotation mark after the text is missing", 'write " at its end'


def _structure(blocks: list[_Block], file: str, tag: str) -> Iterator[Problem]:
    seen: dict[tuple[str | None, str], int] = {}
    header = next((block for block in blocks if not block.obsolete), None)
    if header is None or header.msgid or header.context is not None:
        yield Problem(f"{file}:1", "the header is missing", 'the first message is msgid "" with Content-Type and Language')
    for block in blocks:
        where = f"{file}:{block.line}"
        plain = tuple(re.sub(r"\[\d+\]", "", part) for part in block.parts)
        if "msgid" not in plain:
            yield Problem(where, f"{block.parts[0]} stands here without a msgid")
        elif "msgstr" not in plain:
            yield Problem(where, "the message has no msgstr", "was the end of the file cut off?")
        elif plain[-1] != "msgstr" or list(plain) != sorted(plain, key=_ORDER.index):
            yield Problem(where, "msgctxt, msgid and msgstr are not in this order")
        if block.obsolete:
            continue
        key = (block.context, block.msgid)
        if key in seen:
            name = block.context or block.msgid or "the header"
            yield Problem(where, f"{_short(name)} stands twice in the file (also in line {seen[key]})",
                          "delete the one that is not right")
        elif block is not header and block.context is None:
            yield Problem(where, f"the message {_short(block.msgid)} has no msgctxt",
                          "was it made by hand? take the template's file")
        seen[key] = block.line


_ORDER = ("msgctxt", "msgid", "msgid_plural", "msgstr")


def _short(text: str) -> str:
    return f"“{text[:40]}…”" if len(text) > 41 else f"“{text}”"


def _line(where: str) -> int:
    number = where.rpartition(":")[2]
    return int(number) if number.isdigit() else 0
