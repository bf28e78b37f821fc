"""Lists of recipients for tests: a file written, read for a small project, and what was said of it."""

from collections.abc import Sequence
from pathlib import Path

from brochure.errors import RecipientError
from brochure.project import Project
from brochure.recipients import roll
from brochure.recipients.roll import Entry


def entries(project: Project, folder: Path, text: str | bytes, name: str = "list.csv") -> list[Entry]:
    """The rows of a list with this text."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(roll.read(path, project))


def said(project: Project, folder: Path, text: str | bytes, name: str = "list.csv") -> list[str]:
    """Every problem of a list, whether of a row or of the whole, as it is printed."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return all_of(project, path)


def all_of(project: Project, path: Path) -> list[str]:
    """Every problem of a list that is there."""
    try:
        found = roll.read(path, project)
        problems = [*found.problems, *(problem for entry in found for problem in entry.problems)]
    except RecipientError as error:
        problems = [*error.problems]
    return [f"{problem.severity}: {problem}" for problem in problems]


def cell(project: Project, folder: Path, column: str, text: str) -> list[str]:
    """What is said of one cell, without its place."""
    quoted = text.replace('"', '""')
    found = said(project, folder, f'id,{column}\n1,"{quoted}"\n')
    place = f"list.csv: row 2, column B ({column}): "
    assert all(place in line for line in found), found
    return [line.replace(place, "") for line in found]


def values(found: Sequence[Entry], column: str) -> list[str | None]:
    """What good rows say in a column."""
    return [entry.recipient.values.get(column) for entry in found if entry.recipient]
