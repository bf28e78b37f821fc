"""The commands for translators' catalogs."""

import datetime
from pathlib import Path

import click

from brochure.cli.options import json_option, project_option
from brochure.cli.output import complain, print_json

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def catalog() -> None:
    """Work with the translators' catalogs."""


@catalog.command("extract")
@click.option("--check", "only_look", is_flag=True, help="Write nothing; fail if a file is not up to date.")
@project_option
def catalog_extract(root: Path, only_look: bool) -> None:
    """Write the templates (.pot) that catalogs are made from, and the numbers of new messages."""
    from brochure.catalog import extract
    from brochure.project import discover

    project = discover(root)
    if only_look:
        extract.check(project)
    names = [] if only_look else extract.write(project)
    for name in names:
        click.echo(f"locales/{name}")
    if not names:
        click.echo("the templates in locales are up to date")


@catalog.command("status")
@click.argument("careers", nargs=-1)
@click.option("--lang", "tags", multiple=True, help="Only this language; may be repeated.")
@click.option("--badge", type=click.Path(path_type=Path, dir_okay=False), help="Also write a small picture (SVG) that says it.")
@project_option
@json_option
def catalog_status(careers: tuple[str, ...], tags: tuple[str, ...], badge: Path | None, root: Path, as_json: bool) -> None:
    """Say how far the translations are, whether they fit, and what can be printed."""
    from brochure import files
    from brochure.catalog import status
    from brochure.project import discover

    project = discover(root)
    found = status.status(project, careers, tags)
    if badge:
        files.write(badge, status.badge(found, project.source.tag).encode())
    if as_json:
        print_json([one.as_json() for one in found])
        return
    for one in found:
        click.echo(one.sentence())


@catalog.command("signoff")
@click.argument("careers", nargs=-1)
@click.option("--lang", "tags", multiple=True, help="Only this language; may be repeated.")
@click.option("--layout", "layouts", multiple=True, help="Only this layout; may be repeated.")
@click.option("--out", type=FOLDER, help="Where the PDFs go (default: dist/ in the project).")
@project_option
def catalog_signoff(careers: tuple[str, ...], tags: tuple[str, ...], layouts: tuple[str, ...], out: Path | None,
                    root: Path) -> None:
    """Make the sheets on which people approve a translation of CAREERS (default: of every career)."""
    from brochure import files
    from brochure.project import discover
    from brochure.review import signoff

    project = discover(root)
    for career, layout, tag in signoff.jobs(project, careers, layouts, tags):
        name = signoff.file(career, layout, tag)
        files.write((out or project.root / "dist") / name, signoff.build(project, career, layout, tag))
        click.echo(name)


@catalog.command("sign")
@click.argument("messages", nargs=-1)
@click.option("--lang", "tag", required=True, help="The language that was read.")
@click.option("--by", required=True, help="Who read the translation and approves it.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day of the signature (default: today).")
@click.option("--all", "everything", is_flag=True, help="All messages of the sheet.")
@click.option("--except", "but", multiple=True, help="Not this message; its number or key; may be repeated.")
@click.option("--sheet", "code", default="", help="The code of the signed sheet: nothing is recorded if the words have changed.")
@click.option("--career", help="The career (default: the only one).")
@project_option
def catalog_sign(messages: tuple[str, ...], tag: str, by: str, day: datetime.datetime | None, everything: bool,
                 but: tuple[str, ...], code: str, career: str | None, root: Path) -> None:
    """Record that somebody approves MESSAGES, by number or key, in locales/<lang>/signoff.csv."""
    from brochure.project import discover
    from brochure.review import signature

    if everything == bool(messages):
        raise click.UsageError("say which messages are approved: name their numbers or keys, or give --all")
    project = discover(root)
    done = signature.sign(project, tag, signature.career(project, career), None if everything else messages, by,
                          day.date() if day else datetime.date.today(), but=but, code=code)
    complain(done.left)
    click.echo(f"{len(done.keys)} messages signed by {by}"
               + (f"; {len(done.left)} are not ready to be signed" if done.left else ""))


@catalog.command("diff")
@click.argument("old")
@click.argument("new", required=False)
@click.option("--career", "careers", multiple=True, help="Only this career; may be repeated.")
@click.option("--lang", "tags", multiple=True, help="Only this language; may be repeated.")
@click.option("--layout", "layouts", multiple=True, help="Only this layout; may be repeated.")
@click.option("--out", type=FOLDER, help="Where the reports go (default: dist/ in the project).")
@project_option
def catalog_diff(old: str, new: str | None, careers: tuple[str, ...], tags: tuple[str, ...], layouts: tuple[str, ...],
                 out: Path | None, root: Path) -> None:
    """Report what changed on the page from OLD to NEW (default: to the project as it is).

    Each is a PO file or a git revision. A report is a PDF and a web page for each brochure that changed.
    """
    from brochure import files
    from brochure.project import discover
    from brochure.review import difference, versions

    project, changed = discover(root), False
    with versions.version(project, old) as before, versions.version(project, new) as after:
        for career, layout, tag in difference.jobs(before, after, careers, layouts, tags):
            report = difference.compare(before, after, career, layout, tag)
            if report.document is None:
                continue
            changed = True
            for kind, data in (("pdf", report.document.pdf()), ("html", report.document.alone())):
                name = difference.file(career, layout, tag, kind)
                files.write((out or project.root / "dist") / name, data)
                click.echo(f"{name:46} {report.sentence}")
    if not changed:
        click.echo(f"nothing has changed on any page between {old} and {new or 'the project as it is'}")
