"""The command that prints: print."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from brochure.cli.options import project_option
from brochure.cli.output import complain

if TYPE_CHECKING:
    from brochure.printer.ticket import Ticket

ASKING = 20
"""Sheets of paper above which the command asks first."""


@click.command("print")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--printer", metavar="NAME", help="The printer (default: the computer's default printer).")
@click.option("--copies", type=click.IntRange(1), default=1, show_default=True, help="How many of each file.")
@click.option("--dry-run", is_flag=True, help="Show the commands and send nothing.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--test-sheet", is_flag=True, help="Print a sheet that shows what the printer does to lengths, folds and backs.")
@click.option("--lang", "tag", help="The language of the test sheet (default: this computer's).")
@click.option("--layout", "layout", help="The layout whose paper and folds the test sheet has (default: one with folds).")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False),
              help="Write the test sheet to this file and send nothing.")
@project_option
def print_(files: tuple[Path, ...], printer: str | None, copies: int, dry_run: bool, yes: bool, test_sheet: bool,
           tag: str | None, layout: str | None, out: Path | None, root: Path) -> None:
    """Print FILES at actual size, on the paper and the sides that they ask for."""
    from brochure.printer import ticket

    if test_sheet == bool(files):
        raise click.UsageError("name the PDFs to print, or give --test-sheet")
    if not test_sheet and (tag or layout or out):
        raise click.UsageError("--lang, --layout and --out are for --test-sheet")
    if test_sheet:
        path = _test_sheet(root, tag, layout, out)
        click.echo(str(path))
        if out:
            return
        files = (path,)
    tickets = [ticket.read(file) for file in files]
    for one in tickets:
        click.echo(f"{one.path.name}: {_sheets(one.sheets * copies)} of {one.paper}, {one.turning}, actual size")
    _send(tickets, printer, copies, dry_run, yes)


def _send(tickets: "Sequence[Ticket]", name: str | None, copies: int, dry_run: bool, yes: bool) -> None:
    from brochure.printer import lp

    complain([doubt for one in tickets for doubt in one.doubts])
    if not lp.there():
        _show(tickets, copies, dry_run)
        return
    printer = lp.choose(name)
    doubts = printer.doubts(tickets)
    complain(doubts)
    steps = [(step, one) for one in tickets for step in lp.plan(printer, one, copies)]
    total = sum(one.sheets for one in tickets) * copies
    if dry_run:
        for step, one in steps:
            if step.turn:
                click.echo(f"# {_turning(one)}")
            click.echo(shlex.join(step.command))
        click.echo("nothing was sent")
        return
    if not yes and total > ASKING:
        click.confirm(f"Print {_sheets(total)} on {printer.name}?", abort=True)
    elif not yes and (doubts or any(one.doubts for one in tickets)):
        click.confirm(f"Print on {printer.name} all the same?", abort=True)
    for step, one in steps:
        if step.turn:
            click.prompt(f"{_turning(one)} Then press Enter", default="", show_default=False, prompt_suffix=".")
        click.echo(lp.send(step) or f"sent to {printer.name}")


def _show(tickets: "Sequence[Ticket]", copies: int, dry_run: bool) -> None:
    """Without lp: open each file, and name what to choose in the window that prints it."""
    for one in tickets:
        click.echo("there is no lp on this computer. Choose when you print:\n"
                   f"  1. paper: {one.paper}\n  2. {one.turning}\n  3. actual size, or 100 % (never “fit to page”)"
                   + (f"\n  and {copies} copies" if copies > 1 else ""))
        if dry_run:
            click.echo("nothing was opened")
        elif click.launch(str(one.path)):
            click.echo(f"open it yourself: {one.path}")


def _turning(one: "Ticket") -> str:
    edge = one.sides.removeprefix("two-sided-").replace("-", " ")
    return (f"When the fronts are printed, turn them over along the {edge} and lay them back into the tray, to be printed on the "
            "empty side; if you are not sure which way round, try one sheet first.")


def _sheets(count: int) -> str:
    return f"{count} sheet" if count == 1 else f"{count} sheets"


def _test_sheet(root: Path, tag: str | None, layout: str | None, out: Path | None) -> Path:
    from brochure import files
    from brochure.printer import testsheet
    from brochure.project import discover

    project = discover(root)
    made = testsheet.make(project, tag, layout)
    path = out or project.root / "dist" / made.file
    files.write(path, made.data)
    return path
