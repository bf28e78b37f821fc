"""Drawing: one brochure as pictures of its pages, what stands where on them, and what is wrong with it.

The pages are those of the PDF that ``brochure build`` writes: sheets for paper, panels for a screen.
"""

import dataclasses
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from brochure import copyfit, paper
from brochure.build import Laid, lay_out
from brochure.catalog.copy import NOTHING
from brochure.errors import BrochureError, CatalogError, CopyfitError, Problem
from brochure.impose import Placement, Sheet, Tiles
from brochure.preflight import margins
from brochure.press import plain
from brochure.project import Job, Project
from brochure.review.proof import rooms

if TYPE_CHECKING:
    from brochure.render import Ink

DPI = 144
QUALITY = 85  # of the JPEGs
NEAR = 0.5  # mm: lines this near to each other are one

Box = tuple[float, float, float, float]
"""x, y, width, height in fractions of the page, from its top left."""


@dataclass(frozen=True)
class Spot:
    """A fragment of a line, and the message it belongs to."""

    key: str
    box: Box
    text: str


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


@dataclass(frozen=True)
class Gauge:
    """How a message fills its panel: see ``app``."""

    panel: str
    share: float
    lines: int
    room: int
    over: int
    fits: bool


@dataclass(frozen=True)
class Remark:
    """A problem, and where on the pages it is; ``kind`` and ``lang`` are as ``app`` says."""

    problem: Problem
    key: str | None = None
    page: int | None = None
    kind: str = "other"
    lang: str | None = None


@dataclass(frozen=True)
class Drawing:
    """A brochure as it is now. ``order`` has the messages' keys in reading order."""

    pages: tuple[Page, ...]
    order: tuple[str, ...]
    gauges: Mapping[str, Gauge]
    remarks: tuple[Remark, ...]


def draw(job: Job, project: Project, instead: Mapping[str, bytes] = NOTHING, key: str | None = None) -> Drawing:
    """Draw the job; with a ``key`` only the pages on which that message stands.

    Text that does not fit is a remark; where a translation has gaps, the draft is drawn. ``instead`` gives catalogs the
    bytes they are going to have. Raises what ``build`` raises for everything else.
    """
    try:
        laid = lay_out(job, project, instead=instead)
    except CatalogError:
        laid = lay_out(job, project, draft=True, instead=instead)
    edition = project.edition(job.edition)
    sheets = paper.sheets(job, project, (laid,))[0] if edition.imposed else _singly(laid)
    pages = tuple(_page(number, sheet, laid, project) for number, sheet in enumerate(sheets, 1))
    order = tuple(dict.fromkeys(ink.key for ink in laid.panels.ink if ink.key))
    remarks = tuple(_remarks(laid, pages, order))
    shown = [page for page in pages if key is None or any(spot.key == key for spot in page.spots)]
    if edition.imposed:
        data = paper.write(job, project, (laid,), [sheets[page.number - 1] for page in shown]) if shown else b""
        pictured = _pictured(data, shown, range(len(shown)))
    else:
        data = laid.panels.write(variant=None, tagged_ua=False, dpi=edition.dpi, finish=plain)
        pictured = _pictured(data, shown, [page.number - 1 for page in shown])
    return Drawing(tuple(pictured), order, {} if edition.flows else _gauges(laid, order), remarks)


def _singly(laid: Laid) -> tuple[Sheet, ...]:
    """The panels as pages of their own."""
    return tuple(Sheet(panel.name, panel.width, panel.height, (Placement(number, 0.0, 0.0, panel.width, panel.height),))
                 for number, panel in enumerate(laid.panels.panels))


def _page(number: int, sheet: Sheet, laid: Laid, project: Project) -> Page:
    edition = project.edition(laid.job.edition)
    around, bleed = edition.around, edition.bleed if edition.around else 0.0
    width, height = sheet.width + 2 * around, sheet.height + 2 * around

    def box(x: float, y: float, w: float, h: float) -> Box:
        return ((x + around) / width, (y + around) / height, w / width, h / height)

    edge = margins.PRESS if bleed else margins.OFFICE
    whole = not isinstance(project.layout(laid.job.layout).scheme(edition.name), Tiles)
    inks: dict[int, list[Ink]] = {}
    for ink in laid.panels.ink:
        inks.setdefault(ink.panel, []).append(ink)
    spots = tuple(Spot(str(ink.key), box(*place), ink.text.strip()) for placement in sheet.placements
                  for ink in inks.get(placement.panel, ()) if ink.key and ink.text and (place := placed(ink, placement)))
    return Page(
        number, sheet.side, width, height, box(0, 0, sheet.width, sheet.height),
        box(-bleed, -bleed, sheet.width + 2 * bleed, sheet.height + 2 * bleed) if bleed else None,
        box(edge, edge, sheet.width - 2 * edge, sheet.height - 2 * edge) if edition.imposed and whole else None,
        tuple((fold + around) / width for fold in sheet.folds),
        tuple((laid.panels.panels[one.panel].name, box(one.x, one.y, one.width, one.height), one.turn)
              for one in sheet.placements if not one.loose),
        spots,
    )


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


def _pictured(data: bytes, pages: Sequence[Page], numbers: Iterable[int]) -> Iterator[Page]:
    import pypdfium2

    if not pages:
        return
    with pypdfium2.PdfDocument(data) as pdf:
        for page, number in zip(pages, numbers, strict=True):
            file = io.BytesIO()
            pdf[number].render(scale=DPI / 72).to_pil().convert("RGB").save(file, "jpeg", quality=QUALITY)
            picture = file.getvalue()
            yield dataclasses.replace(page, picture=picture, digest=hashlib.sha256(picture).hexdigest()[:20])


def _gauges(laid: Laid, order: Sequence[str]) -> dict[str, Gauge]:
    """The gauge of each message in the panel where it stands first."""
    first, lines = dict[str, str](), dict[str, list[float]]()
    for ink in laid.panels.ink:
        if ink.key and ink.text:
            name = laid.panels.panels[ink.panel].name
            if first.setdefault(ink.key, name) == name and all(
                    abs(ink.y - y) > NEAR for y in lines.setdefault(ink.key, [])):
                lines[ink.key].append(ink.y)
    fills = {fill.panel: fill for fill in laid.fit.fills}
    there = {room.panel: room for room in rooms(laid.fit, laid.panels.panels)}
    found = {}
    for key in order:
        fill = fills.get(first.get(key, ""))
        if fill is None:
            continue
        count, room = len(lines[key]), there[fill.panel].lines
        wide = fill.wide > copyfit.MARGIN and key in fill.keys
        fits = fill.over <= copyfit.TOLERANCE and key not in laid.fit.lost and not wide
        found[key] = Gauge(fill.panel, fill.share, count, max(count + room, 0), fill.lines, fits)
    return found


def _remarks(laid: Laid, pages: Sequence[Page], order: Sequence[str]) -> Iterator[Remark]:
    """What is wrong, what does not fit first."""
    homes = {laid.copy.where(key): key for key in order}
    where = {spot.key: page.number for page in reversed(pages) for spot in page.spots}
    panels = {name: page.number for page in reversed(pages) for name, _, _ in page.panels}
    parts = [(fill.panel, fill.keys[0] if fill.keys else None, copyfit.Fit((fill,), {})) for fill in laid.fit.fills]
    parts += [("", key, copyfit.Fit((), {key: counts})) for key, counts in laid.fit.lost.items()]
    for panel, key, fit in parts:
        for problem in _fitting(fit, laid):
            yield Remark(problem, key, where.get(key or "") or panels.get(panel), "fit", laid.copy.language.tag)
    for problem in laid.notes:
        found = homes.get(problem.where) if problem.where else None
        yield Remark(problem, found, where.get(found or ""), lang=laid.copy.language.tag)


def _fitting(fit: copyfit.Fit, laid: Laid) -> tuple[Problem, ...]:
    try:
        return copyfit.check(fit, f"templates/layouts/{laid.job.layout}/layout.toml", laid.copy.where, laid.copy.growth)
    except CopyfitError as error:
        return error.problems


def failure(job: Job, error: Exception) -> tuple[Problem, ...]:
    """Why a job cannot be drawn, as problems."""
    from brochure.run import fault

    return error.problems if isinstance(error, BrochureError) else (fault(str(job), error),)
