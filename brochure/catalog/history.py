"""History: what a file of the project said in an older version, from git."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from brochure.errors import Problem, SetupError, UsageError

LATEST = 50  # versions in which the one that a sender began with is looked for


def at(project: Path, revision: str, file: str) -> bytes | None:
    """The file's bytes in a revision, None if it was not there; raise UsageError for a revision nobody knows."""
    if _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").returncode:
        raise UsageError([Problem("revision", f"git knows no version {revision!r} of this project",
                                  "name a commit, a branch, or a day: 'main@{2 weeks ago}'")])
    shown = _git(project, "show", "--end-of-options", f"{revision}:./{file}")
    return shown.stdout if shown.returncode == 0 else None


def versions(project: Path, file: str) -> Iterator[tuple[str, bytes]]:
    """The latest versions of a file, newest first, each with its day (ISO); none without git."""
    with contextlib.suppress(SetupError):
        listed = _git(project, "log", f"-{LATEST}", "--format=%H %cs", "--", f"./{file}").stdout.decode()
        for line in listed.splitlines():
            commit, _, day = line.partition(" ")
            shown = _git(project, "show", f"{commit}:./{file}")
            if shown.returncode == 0:
                yield day, shown.stdout


def person(project: Path) -> tuple[str, str]:
    """The name and the e-mail address that git writes into versions made in this folder; empty where it knows none."""
    with contextlib.suppress(SetupError):
        name, address = (_git(project, "config", "--get", key).stdout.decode(errors="replace").strip()
                         for key in ("user.name", "user.email"))
        return name, address
    return "", ""


def _git(project: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], cwd=project, capture_output=True, check=False,
                              env={**os.environ, "LC_ALL": "C"})
    except OSError as error:
        raise SetupError([Problem("git", "is not installed", "install git, or leave the older version out")]) from error
