"""Extraction: content and templates become .pot files, in reading order, the same bytes every time."""

import re
from pathlib import Path

import pytest
from factories import ROOT, Folder

from brochure import cli
from brochure.catalog import extract, numbers
from brochure.catalog.numbers import Numbers
from brochure.catalog.store import read
from brochure.errors import CatalogError, ContentError, Problem, TemplateError
from brochure.project import discover

Made = tuple[dict[str, bytes], Numbers]
POT = "locales/nurse.pot"


@pytest.fixture(scope="module")
def repository() -> Made:
    return extract.run(discover(ROOT))


def comments(pot: bytes) -> dict[str, list[str]]:
    """The generated comments of every message by key."""
    found, lines = dict[str, list[str]](), list[str]()
    for line in pot.decode().split("\n"):
        if line.startswith("#. "):
            lines.append(line[3:])
        elif line.startswith("msgctxt"):
            found[line.split('"')[1]], lines = lines, []
    return found


def test_the_templates_of_the_repository_are_current(repository: Made) -> None:
    made, _ = repository
    there = {path.name for path in (ROOT / "locales").glob("*.pot")} | {"numbers.txt"}
    assert set(made) == there >= {"brochure.pot"}
    assert extract.stale(discover(ROOT), made) == (), "make catalogs brings them up to date"


def test_the_comments_of_the_repository(repository: Made) -> None:
    made, numbered = repository
    found = comments(made["bmet.pot"]) | comments(made["brochure.pot"])
    assert set(found) <= set(numbered)
    for key, (first, *_) in found.items():
        assert first.startswith(f"⟦{numbered[key]}⟧ "), key
    bullet = found["bmet.skills.mechanical"]
    *where, note = [line.partition(";")[0] for line in bullet]
    where[0] = where[0].removeprefix(f"⟦{numbered['bmet.skills.mechanical']}⟧ ")
    assert {"handout-a4 front, bullet", "trifold-a4 inside-mid, bullet", "zfold-a4 inside-right, bullet"} < set(where)
    assert [line.partition(" ")[0] for line in where] == [
        layout.name for layout in discover(ROOT).layouts if "skills" in layout.needs]
    assert note == "Skills section, second bullet. A noun phrase, no full stop."
    assert all(re.search(r" of room( or more)?, English uses \d$", line) for line in bullet[:-1]), bullet
    assert found["bmet.keywords"][0].endswith("⟧ not printed: words that search engines find the file by")
    assert found["bmet.picture.hero"][0].endswith("⟧ not printed: read aloud to people who do not see the picture")
    assert found["common.qr_alt"][0].endswith("⟧ not printed: read aloud to people who do not see the picture")
    assert found["common.print_instructions"][0].endswith("⟧ in the margin, outside the panels")
    assert found["common.lead_in"][-3:] == [
        "Joins a bold lead-in and the text after it: keep both placeholders; change what stands between them.",
        "Keep %(lead)s as it is: it stands for the lead.", "Keep %(text)s as it is: it stands for the text."]


def test_the_numbers_of_the_repository_begin_in_reading_order(repository: Made) -> None:
    _, numbered = repository
    assert list(numbered)[:5] == ["bmet.name", "bmet.title", "bmet.hook", "bmet.keywords", "bmet.what.title"]
    assert numbered["bmet.name"] == 1


def test_all_that_a_translator_is_told(project: Folder) -> None:
    project.edit("templates/content/nurse.toml", "Care for people.", "Care for<br><b>all</b> the <b>people</b>.")
    made, numbered = extract.run(discover(project.path))
    assert list(made) == ["brochure.pot", "nurse.pot", "numbers.txt"]
    assert comments(made["nurse.pot"]) == {
        "nurse.name": ["⟦1⟧ on no panel at present", "Name."],
        "nurse.title": ["⟦2⟧ card only, title; no room, English uses 1", "Title."],
        "nurse.hook": ["⟦3⟧ card only, line; no room, English uses 2", "Hook.", "Keep the tags <b>…</b> around the same words.",
                       "<br> begins a new line."],
        "nurse.keywords": ["⟦4⟧ not printed: words that search engines find the file by", "Keywords."],
        "nurse.what.title": ["⟦5⟧ card only, heading; no room, English uses 1", "Heading."],
        "nurse.what.intro": ["⟦6⟧ card only, paragraph; no room, English uses 1", "First paragraph.",
                             "Keep the tags <b>…</b> around the same words."],
        "nurse.what.pay": ["⟦7⟧ card only, fact; no room, English uses 1", "A fact."],
        "nurse.what.pay.source": ["⟦8⟧ card only, source of a fact; no room, English uses 1",
                                  "Source of the statement before it."],
    }
    assert comments(made["brochure.pot"]) == {
        "common.as_of": ["⟦9⟧ card only, line; no room, English uses 1", "After a fact.",
                         "Keep %(date)s as it is: it stands for the date."]}
    assert made["numbers.txt"].decode() == numbers.HEAD + "".join(f"{n} {key}\n" for key, n in numbered.items())


def test_a_note_that_explains_the_break_is_enough(project: Folder) -> None:
    project.edit("templates/content/nurse.toml", "Care for people.", "Care for<br>people.")
    project.edit("templates/content/nurse.toml", 'note = "Hook."', 'note = "Hook; <br> ends its first line."')
    assert b"begins a new line" not in extract.templates(project.path, ["nurse"])["nurse.pot"]


def test_templates_alone_have_no_numbers_and_read_no_file_of_numbers(project: Folder) -> None:
    project.write(numbers.FILE, "damaged")
    text = extract.templates(project.path, ["nurse"])["nurse.pot"].decode()
    assert "⟦" not in text and "#. Keep the tags <b>…</b>" in text
    with pytest.raises(CatalogError, match="“damaged” is not a number and a key"):
        extract.run(discover(project.path))


# ---- writing and looking


def test_what_is_written_is_up_to_date_and_stays_so(project: Folder) -> None:
    there = discover(project.path)
    assert extract.write(there) == ("brochure.pot", "nurse.pot", "numbers.txt")
    assert extract.write(there) == ()
    extract.check(there)
    project.write(POT, (project / POT).read_bytes().replace(b"\n", b"\r\n"))
    extract.check(there)  # Git on Windows


def test_a_new_message_gets_the_next_number_and_the_others_keep_theirs(project: Folder) -> None:
    there = discover(project.edit("templates/layouts/card/layout.css", "70mm", "200mm").path)
    extract.write(there)
    before = (project / numbers.FILE).read_text("utf-8")
    project.edit("templates/content/nurse.toml", "  [[section.fact]]", '  [[section.paragraph]]\n  id = "more"\n'
                 '  text = "More."\n  note = "Second paragraph."\n\n  [[section.fact]]')
    with pytest.raises(CatalogError) as caught:
        extract.check(there)
    assert caught.value.problems == (Problem("locales", "nurse.pot, numbers.txt are not what content and templates say today",
                                             "run brochure catalog extract (or make catalogs)"),)
    assert (project / numbers.FILE).read_text("utf-8") == before
    assert extract.write(there) == ("nurse.pot", "numbers.txt")
    assert (project / numbers.FILE).read_text("utf-8") == f"{before}10 nurse.what.more\n"
    assert "#. ⟦10⟧ card only, paragraph; " in (project / POT).read_text("utf-8")
    assert "#. ⟦7⟧ card only, fact; " in (project / POT).read_text("utf-8")


def test_the_template_of_a_career_that_has_gone_goes_too(project: Folder) -> None:
    there = discover(project.path)
    extract.write(there)
    project.write("locales/pilot.pot", (project / POT).read_bytes())
    project.write("locales/mine.pot", "# written by hand\n")
    assert extract.stale(there, extract.run(there)[0]) == ("pilot.pot",)
    assert extract.write(there) == ("pilot.pot",)
    assert not (project / "locales/pilot.pot").exists() and (project / "locales/mine.pot").exists()


def test_the_command_that_looks_and_the_one_that_writes(project: Folder, monkeypatch: pytest.MonkeyPatch,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    def call(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["brochure", "catalog", "extract", "--project", str(project.path), *arguments])
        code: object = 0
        try:
            cli.run()
        except SystemExit as end:
            code = end.code
        return code, *capsys.readouterr()

    assert call("--check") == (5, "", "error: locales: brochure.pot, nurse.pot, numbers.txt are not what content and templates "
                               "say today\n    hint: run brochure catalog extract (or make catalogs)\n")
    assert not (project / POT).exists() and not (project / numbers.FILE).exists()
    assert call() == (0, "locales/brochure.pot\nlocales/nurse.pot\nlocales/numbers.txt\n", "")
    assert call("--check") == call() == (0, "the templates in locales are up to date\n", "")


# ---- messages


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
    assert '#. First paragraph.\n#. Keep the tags <b>…</b> around the same words.\n#: templates/content/nurse.toml\n' \
           'msgctxt "nurse.what.intro"\nmsgid "Nurses care for <b>people</b>."\nmsgstr ""\n' in text


def test_shared_words_with_the_comment_before_them(project: Folder) -> None:
    text = extract.templates(project.path, [])["brochure.pot"].decode()
    assert '#. After a fact.\n#. Keep %(date)s as it is: it stands for the date.\n#: templates/macros/words.html\n' \
           'msgctxt "common.as_of"\nmsgid "As of %(date)s"\n' in text
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


def test_every_problem_of_every_file_at_once(project: Folder) -> None:
    project.edit("templates/macros/words.html", "{% set", "{% sett")
    project.write("templates/macros/more.html", "{% if %}")
    project.edit("templates/content/nurse.toml", 'id = "intro"', 'di = "intro"')
    for way in (lambda: extract.templates(project.path, ["nurse"]), lambda: extract.run(discover(project.path))):
        with pytest.raises(TemplateError) as caught:
            way()
        assert [problem.where.partition(":")[0] for problem in caught.value.problems] == [
            "templates/macros/more.html", "templates/macros/words.html",
            "templates/content/nurse.toml", "templates/content/nurse.toml"]


def test_a_key_that_a_file_of_numbers_cannot_hold(project: Folder) -> None:
    project.edit("templates/macros/words.html", "common.as_of", "common as of")
    with pytest.raises(TemplateError, match=r"words\.html: the key 'common as of' has a space in it"):
        extract.templates(project.path, [])


def test_the_words_for_reviewers_come_last(project: Folder) -> None:
    for number, file in enumerate(("templates/macros/review-words.html", "templates/review/sheet.html", "templates/z.html")):
        project.write(file, f'{{% set a = pgettext("a.{number}", "A") %}}')
    rows = extract.messages(project.path, [])["brochure"]
    assert [message.key for message in rows] == ["common.as_of", "a.2", "a.0", "a.1"]
    assert [extract.for_review(Path(message.where)) for message in rows] == [False, False, True, True]
