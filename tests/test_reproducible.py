"""Reproducible: the same inputs give the same bytes, wherever, whenever and however they are built."""

import datetime
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from factories import ROOT, Folder, sample, surroundings
from printed import content, once

WHAT = ("--lang", "km", "--layout", "trifold-a4", "--edition", "press", "--edition", "screen")
# Another day for a child process: Python reads the clock through these.
LATER = """
import datetime, time
clock = time.time
time.time = lambda: clock() + 400 * 86400
time.time_ns = lambda: int(time.time() * 1e9)
for name in ("gmtime", "localtime", "ctime"):
    setattr(time, name, lambda seconds=None, real=getattr(time, name): real(time.time() if seconds is None else seconds))
class Datetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)
    @classmethod
    def utcnow(cls):
        return cls.now(datetime.timezone.utc).replace(tzinfo=None)
    today = now
datetime.datetime = Datetime
"""


def built(project: Folder, *options: str, **environment: str) -> dict[str, bytes]:
    """The bytes of two files, one for paper and one for screens."""
    done = project.run("build", *WHAT, *options, **environment)
    assert done.returncode == 0, done.stderr
    files = {path.name: path.read_bytes() for path in sorted((project / "dist/bmet").glob("*.pdf"))}
    assert len(files) == 2
    return files


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files as one process makes them, one after the other."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "first"

    def make() -> None:
        built(sample(folder / "project", fonts=True), "--jobs", "1", PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C")

    once(folder, make)
    return {path.name: path.read_bytes() for path in sorted((folder / "project/dist/bmet").glob("*.pdf"))}


def later(folder: Path) -> str:
    """A PYTHONPATH on which the clock is 400 days ahead."""
    (folder / "sitecustomize.py").write_text(LATER)
    return os.pathsep.join((str(folder), str(ROOT)))


@pytest.mark.parametrize("how", ["elsewhere", "by other chance", "at once", "another day"])
def test_the_same_inputs_give_the_same_bytes(how: str, first: dict[str, bytes], tmp_path: Path) -> None:
    assert len(first) == 2
    place = "somewhere/else, with a ព" if how == "elsewhere" else "project"
    project = sample(tmp_path / place, fonts=True)
    if how == "by other chance":
        other = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "XDG_CACHE_HOME": str(tmp_path)}
        again = built(project, "--jobs", "1", **other)
    elif how == "another day":
        again = built(project, PYTHONPATH=later(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"))
    else:
        again = built(project, "--jobs", "2" if how == "at once" else "1")
    assert [name for name in first if again[name] != first[name]] == []


def test_the_other_day_is_another_day(tmp_path: Path) -> None:
    """Whoever asks for today's date in the child process gets the wrong one."""
    script = ("import datetime, time; "
              "print(datetime.date.today(), datetime.datetime.now().date(), time.strftime('%F', time.gmtime()))")
    said = subprocess.run([sys.executable, "-c", script], env=surroundings(PYTHONPATH=later(tmp_path), TZ="UTC"),
                          capture_output=True, encoding="utf-8", check=True).stdout.split()
    days = [datetime.date.fromisoformat(day) - datetime.datetime.now(datetime.UTC).date() for day in said]
    assert all(399 <= day.days <= 401 for day in days)


def dates(data: bytes, folder: Path) -> set[str]:
    """The days that a file says it was made and changed."""
    path = folder / "dated.pdf"
    path.write_bytes(data)
    with pikepdf.open(path) as pdf:
        return {str(pdf.docinfo[key])[2:10] for key in ("/CreationDate", "/ModDate")}


def test_a_file_carries_the_day_of_the_edition_or_the_given_one(first: dict[str, bytes], tmp_path: Path) -> None:
    edition = content("bmet").edition.strftime("%Y%m%d")
    project = sample(tmp_path / "project", fonts=True)
    given = built(project, "--jobs", "2", SOURCE_DATE_EPOCH="86400")
    for name, data in first.items():
        assert dates(data, tmp_path) == {edition}
        assert dates(given[name], tmp_path) == {"19700102"}
    # The manifest knows: without the variable the files are made anew, and as before.
    assert built(project, "--jobs", "2") == first


@pytest.mark.parametrize("value", ["tomorrow", "1.5", "9" * 20])
def test_a_given_day_that_is_none_is_refused(value: str) -> None:
    done = Folder(ROOT).run("check", *WHAT, SOURCE_DATE_EPOCH=value)
    assert done.returncode == 2
    assert "SOURCE_DATE_EPOCH" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_changed_letter_changes_the_file(first: dict[str, bytes], tmp_path: Path) -> None:
    project = sample(tmp_path / "project", fonts=True)
    project.edit("templates/content/bmet.toml", "Career Guidance Office", "Career Guidance Officf")
    again = built(project, "--jobs", "2")
    assert [name for name in first if again[name] == first[name]] == []
