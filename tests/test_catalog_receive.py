"""Receive: a catalog that comes back by mail is repaired or refused in sentences, recognised, and merged by message."""

import gzip
import io
import itertools
import os
import quopri
import re
import subprocess
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from catalogs import HEADER, HERE, KEYS, TEXT, accepted, block, message, obsolete, po
from factories import ROOT, Folder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brochure.catalog import blocks, encoding, history, rescue
from brochure.catalog.merge import Change
from brochure.catalog.receive import Received, receive
from brochure.errors import CatalogError, UsageError
from brochure.project import Project, discover

FILE = "locales/km/LC_MESSAGES/nurse.po"
ONE, TWO = message("nurse.one", "Say \"yes\" now", "ថា \"បាទ\""), message("nurse.two", "Two", "ពីរ")
OLD = obsolete(message("nurse.old", "Old", "ចាស់"))
WHOLE = po(ONE, TWO, OLD).decode()
SAME = ("", "")
UTF8 = "save it as UTF-8 without a byte order mark"
PLAIN = "save it as plain text, UTF-8, and send that"


def in_one(old: str, new: str) -> str:
    assert old in ONE
    return WHOLE.replace(ONE, ONE.replace(old, new))


def in_two(new: str) -> str:
    return WHOLE.replace('msgstr "ពីរ"', new)


def misread(text: str) -> bytes:
    """UTF-8 that a program took for Windows-1252 and saved as UTF-8 once more."""
    return "".join(chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")
                   for byte in text.encode()).encode()


def curly(text: str) -> str:
    """As Word's autoformat leaves it: every quotation mark curly, also those after a backslash."""
    out, opened = "", False
    for sign in text:
        if sign == '"':
            opened = not opened
        out += ("“" if opened else "”") if sign == '"' else sign
    return out


CURLY = "curly or single quotation marks stood around a text: they are plain now"
SPACE = "a space or an invisible character stood where it does not belong: it is gone"
ESCAPE = "a curly quotation mark stood after a backslash: it is plain now (2 times)"
EMPTY = "an empty line stood in the middle of a message: it is gone"
SIGN = "a sign stood between a keyword and its text: it is gone"
CAPITAL = "a keyword had a capital letter: it is small now"
BEFORE = "the text of a mail stood before the first line: it is gone"
AFTER = "the text of a mail stood after the last message: it is gone"
BROKEN = "a text ran over several lines: it is on one line again"
COMMENT = "a comment ran over several lines: it is on one line again (2 times)"
INNER = 'a quotation mark in a text had no backslash before it: it is \\" now'
UTF16 = "the file was saved as UTF-16: it is UTF-8 now"
WINDOWS = "the line ends are those of Windows: the catalog keeps its own"

# what was done: (the file, the repairs as line and sentence, the text of nurse.two, empty if it is as it was)
REPAIRED: dict[str, tuple[str | bytes, list[tuple[int, str]], str]] = {
    "Notepad's byte order mark": ("\ufeff" + WHOLE, [(1, "a byte order mark stood at the beginning: it is gone")], ""),
    "Notepad's “Unicode”": (b"\xff\xfe" + WHOLE.replace("\n", "\r\n").encode("utf-16-le"),
                            [(1, UTF16), (1, WINDOWS)], ""),
    "UTF-16 the other way round": (b"\xfe\xff" + WHOLE.encode("utf-16-be"), [(1, UTF16)], ""),
    "UTF-16 without its mark": (WHOLE.encode("utf-16-le"), [(1, UTF16)], ""),
    "UTF-32": (WHOLE.encode("utf-32"), [(1, "the file was saved as UTF-32: it is UTF-8 now")], ""),
    "read as Windows-1252": (misread(WHOLE),
                             [(13, "UTF-8 had been read as Windows' Western encoding: the letters are right again")], ""),
    "Windows line ends": (WHOLE.replace("\n", "\r\n"), [(1, WINDOWS)], ""),
    "old Macintosh line ends": (WHOLE.replace("\n", "\r"),
                                [(1, "the line ends are those of an old Macintosh: the catalog keeps its own")], ""),
    "line ends doubled in part": (WHOLE.replace("\n", "\r\r\n"), 
                                 [(1, "every line end stood twice in part: one is left")], ""),
    "Outlook's empty lines": (WHOLE.replace("\n", "\n\n"), [(4, f"{EMPTY} (11 times)")], ""),
    "Word's quotation marks": (curly(WHOLE), [(2, f"{CURLY} (15 times)"),
                                              (12, ESCAPE)], ""),
    "French Word's quotation marks": (in_two("msgstr «\u00a0ពីរ\u00a0»"), [(19, CURLY)], ""),
    "German quotation marks": (in_two("msgstr „ពីរ“"), [(19, CURLY)], ""),
    "one curly quotation mark": (in_two('msgstr "ពីរ”'), [(19, CURLY)], ""),
    "apostrophes": (in_two("msgstr 'ពីរ'"), [(19, CURLY)], ""),
    "curly quotation marks inside stay": (in_two('msgstr "“២”"'), [], "“២”"),
    "quotation marks without backslash": (in_two('msgstr "ពាក្យ "ពីរ" នេះ"'), [(19, INNER)], 'ពាក្យ "ពីរ" នេះ'),
    "no-break space": (in_two('msgstr\u00a0"ពីរ"'), [(19, SPACE)], ""),
    "spaces before a keyword": (in_two('  msgstr "ពីរ"'), [(19, SPACE)], ""),
    "zero width space before a keyword": (in_two('\u200bmsgstr "ពីរ"'), [(19, SPACE)], ""),
    "no-break space after the text": (in_two('msgstr "ពីរ"\u00a0'), [(19, SPACE)], ""),
    "a line with a no-break space": (WHOLE.replace("\n\n", "\n\u00a0\n"), [(8, f"{SPACE} (3 times)")], ""),
    "byte order mark in the middle": (in_two('msgstr "ពី\ufeffរ"'), [(19, "a byte order mark stood in a text: it is gone")], ""),
    "telephone's capital letter": (in_two('Msgstr "ពីរ"'), [(19, CAPITAL)], ""),
    "equals sign": (in_two('msgstr = "ពីរ"'), [(19, SIGN)], ""),
    "colon": (in_two('msgstr: "ពីរ"'), [(19, SIGN)], ""),
    "dash": (in_two('msgstr – "ពីរ"'), [(19, SIGN)], ""),
    "ellipsis": (in_two('msgstr… "ពីរ"'), [(19, SIGN)], ""),
    "empty line in a message": (in_two('\nmsgstr "ពីរ"'), [(19, EMPTY)], ""),
    "signature": (WHOLE + "\n-- \nSok Dara\nTel. 012 345 678\n", [(25, AFTER)], ""),
    "telephone's signature": (WHOLE + "\nSent from my iPhone\n", [(25, AFTER)], ""),
    "letter before": ("Dear all,\n\nhere it is.\n\n" + WHOLE, [(1, BEFORE)], ""),
    "quoted by a mail program": ("".join(f"> {line}\n" for line in WHOLE.splitlines()),
                                 [(1, "the lines began with >, as a mail program quotes them: that is gone")], ""),
    "wrapped by a mail program": (in_two('msgstr "មួយ\nពីរ\nបី"'), [(19, BROKEN)], "មួយ ពីរ បី"),
    "comment wrapped by a mail program": (WHOLE.replace("#. Note.", "#. Note\nin two lines."), [(10, COMMENT)], ""),
    "no header": (ONE + "\n" + TWO, [(1, "the header was missing: the catalog keeps its own")], ""),
    "no Content-Type": (WHOLE.replace('"Content-Type: text/plain; charset=UTF-8\\n"\n', ""),
                        [(3, "the header named no encoding: the file is UTF-8")], ""),
    "another encoding in the header": (WHOLE.replace("charset=UTF-8", "charset=windows-1252"),
                                       [(7, "the header named the encoding WINDOWS-1252: the file is UTF-8")], ""),
    "encoding not filled in": (WHOLE.replace("charset=UTF-8", "charset=CHARSET"),
                               [(7, "the header named the encoding CHARSET: the file is UTF-8")], ""),
    "no line end at the end": (WHOLE[:-1], [], ""),
    "a mail's raw text": (quopri.encodestring(WHOLE.encode()),
                          [(1, "the letters stood as a mail encodes them (quoted-printable): they are right again")], ""),
}
UNPACK, ATTACH = "unpack it, and give the .po file that is in it", "send the .po file itself, as an attachment"


def zipped(text: str) -> bytes:
    with zipfile.ZipFile(data := io.BytesIO(), "w") as made:
        made.writestr("catalogs/bmet.po", text)
    return data.getvalue()


CUT = "was a line deleted, or the file's end cut off?"
# what was done: (the file, the line, what is said, the hint)
REFUSED: dict[str, tuple[str | bytes, int, str, str]] = {
    "Word file": (b"PK\x03\x04....", 1, "the file is a Word, Excel or zip file, not a PO file", PLAIN),
    "old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1", 1, "the file is an old Word or Excel file, not a PO file", PLAIN),
    "RTF": ("{\\rtf1\\ansi msgid}", 1, "the file is an RTF file, not a PO file", PLAIN),
    "PDF": ("%PDF-1.7\n", 1, "the file is a PDF, not a PO file", PLAIN),
    "web page": ("<!DOCTYPE html>\n<p>" + WHOLE, 1, "the file is a web page, not a PO file", PLAIN),
    "compiled catalog": (b"\xde\x12\x04\x95\0\0", 1, "the file is a compiled catalog (.mo), not a PO file", PLAIN),
    "empty": ("", 1, "the file is empty", "take it from the last version that was whole"),
    "UTF-16, cut": (b"\xff\xfe" + WHOLE.encode("utf-16-le")[:-1], 1, "the file is saved as UTF-16", UTF8),
    "old encoding": (WHOLE.encode().replace("ពីរ".encode(), b"caf\xe9 x"), 19, "the byte 0xe9 is not UTF-8",
                     "the file was saved in another encoding: save it as UTF-8"),
    "cut inside a letter": (po(ONE, TWO)[:-4], 19, "the file ends in the middle of a letter",
                            "its end was cut off: take it again from where it came"),
    "cut inside a text": (po(ONE, TWO).decode()[:-4], 19, "the quotation mark after the text is missing", 'write " at its end'),
    "cut after msgid": (po(ONE, TWO.partition("msgstr")[0]), 17, "the message has no msgstr", CUT),
    "only a letter": ("Dear all, the file is attached.\n", 1, "no line of a PO file is in it",
                      "send the .po file itself, as an attachment"),
    "letters lost": (in_two('msgstr "\ufffd"'), 19, "a letter was lost here: U+FFFD stands in its place",
                     "write the text again; the file was once saved in another encoding"),
    "zero byte": (in_two('msgstr "ព\0"'), 19, "a zero byte stands in the text",
                  "the file was damaged: take it again from where it came"),
    "no quotation marks": (in_two("msgstr ពីរ"), 19, "the quotation mark before the text is missing", 'write " at its beginning'),
    "no closing quotation mark": (in_two('msgstr "ពីរ'), 19, "the quotation mark after the text is missing", 'write " at its end'),
    "text after the quotation mark": (in_two('msgstr "ពីរ" right?'), 19, "a quotation mark stands inside the text",
                                      'write \\" for a quotation mark in the text, and let nothing follow the last one'),
    "backslash": (in_two('msgstr "ព\\q"'), 19, "\\q is not a sign that a PO file knows", "for a backslash write two: \\\\"),
    "misspelt keyword": (in_two('msgsrt "ពីរ"'), 19, "“msgsrt” does not belong in a PO file",
                         'every line begins with #, msgctxt, msgid, msgstr or a quotation mark (")'),
    "control character": (in_two('msgstr "ព\x0b"'), 19, "the character U+000B does not belong in text", "delete it"),
    "merge conflict": (in_two('<<<<<<< HEAD\nmsgstr "ពីរ"\n=======\nmsgstr "២"\n>>>>>>> theirs'), 19,
                       "a merge conflict was left in the file",
                       "choose one of the two versions and delete the lines that begin with <<<<<<<, ======= and >>>>>>>"),
    "no msgctxt": (WHOLE.replace('msgctxt "nurse.two"\n', ""), 17, "the message “Two” has no msgctxt",
                   "take it from the file that was sent"),
    "another program's catalog": (re.sub("(?m)^(#~ )?msgctxt.*\n", "", WHOLE), 1,
                                  "no message in it has a msgctxt, so it is no catalog of this project",
                                  "is it the right file? take the one that was sent, and change nothing but msgstr"),
    "zip file": (zipped(WHOLE), 1, "the file is a zip file, not a PO file", UNPACK),
    "packed, gz": (gzip.compress(WHOLE.encode()), 1, "the file is a packed file (.gz), not a PO file", UNPACK),
    "packed, rar": (b"Rar!\x1a\x07\0", 1, "the file is a packed file (.rar), not a PO file", UNPACK),
    "packed, 7z": (b"7z\xbc\xaf'\x1c", 1, "the file is a packed file (.7z), not a PO file", UNPACK),
    "photograph": (b"\xff\xd8\xff\xe0\0\x10JFIF", 1, "the file is a picture, not a PO file", ATTACH),
    "screenshot": (b"\x89PNG\r\n\x1a\n", 1, "the file is a picture, not a PO file", ATTACH),
    "Outlook's parcel": (b"\x78\x9f\x3e\x22\0", 1, "the file is a mail as Outlook packs it (winmail.dat), not a PO file",
                         "ask for it again, as a zip file, or pasted into the mail"),
    "Notepad's “ANSI”": (in_two('msgstr "អ្នកថែទាំ និង អ្នកជំងឺ នៅ មន្ទីរពេទ្យ ជាមួយ ពួកគេ"').encode("cp1252", "replace"), 13,
                         "the letters were lost: question marks stand in their place",
                         "it was saved as ANSI: take the version from before, and save that as UTF-8"),
    "keywords translated": (WHOLE.replace("msgstr", "អក្សរ"), 3, "“អក្សរ” does not belong in a PO file (and in 3 other lines)",
                            'every line begins with #, msgctxt, msgid, msgstr or a quotation mark (")'),
    "message twice": (WHOLE + "\n" + TWO, 27, "“nurse.two” stands twice in the file (also in line 17)",
                      "delete the one that is not right"),
    "msgstr twice": (in_two('msgstr "ពីរ"\nmsgstr "២"'), 20, "msgstr stands twice in one message",
                     "a line is missing between the two, or one is too many"),
    "line of its own in the middle": (in_two('hello\nmsgstr "ពីរ"'), 19, "“hello” does not belong in a PO file",
                                      'every line begins with #, msgctxt, msgid, msgstr or a quotation mark (")'),
    "lines shift with repairs": ("Dear all,\n\n" + in_two('\nmsgstr "ពីរ'), 22, "the quotation mark after the text is missing",
                                 'write " at its end'),
}


@pytest.fixture
def home(project: Folder) -> Project:
    project.write(FILE, WHOLE)
    return discover(project.path)


def came(home: Project, data: str | bytes, **more: object) -> Received:
    return receive(data.encode() if isinstance(data, str) else data, "mail.po", home, **more)  # type: ignore[arg-type]  # a case knows


def older(data: str | bytes) -> Callable[[str], bytes]:
    return lambda file: data.encode() if isinstance(data, str) else data


@pytest.mark.parametrize("name", REPAIRED)
def test_repaired(name: str, home: Project) -> None:
    data, repairs, text = REPAIRED[name]
    found = came(home, data)
    assert [(problem.where, problem.what) for problem in found.repairs] == [(f"mail.po:{line}", what) for line, what in repairs]
    assert {problem.severity for problem in found.repairs} <= {"remark"}
    assert found.changes == ((Change("nurse.two", "changed", "ពីរ", text),) if text else ())
    assert (found.data == WHOLE.encode()) is not bool(text)
    assert (found.file, found.notes) == (FILE, ())


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, home: Project) -> None:
    data, line, what, hint = REFUSED[name]
    with pytest.raises(CatalogError) as caught:
        came(home, data)
    (problem,) = caught.value.problems
    assert (problem.where, problem.what, problem.hint) == (f"mail.po:{line}", what, hint)


def test_there_are_enough_kinds_of_damage() -> None:
    assert len(REPAIRED) >= 30 and len(REFUSED) >= 20


def test_every_sentence_is_held_by_a_test() -> None:
    said = {re.sub(r" \(\d+ times\)$", "", what) for _, repairs, _ in REPAIRED.values() for _, what in repairs}
    patterns = {kind: re.escape(sentence).replace(r"\{\}", ".+") for kind, sentence in rescue.GONE.items()}
    assert [kind for kind, pattern in patterns.items() if not any(re.fullmatch(pattern, what) for what in said)] == []
    refused = {what for _, _, what, _ in REFUSED.values()}
    assert {name for _, name, _ in encoding.STRANGERS} == {
        name for _, name, _ in encoding.STRANGERS if f"the file is {name}, not a PO file" in refused}


def wrapped(text: str) -> str:
    """As a mail program breaks its lines."""
    return "\n".join(part for line in text.split("\n")
                     for part in textwrap.wrap(line, 72, break_long_words=False, break_on_hyphens=False) or [""])


DAMAGES: dict[str, Callable[[str], str]] = {
    "curly quotation marks": curly, "wrapped": wrapped,
    "no-break spaces": lambda text: text.replace("msgstr ", "msgstr\u00a0"),
    "capital letters": lambda text: text.replace("msgid ", "Msgid "),
    "empty lines": lambda text: text.replace("\n", "\n\n"),
    "signature": lambda text: f"{text}\n-- \nA. B.\n",
    "letter": lambda text: f"Dear A.,\n\nsee below\n\n{text}",
    "quoted": lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
    "indented": lambda text: text.replace("\nmsg", "\n  msg"),
    "Word's dashes": lambda text: text.replace("'", "’").replace(" - ", " – ").replace("...", "…"),
    "encoding in the header": lambda text: text.replace("charset=UTF-8", "charset=x"),
    "spaces at the ends": lambda text: text.replace('"\n', '" \u00a0\n'),
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_two_kinds_of_damage_at_once_never_change_a_word_of_the_real_catalogs(encoding: str) -> None:
    home, same = discover(ROOT), 0
    for path in sorted((ROOT / "locales").glob("*/LC_MESSAGES/*.po")):
        data = path.read_bytes()
        for one, other in itertools.permutations(DAMAGES.values(), 2):
            try:
                found = receive(other(one(data.decode())).encode(encoding), "mail.po", home)
            except CatalogError:
                continue
            assert (found.file, found.data, found.changes) == (path.relative_to(ROOT).as_posix(), data, ())
            same += 1
    assert same > 0.9 * 2 * len(DAMAGES) * (len(DAMAGES) - 1)


# Which catalog is it?
def test_the_catalog_is_found_by_its_messages_not_by_its_name(home: Project) -> None:
    found = receive((home.root / "locales/km/LC_MESSAGES/brochure.po").read_bytes(), "nurse (1).po", home)
    assert found.file == "locales/km/LC_MESSAGES/brochure.po" and not found.changes


def second(project: Folder, home: Project) -> Project:
    """The project with a second language."""
    project.write("locales/lo/language.toml", 'name = "ລາວ"\n').write("locales/lo/language.css", "")
    project.write("locales/lo/LC_MESSAGES/nurse.po", WHOLE.replace("Language: km", "Language: lo").replace("ពីរ", "ສອງ"))
    return discover(home.root)


@pytest.mark.parametrize(("header", "tag"), [("lo", "lo"), ("lo_LA", "lo"), ("LO", "lo"), ("km", "km"), ("km-KH", "km")])
def test_the_language_is_the_header_s(header: str, tag: str, project: Folder, home: Project) -> None:
    found = came(second(project, home), WHOLE.replace("Language: km", f"Language: {header}").replace("ពីរ", "x"))
    assert found.file == f"locales/{tag}/LC_MESSAGES/nurse.po"


def test_without_a_language_in_the_header_its_words_tell(project: Folder, home: Project) -> None:
    two = second(project, home)
    assert came(two, WHOLE.replace("Language: km", "Language: ")).file == FILE
    assert came(two, WHOLE.replace("Language: km", "Language: ").replace("ពីរ", "ສອງ")).file == "locales/lo/LC_MESSAGES/nurse.po"


def test_the_language_can_be_said(project: Folder, home: Project) -> None:
    two = second(project, home)
    assert came(two, WHOLE, language="lo").file == "locales/lo/LC_MESSAGES/nurse.po"
    with pytest.raises(UsageError, match=r"there is no language 'fr'\n.*there are: km, lo"):
        came(two, WHOLE, language="fr")


@pytest.mark.parametrize(("data", "what"), [
    (WHOLE.replace("Language: km", "Language: fr"), "the header names the language fr, which the project does not have"),
    (WHOLE.replace("nurse.", "other."), "no message of this file belongs to the project"),
    (WHOLE.replace("Language: km", "Language: ").replace("ពីរ", "").replace('ថា \\"បាទ\\"', "").replace("ចាស់", "x"),
     "the file does not say which language it is in"),
])
def test_a_stranger_is_refused(data: str, what: str, project: Folder, home: Project) -> None:
    with pytest.raises(CatalogError) as caught:
        came(second(project, home), data)
    assert caught.value.problems[0].what == what


def test_a_damaged_catalog_of_the_project_is_named(project: Folder, home: Project) -> None:
    project.edit(FILE, 'msgstr "ពីរ"', 'msgstr "ពីរ')
    with pytest.raises(CatalogError, match=rf"{FILE}:19: the quotation mark after the text is missing"):
        came(home, WHOLE)
    project.delete(FILE)
    with pytest.raises(CatalogError, match="no message of this file belongs to the project"):
        came(home, WHOLE)


# Merging
def test_a_translation_is_taken_and_nothing_else_changes(home: Project) -> None:
    found = came(home, in_two('msgstr "២"').replace("Note.", "Another note.").replace("a.toml", "b.toml"))
    assert found.data == in_two('msgstr "២"').encode()
    assert found.changes == (Change("nurse.two", "changed", "ពីរ", "២"),)


def test_an_empty_translation_takes_nothing_away(home: Project) -> None:
    found = came(home, in_two('msgstr ""'))
    assert found.data == WHOLE.encode() and not found.changes
    assert [str(note) for note in found.notes] == ["mail.po: nurse.two: is empty there: the translation here stays"]


def test_missing_messages_stay(home: Project) -> None:
    found = came(home, po(ONE))
    assert found.data == WHOLE.encode()
    assert [(note.where, note.what, note.hint, note.severity) for note in found.notes] == [
        ("mail.po", "1 of 2 messages are not in the file: here they stay as they are",
         "if its end was cut off, ask for it again", "remark")]
    assert came(home, po(ONE), base=older(po(ONE))).notes == ()  # the sender never had the other


def test_many_empty_messages_are_counted(project: Folder, home: Project) -> None:
    rows = [(f"nurse.m{number}", f"Text {number}", f"អក្សរ {number}") for number in range(4)]
    project.write(FILE, po(*(message(*row) for row in rows)))
    found = came(home, po(*(message(key, text) for key, text, _ in rows)))
    assert [str(note) for note in found.notes] == ["mail.po: 4 messages are empty there: the translations here stay"]
    found = came(home, po(message(*rows[0]), *(message(key, text) for key, text, _ in rows[1:])))
    assert [str(note) for note in found.notes] == [f"mail.po: nurse.m{number}: is empty there: the translation here stays"
                                                   for number in (1, 2, 3)]


FUZZY = message("nurse.two", "Two", "ពីរ", '# brochure: only a number changed: 1 → 2\n#, fuzzy\n#| msgid "2"\n')


def test_a_confirmed_translation_loses_every_mark(project: Folder, home: Project) -> None:
    project.write(FILE, po(ONE, FUZZY))
    found = came(home, po(ONE, TWO))
    assert found.data == po(ONE, TWO) and found.changes == (Change("nurse.two", "confirmed", "ពីរ", "ពីរ"),)


def test_a_doubt_is_taken(home: Project) -> None:
    found = came(home, po(ONE, message("nurse.two", "Two", "ពីរ", "#, fuzzy\n")))
    assert block(found.data, "nurse.two") == TWO.replace("msgctxt", "#, fuzzy\nmsgctxt").strip()
    assert found.changes == (Change("nurse.two", "doubted", "ពីរ", "ពីរ"),)


def test_a_comment_is_taken_and_none_deleted(project: Folder, home: Project) -> None:
    project.write(FILE, po(ONE, "# Here.\n" + TWO))
    found = came(home, po(ONE, "# There.\n" + TWO))
    assert found.data == po(ONE, "# Here.\n# There.\n" + TWO)
    assert found.changes == (Change("nurse.two", "commented", "ពីរ", "ពីរ"),)


def test_a_translation_of_older_english(project: Folder, home: Project) -> None:
    sent = po(ONE, message("nurse.two", "Pay: 1", "ប្រាក់ 1"))
    project.write(FILE, po(ONE, message("nurse.two", "Pay: 2", "ថ្មី")))
    found = came(home, sent)
    assert found.data == po(ONE, message("nurse.two", "Pay: 2", "ថ្មី"))
    assert str(found.notes[0]) == (
        "mail.po: nurse.two: translates an older text, “Pay: 1”: the newer translation here stays\n"
        "    hint: it says “ប្រាក់ 1”; if msgid was changed by mistake, put the English back")
    project.write(FILE, po(ONE, message("nurse.two", "Pay: 2")))
    found = came(home, sent)
    marks = '# brochure: only a number changed: 1 → 2\n#, fuzzy\n#| msgid "Pay: 1"\n'
    assert found.data == po(ONE, message("nurse.two", "Pay: 2", "ប្រាក់ 1", marks))
    assert found.changes == (Change("nurse.two", "translated", "", "ប្រាក់ 1"),)


def test_a_translation_written_over_the_english_is_named(project: Folder, home: Project) -> None:
    project.write(FILE, po(ONE, message("nurse.two", "Two")))
    found = came(home, po(ONE, message("nurse.two", "ពីរ")))
    assert str(found.notes[0]) == ("mail.po: nurse.two: has other English there, “ពីរ”, and no translation: nothing is taken\n"
                                   "    hint: write the translation into msgstr, and leave msgid as it is")


def test_a_translation_for_a_message_that_has_left_is_kept_as_obsolete(home: Project, tmp_path: Path) -> None:
    found = came(home, po(ONE, TWO, message("nurse.gone", "Gone", "បាត់")))
    assert found.data == po(ONE, TWO, OLD, obsolete(message("nurse.gone", "Gone", "បាត់"))) and accepted(found.data, tmp_path)
    assert found.changes == (Change("nurse.gone", "obsolete", "", "បាត់"),)
    assert came(home, po(ONE, TWO, message("nurse.old", "Old", "ចាស់"))).data == WHOLE.encode()  # it is there already


def test_a_message_of_another_catalog_is_not_taken(home: Project) -> None:
    found = came(home, po(ONE, TWO, message("cook.one", "Cook", "ចុងភៅ")))
    assert found.data == WHOLE.encode()
    assert str(found.notes[0]) == "mail.po: cook.one: does not belong to this catalog: it is not taken"


def test_two_people_who_change_different_messages_never_disturb_each_other(project: Folder, home: Project) -> None:
    project.write(FILE, in_one("ថា", "និយាយ"))
    found = came(home, in_two('msgstr "២"'), base=older(WHOLE))
    assert found.data == in_one("ថា", "និយាយ").replace('"ពីរ"', '"២"').encode()
    assert found.changes == (Change("nurse.two", "changed", "ពីរ", "២"),) and not found.notes


def test_two_people_who_change_the_same_message(project: Folder, home: Project, tmp_path: Path) -> None:
    project.write(FILE, in_two('msgstr "២ ពីរ"'))
    found = came(home, in_two('msgstr "២"'), base=older(WHOLE))
    assert block(found.data, "nurse.two") == ('# brochure: the catalog had: ២ ពីរ\n#. Note.\n#: a.toml\n#, fuzzy\n'
                                              'msgctxt "nurse.two"\nmsgid "Two"\nmsgstr "២"')
    assert found.changes == (Change("nurse.two", "both", "២ ពីរ", "២"),) and accepted(found.data, tmp_path)
    (note,) = found.notes
    assert note.what == "was changed by two people: the received text stands as fuzzy, the other in a comment"
    assert note.hint == "choose one, and take the word fuzzy out"
    again = came(home, in_two('msgstr "២ ពីរ"'), base=older(WHOLE))  # both made the same change
    assert again.data == in_two('msgstr "២ ពីរ"').encode() and not again.notes


def test_what_the_sender_did_not_touch_is_not_undone(project: Folder, home: Project) -> None:
    project.write(FILE, in_two('msgstr "២"'))
    assert came(home, WHOLE, base=older(WHOLE)).data == in_two('msgstr "២"').encode()
    marks = '#, fuzzy\n#| msgid "Two"\n'
    project.write(FILE, po(ONE, message("nurse.two", "Two!", "ពីរ", marks)))
    assert came(home, WHOLE, base=older(WHOLE)).data == (home.root / FILE).read_bytes()
    found = came(home, in_two('msgstr "២"'), base=older(WHOLE))  # a better translation of the older English
    assert found.data == po(ONE, message("nurse.two", "Two!", "២", f"# brochure: punctuation only\n{marks}"))


def test_the_version_that_the_sender_began_with_is_found(project: Folder, home: Project) -> None:
    """Nobody has to know git: of the versions that are kept, the most like file is the one it was made from."""
    three, four = message("nurse.three", "Three", "បី"), message("nurse.four", "Four", "បួន")
    first, second, damaged = po(ONE, TWO, three), po(ONE, TWO, three, four), b"msgid"
    project.write(FILE, po(ONE, message("nurse.two", "Two", "២"), message("nurse.three", "Three", "៣"), four))
    sent = po(ONE.replace("ថា", "និយាយ"), TWO, three)
    past = {"2026-03-03": damaged, "2026-02-02": second, "2026-01-01": first}
    found = came(home, sent, past=lambda file: past.items() if file == FILE else ())
    assert [(change.key, change.kind) for change in found.changes] == [("nurse.one", "changed")]
    assert "២".encode() in found.data and "៣".encode() in found.data
    assert [(str(note), note.severity) for note in found.notes] == [
        ("mail.po: was made from the version of 2026-02-02: what was changed here since then stays\n"
         "    hint: if it was made from another one, name that with --base", "remark"),
        ("mail.po: 1 of 4 messages are not in the file: here they stay as they are\n"
         "    hint: if its end was cut off, ask for it again", "remark")]
    project.write(FILE, found.data)
    again = came(home, found.data, past=lambda _: past.items())  # the catalog as it is, is the most like of all
    assert (again.changes, again.notes) == ((), ())


def test_versions_come_from_git(project: Folder, home: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.path.parent))
    assert list(history.versions(project.path, FILE)) == []

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments], cwd=project.path, check=True,
                       capture_output=True, env={**os.environ, "GIT_COMMITTER_DATE": "2026-04-13T12:00:00"})

    git("init")
    for text in (WHOLE, in_two('msgstr "២"')):
        project.write(FILE, text)
        git("add", ".")
        git("commit", "-m", "x")
    assert list(history.versions(project.path, FILE)) == [("2026-04-13", in_two('msgstr "២"').encode()),
                                                          ("2026-04-13", WHOLE.encode())]


def test_the_command_shows_the_changes_and_runs_the_checks(project: Folder, home: Project) -> None:
    """What a damaged tag would do to the page is said before anything is written, and kept from print after it."""
    project.write("mail.txt", b"\xef\xbb\xbf" + in_two('msgstr "ពីរ<br"').replace("\n", "\r\n").encode())
    before = (project / FILE).read_bytes()
    shown = project.run("catalog", "receive", "mail.txt")
    assert shown.returncode == 5 and (project / FILE).read_bytes() == before
    assert shown.stdout.startswith("remark: mail.txt:1: a byte order mark stood at the beginning: it is gone\n"
                                   "remark: mail.txt:1: the line ends are those of Windows: the catalog keeps its own\n"
                                   "nurse.two: changed\n    - ពីរ\n    + ពីរ<br\n"
                                   f"{FILE}: 1 changes\n")
    assert (f"error S06: {FILE}:19: nurse.two: “<br” is half a tag, and would be printed as it stands\n"
            "    in: ពីរ⟨<br⟩\n") in shown.stdout
    assert shown.stdout.endswith("nothing is written yet: add --write to take them over\n")
    assert ":13: " not in shown.stdout  # what the sender did not touch is for “catalog check”

    project.write("mail.po", in_two('msgstr "២"'))
    written = project.run("catalog", "receive", "mail.po", "--write")
    assert written.returncode == 0, written.stdout
    assert written.stdout.endswith("written. Next: brochure catalog check, which also sees what does not fit\n")
    assert (project / FILE).read_text("utf-8") == in_two('msgstr "២"')


def test_a_fuzzy_text_does_not_replace_a_finished_one(home: Project) -> None:
    found = came(home, po(ONE, message("nurse.two", "Two", "២", "#, fuzzy\n")))
    assert block(found.data, "nurse.two") == "# brochure: mail.po had, as fuzzy: ២\n" + TWO.strip()


def test_word_changes_quotation_marks_in_the_english(project: Folder, home: Project) -> None:
    one = message("nurse.one", 'It\'s "this" - or...', 'នេះ "ឬ" - នោះ')
    smart = message("nurse.one", "It’s “this” – or…", "នេះ “ឬ” – នោះ")
    project.write(FILE, po(one, TWO))
    found = came(home, po(smart, TWO))
    assert found.data == po(one, TWO) and not found.changes
    assert found.notes[0].what.startswith("a word processor changed quotation marks and dashes")
    found = came(home, po(smart.replace("នេះ", "នុះ"), TWO))
    assert block(found.data, "nurse.one") == one.replace('នេះ \\"ឬ\\" -', "នុះ “ឬ” –").strip()


def test_poedit_s_file_changes_one_message(project: Folder, home: Project) -> None:
    mine = (HERE / "hand.po").read_bytes()
    project.write(FILE, mine)
    found = came(home, (HERE / "poedit_edited.po").read_bytes())
    assert found.changes == (Change("nurse.name", "doubted", "គិលានុបដ្ឋាក", "គិលានុបដ្ឋាក"),)
    assert found.data == mine.replace(b'#: templates/content/nurse.toml\n', b'#: templates/content/nurse.toml\n#, fuzzy\n', 1)
    for name in ("poedit.po", "poedit_windows.po", "msgcat.po", "msgmerge.po"):
        assert came(home, (HERE / name).read_bytes()).data == mine
    for name in ("weblate.po", "weblate_unwrapped.po", "weblate_flat.po"):
        changes = came(home, (HERE / name).read_bytes()).changes
        assert [(one.key, one.kind) for one in changes] == [("nurse.name", "doubted"), ("nurse.hook", "translated")]


ROWS = st.lists(st.tuples(TEXT, st.just("") | TEXT, TEXT), min_size=6, max_size=6)
MESSAGES = st.tuples(KEYS, ROWS).map(lambda pair: [(f"nurse.{key}", *row) for key, row in zip(*pair, strict=False)])
ONCE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@ONCE
@given(MESSAGES, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "utf-32"]))
def test_its_own_file_changes_nothing(home: Project, rows: list, newline: str, encoding: str) -> None:
    data = po(*(message(key, msgid, msgstr) for key, msgid, msgstr, _ in rows), OLD)
    (home.root / FILE).write_bytes(data)
    sent = data.decode().replace("\n", newline).encode(encoding)
    found = came(home, sent)
    assert found.data == data and not found.changes and not found.notes


@ONCE
@given(MESSAGES, st.integers(0, 5))
def test_one_changed_message_changes_its_block_only(home: Project, rows: list, number: int) -> None:
    number %= len(rows)
    texts = [(key, msgid, msgstr, new if at == number else msgstr) for at, (key, msgid, msgstr, new) in enumerate(rows)]
    (home.root / FILE).write_bytes(po(*(message(key, msgid, msgstr, "# mine\n") for key, msgid, msgstr, _ in texts)))
    found = came(home, po(*(message(key, msgid, new, note="") for key, msgid, _, new in texts)))
    old, now = blocks.read((home.root / FILE).read_bytes(), "old"), blocks.read(found.data, "now")
    assert len(old.parts) == len(now.parts)
    assert {at for at, (one, other) in enumerate(zip(old, now, strict=True)) if one.text != other.text} <= {number + 1}
    assert (now.parts[number + 1].msgstr, now.parts[number + 1].comments) == (texts[number][3], ("# mine",))


# git
def test_an_older_version_comes_from_git() -> None:
    assert (history.at(ROOT, "HEAD", "LICENSE") or b"").lstrip().startswith(b"GNU GENERAL PUBLIC LICENSE")
    assert history.at(ROOT / "brochure", "HEAD", "no/such/file.po") is None
    for wrong in ("no-such-branch", "--help", ""):
        with pytest.raises(UsageError, match="git knows no version"):
            history.at(ROOT, wrong, "LICENSE")


def test_a_folder_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(UsageError, match="git knows no version 'HEAD' of this project"):
        history.at(tmp_path, "HEAD", "x.po")


def test_the_header_of_the_catalog_stays(home: Project) -> None:
    found = came(home, in_two('msgstr "២"').replace("X-Poedit-Basepath: ..", "X-Generator: Word"))
    assert found.data.decode().startswith(HEADER)
