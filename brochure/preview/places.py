"""Places: the pages of a brochure as they print, and where on them its panels and their lines stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from brochure import paper
from brochure.impose import SLUG, Placement, Sheet, Tiles
from brochure.impose.sheet import TOLERANCE
from brochure.preflight import margins
from brochure.project import Job, Project

if TYPE_CHECKING:
    from brochure.preview.parts import Half
    from brochure.render import Ink

Box = tuple[float, float, float, float]
"""x, y, width, height in fractions of the page, from its top left."""

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Spot:
    """A fragment of a line, and the message it belongs to; ``lang`` is its language where the page has two."""

    key: str
    box: Box
    text: str
    lang: str = ""


@dataclass(frozen=True)
class Page:
    """One page of the file. ``width`` and ``height`` are in mm, ``folds`` in fractions of the width; ``panels`` has names, boxes
    and turns. ``digest`` is of the picture, a JPEG."""

    number: int
    name: str
    width: float
    height: float
    trim: Box
    bleed: Box | None
    safe: Box | None
    folds: tuple[float, ...]
    panels: tuple[tuple[str, Box, int], ...]
    spots: tuple[Spot, ...]
    digest: str = ""
    picture: bytes = field(default=b"", repr=False)


def sheets(job: Job, project: Project, halves: Sequence["Half"]) -> tuple[Sheet, ...]:
    """The pages of the job's file, each with a name of its own; after them what does not fit its panel, which no file has."""
    edition = project.edition(job.edition)
    panels = [(paper.label(job, half.job.language), panel) for half in halves for panel in half.panels]
    single = [Sheet(label + panel.name, panel.width, panel.height, (Placement(number, 0.0, 0.0, panel.width, panel.height),))
              for number, (label, panel) in enumerate(panels)]
    if edition.imposed:
        made = paper.placed(job, project, [half.panels for half in halves])[0]
    elif edition.review or edition.instructions or edition.flows:
        made = tuple(single)
    else:
        made = tuple(sheet for sheet, turn in _turns(single) if turn == 1)
    there = {placement.panel for sheet in made for placement in sheet.placements}
    left = [one for (number, one), (_, panel) in zip(enumerate(_turns(single)), panels, strict=True)
            if number not in there and not panel.name.startswith(SLUG)]
    return tuple(replace(sheet, side=f"{sheet.side} (page {turn})") if turn > 1 else sheet
                 for sheet, turn in (*_turns(made), *left))


def _turns(sheets: Sequence[Sheet]) -> list[tuple[Sheet, int]]:
    """Each sheet, and how many of its name there are up to it."""
    names = [sheet.side for sheet in sheets]
    return [(sheet, names[:number].count(sheet.side)) for number, sheet in enumerate(sheets, 1)]


def page(number: int, sheet: Sheet, job: Job, project: Project, halves: Sequence["Half"]) -> Page:
    """The page without its picture."""
    edition = project.edition(job.edition)
    around, bleed = edition.around, edition.bleed if edition.around else 0.0
    width, height = sheet.width + 2 * around, sheet.height + 2 * around

    def box(x: float, y: float, w: float, h: float) -> Box:
        return ((x + around) / width, (y + around) / height, w / width, h / height)

    edge = margins.PRESS if bleed else margins.OFFICE
    whole = not isinstance(project.layout(job.layout).scheme(edition.name, pair=job.pair), Tiles)
    panels = [panel for half in halves for panel in half.panels]
    return Page(
        number, sheet.side, width, height, box(0, 0, sheet.width, sheet.height),
        box(-bleed, -bleed, sheet.width + 2 * bleed, sheet.height + 2 * bleed) if bleed else None,
        box(edge, edge, sheet.width - 2 * edge, sheet.height - 2 * edge) if edition.imposed and whole else None,
        tuple((fold + around) / width for fold in sheet.folds),
        tuple((panels[one.panel].name, box(one.x, one.y, one.width, one.height), one.turn)
              for one in sheet.placements if not one.loose),
        tuple(Spot(str(ink.key), box(*place), ink.text.strip(), lang) for placement in sheet.placements
              for ink, lang in _inks(job, halves, placement.panel) if ink.key and ink.text and (place := placed(ink, placement))),
    )


def _inks(job: Job, halves: Sequence["Half"], panel: int) -> Iterator[tuple["Ink", str]]:
    """What stands on a panel, and its language where the job has two."""
    for half in halves:
        if panel < len(half.panels):
            lang = half.job.language if job.pair else ""
            yield from ((ink, lang) for ink in half.ink if ink.panel == panel)
            return
        panel -= len(half.panels)


def placed(ink: "Ink", placement: Placement) -> Box | None:
    """Where a fragment of a panel stands on the sheet, in mm; None if the sheet does not show it."""
    left, top = max(ink.x - placement.offset[0], 0.0), max(ink.y - placement.offset[1], 0.0)
    right = min(ink.x - placement.offset[0] + ink.width, placement.width)
    bottom = min(ink.y - placement.offset[1] + ink.height, placement.height)
    if right <= left or bottom <= top:
        return None
    if placement.turn:
        left, right = placement.width - right, placement.width - left
        top, bottom = placement.height - bottom, placement.height - top
    return placement.x + left, placement.y + top, right - left, bottom - top


def reach(sheet: Sheet, placement: Placement, job: Job, project: Project) -> Box:
    """The box of the page that shows a panel and nothing of another; at the sheet's edges it has the bleed too."""
    edition = project.edition(job.edition)
    around, bleed = edition.around, edition.bleed if edition.around else 0.0
    width, height = sheet.width + 2 * around, sheet.height + 2 * around
    left = placement.x - bleed * (placement.x < TOLERANCE)
    top = placement.y - bleed * (placement.y < TOLERANCE)
    right, bottom = placement.x + placement.width, placement.y + placement.height
    right += bleed * (right > sheet.width - TOLERANCE)
    bottom += bleed * (bottom > sheet.height - TOLERANCE)
    return ((left + around) / width, (top + around) / height, (right - left) / width, (bottom - top) / height)
