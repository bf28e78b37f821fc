"""Exchange: catalogs as XLIFF 1.2 for agencies and as CSV for spreadsheets, and back through the same merge as mail.

XLIFF is read and written by translate-toolkit. Its CSV reader guesses the separator and leaves the escapes of
formulas in the texts, so that tables are read and written here, by their first line.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from translate.storage import xliff

from brochure.catalog import blocks, encoding, receive
from brochure.catalog.blocks import MARK, Block
from brochure.catalog.merge import Message
from brochure.catalog.rescue import Repairs
from brochure.errors import CatalogError, Problem
from brochure.project import Project

COLUMNS = ("key", "source", "translation", "note", "state")
STATES = {"xliff": ("new", "needs-review-translation", "translated"), "csv": ("untranslated", "fuzzy", "translated")}
# A cell that a spreadsheet would take for a formula, however many apostrophes stand before it.
FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n|%]")
EXPECTED = ("mark", "Windows")  # our own tables have both: Excel wants them
WHOLE = "ask for the file again, or export it anew"


class _Unit(xliff.xliffunit):
    namespace = f"{xliff.xlifffile.unversioned_namespace}1.2"


class _Twelve(xliff.xlifffile[Any]):
    """translate-toolkit's XLIFF, which begins new files as version 1.1, as 1.2."""

    UnitClass = _Unit
    namespace = _Unit.namespace
    XMLskeleton = xliff.xlifffile.XMLskeleton.replace("1.1", "1.2")


def export(po: bytes, kind: str, file: str, tag: str, source: str) -> bytes:
    """The catalog as ``xliff`` or ``csv``, in its order; ``source`` is the tag of the language of its msgids."""
    found = [block for block in blocks.read(po, file, tag) if block.message]
    return _xliff(found, file, tag, source) if kind == "xliff" else _csv(found)


def take(data: bytes, name: str, project: Project, language: str | None = None,
         base: receive.Base | None = None, past: receive.Past | None = None) -> receive.Received:
    """Bring an exported file back, as ``receive`` does with a catalog; raise CatalogError for a file that is not whole."""
    repairs = Repairs(name)
    if data.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \r\n\t").startswith(b"<"):
        theirs, spoken = _from_xliff(data, name)
    else:
        text = encoding.text(data, name, repairs.note, "a CSV table")
        for kind in EXPECTED:
            repairs.found.pop(kind, None)
        theirs, spoken = list(_from_csv(text, name)), ""
    return receive.deliver(theirs, name, project, language, spoken, repairs.said(), base, past)


def _state(block: Block, kind: str) -> str:
    return STATES[kind][0 if not block.msgstr.strip() else 1 if block.fuzzy else 2]


def _remarks(block: Block) -> list[str]:
    """The translator's comments, and what an older program's run said."""
    return [line.strip().removeprefix("#").strip() for line in block.unit.othercomments if line.strip("# \r\n")]


def _xliff(found: list[Block], file: str, tag: str, source: str) -> bytes:
    store: Any = _Twelve(sourcelanguage=source, targetlanguage=tag)
    for block in found:
        unit = store.addsourceunit(block.msgid, file, True)
        unit.setid(block.key)
        unit.xmlelement.set("resname", block.key)
        unit.target = block.msgstr or None
        unit.markapproved(bool(block.msgstr.strip()) and not block.fuzzy)
        if (target := unit.getlanguageNode(lang=None, index=1)) is not None:
            target.set("state", _state(block, "xliff"))
        unit.createcontextgroup("brochure", [("x-key", block.key)], purpose="match")
        unit.addnote(str(block.unit.getnotes("developer")), origin="developer")
        for line in _remarks(block):
            unit.addnote(line, origin="translator")
        if block.fuzzy and block.previous:
            unit.addalttrans(block.msgstr, origin="previous", lang=tag, sourcetxt=block.previous)
    return bytes(store)


def _from_xliff(data: bytes, name: str) -> tuple[list[Message], str]:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise CatalogError([Problem(name, "the file defines signs of its own (DOCTYPE), which is not read", WHOLE)])
    try:
        store: Any = xliff.xlifffile.parsestring(data)  # type: ignore[no-untyped-call]  # the library has no types
    except (SyntaxError, ValueError, AssertionError, StopIteration) as error:  # lxml's XMLSyntaxError is the first
        line = getattr(error, "lineno", None) or 1
        raise CatalogError([Problem(f"{name}:{line}", "the file is not whole XLIFF 1.2", WHOLE)]) from error
    if not store.units:
        raise CatalogError([Problem(name, "no message is in the file: is it XLIFF 1.2?", WHOLE)])
    messages = []
    for unit in store.units:
        node = unit.getlanguageNode(lang=None, index=1)
        state = node.get("state") or "" if node is not None else ""
        fuzzy = None if state in ("", "new") and not unit.isapproved() else state.startswith("needs-")
        remarks = tuple(f"# {line}" for line in str(unit.getnotes("translator")).splitlines())
        messages.append(Message(unit.xmlelement.get("resname") or unit.xmlelement.get("id") or "", str(unit.source or ""),
                                str(unit.target or ""), fuzzy, remarks))
    return messages, str(store.gettargetlanguage() or "")


def _csv(found: list[Block]) -> bytes:
    """UTF-8 with a byte order mark and Windows' line ends: the one form that Excel opens everywhere."""
    out = io.StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_ALL)
    table.writerow(COLUMNS)
    for block in found:
        was = [f"{MARK[2:]}it translates “{block.previous}”"] if block.fuzzy and block.previous else []
        note = "\n".join([str(block.unit.getnotes("developer")), *_remarks(block), *was]).strip()
        table.writerow([_safe(cell) for cell in (block.key, block.msgid, block.msgstr, note, _state(block, "csv"))])
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def _unsafe(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _from_csv(text: str, name: str) -> Iterator[Message]:
    """The rows of a table, whatever its separator; its first line names the columns."""
    if text.startswith("sep=") and "\n" in text:  # Excel's own first line
        text = text.partition("\n")[2]
    first = text.partition("\n")[0]
    separator = next((sign for sign in ";\t," if sign in first), ",")
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        titles = [title.strip().casefold() for title in next(rows)]
        problems = [Problem(f"{name}:1", f"the table has no column “{column}”", f"its first line is {', '.join(COLUMNS)}")
                    for column in COLUMNS[:3] if column not in titles]
        messages, seen = list[Message](), dict[str, int]()
        for row in rows if not problems else ():
            line = rows.line_num
            if not any(cell.strip() for cell in row):
                continue
            if len(row) < len(titles) or any(cell.strip() for cell in row[len(titles) :]):
                problems.append(Problem(f"{name}:{line}", f"the row has {len(row)} cells, the first line {len(titles)}",
                                        "put the text into one cell"))
                continue
            cells = {title: _unsafe(cell) for title, cell in zip(titles, row, strict=False)}
            state = cells.get("state", "").strip().casefold()
            message = Message(cells["key"].strip(), cells["source"], cells["translation"], state == "fuzzy" if state else None,
                              tuple(f"# {part}" for part in cells.get("note", "").splitlines() if part.strip()))
            if _lost(message):
                problems.append(Problem(f"{name}:{line}", f"{message.key}: the letters were lost, ? stands in their place",
                                        "write it again, and save the table as “CSV UTF-8”"))
            if message.key in seen:
                problems.append(Problem(f"{name}:{line}", f"“{message.key}” stands twice in the table (also in line "
                                        f"{seen[message.key]})", "delete the row that is not right"))
            seen.setdefault(message.key, line)
            messages.append(message)
    except csv.Error as error:
        raise CatalogError([Problem(name, f"the table cannot be read: {error}", WHOLE)]) from error
    if problems:
        raise CatalogError(problems)
    yield from messages


def _lost(message: Message) -> bool:
    """Whether a program without the letters of the language wrote question marks for them."""
    return "??" in message.msgstr and message.msgstr.count("?") > 2 * message.msgid.count("?") + len(message.msgstr) // 3
