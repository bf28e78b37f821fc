"""Cluster: the workers of a dask scheduler, on computers that see the same project and the same output folder.

Workers write the files themselves. The project has to be on a disk that all computers share anyway, so the output folder
can be; and files sent back would go one after the other through the one computer that had too much to do.
"""

import asyncio
import contextlib
import functools
import hashlib
import importlib.metadata
import os
import platform
import socket
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from brochure import __version__, doctor, executors, manifest, run
from brochure.errors import BrochureError, OutputError, Problem, SetupError

CONNECT = 4
"""Seconds in which a scheduler must answer, and a first worker be there."""

ALONE = 15
"""Seconds in which a worker must come back when none is left: dask starts one anew that has ended."""

NEEDED = "distributed"
SAME = 'install the same version there: pip install "brochure[dask]", then start the workers anew'
SHARED = "put it on a disk that all computers of the cluster have at the same path"


@dataclass(frozen=True)
class Ground:
    """What must be the same for all who work on a run: ``mark`` is a file that stands in the output folder meanwhile.

    ``versions`` are those of all that decides the bytes of a file; ``program`` and ``project`` digests of their files.
    """

    root: Path
    out: Path
    mark: str
    versions: Mapping[str, str]
    program: str
    project: str

    def lacks(self) -> tuple[Problem, ...]:
        """Why this process cannot work there."""
        where = f"the computer {platform.node()}"
        if not self.root.is_dir():
            return (Problem(where, f"does not have the project {self.root}", SHARED),)
        try:
            here = ground(self.root, self.out, self.mark)
        except BrochureError as error:
            return tuple(replace(problem, where=f"{where}: {problem.where}") for problem in error.problems)
        found = [Problem(where, f"has {name} {here.versions[name]}, and who asks has {version}", SAME)
                 for name, version in self.versions.items() if here.versions[name] != version]
        if not found and here.program != self.program:
            found.append(Problem(where, f"its brochure {__version__} has other files than the one of who asks", SAME))
        if here.project != self.project:
            found.append(Problem(where, f"the project {self.root} has other files there", SHARED))
        return (*found, *self._output(where))

    def _output(self, where: str) -> Iterator[Problem]:
        if not (self.out / self.mark).exists():
            yield Problem(where, f"the output folder {self.out} is another one there, or none", SHARED)
            return
        try:
            with tempfile.TemporaryFile(dir=self.out):
                pass
        except OSError as error:
            yield Problem(where, f"the output folder {self.out} cannot be written there: {error.strerror or error}",
                          "may the user that the worker runs as write there?")

    def tread(self) -> None:
        """Raise SetupError if this process cannot work there."""
        if found := self.lacks():
            raise SetupError(found)


def ground(root: Path, out: Path, mark: str) -> Ground:
    """The ground as it is here."""
    from brochure.render import engine, fonts

    fonts.isolate(root / "assets/fonts")
    engine.load()
    digest = hashlib.sha256()
    for name, (_, sha) in run.inputs(root, manifest.Manifest()).inputs.items():
        if not name.startswith(manifest.PACKAGE):
            digest.update(f"{name}\0{sha}\0".encode("utf-8", "surrogatepass"))
    versions, program = _program()
    epoch = {"SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "(unset)")}
    return Ground(root, out, mark, {**versions, "Pango": engine.pango(), **epoch}, program, digest.hexdigest())


@functools.cache
def _program() -> tuple[Mapping[str, str], str]:
    """The versions of packages and a digest of our own modules, of the moment when a process took them up."""
    versions = {"brochure": __version__, "Python": ".".join(platform.python_version_tuple()[:2])}
    for name in (*doctor.PACKAGES, NEEDED):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "(none)"
    digest, folder = hashlib.sha256(), Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return versions, digest.hexdigest()


async def _examined(look: Callable[[], Any]) -> Any:
    """What a worker finds between two tasks, while it still answers its scheduler."""
    return await asyncio.to_thread(executors.between, look)


def _nothing() -> None:
    """Find nothing."""


class Cluster(Executor):
    """A scheduler and its workers, as an executor; ``size`` is how many workers there are now.

    A task whose worker ends is done by another. When no task can be done any more all are cancelled, and ``reason`` says why.
    """

    def __init__(self, name: str, client: Any) -> None:
        self.name, self.size, self.reason = name, 1, "the connection to its scheduler was lost"
        self._client, self._executor = client, client.get_executor(pure=False)
        self._left = threading.Event()
        self._watch = threading.Thread(target=self._see, daemon=True)

    def begin(self, look: Callable[[], tuple[Problem, ...]]) -> None:
        """Let every worker look whether it can work here; raise SetupError with all that they find."""
        from distributed import TimeoutError as Late

        try:
            self._client.wait_for_workers(1, timeout=CONNECT)
        except Late as error:
            raise SetupError([Problem(self.name, "has no worker",
                                      f"start some: dask worker {self._client.scheduler.address} --nthreads 1")]) from error
        found = list[Problem]()
        for worker, said in self._client.run(_examined, look, on_error="return").items():
            if isinstance(said, Exception):
                said = (Problem(f"the worker {worker}", f"cannot take part: {type(said).__name__}: {said}", SAME),)
            found += said
        if found:
            raise SetupError(dict.fromkeys(found))
        self._watch.start()

    def _see(self) -> None:
        alone = 0
        while not self._left.wait(1):
            try:
                self.size = len(self._client.nthreads())
            except Exception:  # dask itself cancels everything then
                return
            alone = 0 if self.size else alone + 1
            if alone > ALONE:
                self.reason = "has no worker any more"
                self._executor.shutdown(wait=False)
                return

    @property
    def there(self) -> bool:
        """Whether somebody may still do what was asked for."""
        return self._watch.is_alive()

    def submit(self, task: Callable[..., Any], /, *arguments: Any, **more: Any) -> Future[Any]:
        """A future for the result of the task."""
        future: Future[Any] = self._executor.submit(task, *arguments, **more)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no task any more; wait for those that are being done, and the others too unless they are cancelled."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        if wait and cancel_futures and self.there and self._client.status == "running":
            self._client.run(_examined, _nothing, on_error="ignore")

    def close(self) -> None:
        """Leave the cluster as it was."""
        self._left.set()
        self._client.close(timeout=CONNECT)


@contextlib.contextmanager
def joined(address: str, root: Path, out: Path) -> Iterator[tuple[Cluster, Ground]]:
    """The cluster with its scheduler at ``address``, each worker of it seen to stand on the same ground.

    Raises SetupError if there is none, for whatever keeps workers from taking part, and when it is lost.
    """
    client = _client(address)
    from distributed import KilledWorker

    there = Cluster(f"the cluster at {address}", client)
    try:
        with _marked(out) as mark:
            common = ground(root, out, mark)
            there.begin(common.lacks)
            yield there, common
    except CancelledError as error:
        raise SetupError([Problem(there.name, there.reason, "start it anew; what was made is kept")]) from error
    except KilledWorker as error:
        raise SetupError([Problem(there.name, "the same task ended several workers one after the other",
                                  "do they have too little memory, or lack the program? what was made is kept")]) from error
    finally:
        there.close()


def _client(address: str) -> Any:
    """A connection to the scheduler."""
    try:
        import dask

        quiet = ("distributed", "distributed.client", "tornado.application")  # what they log we say
        dask.config.set({"logging": dict.fromkeys(quiet, "critical")})
        import distributed
    except ModuleNotFoundError as error:
        raise SetupError([Problem(address, f"a cluster needs the Python package {error.name}, which is not installed",
                                  'pip install "brochure[dask]"')]) from error
    place, hint = urlsplit(address), "start one with dask scheduler, and give the address that it names"
    try:
        # Where another kind of server answers, the library waits for ever: a scheduler speaks first, and begins with a length.
        with socket.create_connection((place.hostname, place.port), CONNECT) as line:
            spoken = line.recv(8)
        if not spoken or any(spoken[6:]):
            raise SetupError([Problem(address, "who answers there is no scheduler of dask", hint)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)  # a sentence says so, if it matters
            return distributed.Client(address, timeout=CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]  # theirs
    except (OSError, ImportError) as error:
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise SetupError([Problem(address, f"no scheduler answers: {said}", hint)]) from error


@contextlib.contextmanager
def _marked(out: Path) -> Iterator[str]:
    """The name of a file in the folder that was never there before, for no computer to remember that it is not."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=out, prefix=".", suffix=".part") as file:
            yield Path(file.name).name
    except OSError as error:
        raise OutputError([Problem(str(out), f"could not be written: {error.strerror or error}",
                                   "is the disk full, or the folder protected?")]) from error
