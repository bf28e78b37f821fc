"""The command line: help everywhere, JSON for machines, exit codes, and never a traceback."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
import pytest
from factories import KHMER, ROOT, Folder, brochure, po

from brochure import cli

# WeasyPrint 70 leaves its own sRGB profile open.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")


class Said:
    """What a command said on its two streams, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Call = Callable[..., Said]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], project: Folder) -> Call:
    """Run the command line in this process, in the project's folder."""
    monkeypatch.chdir(project.path)

    def run(*arguments: str) -> Said:
        monkeypatch.setattr("sys.argv", ["brochure", *arguments])
        code = 0
        try:
            cli.run()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Said(code, said.out, said.err)

    return run


def commands(group: click.Group, before: Sequence[str] = ()) -> Iterator[tuple[list[str], click.Command]]:
    for name, command in group.commands.items():
        yield [*before, name], command
        if isinstance(command, click.Group):
            yield from commands(command, [*before, name])


COMMANDS = list(commands(cli.cli))


def test_the_commands_are_there() -> None:
    names = {" ".join(path) for path, _ in COMMANDS}
    assert {"build", "check", "list", "doctor", "init", "new career", "new language", "new layout", "catalog extract"} <= names


@pytest.mark.parametrize("path", [path for path, _ in COMMANDS], ids=" ".join)
def test_every_command_has_help(path: list[str], call: Call) -> None:
    said = call(*path, "--help")
    assert said.code == 0 and said.err == ""
    sentence = said.out.split("\n\n")[1].strip()
    assert sentence[0].isupper() and sentence.endswith("."), "one sentence that says what it does"
    assert call(*path, "-h").out == said.out


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_every_option_has_help(path: list[str], command: click.Command) -> None:
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help and option.name not in ("help", "version")] == []


@pytest.mark.parametrize("path", [path for path, command in COMMANDS if not isinstance(command, click.Group)], ids=" ".join)
def test_every_command_has_a_line_in_the_readme(path: list[str]) -> None:
    assert f"brochure {' '.join(path)}" in (ROOT / "README.md").read_text("utf-8")


def test_the_project_is_named_after_the_command(call: Call, project: Folder, monkeypatch: pytest.MonkeyPatch,
                                                tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("list").code == 2
    assert call("list", "--project", str(project.path)).code == 0
    assert call("--project", str(project.path), "list").code == 2


def test_list(call: Call) -> None:
    said = call("list")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[1] == "nurse/card.paper.km.pdf                          ភាសាខ្មែរ"
    assert json.loads(call("list", "--json").out)[1] == {
        "career": "nurse", "layout": "card", "edition": "paper", "language": "km", "file": "nurse/card.paper.km.pdf"}


def test_build_and_its_json(call: Call, project: Folder) -> None:
    arguments = ("build", "nurse", "--edition", "phone", "--jobs", "1")
    said = call(*arguments)
    assert said.code == 0 and said.err == ""
    assert re.fullmatch(r"\[1/2\] nurse/card\.phone\.en\.pdf +\d+ kB +\d+\.\d\d s\n"
                        r"\[2/2\] nurse/card\.phone\.km\.pdf +\d+ kB .*\n"
                        rf"2 built in {re.escape(str(project / 'dist'))}\n", said.out)
    found = json.loads(call(*arguments, "--json").out)
    assert [(file["file"], file["state"]) for file in found["files"]] == [
        ("nurse/card.phone.en.pdf", "unchanged"), ("nurse/card.phone.km.pdf", "unchanged")]
    assert found["problems"] == []


def test_a_failure_in_json(call: Call, project: Folder) -> None:
    project.write("locales/km/LC_MESSAGES/nurse.po", po({**KHMER, "nurse.hook": ("Care for people.", "")}))
    said = call("check", "--edition", "phone", "--jobs", "1", "--json")
    assert said.code == 5
    found = json.loads(said.out)
    assert [file["state"] for file in found["files"]] == ["built", "failed"]
    (problem,) = found["problems"]
    assert problem["severity"] == "error" and problem["what"] == "nurse.hook is not translated"
    assert set(problem) == {"where", "what", "hint", "severity"}


def test_check_writes_nothing(call: Call, project: Folder) -> None:
    said = call("check", "--lang", "en", "--edition", "phone", "--jobs", "1")
    assert said.code == 0
    assert said.out.endswith("1 built checked\n")
    assert not (project / "dist").exists()


def test_errors_go_to_stderr_and_warnings_to_stdout(call: Call, project: Folder) -> None:
    project.edit("templates/content/nurse.toml", "as_of = 2025-03-31", "as_of = 2025-03-31\n  review_by = 2020-01-01")
    project.delete("locales/km/LC_MESSAGES/nurse.po")
    said = call("build", "--edition", "phone", "--jobs", "1")
    assert said.code == 5
    assert said.err == ("error: locales/km/LC_MESSAGES/nurse.po: is missing\n"
                        "    hint: copy locales/nurse.pot there and translate it\n")
    assert "warning: templates/content/nurse.toml: section what.fact pay.text: was to be reviewed by 2020-01-01" in said.out


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["build", "nothing"], 2, "error: career: there is no career 'nothing'\n    hint: there are: nurse\n"),
    (["build", "--lang", "xx"], 2,
     "error: language: there is no language 'xx'\n    hint: there are: en, km, en-XA, ar-XB, km-XT\n"),
    (["check", "--layout", "xx"], 2, "error: layout: there is no layout 'xx'\n    hint: there are: card\n"),
    (["check", "--edition", "xx"], 2, "error: edition: there is no edition 'xx'\n    hint: there are: paper, phone\n"),
    (["new", "layout", "x", "--like", "y"], 2, "error: layout: there is no layout 'y'\n    hint: there are: card\n"),
    (["bild"], 2, "No such command 'bild'"),
    (["build", "--nothing"], 2, "No such option"),
    (["build", "--jobs", "0"], 2, "0 is not in the range x>=1"),
    (["list", "--project", "nowhere"], 2, "is not a project folder: it has no templates, no locales, no assets folder"),
    (["init"], 2, "Missing argument 'FOLDER'"),
])
def test_usage(arguments: list[str], code: int, said: str, call: Call) -> None:
    found = call(*arguments)
    assert found.code == code and found.out == ""
    assert said in found.err


def test_verbose_names_every_step(project: Folder) -> None:
    done = brochure("build", "-v", "--lang", "km", "--edition", "paper", folder=project.path)
    assert done.returncode == 0
    steps = re.findall(r"^(\d+) (\w+): nurse card paper km$", done.stderr, re.M)
    assert [name for _, name in steps] == list(__import__("brochure").PIPELINE)
    assert [int(number) for number, _ in steps] == list(range(1, 11))


def test_version(call: Call) -> None:
    assert re.fullmatch(r"brochure, version \d+\.\d+\.\d+\n", call("--version").out)


def test_output_is_utf_8_whatever_the_console(project: Folder) -> None:
    done = brochure("list", folder=project.path, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 0 and "ភាសាខ្មែរ" in done.stdout
