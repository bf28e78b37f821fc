"""Faces: the project's own fonts for the preview's page, so that it needs no network and lacks no language's letters."""

from pathlib import Path

from brochure.project import Project
from brochure.review import faces
from brochure.review.document import family

FOLDER = "assets/fonts"


def sheet(project: Project) -> str:
    """The style sheet of the fonts; ``--face`` is the families of running text, the source language's first."""
    rules = [faces.linked(path, f"/fonts/{number}.ttf") for number, path in enumerate(_files(project.root))]
    languages = sorted(project.languages, key=lambda language: not language.source)
    families = dict.fromkeys(found for language in languages if (found := family(project.root, language.style)))
    return "".join(rules) + (f":root {{ --face: {', '.join(families)} }}\n" if families else "")


def file(root: Path, number: int) -> Path | None:
    """The font with a number of the sheet, None where there is none."""
    paths = _files(root)
    return paths[number] if 0 <= number < len(paths) else None


def _files(root: Path) -> list[Path]:
    return sorted((root / FOLDER).rglob("*.ttf"))
