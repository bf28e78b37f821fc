"""The command for looking and typing: serve."""

import threading
import webbrowser
from pathlib import Path

import click

from brochure.cli.options import project_option
from brochure.errors import Problem, SetupError


@click.command()
@click.option("--edit", "editing", is_flag=True, help="Let translations be changed on the page.")
@click.option("--name", metavar="NAME", help="Who translates, as “Sok Dara <sok@example.org>” (default: as git knows you).")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port (default: one that is free).")
@click.option("--no-open", is_flag=True, help="Print the link, and open no browser.")
@project_option
def serve(editing: bool, name: str | None, port: int, no_open: bool, root: Path) -> None:
    """Show every brochure in a browser as it will print, at once after each change of a file.

    The page is on this computer alone, and only the link that is printed opens it. With --edit a translator clicks a line on
    the page, types, sees the page with what was typed, and saves; catalogs are told the name, and translations are approved in
    it. It ends with Ctrl-C.
    """
    if name is not None and not editing:
        raise click.UsageError("--name is of one who edits: give --edit too")
    try:
        from brochure.preview import server
        from brochure.preview.person import Person, person
    except ModuleNotFoundError as error:
        raise SetupError([Problem("brochure serve", f"the package {error.name} is not installed",
                                  'make setup, or: pip install "brochure[preview]"')]) from error

    def ready(link: str) -> None:
        click.echo(link)
        click.echo("Ctrl-C ends it.")
        if not no_open:
            threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()  # one in the terminal would wait for us

    root = root.resolve()
    server.serve(root, port, editing=editing, person=person(name, root) if editing else Person(), ready=ready)
