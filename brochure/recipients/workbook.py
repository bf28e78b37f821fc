"""Workbook: a list of recipients from Excel (.xlsx). The only importer of openpyxl.

Cells are read one row at a time; only the texts that cells share are held in memory. A formula is no text: it is read
as it is written, and refused like one in a CSV file.
"""

import contextlib
import datetime
import functools
import re
import warnings
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from brochure.errors import Problem, RecipientError
from brochure.recipients import columns, sources
from brochure.recipients.sources import Row, Table

UNPACKED = 400 << 20
"""Bytes of an unpacked workbook; 100,000 rows of a list take about 80 MB."""

ROWS = 1 << 20
"""Rows of a sheet; Excel has no more."""

GROUP = 256
"""Rows that are read at a time."""

MERGED = re.compile(rb'<mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
MEET = 64
"""Bytes that two pieces share, so that nothing is cut in two."""

ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
BROKEN = "open it in Excel and save it anew as an Excel workbook (.xlsx)"


def table(path: Path) -> Table:
    """The first sheet that has an id column; raise RecipientError if there is none, or the file is not a workbook."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > UNPACKED:
            raise RecipientError([Problem(path.name, f"would unpack to {size >> 20:,} MB",
                                          "it is no list of schools: copy the rows into a new workbook")])
        with _open(path) as book:
            for number, sheet in enumerate(book.worksheets):
                header = sources.first(_rows(sheet))
                if header and columns.ID in map(columns.folded, header.cells):
                    name = f"{path.name}, sheet {sheet.title}" if len(book.worksheets) > 1 else path.name
                    merged = tuple(_merged(sheet, path, name))
                    return Table(name, header, functools.partial(_reopened, path, number), merged)
    except RecipientError:
        raise
    except OSError as error:
        raise RecipientError([Problem(str(path), f"cannot be read: {error.strerror or error}", BROKEN)]) from error
    except Exception as error:  # openpyxl lets through whatever a damaged part makes it stumble over
        raise RecipientError([_broken(path)]) from error
    raise RecipientError([Problem(path.name, "no sheet has a column id in its first row", sources.FIRST)])


def _broken(path: Path) -> Problem:
    return Problem(path.name, "is not a whole Excel workbook (.xlsx)", BROKEN)


@contextlib.contextmanager
def _open(path: Path) -> Iterator[Any]:
    """The workbook; of one that is damaged openpyxl would leave the file open."""
    with path.open("rb") as file:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are not read
            book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        with contextlib.closing(book):
            yield book


def _reopened(path: Path, number: int) -> Iterator[Row]:
    try:
        with _open(path) as book:
            yield from _rows(book.worksheets[number])
    except Exception as error:  # as above; the rows before it have been read
        raise RecipientError([_broken(path)]) from error


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # what a file says of its own size is often wrong
    found, number = sheet.iter_rows(max_row=ROWS, values_only=True), 0
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a day before 1900 is an error value, and a problem of its cell
            group = list(islice(found, GROUP))
        if not group:
            return
        for cells in group:
            number += 1
            yield Row(number, tuple(map(_text, cells)))


def _text(value: Any) -> str:
    """A cell's value as text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value
    if isinstance(value, ArrayFormula | DataTableFormula):
        return "="
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _merged(sheet: Any, path: Path, name: str) -> Iterator[Problem]:
    """Merged cells: a reader by rows does not meet them, since they stand behind the rows."""
    with zipfile.ZipFile(path) as packed, packed.open(sheet._worksheet_path) as part:
        rest = b""
        while piece := part.read(sources.PIECE):
            text, end = rest + piece, 0
            for found in MERGED.finditer(text):
                end = found.end()
                yield Problem(f"{name}: cells {found[1].decode()}", "are merged: only the first of them has the text",
                              "unmerge them, and write the text into every row", "warning")
            rest = text[max(end, len(text) - MEET) :]
