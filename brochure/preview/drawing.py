"""Drawing: one brochure as pictures of its pages, what stands where on them, and what is wrong with it.

The pages are those of the PDF that ``brochure build`` writes: sheets for paper, panels for a screen. A process remembers what
it drew last, and draws only what is another by now. A text that is being typed is drawn in the same way, without the panels
beside it: its pictures are patches for the pages that are there.
"""

import contextlib
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from brochure import copyfit, paper
from brochure.catalog.copy import NOTHING
from brochure.errors import BrochureError, CopyfitError, Problem, RenderError
from brochure.impose import Placement, Sheet
from brochure.preview import parts, pictures, places
from brochure.preview.parts import Half, Parts, Unknown, Wish
from brochure.preview.places import WHOLE, Box, Page, Spot
from brochure.project import Job, Project
from brochure.review.proof import rooms

NEAR = 0.5  # mm: lines this near to each other are one
REMEMBERED = 6  # brochures


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
    """A brochure as it is now. ``order`` has the messages' keys in reading order; those of ``gauges`` begin with the language
    where the brochure has two (``paper.label``)."""

    pages: tuple[Page, ...]
    order: tuple[str, ...]
    gauges: Mapping[str, Gauge]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class Patch:
    """The picture of a part of a page, and the fragments of lines on it."""

    number: int
    box: Box
    spots: tuple[Spot, ...]
    digest: str
    picture: bytes = field(repr=False)


@dataclass(frozen=True)
class Attempt:
    """What a text that is not saved changes on the pages that are there."""

    patches: tuple[Patch, ...]
    gauge: Gauge | None


@dataclass(frozen=True)
class Known:
    """A brochure as it was drawn last. ``setting`` is what its pictures depend on beside the panels."""

    setting: tuple[Any, ...]
    halves: tuple[Half, ...]
    sheets: tuple[Sheet, ...]
    pages: tuple[Page, ...]


_known: OrderedDict[tuple[Path, Job], Known] = OrderedDict()


def draw(job: Job, project: Project) -> Drawing:
    """Draw the job.

    Text that does not fit is a remark; where a translation has gaps, the draft is drawn. Raises what ``build`` raises for
    everything else.
    """
    if known := _recalled(job, project):
        with contextlib.suppress(Unknown, RenderError):  # all of it is drawn, and says everything that is wrong with it
            return _drawn(job, project, known)
    return _drawn(job, project, None)


def attempt(job: Job, project: Project, instead: Mapping[str, bytes], key: str, lang: str) -> Attempt:
    """Draw the panels with this message of a language, with the bytes that catalogs are going to have.

    Where a panel cannot be drawn without the others, the pages are drawn on which the message stands. Raises as ``draw``.
    """
    edition = project.edition(job.edition)
    if not (edition.review or edition.instructions):
        if not _recalled(job, project):
            with contextlib.suppress(BrochureError):  # what is saved may be damaged, and what is typed not
                draw(job, project)
        if known := _recalled(job, project):
            with contextlib.suppress(Unknown, RenderError):
                return _tried(job, project, instead, key, lang, known)
    return _tried(job, project, instead, key, lang, None)


def _recalled(job: Job, project: Project) -> Known | None:
    known = _known.get((project.root, job))
    return known if known and known.setting == _setting(job, project) else None


def _setting(job: Job, project: Project) -> tuple[Any, ...]:
    edition = project.edition(job.edition)
    profile = (project.root / edition.profile).read_bytes() if edition.profile else b""
    return project.layout(job.layout), edition, hashlib.sha256(profile).digest()


def _drawn(job: Job, project: Project, known: Known | None) -> Drawing:
    """The brochure; a page on which everything is known keeps its picture."""
    setting = _setting(job, project)
    made = parts.lay_out(job, project, NOTHING, known.halves if known else (), _beside(known))
    halves = tuple(part.half for part in made)
    for part, before in zip(made, known.halves if known else (), strict=False):
        if part.partial and _names(part.half) != _names(before):
            raise Unknown  # the pages after it have other numbers
    sheets = places.sheets(job, project, halves)
    kept = _kept(known, sheets, _numbers(halves, lambda half: half.parts.changed if half.parts.digests else _names(half)))
    new = [(sheet, (WHOLE,)) for number, sheet in enumerate(sheets, 1) if number not in kept]
    taken, pages = iter(pictures.pictures(job, project, made, new)), list[Page]()
    for number, sheet in enumerate(sheets, 1):
        page = places.page(number, sheet, job, project, halves)
        if old := kept.get(number):
            pages.append(replace(page, digest=old.digest, picture=old.picture))
        else:
            (one,) = next(taken)
            pages.append(replace(page, digest=one.digest, picture=one.data))
    _known[project.root, job] = Known(setting, halves, sheets, tuple(pages))
    _known.move_to_end((project.root, job))
    while len(_known) > REMEMBERED:
        _known.popitem(last=False)
    order = tuple(dict.fromkeys(ink.key for half in halves for ink in half.ink if ink.key))
    remarks = tuple(remark for half in halves for remark in _remarks(half, pages, order))
    return Drawing(tuple(pages), order, {} if project.edition(job.edition).flows else _gauges(job, halves), remarks)


def _kept(known: Known | None, sheets: Sequence[Sheet], changed: set[int]) -> dict[int, Page]:
    """The pages that are as they were, by number."""
    if known is None:
        return {}
    return {page.number: page for page, before, sheet in zip(known.pages, known.sheets, sheets, strict=False)
            if before == sheet and not changed & {one.panel for one in sheet.placements}}


def _tried(job: Job, project: Project, instead: Mapping[str, bytes], key: str, lang: str, known: Known | None) -> Attempt:
    """The patches; they are whole pages where all panels had to be drawn."""
    def there(parts: Parts) -> frozenset[str]:
        return frozenset(name for name, keys in parts.keys.items() if key in keys and job.languages[parts.half] == lang)

    made = parts.lay_out(job, project, instead, known.halves if known else (), there)
    halves, alone = tuple(part.half for part in made), any(part.partial for part in made)
    sheets, drawn = places.sheets(job, project, halves), _numbers(halves, lambda half: half.parts.drawn)
    if alone and not drawn:
        raise Unknown  # the message stands in no panel
    if not alone:
        drawn = {start + ink.panel for start, half in _started(halves) for ink in half.ink
                 if ink.key == key and half.job.language == lang}
    numbers = {sheet.side: number for number, sheet in enumerate(known.sheets if known else sheets, 1)}
    cut = list[tuple[int, Sheet, tuple[Placement, ...]]]()
    for sheet in sheets:
        shown = tuple(one for one in sheet.placements if one.panel in drawn and not one.loose)
        if shown and sheet.side in numbers:
            cut.append((numbers[sheet.side], replace(sheet, placements=shown) if alone else sheet, shown if alone else ()))
    for sheet in known.sheets if known else ():
        if not any(sheet.side == other.side for other in sheets):
            cut.append((numbers[sheet.side], replace(sheet, placements=()), ()))
    wanted = [(sheet, [places.reach(sheet, one, job, project) for one in shown] or [WHOLE]) for _, sheet, shown in cut]
    taken = pictures.pictures(job, project, made, wanted)
    patches = tuple(
        Patch(number, picture.box, places.page(number, replace(sheet, placements=(one,)) if one else sheet, job, project,
                                               halves).spots, picture.digest, picture.data)
        for (number, sheet, shown), some in zip(cut, taken, strict=True)
        for picture, one in zip(some, shown or (None,), strict=True))
    gauges = {} if project.edition(job.edition).flows else _gauges(job, halves)
    return Attempt(patches, gauges.get(paper.label(job, lang) + key))


def _beside(known: Known | None) -> Wish:
    """All panels of the sheets on which something changed: a sheet is drawn as a whole."""
    def wish(parts: Parts) -> frozenset[str]:
        assert known is not None  # else there is nothing to choose from
        start, half = _started(known.halves)[parts.half]
        names = [[half.panels[one.panel - start].name for one in sheet.placements if 0 <= one.panel - start < len(half.panels)]
                 for sheet in known.sheets]
        return frozenset(name for some in names if parts.changed & set(some) for name in some)

    return wish


def _started(halves: Sequence[Half]) -> list[tuple[int, Half]]:
    """Each half, and how many pages the ones before it have."""
    return [(sum(len(other.panels) for other in halves[:number]), half) for number, half in enumerate(halves)]


def _names(half: Half) -> list[str]:
    return [panel.name for panel in half.panels]


def _numbers(halves: Sequence[Half], named: Callable[[Half], Collection[str]]) -> set[int]:
    """The pages of these panels, counted in all halves together."""
    return {start + number for start, half in _started(halves) for number, name in enumerate(_names(half)) if name in named(half)}


def _gauges(job: Job, halves: Sequence[Half]) -> dict[str, Gauge]:
    """The gauge of each message in the panel where it stands first."""
    return {paper.label(job, half.job.language) + key: gauge for half in halves for key, gauge in _gauges_of(half)}


def _gauges_of(half: Half) -> Iterator[tuple[str, Gauge]]:
    first, lines = dict[str, str](), dict[str, list[float]]()
    for ink in half.ink:
        if ink.key and ink.text:
            name = half.panels[ink.panel].name
            if first.setdefault(ink.key, name) == name and all(
                    abs(ink.y - y) > NEAR for y in lines.setdefault(ink.key, [])):
                lines[ink.key].append(ink.y)
    fills = {fill.panel: fill for fill in half.fit.fills}
    there = {room.panel: room for room in rooms(half.fit, half.panels)} if fills.keys() & set(_names(half)) else {}
    for key, panel in first.items():
        fill = fills.get(panel)
        if fill is None:
            continue
        count, room = len(lines[key]), there[fill.panel].lines
        wide = fill.wide > copyfit.MARGIN and key in fill.keys
        fits = fill.over <= copyfit.TOLERANCE and key not in half.fit.lost and not wide
        yield key, Gauge(fill.panel, fill.share, count, max(count + room, 0), fill.lines, fits)


def _remarks(half: Half, pages: Sequence[Page], order: Sequence[str]) -> Iterator[Remark]:
    """What is wrong, what does not fit first."""
    homes = {half.copy.where(key): key for key in order}
    where = {spot.key: page.number for page in reversed(pages) for spot in page.spots if spot.lang in ("", half.job.language)}
    panels = {name: page.number for page in reversed(pages) for name, _, _ in page.panels}
    parted = [(fill.panel, next(iter(copyfit.named_first(fill, half.copy.growth)), None), copyfit.Fit((fill,), {}))
              for fill in half.fit.fills]
    parted += [("", key, copyfit.Fit((), {key: counts})) for key, counts in half.fit.lost.items()]
    for panel, key, fit in parted:
        for problem in _fitting(fit, half):
            yield Remark(problem, key, where.get(key or "") or panels.get(panel), "fit", half.job.language)
    for problem in half.notes:
        found = homes.get(problem.where) if problem.where else None
        yield Remark(problem, found, where.get(found or ""), lang=half.job.language)


def _fitting(fit: copyfit.Fit, half: Half) -> tuple[Problem, ...]:
    try:
        return copyfit.check(fit, f"templates/layouts/{half.job.layout}/layout.toml", half.copy.where, half.copy.growth)
    except CopyfitError as error:
        return error.problems


def failure(job: Job, error: Exception) -> tuple[Problem, ...]:
    """Why a job cannot be drawn, as problems."""
    from brochure.run import fault

    return error.problems if isinstance(error, BrochureError) else (fault(str(job), error),)
