"""Strict reading of the project's TOML files: every key known, every type right, all problems at once."""

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any

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
        return tomllib.loads(path.read_text("utf-8"))
    except UnicodeDecodeError as fault:
        raise error([Problem(file, f"is not UTF-8 text (byte {fault.start})", "save it as UTF-8")]) from fault
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"line (\d+)", str(fault))
        what = re.sub(r" \(at .*\)", "", str(fault))
        raise error([Problem(f"{file}:{line[1]}" if line else file, f"is not valid TOML: {what}")]) from fault
    except OSError as fault:
        raise error([Problem(file, f"cannot be read: {fault.strerror}")]) from fault


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
        if type(value) is not kind or (isinstance(value, str) and not value.strip()):
            self.problem(at, f"must be {PLAIN[kind]}, not {value!r}")
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
