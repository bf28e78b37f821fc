"""Paper: how laid-out panels come onto sheets, how these are written, and what their file promises."""

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from brochure import press
from brochure.errors import Problem, UsageError
from brochure.impose import Booklet, Sheet, Singly, Tiles, backs, booklet, fronts, impose, turned, with_slugs
from brochure.preflight import Promise, margins, pictures
from brochure.press import VERSION, Frame
from brochure.separation import intents, separated

if TYPE_CHECKING:
    import pydyf

    from brochure.build import Laid
    from brochure.edition import Edition
    from brochure.project import Job, Project
    from brochure.render import Filled, Panel

    Drawn = tuple[pydyf.PDF, tuple[Filled, ...]]

T = TypeVar("T")

CREEP = 0.5
"""From so many mm on, pages that creep out of the fold are worth a remark."""

PDF_X = "1.6"
"""The version of PDF that PDF/X-4 is made of (ISO 15930-7)."""

TURN = {
    "short-edge": "over its short edge, like a sheet of a calendar",
    "long-edge": "over its long edge, like the page of a book",
}


def sheets(job: "Job", project: "Project", laids: Sequence["Laid"]) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """The sides of the sheets in the order of their pages, and remarks for the one who prints."""
    return placed(job, project, [laid.panels.panels for laid in laids])


def placed(job: "Job", project: "Project",
           rendered: Sequence[Sequence["Panel"]]) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """The same for the panels in each language."""
    layout, edition = project.layout(job.layout), project.edition(job.edition)
    scheme = layout.scheme(edition.name, pair=job.pair)
    if isinstance(scheme, Singly):
        scheme = Singly(edition.flows)
    rtl = [project.language(tag).direction == "rtl" for tag in job.languages]
    where = f"templates/layouts/{layout.name}/layout.toml"
    made = impose(scheme, rendered, rtl=rtl, gsm=job.gsm, where=where)
    if edition.slug is not None:
        made = with_slugs(made, rendered[0], edition.slug)
    remarks = list[Problem]()
    if isinstance(scheme, Booklet) and (most := booklet.creep(len(made) // 2 - 1, job.gsm)) > CREEP:
        remarks.append(Problem(where, f"on paper of {job.gsm} g/m² the innermost pages creep {most:.1f} mm out of the fold",
                               "they are moved towards the fold; trim the booklet, or take thinner paper", "remark"))
    if job.sides == "long-edge":
        made = tuple(turned(side) if number % 2 else side for number, side in enumerate(made))  # the last may have no back
    elif job.sides:
        hint = f"print the fronts, turn the stack {TURN[layout.flip]}, put it back and print the backs; try one sheet first"
        remarks.append(Problem(job.file, f"these are the {job.sides} only", hint, "remark"))
        made = fronts(made) if job.sides == "fronts" else backs(made)
        if not made:
            raise UsageError([Problem(job.file, "would have no page: everything stands on the fronts",
                                      "build it without --single-side")])
    return made, tuple(remarks)


def flip(job: "Job", project: "Project") -> str:
    """Over which edge the paper of a job turns: a key of ``press.DUPLEX``."""
    layout, edition = project.layout(job.layout), project.edition(job.edition)
    if job.sides:
        return job.sides if job.sides == "long-edge" else "simplex"
    return layout.turns(edition.name, pair=job.pair, flows=edition.flows)


def write(job: "Job", project: "Project", laids: Sequence["Laid"], made: Sequence[Sheet]) -> bytes:
    """The PDF of the sheets."""
    return draw(laids, project.edition(job.edition), {},
                lambda drawn: press.write(bind(job, project, made, [pdf for pdf, _ in drawn])))


def draw(laids: Sequence["Laid"], edition: "Edition", texts: Mapping[str, Sequence[str]],
         finish: "Callable[[Sequence[Drawn]], T]") -> T:
    """What ``finish`` makes of the renderings in one language or two, with every one of ``texts`` drawn for its slot.

    They are drawn one inside the other's finishing.
    """

    def filled(rest: Sequence["Laid"], drawn: "tuple[Drawn, ...]") -> T:
        if not rest:
            return finish(drawn)
        return rest[0].panels.fill(texts, variant=edition.variant, tagged_ua=not edition.imposed, dpi=edition.dpi,
                                   finish=lambda *one: filled(rest[1:], (*drawn, one)))

    return filled(laids, ())


def bind(job: "Job", project: "Project", made: Sequence[Sheet], drawn: "Sequence[pydyf.PDF]") -> press.Body:
    """The sheets as a document, of the drawings in one language or two."""
    edition, turn = project.edition(job.edition), flip(job, project)
    frame = Frame(edition.bleed, edition.around, edition.marks)
    version = PDF_X if edition.variant.startswith("pdf/x-") else VERSION
    profile = (project.root / edition.profile).read_bytes() if edition.profile else None
    separate = functools.partial(separated, inks=edition.inks, profile=profile, where=f"templates/editions/{edition.name}.toml")
    aim = functools.partial(intents, profile=profile, condition=Path(edition.profile).stem) if profile else None
    return press.bound(drawn, made, flip=turn, frame=frame, separate=separate if edition.inks else dict, intents=aim,
                       version=version)


def promise(job: "Job", project: "Project", laids: Sequence["Laid"], made: Sequence[Sheet], draft: bool) -> Promise:
    """What the file of these sheets has to be."""
    edition = project.edition(job.edition)
    bound = edition.bleed > 0  # for a print shop
    whole = not isinstance(project.layout(job.layout).scheme(edition.name, pair=job.pair), Tiles)
    apart = job.sides in ("fronts", "backs")  # a code stands on one of them
    codes = () if apart else tuple(code for laid in laids for code in laid.page.codes)
    return Promise(
        where=job.file, pages=tuple((side.width, side.height) for side in made), tagged=False,
        families=frozenset().union(*(laid.panels.shelf for laid in laids)),
        messages={} if draft else _messages(job, laids, made), variants=edition.promises,
        lang=job.languages[0], title=laids[0].page.title, flip=flip(job, project),
        bleed=edition.bleed if edition.around else None, folds=tuple(side.folds for side in made) if bound else (),
        safe=(margins.PRESS if bound else margins.OFFICE) if whole and not draft else None,  # words go on from tile to tile
        inks={1: "grey", 4: "cmyk"}.get(len(next(iter(edition.inks.values()), ()))),
        dpi=min(edition.dpi, pictures.PRESS if bound else pictures.OFFICE),
        codes=codes if whole and not draft else None,  # a draft's mark lies over everything
    )


def label(job: "Job", language: str) -> str:
    """What stands before the key of a message, so that it is known in which of two languages it is."""
    return f"{language} " if job.pair else ""


def _messages(job: "Job", laids: Sequence["Laid"], made: Sequence[Sheet]) -> dict[str, str]:
    """The words that stand on these sides: all of them, unless some panels are on other sides."""
    placed = {place.panel for side in made for place in side.placements}
    found, start = dict[str, str](), 0
    for laid in laids:
        elsewhere = {ink.key for ink in laid.panels.ink if start + ink.panel not in placed}
        before = label(job, laid.job.language)
        found |= {f"{before}{key}": text for key, text in laid.page.texts.items() if key not in elsewhere}
        start += len(laid.panels.panels)
    return found
