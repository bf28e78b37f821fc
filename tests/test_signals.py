"""Signals: a build that is told to end leaves whole files, no process, and the exit code of the signal."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from factories import CONTENT, KHMER, Folder, command, po, surroundings, tiny

CAREERS = 8
STOPPED = "stopped; what was finished is whole, and the rest is as it was"


@pytest.fixture
def many(tmp_path: Path) -> Folder:
    """Eight careers, sixteen files, none built."""
    project = tiny(tmp_path / "project")
    project.edit("templates/layouts/card/layout.toml", '["paper", "phone"]', '["phone"]')
    for number in range(CAREERS):
        project.write(f"templates/content/c{number}.toml", CONTENT)
        words = {key.replace("nurse", f"c{number}"): value for key, value in KHMER.items()}
        project.write(f"locales/km/LC_MESSAGES/c{number}.po", po(words))
    return project.delete("templates/content/nurse.toml")


class Build:
    """A build that has written its first file, and the processes of its own."""

    def __init__(self, project: Folder, workers: int, prefix: tuple[str, ...] = ()) -> None:
        line = [*prefix, *command(["build", "--jobs", str(workers)])]
        self.process = subprocess.Popen(line, cwd=project.path, env=surroundings(),
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith(f"[1/{2 * CAREERS}]")
        self.children = [int(pid) for pid in children(self.process.pid)]

    def left(self) -> list[int]:
        """The workers that are still there after a while."""
        for _ in range(100):
            alive = [pid for pid in self.children if running(pid)]
            if not alive:
                return []
            time.sleep(0.1)
        return alive


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def build(many: Folder) -> Iterator[list[Build]]:
    """A place for a build, which is ended whatever happens."""
    made = list[Build]()
    yield made
    for one in made:
        one.process.kill()
        one.process.communicate()
        for pid in one.children:
            if running(pid):
                os.kill(pid, signal.SIGKILL)


def whole(project: Folder) -> int:
    """How many files there are; every one can be read, and nothing else lies about."""
    files = [path for path in (project / "dist").rglob("*") if path.is_file() and path.name != ".manifest"]
    assert {path.suffix for path in files} == {".pdf"}
    for path in files:
        pikepdf.open(path).close()
    return len(files)


def told(err: str) -> str:
    """What the program said; fontconfig has its word too, if another test tidies the cache they share at this moment."""
    return "\n".join(line for line in err.strip().splitlines() if line and not line.startswith("Fontconfig error: No writable"))


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_the_program_alone_is_told(name: str, code: int, workers: int, many: Folder, build: list[Build]) -> None:
    build.append(Build(many, workers))
    assert bool(build[0].children) == (workers > 1)
    build[0].process.send_signal(getattr(signal, name))
    out, err = build[0].process.communicate(timeout=60)
    assert (build[0].process.returncode, told(err)) == (code, STOPPED)
    assert build[0].left() == []
    assert 1 <= whole(many) < 2 * CAREERS, out
    assert many.run("build", "--jobs", "2").returncode == 0


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_the_whole_group_is_told(name: str, code: int, many: Folder, build: list[Build]) -> None:
    """As when a terminal is closed or a service is stopped."""
    build.append(Build(many, 2))
    os.killpg(build[0].process.pid, getattr(signal, name))
    _, err = build[0].process.communicate(timeout=60)
    assert (build[0].process.returncode, told(err)) == (code, STOPPED)
    assert build[0].left() == []


def test_workers_end_when_the_program_is_killed(many: Folder, build: list[Build]) -> None:
    build.append(Build(many, 2))
    build[0].process.kill()
    build[0].process.wait()
    assert len(build[0].children) >= 2
    assert build[0].left() == []


def test_a_worker_can_be_told_to_end(many: Folder, build: list[Build]) -> None:
    build.append(Build(many, 2))
    os.kill(build[0].children[0], signal.SIGTERM)
    _, err = build[0].process.communicate(timeout=60)
    assert build[0].process.returncode == 10
    assert "the system ended a process of this build" in err
    assert build[0].left() == []


def test_nohup_is_heeded(many: Folder, build: list[Build]) -> None:
    ignoring = (sys.executable, "-c", "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
                                      "os.execv(sys.argv[1], sys.argv[1:])")
    build.append(Build(many, 2, ignoring))
    build[0].process.send_signal(signal.SIGHUP)
    build[0].process.communicate(timeout=60)
    assert build[0].process.returncode == 0
    assert whole(many) == 2 * CAREERS
