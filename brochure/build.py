"""Build: the whole pipeline for one job, one step a line; the list is that of ``brochure/__init__.py``."""

import contextlib
import dataclasses
import datetime
import functools
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from brochure import PIPELINE, breaks, copyfit, paper
from brochure import content as contents
from brochure.catalog import copy as copies
from brochure.catalog import numbers
from brochure.catalog.check.fonts import Stack, families
from brochure.catalog.copy import Copy
from brochure.compose import Page, compose
from brochure.edition import Edition
from brochure.errors import BrochureError, CopyfitError, PreflightError, Problem, RenderError, UsageError
from brochure.impose import SLUG, Sheet
from brochure.impose import panels as placed_panels
from brochure.preflight import Promise, preflight, size
from brochure.press import plain
from brochure.project import Job, Project
from brochure.render import Panel, Panels, render
from brochure.review.proof import Proof, beyond, rooms
from brochure.slots import Slot

LOG = logging.getLogger("brochure")


@dataclass(frozen=True)
class Laid:
    """A job laid out: its words, its page, its panels and how full they are."""

    job: Job
    copy: Copy
    page: Page
    panels: Panels
    fit: copyfit.Fit
    notes: tuple[Problem, ...]


@dataclass(frozen=True)
class Composed:
    """A job before it is laid out: its words and its page."""

    copy: Copy
    page: Page
    notes: tuple[Problem, ...]


def composed(job: Job, project: Project, *, draft: bool = False, proof: Proof | None = None, half: int = 0,
             lacking: frozenset[str] | None = None, instead: Mapping[str, bytes] = copies.NOTHING) -> Composed:
    """The first steps of the pipeline, up to the page: see ``lay_out``."""
    _log("discover", job)
    root, layout, edition = project.root, project.layout(job.layout), project.edition(job.edition)
    language = project.language(job.language)
    draft = draft or bool(language.disguise)

    _log("content", job)
    content = contents.load(root / f"templates/content/{job.career}.toml", root)

    _log("catalog", job)
    copy = copies.load(root, language, project.source.tag, job.career, gaps=draft, fuzzy=proof is not None, instead=instead)
    twin = None
    if language.twin:
        twin = copies.load(root, project.language(language.twin), project.source.tag, job.career, gaps=True, instead=instead)

    _log("compose", job)
    page = compose(content, copy, layout, edition, root, twin, day(content), draft, proof, half, lacking)
    return Composed(copy, page, contents.remarks(content) + page.warnings)


def lay_out(job: Job, project: Project, *, draft: bool = False, proof: Proof | None = None, half: int = 0,
            lacking: frozenset[str] | None = None, instead: Mapping[str, bytes] = copies.NOTHING,
            last: Callable[[Element], None] = lambda _: None) -> Laid:
    """The first half of the pipeline, up to the measured panels.

    A draft lets gaps in the translation pass; with ``proof`` the page also says where they are. ``half`` is 1 or 2 for
    that language of a bilingual brochure. ``lacking`` is for recipients: the slots in which they have nothing to say;
    ``instead`` gives catalogs (by name in the project) the bytes they are going to have; ``last`` may change the finished
    page's tree before it is laid out.
    """
    made = composed(job, project, draft=draft, proof=proof, half=half, lacking=lacking, instead=instead)
    copy, page, root = made.copy, made.page, project.root
    layout, edition, language = project.layout(job.layout), project.edition(job.edition), project.language(job.language)

    _log("break", job)
    terms = breaks.glossary(root / f"locales/{language.style}/glossary.csv", root)

    def edit(tree: Element) -> None:
        if proof:
            proof.mark(tree, page.states)
        breaks.apply(tree, tag=language.tag, glossary=terms)
        last(tree)

    _log("render", job)
    draw = functools.partial(render, project=root, fonts=root / "assets/fonts", edit=edit, name=str(job))
    with located(copy, str(job)):
        panels = draw(page.html)

    _log("copyfit", job)
    pages = _pages(panels, edition)
    fit = copyfit.measure(pages, panels.ink, panels.lost)
    if fit.overflows:
        tall = draw(page.html.replace("</head>", f"<style>{copyfit.endless(panels.panels)}</style></head>", 1))
        fit = copyfit.remeasure(fit, panels.panels, tall.panels, tall.ink)
    placed = placed_panels(layout.sheets) if proof else {page.name for page in pages}  # a proof's list may be of any length
    fits = tuple(fill for fill in fit.fills if fill.panel in placed and not fill.panel.startswith(SLUG))
    fit = dataclasses.replace(fit, fills=fits)
    return Laid(job, copy, page, panels, fit, made.notes)


def unfit(project: Project, tag: str) -> tuple[Problem, ...]:
    """Where the words of a language do not fit, in every career and layout; what cannot be laid out says so elsewhere."""
    found = list[Problem]()
    for career in project.careers:
        for layout in project.layouts:
            job = Job(career, layout.name, layout.editions[0], tag)
            try:
                laid = lay_out(job, project, draft=True)
                copyfit.check(laid.fit, f"templates/layouts/{layout.name}/layout.toml", laid.copy.where, laid.copy.growth)
            except CopyfitError as error:
                found += error.problems
            except BrochureError:
                continue
    return tuple(found)


def build(job: Job, project: Project, *, draft: bool = False) -> tuple[bytes, tuple[Problem, ...]]:
    """The finished PDF of one job, and the warnings and remarks on the way.

    Raises the error of the first step that fails, with all its problems. In a draft, gaps in the
    translation and text that does not fit are warnings.
    """
    edition = project.edition(job.edition)
    laids, draft = laid(job, project, draft=draft)
    notes = tuple(note for one in laids for note in (*one.notes, *fitting(one, draft)))

    _log("impose", job)
    sheets, remarks = paper.sheets(job, project, laids) if edition.imposed else ((), ())

    _log("press", job)
    with contextlib.ExitStack() as places:
        for one in laids:
            places.enter_context(located(one.copy, str(one.job)))
        data = paper.write(job, project, laids, sheets) if edition.imposed else _write(laids[0], edition)

    _log("preflight", job)
    found = preflight(data, promise(job, project, laids, sheets, draft))
    if any(problem.severity == "error" for problem in found):
        raise PreflightError(found)
    return data, notes + remarks + found


def promised(job: Job, project: Project) -> Promise:
    """What the file of a job has to be, by what the project holds now; the file itself is not made."""
    laids, draft = laid(job, project)
    sheets = paper.sheets(job, project, laids)[0] if project.edition(job.edition).imposed else ()
    return promise(job, project, laids, sheets, draft)


def laid(job: Job, project: Project, *, draft: bool = False,
         instead: Mapping[str, bytes] = copies.NOTHING) -> tuple[tuple[Laid, ...], bool]:
    """The job laid out in its language, or in each of its two, and whether it is a draft: see ``lay_out``."""
    edition = project.edition(job.edition)
    draft = draft or edition.review or any(project.language(tag).disguise for tag in job.languages)
    if edition.instructions:
        return (_instructions(job, project, draft, instead),), draft
    if edition.review:
        return (_proof(job, project, instead),), draft
    return halves(job, project, draft=draft, instead=instead), draft


def halves(job: Job, project: Project, *, draft: bool = False, lacking: frozenset[str] | None = None,
           instead: Mapping[str, bytes] = copies.NOTHING,
           last: Callable[[int, Element], None] = lambda *_: None) -> tuple[Laid, ...]:
    """The job laid out in its language, or in each of its two: see ``lay_out``; ``last`` is told the half too."""
    return tuple(lay_out(one, project, draft=draft, half=half, lacking=lacking, instead=instead,
                         last=functools.partial(last, half)) for half, one in _halves(job))


def places(job: Job, project: Project) -> tuple[tuple[str, str, Slot], ...]:
    """The slots that recipients may find in the job: the language each is in, its number, and what it is."""
    return tuple((one.language, number, slot) for half, one in _halves(job)
                 for number, slot in composed(one, project, half=half, lacking=frozenset()).page.slots.items())


def _halves(job: Job) -> Iterator[tuple[int, Job]]:
    if not job.pair:
        return iter([(0, job)])
    return enumerate((dataclasses.replace(job, language=tag) for tag in job.languages), 1)


def _write(laid: Laid, edition: Edition) -> bytes:
    """The panels themselves, tagged."""
    finish = functools.partial(plain, actual_size=edition.instructions)
    return laid.panels.write(variant=edition.variant, tagged_ua=True, dpi=edition.dpi, finish=finish)


def promise(job: Job, project: Project, laids: Sequence[Laid], sheets: Sequence[Sheet], draft: bool) -> Promise:
    """What the file has to be."""
    edition, laid = project.edition(job.edition), laids[0]
    if edition.imposed:
        return paper.promise(job, project, laids, sheets, draft)
    return Promise(
        where=job.file, pages=tuple((panel.width, panel.height) for panel in laid.panels.panels), tagged=True,
        families=laid.panels.shelf, messages={} if draft else laid.page.texts, variants=edition.promises,
        lang=job.language, title=laid.page.title, codes=None if draft else laid.page.codes,
        size=None if edition.review else size.SENT,
    )


def _pages(panels: Panels, edition: Edition) -> tuple[Panel, ...]:
    """The pages to be measured: where panels may take as many as they need, each page is a panel of its own."""
    if not edition.flows:
        return panels.panels
    return tuple(dataclasses.replace(panel, name=f"{panel.name} (page {number})")
                 for number, panel in enumerate(panels.panels, 1))


def _instructions(job: Job, project: Project, draft: bool, instead: Mapping[str, bytes]) -> Laid:
    """How to print the layout, laid out; the sheets it is about are laid out by themselves."""
    from brochure.printer import coach  # it needs this module

    content = contents.load(project.root / f"templates/content/{job.career}.toml", project.root)
    copy = copies.load(project.root, project.language(job.language), project.source.tag, job.career, gaps=draft, instead=instead)
    made = coach.coach(project, content, job.layout, coach.plans(job, project), copy, day(content))
    panels = made.panels()
    name = copy.plain(content.name)
    page = Page(made.html, made.title, content.contact["organisation"], {content.name.key: name}, made.gaps, {}, ())
    fit = copyfit.measure(panels.panels, panels.ink, panels.lost)
    tight = tuple(fill for fill in fit.fills if fill.over or fill.wide)  # a page with little to say is no fault
    return Laid(job, copy, page, panels, dataclasses.replace(fit, fills=tight), made.gaps)


def _proof(job: Job, project: Project, instead: Mapping[str, bytes] = copies.NOTHING) -> Laid:
    """Lay out twice: how much room is left can be printed only when it is known."""
    fonts = Stack(tuple(families(project.root / "assets/fonts").values()))
    proof = Proof(datetime.date.today(), numbers.load(project.root), fonts=fonts)
    first = lay_out(job, project, draft=True, proof=proof, instead=instead)
    panels = first.panels.panels
    proof = dataclasses.replace(proof, rooms=rooms(first.fit, panels), beyond=beyond(first.fit, panels, first.panels.ink))
    made = lay_out(job, project, draft=True, proof=proof, instead=instead)
    return dataclasses.replace(made, notes=(*made.notes, *proof.remarks(made.page.html, job.file)))


def day(content: contents.Content) -> datetime.date:
    """The day a file says it was made: the same for the same inputs, whatever day it is.

    ``SOURCE_DATE_EPOCH`` (reproducible-builds.org) overrides the career's edition date.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date() if epoch else content.edition
    except (ValueError, OverflowError, OSError) as error:
        problem = Problem("SOURCE_DATE_EPOCH", f"{epoch!r} is not a number of seconds since 1970", "unset it")
        raise UsageError([problem]) from error


@contextlib.contextmanager
def located(copy: Copy, name: str) -> Iterator[None]:
    """Say of a problem with a message where a translator finds it."""
    try:
        yield
    except RenderError as error:
        key = re.compile(re.escape(f"{name}: ") + r"([a-z0-9_.]+)\Z")
        places = [(found := key.match(problem.where)) and copy.where(found[1]) for problem in error.problems]
        raise RenderError(dataclasses.replace(problem, where=f"{place} ({problem.where})") if place else problem
                          for problem, place in zip(error.problems, places, strict=True)) from error


def fitting(laid: Laid, draft: bool = False) -> tuple[Problem, ...]:
    """The remarks on how full the panels are; raise CopyfitError for text that does not fit, which a draft only warns of."""
    try:
        return copyfit.check(laid.fit, f"templates/layouts/{laid.job.layout}/layout.toml", laid.copy.where, laid.copy.growth)
    except CopyfitError as error:
        if not draft:
            raise
        return tuple(Problem(p.where, p.what, p.hint, "warning") for p in error.problems)


def _log(step: str, job: Job) -> None:
    LOG.info("%d %s: %s", PIPELINE.index(step) + 1, step, job)
