"""Testsheet: a sheet that shows what a printer does to lengths, to the back and to the edges of a layout's paper."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from brochure import paper
from brochure.build import lay_out
from brochure.catalog import copy as copies
from brochure.errors import Problem, UsageError
from brochure.impose import Booklet, Rows, Scheme, Sheet, Singly, impose
from brochure.language import Language
from brochure.press import imposed
from brochure.printer.ticket import called, media
from brochure.project import Job, Project, jobs
from brochure.review import document

VARIANT = "pdf/a-2u"
SPOKEN = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Variables that name the language of a computer's messages; the first that is set counts."""


@dataclass(frozen=True)
class Testsheet:
    """The finished sheet, and the name of its file below the output folder."""

    file: str
    data: bytes


def make(project: Project, tag: str | None, layout: str | None) -> Testsheet:
    """The test sheet for a layout's paper, in a language.

    Without a ``tag`` it is in the computer's language if the project has that, else in the source language; without a
    ``layout`` it is for the one with the most folds. Raises UsageError for a name the project does not have.
    """
    tag = tag or spoken(project)
    wanted = jobs(project, languages=[tag], layouts=[layout] if layout else ())
    found = {job.layout: job for job in reversed(wanted) if project.edition(job.edition).imposed}
    if not found:
        raise UsageError([Problem("layout", "there is no edition for paper", "brochure list shows which there are")])
    chosen = max(sorted(found), key=lambda name: _folds(project.layout(name).sheets))  # of several the first
    job = found[chosen]
    made = compose(project, chosen, _sheets(project, job), project.language(tag))
    return Testsheet(f"testsheet.{chosen}.{tag}.pdf", pdf(made, paper.flip(job, project)))


def spoken(project: Project) -> str:
    """The language of this computer's messages, if the project has it; else the source language."""
    value = next((os.environ[name] for name in SPOKEN if os.environ.get(name)), "")
    tag = value.partition(".")[0].replace("_", "-")
    there = [language.tag for language in project.languages]
    return next((one for one in (tag, tag.partition("-")[0]) if one in there), project.source.tag)


def compose(project: Project, layout: str, sheets: Sequence[Sheet], language: Language) -> document.Document:
    """The sheet for one sheet of paper, its front and, if there is one, its back."""
    copy = copies.load(project.root, language, project.source.tag, project.careers[0], gaps=True)
    return document.compose("testsheet.html", f"testsheet {layout} {language.tag}", project, copy, "", {
        "author": "brochure", "layout": layout, "sheets": sheets, "paper": called(media(sheets[0].width, sheets[0].height)),
    }, folder="printer")


def pdf(made: document.Document, flip: str) -> bytes:
    """The sheet for paper that turns over as ``flip`` says, printed at actual size."""
    panels = made.panels()
    sheets = impose(Singly(), [panels.panels], where="templates/printer/testsheet.html")
    return panels.write(variant=VARIANT, tagged_ua=False, dpi=None, finish=lambda pdf: imposed([pdf], sheets, flip=flip))


def _folds(scheme: Scheme) -> int:
    """How often a scheme folds its paper."""
    if isinstance(scheme, Rows):
        return max(len(side.rows[0]) - 1 if side.between == "fold" else 0 for side in scheme.sides)
    return int(isinstance(scheme, Booklet))


def _sheets(project: Project, job: Job) -> tuple[Sheet, ...]:
    """The first sheet of a job: its geometry only, so gaps and overlong text do not matter."""
    made, _ = paper.sheets(job, project, (lay_out(job, project, draft=True),))
    return made[:1] if paper.flip(job, project) == "simplex" else made[:2]
