"""Executors: the processes of this computer and the workers of a real cluster make the same files, whatever befalls them."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from factories import Folder, surroundings

from brochure import cluster, executors
from brochure.errors import BrochureError, SetupError
from brochure.project import discover
from brochure.recipients import build, roll

pytestmark = pytest.mark.xdist_group("cluster")
STAMP = '{{ say(hook) }}{{ slot("school.name", fallback=name) }}'
CHOICE = build.Choice(("nurse",), ("card",), ("phone",), ("en",))
PLACE = ("schools", "build", "list.csv", "--out", "out", "--layout", "card", "--edition", "phone", "--lang", "en")
ROWS = 14


@dataclass
class Dask:
    """A scheduler on this computer alone, and its workers."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, program: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", f"distributed.cli.dask_{program}", "--host", "127.0.0.1", "--no-dashboard",
                "--scheduler-file", str(self.folder / "scheduler.json"), *options]
        with (self.folder / f"{program}{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(line, cwd=self.folder, env=surroundings(**environment), stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def work(self, threads: int = 1, **environment: str) -> subprocess.Popen[bytes]:
        """A worker, which is there a moment later."""
        before = self.workers()
        process = self.start("worker", "--no-nanny", "--nthreads", str(threads), **environment)
        until(lambda: self.workers() > before)
        return process

    def workers(self) -> int:
        return sum(log.read_text("utf-8").count("Registered to:") for log in self.folder.glob("worker*.log"))

    @property
    def address(self) -> str:
        found: str = json.loads((self.folder / "scheduler.json").read_text("utf-8"))["address"]
        return found

    @property
    def url(self) -> str:
        return self.address.replace("tcp", "dask")

    def end(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(.02)


def begun(folder: Path) -> Dask:
    dask = Dask(folder)
    dask.start("scheduler", "--port", "0")
    until((folder / "scheduler.json").exists)
    return dask


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """A cluster of two workers; one has more threads than text can be set in."""
    dask = begun(tmp_path_factory.mktemp("dask"))
    dask.work()
    dask.work(threads=3)
    yield dask
    dask.end()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Dask]:
    """A scheduler that a test may end."""
    (tmp_path / "own").mkdir()
    dask = begun(tmp_path / "own")
    yield dask
    dask.end()


@pytest.fixture
def guest(two: Dask) -> Iterator[subprocess.Popen[bytes]]:
    """A third worker for a while."""
    worker = two.work()
    yield worker
    worker.kill()
    worker.wait()


@pytest.fixture
def school(project: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A small project with a list whose rows are tasks of their own."""
    monkeypatch.setattr(build, "GROUP", 1)
    project.edit("templates/layouts/card/layout.html", "{{ say(hook) }}", STAMP)
    project.edit("templates/layouts/card/layout.css", "size: 100mm 70mm", "size: 100mm 90mm")
    return project.write("list.csv", "id,name_en\n" + "".join(f"{n},School {n}\n" for n in range(ROWS)))


def made(folder: Folder, out: str, *, workers: int = 1, executor: str = "",
         report: Callable[[build.Outcome], None] = lambda outcome: None) -> dict[str, bytes]:
    """The files that a build makes, by their names."""
    project = discover(folder.path)
    build.build(project, roll.read(folder / "list.csv", project), CHOICE, folder / out, workers=workers, executor=executor,
                report=report)
    return {path.name: path.read_bytes() for path in (folder / out).rglob("*") if path.is_file() and path.name != build.MANIFEST}


def refused(folder: Folder, address: str, report: Callable[[build.Outcome], None] = lambda outcome: None) -> str:
    with pytest.raises(SetupError) as caught:
        made(folder, "out", executor=address, report=report)
    return str(caught.value)


# ---- the same files


def test_a_cluster_makes_the_same_files(school: Folder, two: Dask, monkeypatch: pytest.MonkeyPatch) -> None:
    here, processes = made(school, "here"), made(school, "processes", workers=2)
    monkeypatch.chdir(school.path)
    project = discover(school.path)
    outcomes = list[build.Outcome]()
    build.build(project, roll.read(Path("list.csv"), project), CHOICE, Path("there"), executor=two.address,
                report=outcomes.append)  # workers stand in another folder
    there = {path.name: path.read_bytes() for path in Path("there").rglob("*") if path.is_file() and path.name != build.MANIFEST}
    assert len(here) == ROWS + 1
    assert here == processes == there
    assert [outcome.row for outcome in outcomes] == list(range(2, ROWS + 2))
    assert made(school, "there", executor=two.address)[build.REPORT].count(b"unchanged") == ROWS


def test_the_command_says_what_was_made(school: Folder, two: Dask) -> None:
    done = school.run(*PLACE, "--executor", two.url, PYTHONWARNINGS="error")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{ROWS} built in out; report.csv has every row\n"


def test_a_worker_that_ends_leaves_its_work_to_the_others(school: Folder, two: Dask,
                                                          guest: subprocess.Popen[bytes]) -> None:
    timers = list[threading.Timer]()

    def hold(outcome: build.Outcome) -> None:
        if not timers:  # what it is given from now on it cannot do
            guest.send_signal(signal.SIGSTOP)
            timers.append(threading.Timer(1, guest.kill))
            timers[0].start()

    assert len(made(school, "out", executor=two.address, report=hold)) == ROWS + 1
    timers[0].join()
    assert guest.wait(10) == -signal.SIGKILL


# ---- what is not there


@pytest.mark.parametrize(("ends", "said"), [(1, "has no worker any more"), (0, "the connection to its scheduler was lost")])
def test_a_cluster_that_ends_is_a_sentence(ends: int, said: str, school: Folder, own: Dask,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ALONE", 1)
    monkeypatch.setattr(cluster, "CONNECT", 1)
    own.work()
    assert refused(school, own.address, lambda outcome: own.processes[ends].kill()) == (
        f"the cluster at {own.address}: {said}\n    hint: start it anew; what was made is kept")
    assert 0 < len(list((school / "out").rglob("*.pdf"))) < ROWS
    if ends:
        assert refused(school, own.address) == (f"the cluster at {own.address}: has no worker\n"
                                                f"    hint: start some: dask worker {own.address} --nthreads 1")


@pytest.mark.parametrize(("first", "said"), [
    (b"", "no scheduler answers: timed out"), (b"220 mail.test ESMTP", "who answers there is no scheduler of dask")])
def test_another_server_is_no_scheduler(first: bytes, said: str, school: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as line, suppress(ConnectionError):
                line.sendall(first)
                line.recv(8)

        thread = threading.Thread(target=answer)
        thread.start()
        assert f": {said}\n    hint: start one" in refused(school, f"tcp://127.0.0.1:{server.getsockname()[1]}")
        thread.join()


def test_without_a_scheduler_there_is_a_sentence_soon(school: Folder) -> None:
    done = school.run(*PLACE, "--executor", "dask://127.0.0.1:1", PYTHONWARNINGS="error")
    assert (done.returncode, done.stderr) == (10, "error: tcp://127.0.0.1:1: no scheduler answers: Connection refused\n"
                                                  "    hint: start one with dask scheduler, and give the address that it names\n")


def test_without_the_package_the_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SetupError, match=r"package distributed, which is not installed\n.*install \"brochure.dask.\""):
        cluster._client("tcp://127.0.0.1:1")


@pytest.mark.parametrize(("url", "said"), [
    ("ray://host:1", "there is no executor 'ray'; there is dask://HOST:PORT"),
    ("host:8786", "there is no executor 'host:8786'; there is dask://HOST:PORT"),
    ("dask://host", "'dask://host' does not name a host and a port: write it like dask://10.0.0.1:8786"),
    ("dask://host:65536", "does not name a host and a port"), ("dask://:1", "does not name a host and a port"),
    ("dask://a b:1", "does not name a host and a port"), ("dask://::1:1", "does not name a host and a port")])
def test_an_executor_is_a_scheme_a_host_and_a_port(url: str, said: str, school: Folder) -> None:
    done = school.run(*PLACE, "--executor", url)
    assert done.returncode == 2 and said in done.stderr


def test_a_cluster_has_its_own_number_of_workers(school: Folder) -> None:
    done = school.run(*PLACE, "--executor", "dask://[::1]:8786", "--jobs", "2")
    assert done.returncode == 2 and "--jobs and --executor exclude each other" in done.stderr


# ---- another ground


@pytest.fixture
def ground(school: Folder) -> cluster.Ground:
    school.write("out/.mark", "")
    return cluster.ground(school.path, school / "out", ".mark")


def test_a_worker_on_the_same_ground_lacks_nothing(ground: cluster.Ground) -> None:
    assert ground.lacks() == ()


@pytest.mark.parametrize(("name", "text", "said"), [
    ("templates/layouts/card/layout.css", "x", "the project {root} has other files there"),
    ("locales/en/more.txt", "", "the project {root} has other files there"),
    ("assets/fonts/kantumruy-pro/KantumruyPro_400Regular.ttf", "x", "the font is not a TrueType file")])
def test_another_project_is_named(name: str, text: str, said: str, ground: cluster.Ground, school: Folder) -> None:
    school.write(name, text)
    assert said.format(root=school.path) in "\n".join(map(str, ground.lacks()))


def test_another_program_is_named(ground: cluster.Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    older = replace(ground, versions={**ground.versions, "weasyprint": "1", "Pango": "1.2.3"}, program="other")
    assert [problem.what for problem in older.lacks()] == [
        f"has {name} {ground.versions[name]}, and who asks has {older.versions[name]}" for name in ("weasyprint", "Pango")]
    assert "other files than the one of who asks" in replace(ground, program="other").lacks()[0].what
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert "has SOURCE_DATE_EPOCH 1, and who asks has (unset)" in ground.lacks()[0].what


def test_a_folder_that_is_not_shared_is_named(ground: cluster.Ground, school: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "does not have the project" in replace(ground, root=school / "none").lacks()[0].what
    assert "is another one there, or none" in replace(ground, mark=".other").lacks()[0].what

    def full(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    assert f"the output folder {school / 'out'} cannot be written there: Permission denied" in ground.lacks()[0].what


@pytest.mark.parametrize("late", [False, True])
def test_workers_look_before_they_work(late: bool, school: Folder, two: Dask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are there, before anything is made; one that comes later, before its first task."""
    there = cluster.ground
    monkeypatch.setattr(cluster, "ground", lambda *place: replace(there(*place), project="another"))
    if late:
        monkeypatch.setattr(cluster.Cluster, "begin", lambda self, look: self._watch.start())
    said = refused(school, two.address)
    assert f"the project {school.path} has other files there\n    hint: put it on a disk" in said
    assert said.count("hint") == 1  # both workers are of one computer
    assert not list((school / "out").rglob("*.pdf")) and not list((school / "out").glob("*.part"))


def test_a_worker_without_the_program_is_named(school: Folder, own: Dask, tmp_path: Path) -> None:
    Folder(tmp_path / "other").write("brochure/__init__.py", "")
    own.work(PYTHONPATH=str(tmp_path / "other"))
    said = refused(school, own.address)
    assert "cannot take part" in said and "No module named 'brochure." in said and 'pip install "brochure[dask]"' in said


# ---- who stops, and who waits


def test_what_is_queued_is_cancelled(school: Folder, two: Dask) -> None:
    school.write("list.csv", "id,name_en\n" + "".join(f"{n},School {n}\n" for n in range(3000)))
    line = "from brochure.recipients import build; build.GROUP = 3; from brochure.cli import run; run()"
    process = subprocess.Popen([sys.executable, "-c", line, *PLACE, "--executor", two.url], cwd=school.path,
                               env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    until(lambda: process.poll() is not None or len(list((school / "out").rglob("*.pdf"))) > 5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.strip()) == (130, "stopped; what was finished is whole, and the rest is as it was")
    left = sorted(path.name for path in (school / "out").rglob("*") if path.is_file())
    assert 5 < len(left) < 3000 and not [name for name in left if name.endswith(".part")]
    time.sleep(.5)
    assert left == sorted(path.name for path in (school / "out").rglob("*") if path.is_file())


def test_one_thread_is_at_work_at_a_time() -> None:
    inside, most = list[int](), list[int]()

    def work(task: int) -> int:
        inside.append(task)
        most.append(len(inside))
        time.sleep(.01)
        inside.remove(task)
        return task

    opening = executors.Opening("a run", lambda: work)
    threads = [threading.Thread(target=executors.done, args=(opening, number)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 5


def test_a_process_keeps_what_it_opened_for_the_last_run_alone() -> None:
    opened = list[str]()

    def begin(name: str) -> Callable[[Any], Any]:
        opened.append(name)
        return lambda task: (name, task)

    one, two = (executors.Opening(name, lambda name=name: begin(name)) for name in ("one", "two"))  # type: ignore[misc]  # a default binds it
    assert [executors.done(opening, 1) for opening in (one, one, two, two, one)] == [
        ("one", 1), ("one", 1), ("two", 1), ("two", 1), ("one", 1)]
    assert opened == ["one", "two", "one"]
    assert len(executors._opened) == 1


def test_what_cannot_be_opened_is_tried_again() -> None:
    def fail() -> Callable[[Any], Any]:
        raise BrochureError([])

    with pytest.raises(BrochureError):
        executors.done(executors.Opening("a failing run", fail), 1)
    assert executors.done(executors.Opening("a failing run", lambda: str), 1) == "1"


def test_what_a_lost_cluster_forgets_to_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "PATIENCE", 0.01)
    with pytest.raises(CancelledError):
        executors._result(Future(), SimpleNamespace(there=False))
    slow = Future[str]()
    threading.Timer(0.1, slow.set_result, ["late"]).start()
    assert executors._result(slow, SimpleNamespace(there=True)) == "late"
    own = Future[str]()
    own.set_exception(TimeoutError("the task's own"))
    with pytest.raises(TimeoutError, match="own"):
        executors._result(own, SimpleNamespace(there=True))
