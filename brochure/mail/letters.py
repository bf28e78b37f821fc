"""Letters: a list of schools as letters, a group of rows at a time; or, much faster, only what is wrong with them."""

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from brochure import executors, manifest, run
from brochure.errors import BrochureError, OutputError, Problem
from brochure.mail import addresses, letter
from brochure.mail.enclosures import COVER_SIZE, Enclosures
from brochure.mail.letter import Attachment, Letter, Said
from brochure.mail.parcels import COLUMN, Parcel, Sorted, parcels
from brochure.mail.settings import FILE, Settings
from brochure.mail.words import Writer
from brochure.project import Project
from brochure.recipients import roll
from brochure.recipients.roll import Roll

GROUP, CHECKED = 50, 2500
"""Rows that are made together, or only checked: memory is in proportion to the first, for it holds their files."""

HEAVY, HEAVIEST = 7_000_000, 18_000_000
"""Bytes of a letter's files that some servers refuse, and that nearly all do: limits of 10 and 25 MB for what is encoded."""

INPUTS = ("templates/", "locales/", "assets/fonts/", "assets/images/", "assets/profiles/")
"""Folders of the project that a letter may depend on."""

Made = tuple[int, Letter | None, tuple[Problem, ...]]
Checked = tuple[int, bool, tuple[Problem, ...]]


def campaign(project: Project, path: Path, settings: Settings) -> str:
    """A digest of the list and of all that makes its letters: the same while none of it is edited.

    The server, and the version of the program, are no part of it: letters that are made stay as they are.
    """
    digest = hashlib.sha256(repr((settings.sender, settings.enclosed)).encode())
    try:
        digest.update(path.read_bytes())
    except OSError as error:
        raise OutputError([Problem(str(path), f"cannot be read: {error.strerror}")]) from error
    for name, (_, sha) in run.inputs(project.root, manifest.Manifest()).inputs.items():
        if name.startswith(INPUTS) and name != FILE:
            digest.update(f"{name}\0{sha}\0".encode())
    return digest.hexdigest()


def letters(project: Project, found: Roll, settings: Settings, *, campaign: str, when: datetime | None) -> Iterator[Made]:
    """Every row in its order: its letter and warnings, or None and why there is none.

    The same arguments give the same bytes; without ``when`` the letters are drafts. Raises RecipientError if the list has
    no column of addresses.
    """
    bureau = Bureau(project, settings, found.name, found.columns)
    for group in _groups(parcels(project, found, settings), GROUP):
        yield from bureau.write(group, campaign, when)


def check(project: Project, found: Roll, settings: Settings, *, workers: int = 1) -> Iterator[Checked]:
    """Every row in its order: whether a letter can be made of it, and its problems; nothing but the letters' bytes is spared.

    Raises RecipientError as ``letters`` does, SetupError if the system ends a process.
    """
    groups = _groups(parcels(project, found, settings), CHECKED)
    begin = functools.partial(_checker, project, settings, found.name, found.columns)
    for rows in executors.worked(groups, begin, workers=workers, address="", root=project.root, out=project.root):
        yield from rows


class Bureau:
    """Makes letters; what was laid out, read and written for one group serves the next."""

    def __init__(self, project: Project, settings: Settings, name: str, columns: tuple[str, ...]) -> None:
        self._project, self._settings, self._columns = project, settings, columns
        self._place: Callable[[int, str], str] = functools.partial(roll.place, name, columns)
        self._enclosures = Enclosures(project, settings.enclosed.native_names, self._place)
        self._writers: dict[tuple[str, str], Writer | BrochureError] = {}
        self._seen = dict[object, Said]()  # by all that decides which parts of the templates are used

    def write(self, group: Sequence[Sorted], campaign: str, when: datetime | None) -> Iterator[Made]:
        """The letters of a group of rows."""
        files = self._enclosures.files(parcel for _, parcel, _ in group if parcel)
        for row, parcel, problems in group:
            if parcel is None:
                yield row, None, problems
                continue
            found = [(job, files[job, row]) for job in parcel.jobs]
            wrong = [problem for _, one in found if not isinstance(one, bytes) for problem in one]
            data = [one for _, one in found if isinstance(one, bytes)]
            try:
                said = self._said(parcel)
                cover = self._enclosures.cover(parcel.jobs[0])
                names = [file.name for file in self._enclosures.shown(parcel.jobs)]
            except BrochureError as error:
                yield row, None, _all(parcel, wrong, error.problems)
                continue
            notes = self._doubts(parcel, said, sum(map(len, data)))
            if wrong or _severe(notes):
                yield row, None, _all(parcel, wrong, notes)
                continue
            attachments = [Attachment(*pair) for pair in zip(names, data, strict=True)]
            made = letter.write(self._settings.sender, parcel.to, said, cover, attachments, campaign=campaign, when=when)
            yield row, made, (*parcel.notes, *notes)

    def check(self, group: Sequence[Sorted]) -> list[Checked]:
        """What is wrong with the letters of a group of rows."""
        sizes = self._enclosures.sizes([parcel for _, parcel, _ in group if parcel])
        rows = list[Checked]()
        for row, parcel, problems in group:
            if parcel is None:
                rows.append((row, False, problems))
                continue
            found = [sizes[job, row] for job in parcel.jobs]
            wrong = [problem for one in found if not isinstance(one, int) for problem in one]
            try:
                notes = self._doubts(parcel, self._sample(parcel), sum(one for one in found if isinstance(one, int)))
            except BrochureError as error:
                notes = error.problems
            rows.append((row, not wrong and not _severe(notes), _all(parcel, wrong, notes)))
        return rows

    def _said(self, parcel: Parcel) -> Said:
        values = dict.fromkeys(self._columns, "") | dict(parcel.recipient.values)
        return self._writer(parcel).write(parcel.to.name, values, self._enclosures.shown(parcel.jobs))

    def _sample(self, parcel: Parcel) -> Said:
        """What a row's letter says, or that of a row before it which fills the same columns: the templates do the same."""
        kind = (parcel.jobs, bool(parcel.to.name), frozenset(parcel.recipient.values))
        if kind not in self._seen:
            self._seen[kind] = self._said(parcel)
        return self._seen[kind]

    def _writer(self, parcel: Parcel) -> Writer:
        job = parcel.jobs[0]
        kind = (job.career, parcel.to.language)
        if kind not in self._writers:
            try:
                self._writers[kind] = Writer(self._project.root, self._enclosures.copy(job), self._enclosures.content(job.career),
                                             self._settings.sender)
            except BrochureError as error:
                self._writers[kind] = error
        writer = self._writers[kind]
        if isinstance(writer, BrochureError):
            raise writer
        return writer

    def _doubts(self, parcel: Parcel, said: Said, size: int) -> tuple[Problem, ...]:
        """A head that is not safe, and files that are too large."""
        place = self._place(parcel.to.row, COLUMN)
        found = [Problem(place, f"{what} {fault.what}", fault.hint) for what, text in
                 (("the school's name", parcel.to.name), ("the subject", said.subject)) if (fault := addresses.unsafe(text))]
        if size > HEAVY:
            encoded = letter.weight(said, b"\0" * COVER_SIZE, [size]) / 1e6
            heaviest = size > HEAVIEST
            severity = "error" if heaviest else "warning"
            what = f"the letter has {encoded:.1f} MB, which {'nearly all' if heaviest else 'some'} servers refuse"
            found.append(Problem(place, what, "send fewer editions or languages, or smaller pictures", severity))
        return tuple(found)


def _checker(project: Project, settings: Settings, name: str,
             columns: tuple[str, ...]) -> Callable[[Sequence[Sorted]], list[Checked]]:
    return Bureau(project, settings, name, columns).check


def _all(parcel: Parcel, wrong: Iterable[Problem], notes: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys((*parcel.notes, *wrong, *notes)))


def _severe(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _groups(rows: Iterator[Sorted], size: int) -> Iterator[tuple[Sorted, ...]]:
    return iter(lambda: tuple(islice(rows, size)), ())
