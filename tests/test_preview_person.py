"""Who translates: as the command was told, else as git knows them, else nobody."""

import subprocess
from pathlib import Path

import pytest
from factories import Folder

from brochure.errors import UsageError
from brochure.preview.person import Person, person


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that git knows, and nobody's settings beside its own."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def configured(folder: Path, **values: str) -> Path:
    for name, value in values.items():
        subprocess.run(["git", "config", f"user.{name}", value], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize(("given", "expected"), [
    ("Sok Dara <sok@example.test>", Person("Sok Dara", "sok@example.test")),
    ("Sok Dara", Person("Sok Dara")),
    ("សុខ ដារ៉ា <a@b>", Person("សុខ ដារ៉ា", "a@b")),
    ('O\'Neil "x" \\', Person('O\'Neil "x" \\')),
])
def test_a_name_is_taken_as_it_was_given(git: Path, given: str, expected: Person) -> None:
    assert person(given, configured(git, name="Git", email="git@b.test")) == expected
    assert str(expected) == given


@pytest.mark.parametrize("given", ["", " ", " Sok", "<a@b>", "Sok <a b>", "Sok <a@b", "Sok a@b>", "Sok <a@b> x",
                                   "Sok <>", "Sok\nDara", "Sok\r", "So\x1bk", "Sok\u2028", "Sok\x85", "Sok\udcff",
                                   "Sok <a\x1b@b>", "Sok <\udcff@b>",
                                   "=SUM(A1)", "Sok\n<a@b>"])
def test_what_is_no_name_is_refused(git: Path, given: str) -> None:
    with pytest.raises(UsageError) as caught:
        person(given, git)
    assert [problem.where for problem in caught.value.problems] == ["--name"] and caught.value.problems[0].hint


def test_git_is_asked_where_nobody_was_named(git: Path) -> None:
    assert person(None, git) == Person()
    assert person(None, configured(git, email="sok@example.test")) == Person()
    assert person(None, configured(git, name="Sok")) == Person("Sok", "sok@example.test")
    configured(git, name="So\x1bk")
    with pytest.raises(UsageError, match=r"git config user\.name"):
        person(None, git)
    configured(git, name="Sok", email="a<b")
    with pytest.raises(UsageError, match="has a character in it that no address has"):
        person(None, git)


def test_without_git_nobody_is_known(git: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(git, name="Sok")
    monkeypatch.setenv("PATH", "")
    assert person(None, git) == Person()


def test_the_command_refuses_it_before_it_begins(project: Folder) -> None:
    done = project.run("serve", "--edit", "--no-open", "--name", "Sok\nDara")
    assert done.returncode == UsageError.exit_code and "has a control character" in done.stderr and not done.stdout
    looking = project.run("serve", "--no-open", "--name", "Sok")
    assert looking.returncode == UsageError.exit_code and "give --edit too" in looking.stderr
