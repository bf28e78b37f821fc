"""The commands that send letters and say what became of them: mail send, status, report, resolve, bounces."""

import datetime
import sys
import time
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from brochure.cli.options import authority_option, json_option, project_option
from brochure.cli.output import Told, complain, print_json
from brochure.errors import MailError, Problem, UsageError

if TYPE_CHECKING:
    from brochure.mail.journal import Journal
    from brochure.mail.outbox import Outbox
    from brochure.mail.records import Part, Record
    from brochure.mail.replies import Reply
    from brochure.mail.sender import Event
    from brochure.mail.settings import Settings

listed = click.argument("listed", metavar="LIST", type=click.Path(path_type=Path))


@click.command()
@listed
@click.option("--send", "real", is_flag=True, help="Really send; without it the letters are only made.")
@click.option("--yes", "count", type=int, metavar="NUMBER", help="The number of letters that will be sent, instead of typing it.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many that are left.")
@click.option("--only", "rows", type=int, multiple=True, metavar="ROW",
              help="Only this row, as the spreadsheet numbers it; may be repeated.")
@click.option("--to-me", "to", default="", metavar="ADDRESS", help="All to this address, marked as tests.")
@click.option("--rate", type=click.IntRange(1), help="Letters a minute (default: as in mail.toml).")
@click.option("--new", "anew", is_flag=True,
              help="After an edit, or with --to-me: a new campaign, in which every school gets a letter again.")
@click.option("--as-made", is_flag=True, help="After an edit: send the rest of the letters as they were made before it.")
@authority_option
@project_option
def send(listed: Path, real: bool, count: int | None, limit: int | None, rows: tuple[int, ...], to: str, rate: int | None,
         anew: bool, as_made: bool, ca_file: Path | None, root: Path) -> None:
    """Send every school of LIST its letter, each at most once; without --send, only make the letters.

    The letters and what became of each stand in the folder LIST.mail. A run that was stopped goes on where it was.
    """
    from brochure.mail import outbox, settings, suppressions
    from brochure.mail.journal import Journal
    from brochure.project import discover

    if anew and as_made:
        raise click.UsageError("--new and --as-made are two answers to one question")
    project = discover(root)
    found = settings.load(project)
    box = outbox.Outbox(project, listed, found, outbox.tester(to) if to else "")
    if not real:
        _make(box, rows, limit, as_made)
        return
    _ready(found)
    with Journal.open(box.path) as journal:
        outbox.fill(box, journal, anew=anew, as_made=as_made, say=Told(False).once)
        journal.suppress(suppressions.read(suppressions.beside(listed)))
        _send(journal, box, _part(journal, rows, limit), count, rate or found.rate, ca_file)


def _make(box: "Outbox", rows: tuple[int, ...], limit: int | None, as_made: bool) -> None:
    """Make the letters, and say how many of them --send would send."""
    from brochure.mail import outbox, report
    from brochure.mail.journal import Journal
    from brochure.mail.records import State

    digest, begun, wanted = box.digest, Journal.look(box.path), outbox.wanted(box, rows)
    if begun:
        with begun:
            if begun.campaign and (begun.campaign.digest == digest or as_made):
                _known(rows, {record.row for record in begun.records(rows=rows)})
                left = sum(map(wanted, begun.records(State.QUEUED, State.DEFERRED, State.SUPPRESSED)))
                click.echo("\n".join(report.status(begun)))
                click.echo(f"nothing was sent; --send sends {_letters(min(left, limit or left))}, as made before")
                return
            if problem := outbox.edited(box, begun, digest):
                complain([replace(problem, severity="warning")])
    seen, sizes = set[int](), list[int]()
    for letter in box.made(digest, time.time(), Told(False).once):
        seen.add(letter.row)
        if wanted(letter) and len(sizes) != limit:
            sizes.append(len(letter.data))
    _known(rows, seen)
    account = box.settings.server
    way = f"from {box.settings.sender.address}{f' by {account.host}' if account else ''}"
    click.echo(f"{_letters(len(sizes))} {way}: {sum(sizes) / 1e6:.1f} MB, the largest {max(sizes, default=0) / 1e6:.1f} MB")
    click.echo("nothing was sent; --send sends them")


def _ready(found: "Settings") -> None:
    from brochure.mail.settings import FILE

    if found.server is None:
        raise MailError([Problem(FILE, "names no server that sends letters", "write a table [server]")])
    if found.sample:
        raise MailError([Problem(f"{FILE}: sender", f"still holds the sample address {found.sender.address}",
                                 "write your own name and address there")])


def _part(journal: "Journal", rows: tuple[int, ...], limit: int | None) -> "Part":
    """What of the campaign is to be sent in this run."""
    from brochure.mail.records import Part

    _known(rows, {record.row for record in journal.records(rows=rows)})
    part = Part(rows)
    return journal.first(limit, part) if limit else part


def _known(rows: tuple[int, ...], there: "AbstractSet[int]") -> None:
    """Raise UsageError for rows that have no letter."""
    if missing := [row for row in rows if row not in there]:
        hint = "rows are counted as the spreadsheet shows them"
        raise UsageError([Problem(f"row {row}", "has no letter in this campaign", hint) for row in missing])


def _send(journal: "Journal", box: "Outbox", part: "Part", count: int | None, rate: float, ca_file: Path | None) -> None:
    from brochure.mail import bounces, connection, report, secrets, suppressions
    from brochure.mail.pace import Pace
    from brochure.mail.records import State
    from brochure.mail.sender import Sender

    table, account = suppressions.beside(box.listed), box.settings.server
    number = journal.waiting(part)
    if number and account:
        secret, security = secrets.find(account, "server"), connection.context(ca_file)
        _confirm(journal, box, number, count)
        line = connection.Connection(account, secret, box.settings.sender.address, security)
        try:
            Sender(journal, line, Pace(rate), _Told(number)).send(part, box.to)
        except BrokenPipeError as error:  # as in “mail send | head”
            raise MailError([Problem(box.listed.name, "stopped: nobody reads any more what is said",
                                     "the same command goes on from here")]) from error
        finally:
            gone = {} if box.to else bounces.gone(journal)  # in a rehearsal it would be the tester's address that is wrong
            if added := suppressions.add(table, gone, datetime.date.today()):
                click.echo(f"{added} address{'es that do' if added != 1 else ' that does'} not exist: now in {table}")
    elif box.to:
        click.echo(f"nothing is left to go to {box.to}; --new sends all there again")
    click.echo("\n".join(report.status(journal)))
    if {State.FAILED, State.UNKNOWN} & journal.counts().keys():
        sys.exit(MailError.exit_code)


def _confirm(journal: "Journal", box: "Outbox", number: int, count: int | None) -> None:
    """Go on only if a person, or a script, knows how many letters that will be."""
    account = box.settings.server
    earlier = 0 if box.to else journal.earlier()
    again = f" {earlier} of the campaign's addresses had a letter of an earlier one." if earlier else ""
    click.echo(f"{_letters(number)} will be sent {f'to {box.to}' if box.to else 'to the schools'} by "
               f"{account.host if account else ''}.{again}")
    typed = count if count is not None else click.prompt("How many letters will be sent? Type the number", type=int)
    if typed != number:
        raise UsageError([Problem("--yes" if count is not None else "the number", f"{typed} is not {number}: nothing was sent")])


@click.command()
@listed
@json_option
def status(listed: Path, as_json: bool) -> None:
    """Say how far the campaign of LIST is, and which schools a person has to look after."""
    from brochure.mail import report

    with _looked(listed) as journal:
        if as_json:
            counts = journal.counts() if journal else {}
            print_json({"campaign": journal.campaign.digest if journal and journal.campaign else "", "letters": counts})
        elif journal:
            click.echo("\n".join(report.status(journal)))


@click.command("report")
@listed
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet.")
@json_option
def report_(listed: Path, as_csv: bool, as_json: bool) -> None:
    """Say what became of every letter of LIST."""
    from brochure.mail import report

    with _looked(listed, silent=as_json) as journal:
        if as_json:
            print_json({"letters": list(report.table(journal)) if journal else []})
        elif journal and as_csv:
            for line in report.as_csv(journal):
                click.echo(line, nl=False)
        elif journal:
            for record in journal.records():
                click.echo(report.line(record))


@click.command()
@listed
@click.option("--mark-sent", is_flag=True, help="They were delivered: somebody has asked the schools.")
@click.option("--resend", is_flag=True, help="Put them back: the next “mail send” sends the same bytes again.")
@click.option("--failed", is_flag=True, help="Those that failed, instead of those whose fate is unknown.")
@click.option("--only", "rows", type=int, multiple=True, metavar="ROW", help="Only this row; may be repeated.")
def resolve(listed: Path, mark_sent: bool, resend: bool, failed: bool, rows: tuple[int, ...]) -> None:
    """Decide about letters of LIST whose fate is unknown: they were sent whole, but the server's answer never came.

    Without an option they are only listed. Look into the mailbox's folder of sent letters, or ask the school.
    """
    from brochure.mail import journal as journals
    from brochure.mail import report
    from brochure.mail.records import State

    if mark_sent and (resend or failed):
        raise click.UsageError("--mark-sent is for letters whose fate is unknown, and goes with no other answer")
    state, path = State.FAILED if failed else State.UNKNOWN, journals.folder(listed) / journals.FILE
    if not (mark_sent or resend):
        with _looked(listed) as looked:
            for record in looked.records(state, rows=rows) if looked else ():
                click.echo(report.line(record))
        return
    with journals.Journal.open(path) as journal:
        found = list(journal.records(state, rows=rows))
        if missing := set(rows) - {record.row for record in found}:
            raise UsageError([Problem(f"row {row}", f"is not {state}") for row in sorted(missing)])
        words = "marked as sent by hand" if mark_sent else ""
        journal.mark((record.key for record in found), State.ACCEPTED if mark_sent else State.QUEUED, words, time.time())
    click.echo(f"{_letters(len(found))} {'marked as sent' if mark_sent else 'put back, to be sent again'}")


@click.command()
@listed
@click.option("--imap", "real", is_flag=True, help="Really read the mailbox of mail.toml; nothing in it is changed.")
@authority_option
@project_option
def bounces(listed: Path, real: bool, ca_file: Path | None, root: Path) -> None:
    """Read delivery reports in the mailbox, and note which letters of LIST came back.

    An address that does not exist goes into suppressions.csv beside LIST, which no letter is sent to.
    """
    from brochure.mail import bounces as reading
    from brochure.mail import connection, imap, secrets, settings, suppressions
    from brochure.mail import journal as journals
    from brochure.project import discover

    account = settings.load(discover(root)).imap
    if account is None:
        raise MailError([Problem(settings.FILE, "names no mailbox", "write a table [imap]")])
    if not real:
        click.echo(f"--imap reads the delivery reports in {reading.INBOX} of {account.user or 'nobody'} at {account.host}")
        return
    secret, security = secrets.find(account, "imap"), connection.context(ca_file)
    with journals.Journal.open(journals.folder(listed) / journals.FILE) as journal:
        if journal.campaign is None:
            raise MailError([Problem(listed.name, "no letter was sent yet")])
        noted: list[tuple[Record, Reply]] = []
        table = suppressions.beside(listed)
        suppressions.read(table)  # before anything is noted that would have to go into it
        with imap.opened(account, secret, security) as server:
            for data in reading.reports(server, journal.began):
                if found := reading.note(journal, data, time.time()):
                    noted.append(found)
                    click.echo(f"row {found[0].row}, {found[0].address}: {found[1]}")
        added = suppressions.add(table, reading.gone(journal) | reading.dead(noted), datetime.date.today())
    click.echo(f"{_letters(len(noted))} came back; {added} new in {table}")


class _Told:
    """A line a letter, as its fate is known."""

    def __init__(self, total: int) -> None:
        self.total, self.seen = total, set[int]()

    def __call__(self, event: "Event") -> None:
        if event.record is None:
            click.echo(event.words)
            return
        self.seen.add(event.record.key)
        detail = "" if event.state == "accepted" else f" – {event.words}"
        click.echo(f"[{len(self.seen)}/{self.total}] row {event.record.row}, {event.record.address}: {event.state}{detail}")


@contextmanager
def _looked(listed: Path, silent: bool = False) -> "Iterator[Journal | None]":
    """The journal, to be read; None, and a word about it, if there is none."""
    from brochure.mail import journal as journals

    if not listed.exists():
        raise UsageError([Problem(str(listed), "there is no such list")])
    journal = journals.Journal.look(journals.folder(listed) / journals.FILE)
    if journal is None or journal.campaign is None:
        if not silent:
            click.echo(f"{listed.name}: no letter was sent yet")
        yield None
    else:
        with journal:
            yield journal


def _letters(number: int) -> str:
    return f"{number} letter{'s' * (number != 1)}"
