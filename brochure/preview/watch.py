"""Watch: files that change, and the brochures that are drawn anew.

What was asked for last is drawn first; a text that is being typed goes before everything; and while nothing is asked for
and somebody looks, the brochures that were never drawn are.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import watchfiles

from brochure import manifest
from brochure.errors import Problem
from brochure.preview import drawing
from brochure.preview.drawing import Attempt
from brochure.preview.state import Brochure, State
from brochure.preview.worker import Worker

REST, STEP = 100, 20  # ms without a change until the changes are told, and between two looks
AGAIN = 1000  # ms without a change until it is seen whether the folders that are watched are still those of the project
LOOKED_AT = 4  # brochures that are drawn again whenever something changes
PAUSE = 3.0  # seconds after what was asked for, before one is drawn that nobody asked for
Try = tuple[Brochure, Mapping[str, bytes], str, str, "asyncio.Future[Attempt | None]"]


class Watch:
    """Keeps the brochures that are looked at as they would print now."""

    def __init__(self, state: State, worker: Worker, changed: Callable[[], None]) -> None:
        self.state, self.worker, self._changed = state, worker, changed
        self._looked: dict[str, None] = {}  # the last one last
        self._wanted: dict[str, None] = {}
        self._try: Try | None = None
        self._tries = 0
        self._work = asyncio.Event()
        self._idle = 0.0  # when the pause ends

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch and draw for as long as this lasts."""
        self.state.watching = _count(self.state.project.root)
        async with asyncio.TaskGroup() as tasks:
            begun = [tasks.create_task(self._files()), tasks.create_task(self._draw())]
            try:
                yield
            finally:
                for task in begun:
                    task.cancel()
                self.worker.end()

    def look(self, one: Brochure) -> None:
        """Somebody looks at this brochure."""
        self._looked.pop(one.id, None)
        self._looked[one.id] = None
        for name in list(self._looked)[:-LOOKED_AT]:
            del self._looked[name]
        if one.stale:
            self._want(one)

    async def attempt(self, one: Brochure, instead: Mapping[str, bytes], key: str, lang: str) -> Attempt | None:
        """This message of a language, drawn with other catalogs; None where a newer attempt was made meanwhile.

        Raises what drawing raises.
        """
        if self._try is not None:
            self._try[-1].set_result(None)
        future = asyncio.get_running_loop().create_future()
        self._tries += 1
        number, self._try = self._tries, (one, instead, key, lang, future)
        self._work.set()
        made = await future
        return made if number == self._tries else None

    def wake(self) -> None:
        """Somebody begins to listen."""
        self._work.set()

    def _want(self, one: Brochure) -> None:
        self._wanted.pop(one.id, None)
        self._wanted[one.id] = None
        self._work.set()

    async def _files(self) -> None:
        polling, others = False, set[str]()
        while True:
            try:
                others = await self._follow(polling, others)
            except (ExceptionGroup, OSError, RuntimeError) as error:
                # Too many watches, a file system that tells of nothing, or a name that is no text, of which the system tells
                # again and again: looking at the files helps. A folder that has just gone is left out the next time.
                polling = polling or not isinstance(error, FileNotFoundError)
                others = set(manifest.FOLDERS)  # nobody knows what has changed meanwhile
                await asyncio.sleep(REST / 1000)

    async def _follow(self, polling: bool, others: set[str]) -> set[str]:
        """Tell what changes, and that these folders are others, until some are: whoever put one in its place is not heard."""
        root, there = self.state.project.root, _folders(self.state.project.root)
        async with contextlib.aclosing(watchfiles.awatch(
                *(root / name for name, _ in there), watch_filter=_seen, debounce=REST, step=STEP, force_polling=polling or None,
                recursive=True, rust_timeout=AGAIN, yield_on_timeout=True)) as found:
            async for changes in found:
                names = {Path(path).relative_to(root).as_posix() for _, path in changes} | others
                others = set()
                if names:
                    self.changed(names)
                if (now := _folders(root)) != there:
                    return {name for name, _ in now ^ there}
        return set()

    def changed(self, names: set[str]) -> None:
        """These files (by their paths in the project) are not what they were."""
        self._changed()
        others = self.state.again()
        count = _count(self.state.project.root)
        if others or count != self.state.watching:
            self.state.watching = count
            self.state.tell("project", watching=count)
        spoilt = {one.id: one for one in self.state.spoil(names)}
        for name in self._looked:
            if name in spoilt:
                self._want(spoilt[name])

    async def _draw(self) -> None:
        while True:
            self._work.clear()
            if self._try is not None:
                attempt, self._try = self._try, None
                await self._attempted(*attempt)
                self._idle = time.monotonic() + PAUSE
            elif self._wanted:
                name, _ = self._wanted.popitem()
                await self._drawn(name)
                self._idle = time.monotonic() + PAUSE
            elif (left := self._idle - time.monotonic()) > 0:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._work.wait(), left)
            elif name := self._unseen():
                await self._drawn(name)
            else:
                await self._work.wait()

    def _unseen(self) -> str:
        """A brochure that was never drawn, while somebody looks."""
        if not self.state.listened:
            return ""
        return next((one.id for one in self.state.brochures.values() if one.usual and one.stale and not one.version), "")

    async def _attempted(self, one: Brochure, instead: Mapping[str, bytes], key: str, lang: str,
                         future: "asyncio.Future[Attempt | None]") -> None:
        try:
            made = await self.worker.do(one.id, drawing.attempt, one.job, self.state.project, instead, key, lang)
        except Exception as error:
            if not future.cancelled():
                future.set_exception(error)
            return
        self.state.keep(one, made.patches)
        if not future.cancelled():
            future.set_result(made)

    async def _drawn(self, name: str) -> None:
        one = self.state.brochures.get(name)
        if one is None:
            return
        one.stale, one.busy = False, True  # what changes from now on makes it stale again
        self.state.tell("drawing", id=one.id)
        start = time.perf_counter()
        made, failure = None, tuple[Problem, ...]()
        try:
            made = await self.worker.do(one.id, drawing.draw, one.job, self.state.project)
        except Exception as error:
            failure = drawing.failure(one.job, error)
        self.state.drawn(one, made, failure, time.perf_counter() - start)


def _seen(_: watchfiles.Change, path: str) -> bool:
    """Whether a change is of a file that a brochure may depend on: not of an editor's own."""
    return not any(part.startswith((".", "__pycache__")) for part in Path(path).parts[-2:]) and not path.endswith("~")


def _folders(root: Path) -> set[tuple[str, tuple[int, int]]]:
    """The folders that are watched: their names, and what makes one that was put in the place of another a different one."""
    found = set[tuple[str, tuple[int, int]]]()
    for name in manifest.FOLDERS:
        with contextlib.suppress(OSError):  # one that is not there, as in the middle of another version's coming
            stat = (root / name).stat()
            found.add((name, (stat.st_dev, stat.st_ino)))
    return found


def _count(root: Path) -> int:
    return sum(not name.startswith(manifest.PACKAGE) for name in manifest.stats(str(root)))
