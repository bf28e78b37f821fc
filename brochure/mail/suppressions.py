"""Suppressions: the addresses that must not be written to, in a table beside the list that a person can read and mend."""

import csv
import datetime
import io
from collections.abc import Mapping
from pathlib import Path

from brochure import files
from brochure.errors import MailError, Problem
from brochure.mail import addresses
from brochure.recipients import columns, sources
from brochure.recipients.cells import Fault

FILE = "suppressions.csv"
HEAD = ("address", "reason", "since")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def beside(listed: Path) -> Path:
    """The table for all lists of a folder: who asked one of them to stop is not written to by another."""
    return listed.with_name(FILE)


def read(path: Path) -> dict[str, str]:
    """Why each address in the table is not written to; an empty table if there is no file.

    Raises MailError with every row that names none: a row that is passed over would be a letter that nobody wanted.
    """
    if not path.exists():
        return {}
    table = sources.table(path)
    titles = [columns.folded(cell) for cell in table.header.cells]
    if HEAD[0] not in titles:
        raise MailError([Problem(table.name, f"there is no column {HEAD[0]}",
                                 f"the first row names the columns: {', '.join(HEAD)}")])
    found, problems = dict[str, str](), list[Problem]()
    for row in table.rows():
        if row.number <= table.header.number or not (row.fault or any(cell.strip() for cell in row.cells)):
            continue
        said = dict(zip(titles, (cell.strip() for cell in row.cells), strict=False))
        address = row.fault or addresses.normal(said.get(HEAD[0], "").removeprefix("'"))
        if isinstance(address, Fault):
            problems.append(Problem(f"{table.name}: row {row.number}", *address[:2]))
        else:
            found[address] = said.get(HEAD[1], "")
    if problems:
        raise MailError(problems)
    return found


def add(path: Path, gone: Mapping[str, str], day: datetime.date) -> int:
    """Add addresses and reasons to the table, and say how many it did not have; what stands in it stays."""
    known = {addresses.key(address) for address in read(path)}
    new = {address: reason for address, reason in gone.items() if addresses.key(address) not in known}
    if new:
        rows: list[tuple[str, ...]] = [row.cells for row in sources.table(path).rows()] if path.exists() else [HEAD]
        titles = next([columns.folded(cell) for cell in row] for row in rows if any(row))
        for address, reason in new.items():
            said = dict(zip(HEAD, (address, reason, day.isoformat()), strict=True))
            rows.append(tuple(said.get(title, "") for title in titles))
        text = io.StringIO(newline="")
        csv.writer(text).writerows([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row] for row in rows)
        files.write(path, text.getvalue().encode("utf-8-sig"))  # as Excel expects it
    return len(new)
