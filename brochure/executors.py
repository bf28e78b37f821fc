"""Executors: where the tasks of a run are done, in processes of this computer or by the workers of a cluster.

Both take tasks as ``concurrent.futures`` has it. A task takes along what opens the place that it is done in, and a
process keeps what it has opened for the tasks after it: the workers of a cluster are there before the run is.
"""

import collections
import contextlib
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from brochure import run

if TYPE_CHECKING:
    from brochure.cluster import Ground

PATIENCE = 2
"""Seconds to wait for a result until it is asked whether somebody is still at it."""

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Opening:
    """What a task needs: ``begin`` makes what does it, once for all tasks of the ``run`` that come to a process.

    On a ``ground`` that is shared by several computers each looks first whether it is the same there.
    """

    run: str
    begin: Callable[[], Callable[[Any], Any]]
    ground: "Ground | None" = None


def worked(tasks: Iterable[Task], begin: Callable[[], Callable[[Task], Result]], *, workers: int, address: str, root: Path,
           out: Path, early: bool = False) -> Iterator[Result]:
    """The results of the tasks in their order; only so many are read ahead as there is work for.

    So many ``workers`` of this computer do them, or those of the cluster whose scheduler is at ``address`` if that is not
    empty: they must find the project's folder ``root`` and the output folder ``out`` where they are here. Raises SetupError
    if they do not, or where the system ends a process. It is worth while to begin ``early`` where there are many tasks:
    the processes open before the first is read.
    """
    tasks = iter(tasks)
    first = () if early else tuple(islice(tasks, 2))
    if not address and (workers == 1 or (len(first) < 2 and not early)):
        yield from map(begin(), chain(first, tasks))
        return
    waiting = collections.deque[Future[Result]]()
    with _executor(workers, address, root, out) as (executor, size, ground), run.unbroken(executor):
        opening = Opening(uuid.uuid4().hex, begin, ground)
        for _ in range(workers if early and not address else 0):
            executor.submit(opened, opening)  # a process begins with the first task that waits for one
        for task in chain(first, tasks):
            waiting.append(executor.submit(done, opening, task))
            while len(waiting) > 2 * size():
                yield _result(waiting.popleft(), executor)
        while waiting:
            yield _result(waiting.popleft(), executor)


def _result(future: Future[Result], executor: Executor) -> Result:
    """What a task came to; CancelledError if it is still to be done, and nobody is left who would do it."""
    while True:
        try:
            return future.result(PATIENCE)
        except TimeoutError:  # the task's own, or ours: now and then a lost cluster forgets to say what it was asked for
            if future.done():
                return future.result()
            if not getattr(executor, "there", True):
                raise CancelledError from None


@contextlib.contextmanager
def _executor(workers: int, address: str, root: Path, out: Path) -> "Iterator[tuple[Executor, Callable[[], int], Ground | None]]":
    """What does the tasks, how many of them at a time, and the ground it must stand on."""
    if address:
        from brochure import cluster

        with cluster.joined(address, root, out) as (there, ground):
            yield there, lambda: there.size, ground
    else:
        with run.pool(workers) as processes:
            yield processes, lambda: workers, None


_busy = threading.RLock()  # Pango bears one thread at a time; a worker of a cluster may have several
_opened = dict[str, Callable[[Any], Any]]()  # the last alone: another run's fonts and folders would be in its way


def done(opening: Opening, task: Any) -> Any:
    """The result of a task, in a process that others have work for too."""
    with _busy:
        opened(opening)
        return _opened[opening.run](task)


def opened(opening: Opening) -> None:
    """Open the place for the tasks of a run, unless it is open."""
    with _busy:
        if opening.run not in _opened:
            _opened.clear()
            if opening.ground:
                opening.ground.tread()
            _opened[opening.run] = opening.begin()


class Beside:
    """A place that opens in one of the processes while this one has other work; without any, in this one and when needed."""

    def __init__(self, begin: Callable[[], Callable[[Any], Any]], processes: Executor | None) -> None:
        self._opening, self._processes = Opening(uuid.uuid4().hex, begin), processes
        if processes:
            processes.submit(opened, self._opening)

    def begin(self, task: Any) -> Callable[[], Any]:
        """Begin a task; what is returned waits for its result, or does it."""
        if self._processes:
            return self._processes.submit(done, self._opening, task).result
        return lambda: self._opening.begin()(task)


def between(look: Callable[[], Result]) -> Result:
    """What ``look`` finds while no task is being done in this process."""
    with _busy:
        return look()
