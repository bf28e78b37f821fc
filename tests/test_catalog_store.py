"""Reading catalogs: about sixty ways in which a PO file gets damaged, each refused with a translator's sentence."""

from pathlib import Path

import pytest
from factories import po
from hypothesis import given
from hypothesis import strategies as st
from translate.storage import pypo

from brochure.catalog.store import Catalog, Entry, read
from brochure.errors import CatalogError

HEADER = 'msgid ""\nmsgstr ""\n"Language: km\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
ONE = '#. Note\n#: file.toml\nmsgctxt "bmet.one"\nmsgid "One"\nmsgstr "មួយ"\n\n'
TWO = 'msgctxt "bmet.two"\nmsgid "Two"\nmsgstr "ពីរ"\n'
WHOLE = HEADER + ONE + TWO
ENTRIES = {"bmet.one": Entry("bmet.one", "One", "មួយ", False, 10), "bmet.two": Entry("bmet.two", "Two", "ពីរ", False, 14)}
FILE = "locales/km/LC_MESSAGES/bmet.po"

UTF8 = "save it as UTF-8 without a byte order mark"
CURLY = ("the text stands in curly quotation marks", 'put plain quotation marks (") around it')
CLOSE = ("the quotation mark after the text is missing", 'write " at its end')
OPEN = ("the quotation mark before the text is missing", 'write " at its beginning')
INNER = ("a quotation mark stands inside the text",
         'write \\" for a quotation mark in the text, and let nothing follow the last one')
CUT = "was a line deleted, or the file's end cut off?"
EMPTY = ("the file is empty", "take it from the last version that was whole")
NO_HEADER = ("the header is missing", 'the first message is msgid "" with Content-Type and Language')
CONFLICT = ("a merge conflict was left in the file",
            "choose one of the two versions and delete the lines that begin with <<<<<<<, ======= and >>>>>>>")
STRANGE = 'every line begins with #, msgctxt, msgid, msgstr or a quotation mark (")'
TWICE = "a line is missing between the two, or one is too many"
ORDER = "the order is msgctxt, msgid, msgstr"
STRAY = ("a text stands here without msgid or msgstr above it", "delete it, or delete the empty line or comment above it")
CONTENT_TYPE = 'write "Content-Type: text/plain; charset=UTF-8\\n" in it'
INVISIBLE = ("a space or an invisible character stands at the beginning of the line", "delete it")


def one(new: str) -> str:
    """The file with another msgstr line in its first message."""
    return WHOLE.replace('msgstr "មួយ"', new)


# what was done: (the file, line, what is said, the hint)
DAMAGE: dict[str, tuple[str | bytes, int, str, str]] = {
    # saved by the wrong program
    "byte order mark": ("\ufeff" + WHOLE, 1, "the file is saved as UTF-8 with a byte order mark", UTF8),
    "UTF-16 LE": (b"\xff\xfe" + WHOLE.encode("utf-16-le"), 1, "the file is saved as UTF-16", UTF8),
    "UTF-16 BE": (b"\xfe\xff" + WHOLE.encode("utf-16-be"), 1, "the file is saved as UTF-16", UTF8),
    "UTF-16 LE without mark": (WHOLE.encode("utf-16-le"), 1, "the file is saved as UTF-16", UTF8),
    "UTF-16 BE without mark": (WHOLE.encode("utf-16-be"), 1, "the file is saved as UTF-16", UTF8),
    "UTF-32": (WHOLE.encode("utf-32"), 1, "the file is saved as UTF-32", UTF8),
    "Latin-1": (WHOLE.encode().replace("មួយ".encode(), b"caf\xe9 x"), 10, "the byte 0xe9 is not UTF-8",
                "the file was saved in another encoding: save it as UTF-8"),
    "web page": ("<html>\n" + WHOLE, 1, "“<html>” does not belong in a PO file", STRANGE),
    # bytes lost
    "empty": ("", 1, *EMPTY),
    "white space": ("\n \n\n", 1, *EMPTY),
    "comments only": ("# Khmer\n", 1, *NO_HEADER),
    "zero byte": (one('msgstr "ម\0"'), 10, "a zero byte stands in the text",
                  "the file was damaged: take it again from where it came"),
    "cut inside a letter": (WHOLE.encode()[:-6], 14, "the file ends in the middle of a letter",
                            "its end was cut off: take it again from where it came"),
    "cut inside a text": (WHOLE[: WHOLE.index("ពីរ") + 1], 14, *CLOSE),
    "cut after the first quotation mark": (WHOLE[: WHOLE.index("ពីរ")], 14, *CLOSE),
    "cut after msgstr": (WHOLE[: WHOLE.index("ពីរ") - 2], 14, "msgstr stands here without a text",
                         'write the text after it: msgstr "…"'),
    "cut inside msgstr": (WHOLE[: WHOLE.index("ពីរ") - 5], 14, "“msg” does not belong in a PO file", STRANGE),
    "cut after msgid": (HEADER + ONE + TWO.partition("msgstr")[0], 12, "the message has no msgstr", CUT),
    "cut after msgctxt": (HEADER + ONE + TWO.partition("msgid")[0], 12, "msgctxt stands here without a msgid", CUT),
    "letter lost in conversion": (one('msgstr "ម\ufffd"'), 10, "a letter was lost here: U+FFFD stands in its place",
                                  "write the text again; the file was once saved in another encoding"),
    # quotation marks
    "no closing quote": (one('msgstr "មួយ'), 10, *CLOSE),
    "no opening quote": (one('msgstr មួយ"'), 10, *OPEN),
    "no quotes": (one("msgstr មួយ"), 10, *OPEN),
    "no opening quote in msgctxt": (WHOLE.replace('"bmet.one"', 'bmet.one"'), 8, *OPEN),
    "apostrophes": (one("msgstr 'មួយ'"), 10, *OPEN),
    "curly quotes": (one("msgstr “មួយ”"), 10, *CURLY),
    "curly opening quote": (one('msgstr “មួយ"'), 10, *CURLY),
    "curly closing quote": (one('msgstr "មួយ”'), 10, *CURLY),
    "low quotes": (one("msgstr „មួយ“"), 10, *CURLY),
    "guillemets": (one("msgstr «មួយ»"), 10, *CURLY),
    "curly quotes on a line of their own": (one('msgstr ""\n“មួយ”'), 11, *CURLY),
    "unescaped quote": (one('msgstr "ពាក្យ "មួយ" នេះ"'), 10, *INNER),
    "odd unescaped quote": (one('msgstr "ម"ួយ"'), 10, *INNER),
    "text after the quote": (one('msgstr "មួយ" # right?'), 10, *INNER),
    "backslash before the last quote": (one('msgstr "មួយ\\"'), 10, *CLOSE),
    "unknown escape": (one('msgstr "ម\\q"'), 10, "\\q is not a sign that a PO file knows", "for a backslash write two: \\\\"),
    "octal escape": (one('msgstr "\\341x"'), 10, "\\3 is not a sign that a PO file knows", "for a backslash write two: \\\\"),
    # lines
    "merge conflict": (one('<<<<<<< HEAD\nmsgstr "មួយ"\n=======\nmsgstr "១"\n>>>>>>> theirs'), 10, *CONFLICT),
    "merge conflict in a comment": (WHOLE.replace("#. Note", "<<<<<<< HEAD\n#. Note\n=======\n#. N\n>>>>>>> theirs"),
                                    6, *CONFLICT),
    "stray text": (one('hello there\nmsgstr "មួយ"'), 10, "“hello” does not belong in a PO file", STRANGE),
    "real line end in a text": (one('msgstr "មួ\n"យ"'), 10, *CLOSE),
    "misspelt keyword": (one('msgsrt "មួយ"'), 10, "“msgsrt” does not belong in a PO file", STRANGE),
    "capitals": (one('MSGSTR "មួយ"'), 10, "“MSGSTR” does not belong in a PO file", STRANGE),
    "space before the keyword": (one('  msgstr "មួយ"'), 10, *INVISIBLE),
    "invisible character before the keyword": (one('\u200bmsgstr "មួយ"'), 10, *INVISIBLE),
    "no-break space before the text": (one('msgstr\u00a0"មួយ"'), 10, "an invisible character stands before the text",
                                       "write msgstr again, with one space between it and the quotation mark"),
    "comment in the middle": (one('# hm\nmsgstr "មួយ"'), 10, "a comment stands in the middle of a message",
                              "put it above the message"),
    "comment inside msgstr": (one('msgstr "មួ"\n# hm\n"យ"'), 12, *STRAY),
    "empty line in the middle": (one('\nmsgstr "មួយ"'), 10, "an empty line stands in the middle of a message", "delete it"),
    "empty line inside msgstr": (one('msgstr "មួ"\n\n"យ"'), 12, *STRAY),
    "control character": (one('msgstr "ម\x07"'), 10, "the character U+0007 does not belong in text", "delete it"),
    "line separator": (one('msgstr "ម\u2028"'), 10, "the character U+2028 does not belong in text", "delete it"),
    "direction turned round": (one('msgstr "ម\u202e"'), 10, "the character U+202E does not belong in text", "delete it"),
    "direction embedded": (one('msgstr "ម\u202a"'), 10, "the character U+202A does not belong in text", "delete it"),
    "a book in a message": (one(f'msgstr "{"ម" * 20_001}"'), 10, "msgstr has 20001 letters: more than 20000 are no message",
                            "was a file pasted into it? take it again from where it came"),
    "byte order mark inside": (one('msgstr "ម\ufeff"'), 10, "the character U+FEFF does not belong in text", "delete it"),
    # structure
    "no msgid": (WHOLE.replace('msgid "One"\n', ""), 8, "msgstr stands here without a msgid", CUT),
    "no msgstr": (one("").replace('"One"\n\n\n', '"One"\n\n'), 8, "the message has no msgstr", CUT),
    "no msgctxt": (WHOLE.replace('msgctxt "bmet.one"\n', ""), 8, "the message “One” has no msgctxt",
                   "take it from locales/bmet.pot"),
    "empty msgctxt": (WHOLE.replace('"bmet.one"', '""'), 8, "the message “One” has no msgctxt", "take it from locales/bmet.pot"),
    "msgid after msgstr": (WHOLE.replace('msgid "One"\nmsgstr "មួយ"', 'msgstr "មួយ"\nmsgid "One"'), 10,
                           "msgid stands after msgstr", ORDER),
    "msgctxt after msgid": (WHOLE.replace('msgctxt "bmet.one"\nmsgid "One"', 'msgid "One"\nmsgctxt "bmet.one"'), 9,
                            "msgctxt stands after msgid", ORDER),
    "two msgstr": (one('msgstr "មួយ"\nmsgstr "១"'), 11, "msgstr stands twice in one message", TWICE),
    "two msgid": (WHOLE.replace('msgid "One"', 'msgid "One"\nmsgid "Two"'), 10, "msgid stands twice in one message", TWICE),
    "msgstr[0] without plural": (one('msgstr[0] "មួយ"'), 10, "msgstr[0] stands in a message without msgid_plural", "write msgstr"),
    "same message twice": (WHOLE + "\n" + ONE, 18, "“bmet.one” stands twice in the file (also in line 8)",
                           "delete the one that is not right"),
    "same key twice": (WHOLE + "\n" + ONE.replace("One", "Uno"), 18, "“bmet.one” stands twice in the file (also in line 8)",
                       "delete the one that is not right"),
    "two headers": (HEADER + WHOLE, 6, 'a message without text (msgid "") stands here', "only the header, at the top, has none"),
    "comment after the end of an obsolete message": (WHOLE + '\n#~| msgid "Old"\n#: file\n', 17,
                                                     "the file cannot be read from here on",
                                                     "open it in a PO editor and save it again"),
    "damaged obsolete message": (WHOLE + '\n#~ msgctxt "bmet.old"\n#~ msgid "Old\n#~ msgstr "ចាស់"\n', 17, *CLOSE),
    # the header
    "no header": (ONE + TWO, 1, *NO_HEADER),
    "no Content-Type": (WHOLE.replace('"Content-Type: text/plain; charset=UTF-8\\n"\n', ""), 1,
                        "the header has no Content-Type", CONTENT_TYPE),
    "another charset": (WHOLE.replace("charset=UTF-8", "charset=ISO-8859-1"), 1,
                        "the header names the encoding ISO-8859-1: only UTF-8 is read", CONTENT_TYPE),
    "charset not filled in": (WHOLE.replace("charset=UTF-8", "charset=CHARSET"), 1,
                              "the header names the encoding CHARSET: only UTF-8 is read", CONTENT_TYPE),
    "another language": (WHOLE.replace("Language: km", "Language: lo"), 1,
                         "the header says that the language is lo, but the file is in the folder of km",
                         'is it the right file? then write "Language: km\\n" in its header'),
    "header lines run together": (WHOLE.replace("Language: km\\n", "Language: km"), 1,
                                  "the header has no Content-Type", CONTENT_TYPE),
}

ACCEPTED = {
    "Windows line ends": WHOLE.replace("\n", "\r\n"),
    "old Macintosh line ends": WHOLE.replace("\n", "\r"),
    "no line end at the end": WHOLE[:-1],
    "comments at the end": WHOLE + "\n# the end\n#. of it\n#",
    "obsolete message": WHOLE + '\n#~ msgctxt "bmet.old"\n#~ msgid "Old"\n#~ msgstr "ចាស់"\n',
    "obsolete message with its older text":
        WHOLE + '\n#~| msgid "Very old"\n#~ msgctxt "bmet.old"\n#~ msgid "Old"\n#~ msgstr ""\n',
    "obsolete message with a key that is used again": WHOLE + '\n#~ msgctxt "bmet.one"\n#~ msgid "One"\n#~ msgstr "ចាស់"\n',
    "small letters in the charset": WHOLE.replace("UTF-8", "utf-8"),
    "no language in the header": WHOLE.replace("Language: km", "Language: "),
    "a region in the header": WHOLE.replace("Language: km", "Language: km_KH"),
    "nothing between msgstr and the text": WHOLE.replace('msgstr "មួយ"', 'msgstr"មួយ"'),
    "fuzzy header": "#, fuzzy\n" + WHOLE[:-1],
}


def catalog(folder: Path, data: str | bytes) -> Catalog:
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read(path, folder)


@pytest.mark.parametrize("name", DAMAGE)
def test_damage(name: str, tmp_path: Path) -> None:
    data, line, what, hint = DAMAGE[name]
    with pytest.raises(CatalogError) as caught:
        catalog(tmp_path, data)
    (first,) = caught.value.problems  # one damage, one sentence
    assert (first.where, first.what, first.hint) == (f"{FILE}:{line}", what, hint)
    assert first.severity == "error"
    assert caught.value.exit_code == 5


def test_a_long_message_and_marks_of_direction_are_read(tmp_path: Path) -> None:
    long = "\u200e\u2067ម\u2069" + "ម" * 19_990
    assert catalog(tmp_path, one(f'msgstr "{long}"')).entries["bmet.one"].msgstr == long


@pytest.mark.parametrize("name", ACCEPTED)
def test_harmless(name: str, tmp_path: Path) -> None:
    found = catalog(tmp_path, ACCEPTED[name])
    assert {key: entry.msgstr for key, entry in found.entries.items()} == {"bmet.one": "មួយ", "bmet.two": "ពីរ"}


def test_entries_know_their_line(tmp_path: Path) -> None:
    assert catalog(tmp_path, WHOLE).entries == ENTRIES
    assert catalog(tmp_path, WHOLE.replace("\n", "\r\n")).entries == ENTRIES


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(CatalogError) as caught:
        catalog(tmp_path, WHOLE.replace('"មួយ"', '"មួយ').replace('"ពីរ"', 'ពីរ"').replace("charset=UTF-8", "charset=x"))
    assert [problem.where.rpartition(":")[2] for problem in caught.value.problems] == ["1", "10", "14"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir(parents=True)
    with pytest.raises(CatalogError, match=r"bmet\.po: cannot be read: Is a directory"):
        read(tmp_path / FILE, tmp_path)


def test_fuzzy_and_continued_texts(tmp_path: Path) -> None:
    text = HEADER + '#, fuzzy\n#| msgid "Uno"\nmsgctxt "k"\nmsgid ""\n"On"\n"e\\n"\nmsgstr ""\n"ម"\n"ួយ\\t\\"x\\\\"\n'
    assert catalog(tmp_path, text).entries == {"k": Entry("k", "One\n", 'មួយ\t"x\\', True, 12)}


STRANGERS = "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\ufeff\ufffd"
LETTERS = (st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=STRANGERS)
           | st.sampled_from('\n\t"\\'))
TEXT = st.text(LETTERS, max_size=40)
KEY = st.from_regex(r"[a-z]{1,8}(\.[a-z0-9_]{1,8}){1,3}", fullmatch=True)
MESSAGES = st.dictionaries(KEY, st.tuples(TEXT.filter(bool), TEXT), max_size=6)


def entries(folder: Path, data: str | bytes) -> dict[str, tuple[str, str]]:
    return {key: (entry.msgid, entry.msgstr) for key, entry in catalog(folder, data).entries.items()}


@given(MESSAGES)
def test_round_trip_of_plain_files(tmp_path_factory: pytest.TempPathFactory, messages: dict[str, tuple[str, str]]) -> None:
    assert entries(tmp_path_factory.getbasetemp() / "plain", po(messages)) == messages


@given(MESSAGES, st.integers(20, 90))
def test_round_trip_of_wrapped_files(tmp_path_factory: pytest.TempPathFactory, messages: dict[str, tuple[str, str]],
                                     width: int) -> None:
    store = pypo.pofile(width=width)
    for key, (msgid, msgstr) in messages.items():
        unit = store.UnitClass()
        unit.wrapper = store.wrapper
        unit.source, unit.target = msgid, msgstr
        unit.setcontext(key)
        store.addunit(unit)
    written = HEADER + "\n".join(str(unit) for unit in store.units if not unit.isheader())
    assert entries(tmp_path_factory.getbasetemp() / "wrapped", written) == messages


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_with_its_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    try:
        catalog(tmp_path_factory.getbasetemp() / "any", HEADER + text.encode("utf-8", "replace").decode())
    except CatalogError as error:
        assert all(problem.where.startswith(f"{FILE}:") and problem.what for problem in error.problems)


@given(st.lists(st.sampled_from(['msgctxt "a"', 'msgid "x"', 'msgid_plural "y"', 'msgstr "z"', 'msgstr[0] "z"', "# c", "#, fuzzy",
                                 "#. n", '"more"', "", '#~ msgid "o"', '#~ msgstr "o"', '#~ msgctxt "a"', '#~ "more"',
                                 '#| msgid "p"', '#~| msgid "p"', 'domain "d"']), max_size=12))
def test_any_order_of_lines_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    try:
        catalog(tmp_path_factory.getbasetemp() / "lines", HEADER + "\n".join(lines))
    except CatalogError as error:
        assert error.problems
