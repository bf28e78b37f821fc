"""State: which brochures there are, the last good drawing of each, and who waits for news."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brochure.errors import BrochureError, Problem
from brochure.preview.drawing import Drawing, Patch, Remark
from brochure.preview.places import Page, Spot
from brochure.project import PAIR, Job, Project, discover, jobs
from brochure.run import depends, fault

WAITING, READY, FAILED = "waiting", "ready", "failed"
KEPT = 16_000_000  # bytes of pictures that a browser may still ask for
HELD = 64_000_000  # bytes of pictures of all brochures; beyond it those that were drawn long ago are drawn again when looked at
LISTENERS = 20
NEWS = 100  # events that a browser may be behind


@dataclass
class Brochure:
    """One brochure: what it was when it was last drawn. ``stale`` ones are drawn when somebody looks at them; a ``usual`` one,
    which ``brochure build`` makes without being asked for it, is drawn anyway."""

    job: Job
    depends: tuple[str, ...]
    imposed: bool
    usual: bool
    drawing: Drawing | None = None
    failure: tuple[Problem, ...] = ()
    stale: bool = True
    busy: bool = False  # it is being drawn now
    version: int = 0
    seconds: float | None = None

    @property
    def id(self) -> str:
        """Its name in addresses."""
        return identity(self.job)

    @property
    def state(self) -> str:
        """WAITING, READY or FAILED."""
        return FAILED if self.failure else WAITING if self.stale or self.busy else READY


class TooMany(Exception):
    """More browsers listen than one person has."""


class State:
    """The project as it is now, its brochures by id, and the browsers that listen."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.failure: tuple[Problem, ...] = ()
        self.watching = 0
        self.seconds: float | None = None
        self.brochures: dict[str, Brochure] = {}
        self._pictures: OrderedDict[tuple[str, int, str], bytes] = OrderedDict()
        self._held: OrderedDict[str, int] = OrderedDict()
        self._listeners: set[asyncio.Queue[str]] = set()
        self._take(project)

    def again(self) -> bool:
        """Look at the project's folders again; whether there are other brochures now.

        Where the project cannot be read everything stays as it was, and ``failure`` says why.
        """
        before = set(self.brochures)
        try:
            self._take(discover(self.project.root))
            failure = tuple[Problem, ...]()
        except Exception as error:  # whatever stands in a file, the watching goes on
            failure = error.problems if isinstance(error, BrochureError) else (fault("brochure serve", error),)
        if failure != self.failure:
            self.failure = failure
            self.tell("failure", problems=[problem_json(Remark(problem)) for problem in failure])
        return set(self.brochures) != before

    def _take(self, project: Project) -> None:
        self.project = project
        found, usual = {}, {job for job in jobs(project) if not project.edition(job.edition).instructions}
        tags, source = [language.tag for language in project.languages], project.source.tag
        pairs = [f"{source}{PAIR}{tag}" for tag in tags if tag != source]
        for job in jobs(project, languages=[*tags, *pairs, *project.disguised], editions=[one.name for one in project.editions],
                        pairs=True):
            known = self.brochures.get(identity(job)) or Brochure(job, (), False, False)
            known.depends, known.imposed, known.usual = depends(job, project), project.edition(job.edition).imposed, job in usual
            found[known.id] = known
        self.brochures = found

    def spoil(self, changed: set[str]) -> Iterator[Brochure]:
        """Mark what depends on these files and folders (by their paths in the project) as stale, and yield it."""
        for one in self.brochures.values():
            if any(name.startswith(one.depends) or any(start.startswith(f"{name}/") for start in one.depends)
                   for name in changed):
                one.stale = True
                yield one

    def drawn(self, one: Brochure, drawing: Drawing | None, failure: tuple[Problem, ...], seconds: float) -> None:
        """Note what a drawing came to, and tell those who listen."""
        before = {page.number: page.digest for page in one.drawing.pages} if one.drawing else {}
        changed = list[int]()
        if drawing is not None:
            changed = [page.number for page in drawing.pages if before.get(page.number) != page.digest]
            one.drawing = drawing
            self._hold(one)
            self.keep(one, drawing.pages)
        one.busy, one.failure, one.seconds, self.seconds = False, failure, seconds, seconds
        one.version += 1
        self.tell("brochure", id=one.id, state=one.state, version=one.version, changed=changed)

    def _hold(self, one: Brochure) -> None:
        """Let drawings go that were made long ago, where there are many large ones."""
        self._held.pop(one.id, None)
        self._held[one.id] = sum(len(page.picture) for page in one.drawing.pages) if one.drawing else 0
        while sum(self._held.values()) > HELD and len(self._held) > 1:
            if old := self.brochures.get(self._held.popitem(last=False)[0]):
                old.drawing, old.stale = None, True

    def keep(self, one: Brochure, pages: Sequence[Page | Patch]) -> None:
        """Keep these pictures for a while."""
        for page in pages:
            self._pictures[one.id, page.number, page.digest] = page.picture
            self._pictures.move_to_end((one.id, page.number, page.digest))
        while sum(map(len, self._pictures.values())) > KEPT and len(self._pictures) > len(pages):
            self._pictures.popitem(last=False)

    def picture(self, name: str, number: int, digest: str) -> bytes | None:
        """The picture of a page as it was or is."""
        one = self.brochures.get(name)
        if one and one.drawing:
            for page in one.drawing.pages:
                if (page.number, page.digest) == (number, digest):
                    return page.picture
        return self._pictures.get((name, number, digest))

    def listen(self) -> "asyncio.Queue[str]":
        """A queue that gets every event from now on; raise TooMany."""
        if len(self._listeners) >= LISTENERS:
            raise TooMany
        queue = asyncio.Queue[str](NEWS)
        self._listeners.add(queue)
        return queue

    @property
    def listened(self) -> bool:
        """Whether somebody listens."""
        return bool(self._listeners)

    def listens(self, queue: "asyncio.Queue[str]") -> bool:
        """Whether a queue still gets events."""
        return queue in self._listeners

    def leave(self, queue: "asyncio.Queue[str]") -> None:
        """Let a queue get no more."""
        self._listeners.discard(queue)

    def hang_up(self) -> None:
        """Let all queues end: an empty text is the last they get."""
        for queue in list(self._listeners):
            self.leave(queue)
            if not queue.full():
                queue.put_nowait("")

    def tell(self, event: str, **data: Any) -> None:
        """Send an event to all who listen; one that does not read is let go, and its browser asks again."""
        text = f"event: {event}\ndata: {json.dumps(data, ensure_ascii=True)}\n\n"
        for queue in list(self._listeners):
            try:
                queue.put_nowait(text)
            except asyncio.QueueFull:
                self.leave(queue)


def identity(job: Job) -> str:
    """A job's name in addresses."""
    return f"{job.career}.{job.layout}.{job.edition}.{job.language}"


def address(name: str, page: Page | Patch) -> str:
    """Where a picture is."""
    return f"/api/pictures/{name}/{page.number}.{page.digest}.jpg"


def problem_json(remark: Remark) -> Mapping[str, Any]:
    """A problem as ``app`` describes it; the name of a file may be no text."""
    said = {name: text.encode("utf-8", "backslashreplace").decode() for name, text in remark.problem.as_json().items()}
    return said | {"key": remark.key, "page": remark.page, "kind": remark.kind, "lang": remark.lang}


def page_json(name: str, page: Page) -> Mapping[str, Any]:
    """A page as ``app`` describes it."""
    return {"number": page.number, "name": page.name, "picture": address(name, page), "width": page.width, "height": page.height,
            "trim": page.trim, "bleed": page.bleed, "safe": page.safe, "folds": page.folds,
            "panels": [{"name": panel, "box": box, "turn": turn} for panel, box, turn in page.panels],
            "spots": _spots_json(page.spots)}


def patches_json(name: str, patches: Sequence[Patch]) -> list[Mapping[str, Any]]:
    """Patches as ``app`` describes them."""
    return [{"number": patch.number, "box": patch.box, "picture": address(name, patch), "spots": _spots_json(patch.spots)}
            for patch in patches]


def _spots_json(spots: Sequence[Spot]) -> list[Mapping[str, Any]]:
    return [{"key": spot.key, "box": spot.box, "text": spot.text} | ({"lang": spot.lang} if spot.lang else {}) for spot in spots]
