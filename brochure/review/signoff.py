"""Signoff: the sheet on which a translation is approved, panel by panel, on paper; it is built whatever the state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from brochure import content as contents
from brochure.catalog import numbers
from brochure.catalog.copy import READY, Copy
from brochure.catalog.markup import Words
from brochure.content import Message
from brochure.copyfit import MARGIN, TOLERANCE, Fill
from brochure.errors import Problem, UsageError
from brochure.project import Job, Project
from brochure.project import jobs as project_jobs
from brochure.review import document, pictures, signature
from brochure.review.pictures import Picture, View
from brochure.review.signature import Approval, Approvals

ROOM = 750  # letters, in both languages, of the messages that stand below a pair of pictures on one page
SPACE = 60  # letters that the distance between two rows is worth


@dataclass(frozen=True)
class Row:
    """One message: ``state`` is signed, changed or unsigned; ``ready`` says whether there is a translation to sign."""

    number: int | None
    key: str
    source: Words
    words: Words
    ready: bool
    state: str
    approvals: tuple[Approval, ...]


@dataclass(frozen=True)
class Spread:
    """One panel in both languages, and its messages; ``panel`` is empty for those that are on no panel.

    ``over`` and ``wide`` are mm by which the translation does not fit.
    """

    panel: str
    source: tuple[Picture, ...]
    target: tuple[Picture, ...]
    rows: tuple[Row, ...]
    over: float = 0.0
    wide: float = 0.0

    @property
    def short(self) -> bool:
        """Whether the messages have room below the pictures, rather than on the page beside them."""
        return sum(SPACE + len(row.source) + len(row.words) for row in self.rows) < ROOM

    def count(self, state: str) -> int:
        """How many messages are in a state."""
        return sum(row.state == state for row in self.rows)


def file(career: str, layout: str, tag: str) -> str:
    """Where the sheet goes, below the output folder."""
    return f"{career}/{layout}.signoff.{tag}.pdf"


def jobs(project: Project, careers: Sequence[str], layouts: Sequence[str],
         tags: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    """Career, layout and language of every sheet that the selections allow; an empty one allows all translations.

    Raises UsageError for a name the project does not have, or if nothing is left.
    """
    found = {(job.career, job.layout, job.language): None for job in project_jobs(project, careers, tags, layouts)}
    translated = [job for job in found if not (language := project.language(job[2])).source and not language.disguise]
    if not translated:
        raise UsageError([Problem("language", "there is no translation to sign", "name a language that is translated into")])
    return tuple(translated)


def build(project: Project, career: str, layout: str, tag: str) -> bytes:
    """The sheet of one career's layout in one language, as a PDF."""
    return make(project, career, layout, tag).pdf()


def make(project: Project, career: str, layout: str, tag: str) -> document.Document:
    """The composed sheet."""
    edition = pictures.look(project, layout)
    source, target = (pictures.view(Job(career, layout, edition, one), project) for one in (project.source.tag, tag))
    copy, content = target.laid.copy, contents.load(project.root / f"templates/content/{career}.toml", project.root)
    scope = signature.messages(project.root, career)
    spreads = tuple(_spreads(source, target, scope, signature.load(project.root, tag), numbers.load(project.root)))
    return document.compose(
        "signoff.html", f"{career} {layout} signoff {tag}", project, copy, content.edition.isoformat(),
        {"author": content.contact["organisation"], "name": copy.words(content.name), "source_name": content.name.text,
         "layout": layout, "career": career, "title": copy.plain(content.name), "target": copy.language,
         "edition": content.edition, "spreads": spreads,
         "code": signature.sheet(copy, scope), "total": len(scope), "several": len(project.careers) > 1,
         "draft": pictures.is_draft(target)})


def _spreads(source: View, target: View, scope: Iterable[Message], approvals: Approvals,
             known: Mapping[str, int]) -> Iterable[Spread]:
    """Every panel in reading order, then what is on none; a message stands where it is read first."""
    left = {message.key: message for message in scope}
    fills = {fill.panel: fill for fill in target.laid.fit.fills}
    copy = target.laid.copy
    for panel in dict.fromkeys((*target.keys, *source.keys)):
        keys = dict.fromkeys((*target.keys.get(panel, ()), *source.keys.get(panel, ())))
        rows = tuple(_row(left.pop(key), copy, approvals, known) for key in keys if key in left)
        over, wide = _misfit(fills.get(panel))
        yield Spread(panel, source.pictures.get(panel, ()), target.pictures.get(panel, ()), rows, over, wide)
    if left:
        yield Spread("", (), (), tuple(_row(message, copy, approvals, known) for message in left.values()))


def _row(message: Message, copy: Copy, approvals: Approvals, known: Mapping[str, int]) -> Row:
    state, mine = approvals.of(message, copy)
    show = document.readable
    return Row(known.get(message.key), message.key, show(message.text, message.key, copy.source),
               show(copy.text(message), message.key, copy.language.tag), copy.state(message) == READY, state, mine)


def _misfit(fill: Fill | None) -> tuple[float, float]:
    if fill is None:
        return 0.0, 0.0
    return fill.over if fill.over > TOLERANCE else 0.0, fill.wide if fill.wide > MARGIN else 0.0
