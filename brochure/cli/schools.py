"""The commands for brochures that bear a school's name: schools check, build, run."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from brochure.cli.options import Scheduler, json_option, project_option
from brochure.cli.output import Told, many, print_json
from brochure.errors import RecipientError

if TYPE_CHECKING:
    from brochure.project import Project
    from brochure.recipients.build import Outcome
    from brochure.recipients.orders import Choice
    from brochure.recipients.roll import Roll

STEP = 250
"""Files between two lines that say how far it is, where there is no terminal for a bar."""

CLEAR = "\r\x1b[K"  # what the bar has drawn on the line


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
@click.option("--lang", "languages", multiple=True,
              help="For the rows that name none (default: every one), or two on one sheet (en+km); may be repeated.")
@click.option("--validate", is_flag=True, help="Validate every file, not only the first of its kind.")
@click.option("--strict", is_flag=True, help="Make nothing if any row has an error.")
@click.option("--jobs", "workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True,
              help="How many groups of schools are made at a time.")
@click.option("--executor", type=Scheduler(), metavar="URL",
              help="Let a cluster make them instead: dask://HOST:PORT, with as many at a time as it has workers.")
@project_option
@json_option
def build(file: Path, out: Path, careers: tuple[str, ...], layouts: tuple[str, ...], editions: tuple[str, ...],
          languages: tuple[str, ...], validate: bool, strict: bool, workers: int, executor: str | None, root: Path,
          as_json: bool) -> None:
    """Make a PDF for every school of a list that is not up to date; a bad row never stops the others.

    Files are named after the ids. report.csv says of every row what became of it.
    """
    from brochure.recipients import build as making

    if executor and click.get_current_context().get_parameter_source("workers") == click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--jobs and --executor exclude each other: a cluster does as much at a time as it has workers")
    project, found, choice, told = _asked(file, root, careers, layouts, editions, languages, strict, as_json)
    count, kept = dict.fromkeys(("built", "unchanged", "failed"), 0), list[dict[str, object]]()

    watched = sys.stderr.isatty() and not as_json
    last = max((row.number for row in found.table.rows()), default=0) if watched else 0
    told.before = CLEAR if watched else ""

    def report(outcome: making.Outcome) -> None:
        told.once(outcome.problems)
        count[outcome.state] += 1
        bar.update(outcome.row - bar.pos)
        if as_json:
            kept.append({"row": outcome.row, "id": outcome.id, "file": outcome.file, "state": outcome.state})
        elif not watched and not sum(count.values()) % STEP:
            click.echo(f"[{sum(count.values())}] {outcome.file}")

    with click.progressbar(length=last, label=found.name, hidden=not watched, file=sys.stderr) as bar:
        making.build(project, found, choice, out, validate=validate, workers=workers, executor=executor or "", report=report)
    if as_json:
        print_json({"files": kept, "problems": [problem.as_json() for problem in told.kept]})
    else:
        said = ", ".join(f"{number} {state}" for state, number in count.items() if number)
        click.echo(f"{said or 'nothing'} in {out}; {making.REPORT} has every row")
    if count["failed"]:
        sys.exit(RecipientError.exit_code)


@schools.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="Where the runs, their packing lists and run-report.csv go.")
@click.option("--career", "careers", multiple=True, help="Only this career; may be repeated (default: every one).")
@click.option("--layout", "layouts", multiple=True, help="For the rows that name none; may be repeated.")
@click.option("--edition", "editions", multiple=True, help="For the rows that name none; may be repeated.")
@click.option("--lang", "languages", multiple=True, help="For the rows that name none (default: every one); may be repeated.")
@click.option("--separators", is_flag=True, help="Begin each school's brochures with a sheet that bears its name and the count.")
@click.option("--parts", "most", type=click.IntRange(1), metavar="SCHOOLS", help="At most so many schools a file.")
@click.option("--validate", is_flag=True, help="Validate all that is printed, not only the first of its kind.")
@click.option("--strict", is_flag=True, help="Make nothing if any row has an error.")
@project_option
@json_option
def run(file: Path, out: Path, careers: tuple[str, ...], layouts: tuple[str, ...], editions: tuple[str, ...],
        languages: tuple[str, ...], separators: bool, most: int | None, validate: bool, strict: bool, root: Path,
        as_json: bool) -> None:
    """Make one file for a print shop or a copier, with every school's copies in the order of the list, and a packing list.

    The column copies says how many brochures each school gets. There is a run for every career, layout and edition, with a
    bookmark and a document part (as PDF/VT has them) for each school. A bad row never stops the others.
    """
    from brochure.recipients import run as making

    project, found, choice, told = _asked(file, root, careers, layouts, editions, languages, strict, as_json)
    count, kept = dict.fromkeys(("built", "failed"), 0), list[dict[str, object]]()
    made = dict[str, int]()

    def report(outcome: "Outcome") -> None:
        told.once(outcome.problems)
        count[outcome.state] += 1
        if outcome.file:
            made[outcome.file] = made.get(outcome.file, 0) + 1
        if as_json:
            kept.append({"row": outcome.row, "id": outcome.id, "file": outcome.file, "state": outcome.state})

    making.run(project, found, choice, making.Packing(most, separators, validate), out, report=report)
    if as_json:
        print_json({"rows": kept, "problems": [problem.as_json() for problem in told.kept]})
    else:
        for name, schools_ in made.items():
            click.echo(f"{name}: {many(schools_, 'school')}")
        click.echo(f"{count['failed'] or 'none'} failed; {making.REPORT} has every row")
    if count["failed"]:
        sys.exit(RecipientError.exit_code)


def _asked(file: Path, root: Path, careers: tuple[str, ...], layouts: tuple[str, ...], editions: tuple[str, ...],
           languages: tuple[str, ...], strict: bool, as_json: bool) -> "tuple[Project, Roll, Choice, Told]":
    """The project, the list and what is to be made of it; raise the errors of the list if they are to stop everything."""
    from brochure.project import discover, jobs
    from brochure.recipients import roll
    from brochure.recipients.orders import Choice

    project = discover(root)
    jobs(project, careers, languages, layouts, editions, pairs=True)  # raises for a name that is not there
    found = roll.read(file, project)
    choice = Choice(careers or project.careers, layouts, editions,
                    languages or tuple(language.tag for language in project.languages))
    told = Told(as_json)
    told.say(found.problems)
    if strict and (bad := [problem for entry in found for problem in entry.problems if problem.severity == "error"]):
        raise RecipientError(bad)
    return project, found, choice, told
