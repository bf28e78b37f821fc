"""Signature: who approved which translation, in ``locales/<lang>/signoff.csv``.

A row holds a message's key, a hash of its msgid and msgstr, a name and a day. When either text changes, the hash does
not fit any more: one edit takes back the approval of one message, and of no other.
"""

import csv
import datetime
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from brochure import files
from brochure.catalog import numbers
from brochure.catalog.copy import READY, Copy
from brochure.catalog.copy import load as load_copy
from brochure.catalog.store import parse as read_catalog
from brochure.content import Message
from brochure.errors import CatalogError, Problem, UsageError
from brochure.language import Language
from brochure.project import Project

SIGNED, CHANGED, UNSIGNED = "signed", "changed", "unsigned"
COLUMNS = ("key", "hash", "by", "date")
HASH = re.compile(r"[0-9a-f]{16}")
CONTROL = ("Cc", "Cs", "Zl", "Zp")  # kinds of characters: also line ends of all kinds, and bytes that were no letters
PERSON = "write the name of the person who read the translation"
SHEET = 8  # letters of a sheet's code, which people type


@dataclass(frozen=True, order=True)
class Approval:
    """One person's word for one message as it was that day."""

    key: str
    by: str
    date: datetime.date
    hash: str


@dataclass(frozen=True)
class Approvals:
    """All approvals of one language, ordered by key and name."""

    rows: tuple[Approval, ...] = ()

    def of(self, message: Message, copy: Copy) -> tuple[str, tuple[Approval, ...]]:
        """The state of a message, and the approvals that say so: those that hold, else those it has outlived."""
        mine = tuple(row for row in self.rows if row.key == message.key)
        ready = copy.state(message) == READY
        valid = tuple(row for row in mine if ready and row.hash == fingerprint(message.text, copy.text(message)))
        return (SIGNED, valid) if valid else (CHANGED, mine) if mine else (UNSIGNED, ())


@dataclass(frozen=True)
class Signed:
    """What was signed, and what could not be."""

    keys: tuple[str, ...]
    left: tuple[Problem, ...]


def fingerprint(msgid: str, msgstr: str) -> str:
    """The first 16 hexadecimal digits of SHA-256 over msgid, NUL, msgstr."""
    return hashlib.sha256(f"{msgid}\0{msgstr}".encode()).hexdigest()[:16]


def path(project: Path, tag: str) -> Path:
    """Where the approvals of a language stand."""
    return project / "locales" / tag / "signoff.csv"


def load(project: Path, tag: str) -> Approvals:
    """The approvals of a language, none if there is no file; raise CatalogError with every problem in it."""
    place = path(project, tag)
    if not place.is_file():
        return Approvals()
    file = place.relative_to(project).as_posix()
    lines = csv.reader(io.StringIO(files.text(place.read_bytes(), file, CatalogError), newline=""), strict=True)
    rows, problems, seen = list[Approval](), list[Problem](), dict[tuple[str, str], int]()
    try:
        if tuple(next(lines, ())) != COLUMNS:
            raise CatalogError([Problem(f"{file}:1", "the columns are not key,hash,by,date",
                                        "a spreadsheet may have written ; for , — take the file's last good version")])
        for cells in lines:
            where = f"{file}:{lines.line_num}"
            faults = list(_faults(cells))
            if not faults and (line := seen.get((cells[0], cells[2]))):
                faults = [(f"{cells[2]} signs {cells[0]} twice (also in line {line})", "delete the older line")]
            if faults:
                problems += [Problem(where, *fault) for fault in faults]
            else:
                seen[cells[0], cells[2]] = lines.line_num
                rows.append(Approval(cells[0], cells[2], datetime.date.fromisoformat(cells[3]), cells[1]))
    except csv.Error as error:
        problems.append(Problem(f"{file}:{lines.line_num}", f"cannot be read: {error}",
                                'put " around a cell with a comma in it, and write "" for a quotation mark'))
    if problems:
        raise CatalogError(problems)
    return Approvals(tuple(sorted(rows)))


def _faults(cells: Sequence[str]) -> Iterable[tuple[str, str]]:
    """What is wrong with a row, and what to do."""
    if len(cells) != len(COLUMNS):
        yield f"the line has {len(cells)} cells, not {len(COLUMNS)}", "a line is key,hash,by,date"
        return
    key, hash_, by, date = cells
    if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+", key):
        yield f"{key!r} is not the key of a message", "a key is the msgctxt of the catalog"
    if not HASH.fullmatch(hash_):
        yield (f"{hash_!r} is not a hash of 16 digits and letters a to f",
               "a spreadsheet may have changed it: delete the line and sign the message again")
    if fault := name_fault(by):
        yield fault, PERSON
    try:
        valid = datetime.date.fromisoformat(date).isoformat() == date
    except ValueError:
        valid = False
    if not valid:
        yield f"{date!r} is not a date like 2026-11-30", "year, month and day, with leading noughts"


def name_fault(name: str) -> str:
    """What is wrong with the name of a person, if anything."""
    if not name.strip() or name != name.strip():
        return f"the name {name!r} is empty, or has spaces around it"
    if any(unicodedata.category(letter) in CONTROL for letter in name):
        return f"the name {name!r} has a control character in it"
    if name[0] in "=+-@":  # a spreadsheet would take it for a formula
        return f"the name {name!r} does not begin with a letter"
    return ""


def store(project: Path, tag: str, rows: Iterable[Approval]) -> None:
    """Write the approvals whole, ordered by key and name, so that a change is one line."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows((row.key, row.hash, row.by, row.date.isoformat()) for row in sorted(rows))
    files.write(path(project, tag), out.getvalue().encode())


def career(project: Project, name: str | None) -> str:
    """The career of this name, or the only one; raise UsageError if it is not clear which."""
    if name in project.careers:
        return str(name)
    if name is None and len(project.careers) == 1:
        return project.careers[0]
    raise UsageError([Problem("career", f"there is no career {name!r}" if name else "it is not clear which career is meant",
                              f"name one with --career: {', '.join(project.careers) or 'there are none'}")])


def messages(project: Path, career: str) -> tuple[Message, ...]:
    """Every message one career's brochures can print: its content in reading order, then the shared words."""
    from brochure.catalog import extract

    found = extract.messages(project, (career,))
    return (*found[career], *(one for one in found[extract.SHARED] if not extract.for_review(Path(one.where))))


def sheet(copy: Copy, scope: Iterable[Message]) -> str:
    """A short code for the words as they are now; a sign-off sheet carries it, so that nobody signs what he has not seen."""
    text = "\n".join(f"{message.key}\0{fingerprint(message.text, copy.text(message))}" for message in scope)
    return hashlib.sha256(text.encode()).hexdigest()[:SHEET]


def sign(project: Project, tag: str, career: str, wanted: Sequence[str] | None, by: str, date: datetime.date, *,
         but: Sequence[str] = (), code: str = "") -> Signed:
    """Record that ``by`` approves messages: those ``wanted`` by key or number, or all (None), without those in ``but``.

    ``code`` is that of the sheet that was signed on paper. A message that is not ready is left out and named. Raises
    UsageError for a language without translation, an unknown key, a name that is none, or words that have changed
    since the sheet was made; then nothing is written.
    """
    language = _translation(project, tag)
    scope = {message.key: message for message in messages(project.root, career)}
    copy = load_copy(project.root, language, project.source.tag, career, gaps=True)
    problems = [Problem("--by", fault, PERSON)] if (fault := name_fault(by)) else []
    known = {str(number): key for key, number in numbers.load(project.root).items() if key in scope} | {key: key for key in scope}
    latin = {name: str(int(name)) if name.isdecimal() else name for name in (*(wanted or ()), *but)}  # also ១៤
    problems += [Problem("message", f"there is no message {name!r} in {career}", "its number stands on the sign-off sheet")
                 for name, key in latin.items() if key not in known]
    if code and (now := sheet(copy, scope.values())) != code.strip().lower():
        problems.append(Problem("--sheet", f"the words have changed since the sheet {code} was printed; they are {now} now",
                                "brochure catalog diff shows what has changed; sign the rest without --sheet, "
                                "and leave those messages out with --except"))
    if problems:
        raise UsageError(problems)
    left_out = {known[latin[name]] for name in but}
    chosen = [key for key in (scope if wanted is None else dict.fromkeys(known[latin[name]] for name in wanted))
              if key not in left_out]
    left = [problem for key in chosen if (problem := copy.problem(scope[key]))]
    ready = [key for key in chosen if copy.state(scope[key]) == READY]
    if ready:
        _record(project.root, tag, [_approval(scope[key], copy, by, date) for key in ready])
    return Signed(tuple(ready), tuple(Problem(one.where, one.what, one.hint, "warning") for one in left))


def approve(project: Project, tag: str, message: Message, by: str, date: datetime.date, instead: Mapping[str, bytes]) -> None:
    """Record that ``by`` approves one message as it stands in ``instead``: in the bytes of its catalog that were shown.

    Raises CatalogError for a message that is not ready, UsageError as ``sign`` does.
    """
    language = _translation(project, tag)
    if fault := name_fault(by):
        raise UsageError([Problem("--name", fault, PERSON)])
    catalogs = tuple(read_catalog(data, file, tag) for file, data in instead.items())
    copy = Copy(language, project.source.tag, catalogs, gaps=True)
    if problem := copy.problem(message):
        raise CatalogError([problem])
    _record(project.root, tag, [_approval(message, copy, by, date)])


def _translation(project: Project, tag: str) -> Language:
    language = project.language(tag)
    if language.source or language.disguise:
        raise UsageError([Problem("language", f"{tag} is not a translation: there is nothing to sign")])
    return language


def _approval(message: Message, copy: Copy, by: str, date: datetime.date) -> Approval:
    return Approval(message.key, by, date, fingerprint(message.text, copy.text(message)))


def _record(project: Path, tag: str, new: Iterable[Approval]) -> None:
    """Put approvals among those there are, whoever else signs at the same time."""
    with files.alone(path(project, tag).parent):
        rows = {(row.key, row.by): row for row in (*load(project, tag).rows, *new)}
        store(project, tag, rows.values())
