"""Versions: a project as it was in a git revision, or as it would be with another catalog in place."""

import contextlib
import io
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from brochure.catalog.damage import decode
from brochure.errors import BrochureError, CatalogError, Problem, SetupError, UsageError
from brochure.project import Project, discover

FOLDERS = ("templates", "locales", "assets")
LANGUAGE = re.compile(r'^"Language:[ \t]*([A-Za-z_-]+)', re.M)
CONTEXT = re.compile(r'^msgctxt "(\w+)\.', re.M)
SHARED = "brochure"


@dataclass(frozen=True)
class Version:
    """A project and what to call it. ``language`` and ``catalog`` are set where one file makes the difference."""

    name: str
    project: Project
    language: str = ""
    catalog: str = ""

    @property
    def label(self) -> str:
        """The name as a report may show it: no folder of this machine."""
        return Path(self.name).name if self.catalog else self.name


@contextlib.contextmanager
def version(project: Project, name: str | None) -> Iterator[Version]:
    """The version that ``name`` stands for: a PO file, a revision, or None for the project as it is.

    It lives in a temporary folder. Raises UsageError for a name that is neither, and the error of whatever is wrong in
    the version, with its name before the place.
    """
    if name is None:
        yield Version("", project)
        return
    file = Path(name)
    with tempfile.TemporaryDirectory(prefix="brochure-version-") as made:
        root = Path(made).resolve()
        if file.is_file():
            version = _with_file(project, file, root)
        elif file.suffix == ".po" or file.exists():
            raise UsageError([Problem(name, "there is no such PO file", "name a file that ends in .po, or a git revision")])
        else:
            _unpack(project.root, name, root)
            version = Version(name, _discovered(root, name))
        yield version


def said_by(name: str, error: BrochureError, file: str = "") -> BrochureError:
    """The error with the version's name before each place; ``file`` is the path that stands for the named file."""
    if not name:
        return error
    def place(where: str) -> str:
        return name + where.removeprefix(file) if file and where.startswith(file) else f"{name}: {where}"

    return type(error)([Problem(place(one.where), one.what, one.hint, one.severity) for one in error.problems])


def _discovered(root: Path, name: str) -> Project:
    try:
        return discover(root)
    except UsageError as error:
        raise UsageError([Problem(name, "no project is in that revision", str(error.problems[0].what))]) from error
    except BrochureError as error:
        raise said_by(name, error) from error


def _with_file(project: Project, file: Path, root: Path) -> Version:
    data = file.read_bytes()
    text = decode(data, str(file))
    spoken, contexts = LANGUAGE.search(text), CONTEXT.findall(text)
    tag = spoken[1].replace("_", "-") if spoken else ""
    if tag not in [language.tag for language in project.languages]:  # a folder's name may say more than a damaged header
        tag = file.resolve().parent.parent.name if file.resolve().parent.name == "LC_MESSAGES" else tag
    if tag not in [language.tag for language in project.languages if not language.source]:
        raise CatalogError([Problem(str(file), f"its header does not name a language of this project: {tag or 'none'}",
                                    'write "Language: …\\n" with one of: '
                                    + ", ".join(one.tag for one in project.languages if not one.source))])
    careers = [career for career in project.careers if career in contexts]
    catalog = careers[0] if careers else SHARED
    for folder in FOLDERS:
        shutil.copytree(project.root / folder, root / folder)
    place = root / "locales" / tag / "LC_MESSAGES" / f"{catalog}.po"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(data)
    return Version(str(file), discover(root), tag, f"locales/{tag}/LC_MESSAGES/{catalog}.po")


def _unpack(project: Path, revision: str, root: Path) -> None:
    """Put the project's folders as they were into ``root``."""
    known = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if known.returncode:
        raise UsageError([Problem(revision, "is neither a file nor a version that git knows of this project",
                                  "name a PO file, or a commit, a branch, or a day: 'main@{2 weeks ago}'")])
    commit = known.stdout.decode().strip()
    there = _git(project, "ls-tree", "--name-only", commit, *FOLDERS).stdout.decode().split()
    if missing := [folder for folder in FOLDERS if folder not in there]:
        raise UsageError([Problem(revision, "no project is in that revision", f"it has no folder {' and no '.join(missing)}")])
    packed = _git(project, "archive", "--format=tar", commit, *FOLDERS)
    if packed.returncode:
        raise UsageError([Problem(revision, "git could not unpack this version", packed.stderr.decode(errors="replace").strip())])
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(root, filter="data")


def _git(project: Path, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(["git", *arguments], cwd=project, capture_output=True, check=False,
                              env={**os.environ, "LC_ALL": "C"})
    except OSError as error:
        raise SetupError([Problem("git", "is not installed", "install git, or compare files instead of revisions")]) from error
