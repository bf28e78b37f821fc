"""The package: a wheel carries all that a user without the repository needs."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from factories import ROOT, surroundings


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this checkout, built without isolation and without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    script = f"import hatchling.build; hatchling.build.build_wheel({str(folder)!r})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def run(folder: Path, unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m brochure` from the unpacked wheel, away from the checkout."""
    return subprocess.run([sys.executable, "-m", "brochure", *arguments], cwd=folder, encoding="utf-8", capture_output=True,
                          env=surroundings(PYTHONPATH=str(unpacked)), check=False, timeout=300)


def test_the_wheel_holds_the_program_and_the_sample_project(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "brochure").rglob("*.py")}
    there |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "brochure/preview/static").iterdir()}
    there |= {f"brochure/data/{path.relative_to(ROOT).as_posix()}"
              for folder in ("templates", "locales", "assets") for path in (ROOT / folder).rglob("*")
              if path.is_file() and not path.name.startswith(".")}
    assert there - names == set()
    assert "brochure/py.typed" in names
    assert [name for name in names if name.startswith(("tests/", "dist/", "build/"))] == []
    assert [name for name in names if name.endswith((".pyc", ".pdf", "~"))] == []
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    points = wheel.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    assert "brochure = brochure.__main__:main" in points


def test_the_installed_program_makes_a_project_and_builds_it(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    unpacked = tmp_path / "site"
    wheel.extractall(unpacked)
    # Stands for site-packages: what is imported must come from here, not from the checkout.
    where = subprocess.run([sys.executable, "-c", "import brochure; print(brochure.__file__)"], cwd=tmp_path, encoding="utf-8",
                           env=surroundings(PYTHONPATH=str(unpacked)), capture_output=True, check=True).stdout
    assert Path(where.strip()).is_relative_to(unpacked)

    made = run(tmp_path, unpacked, "init", "mine")
    assert made.returncode == 0, made.stderr
    for folder in ("templates", "locales", "assets"):
        assert tree(tmp_path / "mine" / folder) == tree(ROOT / folder)
    built = run(tmp_path / "mine", unpacked, "build", "--layout", "trifold-a4", "--edition", "screen", "--lang", "km")
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "mine/dist/bmet/trifold-a4.screen.km.pdf").stat().st_size > 20_000
    again = run(tmp_path, unpacked, "init", "mine")
    assert again.returncode == 2
    assert "is not an empty folder" in again.stderr


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and not path.name.startswith(".") and os.sep + "__pycache__" not in str(path)}
