"""Stack: the paper of one school's brochures in a print run: how often the sheets are printed, and how many that makes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from brochure import paper
from brochure.impose import Sheet
from brochure.project import Job, Project


@dataclass(frozen=True)
class Stack:
    """``times`` its ``sides`` are printed; that takes so many ``sheets`` of paper, None if the print shop places the pages."""

    times: int
    sheets: int | None


def stack(job: Job, project: Project, sides: Sequence[Sheet], copies: int) -> Stack:
    """The paper of so many copies: of several that stand on a sheet side by side, such as cards, as few sheets as will do."""
    beside = (count for side in sides for count in Counter(place.panel for place in side.placements).values())
    times = -(-copies // min(beside, default=1))
    if paper.flip(job, project) == "simplex":
        return Stack(times, None if backed(job, project) else times * len(sides))
    return Stack(times, times * -(-len(sides) // 2))


def backed(job: Job, project: Project) -> bool:
    """Whether a page of the file has another on its back, on the printer or where a print shop has placed both."""
    edition = project.edition(job.edition)
    return project.layout(job.layout).turns(edition.name, pair=job.pair, flows=True) != "simplex"
