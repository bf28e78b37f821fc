"""Exchange: XLIFF and CSV go out and come back without losing anything, and damage is refused in sentences."""

import csv
import io
from pathlib import Path

import pytest
from catalogs import HERE, KEYS, TEXT, block, message, po
from factories import ROOT, Folder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from translate.storage import xliff

from brochure.catalog.exchange import export, take
from brochure.catalog.merge import Change
from brochure.catalog.receive import Received
from brochure.errors import CatalogError
from brochure.project import Project, discover

FILE = "locales/km/LC_MESSAGES/nurse.po"
ONE = message("nurse.one", "Care for <b>people</b>.", "ថែទាំ <b>មនុស្ស</b>។", "# Mine.\n")
TWO = message("nurse.two", "Two", "ពីរ", '# brochure: only a number changed: 1 → 2\n#, fuzzy\n#| msgid "1"\n')
THREE = message("nurse.three", "=1+1\nand \"more\"; or, less")
WHOLE = po(ONE, TWO, THREE)
KINDS = ("xliff", "csv")


@pytest.fixture
def home(project: Folder) -> Project:
    project.write(FILE, WHOLE)
    return discover(project.path)


def out(kind: str, data: bytes = WHOLE) -> bytes:
    return export(data, kind, FILE, "km", "en")


def back(home: Project, data: bytes, **more: object) -> Received:
    return take(data, "agency.file", home, **more)  # type: ignore[arg-type]  # a case knows


def edited(kind: str, old: str, new: str) -> bytes:
    text = out(kind).decode("utf-8-sig" if kind == "csv" else "utf-8")
    assert old in text
    return text.replace(old, new).encode("utf-8-sig" if kind == "csv" else "utf-8")


def test_xliff_has_keys_notes_states_and_the_older_english() -> None:
    store = xliff.xlifffile.parsestring(out("xliff"))
    assert b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">' in out("xliff")
    assert (store.getsourcelanguage(), store.gettargetlanguage()) == ("en", "km")
    one, two, three = store.units
    assert [unit.xmlelement.get("id") for unit in store.units] == ["nurse.one", "nurse.two", "nurse.three"]
    assert (one.source, one.target) == ("Care for <b>people</b>.", "ថែទាំ <b>មនុស្ស</b>។")
    assert (one.getnotes("developer"), one.getnotes("translator")) == ("Note.", "Mine.")
    states = [node.get("state") for node in store.document.getroot().iter("{*}target") if node.get("state")]
    assert states == ["translated", "needs-review-translation"]
    assert (one.isapproved(), two.isapproved(), three.isapproved(), three.target) == (True, False, False, None)
    assert [unit.source for unit in two.getalttrans()] == ["1"]


def test_a_table_that_excel_opens() -> None:
    data = out("csv")
    assert data.startswith(b'\xef\xbb\xbf"key","source","translation","note","state"\r\n')
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[1:] == [
        ["nurse.one", "Care for <b>people</b>.", "ថែទាំ <b>មនុស្ស</b>។", "Note.\nMine.", "translated"],
        ["nurse.two", "Two", "ពីរ", "Note.\nbrochure: only a number changed: 1 → 2\nbrochure: it translates “1”", "fuzzy"],
        ["nurse.three", "'=1+1\nand \"more\"; or, less", "", "Note.", "untranslated"],
    ]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "|x", "%x", "'=1", "''@x", "＝1"])
def test_no_cell_is_a_formula_and_all_come_back(text: str, project: Folder, home: Project) -> None:
    data = po(message("nurse.one", text, text))
    project.write(FILE, data)
    for row in list(csv.reader(io.StringIO(out("csv", data).decode("utf-8-sig"), newline="")))[1:]:
        assert not any(cell[:1] in tuple("=+-@\t\r|%＝＋－＠") for cell in row if cell)
    assert back(home, out("csv", data)).data == data
    for plain in ("'tis", "''", "'"):  # an apostrophe that was always there
        data = po(message("nurse.one", plain, plain))
        project.write(FILE, data)
        assert f'"{plain}"'.encode() in out("csv", data) and back(home, out("csv", data)).data == data


@pytest.mark.parametrize("kind", KINDS)
def test_back_again_changes_nothing(kind: str, home: Project) -> None:
    found = back(home, out(kind))
    assert (found.file, found.data, found.changes, found.repairs, found.notes) == (FILE, WHOLE, (), (), ())


@pytest.mark.parametrize("kind", KINDS)
def test_the_repository_s_catalogs(kind: str) -> None:
    home, seen = discover(ROOT), 0
    for path in sorted((ROOT / "locales").glob("*/LC_MESSAGES/*.po")):
        name, tag, data = path.relative_to(ROOT).as_posix(), path.parent.parent.name, path.read_bytes()
        found = take(export(data, kind, name, tag, "en"), "x", home)
        assert (found.file, found.data, found.notes) == (name, data, ())
        seen += 1
    assert seen >= 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [path.name for path in sorted(HERE.glob("*.po"))])
def test_other_programs_catalogs(kind: str, name: str, project: Folder, home: Project) -> None:
    data = (HERE / name).read_bytes()
    project.write(FILE, data)
    assert back(home, out(kind, data)).data == data


@pytest.mark.parametrize("kind", KINDS)
def test_a_translation_comes_back(kind: str, home: Project) -> None:
    found = back(home, edited(kind, "មនុស្ស", "ជន"))
    assert found.data == WHOLE.replace("មនុស្ស".encode(), "ជន".encode())
    assert found.changes == (Change("nurse.one", "changed", "ថែទាំ <b>មនុស្ស</b>។", "ថែទាំ <b>ជន</b>។"),)


def test_states_come_back(home: Project) -> None:
    for data in (edited("csv", '"fuzzy"', '"translated"'), edited("xliff", '"needs-review-translation"', '"final"')):
        found = back(home, data)
        assert found.data == po(ONE, message("nurse.two", "Two", "ពីរ"), THREE)
        assert [change.kind for change in found.changes] == ["confirmed"]
    for data in (edited("csv", '"translated"', '"fuzzy"'), edited("xliff", '"translated"', '"needs-translation"')):
        assert [change.kind for change in back(home, data).changes] == ["doubted"]


def test_new_translations_are_not_fuzzy(home: Project) -> None:
    filled = edited("csv", '"","Note.","untranslated"', '"បី\nបួន","Note.","untranslated"')
    node = '<context-group name="brochure" purpose="match">\n          <context context-type="x-key">nurse.three'
    for data in (filled, edited("xliff", node, f"<target>បី\nបួន</target>{node}")):
        found = back(home, data)
        assert found.changes == (Change("nurse.three", "translated", "", "បី\nបួន"),)
        made = block(found.data, "nurse.three")
        assert made.endswith('msgstr ""\n"បី\\n"\n"បួន"') and "fuzzy" not in made


def test_remarks_come_back_as_comments(home: Project) -> None:
    for data in (edited("csv", '"Note.\nMine."', '"Note.\nMine.\nIs it right?"'),
                 edited("xliff", "Mine.</note>", 'Mine.</note><note from="translator">Is it right?</note>')):
        found = back(home, data)
        assert found.data == WHOLE.replace(b"# Mine.\n", b"# Mine.\n# Is it right?\n")
        assert [change.kind for change in found.changes] == ["commented"]


def test_agencies_change_the_table(home: Project) -> None:
    text = out("csv").decode("utf-8-sig").replace("មនុស្ស", "ជន")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    semicolons, tabs = io.StringIO(), io.StringIO()
    csv.writer(semicolons, delimiter=";").writerows([*row[2::-1], "", ""] for row in [*rows, [""] * 5])
    csv.writer(tabs, delimiter="\t").writerows([[title.upper() for title in rows[0]], *rows[1:]])
    for data in (semicolons.getvalue().encode(), ("sep=;\r\n" + semicolons.getvalue()).encode("utf-8-sig"),
                 tabs.getvalue().encode("utf-16")):
        assert back(home, data).data == WHOLE.replace("មនុស្ស".encode(), "ជន".encode())
        assert back(home, data).changes[0] == Change("nurse.one", "changed", "ថែទាំ <b>មនុស្ស</b>។", "ថែទាំ <b>ជន</b>។")


def test_a_table_may_be_older(home: Project) -> None:
    before = WHOLE.replace('"ពីរ"'.encode(), '"២"'.encode())
    found = back(home, out("csv", before), base=lambda file: before)
    assert found.data == WHOLE and not found.changes


HEAD = "key,source,translation,note,state\r\n"
WHOLE_AGAIN = "ask for the file again, or export it anew"
REFUSED: dict[str, tuple[bytes, str, str, str]] = {
    "Excel's own file": (b"PK\x03\x04", ":1", "the file is a Word, Excel or zip file, not a CSV table",
                         "save it as plain text, UTF-8, and send that"),
    "no column": (b"key,source,note\r\nnurse.one,x,y\r\n", ":1", "the table has no column “translation”",
                  "its first line is key, source, translation, note, state"),
    "letters lost": ((HEAD + "nurse.one,Care,????? ???,,\r\n").encode(), ":2",
                     "nurse.one: the letters were lost, ? stands in their place",
                     "write it again, and save the table as “CSV UTF-8”"),
    "too many cells": ((HEAD + "nurse.one,Care,a,b,c,d\r\n").encode(), ":2", "the row has 6 cells, the first line 5",
                       "put the text into one cell"),
    "too few cells": ((HEAD + "nurse.one,Care\r\n").encode(), ":2", "the row has 2 cells, the first line 5",
                      "put the text into one cell"),
    "row twice": ((HEAD + "nurse.one,Care,a,,\r\nnurse.one,Care,b,,\r\n").encode(), ":3",
                  "“nurse.one” stands twice in the table (also in line 2)", "delete the row that is not right"),
    "open quotation mark": ((HEAD + 'nurse.one,Care,"a').encode(), "", "the table cannot be read: unexpected end of data",
                            WHOLE_AGAIN),
    "old encoding": (HEAD.encode() + b"nurse.one,Care,caf\xe9 x,,\r\n", ":2", "the byte 0xe9 is not UTF-8",
                     "the file was saved in another encoding: save it as UTF-8"),
    "another table": (b"key,source,translation\r\na.b,c,d\r\n", "", "no message of this file belongs to the project",
                      "is it the right file, and the right project?"),
    "cut XLIFF": (out("xliff")[:-40], ":1", "the file is not whole XLIFF 1.2", WHOLE_AGAIN),
    "XLIFF 2": (b'<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0"><file id="a"/></xliff>', ":1",
                "the file is not whole XLIFF 1.2", WHOLE_AGAIN),
    "another XML": (b"<tmx><body/></tmx>", ":1", "the file is not whole XLIFF 1.2", WHOLE_AGAIN),
    "entities": (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><xliff version="1.2">&a;</xliff>', "",
                 "the file defines signs of its own (DOCTYPE), which is not read", WHOLE_AGAIN),
    "XLIFF without messages": (b'<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="a" '
                               b'source-language="en" datatype="plaintext"><body/></file></xliff>', "",
                               "no message is in the file: is it XLIFF 1.2?", WHOLE_AGAIN),
    "another language": (out("xliff").replace(b'target-language="km"', b'target-language="fr"'), ":1",
                         "the header names the language fr, which the project does not have",
                         "if the header is wrong, say the language with --lang"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, home: Project) -> None:
    data, line, what, hint = REFUSED[name]
    with pytest.raises(CatalogError) as caught:
        back(home, data)
    (problem,) = caught.value.problems
    if name == "cut XLIFF":  # the line is the parser's
        assert problem.where.startswith("agency.file:")
    else:
        assert problem.where == f"agency.file{line}"
    assert (problem.what, problem.hint) == (what, hint)


def test_question_marks_may_be_meant(home: Project) -> None:
    assert back(home, (HEAD + "nurse.one,What??,អ្វី??,,\r\n").encode()).file == FILE


ABOVE = st.sampled_from(["", "# mine\n", "#, fuzzy\n", '#, fuzzy\n#| msgid "was"\n'])
ROWS = st.lists(st.tuples(TEXT, st.just("") | TEXT, ABOVE), min_size=6, max_size=6)
MESSAGES = st.tuples(KEYS, ROWS).map(lambda pair: [(f"nurse.{key}", *row) for key, row in zip(*pair, strict=False)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MESSAGES, st.sampled_from(KINDS))
def test_every_text_comes_back(home: Project, rows: list, kind: str) -> None:
    data = po(*(message(*row) for row in rows))
    (home.root / FILE).write_bytes(data)
    assert back(home, out(kind, data)).data == data
    blank = po(*(message(key, msgid) for key, msgid, _, _ in rows))
    (home.root / FILE).write_bytes(blank)
    made = back(home, out(kind, data)).data
    (Path(home.root) / FILE).write_bytes(made)
    assert not back(home, out(kind, data)).changes
