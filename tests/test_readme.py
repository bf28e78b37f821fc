"""The README: what it tells people to type works, and what can be typed stands in it."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from factories import ROOT, Folder, sample
from previews import Preview
from printed import PROJECT
from printers import install

from brochure import PIPELINE, cli, errors
from brochure.project import discover

README = (ROOT / "README.md").read_text("utf-8")
LINES = [line.strip() for line in README.splitlines() if line.startswith("    ")]
COMMANDS = [re.split(r"\s{2,}", line)[0] for line in LINES if line.startswith(("brochure ", "make "))]
BROCHURE = [line for line in COMMANDS if line.startswith("brochure ")]
MAKE = [line for line in COMMANDS if line.startswith("make ")]
FILLED = {"DIR": "made", "TAG": "lo", "NAME": "welder", "FILE": "locales/km/LC_MESSAGES/bmet.po", "TABLE": "bmet.csv",
          "PDF": "dist/bmet/trifold-a4.office.en.pdf"}
QUICK = ("--layout", "trifold-a4", "--edition", "office", "--lang", "en")  # the layouts are built elsewhere


def test_the_blocks_are_found() -> None:
    assert len(BROCHURE) > 8
    assert MAKE == ["make brochures", "make test"]


@pytest.mark.parametrize("line", BROCHURE)
def test_what_the_readme_says_works(line: str, tmp_path: Path) -> None:
    project = sample(tmp_path / "project", fonts=True)
    for layout in (project / "templates/layouts").iterdir():
        if layout.name != QUICK[1]:
            shutil.rmtree(layout)
    if "TABLE" in line:
        project.run("catalog", "export", "bmet", "--lang", "km", "--format", "csv", "--out", FILLED["TABLE"])
    if "PDF" in line:
        project.run("build", "bmet", *QUICK)
    words = [FILLED.get(word, word) for word in shlex.split(line)[1:]]
    if words[0] in ("build", "check"):
        words += QUICK if "--lang" not in words else QUICK[:2]
    printer = install(tmp_path / "printer")
    if words[0] == "serve":  # until somebody ends it
        with Preview(project, *words[1:]) as preview:
            assert preview.get("/").status == 200
        assert preview.code == 0
        return
    done = project.run(*words, PATH=f"{printer}{os.pathsep}{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", [*MAKE, "make traces"])  # a failing trace names it
def test_what_the_readme_makes_is_in_the_makefile(line: str) -> None:
    done = subprocess.run(["make", "-n", *shlex.split(line)[1:]], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert {"make brochures": "brochure build", "make test": "pytest", "make traces": "--rewrite-traces"}[line] in done.stdout


def commands(group: click.Group, path: str = "") -> dict[str, click.Command]:
    """Every command below a group, by its words."""
    found = dict[str, click.Command]()
    for name, command in group.commands.items():
        words = f"{path}{name}"
        found |= commands(command, f"{words} ") if isinstance(command, click.Group) else {words: command}
    return found


@pytest.mark.parametrize("words", commands(cli.cli))
def test_every_command_has_a_line_and_help(words: str) -> None:
    assert any(line.startswith(f"brochure {words}") for line in BROCHURE)
    command = commands(cli.cli)[words]
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_every_exit_code_is_explained() -> None:
    told = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", README, re.M) for code in row.split(", ")}
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.BrochureError)]
    assert told == {0, 129, 130, 143, *(one.exit_code for one in classes)}


def test_the_files_it_names_are_there() -> None:
    linked = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]
    assert len(linked) >= 3
    assert [target for target in linked if not (ROOT / target).exists()] == []


def test_the_brochures_it_names_are_those_that_are_built() -> None:
    named = {name: set(re.findall(r"`(\w+)`", editions))
             for name, editions in re.findall(r"^\| `([\w-]+)` \|.*\| ([^|]+) \|$", README, re.M) if "-" in name}
    assert named == {layout.name: set(layout.editions) for layout in PROJECT.layouts}
    explained = set(re.findall(r"^\| `(\w+)` \|", README, re.M))
    assert explained == {edition for layout in PROJECT.layouts for edition in layout.editions}


def test_the_pipeline_is_the_programs() -> None:
    assert " → ".join(PIPELINE) in README
    assert re.findall(r"^\| (\w+) \| ", README, re.M)[-len(PIPELINE):] == list(PIPELINE)


def test_a_copy_of_the_project_is_the_project(tmp_path: Path) -> None:
    """What the commands above ran in."""
    copied: Folder = sample(tmp_path / "project")
    assert discover(copied.path).careers == discover(ROOT).careers
