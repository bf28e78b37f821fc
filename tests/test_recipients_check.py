"""The command: brochure schools check."""

import json
from pathlib import Path

import pytest
from factories import ROOT, Folder, brochure

from brochure import scaffold

GOOD = "id,name_en\n1,Bak Touk\n2,Indra Devi\n"
DOUBT = "id,telephone\n1,12345678\n"


@pytest.mark.parametrize(("text", "code", "summary"), [
    (GOOD, 0, "list.csv: 2 of 2 rows can be printed, no errors, no warnings"),
    (DOUBT, 0, "list.csv: 1 of 1 row can be printed, no errors, 1 warning"),
    ("id,copies,e_mail\n1,0,\n1,x,\n3,,\n", 11, "list.csv: 1 of 3 rows can be printed, 3 errors, 1 warning"),
])
def test_what_is_said_and_the_exit_code(text: str, code: int, summary: str, project: Folder) -> None:
    project.write("list.csv", text)
    done = project.run("schools", "check", "list.csv")
    assert done.returncode == code
    assert done.stdout.splitlines()[-1] == summary
    assert done.stderr.count("error: ") == int(summary.partition(", ")[2].split()[0].replace("no", "0"))


def test_strict_lets_warnings_fail(project: Folder) -> None:
    project.write("list.csv", DOUBT).write("good.csv", GOOD)
    assert project.run("schools", "check", "list.csv", "--strict").returncode == 11
    assert project.run("schools", "check", "good.csv", "--strict").returncode == 0


def test_json(project: Folder) -> None:
    project.write("list.csv", "id,tel ephone,telephone\n1,,12345678\n2,,x\n")
    done = project.run("schools", "check", "list.csv", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (11, "")
    assert {key: found[key] for key in ("file", "columns", "rows", "good")} == {
        "file": "list.csv", "columns": ["id", "tel_ephone", "telephone"], "rows": 2, "good": 1}
    assert [(one["severity"], one["where"]) for one in found["problems"]] == [
        ("warning", "list.csv: row 1, column B (tel_ephone)"), ("warning", "list.csv: row 2, column C (telephone)"),
        ("error", "list.csv: row 3, column C (telephone)")]


def test_a_list_that_cannot_be_read(project: Folder) -> None:
    done = project.run("schools", "check", "none.csv")
    assert done.returncode == 11 and done.stdout == ""
    assert done.stderr == ("error: none.csv: cannot be read: No such file or directory\n"
                           "    hint: name a CSV file or an Excel workbook\n")
    assert project.write("x.csv", "a\n1\n").run("schools", "check", "x.csv", "--json").returncode == 11


def test_the_file_is_looked_for_where_one_stands_and_the_project_where_it_is(project: Folder, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("id,language\n1,km\n", "utf-8")
    done = brochure("schools", "check", "list.csv", "--project", str(project.path), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert brochure("schools", "check", "list.csv", folder=tmp_path).returncode == 2


def test_a_terminal_obeys_nothing_in_the_list(project: Folder) -> None:
    project.write("list.csv", "id,email\n\"\x1b[31m\",\"a\x1b]0;x\x07\u202eb\"\n")
    done = project.run("schools", "check", "list.csv")
    assert done.returncode == 11
    assert not set("\x1b\x07\u202e") & set(done.stdout + done.stderr)


def test_a_new_project_has_the_sample(tmp_path: Path) -> None:
    assert {"assets/samples/schools.csv", "assets/samples/README.md"} <= set(scaffold.init(tmp_path / "mine"))
    done = brochure("schools", "check", "assets/samples/schools.csv", folder=tmp_path / "mine")
    assert done.returncode == 0 and done.stdout == "schools.csv: 40 of 40 rows can be printed, no errors, no warnings\n"


def test_the_samples_readme_names_every_column() -> None:
    from brochure.recipients import columns
    text = (ROOT / "assets/samples/README.md").read_text("utf-8")
    first = (ROOT / "assets/samples/schools.csv").read_text("utf-8-sig").splitlines()[0].split(",")
    assert {*columns.KINDS} <= {*first}
    assert [name for name in first if f"`{name}`" not in text] == []
