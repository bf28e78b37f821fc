"""The small project of the tests, with all that review documents need: templates, colours, families and weights."""

import shutil

from factories import FONT, ROOT, Folder

CSS = ':root { --text-family: "Kantumruy Pro" }\n'


def equip(project: Folder) -> Folder:
    """Add it in place."""
    shutil.copytree(ROOT / "templates/review", project / "templates/review")
    shutil.copytree((ROOT / FONT).parent, (project / FONT).parent, dirs_exist_ok=True)
    shutil.copy(ROOT / "templates/macros/tokens.css", project / "templates/macros/tokens.css")
    return project.write("locales/en/language.css", CSS).write("locales/km/language.css", CSS)
