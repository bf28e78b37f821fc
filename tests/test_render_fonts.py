"""Render: where fontconfig's cache is put, and what becomes of it."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from factories import ROOT, surroundings

from brochure.errors import OutputError
from brochure.render import fonts

FONTS = ROOT / "assets/fonts"
ISOLATE = """
import os, sys
from pathlib import Path
from brochure.render.fonts import isolate
isolate(Path(sys.argv[1]))
print(os.environ["FONTCONFIG_FILE"])
"""


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Home and temporary folder of the test's own; nothing stays announced."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(fonts.tempfile, "tempdir", str(tmp_path / "temporary"))
    fonts._temporary_folder.cache_clear()
    return tmp_path


def announced(places: Path) -> str:
    return Path(os.environ["FONTCONFIG_FILE"]).relative_to(places).parts[0]


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_the_home_is_used_if_it_can_be(places: Path) -> None:
    fonts.isolate(FONTS)
    assert announced(places) == "cache"
    assert list((places / "temporary").iterdir()) == []


@pytest.mark.parametrize("name", ["utime", "mkdir", "mkstemp", "write"])
def test_a_full_disk_at_home_is_no_obstacle(name: str, places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    true = {"utime": os.utime, "mkdir": os.mkdir, "mkstemp": fonts.tempfile.mkstemp, "write": os.fdopen}[name]

    def at_home(place: object, *rest: object, **named: object) -> object:
        inside = named.get("dir") or (Path(f"/proc/self/fd/{place}").readlink() if isinstance(place, int) else place)
        if str(places / "cache") in str(inside):
            full()
        return true(*(() if named.get("dir") else (place,)), *rest, **named)  # type: ignore[operator]  # one of four functions

    def mkstemp(**named: object) -> object:
        return at_home(None, **named)

    owner, changed = (fonts.tempfile, mkstemp) if name == "mkstemp" else (os, at_home)
    monkeypatch.setattr(owner, "fdopen" if name == "write" else name, changed)
    fonts.isolate(FONTS)
    assert announced(places) == "temporary"
    assert not list((places / "cache").rglob("tmp*")), "no half of a file stays"


def test_no_room_anywhere_is_a_sentence(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts.tempfile, "mkstemp", full)
    with pytest.raises(OutputError) as caught:
        fonts.isolate(FONTS)
    assert str(caught.value) == (
        "this computer: no folder for the cache of the fonts can be written: No space left on device\n"
        "    hint: is the disk full? else let XDG_CACHE_HOME name a folder that may be written")
    assert caught.value.exit_code == 9


def test_no_temporary_folder_at_all_is_a_sentence(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "file/below"))
    (places / "file").write_text("")
    monkeypatch.setattr(fonts.tempfile, "tempdir", str(places / "nowhere"))
    with pytest.raises(OutputError, match="No such file or directory"):
        fonts.isolate(FONTS)


def without_home(places: Path, code: str, *more: str) -> str:
    """What a program prints that cannot write a cache at home."""
    (places / "file").write_text("")
    done = subprocess.run([sys.executable, "-c", code, str(FONTS), *more],
                          encoding="utf-8", check=True, capture_output=True, timeout=60,
                          env=surroundings(XDG_CACHE_HOME=str(places / "file/below"), TMPDIR=str(places / "temporary")))
    return done.stdout


def test_the_temporary_folder_goes_with_the_program(places: Path) -> None:
    assert str(places / "temporary/brochure-fonts-") in without_home(places, ISOLATE)
    assert list((places / "temporary").iterdir()) == []


WORKERS = """
import multiprocessing, os, sys
from pathlib import Path
from brochure.render.fonts import isolate

def work(folder, seen, go):
    isolate(Path(folder))
    seen.put(os.environ["FONTCONFIG_FILE"])
    go.wait(30)
    seen.put(Path(os.environ["FONTCONFIG_FILE"]).is_file())

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[2])
    seen, go = context.Queue(), [context.Event(), context.Event()]
    isolate(Path(sys.argv[1]))
    workers = [context.Process(target=work, args=(sys.argv[1], seen, one), daemon=True) for one in go]
    [worker.start() for worker in workers]
    there = {os.environ["FONTCONFIG_FILE"], seen.get(timeout=30), seen.get(timeout=30)}
    assert len(there) == 3, there
    go[0].set()
    assert seen.get(timeout=30)
    workers[0].join()
    left = [place for place in there if Path(place).is_file()]
    assert len(left) == 2, "a worker takes its own folder with it"
    go[1].set()
    assert seen.get(timeout=30), "and no other"
    workers[1].join()
    assert Path(os.environ["FONTCONFIG_FILE"]).is_file()
    print("done")
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_each_process_has_a_temporary_folder_of_its_own(start: str, places: Path) -> None:
    script = places / "workers.py"
    script.write_text(WORKERS)
    assert "done" in without_home(places, f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')"
                                  if start == "fork" else RUN.format(script=str(script)), start)
    assert [path.name for path in (places / "temporary").iterdir() if path.name.startswith("brochure")] == []


RUN = "import subprocess, sys; sys.exit(subprocess.run([sys.executable, {script!r}, *sys.argv[1:]]).returncode)"
