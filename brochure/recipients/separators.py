"""Separators: the sheet before each school's brochures in a print run, a label for the stack."""

import dataclasses
import functools
from collections.abc import Sequence

from brochure import paper
from brochure.impose import Placement, Sheet
from brochure.project import Job, Project
from brochure.recipients import names, words
from brochure.recipients.blank import Blank, Filling
from brochure.recipients.packing import called
from brochure.recipients.personal import NAME, Say
from brochure.recipients.stack import backed, stack

SIDE = "label"


class Separators:
    """Labels of the size of a job's sheets (``sides``), in its first language; what is printed on two sides has an empty back."""

    def __init__(self, job: Job, project: Project, sides: Sequence[Sheet]) -> None:
        self._job, self._project, self._sides, first = job, project, sides, sides[0]
        self._language, self._edition = project.language(job.languages[0]), project.edition(job.edition)
        self._tags = tuple(language.tag for language in project.languages)
        self._blank = Blank(project, "separator.html", self._language, job.career, {"sheet": first})
        place = Placement(0, 0, 0, first.width, first.height)
        front = Sheet(SIDE, first.width, first.height, (place,))
        self._label = (front, dataclasses.replace(front, placements=())) if backed(job, project) else (front,)

    def fill(self, says: Sequence[Say], numbers: Sequence[int]) -> Filling:
        """The labels of some schools, with their places in the run."""
        bind = functools.partial(paper.bind, self._job, self._project, self._label)
        pages = [self._page(say, number) for say, number in zip(says, numbers, strict=True)]
        return self._blank.fill(pages, variant=self._edition.variant, dpi=self._edition.dpi, bind=lambda pdf: bind((pdf,)))

    def _page(self, say: Say, number: int) -> dict[str, str | dict[str, str]]:
        recipient, written = say.recipient, self._language.writing.number
        name, contact, telephone = (words.found(recipient.values, column, self._language, self._tags)[1]
                                    for column in (NAME, "contact", "telephone"))
        paper_used = stack(self._job, self._project, self._sides, recipient.copies).sheets
        return {
            "set.number": written(number), "set.name": name or names.name(recipient.id),
            "set.id": f"{names.name(recipient.id)} · {called(self._job.language, self._language)}",
            "set.copies": {"count": written(recipient.copies)},
            "set.sheets": "" if paper_used is None else {"count": written(paper_used)},
            "set.contact": " · ".join(filter(None, (contact, telephone))),
        }
