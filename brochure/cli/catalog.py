"""The commands for translators' catalogs."""

from pathlib import Path

import click

from brochure.cli.options import project_option


@click.group()
def catalog() -> None:
    """Work with the translators' catalogs."""


@catalog.command("extract")
@project_option
def catalog_extract(root: Path) -> None:
    """Write the templates (.pot) that catalogs are made from."""
    from brochure import files
    from brochure.catalog import extract
    from brochure.project import discover

    project = discover(root)
    for name, data in extract.templates(project.root, project.careers).items():
        files.write(project.root / "locales" / name, data)
        click.echo(f"locales/{name}")
