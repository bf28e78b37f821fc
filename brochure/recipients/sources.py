"""Sources: a list of recipients as rows of text, from a CSV file; ``workbook`` has those of Excel."""

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TextIO

from brochure.errors import Problem, RecipientError
from brochure.recipients.cells import Fault

HELD = 16 << 20
"""Characters of one row; more is a quotation mark that nobody closed."""

PIECE = 1 << 20
DELIMITERS = ";\t,"
FIRST = "the first row names the columns: id, …"
SAVE = "in Excel, save it as “CSV UTF-8 (Comma delimited)” or as an Excel workbook (.xlsx)"
# What a file begins with that is neither a table nor a workbook of today.
STRANGERS = (
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook (.xls), or one with a password",
     "in Excel, save it as an Excel workbook (.xlsx) without a password"),
    (b"%PDF", "is a PDF, not a table", SAVE), (b"<", "is a web page, not a table", SAVE),
    (b"{\\rtf", "is a text, not a table", SAVE),
)
NEVER_CLOSED = Fault("a quotation mark is opened in this row and never closed", "close it, or delete it")
AFTER_QUOTES = Fault("text stands behind a closing quotation mark",
                     "put quotation marks round the whole cell, and write those within it twice")


@dataclass(frozen=True)
class Row:
    """A row as the spreadsheet numbers it, from 1; one with a fault has no cells."""

    number: int
    cells: tuple[str, ...]
    fault: Fault | None = None


@dataclass(frozen=True)
class Table:
    """``name`` for sentences; ``header`` is the first row that has text; ``rows`` begins anew with every call.

    ``problems`` are those of the whole table.
    """

    name: str
    header: Row
    rows: Callable[[], Iterator[Row]]
    problems: tuple[Problem, ...] = ()


def table(path: Path) -> Table:
    """The table in a file; raise RecipientError with the one sentence that says why it is none."""
    try:
        with path.open("rb") as file:
            start = file.read(64)
            if start.startswith(b"PK\x03\x04"):
                from brochure.recipients import workbook  # a third of the start of the program
                return workbook.table(path)
            for begin, what, hint in STRANGERS:
                if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(begin):
                    raise RecipientError([Problem(path.name, what, hint)])
        encoding = _encoding(path, start)
    except OSError as error:
        raise RecipientError([Problem(str(path), f"cannot be read: {error.strerror}",
                                      "name a CSV file or an Excel workbook")]) from error
    rows = partial(_rows, path, encoding)
    header = first(rows())
    if header is None:
        raise RecipientError([Problem(path.name, "is empty", FIRST)])
    return Table(path.name, header, rows)


def first(rows: Iterable[Row]) -> Row | None:
    """The first row that has text."""
    return next((row for row in rows if row.fault or any(cell.strip() for cell in row.cells)), None)


def _encoding(path: Path, start: bytes) -> str:
    """How the file is coded, tried on the whole of it."""
    encoding = "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as file:
        for piece in chain(iter(partial(file.read, PIECE), b""), [b""]):
            try:
                line += decoder.decode(piece, final=not piece).count("\n")
            except UnicodeDecodeError as fault:
                line += bytes(fault.object[: fault.start]).count(b"\n")
                code = encoding.removesuffix("-sig").upper()
                raise RecipientError([Problem(f"{path.name}:{line}", f"the byte 0x{fault.object[fault.start]:02x} is not {code}",
                                              f"{SAVE}; text in an old font is converted to Unicode first")]) from fault
    return encoding


class _Feed:
    """The lines of a file; it ends when one row has taken more than a row can have."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.held, self.over = file, 0, False

    def __iter__(self) -> Iterator[str]:
        while line := self.file.readline(HELD + 1):
            self.held += len(line)
            if self.held > HELD:
                self.over = True
                return
            yield line


def _rows(path: Path, encoding: str) -> Iterator[Row]:
    csv.field_size_limit(max(HELD, csv.field_size_limit()))  # of the whole process; the feed is the narrower gate
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file)
        feed = _Feed(file)
        reader, number = csv.reader(feed, delimiter=delimiter, strict=True), 0
        while not feed.over:
            feed.held, number, fault, cells = 0, number + 1, None, list[str]()
            try:
                cells = next(reader)
            except StopIteration:
                if not feed.over:
                    return
            except csv.Error as error:
                fault = NEVER_CLOSED if "end of data" in str(error) else AFTER_QUOTES
            yield Row(number, () if feed.over else tuple(cells), NEVER_CLOSED if feed.over else fault)


def _delimiter(file: TextIO) -> str:
    """The sign that stands most often in the first line with text, outside quotation marks; the file stands before the rows."""
    first = file.readline(HELD)
    if named := re.fullmatch(r"sep=(.)\s*", first):  # Excel's own line, which it does not show
        return named[1]
    while first and not first.strip():
        first = file.readline(HELD)
    file.seek(0)
    bare = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=bare.count)
