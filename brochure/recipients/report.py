"""Report: a table of what became of every row of a list, for a spreadsheet."""

import csv
import functools
import tempfile
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from types import TracebackType

from brochure.errors import Problem, shown

HEAD = ("row", "id", "file", "state", "problems")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
PIECE = 1 << 20


class Report:
    """The lines so far, in a file without a name: the list may be long, and the report of the last run stands till the end."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # it is closed with the report
        self._text = TextIOWrapper(self._file, "utf-8-sig", "backslashreplace", "")  # as Excel expects
        self._table = csv.writer(self._text)
        self._table.writerow(HEAD)

    def __enter__(self) -> "Report":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._text.close()

    def add(self, row: int, identity: str, file: str, state: str, problems: Iterable[Problem]) -> None:
        """One line; a cell never begins as a formula does."""
        said = "; ".join(f"{shown(problem.where)}: {shown(problem.what)}" for problem in problems)
        self._table.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in (str(row), identity, file, state, said))

    def pieces(self) -> Iterator[bytes]:
        """The bytes of its file."""
        self._text.flush()
        self._file.seek(0)
        return iter(functools.partial(self._file.read, PIECE), b"")
