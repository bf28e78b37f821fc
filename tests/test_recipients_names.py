"""File names from ids: safe on every system, never the same for two ids, never outside their folder."""

import re
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from brochure.recipients import names
from brochure.recipients.clusters import clusters

NASTY = ["../../etc/passwd", "..", ".", "", " ", "/", "C:\\x", "a/b", "a\\b", "a:b", "a\0b", "CON", "con", "NUL.txt", "com1",
         "LPT9.x", "com¹",
         "a.", "a ", "a...", "~", "PROGRA~1", "-rf", ".hidden", "a\u202eb", "a\nb", "ព្រះស៊ីសុវត្ថិ", "x" * 300, "ក្ក" * 60,
         "é" * 80,
         "\ud800", "a\u0338=\u0338", "\u0301a", "ı", "İ", "ß", "ſ", "ﬁ", "𝔸", "\U0001f600", "a~0123456789abcdef", "con ",
         "CON .a", "aux.~"]
ids = st.one_of(st.text(st.characters(), max_size=120), st.sampled_from(NASTY),
                st.text("aAbB.~-_ /\\:*conCON1é\u0301កខ្\u17b6\u200b", max_size=20))
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")}


def faults(name: str) -> list[str]:
    """What some system would not like about a name."""
    found = []
    if name != unicodedata.normalize("NFC", name):
        found.append("not NFC")
    if not 1 <= len(name.encode()) <= 100:
        found.append("length")
    if re.search(r'[\x00-\x1f\x7f<>:"/\\|?*]', name) or name.startswith((".", "-", " ")) or name.endswith((".", " ")):
        found.append("signs")
    if name.partition(".")[0].rstrip().casefold() in DEVICES:
        found.append("device")
    if any(unicodedata.category(sign)[0] == "C" for sign in name):
        found.append("unseen")
    for suffix in ("", ".pdf"):
        if len(PurePosixPath(name + suffix).parts) != 1 or len(PureWindowsPath(name + suffix).parts) != 1:
            found.append("folder")
    return found


@settings(max_examples=600)
@given(ids)
def test_a_name_is_safe_everywhere(identity: str) -> None:
    assert faults(names.name(identity)) == []


@pytest.mark.parametrize("identity", NASTY)
def test_the_nasty_ones_are_safe_too(identity: str) -> None:
    assert faults(names.name(identity)) == []


@pytest.mark.parametrize(("name", "fault"), [
    ("a/b", "folder"), ("CON.pdf", "device"), ("com¹", "device"), ("a.", "signs"), ("x" * 101, "length"), ("e\u0301", "not NFC"),
    ("a\u200b", "unseen"), ("-x", "signs"), ("", "length"), ("a\\b", "folder")])
def test_that_look_can_fail(name: str, fault: str) -> None:
    assert fault in faults(name)


def same(one: str, two: str) -> bool:
    """Whether a system without an eye for letters' case or coding takes two names for one."""
    def fold(text: str) -> set[str]:
        forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
        return {unicodedata.normalize("NFD", way(form)) for form in forms for way in (str.upper, str.lower, str.casefold)}
    return bool(fold(one) & fold(two))


@settings(max_examples=1000)
@given(ids, ids)
@example("a/b", "a-b")
@example("a/b", "a:b")
@example("a/b", names.name("a/b"))
@example("CON", "_CON")
@example("x" * 100, "x" * 101)
@example("x" * 101, "x" * 102)
@example("A/", "b/")
@example("a.", "a")
@example("a_", "a.")
@example("ı", "I")
def test_two_ids_never_share_a_file(one: str, two: str) -> None:
    if names.key(one) != names.key(two):
        assert not same(names.name(one), names.name(two))


@given(ids)
def test_an_ids_key_is_its_names_key_where_nothing_was_replaced(identity: str) -> None:
    name = names.name(identity)
    assert names.MARK in name or names.key(name) == names.key(identity)
    assert names.key(names.key(identity)) == names.key(identity)


@given(ids)
def test_the_name_stays_in_its_folder(identity: str) -> None:
    folder = Path("/out")
    assert (folder / f"{names.name(identity)}.pdf").resolve().parent == folder


@pytest.mark.parametrize(("one", "two"), [
    ("KH-01", "kh-01"), ("\u00e9", "e\u0301"), ("ក\u200bខ", "កខ"), (" a ", "a"), ("STRASSE", "straße"), ("ı", "I"),
    ("a\ufeff", "A")])
def test_ids_that_one_system_takes_for_the_same(one: str, two: str) -> None:
    assert names.key(one) == names.key(two)


@pytest.mark.parametrize(("identity", "name"), [
    ("KH-0001", "KH-0001"), ("វិទ្យាល័យបាក់ទូក", "វិទ្យាល័យបាក់ទូក"), ("a b.c_d", "a b.c_d"), ("e\u0301", "\u00e9"),
    ("ក\u200bខ", "កខ"),
    ("០៧", "០៧"), ("x" * 100, "x" * 100), ("console", "console"), ("com10", "com10"), ("100% yes", "100- yes~a432f808ff334b28"),
    ("../x", "_.-x~"), ("CON", "_CON~"), ("nul .pdf", "_nul .pdf~"), ("-rf", "_rf~"), (".x", "_x~"), ("x.", "x~"),
    ("///", "_--~"),
    ("", "_~"), ("a~b", "a-b~"), ("x" * 101, "x" * 83 + "~"), ("lpt²", "_lpt²~")])
def test_names(identity: str, name: str) -> None:
    found = names.name(identity)
    assert found == name if not name.endswith("~") else re.fullmatch(re.escape(name) + "[0-9a-f]{16}", found)


def test_a_long_name_is_cut_between_letters() -> None:
    """83 bytes are 27 signs of three: the cut goes back to where a letter with all its marks ends."""
    identity = "កា" * 13 + "ក្ខុំ" * 10
    assert names.name(identity).partition("~")[0] == "កា" * 13
    assert names.name("ក" * 26 + "្ខ" * 30).partition("~")[0] == "ក" * 25
    assert names.name("ក" * 40).partition("~")[0] == "ក" * 27


@given(st.text(st.characters(), max_size=40) | st.text("កខរា្ំ\u200c a", max_size=20))
def test_clusters_are_the_whole_text_in_order(text: str) -> None:
    assert "".join(clusters(text)) == text


@pytest.mark.parametrize(("text", "parts"), [
    ("ស្រ្តី", ["ស្រ្តី"]), ("កខ", ["ក", "ខ"]), ("ាក", ["ា", "ក"]), ("e\u0301a", ["e\u0301", "a"]), ("ក្", ["ក្"]),
    ("ក\u200cា", ["ក\u200cា"])])
def test_clusters(text: str, parts: list[str]) -> None:
    assert [part for part in clusters(text) if part] == parts
