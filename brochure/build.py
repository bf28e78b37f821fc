"""Build: the whole pipeline for one job, one step a line; the list is that of ``brochure/__init__.py``."""

import contextlib
import dataclasses
import datetime
import functools
import logging
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from brochure import PIPELINE, breaks, copyfit
from brochure import content as contents
from brochure.catalog import copy as copies
from brochure.catalog import numbers
from brochure.catalog.copy import Copy
from brochure.compose import Page, compose
from brochure.errors import BrochureError, CopyfitError, PreflightError, Problem, RenderError, UsageError
from brochure.impose import Sheet, impose
from brochure.preflight import Promise, preflight
from brochure.press import Ticks, imposed, plain
from brochure.project import Job, Project
from brochure.render import Panels, render
from brochure.review.proof import Proof, rooms

if TYPE_CHECKING:
    import pydyf

    from brochure.edition import Edition

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


def lay_out(job: Job, project: Project, *, draft: bool = False, proof: Proof | None = None) -> Laid:
    """The first half of the pipeline, up to the measured panels.

    A draft lets gaps in the translation pass; with ``proof`` the page also says where they are.
    """
    _log("discover", job)
    root, layout, edition = project.root, project.layout(job.layout), project.edition(job.edition)
    language = project.language(job.language)
    draft = draft or bool(language.disguise)

    _log("content", job)
    content = contents.load(root / f"templates/content/{job.career}.toml", root)
    notes = contents.remarks(content)

    _log("catalog", job)
    copy = copies.load(root, language, project.source.tag, job.career, gaps=draft, fuzzy=proof is not None)
    twin = None
    if language.twin:
        twin = copies.load(root, project.language(language.twin), project.source.tag, job.career, gaps=True)

    _log("compose", job)
    page = compose(content, copy, layout, edition, root, twin, _day(content), draft, proof)

    _log("break", job)
    terms = breaks.glossary(root / f"locales/{language.style}/glossary.csv", root)

    def edit(tree: Element) -> None:
        if proof:
            proof.mark(tree, page.states)
        breaks.apply(tree, tag=language.tag, glossary=terms)

    _log("render", job)
    draw = functools.partial(render, project=root, fonts=root / "assets/fonts", edit=edit, name=str(job))
    with _located(copy, job):
        panels = draw(page.html)

    _log("copyfit", job)
    fit = copyfit.measure(panels.panels, panels.ink, panels.lost)
    if fit.overflows:
        tall = draw(page.html.replace("</head>", f"<style>{copyfit.endless(panels.panels)}</style></head>", 1))
        fit = copyfit.remeasure(fit, panels.panels, tall.panels, tall.ink)
    placed = {name for _, row in layout.rows for name in row}
    if proof:  # its list may be as long as it likes
        fit = dataclasses.replace(fit, fills=tuple(fill for fill in fit.fills if fill.panel in placed))
    return Laid(job, copy, page, panels, fit, notes + page.warnings)


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
    layout, edition = project.layout(job.layout), project.edition(job.edition)
    draft = draft or edition.review or bool(project.language(job.language).disguise)
    laid = _proof(job, project) if edition.review else lay_out(job, project, draft=draft)
    layout_file = f"templates/layouts/{layout.name}/layout.toml"
    notes = laid.notes + _fitting(laid, layout_file, draft)

    _log("impose", job)
    sheets = None
    if edition.imposed:
        rtl = project.language(job.language).direction == "rtl"
        sheets = impose(layout.rows, laid.panels.panels, rtl=rtl, where=layout_file)

    _log("press", job)
    finish = _finish(sheets, layout.flip, edition)
    with _located(laid.copy, job):
        data = laid.panels.write(variant=edition.variant, tagged_ua=not edition.imposed, dpi=edition.dpi, finish=finish)

    _log("preflight", job)
    sides = laid.panels.panels if sheets is None else sheets
    promise = Promise(
        where=job.file, pages=tuple((side.width, side.height) for side in sides), tagged=sheets is None,
        families=laid.panels.shelf, messages={} if draft else laid.page.texts, variants=edition.promises,
        lang=job.language, title=laid.page.title, flip=None if sheets is None else layout.flip,
    )
    if problems := preflight(data, promise):
        raise PreflightError(problems)
    return data, notes


def _proof(job: Job, project: Project) -> Laid:
    """Lay out twice: how much room is left can be printed only when it is known."""
    proof = Proof(datetime.date.today(), numbers.load(project.root))
    first = lay_out(job, project, draft=True, proof=proof)
    left = rooms(first.fit, first.panels.panels)
    return lay_out(job, project, draft=True, proof=dataclasses.replace(proof, rooms=left))


def _day(content: contents.Content) -> datetime.date:
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
def _located(copy: Copy, job: Job) -> Iterator[None]:
    """Say of a problem with a message where a translator finds it."""
    try:
        yield
    except RenderError as error:
        key = re.compile(re.escape(f"{job}: ") + r"([a-z0-9_.]+)\Z")
        places = [(found := key.match(problem.where)) and copy.where(found[1]) for problem in error.problems]
        raise RenderError(dataclasses.replace(problem, where=f"{place} ({problem.where})") if place else problem
                          for problem, place in zip(error.problems, places, strict=True)) from error


def _fitting(laid: Laid, layout_file: str, draft: bool) -> tuple[Problem, ...]:
    try:
        return copyfit.check(laid.fit, layout_file, laid.copy.where, laid.copy.growth)
    except CopyfitError as error:
        if not draft:
            raise
        return tuple(Problem(p.where, p.what, p.hint, "warning") for p in error.problems)


def _finish(sheets: tuple[Sheet, ...] | None, flip: str, edition: "Edition") -> "Callable[[pydyf.PDF], bytes]":
    if sheets is None:
        return plain
    ticks = Ticks(**vars(edition.marks)) if edition.marks else None
    return functools.partial(imposed, sheets=sheets, flip=flip, ticks=ticks)


def _log(step: str, job: Job) -> None:
    LOG.info("%d %s: %s", PIPELINE.index(step) + 1, step, job)
