"""Drafts: letters that somebody opens, reads and sends by hand, in a folder of files or among the drafts of a mailbox."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from brochure import files
from brochure.errors import Problem
from brochure.recipients import names

if TYPE_CHECKING:
    from brochure.mail.letters import Made

SUFFIX = ".eml"
Put = tuple[int, str, str, tuple[Problem, ...]]
"""A row, its id, where its draft is now (empty if there is none), and its problems."""


class Folder(Protocol):
    """Where a mail program keeps drafts."""

    def has(self, address: str) -> bool:
        """Whether there is a draft to this address."""

    def put(self, data: bytes) -> None:
        """Add a draft."""


def saved(made: "Iterable[Made]", out: Path) -> Iterator[Put]:
    """Write the drafts into a folder, each in place of the one that was made of its row before. Raises OutputError."""
    for row, letter, problems in made:
        name = f"{names.name(letter.id)}{SUFFIX}" if letter else ""
        if letter:
            files.write(out / name, letter.data, sync=False)
        yield row, letter.id if letter else "", name, problems


def appended(made: "Iterable[Made]", folder: Folder) -> Iterator[Put]:
    """Put the drafts into the folder of a mailbox, but for addresses that one is there for: nobody gets a letter twice."""
    for row, letter, problems in made:
        if letter is None:
            yield row, "", "", problems
        elif folder.has(letter.address):
            note = Problem(f"row {row}", f"there is a draft to {letter.address} already", "delete it to get a new one", "warning")
            yield row, letter.id, "there", (*problems, note)
        else:
            folder.put(letter.data)
            yield row, letter.id, "put", problems
