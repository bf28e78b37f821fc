"""Coach: a page that tells whoever prints a layout which settings to choose, how the pages lie, and how to fold the sheet.

Its pictures are drawn from the geometry of the very sheets that are printed.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from brochure import paper
from brochure.build import lay_out
from brochure.catalog.copy import Copy
from brochure.content import Content
from brochure.errors import CatalogError
from brochure.impose import Scheme, Sheet
from brochure.printer import folding
from brochure.printer.ticket import called, media
from brochure.project import Job, Project
from brochure.review import document


@dataclass(frozen=True)
class Plan:
    """What is printed and folded in one way: the sheets, over which edge they turn, and the files that are made so."""

    scheme: Scheme
    sheets: tuple[Sheet, ...]
    flip: str
    files: tuple[str, ...]


def plans(job: Job, project: Project) -> tuple[Plan, ...]:
    """The ways in which a layout's editions come onto a school's paper; those for a print shop are not its business.

    The sheets are laid out as drafts: only their geometry counts, and what is wrong with the words their own build says.
    """
    layout, found = project.layout(job.layout), dict[Scheme, list[Job]]()
    for name in layout.editions:
        edition = project.edition(name)
        if edition.imposed and not (edition.review or edition.flows or edition.around):
            found.setdefault(layout.scheme(name), []).append(replace(job, edition=name))
    return tuple(
        Plan(scheme, paper.sheets(jobs[0], project, (lay_out(jobs[0], project, draft=True),))[0],
             paper.flip(jobs[0], project), tuple(Path(one.file).name for one in jobs))
        for scheme, jobs in found.items()
    )


def coach(project: Project, content: Content, layout: str, ways: Sequence[Plan], copy: Copy,
          day: datetime.date) -> document.Document:
    """A page for each way in which a layout is printed.

    Raises CatalogError for words that are not translated, unless the copy may have gaps.
    """
    made = document.compose(
        "coach.html", f"{content.career} {layout} coach {copy.language.tag}", project, copy, day.isoformat(),
        {"author": content.contact["organisation"], "name": copy.words(content.name), "document_title": copy.plain(content.name),
         "plans": [_shown(way) for way in ways]}, folder="printer")
    if made.gaps and not copy.gaps:
        raise CatalogError(replace(problem, severity="error") for problem in made.gaps)
    return made


def _shown(plan: Plan) -> dict[str, Any]:
    """A plan as the template sees it."""
    first, moves = plan.sheets[0], folding.moves(plan.scheme, plan.sheets)
    return {"sheets": plan.sheets, "flip": plan.flip, "files": plan.files, "paper": called(media(first.width, first.height)),
            "count": len(plan.sheets) if plan.flip == "simplex" else -(-len(plan.sheets) // 2),
            "pieces": len(first.placements), "moves": moves, "kinds": [move.kind for move in moves]}
