"""The commands that begin something: init, and new career, language or layout."""

from pathlib import Path

import click

from brochure.cli.options import project_option
from brochure.cli.output import made
from brochure.errors import Problem


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Make a new project FOLDER with the sample career in it."""
    from brochure import scaffold

    written = scaffold.init(folder)
    click.echo(f"{len(written)} files written to {folder}. Next: brochure build --project {folder}")


@click.group()
def new() -> None:
    """Begin a new career, language or layout."""


@new.command("career")
@click.argument("name")
@project_option
def new_career(name: str, root: Path) -> None:
    """Write the content file of the career NAME and its empty catalogs."""
    from brochure import scaffold
    from brochure.project import discover

    made(scaffold.career(discover(root), name), "fill in the texts, then: brochure catalog update, and translate the catalogs")


@new.command("language")
@click.argument("tag")
@project_option
def new_language(tag: str, root: Path) -> None:
    """Write the folder of the language TAG (such as lo, vi or fr) with its empty catalogs."""
    from brochure import scaffold
    from brochure.project import discover

    project = discover(root)
    written = scaffold.language(project, tag)
    fonts = scaffold.lettered(project, tag)
    made(written, "the glossary and the catalogs wait for their translations; "
         + (f"the letters are in the font {' and in '.join(fonts)}" if fonts else
            "no font in assets/fonts has the letters: put one there, and name it in language.css"))


@new.command("layout")
@click.argument("name")
@click.option("--like", help="The layout to begin with (default: the first).")
@project_option
def new_layout(name: str, like: str | None, root: Path) -> None:
    """Write the three files of the layout NAME, as a copy of another."""
    from brochure import scaffold
    from brochure.errors import UsageError
    from brochure.project import discover

    project = discover(root)
    names = [layout.name for layout in project.layouts]
    like = like or next(iter(names), "")
    if like not in names:
        raise UsageError([Problem("layout", f"there is no layout {like!r}", f"there are: {', '.join(names)}")])
    made(scaffold.layout(project, name, like), "change the sizes in layout.css and the rows in layout.toml")
