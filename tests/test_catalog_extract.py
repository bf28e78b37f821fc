"""Extraction: content and templates become .pot files, in reading order, the same bytes every time."""

import pytest
from factories import ROOT, Folder

from brochure.catalog import extract
from brochure.catalog.store import read
from brochure.errors import CatalogError, ContentError, TemplateError
from brochure.project import discover


def test_the_templates_of_the_repository_are_current() -> None:
    project = discover(ROOT)
    made = extract.templates(ROOT, project.careers)
    assert set(made) == {path.name for path in (ROOT / "locales").glob("*.pot")} >= {"brochure.pot"}
    for name, data in made.items():
        assert data == (ROOT / "locales" / name).read_bytes(), f"locales/{name} is out of date: brochure catalog extract"


def test_every_catalog_of_the_repository_has_every_message() -> None:
    project = discover(ROOT)
    seen = 0
    for language in project.languages:
        for pot in [] if language.source else sorted((ROOT / "locales").glob("*.pot")):
            there = read(ROOT / "locales" / language.tag / "LC_MESSAGES" / f"{pot.stem}.po", ROOT).entries
            wanted = _messages(pot.read_text("utf-8"))
            assert {key: there[key].msgid for key in wanted if key in there} == wanted
            seen += len(wanted)
    assert seen > 50


def _messages(text: str) -> dict[str, str]:
    lines = text.split("\n")
    return {line.split('"', 1)[1][:-1]: lines[number + 1].split('"', 1)[1][:-1].replace('\\"', '"')
            for number, line in enumerate(lines) if line.startswith("msgctxt")}


def test_messages_in_reading_order_with_notes_and_places(project: Folder) -> None:
    text = extract.templates(project.path, ["nurse"])["nurse.pot"].decode()
    assert [line for line in text.split("\n") if line.startswith("msgctxt")] == [
        f'msgctxt "nurse.{key}"' for key in
        ("name", "title", "hook", "keywords", "what.title", "what.intro", "what.pay", "what.pay.source")]
    assert '#. First paragraph.\n#: templates/content/nurse.toml\nmsgctxt "nurse.what.intro"\n' \
           'msgid "Nurses care for <b>people</b>."\nmsgstr ""\n' in text


def test_shared_words_with_the_comment_before_them(project: Folder) -> None:
    text = extract.templates(project.path, [])["brochure.pot"].decode()
    assert '#. After a fact.\n#: templates/macros/words.html\nmsgctxt "common.as_of"\nmsgid "As of %(date)s"\n' in text
    assert "fuzzy" not in text and "format" not in text


def test_long_and_quoted_texts_stay_on_one_line(project: Folder) -> None:
    long = "A “quoted” text, " * 40 + "100% sure"
    project.edit("templates/content/nurse.toml", "Most earn well", long.replace('"', '\\"'))
    assert f'msgid "{long}"\n' in extract.templates(project.path, ["nurse"])["nurse.pot"].decode()


def test_a_broken_template_is_no_silence(project: Folder) -> None:
    project.edit("templates/macros/words.html", "{% set", "{% sett")
    with pytest.raises(TemplateError, match=r"templates/macros/words\.html:2: Encountered unknown tag 'sett'"):
        extract.templates(project.path, ["nurse"])


def test_a_template_that_is_not_utf_8(project: Folder) -> None:
    project.write("templates/macros/words.html", b"{# a #}\n{# caf\xe9 #}")
    with pytest.raises(TemplateError, match=r"templates/macros/words\.html:2: the byte 0xe9 is not UTF-8"):
        extract.templates(project.path, ["nurse"])


def test_a_broken_career_is_no_silence(project: Folder) -> None:
    project.edit("templates/content/nurse.toml", "id = ", "di = ")
    with pytest.raises(ContentError):
        extract.templates(project.path, ["nurse"])


def test_a_template_has_no_language_and_is_no_catalog(project: Folder) -> None:
    project.write("locales/km/LC_MESSAGES/nurse.po", extract.templates(project.path, ["nurse"])["nurse.pot"])
    found = read(project / "locales/km/LC_MESSAGES/nurse.po", project.path)
    assert len(found.entries) == 8 and not any(entry.msgstr for entry in found.entries.values())
    with pytest.raises(CatalogError, match="the language is km, but the file is in the folder of lo"):
        text = (project / "locales/km/LC_MESSAGES/brochure.po").read_text("utf-8")
        read(project.write("locales/lo/LC_MESSAGES/x.po", text) / "locales/lo/LC_MESSAGES/x.po", project.path)
