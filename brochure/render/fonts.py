"""Hermetic fonts: fontconfig sees the project's fonts folder and nothing else.

A page then looks the same on every machine, and a letter that no font of the project has is reported
instead of being taken from whatever the machine has.
"""

import contextlib
import functools
import hashlib
import multiprocessing.util
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from brochure.errors import OutputError, Problem, RenderError

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
    Raises `RenderError` for a folder without a font (Pango would end the process) or with an unusable one,
    `OutputError` where no folder for fontconfig's cache can be written.
    """
    key = _checked_state(folder)
    try:
        return _announce(_configured(_private_folder(), folder, key), key)
    except (OSError, RuntimeError):  # no home, or it cannot be written: protected, or the disk is full
        pass
    try:
        return _announce(_configured(_temporary_folder(os.getpid()), folder, key), key)
    except OSError as error:
        what = f"no folder for the cache of the fonts can be written: {error.strerror or error}"
        hint = "is the disk full? else let XDG_CACHE_HOME name a folder that may be written"
        raise OutputError([Problem("this computer", what, hint)]) from error


@functools.lru_cache(maxsize=4)
def configuration(key: str) -> Any:
    """WeasyPrint's font configuration for the state `key` that `isolate` returned just before.

    One for all documents of a process: each new one costs 280 KB that are never given back.
    """
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@functools.lru_cache(maxsize=4)
def shelf(key: str) -> Mapping[str, frozenset[Path]]:
    """The files of every family in the state `key`, its name folded for comparison; fontconfig itself is asked."""
    from weasyprint.text.ffi import ffi, fontconfig

    fonts = fontconfig.FcConfigGetFonts(configuration(key)._config, fontconfig.FcSetSystem)
    found, value = dict[str, set[Path]](), ffi.new("FcChar8 **")

    def strings(pattern: Any, name: bytes) -> Iterable[bytes]:
        rank = 0
        while fontconfig.FcPatternGetString(pattern, name, rank, value) == 0:
            yield ffi.string(value[0])
            rank += 1

    for index in range(fonts.nfont):
        files = {Path(os.fsdecode(file)) for file in strings(fonts.fonts[index], b"file")}
        for family in strings(fonts.fonts[index], b"family"):
            found.setdefault(fold(family.decode()), set()).update(files)
    return {family: frozenset(files) for family, files in found.items()}


@functools.lru_cache(maxsize=4)
def families(key: str) -> frozenset[str]:
    """Names of every family in the state `key`, folded for comparison."""
    return frozenset(shelf(key))


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


def _configured(base: Path, folder: Path, key: str) -> Path:
    """The configuration file of the state `key` of `folder` below `base`; it is written if it is not there."""
    place = base / key
    configuration = place / "fonts.conf"
    text = CONFIGURATION.format(fonts=escape(str(folder.resolve())), cache=escape(str(place / "cache")))
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.utime(place)
    with contextlib.suppress(OSError):
        if configuration.read_text("utf-8") == text:
            return configuration
    _forget(base, place.stat().st_mtime)
    handle, name = tempfile.mkstemp(dir=place)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(configuration)  # whole or not at all: other processes read the same file
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return configuration


def _private_folder() -> Path:
    """A folder of this user for fontconfig's cache, which nobody else can write."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = base / "brochure" / "fonts"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _forget(base: Path, now: float) -> None:
    """Remove what belongs to fonts nobody has used for long; `now` is the files' clock, not the machine's."""
    for place in base.iterdir():
        with contextlib.suppress(OSError):
            if now - place.stat().st_mtime > KEPT:
                shutil.rmtree(place)


@functools.cache
def _temporary_folder(process: int) -> Path:
    """A folder of this one process, which goes when it ends; a worker that was forked makes its own."""
    place = Path(tempfile.mkdtemp(prefix="brochure-fonts-"))
    # Not atexit: it is not called where a worker process ends.
    multiprocessing.util.Finalize(None, shutil.rmtree, (place,), {"ignore_errors": True}, exitpriority=0)
    return place


def _announce(configuration: Path, key: str) -> str:
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    for name in ("FONTCONFIG_PATH", "FONTCONFIG_SYSROOT"):  # both would move the paths in the file
        os.environ.pop(name, None)
    return key
