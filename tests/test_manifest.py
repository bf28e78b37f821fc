"""Manifest: what was built from what; it must never say “unchanged” when something changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from factories import Folder, surroundings
from hypothesis import given
from hypothesis import strategies as st

from brochure import manifest
from brochure.manifest import Manifest, load, said, selection, stats, unchanged

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\t\n\r"), max_size=12)
NOTES = st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=1)
NUMBER = st.integers(-1, 10**18)
STAT = st.tuples(NUMBER, NUMBER)
NAMES = CELL.filter(bool)
OUTPUTS = st.from_regex(r"[a-z][a-z0-9_]{0,8}/[a-z0-9.-]{1,12}\.pdf", fullmatch=True)


def filled(inputs: dict[str, tuple[manifest.Stat, str]], outputs: dict[str, tuple[str, manifest.Stat]],
           selections: dict[str, list[str]], notes: dict[str, list[list[str]]]) -> Manifest:
    made = Manifest()
    made.inputs, made.outputs, made.selections, made.notes, made.due = inputs, outputs, selections, notes, dict(notes)
    return made


@given(st.dictionaries(NAMES, st.tuples(STAT, CELL)), st.dictionaries(OUTPUTS, st.tuples(CELL, STAT)),
       st.dictionaries(CELL, st.lists(NAMES)), st.dictionaries(OUTPUTS, NOTES))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, inputs: dict[str, tuple[manifest.Stat, str]],
                    outputs: dict[str, tuple[str, manifest.Stat]], selections: dict[str, list[str]],
                    notes: dict[str, list[list[str]]]) -> None:
    made = filled(inputs, outputs, selections, notes)
    path = tmp_path_factory.getbasetemp() / "manifest"
    path.write_bytes(made.dump())
    assert vars(load(str(path))) == vars(made)


@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: f"{manifest.VERSION}\n{text}".encode("utf-8", "replace")))
def test_a_damaged_file_is_an_empty_one_or_is_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(data)
    assert isinstance(load(str(path)), Manifest)


def test_no_file_is_an_empty_one(tmp_path: Path) -> None:
    assert vars(load(str(tmp_path / "none"))) == vars(Manifest())
    assert vars(load(str(tmp_path))) == vars(Manifest())


def test_a_line_end_in_a_note_does_not_break_the_file(tmp_path: Path) -> None:
    made = Manifest()
    made.notes["nurse/x.pdf"] = [["warning", "a\tb", "one\r\ntwo\rthree\u2028four", ""]]
    (tmp_path / "m").write_bytes(made.dump())
    assert load(str(tmp_path / "m")).notes == {"nurse/x.pdf": [["warning", "a b", "one  two three\u2028four", ""]]}


def test_another_version_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "m").write_text("brochure manifest 0\nS\ta\tb\n", "utf-8")
    assert load(str(tmp_path / "m")).selections == {}


def test_stats_see_every_file_a_brochure_depends_on(project: Folder) -> None:
    found = stats(str(project.path))
    there = {path.relative_to(project.path).as_posix() for path in project.path.rglob("*") if path.is_file()}
    assert there <= found.keys()
    assert {f"{manifest.PACKAGE}/run.py", f"{manifest.PACKAGE}/render/engine.py"} <= found.keys()
    assert found["templates/content/nurse.toml"][0] == len((project / "templates/content/nurse.toml").read_bytes())


def test_stats_do_not_see_what_editors_and_python_leave(project: Folder) -> None:
    before = stats(str(project.path))
    for name in ("templates/.x.swp", "locales/km/a~", "templates/__pycache__/x.pyc", "README.md", "dist/x.pdf"):
        project.write(name, "x")
    (project / "assets/link").symlink_to("nowhere")
    assert stats(str(project.path)) == before


@pytest.mark.parametrize("change", ["edit", "add", "delete", "touch"])
def test_stats_see_any_change(change: str, project: Folder) -> None:
    before = stats(str(project.path))
    name = "locales/km/language.css"
    match change:
        case "edit":
            project.write(name, "x")
        case "add":
            project.write("locales/km/new.css", "")
        case "delete":
            project.delete(name)
        case _:
            os.utime(project / name, ns=(1, 1))
    assert stats(str(project.path)) != before


def test_the_environment_belongs_to_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    before = selection(["--lang", "km"])
    assert selection(["--lang", "en"]) != before != selection(["--lang=km"])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert selection(["--lang", "km"]) != before


@pytest.mark.parametrize("arguments", [[], ["--json"], ["--help"], ["-v"], ["--project", "."], ["--out"], ["--project"]])
def test_without_a_manifest_there_is_work(arguments: list[str], project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.path)
    assert unchanged(arguments) is None


def up_to_date(project: Folder, due: str) -> None:
    """A manifest that says that one file is built."""
    file = project.write("dist/nurse/x.pdf", "%PDF") / "dist/nurse/x.pdf"
    made = Manifest()
    made.inputs = {name: (stat, "sha") for name, stat in stats(str(project.path)).items()}
    made.outputs = {"nurse/x.pdf": ("key", manifest.stat(str(file)))}
    made.selections = {selection([]): ["nurse/x.pdf"]}
    made.notes = {"nurse/x.pdf": [["remark", "here", "what", "do"]], "nurse/other.pdf": [["remark", "there", "what", "do"]]}
    made.due = {"nurse/x.pdf": [[due, "fact", "is old", "look"]]}
    project.write("dist/.manifest", made.dump())


@pytest.mark.parametrize(("due", "more"), [("2999-01-01", []), ("2001-01-01", ["warning: fact: is old\n    hint: look"])])
def test_a_build_with_nothing_to_do_repeats_what_was_noted(due: str, more: list[str], project: Folder,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.path)
    up_to_date(project, due)
    assert unchanged([]) == ["remark: here: what\n    hint: do", *more, "1 brochures are up to date in ./dist"]
    assert unchanged(["--lang", "km"]) is None


def test_a_review_day_is_not_late_on_the_day_itself(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.path)
    up_to_date(project, "2026-05-31")
    monkeypatch.setattr(manifest.time, "strftime", lambda pattern: "2026-05-31")
    assert "is old" not in str(unchanged([]))
    monkeypatch.setattr(manifest.time, "strftime", lambda pattern: "2026-06-01")
    assert "is old" in str(unchanged([]))


@pytest.mark.parametrize("change", ["input", "output", "output gone"])
def test_anything_that_changed_is_work(change: str, project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.path)
    up_to_date(project, "2999-01-01")
    assert unchanged([]) is not None
    match change:
        case "input":
            project.append("templates/content/nurse.toml", "# x")
        case "output":
            project.append("dist/nurse/x.pdf", "x")
        case _:
            project.delete("dist/nurse/x.pdf")
    assert unchanged([]) is None


def test_the_project_and_out_options_are_read_as_click_reads_them(project: Folder, monkeypatch: pytest.MonkeyPatch,
                                                                   tmp_path: Path) -> None:
    up_to_date(project, "2999-01-01")
    monkeypatch.chdir(tmp_path)
    for arguments in (["--project", str(project.path)], [f"--project={project.path}"],
                      ["--project", str(project.path), "--out", str(project / "dist")]):
        made = load(str(project / "dist/.manifest"))
        made.selections = {selection(arguments): ["nurse/x.pdf"]}
        project.write("dist/.manifest", made.dump())
        assert unchanged(arguments) is not None


def test_notes_are_said_once() -> None:
    assert said([["remark", "a", "b", ""], ["remark", "a", "b", ""], ["warning", "a", "b", "c"]]) == [
        "remark: a: b", "warning: a: b\n    hint: c"]


def test_a_build_with_nothing_to_do_imports_nothing_heavy(project: Folder) -> None:
    up_to_date(project, "2999-01-01")
    code = ("import sys; before = set(sys.modules); sys.argv = ['brochure', 'build']\n"
            "from brochure.__main__ import main; main()\n"
            "print(sorted(name for name in set(sys.modules) - before if '.' not in name))")
    done = subprocess.run([sys.executable, "-c", code], cwd=project.path, env=surroundings(), capture_output=True,
                          encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-2].endswith("1 brochures are up to date in ./dist"), done.stdout
    assert done.stdout.splitlines()[-1] == "['brochure']"


@pytest.mark.parametrize("name", ["../victim.pdf", "nurse/../../victim.pdf", "/etc/victim.pdf", "victim.pdf", "nurse/victim.txt",
                                  "nurse\\..\\victim.pdf", "c:/victim.pdf"])
def test_a_manifest_names_no_file_outside_its_folder(name: str, tmp_path: Path) -> None:
    """A build deletes what it names: one that was tampered with is none."""
    (tmp_path / "m").write_text(f"{manifest.VERSION}\nJ\t{name}\tkey\t0\t0\n", "utf-8")
    assert load(str(tmp_path / "m")).outputs == {}
    (tmp_path / "m").write_text(f"{manifest.VERSION}\nJ\tnurse/card.paper.km.pdf\tkey\t0\t0\n", "utf-8")
    assert list(load(str(tmp_path / "m")).outputs) == ["nurse/card.paper.km.pdf"]
