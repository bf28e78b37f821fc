"""Manifest: what was built from what, so that nothing is done twice.

It stands in the output folder as ``.manifest``, tab-separated lines that can be read without importing anything:

    S  selection       output files …                  what a command line asked for
    F  input           size  mtime_ns  sha256          every file a brochure may depend on
    J  output          hash  size  mtime_ns            a finished file and the hash of its inputs
    N  output          severity  where  what  hint     what was remarked when it was built
    D  output          day  where  what  hint          what becomes a warning after that day

This module imports only ``os``, ``sys`` and ``time``: a build in which nothing changed ends here.
"""

import os
import sys
import time

TYPE_CHECKING = False  # without typing, which takes as long as the rest
if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = ".manifest"
FOLDERS = ("templates", "locales", "assets")
DEEPEST = 8  # a link to a folder above itself would never end
PACKAGE = "@program"  # the program's own modules; beside them the folder its libraries are in
VERSION = "brochure manifest 1"
CELLS = {"J": 3, "N": 4, "D": 4}  # after the output's name

Stat = tuple[int, int]


class Manifest:
    """The lines of one manifest, by kind."""

    def __init__(self) -> None:
        self.selections: dict[str, list[str]] = {}
        self.inputs: dict[str, tuple[Stat, str]] = {}
        self.outputs: dict[str, tuple[str, Stat]] = {}
        self.notes: dict[str, list[list[str]]] = {}
        self.due: dict[str, list[list[str]]] = {}

    def forget(self, output: str) -> None:
        """Drop everything about one output."""
        for table in (self.outputs, self.notes, self.due):
            table.pop(output, None)

    def dump(self) -> bytes:
        """The manifest as the bytes of its file."""
        return b"".join(self.lines())

    def lines(self) -> "Iterator[bytes]":
        """The same, a line at a time: one of a hundred thousand schools is large."""
        for row in self._rows():
            yield ("\t".join([_flat(cell) for cell in row]) + "\n").encode()

    def _rows(self) -> "Iterator[list[str]]":
        yield [VERSION]
        yield from (["S", key, *files] for key, files in self.selections.items())
        yield from (["F", name, str(size), str(at), sha] for name, ((size, at), sha) in self.inputs.items())
        yield from (["J", name, key, str(size), str(at)] for name, (key, (size, at)) in self.outputs.items())
        yield from (["N", name, *note] for name, notes in self.notes.items() for note in notes)
        yield from (["D", name, *due] for name, dues in self.due.items() for due in dues)


def _flat(cell: str) -> str:
    return cell.replace("\t", " ").replace("\r", " ").replace("\n", " ")


def load(path: str) -> Manifest:
    """The manifest in a file; an empty one if there is none, or it is not as ``dump`` writes it.

    Outputs are files that a build may delete: a name that leaves the folder is no output.
    """
    manifest = Manifest()
    try:
        with open(path, encoding="utf-8", newline="\n") as file:  # pathlib costs a third of the whole run
            rows = [line.rstrip("\n").split("\t") for line in file]
        if not rows or rows[0] != [VERSION]:
            return manifest
        for kind, name, *cells in rows[1:]:
            if kind == "S":
                manifest.selections[name] = cells
            elif kind == "F":
                size, at, sha = cells
                manifest.inputs[name] = ((int(size), int(at)), sha)
            elif not _is_output(name) or len(cells) != CELLS[kind]:
                return Manifest()
            elif kind == "J":
                key, size, at = cells
                manifest.outputs[name] = (key, (int(size), int(at)))
            else:
                (manifest.notes if kind == "N" else manifest.due).setdefault(name, []).append(cells)
    except (OSError, ValueError, KeyError):
        return Manifest()
    return manifest


def _is_output(name: str) -> bool:
    folder, _, file = name.partition("/")
    return folder.isidentifier() and file.endswith(".pdf") and not set(file) & set("/\\:")


def stats(root: str) -> dict[str, Stat]:
    """Size and time of every file a brochure may depend on: the project's, the program's, its libraries' folder."""
    found: dict[str, Stat] = {}
    for folder in FOLDERS:
        _walk(os.path.join(root, folder), folder, found)
    program = os.path.dirname(os.path.abspath(__file__))
    _walk(program, PACKAGE, found)
    libraries = next((path for path in sys.path if path.endswith("site-packages")), "")
    if libraries:
        found[f"{PACKAGE}/../site-packages"] = (0, os.stat(libraries).st_mtime_ns)
    return found


def _walk(folder: str, name: str, found: dict[str, Stat]) -> None:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "__pycache__")) or entry.name.endswith("~"):
            continue
        try:
            folder_, stat = entry.is_dir(), entry.stat()
        except OSError:
            continue  # a link to nowhere or to itself: whoever asks for it will say so
        if folder_:
            if not entry.is_symlink() or name.count("/") < DEEPEST:
                _walk(entry.path, f"{name}/{entry.name}", found)
        else:
            found[f"{name}/{entry.name}"] = (stat.st_size, stat.st_mtime_ns)


def stat(path: str) -> Stat:
    """Size and time of one file; (-1, -1) if it is not there."""
    try:
        found = os.stat(path)
    except OSError:
        return (-1, -1)
    return (found.st_size, found.st_mtime_ns)


def selection(arguments: list[str]) -> str:
    """What a command line asks for, and what the environment adds to it."""
    return "\x1f".join([*arguments, os.environ.get("SOURCE_DATE_EPOCH", "")])


def unchanged(arguments: list[str]) -> list[str] | None:
    """The lines to print if ``brochure build`` with these arguments has nothing to do; else None."""
    if any(argument in ("--json", "--help", "-v", "--verbose") for argument in arguments):
        return None
    root = _value(arguments, "--project") or "."
    out = _value(arguments, "--out") or os.path.join(root, "dist")
    manifest = load(os.path.join(out, FILE))
    files = manifest.selections.get(selection(arguments))
    if not files or stats(root) != {name: at for name, (at, _) in manifest.inputs.items()}:
        return None
    if any(name not in manifest.outputs or manifest.outputs[name][1] != stat(os.path.join(out, name)) for name in files):
        return None
    today = time.strftime("%Y-%m-%d")
    notes = [note for name in files for note in manifest.notes.get(name, ())]
    notes += [["warning", *due[1:]] for name in files for due in manifest.due.get(name, ()) if due[0] < today]
    return [*said(notes), f"{len(files)} brochures are up to date in {out}"]


def said(notes: list[list[str]]) -> list[str]:
    """Notes (severity, where, what, hint) as lines, each once."""
    lines = [f"{severity}: {where}: {what}" + (f"\n    hint: {hint}" if hint else "") for severity, where, what, hint in notes]
    return list(dict.fromkeys(lines))


def _value(arguments: list[str], option: str) -> str:
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=False):
        if argument == option:
            return following
        if argument.startswith(f"{option}="):
            return argument[len(option) + 1 :]
    return ""
