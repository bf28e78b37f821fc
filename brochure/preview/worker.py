"""Worker: the one process that draws. What takes too long or too much memory ends it, and another begins.

What it did when something else has killed it, as a system does that lacks memory, is done once more.
"""

import asyncio
import contextlib
import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

from brochure.errors import BrochureError, Problem, RenderError

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 10.0  # seconds for one task
BEGINNING = 60.0  # seconds until a new process is ready, on a slow and busy machine
MEMORY = 3 * 1024**3  # bytes of address space, where the system can keep a process to it


class Worker:
    """Does one task after another in a process of its own; a task is a function of a module and what it is given."""

    def __init__(self, patience: float = PATIENCE, memory: int = MEMORY) -> None:
        self.patience, self.memory = patience, memory
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._turn = asyncio.Lock()

    async def do(self, name: str, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the task returns; raise what it raises.

        Raises RenderError where it had to be ended; ``name`` is what the problem calls it.
        """
        async with self._turn:
            for last in (False, True):
                try:
                    done, value = await self._done(name, (task, args, kwargs))
                    break
                except (EOFError, OSError) as error:
                    if self._killed() and not last:  # not by the task, perhaps: once more
                        continue
                    raise RenderError([Problem(name, "the process that drew it ended, perhaps for want of memory",
                                               "is there a very large picture, or a page without an end?")]) from error
                except asyncio.CancelledError:
                    self.end()  # an answer that nobody reads would be taken for the next one's
                    raise
        if not done:
            raise value
        result: T = value
        return result

    async def _done(self, name: str, asked: tuple[Any, ...]) -> tuple[bool, Any]:
        """Whether it was done, and what it came to; raise EOFError or OSError where the process ended."""
        pipe = await self._ready()
        pipe.send(asked)
        if not await asyncio.to_thread(pipe.poll, self.patience):
            self.end()
            raise RenderError([Problem(name, f"was not drawn in {self.patience:g} s, and was stopped",
                                       "does a template repeat something without an end?")])
        answer: tuple[bool, Any] = await asyncio.to_thread(pipe.recv)
        return answer

    def _killed(self) -> bool:
        """Whether the process, which has gone, was ended by a signal."""
        if self._process is not None:
            self._process.join(1)
        code = self._process.exitcode if self._process is not None else 0
        self.end()
        return code is not None and code < 0

    async def _ready(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self.end()
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs, self.memory), daemon=True)
            with _unheard():
                self._process.start()
            theirs.close()
            if not await asyncio.to_thread(self._pipe.poll, BEGINNING):
                raise EOFError
            await asyncio.to_thread(self._pipe.recv)
        return self._pipe

    def end(self) -> None:
        """End the process; the next task begins another."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None  # a thread may still wait at the pipe: it finds that there is no other end


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """A process that begins now does not hear Ctrl-C, which a terminal tells all of them, even before it can say so itself."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # multiprocessing would begin it now, and let Ctrl-C be heard again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, memory: int) -> None:
    from brochure import run

    run.deaf()
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    from brochure.preview import drawing  # so that the first task does not wait for it

    gc.disable()  # what a task leaves is collected when its answer is sent
    pipe.send(drawing.__name__)
    while True:
        try:
            task, args, kwargs = pipe.recv()
        except EOFError:
            return
        try:
            answer = True, task(*args, **kwargs)
        except BrochureError as error:
            answer = False, error
        except MemoryError:
            return
        except Exception as error:
            answer = False, RenderError([run.fault(task.__name__, error)])
        pipe.send(answer)
        del answer, args, kwargs
        gc.collect()
