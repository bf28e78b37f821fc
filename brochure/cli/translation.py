"""The commands that take catalogs in and out: catalog check, update, receive, export, import."""

import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from brochure.cli.options import F, json_option, project_option
from brochure.cli.output import complain, print_json
from brochure.errors import CatalogError, Problem, UsageError

if TYPE_CHECKING:
    from brochure.catalog.check.rules import Finding, Rule
    from brochure.catalog.receive import Received
    from brochure.language import Language
    from brochure.project import Project

BLOCKING = ("error", "print")  # the severities that keep a language from being printed
language_option = click.option("--lang", "tags", multiple=True, help="Only this language; may be repeated.")


def coming_back(command: F) -> F:
    """What a command is given that takes somebody's work back."""
    for option in (
        project_option,
        click.option("--write", is_flag=True, help="Take the changes over; without it they are only shown."),
        click.option("--base", "revision", metavar="REV",
                     help="The git revision the file was made from (default: the one that is most like it)."),
        click.option("--lang", "tag", help="The language, if the file does not say it."),
        click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False)),
    ):
        command = option(command)
    return command


@click.command()
@language_option
@click.option("--fix", is_flag=True, help="Make the repairs that are safe.")
@click.option("--explain", metavar="CODE", help="Say what a rule is about.")
@project_option
@json_option
def check(tags: tuple[str, ...], fix: bool, explain: str | None, root: Path, as_json: bool) -> None:
    """Check catalogs for what a page in print must not have."""
    from brochure import files
    from brochure.build import unfit
    from brochure.catalog.check import run
    from brochure.catalog.check.rules import RULES

    if explain:
        _explain(explain, RULES)
        return
    project = _discover(root)
    found: list[Finding] = []
    for language in _translated(project, tags):
        if fix:
            for name, data in run.fix(project, language).items():
                files.write(project.root / name, data)
                click.echo(f"{name}: repaired")
        found += run.check(project, language, laid=functools.partial(unfit, project, language.tag))
    if as_json:
        print_json([finding.as_json() for finding in found])
    else:
        _tell(found)
        click.echo(f"{len(found)} findings" if found else "nothing to mend")
    if any(finding.severity in BLOCKING for finding in found):
        sys.exit(CatalogError.exit_code)


@click.command()
@click.argument("careers", nargs=-1)
@language_option
@project_option
def update(careers: tuple[str, ...], tags: tuple[str, ...], root: Path) -> None:
    """Bring catalogs and their templates (.pot) up to date with content and layouts; what a translator wrote stays."""
    from brochure import files
    from brochure.catalog import extract
    from brochure.catalog.update import update as merged

    project = _discover(root)
    languages = _translated(project, tags)
    pots, written = extract.refresh(project)
    for name in written:
        click.echo(f"locales/{name}")
    for language in languages:
        for name, pot in pots.items():
            if careers and name.removesuffix(".pot") not in (*careers, "brochure"):
                continue
            file = f"locales/{language.tag}/LC_MESSAGES/{name[:-1]}"
            path = project.root / file
            before = path.read_bytes()
            result = merged(before, pot, file, language.tag)
            if result.data != before:
                files.write(path, result.data)
            counts = {"new": result.new, "changed": result.changed, "revived": result.revived, "obsolete": result.obsolete}
            said = ", ".join(f"{len(keys)} {what}" for what, keys in counts.items() if keys)
            click.echo(f"{file}: {said or ('nothing changed' if result.data == before else 'only comments changed')}")
            for note in result.notes:
                click.echo(f"    {note}")


@click.command()
@coming_back
def receive(file: Path, tag: str | None, revision: str | None, write: bool, root: Path) -> None:
    """Take a catalog (PO) back that came by mail: repair it, show its changes, merge them by message."""
    from brochure.catalog.receive import receive as taken

    _take(taken, file, tag, revision, write, root)


@click.command("import")
@coming_back
def import_(file: Path, tag: str | None, revision: str | None, write: bool, root: Path) -> None:
    """Take an XLIFF or CSV file back from an agency, in the same way as a catalog."""
    from brochure.catalog.exchange import take

    _take(take, file, tag, revision, write, root)


@click.command()
@click.argument("career")
@click.option("--lang", "tag", required=True, help="The language.")
@click.option("--format", "kind", type=click.Choice(["xliff", "csv"]), default="xliff", show_default=True,
              help="For agencies’ tools (xliff) or a spreadsheet (csv).")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file (default: CAREER.LANG.xliff or .csv).")
@project_option
def export(career: str, tag: str, kind: str, out: Path | None, root: Path) -> None:
    """Write a catalog as XLIFF or CSV for an agency; CAREER may be “brochure”, the shared words."""
    from brochure import files
    from brochure.catalog import exchange

    project = _discover(root)
    (language,) = _translated(project, (tag,))
    file = f"locales/{language.tag}/LC_MESSAGES/{career}.po"
    if not (project.root / file).is_file():
        raise UsageError([Problem(file, "is not there", f"there are: {', '.join(('brochure', *project.careers))}")])
    target = out or Path(f"{career}.{tag}.{kind}")
    files.write(target, exchange.export((project.root / file).read_bytes(), kind, file, tag, project.source.tag))
    click.echo(str(target))


def _take(take: "Callable[..., Received]", file: Path, tag: str | None, revision: str | None, write: bool,
          root: Path) -> None:
    from brochure import files
    from brochure.catalog import history
    from brochure.catalog.check import run

    project = _discover(root)
    base = functools.partial(history.at, project.root, revision) if revision else None
    past = None if revision else functools.partial(history.versions, project.root)
    received = take(file.read_bytes(), file.name, project, tag, base, past)
    complain((*received.repairs, *received.notes))
    for change in received.changes:
        click.echo(f"{change.key}: {change.kind}")
        for sign, text in (("-", change.old), ("+", change.new)):
            if text:
                click.echo(f"    {sign} {text}")
    click.echo(f"{received.file}: {len(received.changes)} changes")
    touched = {change.key for change in received.changes}
    found = [one for one in run.check(project, project.language(received.tag), instead={received.file: received.data})
             if one.key in touched and one.where.startswith(f"{received.file}:")] if touched else []
    _tell(found)
    if write and received.changes:
        files.write(project.root / received.file, received.data)
        click.echo("written. Next: brochure catalog check, which also sees what does not fit")
    elif received.changes:
        click.echo("nothing is written yet: add --write to take them over")
    if any(finding.severity in BLOCKING for finding in found):
        sys.exit(CatalogError.exit_code)


def _tell(found: "Sequence[Finding]") -> None:
    for finding in found:
        click.echo(f"{finding.severity} {finding.code}: {finding.where}: {finding.key}: {finding.what}" if finding.key else
                   f"{finding.severity} {finding.code}: {finding.where}: {finding.what}")
        for said in (f"in: {finding.excerpt}" if finding.excerpt else "", finding.why,
                     f"hint: {finding.hint}" if finding.hint else ""):
            if said:
                click.echo(f"    {said}")


def _discover(root: Path) -> "Project":
    from brochure.project import discover

    return discover(root)


def _translated(project: "Project", tags: tuple[str, ...]) -> "list[Language]":
    there = {language.tag: language for language in project.languages if not language.source}
    unknown = [Problem("language", f"there is no translation into {tag!r}", f"there are: {', '.join(there) or 'none'}")
               for tag in tags if tag not in there]
    if unknown:
        raise UsageError(unknown)
    return [there[tag] for tag in tags or there]


def _explain(code: str, rules: "Mapping[str, Rule]") -> None:
    rule = rules.get(code.upper())
    if rule is None:
        raise UsageError([Problem("code", f"there is no rule {code!r}", f"there are: {', '.join(sorted(rules))}")])
    click.echo(f"{code.upper()} ({rule.severity})\n{rule.manual}")
