"""Enclosures: the brochures that go with letters: their files by row, what a letter says of them, and a picture of the first."""

import functools
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pypdfium2

from brochure import content as contents
from brochure import paper, run
from brochure.build import Laid, lay_out
from brochure.catalog import copy as copies
from brochure.catalog.copy import Copy
from brochure.catalog.markup import Words
from brochure.content import Content
from brochure.errors import BrochureError, Problem
from brochure.mail.letter import file_name
from brochure.mail.parcels import Parcel
from brochure.press import plain
from brochure.printer.ticket import called, media
from brochure.project import Job, Project
from brochure.recipients.personal import Personal, Result
from brochure.recipients.roll import Recipient

if TYPE_CHECKING:
    from PIL.Image import Image

COVER_WIDTH = 400
"""Dots of the picture's width; it is shown half as wide, for screens with two dots a pixel."""

COVER_SIZE = 60_000
"""Bytes of the picture at most."""

TRIES = ((1, 85), (1, 70), (1, 50), (2, 70), (2, 50), (4, 50))
"""By what the picture is made smaller, and its quality, until it has that size."""

DPI = 150


@dataclass(frozen=True)
class File:
    """What a letter says of an attachment; ``paper`` and ``sides`` are empty for one that is read on a screen.

    ``name`` is what it is saved under, ``career`` and ``language`` what it is about and in, ``sides`` a key of ``press.DUPLEX``.
    """

    name: str
    career: Words
    language: str
    paper: str = ""
    sides: str = ""


class Enclosures:
    """Makes them; what was laid out for one group of letters serves the next."""

    def __init__(self, project: Project, native_names: bool, where: functools.partial[str]) -> None:
        self._project, self._native, self._where = project, native_names, where
        self._ready: dict[Job, Personal | tuple[Problem, ...]] = {}
        self._sizes: dict[tuple[Job, frozenset[str]], int | tuple[Problem, ...]] = {}
        self.content = functools.cache(self._content)
        self.copy = functools.cache(self._copy)
        self.laid = functools.lru_cache(maxsize=8)(self._laid)
        self.cover = functools.cache(self._cover)

    def files(self, parcels: Iterable[Parcel]) -> Mapping[tuple[Job, int], Result]:
        """The file of every job and row, or why there is none."""
        made = dict[tuple[Job, int], Result]()
        for job, recipients in _wanted(parcels).items():
            try:
                ready = self._personal(job)
                found = [(recipient, ready) for recipient in recipients] if isinstance(ready, tuple) else ready.files(recipients)
                made |= {(job, recipient.row): result for recipient, result in found}
            except Exception as error:  # one job never stops the others
                problems = error.problems if isinstance(error, BrochureError) else (run.fault(str(job), error),)
                made |= {(job, recipient.row): problems for recipient in recipients}
        return made

    def sizes(self, parcels: Iterable[Parcel]) -> Mapping[tuple[Job, int], int | tuple[Problem, ...]]:
        """The size of every file in bytes, or why there is none: everything is drawn, but of each kind one file is written.

        The others differ from it in the words of their slots only.
        """
        made = dict[tuple[Job, int], int | tuple[Problem, ...]]()
        for job, recipients in _wanted(parcels).items():
            try:
                ready = self._personal(job)
                if isinstance(ready, tuple):
                    made |= {(job, recipient.row): ready for recipient in recipients}
                    continue
                drawings, failures = ready.draw(recipients)
                made |= {(job, recipient.row): problems for recipient, problems in failures}
                for drawing in drawings:
                    made |= {(job, say.recipient.row): self._size(job, ready, say.recipient) for say in drawing.says}
            except Exception as error:
                problems = error.problems if isinstance(error, BrochureError) else (run.fault(str(job), error),)
                made |= {(job, recipient.row): problems for recipient in recipients}
        return made

    def shown(self, jobs: tuple[Job, ...]) -> tuple[File, ...]:
        """What a letter with the files of these jobs says of them, and what they are called in it."""
        return tuple(self._shown(job, jobs) for job in jobs)

    def _shown(self, job: Job, jobs: tuple[Job, ...]) -> File:
        copy, content, edition = self.copy(job), self.content(job.career), self._project.edition(job.edition)
        name, paper_, sides = copy.words(content.name), "", ""
        if edition.imposed:
            laid = self.laid(job)
            side = paper.sheets(laid.job, self._project, (laid,))[0][0]
            paper_, sides = called(media(side.width, side.height)), paper.flip(job, self._project)
        stem, kinds = job.career, [kind for kind, several in (
            (job.edition, len({one.edition for one in jobs}) > 1), (job.language.replace("+", "-"), True)) if several]
        if self._native:
            stem = copy.plain(content.name)
        tongues = " + ".join(self._project.language(tag).name for tag in job.languages)
        return File(file_name(".".join((stem, *kinds, "pdf"))), name, tongues, paper_, sides)

    def _personal(self, job: Job) -> Personal | tuple[Problem, ...]:
        if job not in self._ready:
            try:
                self._ready[job] = Personal(job, self._project, self._where)
            except BrochureError as error:
                self._ready[job] = error.problems
        return self._ready[job]

    def _size(self, job: Job, ready: Personal, recipient: Recipient) -> int | tuple[Problem, ...]:
        kind = (job, ready.lacking(recipient))
        if kind not in self._sizes:
            _, result = next(iter(ready.files([recipient])))
            self._sizes[kind] = len(result) if isinstance(result, bytes) else result
        return self._sizes[kind]

    def _content(self, career: str) -> Content:
        root = self._project.root
        return contents.load(root / f"templates/content/{career}.toml", root)

    def _copy(self, job: Job) -> Copy:
        language = self._project.language(job.languages[0])
        return copies.load(self._project.root, language, self._project.source.tag, job.career)

    def _laid(self, job: Job) -> Laid:
        """Laid out as it is for nobody: of two languages the first, which has the same paper and the first cover."""
        return lay_out(replace(job, language=job.languages[0]), self._project)

    def _cover(self, job: Job) -> bytes:
        """The first panel as a small JPEG, without a school's words: at this size nobody could read them.

        So it is the same for all rows, and a picture of each would take forty times as long as the letter.
        """
        data = self.laid(job).panels.write(variant=None, tagged_ua=False, dpi=DPI, finish=plain)
        with pypdfium2.PdfDocument(data) as pdf:
            page = pdf[0]
            image = page.render(scale=COVER_WIDTH / page.get_width()).to_pil().convert("RGB")
        made = (_jpeg(image.reduce(part), quality) for part, quality in TRIES)
        return next(found for found in made if len(found) <= COVER_SIZE)


def _jpeg(image: "Image", quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "jpeg", quality=quality, optimize=True)
    return file.getvalue()


def _wanted(parcels: Iterable[Parcel]) -> dict[Job, list[Recipient]]:
    wanted = dict[Job, list[Recipient]]()
    for parcel in parcels:
        for job in parcel.jobs:
            wanted.setdefault(job, []).append(parcel.recipient)
    return wanted
