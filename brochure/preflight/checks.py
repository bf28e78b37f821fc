"""Checks: everything that is looked at in a file, in the order in which it is told."""

import contextlib
from collections.abc import Iterator, Sequence
from types import ModuleType

from brochure.errors import PreflightError, Problem
from brochure.preflight import (
    boxes,
    codes,
    colour,
    fonts,
    identity,
    links,
    margins,
    paper,
    pictures,
    size,
    tags,
    text,
    transparency,
    variants,
)
from brochure.preflight.file import File, opened
from brochure.preflight.promise import Promise

CHECKS = (boxes, fonts, identity, variants, transparency, colour, pictures, tags, links, paper, margins, codes, size, text)


STANDARDS = (identity, variants, tags, links)
"""What can be asked of thousands of files: no page is drawn, and no text looked for."""


def preflight(data: bytes, promise: Promise) -> tuple[Problem, ...]:
    """Return every way in which the file is not what was promised."""
    return _read(data, promise, CHECKS)


def validated(data: bytes, promise: Promise) -> tuple[Problem, ...]:
    """Return every way in which the file does not keep the standards that were promised."""
    return _read(data, promise, STANDARDS)


def _read(data: bytes, promise: Promise, checks: Sequence[ModuleType]) -> tuple[Problem, ...]:
    try:
        with opened(data, promise.where) as file:
            return found(file, promise, checks)
    except PreflightError as error:
        return error.problems


def found(file: File, promise: Promise, checks: Sequence[ModuleType] = CHECKS) -> tuple[Problem, ...]:
    """What the checks find in an open file; one that a strange file confounds says so, and the others go on."""
    problems = list[Problem]()
    for one in checks:
        with guarded(promise.where, f"its {one.__name__.rpartition('.')[2]} cannot be checked", problems):
            problems += one.check(file, promise)
    return tuple(problems)


@contextlib.contextmanager
def guarded(where: str, what: str, problems: list[Problem]) -> Iterator[None]:
    """Turn what an odd file does to those who read it into a problem: a key may be missing, a number be a name."""
    import pikepdf

    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, pikepdf.PdfError) as error:
        problems.append(Problem(where, f"{what}: {type(error).__name__}: {error}",
                                "the file is not as ISO 32000 says: write it again, or with another program"))
