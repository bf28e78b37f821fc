"""One broken input per sentence: what is said, where, with which hint and exit code, and what is left in dist/."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from factories import CONTENT, FONT, KHMER, LAYOUT, Folder, po

from brochure import cli

# WeasyPrint 70 leaves its own sRGB profile open.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")

TOML = "templates/content/nurse.toml"
HTML = "templates/layouts/card/layout.html"
CARD = "templates/layouts/card/layout.toml"
CSS = "templates/layouts/card/layout.css"
WORDS = "templates/macros/words.html"
PO = "locales/km/LC_MESSAGES/nurse.po"
SHARED = "locales/km/LC_MESSAGES/brochure.po"
GLOSSARY = "locales/km/glossary.csv"
KM = "locales/km/language.toml"
PAY, INTRO = "nurse.what.pay", "nurse.what.intro"
SYNTAX = 'a line is key = "text"; in a text, write \\" for a quotation mark'
TEMPLATES = "templates/README.md lists what a template may use"
ENCODING = "the file was saved in another encoding: save it as UTF-8"

Change = Callable[[Folder], object]


def edit(name: str, old: str, new: str) -> Change:
    return lambda folder: folder.edit(name, old, new)


def write(name: str, text: str | bytes) -> Change:
    return lambda folder: folder.write(name, text)


def delete(*names: str) -> Change:
    return lambda folder: folder.delete(*names)


def translated(key: str, msgstr: str, msgid: str = "") -> Change:
    return write(PO, po({**KHMER, key: (msgid or KHMER[key][0], msgstr)}))


def as_of(msgstr: str) -> Change:
    return write(SHARED, po({"common.as_of": ("As of %(date)s", msgstr)}))


def line_of(text: str, file: str) -> int:
    return file[: file.index(text)].count("\n") + 1


def build(folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
          *more: str) -> tuple[int, str, str]:
    """The exit code, and what stood on the two streams."""
    monkeypatch.setattr("sys.argv", ["brochure", "build", "--jobs", "1", "--edition", "phone",
                                     "--project", str(folder.path), *more])
    code = 0
    try:
        cli.run()
    except SystemExit as end:
        code = int(end.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


PAY_LINE = line_of("Most earn well", CONTENT)
PO_PAY = line_of('"ប្រាក់ខែល្អ"', po(KHMER))
PO_INTRO = line_of('"ការថែទាំ', po(KHMER))

# name: change, exit code, [(where, what, hint)]
CASES: dict[str, tuple[Change, int, list[tuple[str, str, str]]]] = {
    # the career
    "missing section": (
        edit(CARD, '["what"]', '["what", "path"]'), 3,
        [(f"{TOML}: section", "there is no section 'path'", 'the layout card needs it: write [[section]] with id = "path"')]),
    "no section": (
        write(TOML, CONTENT.split("[[section]]")[0]), 3,
        [(f"{TOML}: section", "there is no section", "write [[section]] with id, title and note")]),
    "unknown key": (
        edit(TOML, 'note = "Heading."', 'note = "Heading."\ncolour = "red"'), 3,
        [(f"{TOML}: section what.colour", "is not a known key", "known here: id, title, note, paragraph, item, pair, fact")]),
    "unknown key at the top": (
        edit(TOML, "[contact]", 'author = "me"\n[contact]'), 3,
        [(f"{TOML}: author", "is not a known key",
          "known here: edition, contact, credits, name, title, hook, keywords, section, picture")]),
    "missing key": (
        edit(TOML, 'note = "A fact."\n', "\n"), 3,
        [(f"{TOML}: section what.fact pay.note", "is missing", "add note = …")]),
    "text for a date": (
        edit(TOML, "edition = 2026-01-31", 'edition = "January"'), 3,
        [(f"{TOML}: edition", "must be a date like 2026-11-30, not 'January'", "")]),
    "time for a date": (
        edit(TOML, "edition = 2026-01-31", "edition = 2026-01-31T08:00:00"), 3,
        [(f"{TOML}: edition", "must be a date like 2026-11-30, not 2026-01-31T08:00:00", "")]),
    "number for a text": (
        edit(TOML, '"Most earn well"', "5"), 3,
        [(f"{TOML}: section what.fact pay.text", "must be a text that is not empty, not 5", "")]),
    "empty text": (
        edit(TOML, '"Most earn well"', '" "'), 3,
        [(f"{TOML}: section what.fact pay.text", "must be a text that is not empty, not ' '", "")]),
    "doubled id": (
        edit(TOML, 'id = "pay"', 'id = "intro"'), 3,
        [(f"{TOML}: section what.fact intro.id", "'intro' is used twice", "give every statement an id of its own"),
         (f"{TOML}: section what.fact intro.text", "two texts have the key nurse.what.intro", "rename one id")]),
    "ill-formed id": (
        edit(TOML, 'id = "pay"', 'id = "Pay-1"'), 3,
        [(f"{TOML}: section what.fact Pay-1.id", "'Pay-1' may hold only small letters, digits and _, a letter first", "")]),
    "two ids missing": (
        lambda folder: folder.edit(TOML, '  id = "pay"\n', "").edit(TOML, '  id = "intro"\n', ""), 3,
        [(f"{TOML}: section what.paragraph 1.id", "is missing", "add id = …"),
         (f"{TOML}: section what.fact 1.id", "is missing", "add id = …")]),
    "no web address": (
        edit(TOML, "https://school.test/nurse", "our page"), 3,
        [(f"{TOML}: contact.web", "'our page' is not a web address", "it begins with https:// and has no spaces")]),
    "tag in the source text": (
        edit(TOML, "Most earn well", "Most <u>earn</u> well"), 3,
        [(f"{TOML}: section what.fact pay.text", "the tag <u> may not be used",
          "a text may hold the tags b, strong, i, em, sup, sub, span, br"),
         (f"{TOML}: section what.fact pay.text", "the tag </u> may not be used",
          "a text may hold the tags b, strong, i, em, sup, sub, span, br")]),
    "TOML without a closing quotation mark": (
        edit(TOML, '"Most earn well"', '"Most earn well'), 3,
        [(f"{TOML}:{PAY_LINE}", "is not valid TOML: a text is not closed in its line", SYNTAX)]),
    "TOML without an equals sign": (
        edit(TOML, 'text = "Most', 'text: "Most'), 3,
        [(f"{TOML}:{PAY_LINE}", "is not valid TOML: Expected '=' after a key in a key/value pair", SYNTAX)]),
    "TOML that ends too early": (
        lambda folder: folder.append(TOML, '[[section]]\nid = """x'), 3,
        [(f"{TOML}:{CONTENT.count(chr(10)) + 2}", "is not valid TOML: Unterminated string", SYNTAX)]),
    "TOML in Latin-1": (
        write(TOML, CONTENT.replace("Most earn", "Most \xe9arn").encode("latin-1")), 3,
        [(f"{TOML}:{PAY_LINE}", "the byte 0xe9 is not UTF-8", ENCODING)]),
    # templates
    "template syntax": (
        edit(HTML, "for one in what.facts", "for one what.facts"), 4,
        [(f"{HTML}:{line_of('what.facts', LAYOUT)}", "expected token 'in', got 'what'", "*")]),
    "undefined variable": (
        edit(HTML, "say(hook)", "say(hoook)"), 4,
        [(f"{HTML}:{line_of('say(hook)', LAYOUT)}", "'hoook' is undefined", TEMPLATES)]),
    "unknown filter": (
        edit(HTML, "say(hook)", "say(hook | shout)"), 4,
        [(f"{HTML}:{line_of('say(hook)', LAYOUT)}", "No filter named 'shout'.", "*")]),
    "missing macro file": (
        edit(HTML, "<!DOCTYPE html>", '{% import "macros/nothing.html" as nothing %}<!DOCTYPE html>'), 4,
        [("templates/macros/nothing.html", "the template is not there",
          "layouts/card/layout.html or something it extends asks for it")]),
    "placeholder without a value": (
        edit(HTML, "fill(date=one.as_of)", "fill()"), 4,
        [(f"{HTML}:*", "common.as_of needs date: write fill(date=…)", TEMPLATES)]),
    "section not in needs": (
        edit(HTML, 'section("what")', 'section("path")'), 4,
        [(f"{CARD}: needs", "the layout uses the section 'path' but does not say that it needs it", 'add "path" to needs')]),
    "statement left out": (
        edit(HTML, "{{ say(one.source) }}\n", ""), 4,
        [(HTML, "the text nurse.what.pay.source is nowhere in the layout",
          "print every statement of a section, or take the section out of needs")]),
    "layout without its style sheet": (
        delete(CSS), 4, [(CSS, "is missing", "a layout has three files: layout.html, layout.css, layout.toml")]),
    "layout of an unknown edition": (
        edit(CARD, '"phone"]', '"phone", "fax"]'), 4,
        [(f"{CARD}: editions", "'fax' is not an edition", "there are paper, phone")]),
    "layout turned in an unknown way": (
        edit(CARD, "simplex", "upside-down"), 4,
        [(f"{CARD}: flip", "'upside-down' is not a way to turn a sheet", "one of short-edge, long-edge, simplex")]),
    "edition with a wrong number": (
        edit("templates/editions/phone.toml", "dpi = 150", 'dpi = "fine"'), 4,
        [("templates/editions/phone.toml: dpi", "must be a whole number, not 'fine'", "")]),
    "edition without its style sheet": (
        delete("templates/editions/phone.css"), 4,
        [("templates/editions/phone.css", "is missing", "an edition has two files: .toml and .css")]),
    # languages
    "unknown twin": (
        lambda folder: folder.append(KM, 'twin = "fr"\n'), 5,
        [(f"{KM}: twin", "there is no language 'fr'", "there are: en, km")]),
    "nine digits": (
        edit(KM, "០១២", "០១"), 5,
        [(f"{KM}: digits", "'០១៣៤៥៦៧៨៩' are not the ten digits, from nought to nine", "")]),
    "date without a year": (
        lambda folder: folder.append(KM, '[dates]\nmonth = "MMMM"\n'), 5,
        [(f"{KM}: dates.month", "the pattern 'MMMM' has no year (y)", "")]),
    "language CLDR does not know": (
        write("locales/klingon/language.toml", 'name = "tlhIngan Hol"\n'), 5,
        [("locales/klingon", "is not the tag of a language that CLDR knows", "name the folder like km, fr or pt-BR")]),
    "two source languages": (
        lambda folder: folder.append(KM, "source = true\n"), 2,
        [("locales", "exactly one language must be the source of the content; en and km say so",
          "write source = true in the language.toml of the language the content is written in")]),
    "glossary without its columns": (
        write(GLOSSARY, "english,khmer\n"), 5,
        [(f"{GLOSSARY}:1", "the columns term and break are missing", "the first line is: source,term,note,break")]),
    "glossary that spells two terms": (
        write(GLOSSARY, "source,term,note,break\nwoman,ស្ត្រី,,ស្រ្តី|ភាព\n"), 5,
        [(f"{GLOSSARY}:2", "the break hint 'ស្ត្រី|ភាព' spells another term than 'ស្ត្រី'", "")]),
    "glossary with a stray quotation mark": (
        write(GLOSSARY, 'source,term,note,break\nx,"មនុ"ស្ស,,\n'), 5,
        [(f"{GLOSSARY}:2", "cannot be read: ',' expected after '\"'",
          'put " around a cell with a comma in it, and write "" for a quotation mark')]),
    "glossary in Latin-1": (
        write(GLOSSARY, b"source,term,note,break\ncaf\xe9,,,\n"), 5,
        [(f"{GLOSSARY}:2", "the byte 0xe9 is not UTF-8", ENCODING)]),
    # catalogs (test_catalog_store.py has the damaged files)
    "catalog not there": (
        delete(PO), 5, [(PO, "is missing", "copy locales/nurse.pot there and translate it")]),
    "damaged catalog": (
        edit(PO, '"ប្រាក់ខែល្អ"', '"ប្រាក់ខែល្អ'), 5,
        [(f"{PO}:{PO_PAY}", "the quotation mark after the text is missing", 'write " at its end')]),
    "message not in the catalog": (
        write(PO, po({key: value for key, value in KHMER.items() if key != PAY})), 5,
        [(PO, f"{PAY} is not translated: the message is not in the file",
          "brochure catalog extract writes the template it can be taken from")]),
    "message not translated": (
        translated(PAY, ""), 5, [(f"{PO}:{PO_PAY}", f"{PAY} is not translated", "it says “Most earn well”")]),
    "fuzzy message": (
        edit(PO, f'msgctxt "{PAY}"\n', f'#, fuzzy\nmsgctxt "{PAY}"\n'), 5,
        [(f"{PO}:{PO_PAY + 1}", f"{PAY} is marked as fuzzy: somebody must look at it",
          "when the translation is right, take the word fuzzy out of the line above it")]),
    "translation of an older text": (
        translated(PAY, "ប្រាក់ខែល្អ", "Most earned well"), 5,
        [(f"{PO}:{PO_PAY}", f"{PAY} translates an older text: “Most earned well”",
          "the source text is now “Most earn well”; translate it and put it as msgid")]),
    "tag that is not allowed": (
        translated(PAY, "<u>ល្អ</u>"), 5, [(f"{PO}:{PO_PAY}", f"{PAY}: the tag <u> may not be used", "*")]),
    "tag that is missing": (
        translated(INTRO, "ការថែទាំ"), 5,
        [(f"{PO}:{PO_INTRO}", f"{INTRO}: the tag <b> of the source text is missing", "*")]),
    "attribute": (
        translated(INTRO, '<b onclick="go()">មនុស្ស</b>'), 5,
        [(f"{PO}:{PO_INTRO}", f'{INTRO}: the tag <b onclick="go()"> may not be used', "*")]),
    "script": (
        translated(PAY, "<script>go()</script>"), 5, [(f"{PO}:{PO_PAY}", f"{PAY}: the tag <script> may not be used", "*")]),
    "style": (
        translated(PAY, "<style>body{display:none}</style>"), 5,
        [(f"{PO}:{PO_PAY}", f"{PAY}: the tag <style> may not be used", "*")]),
    "attachment of a file of this machine": (
        translated(PAY, "<link rel=attachment href=file:///etc/os-release>"), 5,
        [(f"{PO}:{PO_PAY}", f"{PAY}: the tag <link rel=attachment href=file:///etc/os-release> may not be used", "*")]),
    "unknown placeholder": (
        as_of("គិតត្រឹម %(day)s"), 5,
        [(f"{SHARED}:9", "common.as_of: the placeholder %(day)s is not in the source text (there: %(date)s)", "*")]),
    "missing placeholder": (
        as_of("គិតត្រឹម"), 5, [(f"{SHARED}:9", "common.as_of: the placeholder %(date)s of the source text is missing", "*")]),
    "placeholder fifty million wide": (
        as_of("%(date)50000000s"), 5,
        [(f"{SHARED}:9", "common.as_of: the placeholder %(date) must end in s: %(date)s", "*")]),
    # what only rendering can tell
    "glyph missing": (
        translated(PAY, "ល្អ ☃"), 6,
        [("*", "*no font of the project has the character “☃” (U+2603)", "*")]),
    "family missing": (
        edit(CSS, "Kantumruy Pro", "Comic Sans"), 6,
        [("*", "*no file in the fonts folder has the family “Comic Sans”", "*")] * 2),
    "no font": (delete(FONT), 6, [("*", "the fonts folder holds no font", "*")]),
    "picture missing": (
        edit(HTML, "{{ say(hook) }}", '{{ say(hook) }}<img src="{{ base }}assets/images/none.svg" alt="x">'), 6,
        [("assets/images/none.svg", "there is no such file", "")]),
    "picture outside the project": (
        edit(HTML, "{{ say(hook) }}", '{{ say(hook) }}<img src="file:///etc/passwd" alt="x">'), 6,
        [("file:///etc/passwd", "the page asks for something outside the project", "*")]),
}


def pattern(problems: list[tuple[str, str, str]]) -> str:
    """What stderr must be; ``*`` stands for words other tests look at."""
    out = ""
    for where, what, hint in problems:
        line = re.escape(f"error: {where}: {what}").replace(r"\*", "[^\n]*")
        out += line + ("\n" if not hint else "(\n    hint: [^\n]+)?\n" if hint == "*" else re.escape(f"\n    hint: {hint}\n"))
    return out


@pytest.mark.parametrize("name", CASES)
def test_sentence(name: str, project: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    change, code, problems = CASES[name]
    change(project)
    found, out, err = build(project, monkeypatch, capsys)
    assert re.fullmatch(pattern(problems), err), f"{err}\nis not\n{pattern(problems)}"
    assert found == code
    assert "Traceback" not in out + err and str(project.path) not in err
    assert not list((project / "dist").rglob("*.part")) and not (project / "dist/nurse/card.phone.km.pdf").exists()


def test_the_same_project_builds_when_nothing_is_broken(project: Folder, monkeypatch: pytest.MonkeyPatch,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = build(project, monkeypatch, capsys)
    assert (code, err) == (0, "")
    assert out.endswith(f"2 built in {project / 'dist'}\n")


def test_a_failing_job_takes_its_stale_file_away_and_the_others_are_built(
        project: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(project, monkeypatch, capsys)[0] == 0
    kept = (project / "dist/nurse/card.phone.en.pdf").read_bytes()
    translated(PAY, "")(project)
    code, out, _ = build(project, monkeypatch, capsys)
    assert code == 5
    assert "1 unchanged, 1 failed" in out
    assert not (project / "dist/nurse/card.phone.km.pdf").exists()
    assert (project / "dist/nurse/card.phone.en.pdf").read_bytes() == kept


@pytest.mark.parametrize(("text", "shown"), [
    ("១០០% ល្អ", "១០០% ល្អ"),
    ("ល្អ {{ 7*7 }} {% raise %}", "ល្អ {{ 7*7 }} {% raise %}"),
    ("ល្អ %s %d %%", "ល្អ %s %d %%"),
    ("ល្អ &lt;b&gt; <", "ល្អ &lt;b&gt; <"),
    ("ល្អ <!-- x -->", "ល្អ <!-- x -->"),
])
def test_a_msgstr_is_data(text: str, shown: str, project: Folder) -> None:
    from brochure import breaks, compose
    from brochure.catalog import copy as copies
    from brochure.content import load
    from brochure.project import discover

    translated(PAY, text)(project)
    there = discover(project.path)
    content = load(project / TOML, project.path)
    copy = copies.load(project.path, there.language("km"), "en", "nurse")
    page = compose.compose(content, copy, there.layout("card"), there.edition("phone"), project.path, None,
                           content.edition, draft=False)
    assert page.texts[PAY] == shown
    assert f"<p data-msg=\"{PAY}\">{shown.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</p>" in page.html
    assert breaks.needed(shown)


def test_a_lengthened_message_names_panel_mm_lines_message_and_line(
        project: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    translated(PAY, "ប្រាក់ខែល្អ " * 60)(project)
    code, _, err = build(project, monkeypatch, capsys, "--lang", "km")
    assert code == 7
    assert re.match(rf"error: {CARD}: panel only: the text is \d+\.\d mm \(\d+ lines\) too long: "
                    rf"{re.escape(PAY)} \({PO}:{PO_PAY}\)", err)
    assert re.search(r"hint: cut about \d+ characters, in these messages or before them\n", err)
    assert not (project / "dist/nurse/card.phone.km.pdf").exists()


def test_a_draft_says_the_same_as_a_warning(project: Folder, monkeypatch: pytest.MonkeyPatch,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    translated(PAY, "")(project)
    code, out, err = build(project, monkeypatch, capsys, "--draft")
    assert (code, err) == (0, "")
    assert f"warning: {PO}:{PO_PAY}: {PAY} is not translated\n    hint: it says “Most earn well”\n" in out
    assert sorted(path.name for path in (project / "dist/nurse").iterdir()) == [
        "card.phone.draft.en.pdf", "card.phone.draft.km.pdf"]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm_in_toml(project: Folder, tmp_path: Path) -> None:
    from brochure.content import load

    before = load(project / TOML, project.path)
    project.write(TOML, "\ufeff" + CONTENT.replace("\n", "\r\n"))
    assert load(project / TOML, project.path) == before
