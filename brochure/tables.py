"""Strict reading of the project's TOML files: every key known, every type right, all problems at once."""

import datetime
import math
import re
import tomllib
from pathlib import Path
from typing import Any

from brochure import files
from brochure.errors import BrochureError, Problem

PLAIN = {
    str: "a text that is not empty",
    bool: "true or false",
    int: "a whole number",
    float: "a number like 1.5",
    dict: "a table",
    list: "a list",
    datetime.date: "a date like 2026-11-30",
}
EMPTY: dict[type, Any] = {str: "", bool: False, int: 0, float: 0.0, dict: {}, list: [], datetime.date: datetime.date.min}


def parse(path: Path, file: str, error: type[BrochureError]) -> dict[str, Any]:
    """The parsed TOML file; raise ``error`` with file and line if it cannot be read."""
    try:
        text = files.text(path.read_bytes(), file, error)
    except OSError as fault:
        raise error([Problem(file, f"cannot be read: {fault.strerror}")]) from fault
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"line (\d+)", str(fault))
        number = int(line[1]) if line else text.rstrip().count("\n") + 1
        what = re.sub(r" \(at .*\)", "", str(fault)).replace("Illegal character '\\n'", "a text is not closed in its line")
        raise error([Problem(f"{file}:{number}", f"is not valid TOML: {what}",
                             'a line is key = "text"; in a text, write \\" for a quotation mark')]) from fault
    except (RecursionError, ValueError) as fault:  # tables a thousand deep, a number of five thousand digits
        raise error([Problem(file, "is no file a person wrote: it is nested too deep, or a number in it is too long")]) from fault



class Reader:
    """Takes known keys out of parsed tables and collects a problem for everything else."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def problem(self, path: str, what: str, hint: str = "") -> None:
        """Note a problem at a key path."""
        self.problems.append(Problem(f"{self.file}: {path}", what, hint))

    def take(self, table: dict[str, Any], path: str, key: str, kind: type) -> Any:
        """The value of ``key``, removed from ``table``; a problem and an empty value if it is wrong."""
        at = f"{path}.{key}" if path else key
        if key not in table:
            self.problem(at, "is missing", f"add {key} = …")
            return EMPTY[kind]
        value: Any = table.pop(key)
        if kind is float and type(value) is int:
            return float(value)
        empty = isinstance(value, str) and not value.strip()
        endless = isinstance(value, float) and not math.isfinite(value)  # TOML has inf and nan
        if type(value) is not kind or empty or endless:
            self.problem(at, f"must be {PLAIN[kind]}, not {_shown(value)}")
            return EMPTY[kind]
        return value

    def optional(self, table: dict[str, Any], path: str, key: str, kind: type, default: Any = None) -> Any:
        """Like ``take``, but the key may be absent."""
        return self.take(table, path, key, kind) if key in table else default

    def names(self, table: dict[str, Any], path: str, key: str) -> tuple[str, ...]:
        """A list of texts, removed from ``table``."""
        value = self.take(table, path, key, list)
        if not all(isinstance(name, str) and name for name in value):
            self.problem(f"{path}.{key}" if path else key, "must be a list of names")
            return ()
        return tuple(value)

    def tables(self, table: dict[str, Any], path: str, key: str) -> list[dict[str, Any]]:
        """An array of tables, removed from ``table``; absent means none."""
        value = table.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.problem(f"{path}.{key}" if path else key, "must be a list of tables", f"write [[{key}]] above each")
            return []
        return value

    def leftovers(self, table: dict[str, Any], path: str, known: str) -> None:
        """A problem for every key that nobody took."""
        for key in table:
            at = f"{path}.{key}" if path else key
            self.problem(at, "is not a known key", f"known here: {known}")


def _shown(value: Any) -> str:
    """A wrong value as its TOML file has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list) else repr(value)
