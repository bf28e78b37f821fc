"""The engine: WeasyPrint 70, imported once and checked before anything leans on it."""

import contextlib
import ctypes.util
import functools
import importlib
import inspect
import io
import operator
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from brochure.errors import Problem, SetupError

VERSION = "70."
OLDEST_PANGO = 14400  # 1.44, as WeasyPrint's documentation asks
LIBRARIES = {
    "linux": "sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "darwin": "brew install pango",
    "win32": "pacman -S mingw-w64-ucrt-x86_64-pango (in the MSYS2 shell, https://www.msys2.org)",
}
PACKAGE = 'pip install "weasyprint>=70,<71"'

LATER = ("fontTools.subset", "fontTools.varLib.instancer")
"""What WeasyPrint takes for fonts that vary, and where harfbuzz-subset is missing: a sixth of its whole import."""

# Private names that this package wraps or calls, with the parameters it counts on; None means any.
PRIVATE: dict[str, str | None] = {
    "weasyprint.draw:draw_text": "stream textbox offset_x text_overflow block_ellipsis",
    "weasyprint.draw:draw_replacedbox": "stream box",
    "weasyprint.draw.text:draw_first_line": "stream textbox text_overflow block_ellipsis matrix",
    "weasyprint.text.line_break:Layout.get_first_line": "self",
    "weasyprint.text.line_break:Layout.reactivate": "self style",
    "weasyprint.text.line_break:create_layout": "text style context max_width justification_spacing",
    "weasyprint.text.line_break:line_size": "line style",
    "weasyprint.text.line_break:split_first_line":
        "text style context max_width justification_spacing is_line_start minimum",
    "weasyprint.layout.replaced:replacedbox_layout": "box",
    "weasyprint.formatting_structure.boxes:TextBox.copy_with_text": "self text",
    "weasyprint.pdf.fonts:Font.clean": "self to_unicode hinting",
    "weasyprint.pdf.fonts:Font.get_unused_glyph_id": "self codepoint",
    "weasyprint.pdf.stream:Stream.add_font": "self pango_font",
    "weasyprint.pdf.stream:Stream.clone": "self kwargs",
    "weasyprint.pdf.stream:Stream.transform": "self a b c d e f",
    "weasyprint.pdf.stream:Stream.stacked": "self",
    "weasyprint.pdf.tags:_build_box_tree": "box parent pdf page_number nums annotations tags",
    "weasyprint.document:get_all_computed_styles": None,
    "weasyprint.document:Document.write_pdf": "self target zoom finisher options",
    "weasyprint.css:preprocess_stylesheet": None,
    "weasyprint.css.validation:preprocess_declarations": "base_url declarations prelude",
    "weasyprint.pdf:VARIANTS": None,
    "weasyprint.images:RasterImage": None,
    "weasyprint.layout.absolute:AbsolutePlaceholder": None,
    "weasyprint.text.fonts:FontConfiguration": None,
    "weasyprint.text.ffi:FROM_UNITS": None,
    "weasyprint.text.ffi:harfbuzz_subset": None,
}


@functools.cache
def load() -> None:
    """Import WeasyPrint and check it; the environment must name the fonts before (see `fonts.isolate`).

    Raises `SetupError` with one sentence and the command to type.
    """
    heard = io.StringIO()  # WeasyPrint prints a banner before it raises for a missing library
    try:
        with contextlib.redirect_stdout(heard), warnings.catch_warnings(), _by_their_names(), _later():
            warnings.simplefilter("ignore")  # each of its warnings is an error of ours below
            weasyprint = importlib.import_module("weasyprint")
            libraries = importlib.import_module("weasyprint.text.ffi")
    except ModuleNotFoundError as error:
        raise _setup_error(f"The Python package {error.name} is not installed.", PACKAGE) from error
    except OSError as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise _setup_error(f"A library that WeasyPrint needs is missing: {reason}.", _install()) from error
    check_version(weasyprint.__version__)
    check_private_names()
    if libraries.harfbuzz_subset is None:
        what = "The library harfbuzz-subset is missing: every PDF would take ten times as long."
        raise _setup_error(what, _install())
    if libraries.pango.pango_version() < OLDEST_PANGO:
        raise _setup_error(f"Pango {pango()} is older than {_dotted(OLDEST_PANGO)}.", _install())


def pango() -> str:
    """The version of the Pango that was loaded."""
    return _dotted(importlib.import_module("weasyprint.text.ffi").pango.pango_version())


@contextlib.contextmanager
def _by_their_names() -> Iterator[None]:
    """Let WeasyPrint load its libraries by the names of their files, which it tries last.

    On Linux Python would first ask ldconfig, a compiler and a linker for every other name: half of the whole import.
    What they find is such a name of a file too, so nothing else is loaded.
    """
    find = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = find


@contextlib.contextmanager
def _later() -> Iterator[None]:
    """Let WeasyPrint import the modules of LATER when it first calls something of them."""
    there = {name: _Later(name) for name in LATER if name not in sys.modules}
    sys.modules.update(there)
    try:
        yield
    finally:
        for name in there:
            del sys.modules[name]


class _Later(types.ModuleType):
    """Has every function of a module that is not yet imported."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):  # Python's own questions about a module
            raise AttributeError(name)
        return lambda *arguments, **named: getattr(importlib.import_module(self.__name__), name)(*arguments, **named)


def check_version(version: str) -> None:
    """Refuse every WeasyPrint but the one whose private names were read."""
    if not version.startswith(VERSION):
        raise _setup_error(
            f"WeasyPrint {version} is installed; brochure works with {VERSION}x only.", PACKAGE
        )


def check_private_names() -> None:
    """Refuse a WeasyPrint that lacks a name of `PRIVATE` or changed its parameters."""
    for place, expected in PRIVATE.items():
        module, _, name = place.partition(":")
        try:
            found = operator.attrgetter(name)(importlib.import_module(module))
        except (ImportError, AttributeError) as error:
            what = f"This WeasyPrint has no {module}.{name}, which brochure needs."
            raise _setup_error(what, PACKAGE) from error
        if expected is not None and list(inspect.signature(found).parameters) != expected.split():
            raise _setup_error(f"This WeasyPrint has other parameters for {module}.{name}.", PACKAGE)


def _install() -> str:
    return LIBRARIES.get(sys.platform, LIBRARIES["linux"])


def _dotted(version: int) -> str:
    return f"{version // 10000}.{version // 100 % 100}.{version % 100}"


def _setup_error(what: str, command: str) -> SetupError:
    return SetupError([Problem("this computer", what, f"type: {command}")])
