"""The commands that build and look: build, check, list, doctor."""

import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from brochure.cli.options import Paper, find_jobs, json_option, project_option, selection
from brochure.cli.output import Progress, finish, print_json
from brochure.errors import BrochureError, Problem, UsageError


@click.command()
@selection
@project_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Where the PDFs go (default: dist/ in the project).")
@click.option("--duplex", type=click.Choice(["long-edge"]),
              help="Turn the backs, for a printer that turns paper over its long edge only.")
@click.option("--single-side", is_flag=True, help="Fronts and backs in a file each, for a printer that prints on one side only.")
@click.option("--paper", "gsm", type=Paper(), default="80gsm", show_default=True,
              help="The paper's weight: a booklet's inner pages creep out of the fold the more the thicker it is.")
@click.option("--draft", is_flag=True, help="Let gaps and overlong text pass; every page carries a draft mark.")
@json_option
def build(careers: Sequence[str], languages: Sequence[str], layouts: Sequence[str], editions: Sequence[str], workers: int,
          verbose: bool, root: Path, out: Path | None, duplex: str | None, single_side: bool, gsm: int, draft: bool,
          as_json: bool) -> None:
    """Build the PDFs of CAREERS (default: of every career) that are not up to date."""
    from brochure import manifest, run
    from brochure.project import handled

    if duplex and single_side:
        raise UsageError([Problem("--duplex", "is for both sides at once, --single-side for one at a time",
                                  "take one of them")])
    target = out or root.resolve() / "dist"
    try:
        project, jobs = find_jobs(root, careers, languages, layouts, editions, verbose)
    except BrochureError:
        if not (careers or languages or layouts or editions):  # not a slip of the keyboard: the project itself is broken
            run.clear_all(target)
        raise
    jobs = handled(project, jobs, duplex=duplex or "", single=single_side, gsm=gsm)
    progress = Progress(len(jobs), quiet=as_json)
    outcomes = run.run(project, jobs, target, draft=draft, workers=workers,
                       selection=manifest.selection(sys.argv[2:]), report=progress.report)
    finish(outcomes, run.due(project, {job.career for job in jobs}, datetime.date.today()), f"in {target}", as_json)


@click.command()
@selection
@project_option
@json_option
def check(careers: Sequence[str], languages: Sequence[str], layouts: Sequence[str], editions: Sequence[str], workers: int,
          verbose: bool, root: Path, as_json: bool) -> None:
    """Go through the whole pipeline without writing a PDF."""
    from brochure import run

    project, jobs = find_jobs(root, careers, languages, layouts, editions, verbose)
    progress = Progress(len(jobs), quiet=as_json)
    outcomes = run.run(project, jobs, None, draft=False, workers=workers, selection="", report=progress.report)
    finish(outcomes, run.due(project, {job.career for job in jobs}, datetime.date.today()), "checked", as_json)


@click.command("list")
@project_option
@json_option
def list_(root: Path, as_json: bool) -> None:
    """List every brochure that can be built."""
    project, jobs = find_jobs(root, (), (), (), (), False)
    if as_json:
        print_json([{"career": job.career, "layout": job.layout, "edition": job.edition, "language": job.language,
                      "file": job.file} for job in jobs])
        return
    for job in jobs:
        click.echo(f"{job.file:48} {project.language(job.language).name}")


@click.command()
@project_option
@json_option
def doctor(root: Path, as_json: bool) -> None:
    """Say, one sentence each, what this machine and project have and lack."""
    from brochure.doctor import examine

    findings = list(examine(root.resolve()))
    if as_json:
        print_json([{"ok": finding.ok, "what": finding.what} for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.ok else 'BAD '} {finding.what}")
    if not all(finding.ok for finding in findings):
        sys.exit(10)
