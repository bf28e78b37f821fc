"""One message of a catalog is written, whoever else writes the file."""

import contextlib
import difflib
import os
import sys
import threading

import pytest
from factories import Folder

from brochure.errors import CatalogError, OutputError
from brochure.preview.edit import Broken, Conflict, Editor, Unknown
from brochure.preview.entries import Draft
from brochure.preview.person import Person
from brochure.preview.reading import Reading
from brochure.project import Project, discover

PO = "locales/km/LC_MESSAGES/nurse.po"
DATE = '"PO-Revision-Date: 2020-01-01 00:00+0000\\n"\n'
KEY, ENGLISH, KHMER = "nurse.hook", "Care for people.", "ថែទាំមនុស្ស"


@pytest.fixture
def there(project: Folder) -> Project:
    project.edit(PO, '"Language: km\\n"\n', f'"Language: km\\n"\n{DATE}"Last-Translator: Sokha\\n"\n')
    project.edit(PO, f'msgctxt "{KEY}"\n', f'# A comment.\n#. A note.\nmsgctxt "{KEY}"\n')
    return discover(project.path)


def changes(before: str, after: str) -> list[str]:
    """The lines that were taken out and put in, without the revision date's."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@")) and "PO-Revision-Date" not in line]


def test_a_message_is_read(there: Project) -> None:
    entry = Editor(Person(), Reading()).read(there, "km", KEY)
    assert (entry.english, entry.text, entry.fuzzy, entry.old) == (ENGLISH, KHMER, False, "")
    assert (entry.note, entry.comment) == ("A note.", "A comment.")
    lines = (there.root / PO).read_text("utf-8").split("\n")
    assert lines[entry.line - 1] == f'msgstr "{KHMER}"'


def test_only_that_message_and_the_date_are_written(there: Project, project: Folder) -> None:
    before, editor = (project / PO).read_text("utf-8"), Editor(Person(), Reading())
    entry = editor.save(there, "km", KEY, Draft("ថែទាំ"), editor.read(there, "km", KEY).version)
    after = (project / PO).read_text("utf-8")
    assert changes(before, after) == [f'-msgstr "{KHMER}"', '+msgstr "ថែទាំ"']
    assert DATE not in after and "Last-Translator: Sokha" in after and after.count("PO-Revision-Date") == 1
    assert entry.text == "ថែទាំ"
    assert [path.name for path in (project / PO).parent.iterdir() if path.name.startswith(".")] == []


def test_a_header_without_a_date_stays_without_one(project: Folder) -> None:
    before, editor, there = (project / PO).read_text("utf-8"), Editor(Person(), Reading()), discover(project.path)
    editor.save(there, "km", KEY, Draft("ថែទាំ"), editor.read(there, "km", KEY).version)
    assert len(changes(before, (project / PO).read_text("utf-8"))) == 2
    assert "PO-Revision-Date" not in (project / PO).read_text("utf-8")


def test_saving_what_stands_there_writes_nothing(there: Project, project: Folder) -> None:
    before, editor = (project / PO).stat().st_mtime_ns, Editor(Person(), Reading())
    editor.save(there, "km", KEY, Draft(KHMER), editor.read(there, "km", KEY).version)
    assert (project / PO).stat().st_mtime_ns == before
    assert not editor.undoable


def test_the_state_fuzzy_is_set_and_taken_away(there: Project, project: Folder) -> None:
    editor = Editor(Person(), Reading())
    first = editor.save(there, "km", KEY, Draft(KHMER, fuzzy=True), editor.read(there, "km", KEY).version)
    assert first.fuzzy and "#, fuzzy\n" in (project / PO).read_text("utf-8")
    second = editor.save(there, "km", KEY, Draft(KHMER), first.version)
    assert not second.fuzzy and "fuzzy" not in (project / PO).read_text("utf-8")


def test_an_older_text_is_told_and_saving_makes_it_the_new_ones(there: Project, project: Folder) -> None:
    project.edit("templates/content/nurse.toml", ENGLISH, "Care for all people.")
    editor = Editor(Person(), Reading())
    entry = editor.read(there, "km", KEY)
    assert (entry.english, entry.old, entry.text) == ("Care for all people.", ENGLISH, KHMER)
    saved = editor.save(there, "km", KEY, Draft(KHMER), entry.version)
    assert (saved.old, saved.text) == ("", KHMER)
    assert 'msgid "Care for all people."' in (project / PO).read_text("utf-8")


def test_a_message_that_the_file_lacks_is_added_and_taken_away_again(there: Project, project: Folder) -> None:
    text = (project / PO).read_text("utf-8")
    start = text.index("# A comment.")
    project.write(PO, text[:start] + text[text.index('msgctxt "nurse.keywords"'):])
    before, editor = (project / PO).read_bytes(), Editor(Person(), Reading())
    entry = editor.read(there, "km", KEY)
    assert (entry.english, entry.text) == (ENGLISH, "")
    assert editor.save(there, "km", KEY, Draft(KHMER), entry.version).text == KHMER
    assert editor.undo(there)[1].text == ""
    after = (project / PO).read_bytes()
    assert changes(before.decode().rstrip(), after.decode().rstrip()) == []


def test_undo_puts_the_bytes_back_one_saving_after_another(project: Folder) -> None:
    there, editor, before = discover(project.path), Editor(Person(), Reading()), (project / PO).read_bytes()
    for text in ("ថែទាំ", "មនុស្ស"):
        editor.save(there, "km", KEY, Draft(text), editor.read(there, "km", KEY).version)
    assert editor.undo(there)[1].text == "ថែទាំ" and editor.undoable
    assert editor.undo(there)[1].text == KHMER and not editor.undoable
    assert (project / PO).read_bytes() == before


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(there: Project, project: Folder) -> None:
    editor = Editor(Person(), Reading())
    mine = editor.read(there, "km", KEY)
    project.edit(PO, KHMER, "ថែទាំ")
    with pytest.raises(Conflict) as caught:
        editor.save(there, "km", KEY, Draft("មនុស្ស"), mine.version)
    assert caught.value.entry.text == "ថែទាំ"
    assert "មនុស្ស\"" not in (project / PO).read_text("utf-8").split(KEY)[1].split("msgctxt")[0]
    assert editor.save(there, "km", KEY, Draft("មនុស្ស"), caught.value.entry.version).text == "មនុស្ស"
    project.edit(PO, 'msgstr "មនុស្ស"', 'msgstr "ថែទាំ"')
    with pytest.raises(Conflict):
        editor.undo(there)
    assert "មនុស្ស\"" not in (project / PO).read_text("utf-8").split(KEY)[1].split("msgctxt")[0]


def test_what_was_saved_before_a_text_that_somebody_changed_can_be_undone(there: Project, project: Folder) -> None:
    editor = Editor(Person(), Reading())
    for key, text in (("nurse.what.pay", "ប្រាក់"), (KEY, "ថែទាំ"), ("nurse.what.title", "ថែ")):
        editor.save(there, "km", key, Draft(text), editor.read(there, "km", key).version)
    project.edit(PO, 'msgstr "ថែ"', 'msgstr "មនុស្ស"')
    project.edit(PO, 'msgstr "ថែទាំ"', 'msgstr "ថែទាំគេ"')
    for _ in range(2):
        with pytest.raises(Conflict):
            editor.undo(there)
    assert editor.undo(there)[1].text == "ប្រាក់ខែល្អ" and not editor.undoable


def test_a_file_keeps_its_rights_and_is_not_written_without_them(there: Project, project: Folder) -> None:
    editor, before = Editor(Person(), Reading()), (project / PO).read_bytes()
    (project / PO).chmod(0o444)
    with pytest.raises(OutputError, match="is protected"):
        editor.save(there, "km", KEY, Draft("ថែទាំ"), editor.read(there, "km", KEY).version)
    assert (project / PO).read_bytes() == before and not list((project / PO).parent.glob(".*"))
    (project / PO).chmod(0o664)
    editor.save(there, "km", KEY, Draft("ថែទាំ"), editor.read(there, "km", KEY).version)
    assert sys.platform == "win32" or (project / PO).stat().st_mode & 0o777 == 0o664


def test_another_message_that_somebody_changed_meanwhile_is_no_conflict(there: Project, project: Folder) -> None:
    editor = Editor(Person(), Reading())
    mine = editor.read(there, "km", KEY)
    project.edit(PO, "ប្រាក់ខែល្អ", "ប្រាក់")
    editor.save(there, "km", KEY, Draft("ថែទាំ"), mine.version)
    assert (editor.read(there, "km", "nurse.what.pay").text, editor.read(there, "km", KEY).text) == ("ប្រាក់", "ថែទាំ")


@pytest.mark.parametrize("text", ["<b>ថែទាំ", "{{ ថែទាំ }}", "ថែទាំ\x00"])
def test_what_would_break_the_page_is_refused(there: Project, project: Folder, text: str) -> None:
    before, editor = (project / PO).read_bytes(), Editor(Person(), Reading())
    with pytest.raises((Broken, CatalogError)) as caught:
        editor.save(there, "km", KEY, Draft(text), editor.read(there, "km", KEY).version)
    assert str(caught.value)
    assert (project / PO).read_bytes() == before


def test_a_damaged_catalog_and_a_message_that_is_none(there: Project, project: Folder) -> None:
    editor = Editor(Person(), Reading())
    with pytest.raises(Unknown):
        editor.read(there, "km", "nurse.nothing")
    project.append(PO, 'msgstr "\n')
    with pytest.raises(CatalogError, match=f"{PO}:"):
        editor.read(there, "km", KEY)
    project.delete(PO)
    with pytest.raises(CatalogError, match="cannot be read"):
        editor.read(there, "km", KEY)
    project.append("templates/content/nurse.toml", "[")
    editor.reading.forget()
    with pytest.raises(CatalogError, match="are not known"):
        editor.read(there, "km", KEY)


def test_the_source_language_is_only_read(there: Project) -> None:
    assert Editor(Person(), Reading()).read(there, "en", KEY).text == ENGLISH


def test_findings_terms_and_similar_messages(there: Project, project: Folder) -> None:
    project.append("locales/km/glossary.csv", "people,មនុស្ស,Everybody.,\n")
    project.edit("templates/content/nurse.toml", ENGLISH, "Nurses care for people.")
    editor = Editor(Person(), Reading())
    entry = editor.read(there, "km", KEY)
    assert [(one.term, one.words, one.note) for one in editor.terms(there, "km", entry)] == [("people", ("មនុស្ស",), "Everybody.")]
    assert [one.key for one in editor.alike(there, "km", entry)] == ["nurse.what.intro"]
    assert {one.code for one in editor.findings(there, "km", entry, Draft("ថែទាំ  "))} >= {"G05"}
    assert "G05" not in {one.code for one in editor.findings(there, "km", entry, Draft(KHMER))}
    quiet = Draft("ថែទាំ  ", comment="lint-ok: G05 another sense")
    assert "G05" not in {one.code for one in editor.findings(there, "km", entry, quiet)}


def test_two_editors_lose_nothing(project: Folder) -> None:
    """Each with messages of its own and one they share, all at once."""
    there, turns = discover(project.path), 25
    wrong, won = list[BaseException](), list[str]()

    def edit(name: str, key: str) -> None:
        editor = Editor(Person(), Reading())
        try:
            for number in range(turns):
                entry = editor.read(there, "km", key)
                assert entry.text == f"{key} {number - 1}" or not number
                editor.save(there, "km", key, Draft(f"{key} {number}"), entry.version)
                shared = editor.read(there, "km", "nurse.keywords")
                with contextlib.suppress(Conflict):
                    editor.save(there, "km", "nurse.keywords", Draft(f"{shared.text}{name}"), shared.version)
                    won.append(name)
        except BaseException as error:
            wrong.append(error)

    keys = {"a": "nurse.hook", "b": "nurse.title"}
    threads = [threading.Thread(target=edit, args=pair) for pair in keys.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert wrong == []
    editor = Editor(Person(), Reading())
    assert [editor.read(there, "km", key).text for key in keys.values()] == [f"{key} {turns - 1}" for key in keys.values()]
    shared = editor.read(there, "km", "nurse.keywords").text.removeprefix("សុខភាព")
    assert sorted(shared) == sorted(won)  # every saving that was said to be done is there


def test_a_program_that_writes_in_the_last_moment_loses_nothing(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    there, editor, sync, turns = discover(project.path), Editor(Person(), Reading()), os.fsync, list[str]()

    def late(file: int) -> None:
        sync(file)
        if not turns:
            project.edit(PO, "ប្រាក់ខែល្អ", "ប្រាក់")
        turns.append("synced")

    version = editor.read(there, "km", KEY).version
    monkeypatch.setattr("os.fsync", late)
    editor.save(there, "km", KEY, Draft("ថែទាំ"), version)
    assert (editor.read(there, "km", "nurse.what.pay").text, editor.read(there, "km", KEY).text) == ("ប្រាក់", "ថែទាំ")
    assert len(turns) == 2


def test_a_program_that_writes_all_the_time_is_told(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    there, editor, turns = discover(project.path), Editor(Person(), Reading()), iter(range(1000))

    def late(_: int) -> None:
        project.append(PO, f"\n# {next(turns)}\n")

    version = editor.read(there, "km", KEY).version
    monkeypatch.setattr("os.fsync", late)
    with pytest.raises(CatalogError, match="another program writes it"):
        editor.save(there, "km", KEY, Draft("ថែទាំ"), version)
    assert [path.name for path in (project / PO).parent.iterdir() if path.suffix == ".part"] == []
