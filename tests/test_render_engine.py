"""Render: the one door to WeasyPrint, and what it says when it cannot be opened."""

import ast
import builtins
import importlib
import subprocess
import sys
import types
from pathlib import Path

import pytest

from brochure.errors import SetupError
from brochure.render import engine

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def fresh() -> None:
    engine.load.cache_clear()


def test_everything_needed_is_there() -> None:
    engine.load()


LATE = """\
import sys
from brochure.render import engine
engine.load()
assert not set(engine.LATER) & set(sys.modules)
from weasyprint.pdf import fonts
print(fonts.subset.Options(hinting=False).hinting, set(engine.LATER) & set(sys.modules))
"""


def test_what_is_for_odd_fonts_is_imported_when_it_is_called() -> None:
    done = subprocess.run([sys.executable, "-c", LATE], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "False {'fontTools.subset'}\n"
    with pytest.raises(AttributeError, match="__file__"):
        _ = engine._Later("fontTools.subset").__file__


def test_another_version_is_refused() -> None:
    engine.check_version("70.4")
    for version in ("69.0", "71.0", "7.0"):
        with pytest.raises(SetupError, match=r"pip install"):
            engine.check_version(version)


@pytest.mark.parametrize("place", sorted(engine.PRIVATE))
def test_each_private_name_is_missed(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.load()
    module, _, name = place.partition(":")
    owner: object = sys.modules[module]
    *outer, last = name.split(".")
    for part in outer:
        owner = getattr(owner, part)
    monkeypatch.delattr(owner, last)
    with pytest.raises(SetupError, match=name):
        engine.check_private_names()


def test_changed_parameters_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    engine.load()
    monkeypatch.setattr("weasyprint.draw.text.draw_first_line", lambda stream, box: None)
    with pytest.raises(SetupError, match="other parameters"):
        engine.check_private_names()


def test_missing_library_names_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unloadable(name: str, *_: object) -> types.ModuleType:
        builtins.print("a banner")
        raise OSError(f"cannot load library 'pango-1.0-0' for {name}\nmore")

    monkeypatch.setattr(importlib, "import_module", unloadable)
    for platform, command in engine.LIBRARIES.items():
        monkeypatch.setattr(sys, "platform", platform)
        with pytest.raises(SetupError) as caught:
            engine.load()
        (problem,) = caught.value.problems
        assert problem.what.startswith("A library that WeasyPrint needs is missing: cannot load library")
        assert command in problem.hint
    assert not capsys.readouterr().out


def test_missing_package_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def unfound(name: str, *_: object) -> types.ModuleType:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(importlib, "import_module", unfound)
    with pytest.raises(SetupError, match="package weasyprint is not installed"):
        engine.load()


@pytest.mark.parametrize(
    ("name", "value", "said"), [("harfbuzz_subset", None, "harfbuzz-subset"), ("pango", 14300, "1.43")]
)
def test_unfit_libraries_are_refused(
    name: str, value: int | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.load()
    engine.load.cache_clear()
    old = None if value is None else types.SimpleNamespace(pango_version=lambda: value)
    monkeypatch.setattr(f"weasyprint.text.ffi.{name}", old)
    with pytest.raises(SetupError, match=said):
        engine.load()


def test_import_waits_for_the_first_render() -> None:
    code = "import sys, brochure.render; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_only_this_package_imports_weasyprint() -> None:
    importers = set()
    for path in (ROOT / "brochure").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == "weasyprint" for name in names):
                importers.add(path.parent.name)
    assert importers == {"render"}
