"""Build: the files of a list on the command line; a bad row never stops the others, and nothing is done twice."""

import contextlib
import csv
import errno
import io
import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf
import pytest
from factories import Folder, command, surroundings
from yardstick import texts

from brochure import files, manifest, run
from brochure.errors import OutputError, Problem
from brochure.project import discover
from brochure.recipients import build, report, roll

STAMP = '{{ say(hook) }}{{ slot("school.name", fallback=name) }}{{ slot("school.contact", lines=1) }}'
LIST = """\
id,name_en,name_km,contact,layout
1,River School,សាលា,Dara,
2,Hill School,សាលា,,
3,Lake School,,Sok,
"""
ARGUMENTS = ("schools", "build", "list.csv", "--out", "out", "--layout", "card", "--edition", "phone",
             "--lang", "en", "--jobs", "1")
CHOICE = build.Choice(("nurse",), ("card",), ("phone",), ("en",))


@pytest.fixture
def school(project: Folder) -> Folder:
    """A small project whose layout has a place for a school, and a list of three."""
    project.edit("templates/layouts/card/layout.html", "{{ say(hook) }}", STAMP)
    project.edit("templates/layouts/card/layout.css", "size: 100mm 70mm", "size: 100mm 90mm")
    return project.write("list.csv", LIST)


def made(folder: Folder) -> dict[str, str]:
    """The text of every file, by its name."""
    return {path.name.split(".")[0]: "".join(texts(path.read_bytes())) for path in sorted((folder / "out/nurse").glob("*.pdf"))}


def rows(folder: Folder) -> list[list[str]]:
    return list(csv.reader(io.StringIO((folder / "out/report.csv").read_text("utf-8-sig"))))


def states(folder: Folder) -> dict[str, str]:
    return {row[0]: row[3] for row in rows(folder)[1:]}


# ---- what is made


def test_every_school_gets_its_file_and_a_line_of_the_report(school: Folder) -> None:
    done = school.run(*ARGUMENTS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "3 built in out; report.csv has every row\n"
    found = made(school)
    assert list(found) == ["1", "2", "3"]
    assert "River School" in found["1"] and "Dara" in found["1"]
    assert "Lake School" in found["3"] and "River" not in found["3"]
    assert rows(school) == [list(report.HEAD),
                            *([f"{n + 1}", f"{n}", f"nurse/{n}.card.phone.en.pdf", "built", ""] for n in (1, 2, 3))]
    assert not [path for path in (school / "out").rglob("*") if path.suffix == ".part"]


def test_a_row_chooses_its_layout_edition_and_languages(school: Folder) -> None:
    school.write("list.csv", "id,name_en,language,edition\n1,A,en;km,\n2,B,,paper\n")
    done = school.run("schools", "build", "list.csv", "--out", "out", "--layout", "card", "--edition", "phone", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (school / "out/nurse").iterdir()) == [
        "1.card.phone.en.pdf", "1.card.phone.km.pdf", "2.card.paper.en.pdf", "2.card.paper.km.pdf"]


def test_without_a_layout_the_row_says_so(school: Folder) -> None:
    done = school.run("schools", "build", "list.csv", "--out", "out", "--edition", "phone", "--jobs", "1")
    assert done.returncode == 11
    assert ("error: list.csv: row 2, column E (layout): no layout is named\n"
            "    hint: write one into the column layout, or name one for all rows: --layout") in done.stderr


def test_a_layout_that_lacks_the_edition_is_left_out_and_said_if_there_is_no_other(school: Folder) -> None:
    for name in ("layout.html", "layout.css", "layout.toml"):
        school.write(f"templates/layouts/note/{name}", (school / f"templates/layouts/card/{name}").read_text("utf-8"))
    school.edit("templates/layouts/note/layout.toml", 'editions = ["paper", "phone"]', 'editions = ["paper"]')
    school.write("list.csv", "id,name_en,layout\n1,A,\n2,B,note\n")
    done = school.run(*ARGUMENTS, "--layout", "note")
    assert done.returncode == 11
    assert list(made(school)) == ["1"]
    assert "error: list.csv: row 3: the layout note has no edition phone\n    hint: it has: paper" in done.stderr


def test_names_that_are_not_there_are_refused_before_anything_is_made(school: Folder) -> None:
    done = school.run(*ARGUMENTS, "--layout", "poster")
    assert done.returncode == 2 and "there is no layout 'poster'" in done.stderr
    assert not (school / "out").exists()


def test_a_layout_without_a_slot_says_so_for_every_row(project: Folder) -> None:
    project.write("list.csv", LIST)
    done = project.run(*ARGUMENTS)
    assert done.returncode == 11
    assert "templates/layouts/card/layout.html: has no slot for what a school's row says" in done.stderr
    assert done.stdout == "3 failed in out; report.csv has every row\n"


# ---- a bad row


def test_a_bad_row_never_stops_the_others(school: Folder) -> None:
    school.write("list.csv", LIST + "4,Sea School,,\x01,\n5,漢,,,\n6,Far School" + " of the sea" * 40 + ",,,\n7,Good School,,,\n")
    done = school.run(*ARGUMENTS)
    assert done.returncode == 11
    assert set(made(school)) == {"1", "2", "3", "7"}
    assert states(school) == {"2": "built", "3": "built", "4": "built", "5": "failed", "6": "failed", "7": "failed", "8": "built"}
    assert "list.csv: row 7, column B (name_en): “Far School" in done.stderr
    assert done.stdout.startswith("4 built, 3 failed in out")


def test_when_strict_a_bad_row_stops_all(school: Folder) -> None:
    assert school.run(*ARGUMENTS, "--strict").returncode == 0
    school.append("list.csv", "4,Sea School,,\x01,\n").edit("list.csv", "Sok", "Sokha")
    done = school.run(*ARGUMENTS, "--strict")
    assert (done.returncode, done.stdout) == (11, "")
    assert "list.csv: row 5, column D (contact): has a control character" in done.stderr
    assert "Sokha" not in made(school)["3"]


def test_a_failed_row_leaves_the_file_that_was_there(school: Folder) -> None:
    assert school.run(*ARGUMENTS).returncode == 0
    before = made(school)["2"]
    school.edit("list.csv", "Hill School", "Hill" * 200)
    assert school.run(*ARGUMENTS).returncode == 11
    assert made(school)["2"] == before


def test_a_brochure_that_cannot_be_made_fails_every_row_with_its_problem(school: Folder) -> None:
    school.edit("templates/layouts/card/layout.css", "size: 100mm 90mm", "size: 100mm 40mm")
    done = school.run(*ARGUMENTS)
    assert done.returncode == 11
    assert done.stdout.startswith("3 failed")
    assert done.stderr.count("panel only: the text is") == 2  # with a contact's room, and without


def test_an_unfinished_catalog_is_not_printed(school: Folder) -> None:
    school.edit("locales/km/LC_MESSAGES/nurse.po", "ថែទាំមនុស្ស", "ថែទាំ%(x)sមនុស្ស")
    done = school.run(*ARGUMENTS[:-4], "--lang", "km", "--jobs", "1")
    assert done.returncode == 11
    assert "%(x)s" in done.stderr and not made(school)


def test_a_fault_of_the_program_is_a_problem_of_its_rows(school: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    from brochure.recipients.personal import Personal

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr(Personal, "say", fail)
    found = outcomes(school)
    assert [outcome.state for outcome in found] == ["failed"] * 3
    assert "brochure itself failed, please report this: ZeroDivisionError: by hand" in found[0].problems[0].what


def test_a_cell_of_the_report_is_never_a_formula(school: Folder) -> None:
    with report.Report() as table:
        table.add(2, "=1+1", "+a", "failed", (Problem("@x", "bad\u202e"),))
        text = b"".join(table.pieces()).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1] == ["2", "'=1+1", "'+a", "failed", "'@x: bad\\u202e"]


# ---- nothing twice


def outcomes(folder: Folder, out: str = "out") -> list[build.Outcome]:
    project = discover(folder.path)
    found = list[build.Outcome]()
    build.build(project, roll.read(folder / "list.csv", project), CHOICE, folder / out, report=found.append)
    return found


def test_only_what_changed_is_made_again(school: Folder) -> None:
    outcomes(school)
    assert [outcome.state for outcome in outcomes(school)] == ["unchanged"] * 3
    school.edit("list.csv", "Sok", "Sokha")
    assert [outcome.state for outcome in outcomes(school)] == ["unchanged", "unchanged", "built"]
    (school / "out/nurse/1.card.phone.en.pdf").unlink()
    (school / "out/nurse/2.card.phone.en.pdf").write_bytes(b"x")
    assert [outcome.state for outcome in outcomes(school)] == ["built", "built", "unchanged"]
    school.append("templates/layouts/card/layout.css", "\n")
    assert [outcome.state for outcome in outcomes(school)] == ["built"] * 3


def test_a_row_that_moved_is_not_made_again(school: Folder) -> None:
    outcomes(school)
    header, first, second, third = LIST.splitlines()
    school.write("list.csv", "\n".join([header, third, first, "", second, ""]))
    assert [(outcome.row, outcome.state) for outcome in outcomes(school)] == [(row, "unchanged") for row in (2, 3, 5)]


def test_the_checks_of_catalogs_are_remembered_until_an_input_changes(school: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes(school)
    asked, true = list[object](), run.barred

    def barred(*arguments: Any) -> Any:
        asked.append(arguments)
        return true(*arguments)

    monkeypatch.setattr(run, "barred", barred)
    school.edit("list.csv", "Sok", "Sokha")
    assert [outcome.state for outcome in outcomes(school)] == ["unchanged", "unchanged", "built"] and not asked
    school.append("templates/layouts/card/layout.css", "/* changed */\n")
    assert [outcome.state for outcome in outcomes(school)] == ["built"] * 3 and len(asked) == 1


def test_groups_are_of_the_same_size_and_never_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "GROUP", 50)
    monkeypatch.setattr(build, "LEAST", 10)

    def sizes(rows: int) -> list[int]:
        return [len(group) for group in build._groups(iter([roll.Entry(row, None) for row in range(rows)]))]

    assert [sizes(rows) for rows in (0, 7, 12, 31, 100, 160)] == [[], [7], [10, 2], [16, 15], [50, 50], [50, 50, 30, 30]]


def test_what_was_made_is_known_after_a_run_that_was_broken_off(school: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    project, found = discover(school.path), list[build.Outcome]()
    monkeypatch.setattr(build, "GROUP", 1)

    def stop(outcome: build.Outcome) -> None:
        found.append(outcome)
        if len(found) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.build(project, roll.read(school / "list.csv", project), CHOICE, school / "out", report=stop)
    assert not (school / "out/report.csv").exists()
    assert [outcome.state for outcome in outcomes(school)] == ["unchanged", "unchanged", "built"]


def test_a_killed_run_leaves_whole_files_and_the_next_one_does_the_rest(school: Folder) -> None:
    lines = "".join(f"{number},School {number},,Sok {number},\n" for number in range(4, 1500))
    school.write("list.csv", LIST + lines)
    process = subprocess.Popen(command(ARGUMENTS), cwd=school.path, env=surroundings(), stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while len(list((school / "out").glob("nurse/*.pdf"))) < 100 and time.monotonic() < until:
        time.sleep(.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    found = list((school / "out/nurse").glob("*.pdf"))
    assert 100 <= len(found) < 1499
    for path in found[:: len(found) // 50]:
        with pikepdf.open(path) as pdf:
            assert len(pdf.pages) == 1
    assert all(path.read_bytes().endswith(b"%%EOF\n") for path in found)
    files.write(school / "out/nurse/1.card.phone.en.pdf", b"of an older list")
    (school / "out/nurse/.0123456789abcdef.part").write_bytes(b"%PDF-1.7")  # in the middle of a file
    assert school.run(*ARGUMENTS).returncode == 0
    assert set(states(school).values()) <= {"built", "unchanged"}
    assert {path.name for path in (school / "out/nurse").iterdir()} == {f"{n}.card.phone.en.pdf" for n in range(1, 1500)}
    assert all(path.read_bytes().endswith(b"%%EOF\n") for path in (school / "out/nurse").iterdir())


def test_a_full_disk_stops_all_with_one_sentence(school: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    school.write("list.csv", "id,name_en\n" + "".join(f"{n},School {n}\n" for n in range(1, 60)))
    begun = files._begun

    def full(path: Path) -> BinaryIO:
        if len(list((school / "out/nurse").glob("*.pdf"))) == 20 and path.parent.name == "nurse":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return begun(path)

    monkeypatch.setattr(files, "_begun", full)
    with pytest.raises(OutputError) as stopped:
        outcomes(school)
    (problem,) = stopped.value.problems
    assert problem.where.endswith(".pdf") and problem.what == "could not be written: No space left on device"
    assert len(list((school / "out/nurse").iterdir())) == 20 and not (school / "out/report.csv").exists()
    monkeypatch.undo()
    assert {one.state for one in outcomes(school)} == {"built"}


def test_a_place_that_is_taken_fails_its_row_only(school: Folder) -> None:
    (school / "out/nurse/2.card.phone.en.pdf").mkdir(parents=True)
    assert [outcome.state for outcome in outcomes(school)] == ["built", "failed", "built"]
    assert "could not be written" in school.run(*ARGUMENTS).stderr


# ---- how far it is


def watched(folder: Folder, *arguments: str) -> tuple[str, str, int]:
    """What a run writes to its output and to a terminal for its errors, and its exit code."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command([*ARGUMENTS, *arguments]), cwd=folder.path, env=surroundings(TERM="xterm"),
                          stdout=subprocess.PIPE, stderr=theirs, encoding="utf-8") as process:
        os.close(theirs)
        said = b""
        with contextlib.suppress(OSError):  # the end of a terminal
            while some := os.read(ours, 10_000):
                said += some
        os.close(ours)
        assert process.stdout is not None
        return process.stdout.read(), said.decode(), process.wait()


def test_on_a_terminal_a_bar_says_how_far_it_is_and_problems_stand_on_lines_of_their_own(school: Folder) -> None:
    school.append("list.csv", "4,漢,,,\n")
    out, terminal, code = watched(school)
    assert (out, code) == ("3 built, 1 failed in out; report.csv has every row\n", 11)
    assert "list.csv  [" in terminal and "100%" in terminal
    assert "\x1b[Kerror: list.csv: row 5, column B (name_en): no font" in terminal
    assert terminal.endswith("\x1b[?25h\r\n")  # the cursor is seen again


def test_there_is_no_bar_for_who_reads_json(school: Folder) -> None:
    out, terminal, code = watched(school, "--json")
    assert (len(json.loads(out)["files"]), terminal, code) == (3, "", 0)


def test_in_a_pipe_a_line_says_so_now_and_then(school: Folder) -> None:
    school.write("list.csv", LIST + "".join(f"{number},School {number},,,\n" for number in range(4, 502)))
    done = school.run(*ARGUMENTS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["[250] nurse/250.card.phone.en.pdf", "[500] nurse/500.card.phone.en.pdf",
                                        "501 built in out; report.csv has every row"]


# ---- many at a time


@pytest.mark.parametrize("least", [1, 100], ids=["laid out ahead", "laid out when asked"])
def test_many_processes_make_the_same_files(least: int, school: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "GROUP", 1)
    monkeypatch.setattr(build, "LEAST", least)
    project = discover(school.path)
    for workers in (1, 2):
        build.build(project, roll.read(school / "list.csv", project), CHOICE, school / f"out{workers}", workers=workers,
                    report=lambda outcome: None)
    one, two = ({path.name: path.read_bytes() for path in (school / f"out{workers}/nurse").iterdir()} for workers in (1, 2))
    assert one == two and len(one) == 3
    assert (school / "out1/report.csv").read_bytes() == (school / "out2/report.csv").read_bytes()


def test_files_can_all_be_validated(school: Folder) -> None:
    done = school.run(*ARGUMENTS, "--validate", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert [file["state"] for file in said["files"]] == ["built"] * 3 and said["problems"] == []
    assert manifest.load(str(school / "out/.schools")).outputs.keys() == {file["file"] for file in said["files"]}
