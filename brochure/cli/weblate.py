"""The command for Weblate: catalog screenshots."""

import os
from pathlib import Path

import click

from brochure.cli.options import project_option
from brochure.errors import Problem, UsageError


@click.command()
@click.argument("career")
@click.option("--lang", "tag", required=True, help="The language; pictures of the source language are shown in all.")
@click.option("--layout", "layouts", multiple=True, help="Only this layout; may be repeated.")
@click.option("--url", default="", help="The address of the Weblate (default: what .weblate names).")
@click.option("--component", default="", metavar="PROJECT/COMPONENT",
              help="Where the messages are (default: the project that .weblate names, and the career).")
@click.option("--token-from", "variable", default="WEBLATE_TOKEN", show_default=True, metavar="NAME",
              help="The environment variable that holds the token.")
@click.option("--send", is_flag=True, help="Upload; without it the command only says what it would do.")
@project_option
def screenshots(career: str, tag: str, layouts: tuple[str, ...], url: str, component: str, variable: str, send: bool,
                root: Path) -> None:
    """Show translators on Weblate the panels their words stand on: upload pictures as screenshots."""
    from brochure.project import discover, jobs
    from brochure.review import weblate

    project = discover(root)
    named = tuple(dict.fromkeys(job.layout for job in jobs(project, [career], [tag], layouts)))
    there, owner = weblate.settings(project.root)
    url, component = url or there, component or (f"{owner}/{career}" if owner else "")
    token = os.environ.get(variable, "").strip()
    if send and not token:
        raise UsageError([Problem(variable, "is not set: it is the environment variable with the token",
                                  "make a token in your profile on Weblate, and do not write it into a file of the project")])
    if token and not (url and component):
        raise UsageError([Problem("url" if component else "component", "is not named",
                                  "name it, or write url and translation into .weblate")])
    done = 0
    for layout in named:
        for shot in weblate.upload(project, career, layout, tag, url, component, token, send=send):
            click.echo(f"{shot.name}: {shot.summary()}")
            for key in shot.unknown:
                click.echo(f"    {key} is not on Weblate yet: has it pulled the catalogs?")
            done += 1
    if send:
        click.echo(f"{done} screenshots uploaded to {component}")
    else:
        asked = "" if token else f" (the server was not asked: {variable} is not set)"
        click.echo(f"{done} screenshots; nothing is uploaded yet: add --send to do it{asked}")
