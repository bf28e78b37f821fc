"""What a translator's comment and name change in a catalog, to the byte, and what they leave."""

import pytest
from factories import KHMER as MESSAGES
from factories import Folder, po
from translate.storage import pypo

from brochure.preview.edit import Conflict, Editor
from brochure.preview.entries import Draft
from brochure.preview.person import Person
from brochure.preview.reading import Reading
from brochure.project import discover

PO = "locales/km/LC_MESSAGES/nurse.po"
KEY, KHMER = "nurse.hook", "ថែទាំមនុស្ស"
MESSAGE = f'msgctxt "{KEY}"\n'
SIGNS = ", fuzzy\n: a\n. b\n| msgid \"c\"\n~ d\n= e\n# f\nmsgid \"g\""


def lines(*above: str, end: str = "\n") -> bytes:
    """The catalog with these lines above the message."""
    return po(MESSAGES).replace(MESSAGE, "".join(f"{line}\n" for line in above) + MESSAGE).replace("\n", end).encode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("above", "typed", "expected"), [
    ((), "Mine.", ("# Mine.",)),
    (("# A.",), "", ()),
    (("# A.", "#. N.", "#: a.html", "#, python-format"), "B.", ("# B.", "#. N.", "#: a.html", "#, python-format")),
    (("#. N.",), "A.\nB.", ("# A.", "# B.", "#. N.")),
    (("# A.", "# B."), "A.\nC.\nB.", ("# A.", "# C.", "# B.")),
    (("# A.", "# B."), "B.", ("# B.",)),
    (("#A", "#  B"), "A\nB\nC", ("#A", "#  B", "# C")),
    (("#. N.",), "A.\r\n\r\nB.\n\n", ("# A.", "#", "# B.", "#. N.")),
    (("# Section.", "", "# A."), "Section.\nB.", ("# Section.", "", "# B.")),
    (("# Section.", "", "#. N."), "", ("", "#. N.")),
    (("# brochure: said by a program",), "A.", ("# A.", "# brochure: said by a program")),
    (("#. N.",), "brochure: A.", ("#  brochure: A.", "#. N.")),
    ((), "A\x07B\u2028C\tD", ("# A B", "# C D")),
    (("#. N.",), SIGNS, (*(f"# {line}" for line in SIGNS.split("\n")), "#. N.")),
])
def test_a_comment_is_written_and_nothing_else(project: Folder, end: str, above: tuple[str, ...], typed: str,
                                               expected: tuple[str, ...]) -> None:
    project.write(PO, lines(*above, end=end))
    there, editor = discover(project.path), Editor(Person(), Reading())
    before = editor.read(there, "km", KEY)
    saved = editor.save(there, "km", KEY, Draft(KHMER, comment=typed), before.version)
    assert (project / PO).read_bytes() == lines(*expected, end=end)
    assert (saved.text, saved.fuzzy, saved.note) == (KHMER, False, before.note)
    assert editor.save(there, "km", KEY, Draft(KHMER, comment=saved.comment), saved.version) == saved
    assert (project / PO).read_bytes() == lines(*expected, end=end)
    assert editor.undo(there)[1] == before
    assert (project / PO).read_bytes() == lines(*above, end=end)


def test_a_comment_is_read_as_it_was_typed(project: Folder) -> None:
    there, editor = discover(project.path), Editor(Person(), Reading())
    for typed in ("A.\n\nB.", SIGNS, "brochure: A.", "##", "- a\n- b"):
        entry = editor.read(there, "km", KEY)
        assert editor.save(there, "km", KEY, Draft(KHMER, comment=typed), entry.version).comment == typed


def test_a_text_is_written_with_its_comment_or_leaves_it(project: Folder) -> None:
    project.write(PO, lines("# Section.", "", "# A.", "#. N."))
    there, editor = discover(project.path), Editor(Person(), Reading())
    first = editor.save(there, "km", KEY, Draft("ថែទាំ"), editor.read(there, "km", KEY).version)
    assert (first.comment, first.text) == ("Section.\nA.", "ថែទាំ")
    assert (project / PO).read_bytes() == lines("# Section.", "", "# A.", "#. N.").replace(KHMER.encode(), "ថែទាំ".encode())
    second = editor.save(there, "km", KEY, Draft(KHMER, fuzzy=True, comment="B."), first.version)
    assert (second.comment, second.fuzzy) == ("B.", True)
    assert (project / PO).read_bytes() == lines("", "# B.", "#. N.", "#, fuzzy")


def test_a_message_that_the_file_lacks_gets_its_comment(project: Folder) -> None:
    project.write(PO, po({key: pair for key, pair in MESSAGES.items() if key != KEY}))
    before = (project / PO).read_bytes()
    there, editor = discover(project.path), Editor(Person(), Reading())
    saved = editor.save(there, "km", KEY, Draft(KHMER, comment="A."), editor.read(there, "km", KEY).version)
    assert (saved.text, saved.comment) == (KHMER, "A.")
    assert (project / PO).read_bytes().startswith(before) and b"\n# A.\nmsgctxt" in (project / PO).read_bytes()


def test_what_somebody_else_noted_meanwhile_is_not_overwritten(project: Folder) -> None:
    there, editor = discover(project.path), Editor(Person(), Reading())
    mine = editor.read(there, "km", KEY)
    project.write(PO, lines("# Theirs."))
    with pytest.raises(Conflict) as caught:
        editor.save(there, "km", KEY, Draft(KHMER, comment="Mine."), mine.version)
    assert caught.value.entry.comment == "Theirs."
    assert (project / PO).read_bytes() == lines("# Theirs.")


# ---- the name in the header

NAME = Person('Sok "ដារ៉ា" \\ n', "sok@example.test")
WRITTEN = r'Sok \"ដារ៉ា\" \\ n <sok@example.test>'
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


@pytest.mark.parametrize(("field", "expected"), [
    (r'"Last-Translator: A <a@b.test>\n"', rf'"Last-Translator: {WRITTEN}\n"'),
    (r'"Last-Translator:\n"', rf'"Last-Translator: {WRITTEN}\n"'),
    (r'"Last-Translator: A"', rf'"Last-Translator: {WRITTEN}"'),
    ('"Last-Translator: A long name "\n"<and@address.test>\\n"', rf'"Last-Translator: {WRITTEN}\n"'),
    (r'"Last-Translator: \"A\" B\\C\n"', rf'"Last-Translator: {WRITTEN}\n"'),
    (r'"Language: km\nLast-Translator: A\nX-Generator: B\n"', rf'"Language: km\nLast-Translator: {WRITTEN}\nX-Generator: B\n"'),
    ('"Last-Translator: A"\n"X-Generator: B\\n"', f'"Last-Translator: {WRITTEN}"\n"X-Generator: B\\n"'),
    (r'"X-Last-Translator: A\n"', r'"X-Last-Translator: A\n"'),
    (r'"X-Generator: Last-Translator: A\n"', r'"X-Generator: Last-Translator: A\n"'),
    (r'"X-Generator: B\n"', r'"X-Generator: B\n"'),
])
def test_the_last_translator_is_named_where_the_header_names_one(project: Folder, field: str, expected: str) -> None:
    comments = '# Last-Translator: A\n# "Last-Translator: A\\n"\n# msgstr "Last-Translator: A\\n"\n'
    project.write(PO, po(MESSAGES, f"{comments}{HEAD}{field}\n"))
    there, editor = discover(project.path), Editor(NAME, Reading())
    editor.save(there, "km", KEY, Draft("ថែទាំ"), editor.read(there, "km", KEY).version)
    after = (project / PO).read_bytes()
    assert after.decode() == po({**MESSAGES, KEY: (MESSAGES[KEY][0], "ថែទាំ")}, f"{comments}{HEAD}{expected}\n")
    if expected.endswith('n"') and WRITTEN in expected and "X-" not in expected:
        assert pypo.pofile.parsestring(after).parseheader()["Last-Translator"] == str(NAME)


def test_nobody_is_named_where_nobody_is_known(project: Folder) -> None:
    header = f'{HEAD}"Last-Translator: A\\n"\n'
    project.write(PO, po(MESSAGES, header))
    there, editor = discover(project.path), Editor(Person(), Reading())
    editor.save(there, "km", KEY, Draft("ថែទាំ"), editor.read(there, "km", KEY).version)
    assert (project / PO).read_text("utf-8").startswith(header)


def test_of_a_file_with_other_line_ends_only_the_name_and_the_day_are_written(project: Folder) -> None:
    header = f'{HEAD}"PO-Revision-Date: 2020-01-01 00:00+0000\\n"\n"Last-Translator: A "\n"B\\n"\n"Language: km\\n"\n'
    project.write(PO, po(MESSAGES, header).replace("\n", "\r\n"))
    there, editor = discover(project.path), Editor(NAME, Reading())
    editor.save(there, "km", KEY, Draft("ថែទាំ"), editor.read(there, "km", KEY).version)
    after = (project / PO).read_bytes().decode().split("\r\n")
    before = po({**MESSAGES, KEY: (MESSAGES[KEY][0], "ថែទាំ")}, header).split("\n")
    assert [line for line in after if "PO-Rev" not in line and "Last-" not in line] == [
        line for line in before if "PO-Rev" not in line and "Last-" not in line and line != '"B\\n"']
    assert f'"Last-Translator: {WRITTEN}\\n"' in after and '"PO-Revision-Date: 2020' not in "".join(after)
