"""Reading a PO file: a strict line check first, since every PO reader silently accepts some damage."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from translate.storage import pypo

from brochure.catalog.damage import decode, length_fault, letter_fault, string_fault, word_fault
from brochure.errors import CatalogError, Problem

KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)(?![\w\[])[ \t]*(.*)")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
ESCAPES = re.compile(r'\\(.)')
CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")
ORDER = ("msgctxt", "msgid", "msgid_plural", "msgstr")
TWICE = "delete the one that is not right"
CUT_OFF = "was a line deleted, or the file's end cut off?"
UTF8 = 'write "Content-Type: text/plain; charset=UTF-8\\n" in it'


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


class _Block:
    """The lines of one message while they are checked; ``damaged`` once a problem of its lines is known."""

    def __init__(self, obsolete: bool) -> None:
        self.obsolete, self.damaged = obsolete, False
        self.lines: dict[str, int] = {}  # keyword → line
        self.texts: dict[str, str] = {}
        self.last = ""

    @property
    def line(self) -> int:
        return next(iter(self.lines.values()))

    @property
    def msgstr(self) -> int:
        return next((line for part, line in self.lines.items() if part.startswith("msgstr")), self.line)

    def follows(self, kind: str) -> bool:
        """Whether a line with this keyword begins the next message."""
        return bool(self.last) and (kind == "msgctxt" or (kind == "msgid" and "msgid" in self.lines)) \
            and self.last.startswith("msgstr")


def read(path: Path, project: Path) -> Catalog:
    """Read a PO file; raise CatalogError with every problem of its lines."""
    file = path.relative_to(project).as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogError([Problem(file, f"cannot be read: {error.strerror}")]) from error
    return parse(data, file, path.parent.parent.name)


def parse(data: bytes, file: str, tag: str) -> Catalog:
    """Read the bytes of a PO file in the language ``tag``, as ``read`` does."""
    text = decode(data, file)
    blocks = check(text, file, tag)
    try:
        store = pypo.pofile.parsestring(text.encode())  # type: ignore[no-untyped-call]  # the library has no types
        units = [unit for unit in store.units if unit.msgid and not unit.isobsolete()]  # comments at the end have no msgid
        pairs = list(zip(units, (block for block in blocks if not block.obsolete), strict=True))
    except ValueError as error:  # PoParseError is one
        at = re.search(r"line (\d+)", str(error))
        raise CatalogError([Problem(f"{file}:{at[1] if at else 1}", "the file cannot be read from here on",
                                    "open it in a PO editor and save it again")]) from error
    entries = {}
    for unit, block in pairs:
        if not unit.isheader():
            entries[unit.getcontext()] = Entry(unit.getcontext(), str(unit.source), str(unit.target or ""),
                                               unit.isfuzzy(), block.msgstr)
    return Catalog(file, entries)


def check(text: str, file: str, tag: str) -> "list[_Block]":
    """The messages of a PO file of the language ``tag``, as lines; raise CatalogError with every problem of the lines."""
    lines = _Check(file)
    lines.conflicts(text)
    lines.lines(text)
    lines.structure(tag)
    if lines.problems:
        raise CatalogError(sorted(lines.problems, key=lambda problem: int(problem.where.rpartition(":")[2])))
    return lines.blocks


class _Check:
    """Splits a text into messages, line by line, and notes what no PO reader should accept."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.blocks: list[_Block] = []

    def note(self, line: int, what: str, hint: str = "") -> None:
        self.problems.append(Problem(f"{self.file}:{line}", what, hint))

    def conflicts(self, text: str) -> None:
        """A conflict shakes everything around it: nothing else is worth saying."""
        for number, line in enumerate(text.split("\n"), 1):
            if CONFLICT.match(line) and line[0] == "<":
                self.note(number, "a merge conflict was left in the file",
                          "choose one of the two versions and delete the lines that begin with <<<<<<<, ======= and >>>>>>>")
        if self.problems:
            raise CatalogError(self.problems)

    def lines(self, text: str) -> None:
        """Every line by itself, and where it stands in its message."""
        block, gap = _Block(False), 0  # gap: an empty line in a message that is not complete
        for number, line in enumerate(text.split("\n"), 1):
            obsolete = line.startswith("#~")
            body = line[2:].lstrip() if obsolete else line
            if not body.strip(" \t") or body.startswith(("#", "|") if obsolete else "#"):
                ends = body.startswith("#.") or (gap and body.startswith("#"))  # the next message's comments
                if block.last and (ends or block.last.startswith("msgstr")):
                    block, gap = self._close(block), 0
                elif block.last and body.startswith("#"):
                    self.note(number, "a comment stands in the middle of a message", "put it above the message")
                elif block.last:
                    gap = number
                continue
            count = len(self.problems)
            if fault := letter_fault(line):
                self.note(number, *fault)
            keyword = KEYWORD.fullmatch(body)
            kind, string = keyword.groups() if keyword else ("", body)
            if block.last and (block.follows(kind) or obsolete != block.obsolete or (gap and kind == "msgctxt")):
                block = self._close(block)
            if gap and block.last and (kind or string.startswith('"')):
                self.note(gap, "an empty line stands in the middle of a message", "delete it")
            gap = 0
            if kind:
                block.obsolete = obsolete
                self._keyword(block, kind, number)
            elif not string.startswith('"'):
                self.note(number, *word_fault(body))
                block.damaged = True
                continue
            elif not block.last:
                self.note(number, "a text stands here without msgid or msgstr above it",
                          "delete it, or delete the empty line or comment above it")
            self._string(block, string.rstrip(), kind, number)
            block.damaged |= len(self.problems) > count
        self._close(block)

    def _close(self, block: _Block) -> _Block:
        if block.last:
            self.blocks.append(block)
        return _Block(False)

    def _keyword(self, block: _Block, kind: str, number: int) -> None:
        plain, last = kind.partition("[")[0], block.last.partition("[")[0]
        if kind in block.lines:
            self.note(number, f"{kind} stands twice in one message", "a line is missing between the two, or one is too many")
        elif last and ORDER.index(plain) < ORDER.index(last):
            self.note(number, f"{kind} stands after {block.last}", "the order is msgctxt, msgid, msgstr")
        elif kind != plain and "msgid_plural" not in block.lines:
            self.note(number, f"{kind} stands in a message without msgid_plural", "write msgstr")
        block.lines.setdefault(kind, number)
        block.last = kind

    def _string(self, block: _Block, string: str, kind: str, number: int) -> None:
        if not STRING.fullmatch(string):
            self.note(number, *string_fault(string, kind))
            return
        for escape in ESCAPES.findall(string):
            if escape not in 'ntr"\\':
                self.note(number, f"\\{escape} is not a sign that a PO file knows", "for a backslash write two: \\\\")
        block.texts[block.last] = block.texts.get(block.last, "") + string[1:-1]

    def structure(self, tag: str) -> None:
        """Every message complete, none twice, and a header that says what the file is."""
        whole = [block for block in self.blocks if not block.damaged]
        for block in whole:
            if "msgid" not in block.lines:
                self.note(block.line, f"{block.last} stands here without a msgid", CUT_OFF)
            elif not block.last.startswith("msgstr"):
                self.note(block.line, "the message has no msgstr", CUT_OFF)
            for keyword, line in block.lines.items():
                if fault := length_fault(block.texts.get(keyword, ""), keyword):
                    self.note(line, *fault)
        first = next((block for block in self.blocks if not block.obsolete), None)
        if first is None or first.texts.get("msgid") or "msgctxt" in first.lines:
            if not (first and first.damaged):
                self.note(1, "the header is missing", 'the first message is msgid "" with Content-Type and Language')
        elif not first.damaged:
            self._header(first, tag)
        seen: dict[str, int] = {}
        for block in whole:
            if block.obsolete or block is first or "msgid" not in block.lines:
                continue
            context = block.texts.get("msgctxt", "")
            if not block.texts.get("msgid"):
                self.note(block.line, "a message without text (msgid \"\") stands here", "only the header, at the top, has none")
            elif not context:
                self.note(block.line, f"the message “{_short(block.texts['msgid'])}” has no msgctxt",
                          f"take it from locales/{Path(self.file).stem}.pot" if "/" in self.file else
                          "take it from the file that was sent")
            elif context in seen:
                self.note(block.line, f"“{context}” stands twice in the file (also in line {seen[context]})", TWICE)
            seen.setdefault(context, block.line)

    def _header(self, block: _Block, tag: str) -> None:
        rows = (row.partition(":") for row in block.texts.get("msgstr", "").split("\\n"))
        fields = {name.strip().casefold(): value.strip() for name, _, value in rows}
        kind, spoken = fields.get("content-type", ""), fields.get("language", "").replace("_", "-")
        charset = kind.casefold().partition("charset=")[2].strip()
        if not kind:
            self.note(block.line, "the header has no Content-Type", UTF8)
        elif charset not in ("utf-8", "utf8"):
            self.note(block.line, f"the header names the encoding {charset.upper() or 'nothing'}: only UTF-8 is read", UTF8)
        elif spoken and not f"{spoken}-".casefold().startswith(f"{tag}-".casefold()):
            self.note(block.line, f"the header says that the language is {spoken}, but the file is in the folder of {tag}",
                      f'is it the right file? then write "Language: {tag}\\n" in its header')


def _short(text: str) -> str:
    return f"{text[:40]}…" if len(text) > 41 else text
