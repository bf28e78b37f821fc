"""Separators: the sheet before each school's brochures in a print run, a label for the stack."""

import dataclasses
import functools
from collections.abc import Sequence

from brochure import paper
from brochure.impose import Placement, Sheet
from brochure.project import Job, Project
from brochure.recipients import words
from brochure.recipients.blank import Blank, Filling
from brochure.recipients.personal import NAME, Say

SIDE = "label"


class Separators:
    """Labels of the size of a job's sheets, in its first language; paper with two sides has an empty back."""

    def __init__(self, job: Job, project: Project, first: Sheet) -> None:
        self._job, self._project = job, project
        self._language, self._edition = project.language(job.languages[0]), project.edition(job.edition)
        self._tags = tuple(language.tag for language in project.languages)
        self._blank = Blank(project, "separator.html", self._language, job.career, {"sheet": first})
        place = Placement(0, 0, 0, first.width, first.height)
        front = Sheet(SIDE, first.width, first.height, (place,))
        two = paper.flip(job, project) != "simplex"
        self._sheets = (front, dataclasses.replace(front, placements=())) if two else (front,)

    def fill(self, says: Sequence[Say], numbers: Sequence[int], sheets: int) -> Filling:
        """The labels of some schools, with their places in the run; a copy takes so many ``sheets`` of paper."""
        bind = functools.partial(paper.bind, self._job, self._project, self._sheets)
        pages = [self._page(say, number, sheets) for say, number in zip(says, numbers, strict=True)]
        return self._blank.fill(pages, variant=self._edition.variant, dpi=self._edition.dpi, bind=lambda pdf: bind((pdf,)))

    def _page(self, say: Say, number: int, sheets: int) -> dict[str, str | dict[str, str]]:
        recipient, written = say.recipient, self._language.writing.number
        cells = {column: words.found(recipient.values, column, self._language, self._tags)[1]
                 for column in (NAME, "contact", "telephone", "venue")}
        return {
            "set.number": " · ".join(filter(None, (written(number), recipient.id if cells[NAME] else ""))),
            "set.name": cells[NAME] or recipient.id,
            "set.copies": {"count": written(recipient.copies)}, "set.sheets": {"count": written(recipient.copies * sheets)},
            "set.contact": " · ".join(filter(None, (cells["contact"], cells["telephone"]))), "set.venue": cells["venue"],
        }
