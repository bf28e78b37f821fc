"""The command that looks at finished files: preflight."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from brochure.cli.options import json_option, project_option
from brochure.cli.output import complain, print_json
from brochure.errors import PreflightError, Problem, UsageError

if TYPE_CHECKING:
    from brochure.preflight.report import Report


@click.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@project_option
@json_option
def preflight(paths: tuple[Path, ...], root: Path, as_json: bool) -> None:
    """Check finished PDFs, and say how much ink or toner they take.

    A FILE of the project (its last two parts are those that brochure build writes) must be what its edition promises, with
    the words of its catalog; any other PDF must be what it says of itself.
    """
    from brochure.build import promised
    from brochure.preflight.cost import prices
    from brochure.preflight.origin import origin
    from brochure.preflight.report import report

    files = {path: _data(path) for path in paths}
    at, reports = prices(root), list["Report"]()
    for path, data in files.items():
        job = origin(path, root)
        reports.append(report(data, str(path), promised(*job) if job else None, at))
        if not as_json:
            _say(reports[-1])
    if as_json:
        print_json([one.as_json() for one in reports])
    if not all(one.passed for one in reports):
        sys.exit(PreflightError.exit_code)


def _data(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        hint = "name PDF files, such as those in dist"
        raise UsageError([Problem(str(path), f"cannot be read: {error.strerror}", hint)]) from error


def _say(one: "Report") -> None:
    complain(one.problems)
    for number, page in enumerate(one.pages, start=1):
        click.echo(f"{one.file}: page {number} is covered with about {page}")
    if one.copy is not None:
        click.echo(f"{one.file}: a copy costs about {one.copy:.2f} {one.currency}")
    click.echo(f"{one.file}: {'passes' if one.passed else 'does not pass'}")
