"""Origin: which job of the project a file was made from, by the last two parts of its path."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brochure.project import Job, Project


def origin(path: Path, root: Path) -> "tuple[Job, Project] | None":
    """The job that writes such a file, None if it is no file of the project in ``root``.

    Raises what ``discover`` raises, of a project that has such a career but is broken.
    """
    from brochure import project

    absolute = path.resolve()
    if not (root / f"templates/content/{absolute.parent.name}.toml").is_file():
        return None
    found = project.discover(root)
    name = f"{absolute.parent.name}/{absolute.name}"
    job = next((job for job in project.every(found) if job.file == name), None)
    return None if job is None else (job, found)
