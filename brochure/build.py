"""Build: the whole pipeline for one job, one step a line; the list is that of ``brochure/__init__.py``."""

import datetime
import functools
import logging
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from brochure import PIPELINE, breaks, copyfit
from brochure import content as contents
from brochure.catalog import copy as copies
from brochure.compose import compose
from brochure.errors import CopyfitError, PreflightError, Problem
from brochure.impose import impose
from brochure.preflight import Promise, preflight
from brochure.press import Ticks, imposed, plain
from brochure.project import Job, Project
from brochure.render import render

if TYPE_CHECKING:
    import pydyf

    from brochure.compose import Page
    from brochure.impose import Sheet
    from brochure.render import Panel, Panels

LOG = logging.getLogger("brochure")


def edition_day(content: contents.Content) -> datetime.date:
    """The day a file says it was made: the same for the same inputs, on any day.

    ``SOURCE_DATE_EPOCH`` (reproducible-builds.org) overrides the career's edition date.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date() if epoch else content.edition


def build(job: Job, project: Project, *, draft: bool = False) -> tuple[bytes, tuple[Problem, ...]]:
    """The finished PDF of one job and the warnings and remarks on the way.

    Raises the error of the first step that fails, with all its problems. A draft lets gaps in the
    translation and text that does not fit pass as warnings.
    """
    _log("discover", job)
    root, layout, edition = project.root, project.layout(job.layout), project.edition(job.edition)
    language = project.language(job.language)
    layout_file = f"templates/layouts/{layout.name}/layout.toml"

    _log("content", job)
    content = contents.load(root / f"templates/content/{job.career}.toml", root)
    notes = list(contents.remarks(content))

    _log("catalog", job)
    copy = copies.load(root, language, project.source.tag, job.career, gaps=draft)
    twin = None
    if language.twin:
        twin = copies.load(root, project.language(language.twin), project.source.tag, job.career, gaps=True)

    _log("compose", job)
    page = compose(content, copy, layout, edition, root, twin, edition_day(content), draft)
    notes += page.warnings

    _log("break", job)
    terms = breaks.glossary(root / f"locales/{language.tag}/glossary.csv", root)
    edit = functools.partial(breaks.apply, tag=language.tag, glossary=terms)

    _log("render", job)
    panels = render(page.html, project=root, fonts=root / "assets/fonts", edit=edit, name=str(job))

    _log("copyfit", job)
    fit = copyfit.measure(panels.panels, panels.ink, panels.lost)
    try:
        notes += copyfit.check(fit, layout_file, copy.where)
    except CopyfitError as error:
        if not draft:
            raise
        notes += [Problem(p.where, p.what, p.hint, "warning") for p in error.problems]

    _log("impose", job)
    sheets = None
    if edition.imposed:
        sheets = impose(layout.rows, panels.panels, rtl=language.direction == "rtl", where=layout_file)

    _log("press", job)
    finish = _finish(sheets, layout.flip, Ticks(**vars(edition.marks)) if edition.marks else None)
    data = panels.write(variant=edition.variant, tagged_ua=not edition.imposed, dpi=edition.dpi, finish=finish)

    _log("preflight", job)
    promise = _promise(job, page, panels, sheets, layout.flip, edition.promises, texts={} if draft else page.texts)
    if problems := preflight(data, promise):
        raise PreflightError(problems)
    return data, tuple(notes)


def _finish(sheets: "tuple[Sheet, ...] | None", flip: str, ticks: Ticks | None) -> "Callable[[pydyf.PDF], bytes]":
    if sheets is None:
        return plain
    return functools.partial(imposed, sheets=sheets, flip=flip, ticks=ticks)


def _promise(job: Job, page: "Page", panels: "Panels", sheets: "tuple[Sheet, ...] | None", flip: str,
             variants: tuple[str, ...], texts: Mapping[str, str]) -> Promise:
    sides: tuple[Sheet, ...] | tuple[Panel, ...] = panels.panels if sheets is None else sheets
    return Promise(
        where=job.file, pages=tuple((side.width, side.height) for side in sides), tagged=sheets is None,
        families=panels.families, messages=texts, variants=variants, lang=job.language, title=page.title,
        flip=None if sheets is None else flip,
    )


def _log(step: str, job: Job) -> None:
    LOG.info("%d %s: %s", PIPELINE.index(step) + 1, step, job)
