"""Hermetic fonts: fontconfig sees the project's fonts folder and nothing else.

A page then looks the same on every machine, and a letter that no font of the project has is reported
instead of being taken from whatever the machine has.
"""

import contextlib
import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from brochure.errors import Problem, RenderError

SUFFIXES = frozenset(
    {".ttf", ".otf", ".ttc", ".otc", ".woff", ".woff2", ".pfb", ".pfa", ".t1", ".bdf", ".pcf"}
)
TRUETYPE = frozenset({b"\0\1\0\0", b"true"})  # sfnt version tags of fonts with glyf outlines
# CSS Fonts Module Level 4, 2.1.2.
GENERIC = frozenset(
    {"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "emoji", "math", "fangsong"}
    | {"ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded"}
)
KEPT = 30 * 86400  # seconds that the cache of an unused state of the folder stays
CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


def isolate(folder: Path) -> str:
    """Make `folder` (and the folders in it) the only fonts of this process; the state of its files as a key.

    Sets FONTCONFIG_FILE for good: fontconfig may read its default configuration at any later moment.
    Raises `RenderError` for a folder without a font (Pango would end the process) or with an unusable one.
    """
    key = _checked_state(folder)
    base = _private_folder()
    place = base / key
    configuration = place / "fonts.conf"
    text = CONFIGURATION.format(fonts=escape(str(folder.resolve())), cache=escape(str(place / "cache")))
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.utime(place)
    with contextlib.suppress(OSError):
        if configuration.read_text("utf-8") == text:
            return _announce(configuration, key)
    _forget(base, place.stat().st_mtime)
    handle, name = tempfile.mkstemp(dir=place)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(configuration)  # whole or not at all: other processes read the same file
    return _announce(configuration, key)


@functools.lru_cache(maxsize=4)
def configuration(key: str) -> Any:
    """WeasyPrint's font configuration for the state `key` that `isolate` returned just before.

    One for all documents of a process: each new one costs 280 KB that are never given back.
    """
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@functools.lru_cache(maxsize=4)
def families(key: str) -> frozenset[str]:
    """Names of every family in the state `key`, folded for comparison; fontconfig itself is asked."""
    from weasyprint.text.ffi import ffi, fontconfig

    fonts = fontconfig.FcConfigGetFonts(configuration(key)._config, fontconfig.FcSetSystem)
    found, name = set(), ffi.new("FcChar8 **")
    for index in range(fonts.nfont):
        rank = 0
        while fontconfig.FcPatternGetString(fonts.fonts[index], b"family", rank, name) == 0:
            found.add(fold(ffi.string(name[0]).decode()))
            rank += 1
    return frozenset(found)


def fold(family: str) -> str:
    """A family's name as fontconfig compares it: neither case nor spaces count."""
    return "".join(family.split()).casefold()


def missing_families(
    wanted: Mapping[tuple[str, ...], str | None], offered: frozenset[str], where: str
) -> Iterable[Problem]:
    """Problems of the stacks in `wanted` (stack -> a message set in it) that name a family nobody offers."""
    told: set[str] = set()
    for stack, key in sorted(wanted.items(), key=lambda item: (item[0], item[1] or "")):
        place = f"{where}: {key}" if key else where
        first = stack[0]
        if first.casefold() in GENERIC and fold(first) not in offered and first not in told:
            told.add(first)
            yield Problem(
                place,
                f"the text has no font of the project, only the generic family “{first}”",
                "name a family of assets/fonts first in font-family",
            )
        for family in stack:
            if family.casefold() in GENERIC or fold(family) in offered or family in told:
                continue
            told.add(family)
            yield Problem(
                place,
                f"no file in the fonts folder has the family “{family}”",
                "add the font to assets/fonts or correct the name in font-family",
            )


def _checked_state(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    problems = [problem for path in files for problem in _unusable(path, folder)]
    if not files:
        hint = "put the TrueType files (.ttf) of every family used there"
        problems.append(Problem(folder.name, "the fonts folder holds no font", hint))
    if problems:
        raise RenderError(problems)
    state = hashlib.sha256(os.fsencode(folder.resolve()))
    for path in files:
        facts = path.stat()
        state.update(
            f"{path.relative_to(folder).as_posix()}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode()
        )
    return state.hexdigest()[:24]


def _unusable(path: Path, folder: Path) -> Iterable[Problem]:
    with path.open("rb") as file:
        tag = file.read(4)
    if tag not in TRUETYPE:
        # Composite glyphs, which make text extract exactly, exist in TrueType outlines only.
        yield Problem(
            (Path(folder.name) / path.relative_to(folder)).as_posix(),
            "the font is not a TrueType file with glyf outlines",
            "use the .ttf files of the family, or convert it with: fonttools otf2ttf",
        )


def _private_folder() -> Path:
    """A folder of this user for fontconfig's cache, which nobody else can write."""
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        place = base / "brochure" / "fonts"
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(place, os.W_OK):
            return place
    except (OSError, RuntimeError):
        pass
    return _temporary_folder()


def _forget(base: Path, now: float) -> None:
    """Remove what belongs to fonts nobody has used for long; `now` is the files' clock, not the machine's."""
    for place in base.iterdir():
        with contextlib.suppress(OSError):
            if now - place.stat().st_mtime > KEPT:
                shutil.rmtree(place)


@functools.cache
def _temporary_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="brochure-fonts-"))


def _announce(configuration: Path, key: str) -> str:
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    for name in ("FONTCONFIG_PATH", "FONTCONFIG_SYSROOT"):  # both would move the paths in the file
        os.environ.pop(name, None)
    return key
