"""The command line: parse, call, print. No logic stands here."""

import datetime
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from brochure import __version__
from brochure.errors import BrochureError, Problem

F = Callable[..., Any]


def _project_option(command: F) -> F:
    return click.option("--project", "root", type=click.Path(path_type=Path, file_okay=False), default=Path(),
                        help="The project folder (default: the folder you are in).")(command)


def _json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document for machines.")(command)


def _selection(command: F) -> F:
    for option in (
        click.option("--edition", "editions", multiple=True, help="Only this edition; may be repeated."),
        click.option("--layout", "layouts", multiple=True, help="Only this layout; may be repeated."),
        click.option("--lang", "languages", multiple=True, help="Only this language; may be repeated."),
        click.argument("careers", nargs=-1),
        click.option("--jobs", "workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True,
                     help="How many brochures are made at a time."),
        click.option("-v", "--verbose", is_flag=True, help="Name every step of the pipeline."),
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="brochure")
def cli() -> None:
    """Make printable career brochures in many languages."""


@cli.command()
@_selection
@_project_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Where the PDFs go (default: dist/ in the project).")
@click.option("--draft", is_flag=True, help="Let gaps and overlong text pass; every page carries a draft mark.")
@_json_option
def build(careers: Sequence[str], languages: Sequence[str], layouts: Sequence[str], editions: Sequence[str], workers: int,
          verbose: bool, root: Path, out: Path | None, draft: bool, as_json: bool) -> None:
    """Build the PDFs of CAREERS (default: of every career) that are not up to date."""
    from brochure import manifest, run

    project, jobs = _jobs(root, careers, languages, layouts, editions, verbose)
    target = out or project.root / "dist"
    progress = _Progress(len(jobs), quiet=as_json)
    outcomes = run.run(project, jobs, target, draft=draft, workers=workers,
                       selection=manifest.selection(sys.argv[2:]), report=progress.report)
    _finish(outcomes, run.due(project, {job.career for job in jobs}, datetime.date.today()), f"in {target}", as_json)


@cli.command()
@_selection
@_project_option
@_json_option
def check(careers: Sequence[str], languages: Sequence[str], layouts: Sequence[str], editions: Sequence[str], workers: int,
          verbose: bool, root: Path, as_json: bool) -> None:
    """Go through the whole pipeline without writing a PDF."""
    from brochure import run

    project, jobs = _jobs(root, careers, languages, layouts, editions, verbose)
    progress = _Progress(len(jobs), quiet=as_json)
    outcomes = run.run(project, jobs, None, draft=False, workers=workers, selection="", report=progress.report)
    _finish(outcomes, run.due(project, {job.career for job in jobs}, datetime.date.today()), "checked", as_json)


@cli.command("list")
@_project_option
@_json_option
def list_(root: Path, as_json: bool) -> None:
    """List every brochure that can be built."""
    project, jobs = _jobs(root, (), (), (), (), False)
    if as_json:
        _print_json([{"career": job.career, "layout": job.layout, "edition": job.edition, "language": job.language,
                      "file": job.file} for job in jobs])
        return
    for job in jobs:
        click.echo(f"{job.file:48} {project.language(job.language).name}")


@cli.command()
@_project_option
@_json_option
def doctor(root: Path, as_json: bool) -> None:
    """Say, one sentence each, what this machine and project have and lack."""
    from brochure.doctor import examine

    findings = list(examine(root.resolve()))
    if as_json:
        _print_json([{"ok": finding.ok, "what": finding.what} for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.ok else 'BAD '} {finding.what}")
    if not all(finding.ok for finding in findings):
        sys.exit(10)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Make a new project FOLDER with the sample career in it."""
    from brochure import scaffold

    written = scaffold.init(folder)
    click.echo(f"{len(written)} files written to {folder}. Next: brochure build --project {folder}")


@cli.group()
def new() -> None:
    """Begin a new career, language or layout."""


@new.command("career")
@click.argument("name")
@_project_option
def new_career(name: str, root: Path) -> None:
    """Write the content file of the career NAME and its empty catalogs."""
    from brochure import scaffold
    from brochure.project import discover

    _made(scaffold.career(discover(root), name), "fill in the texts, then translate the catalogs")


@new.command("language")
@click.argument("tag")
@_project_option
def new_language(tag: str, root: Path) -> None:
    """Write the folder of the language TAG (such as lo, vi or fr) with its empty catalogs."""
    from brochure import scaffold
    from brochure.project import discover

    _made(scaffold.language(discover(root), tag),
          "put a font with this script into assets/fonts, name it in language.css, then translate the catalogs")


@new.command("layout")
@click.argument("name")
@click.option("--like", help="The layout to begin with (default: the first).")
@_project_option
def new_layout(name: str, like: str | None, root: Path) -> None:
    """Write the three files of the layout NAME, as a copy of another."""
    from brochure import scaffold
    from brochure.errors import UsageError
    from brochure.project import discover

    project = discover(root)
    names = [layout.name for layout in project.layouts]
    like = like or names[0]
    if like not in names:
        raise UsageError([Problem("layout", f"there is no layout {like!r}", f"there are: {', '.join(names)}")])
    _made(scaffold.layout(project, name, like), "change the sizes in layout.css and the rows in layout.toml")


@cli.group()
def catalog() -> None:
    """Work with the translators' catalogs."""


@catalog.command("extract")
@_project_option
def catalog_extract(root: Path) -> None:
    """Write the templates (.pot) that catalogs are made from."""
    from brochure import files
    from brochure.catalog import extract
    from brochure.project import discover

    project = discover(root)
    for name, data in extract.templates(project.root, project.careers).items():
        files.write(project.root / "locales" / name, data)
        click.echo(f"locales/{name}")


def run() -> None:
    """Run the command line and turn every error of ours into its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # Khmer on a Windows console
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nstopped; what was finished is whole, and the rest is as it was", err=True)
        sys.exit(130)
    except BrochureError as error:
        _complain(error.problems)
        sys.exit(error.exit_code)


def _jobs(root: Path, careers: Sequence[str], languages: Sequence[str], layouts: Sequence[str], editions: Sequence[str],
          verbose: bool) -> tuple[Any, tuple[Any, ...]]:
    from brochure import project

    if verbose:
        logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
        logging.getLogger("fontTools").setLevel(logging.WARNING)
    found = project.discover(root)
    return found, project.jobs(found, careers, languages, layouts, editions)


class _Progress:
    """A line a file, as it is done."""

    def __init__(self, total: int, quiet: bool) -> None:
        self.total, self.quiet, self.done = total, quiet, 0

    def report(self, outcome: Any) -> None:
        self.done += 1
        if self.quiet:
            return
        detail = f"{outcome.size / 1000:6.0f} kB {outcome.seconds:6.2f} s" if outcome.state == "built" else outcome.state
        click.echo(f"[{self.done}/{self.total}] {outcome.file:46} {detail}")


def _finish(outcomes: Sequence[Any], due: Sequence[Problem], where: str, as_json: bool) -> None:
    failed = [outcome for outcome in outcomes if outcome.exit_code]
    problems = [*dict.fromkeys(problem for outcome in outcomes for problem in outcome.problems), *due]
    if as_json:
        _print_json({"files": [{"file": o.file, "state": o.state, "seconds": round(o.seconds, 3), "bytes": o.size}
                               for o in outcomes], "problems": [problem.as_json() for problem in problems]})
    else:
        _complain(problems)
        count = {state: sum(o.state == state for o in outcomes) for state in ("built", "unchanged", "failed")}
        said = ", ".join(f"{number} {state}" for state, number in count.items() if number)
        click.echo(f"{said} {where}")
    if failed:
        sys.exit(min(outcome.exit_code for outcome in failed))


def _complain(problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(f"{problem.severity}: {problem}", err=problem.severity == "error")


def _made(written: Sequence[str], following: str) -> None:
    for name in written:
        click.echo(name)
    click.echo(f"Next: {following}.")


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
