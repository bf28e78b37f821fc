"""The commands for brochures that bear a school's name: schools check, build."""

import os
import sys
from pathlib import Path

import click

from brochure.cli.options import json_option, project_option
from brochure.cli.output import Told, many, print_json
from brochure.errors import RecipientError

STEP = 250
"""Files between two lines that say how far it is."""


@click.group()
def schools() -> None:
    """Make brochures for a list of schools."""


@schools.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@project_option
@json_option
def check(file: Path, strict: bool, root: Path, as_json: bool) -> None:
    """Check a list of schools, a CSV file or an Excel workbook, and name every problem of every row.

    The first row names the columns: id, name_en and names in other languages, contact, telephone, email, language,
    event_date, venue, url, copies, layout, edition; only id is required. A layout may print any other column too.
    """
    from brochure.project import discover
    from brochure.recipients import roll

    found = roll.read(file, discover(root))
    told = Told(as_json)
    told.say(found.problems)
    rows = good = 0
    for entry in found:
        told.say(entry.problems)
        rows += 1
        good += entry.recipient is not None
    if as_json:
        print_json({"file": found.name, "columns": found.columns, "rows": rows, "good": good,
                    "problems": [problem.as_json() for problem in told.kept]})
    else:
        click.echo(f"{found.name}: {good} of {rows} row{'s' * (rows != 1)} can be printed, {many(told.errors, 'error')}, "
                   f"{many(told.warnings, 'warning')}")
    if told.errors or (strict and told.warnings):
        sys.exit(RecipientError.exit_code)


@schools.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where the PDFs and report.csv go.")
@click.option("--career", "careers", multiple=True, help="Only this career; may be repeated (default: every one).")
@click.option("--layout", "layouts", multiple=True, help="For the rows that name none; may be repeated.")
@click.option("--edition", "editions", multiple=True, help="For the rows that name none; may be repeated.")
@click.option("--lang", "languages", multiple=True, help="For the rows that name none (default: every one); may be repeated.")
@click.option("--validate", is_flag=True, help="Validate every file, not only the first of its kind.")
@click.option("--strict", is_flag=True, help="Make nothing if any row has an error.")
@click.option("--jobs", "workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True,
              help="How many groups of schools are made at a time.")
@project_option
@json_option
def build(file: Path, out: Path, careers: tuple[str, ...], layouts: tuple[str, ...], editions: tuple[str, ...],
          languages: tuple[str, ...], validate: bool, strict: bool, workers: int, root: Path, as_json: bool) -> None:
    """Make a PDF for every school of a list that is not up to date; a bad row never stops the others.

    Files are named after the ids. report.csv says of every row what became of it.
    """
    from brochure.project import discover, jobs
    from brochure.recipients import build as making
    from brochure.recipients import roll

    project = discover(root)
    jobs(project, careers, languages, layouts, editions)  # raises for a name that is not there
    found = roll.read(file, project)
    choice = making.Choice(careers or project.careers, layouts, editions,
                           languages or tuple(language.tag for language in project.languages))
    told, count, kept = Told(as_json), dict.fromkeys(("built", "unchanged", "failed"), 0), list[dict[str, object]]()
    told.say(found.problems)
    if strict and (bad := [problem for entry in found for problem in entry.problems if problem.severity == "error"]):
        raise RecipientError(bad)

    def report(outcome: making.Outcome) -> None:
        told.once(outcome.problems)
        count[outcome.state] += 1
        if as_json:
            kept.append({"row": outcome.row, "id": outcome.id, "file": outcome.file, "state": outcome.state})
        elif not sum(count.values()) % STEP:
            click.echo(f"[{sum(count.values())}] {outcome.file}")

    making.build(project, found, choice, out, validate=validate, workers=workers, report=report)
    if as_json:
        print_json({"files": kept, "problems": [problem.as_json() for problem in told.kept]})
    else:
        said = ", ".join(f"{number} {state}" for state, number in count.items() if number)
        click.echo(f"{said or 'nothing'} in {out}; {making.REPORT} has every row")
    if count["failed"]:
        sys.exit(RecipientError.exit_code)
