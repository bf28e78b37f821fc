"""Numbers: every message has one for ever, so that a note on paper (“⟦14⟧ is too long”) stays right in later versions.

They stand in ``locales/numbers.txt``, a number and a key a line. The file only grows: new messages get the next
numbers, and the number of a message that left the brochure is never given to another.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from brochure import files
from brochure.errors import CatalogError, Problem

FILE = "locales/numbers.txt"
LINE = re.compile(r"([1-9][0-9]*) (\S+)")
CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: |$)")
OPENS, CLOSES = "<", ">"
AGAIN = "brochure catalog extract gives their messages the next numbers"
RESTORE = "take the file back from an older version: it only ever grows, and no line of it is changed"
HEAD = """\
# The number of every message, for ever: it stands beside the text in proofs, and in the catalogs.
# This file is written by “brochure catalog extract” and only grows: do not change, sort or delete a line.
"""


@dataclass(frozen=True)
class Numbers(Mapping[str, int]):
    """Key → number; ``text`` is the file they were read from, with what was added."""

    order: tuple[str, ...] = ()
    text: str = HEAD

    def __post_init__(self) -> None:
        """Index the numbers by key."""
        object.__setattr__(self, "_numbers", {key: number for number, key in enumerate(self.order, 1)})

    def __getitem__(self, key: str) -> int:
        numbers: dict[str, int] = self.__dict__["_numbers"]
        return numbers[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.order)

    def __len__(self) -> int:
        return len(self.order)

    def grown(self, keys: Iterable[str]) -> "Numbers":
        """These numbers, and the next ones for the keys that have none, in their order."""
        new = [key for key in dict.fromkeys(keys) if key not in self]
        text = self.text if self.text.endswith("\n") or not new else f"{self.text}\n"
        return Numbers((*self.order, *new),
                       text + "".join(f"{number} {key}\n" for number, key in enumerate(new, len(self) + 1)))


def mark(number: int) -> str:
    """A number as it stands in catalogs and proofs, where it can be searched for."""
    return f"⟦{number}⟧"


def load(project: Path) -> Numbers:
    """The project's numbers, none if there is no file; raise CatalogError with every problem in it."""
    path = project / FILE
    if not path.exists():
        return Numbers()
    try:
        text = files.text(path.read_bytes(), FILE, CatalogError).replace("\r\n", "\n")
    except OSError as error:
        raise CatalogError([Problem(FILE, f"cannot be read: {error.strerror}")]) from error
    lines = text.split("\n")
    if found := _conflict(lines):
        raise CatalogError([found])
    read = _Reading()
    for at, line in enumerate(lines, 1):
        read.take(at, line.strip())
    if problems := read.problems():
        raise CatalogError(problems)
    return Numbers(tuple(read.keys), text)


def _conflict(lines: list[str]) -> Problem | None:
    """Git could not merge two branches that both gave numbers."""
    marks = [at for at, line in enumerate(lines, 1) if CONFLICT.match(line)]
    if not marks:
        return None
    ours = next((at for at in marks if lines[at - 1][0] not in (OPENS, CLOSES)), marks[0])
    return Problem(f"{FILE}:{marks[0]}", "a merge conflict was left in the file: both branches gave the next numbers to their "
                   "new messages", f"keep the lines of one branch, the one whose proofs are on more desks (such as those above "
                   f"line {ours}), delete the other's lines and the marks; {AGAIN}")


class _Reading:
    """The lines read so far, and what is wrong with them."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.lines: dict[str, int] = {}  # key → line
        self.found: list[Problem] = []
        self.second: list[tuple[int, int, str]] = []  # line, number and key of those whose number is taken

    def take(self, at: int, line: str) -> None:
        """Read one line."""
        if not line or line.startswith("#"):
            return
        parts = LINE.fullmatch(line)
        if not parts:
            self.note(at, f"“{line}” is not a number and a key", RESTORE)
            return
        number, key = int(parts[1]), parts[2]
        expected = len(self.keys) + 1
        if number < expected:
            if self.keys[number - 1] == key:
                self.note(at, f"{number} {key} stands twice", f"delete line {at}")
            elif self.keys[number - 1].startswith("\0"):
                self.note(at, f"the number {number} stands after a larger one", RESTORE)
            else:
                self.second.append((at, number, key))
        elif key in self.lines:
            self.note(at, f"{key} has two numbers: {self.keys.index(key) + 1} in line {self.lines[key]}, and {number}", RESTORE)
            self.put(number, f"\0{number}", at)  # the numbers after it are right
        elif number > expected:
            missing = str(expected) if number == expected + 1 else f"{expected} to {number - 1}"
            self.note(at, f"the numbers jump from {expected - 1} to {number}: {missing} {'is' if missing.isdecimal() else 'are'} "
                          "missing", RESTORE)
            self.put(number, key, at)
        else:
            self.put(number, key, at)

    def put(self, number: int, key: str, at: int) -> None:
        """Note a number, with stand-ins for those missing before it."""
        self.keys += [f"\0{missing}" for missing in range(len(self.keys) + 1, number)] + [key]
        self.lines[key] = at

    def note(self, at: int, what: str, hint: str) -> None:
        """Note a problem."""
        self.found.append(Problem(f"{FILE}:{at}", what, hint))

    def problems(self) -> list[Problem]:
        """Every problem, in the order of lines; the numbers that a merged branch gave are one."""
        if self.second:
            (first, number, key), last = self.second[0], self.second[-1][0]
            taken = self.keys[number - 1]
            every = f"lines {', '.join(str(at) for at, _, _ in self.second)}" if last != first else f"line {first}"
            self.note(first, f"the number {number} is given twice, to {taken} (line {self.lines[taken]}) and to {key}: "
                             "two branches that both gave numbers were merged",
                      f"delete {every}; {AGAIN}; what was noted on proofs of that branch names the old ones")
        return sorted(self.found, key=lambda problem: int(problem.where.rpartition(":")[2]))
