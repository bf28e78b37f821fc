"""Doctor: one sentence on everything the program needs from the machine and the project."""

import importlib.metadata
import platform
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from brochure.errors import BrochureError

PACKAGES = ("weasyprint", "pydyf", "fonttools", "jinja2", "babel", "translate-toolkit", "icu4py", "zint-bindings",
            "pikepdf", "pypdfium2", "page-validation", "uharfbuzz", "pillow", "zxing-cpp", "openpyxl", "idna")


@dataclass(frozen=True)
class Finding:
    """One sentence; ``ok`` says whether it is a good one."""

    ok: bool
    what: str


def examine(root: Path) -> Iterator[Finding]:
    """Every finding on this machine and on the project folder ``root``."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding(sys.version_info >= (3, 11),
                  f"Python {python} on {platform.system()} {platform.machine()}; 3.11 or newer is needed.")
    for name in PACKAGES:
        yield _package(name)
    yield _attempt(lambda: _fonts(root))
    yield _attempt(_pango)
    yield _attempt(_icu)
    yield _attempt(lambda: _project(root))


def _package(name: str) -> Finding:
    try:
        return Finding(True, f"The package {name} {importlib.metadata.version(name)} is installed.")
    except importlib.metadata.PackageNotFoundError:
        return Finding(False, f"The package {name} is not installed: run make setup.")


def _attempt(look: Callable[[], str]) -> Finding:
    try:
        return Finding(True, look())
    except BrochureError as error:
        return Finding(False, re.sub(r"\s+", " ", str(error)))


def _fonts(root: Path) -> str:
    from brochure.render import fonts

    fonts.isolate(root / "assets/fonts")
    count = len(list((root / "assets/fonts").rglob("*.ttf")))
    return f"The project has {count} font files, and only they are used."


def _pango() -> str:
    from brochure.render import engine

    engine.load()
    return "Pango, HarfBuzz and the font subsetter that WeasyPrint needs are there."


def _icu() -> str:
    from brochure import breaks

    breaks.prepare("\u1780\u1781", "und")
    return "The dictionary for line breaks in Khmer, Lao, Thai and Burmese is there."


def _project(root: Path) -> str:
    from brochure.project import discover

    project = discover(root)
    return (f"The project has {len(project.careers)} careers, {len(project.languages)} languages "
            f"and {len(project.layouts)} layouts.")
