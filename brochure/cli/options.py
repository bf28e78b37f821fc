"""Options that several commands have, and the project and jobs they name."""

import logging
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

F = Callable[..., Any]

EXECUTORS = {"dask": "tcp"}  # and what the library calls it
PLACE = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s/:\[\]@]+):([0-9]{1,5})")
PAPER = re.compile(r"(\d{2,3})\s*(?:gsm|g|g/m2|g/m²)?")


class Paper(click.ParamType[int]):
    """A paper's weight, such as 80gsm, in g/m²."""

    name = "WEIGHT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of grams."""
        found = PAPER.fullmatch(str(value))
        if found is None or not 20 <= int(found[1]) <= 600:
            self.fail(f"{value!r} is not the weight of a paper: write it like 80gsm", param, ctx)
        return int(found[1])


class Scheduler(click.ParamType[str]):
    """Where the scheduler of a cluster is, such as dask://HOST:PORT, as the address that its library knows."""

    name = "URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address."""
        scheme, mark, place = str(value).partition("://")
        if not mark or scheme not in EXECUTORS:
            self.fail(f"there is no executor {scheme!r}; there is {', '.join(f'{name}://HOST:PORT' for name in EXECUTORS)}",
                      param, ctx)
        found = PLACE.fullmatch(place)
        if found is None or not 0 < int(found[1]) < 1 << 16:
            self.fail(f"{value!r} does not name a host and a port: write it like {scheme}://10.0.0.1:8786", param, ctx)
        return f"{EXECUTORS[scheme]}://{place}"


def project_option(command: F) -> F:
    """Add ``--project``."""
    return click.option("--project", "root", type=click.Path(path_type=Path, file_okay=False), default=Path(),
                        help="The project folder (default: the folder you are in).")(command)


def json_option(command: F) -> F:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document for machines.")(command)


def authority_option(command: F) -> F:
    """Add ``--ca-file``."""
    return click.option("--ca-file", type=click.Path(path_type=Path), help="Trust the authorities in this PEM file too.")(command)


def selection(command: F) -> F:
    """Add the careers, languages, layouts and editions a command is for, and how it works."""
    for option in (
        click.option("--edition", "editions", multiple=True, help="Only this edition; may be repeated."),
        click.option("--layout", "layouts", multiple=True, help="Only this layout; may be repeated."),
        click.option("--lang", "languages", multiple=True,
                     help="Only this language, or two on one sheet (en+km); may be repeated."),
        click.argument("careers", nargs=-1),
        click.option("--jobs", "workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True,
                     help="How many brochures are made at a time."),
        click.option("-v", "--verbose", is_flag=True, help="Name every step of the pipeline."),
    ):
        command = option(command)
    return command


def find_jobs(root: Path, careers: Sequence[str], languages: Sequence[str], layouts: Sequence[str], editions: Sequence[str],
          verbose: bool) -> tuple[Any, tuple[Any, ...]]:
    """The project, and its jobs that the selections allow."""
    from brochure import project

    if verbose:
        logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
        logging.getLogger("fontTools").setLevel(logging.WARNING)
    found = project.discover(root)
    return found, project.jobs(found, careers, languages, layouts, editions, pairs=True)
