"""The commands for e-mail to schools that send nothing: mail check, draft."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from brochure.cli.options import authority_option, json_option, project_option
from brochure.cli.output import Told, many, print_json
from brochure.errors import MailError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from brochure.mail.drafts import Put
    from brochure.mail.letters import Made
    from brochure.mail.settings import Settings

@click.group()
def mail() -> None:
    """Send each school its own brochures by e-mail, in its own language."""


@mail.command()
@click.argument("file", metavar="LIST", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@click.option("--jobs", "workers", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True,
              help="How many groups of schools are checked at a time.")
@project_option
@json_option
def check(file: Path, strict: bool, workers: int, root: Path, as_json: bool) -> None:
    """Check the letters to all schools of a list, and name every problem of every row; nothing is sent.

    Who writes, and what goes with the letters, stands in templates/mail/mail.toml. LIST is a CSV file or an Excel
    workbook, as for "brochure schools check"; it needs a column email.
    """
    from brochure.mail import letters, settings
    from brochure.project import discover
    from brochure.recipients import roll

    project = discover(root)
    chosen = settings.load(project)
    found = roll.read(file, project)
    told, rows, good = Told(as_json), 0, 0
    told.say((*settings.doubts(chosen), *found.problems))
    for _, ready, problems in letters.check(project, found, chosen, workers=workers):
        told.once(problems)
        rows += 1
        good += ready
    if as_json:
        print_json({"file": found.name, "rows": rows, "good": good, "problems": [problem.as_json() for problem in told.kept]})
    else:
        click.echo(f"{found.name}: {many(good, 'letter')} of {many(rows, 'row')} can be sent, {many(told.errors, 'error')}, "
                   f"{many(told.warnings, 'warning')}")
    if good < rows or told.errors or (strict and told.warnings):
        sys.exit(MailError.exit_code)


@mail.command()
@click.argument("file", metavar="LIST", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Put the drafts into this folder; Thunderbird opens each ready to send.")
@click.option("--imap", is_flag=True, help="Put them among the drafts of the mailbox that mail.toml names instead.")
@authority_option
@project_option
@json_option
def draft(file: Path, out: Path | None, imap: bool, ca_file: Path | None, root: Path, as_json: bool) -> None:
    """Write a letter for every school of a list, to be opened, read and sent by hand; nothing is sent.

    A draft needs no mail server and no password: open the .eml file in Thunderbird and press Send. Outlook and Apple Mail
    may open it as a letter that was received; for them use --imap, which leaves alone whom a draft is addressed to already.
    """
    from brochure.mail import drafts, letters, settings
    from brochure.project import discover
    from brochure.recipients import roll

    if imap == bool(out):
        raise click.UsageError("say where the drafts go: --out DIR, or --imap")
    project = discover(root)
    chosen = settings.load(project)
    found = roll.read(file, project)
    told, kept = Told(as_json), list[dict[str, object]]()
    told.say((*settings.doubts(chosen), *found.problems))
    made = letters.letters(project, found, chosen, campaign=letters.campaign(project, file, chosen), when=None)
    for row, identity, place, problems in drafts.saved(made, out) if out else _appended(made, chosen, ca_file):
        told.once(problems)
        kept.append({"row": row, "id": identity, "draft": place})
    count = sum(bool(one["draft"]) for one in kept)
    if as_json:
        print_json({"drafts": kept, "problems": [problem.as_json() for problem in told.kept]})
    else:
        click.echo(f"{many(count, 'draft')} of {many(len(kept), 'row')} in {out or 'the mailbox'}")
    if count < len(kept):
        sys.exit(MailError.exit_code)


def _appended(made: "Iterable[Made]", chosen: "Settings", ca_file: Path | None) -> "Iterator[Put]":
    from brochure.mail import connection, drafts, imap, secrets
    from brochure.mail.settings import FILE

    if chosen.imap is None:
        raise MailError([Problem(FILE, "names no mailbox", "write the table [imap], or use --out")])
    with imap.opened(chosen.imap, secrets.find(chosen.imap, "imap"), connection.context(ca_file)) as server:
        yield from drafts.appended(made, server, chosen.drafts)
