"""Run: only what changed is built, every file is whole, and nothing stale is left."""

import datetime
import errno
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from factories import CONTENT, KHMER, Folder, command, po, surroundings, tiny

from brochure import files, manifest, run
from brochure.errors import OutputError, SetupError
from brochure.project import Job, discover, jobs

# WeasyPrint 70 leaves its own sRGB profile open.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")

FILE = "templates/content/nurse.toml"
PO = "locales/km/LC_MESSAGES/nurse.po"
ALL = ["nurse/card.paper.en.pdf", "nurse/card.paper.km.pdf", "nurse/card.phone.en.pdf", "nurse/card.phone.km.pdf"]


@pytest.fixture
def small(project: Folder) -> Folder:
    """A project whose layout has one edition: two files in all."""
    return project.edit("templates/layouts/card/layout.toml", '["paper", "phone"]', '["phone"]')


def build(project: Folder, *, draft: bool = False, workers: int = 1, out: Path | None = None,
          languages: tuple[str, ...] = (), selection: str = "") -> dict[str, str]:
    """What became of each file."""
    there = discover(project.path)
    outcomes = run.run(there, jobs(there, languages=languages), out or project / "dist", draft=draft, workers=workers,
                       selection=selection, report=lambda outcome: None)
    return {outcome.file: outcome.state for outcome in outcomes}


def pdfs(folder: Path) -> list[str]:
    there = (path for path in folder.rglob("*") if path.is_file() and path.name != ".manifest")
    return sorted(path.relative_to(folder).as_posix() for path in there)


def test_everything_is_built_once(project: Folder) -> None:
    assert build(project) == dict.fromkeys(ALL, "built")
    assert pdfs(project / "dist") == ALL
    assert build(project) == dict.fromkeys(ALL, "unchanged")


def test_one_changed_message_rebuilds_its_language_only(small: Folder) -> None:
    build(small)
    small.write(PO, po({**KHMER, "nurse.what.pay": ("Most earn well", "ប្រាក់ខែខ្ពស់")}))
    assert build(small) == {"nurse/card.phone.en.pdf": "unchanged", "nurse/card.phone.km.pdf": "built"}


def test_a_changed_source_text_rebuilds_all_languages(small: Folder) -> None:
    build(small)
    small.edit(FILE, 'note = "A fact."', 'note = "A remark."')
    assert set(build(small).values()) == {"built"}


@pytest.mark.parametrize("name", ["templates/layouts/card/layout.css", "templates/macros/words.html", "assets/images/x.svg"])
def test_what_all_depend_on_rebuilds_all(name: str, small: Folder) -> None:
    build(small)
    small.write(name, (small / name).read_bytes() + b"\n" if (small / name).exists() else b"<svg/>")
    assert set(build(small).values()) == {"built"}


def test_a_touched_file_with_the_same_content_rebuilds_nothing(small: Folder) -> None:
    build(small)
    os.utime(small / FILE)
    assert set(build(small).values()) == {"unchanged"}


def test_a_file_that_was_changed_or_deleted_in_dist_is_built_again(small: Folder) -> None:
    build(small)
    small.write("dist/nurse/card.phone.km.pdf", b"x").delete("dist/nurse/card.phone.en.pdf")
    assert set(build(small).values()) == {"built"}


def test_a_date_from_outside_is_part_of_the_key(small: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    build(small, languages=("en",))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert set(build(small, languages=("en",)).values()) == {"built"}


def test_whose_file_was_built_otherwise_since_finds_nothing_up_to_date(small: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    build(small, languages=("km",), selection="one")
    build(small, languages=("en",), selection="another")
    build(small, languages=("en",), selection="a third")
    assert set(manifest.load(str(small / "dist/.manifest")).selections) == {"one", "another", "a third"}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    build(small, languages=("en",), selection="another day")
    assert set(manifest.load(str(small / "dist/.manifest")).selections) == {"one", "another day"}


def test_same_inputs_same_bytes_in_another_folder(small: Folder, tmp_path: Path) -> None:
    other = tiny(tmp_path / "somewhere else").edit("templates/layouts/card/layout.toml", '["paper", "phone"]', '["phone"]')
    build(small)
    build(other, workers=2)
    for name in pdfs(small / "dist"):
        assert (small / "dist" / name).read_bytes() == (other / "dist" / name).read_bytes()


def test_drafts_have_a_name_of_their_own(small: Folder) -> None:
    build(small, languages=("en",))
    assert build(small, draft=True, languages=("en",)) == {"nurse/card.phone.draft.en.pdf": "built"}
    assert pdfs(small / "dist") == ["nurse/card.phone.draft.en.pdf", "nurse/card.phone.en.pdf"]
    assert build(small, languages=("en",)) == {"nurse/card.phone.en.pdf": "unchanged"}


def test_a_draft_of_a_language_named_like_a_part_of_the_layout() -> None:
    assert run.output(Job("pdf", "km.pdf", "km", "km"), draft=True) == "pdf/km.pdf.km.draft.km.pdf"


def test_a_failing_job_removes_its_stale_file_and_the_others_are_built(small: Folder) -> None:
    build(small)
    small.edit(PO, "ប្រាក់ខែល្អ", "").edit(FILE, "2026-01-31", "2026-02-28")
    assert build(small) == {"nurse/card.phone.en.pdf": "built", "nurse/card.phone.km.pdf": "failed"}
    assert pdfs(small / "dist") == ["nurse/card.phone.en.pdf"]
    small.write(PO, po(KHMER))
    assert build(small) == {"nurse/card.phone.en.pdf": "unchanged", "nurse/card.phone.km.pdf": "built"}


def test_files_of_a_deleted_career_are_cleared_away(small: Folder) -> None:
    text = (small / FILE).read_text("utf-8").replace("as_of", "# as_of")
    small.edit("templates/layouts/card/layout.html", "{{ say(words.as_of.fill(date=one.as_of)) }}", "")
    small.write("templates/content/doctor.toml", text)
    small.write("locales/km/LC_MESSAGES/doctor.po", po({key.replace("nurse", "doctor"): value for key, value in KHMER.items()}))
    small.write("dist/own.pdf", "not ours")
    build(small)
    assert len(pdfs(small / "dist")) == 5
    small.delete("templates/content/doctor.toml")
    build(small, languages=("en",))
    assert pdfs(small / "dist") == ["nurse/card.phone.en.pdf", "nurse/card.phone.km.pdf", "own.pdf"]


def test_checking_writes_nothing(small: Folder) -> None:
    there = discover(small.path)
    outcomes = run.run(there, jobs(there), None, draft=False, workers=1, selection="", report=lambda outcome: None)
    assert [outcome.state for outcome in outcomes] == ["built", "built"]
    assert not (small / "dist").exists()


def test_a_project_with_spaces_and_khmer_in_its_path(tmp_path: Path) -> None:
    project = tiny(tmp_path / "គម្រោង ថ្មី #1 & 100% 'x'")
    assert set(build(project, languages=("km",)).values()) == {"built"}
    with pikepdf.open(project / "dist/nurse/card.phone.km.pdf") as pdf:
        assert len(pdf.pages) == 1


# ---- the disk


def full(handle: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk(small: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    build(small)
    small.edit(FILE, "2026-01-31", "2026-02-28")
    monkeypatch.setattr(files.os, "fsync", full)
    there = discover(small.path)
    outcomes = run.run(there, jobs(there), small / "dist", draft=False, workers=1, selection="", report=lambda outcome: None)
    assert [(outcome.state, outcome.exit_code) for outcome in outcomes] == [("failed", 9)] * 2
    (problem,) = outcomes[0].problems
    assert problem.what == "could not be written: No space left on device"
    assert problem.hint == "is the disk full, or the folder protected?"
    assert pdfs(small / "dist") == []  # neither a part of the new file nor the stale one


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24k", "tmpfs", place], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a disk")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_is_really_full(project: Folder, tiny_disk: Path) -> None:
    done = project.run("build", "--jobs", "1", "--out", str(tiny_disk))
    assert done.returncode == 9
    assert done.stderr.count("could not be written: No space left on device") >= 2
    assert "Traceback" not in done.stderr
    assert not list(tiny_disk.rglob("*.part"))
    for path in tiny_disk.rglob("*.pdf"):
        pikepdf.open(path).close()


def test_a_folder_that_cannot_be_written(small: Folder) -> None:
    small.write("dist/nurse", "a file stands where the folder should be")
    there = discover(small.path)
    outcomes = run.run(there, jobs(there), small / "dist", draft=False, workers=1, selection="", report=lambda outcome: None)
    assert [(outcome.state, outcome.exit_code) for outcome in outcomes] == [("failed", 9)] * 2
    assert outcomes[0].problems[0].what.startswith("could not be written: ")
    assert (small / "dist/nurse").read_text("utf-8") == "a file stands where the folder should be"


def test_an_out_folder_that_cannot_be_made(small: Folder) -> None:
    done = small.write("there", "x").run("build", "--out", "there/dist", "--lang", "en")
    assert done.returncode == 9
    assert "there/dist/nurse/card.phone.en.pdf: could not be written: " in done.stderr
    assert "Traceback" not in done.stderr


def test_write_replaces_whole_files_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a/b.txt"
    files.write(path, b"old")
    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OutputError):
        files.write(path, b"new and much longer")
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_written_files_have_the_rights_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    files.write(tmp_path / "b", b"")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_remove(tmp_path: Path) -> None:
    files.remove(tmp_path / "none")
    (tmp_path / "file").write_bytes(b"")
    files.remove(tmp_path / "file")
    assert not (tmp_path / "file").exists()
    with pytest.raises(OutputError, match="could not be removed"):
        files.remove(tmp_path)


# ---- processes


class Dying(Executor):
    """As when the system ends a process for want of memory."""

    def submit(self, task: Any, /, *arguments: Any, **more: Any) -> Future[Any]:
        future = Future[Any]()
        future.set_exception(BrokenProcessPool("A process was terminated abruptly."))
        return future


def test_a_process_that_dies_is_a_sentence() -> None:
    with pytest.raises(SetupError) as caught:
        list(run._together(Dying(), lambda job: None, [Job("nurse", "card", "phone", "km")]))  # type: ignore[arg-type,return-value]  # never called
    assert str(caught.value) == ("brochure: the system ended a process of this build, perhaps for want of memory\n"
                                 "    hint: try again with --jobs 1")


def test_a_process_that_has_drawn_text_is_never_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its child would hang: Pango has threads."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert run._start_method().get_start_method() == "spawn"
    monkeypatch.delitem(sys.modules, "weasyprint")
    assert run._start_method() is multiprocessing.get_context()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Twelve careers, twenty-four files, all built."""
    project = tiny(tmp_path_factory.mktemp("many") / "project")
    project.edit("templates/layouts/card/layout.toml", '["paper", "phone"]', '["phone"]')
    for number in range(12):
        name = f"c{number}"
        project.write(f"templates/content/{name}.toml", CONTENT)
        words = {key.replace("nurse", name): value for key, value in KHMER.items()}
        project.write(f"locales/km/LC_MESSAGES/{name}.po", po(words))
    project.delete(FILE)
    assert project.run("build").returncode == 0
    return project


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupted_build_leaves_whole_files(workers: str, many: Folder) -> None:
    before = {name: (many / "dist" / name).read_bytes() for name in pdfs(many / "dist")}
    assert len(before) == 24
    many.append("templates/layouts/card/layout.css", "/* changed */\n")
    process = subprocess.Popen(command(["build", "--jobs", workers]), cwd=many.path, env=surroundings(), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
    out, err = process.communicate(timeout=60)
    assert first.startswith("[1/24]")
    assert process.returncode == 130
    assert err.strip() == "stopped; what was finished is whole, and the rest is as it was"
    assert out.count("[") < 23, "the build was over before it was interrupted"
    assert pdfs(many / "dist") == list(before)
    for name in before:
        pikepdf.open(many / "dist" / name).close()
    again = many.run("build", "--jobs", "2")
    assert again.returncode == 0
    assert "unchanged" in again.stdout and "built" in again.stdout, "what was finished is not built again"


# ---- dates


def test_a_review_that_is_overdue_is_warned_of_in_every_build(small: Folder) -> None:
    past, day = "2020-01-31", datetime.date(2020, 1, 31)
    small.edit(FILE, "as_of = 2025-03-31", f"as_of = 2019-01-31\n  review_by = {past}")
    warning = (f"warning: {FILE}: section what.fact pay.text: was to be reviewed by {past}\n"
               "    hint: look at the facts again, then set a new review_by\n")
    fresh, idle = small.run("build"), small.run("build")
    assert (fresh.returncode, idle.returncode) == (0, 0)
    assert "2 built" in fresh.stdout and "2 brochures are up to date in ./dist" in idle.stdout
    assert fresh.stdout.count(warning) == idle.stdout.count(warning) == 1
    there = discover(small.path)
    assert run.due(there, there.careers, day) == ()
    assert len(run.due(there, there.careers, day + datetime.timedelta(1))) == 1


def test_a_broken_career_has_no_days(project: Folder) -> None:
    there = discover(project.path)
    project.write(FILE, "")
    assert run.due(there, there.careers, datetime.date.max) == ()


def test_what_was_asked_for_by_name_stays(small: Folder) -> None:
    """Pseudo-languages are no part of a plain build, and are not cleared away by it."""
    assert build(small, languages=("en-XA",)) == {"nurse/card.phone.en-XA.pdf": "built"}
    assert "nurse/card.phone.en-XA.pdf" not in build(small)
    assert (small / "dist/nurse/card.phone.en-XA.pdf").is_file()
