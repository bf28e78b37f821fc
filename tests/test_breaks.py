"""Break: where lines may end in Khmer, Lao, Thai and Burmese."""

import builtins
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring, tostring

import pytest
from factories import ROOT, Folder
from hypothesis import given
from hypothesis import strategies as st

from brochure import breaks
from brochure.breaks import NBSP, WJ, ZWSP, prepare
from brochure.canonical import canonical
from brochure.catalog.store import read
from brochure.errors import CatalogError, SetupError

HANGING = re.compile("[\u17b6-\u17d3\u17dd\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece\u102b-\u103e]")
KHMER = st.text(st.sampled_from("កខគចដតនបមយរលសហអ្្ាិីុូេែោះំ់៉័៍ៗ។៖៛»! aB1"), max_size=30)
WORDS = st.lists(st.sampled_from([
    "ការងារ", "សុខភាព", "បច្ចេកទេស", "អ្នក", "នៅ", "ក", "សហគមន៍", "ធម៌", "ៗ", "។", " ", "BMET", "១២", "»", "«", "!", "%",
    "ประเทศ", "เด็ก", "ທ່ານ", "ໄປ", "မြန်မာ", "က္က", "\n", "(", ")", "ស្ត្រី", "\u17d2"]), max_size=14).map("".join)
ANY = KHMER | WORDS
MARKED = st.lists(st.sampled_from([*"កត្ា័ៗ។ »aเด", ZWSP, "ការងារ", "សុខភាព"]), max_size=16).map("".join)


def shown(text: str, tag: str = "km", glossary: tuple[str, ...] = ()) -> str:
    return prepare(text, tag, glossary).replace(ZWSP, "|").replace(NBSP, "~").replace(WJ, "+")


def test_khmer_is_broken_between_words() -> None:
    assert shown("ខ្ញុំចង់ធ្វើការងារនៅមន្ទីរពេទ្យ") == "ខ្ញុំ|ចង់|ធ្វើការងារ|នៅ|មន្ទីរពេទ្យ"


@pytest.mark.parametrize(("tag", "text", "broken"), [
    ("th", "ภาษาไทยสวยงาม", "ภาษา|ไทย|สวยงาม"),
    ("lo", "ຂ້ອຍຮັກປະເທດລາວ", "ຂ້ອຍ|ຮັກ|ປະເທດ|ລາວ"),
    ("my", "မြန်မာစာအုပ်", "မြန်မာ|စာအုပ်"),
    ("en", "I love ខ្ញុំចង់ here", "I love ខ្ញុំ|ចង់ here"),
    ("en", "Words with spaces – 100% as they are", "Words with spaces – 100% as they are"),
])
def test_other_languages(tag: str, text: str, broken: str) -> None:
    assert shown(text, tag) == broken


def icu_that_cuts(monkeypatch: pytest.MonkeyPatch, *pieces: str) -> str:
    """Let the dictionary know no better than these pieces; returns the whole run."""
    monkeypatch.setattr(breaks, "_icu", lambda: lambda run, tag: pieces)
    return "".join(pieces)


def test_first_rule_no_bare_consonant_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown("ជាសមាជិកដ៏") == "ជាស|មា|ជិកដ៏"  # ICU has ជាស|មា|ជិ|ក|ដ៏
    assert shown(icu_that_cuts(monkeypatch, "ការ", "ក", "ងារ")) == "ការកងារ"
    assert shown(icu_that_cuts(monkeypatch, "ក", "ការ", "ង")) == "កការង"


def test_second_rule_no_silent_or_short_final_begins_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(icu_that_cuts(monkeypatch, "ពិសោធ", "ន៍", "ការ")) == "ពិសោធន៍|ការ"
    assert shown(icu_that_cuts(monkeypatch, "ធ", "ម៌")) == "ធម៌"
    assert shown(icu_that_cuts(monkeypatch, "ទំ", "ព័រ")) == "ទំ|ព័រ"  # another sign: a syllable of its own


def test_third_rule_no_repetition_mark_begins_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(breaks._icu()("ផ្សេងៗ", "km")) == ["ផ្សេង", "ៗ"]
    assert shown("ផ្សេងៗការងារ") == "ផ្សេងៗ|ការងារ"
    assert shown(f"ផ្សេង{ZWSP}ៗ") == "ផ្សេងៗ"
    assert shown(icu_that_cuts(monkeypatch, "ការ", "ក", "ៗ", "ងារ")) == "ការ|កៗ|ងារ"


def test_the_rules_are_needed() -> None:
    """Plain ICU leaves single letters in the repository's own text: if it no longer does, the first rule can go."""
    catalogs = [read(path, ROOT) for path in (ROOT / "locales/km/LC_MESSAGES").glob("*.po")]
    words = [entry.msgstr for catalog in catalogs for entry in catalog.entries.values()]
    raw = [piece for text in words for run in re.findall("[\u1780-\u17d3]+", text) for piece in breaks._icu()(run, "km")]
    assert len(raw) > 500
    assert any(re.fullmatch("[ក-អ]", piece) for piece in raw)


def test_the_glossary_stands_over_icu() -> None:
    assert shown("ខ្ញុំចង់ធ្វើការងារ", glossary=("ធ្វើការងារ",)) == "ខ្ញុំ|ចង់|ធ្វើការងារ"
    assert shown("មន្ទីរពេទ្យ", glossary=("មន្ទីរ|ពេទ្យ",)) == "មន្ទីរ|ពេទ្យ"


def test_the_longest_term_wins() -> None:
    assert shown("ក្រុមថែទាំសុខភាព", glossary=("ក្រុមថែទាំសុខភាព", "ថែទាំ", "សុខភាព")) == "ក្រុមថែទាំសុខភាព"


def test_a_term_never_cuts_a_cluster() -> None:
    assert "|" not in shown("កាំ", glossary=("ក",))
    assert "|\u17b6" not in shown("ការងារា", glossary=("ការងារ",))
    assert shown("ស្កា", glossary=("កា",)) == "ស្កា"


def test_marks_set_by_hand_stand_over_the_glossary_and_icu() -> None:
    assert shown(f"មន្ទីរ{ZWSP}ពេទ្យ", glossary=("មន្ទីរពេទ្យ",)) == "មន្ទីរ|ពេទ្យ"
    assert shown(f"ធ្វើ{WJ}ការងារ") == "ធ្វើការងារ"
    assert shown(f"មន្ទីរ{WJ}ពេទ្យ", glossary=("មន្ទីរ|ពេទ្យ",)) == "មន្ទីរពេទ្យ"


def test_a_mark_set_by_hand_cancels_the_breaks_right_beside_it() -> None:
    assert shown(f"ការងារនៅ{ZWSP}ផ្ទះ") == "ការងារនៅ|ផ្ទះ"  # one cluster away
    assert shown("ខ្ញុំចង់រៀន") == "ខ្ញុំ|ចង់|រៀន"
    assert shown(f"ខ្ញុំច{ZWSP}ង់រៀន") == "ខ្ញុំច|ង់រៀន"


@pytest.mark.parametrize(("typed", "broken"), [
    (f"BMET{ZWSP}ការងារ", "BMET|ការងារ"),  # between two scripts, where ICU says nothing
    (f"ការងារ{ZWSP}១២", "ការងារ|១២"),
    (f"ការងារ{WJ} BMET", "ការងារ+ BMET"),  # nothing else keeps these together
    (f"ការងារ{ZWSP} នៅ", "ការងារ នៅ"),  # a space breaks anyway: 508 times in news
    (f"ការងារ{ZWSP}។", "ការងារ។"),  # a stop may not begin a line: 209 times in news
    (f"ការងារ{ZWSP}»", "ការងារ»"),
    (f"ក{ZWSP}្ត", "ក្ត"),  # inside a cluster
    (f"ក្{ZWSP}ត", "ក្ត"),
    (f"ក{ZWSP}ា", "កា"),
    (f"เ{ZWSP}ด็ก", "เด็ก"),
    (f"က္{ZWSP}က", "က္က"),
])
def test_marks_set_by_hand_where_they_matter_and_where_they_harm(typed: str, broken: str) -> None:
    assert shown(typed) == broken


@pytest.mark.parametrize("mark", [*"។៕៖ៗ៛!?%»”›)]"])
def test_no_line_ends_at_a_space_before_a_closing_mark(mark: str) -> None:
    assert shown(f"ការងារ {mark} នៅ") == f"ការងារ~{mark} នៅ"
    assert shown(f"50  {mark}") == f"50~{mark}"


def test_words_in_two_spellings_break_alike() -> None:
    assert prepare("ស្រ្តីការងារ", "km") == prepare("ស្ត្រីការងារ", "km")


def test_terms_of_the_repository_break_as_its_glossary_says() -> None:
    terms = breaks.glossary(ROOT / "locales/km/glossary.csv", ROOT)
    assert len(terms) > 100
    assert list(terms) == sorted(terms, key=lambda term: -len(term.replace("|", "")))
    for term in terms:
        assert prepare(term.replace("|", ""), "km", (term,)) == term.replace("|", ZWSP)


# ---- the tree


def applied(xml: str, tag: str = "km", glossary: tuple[str, ...] = ()) -> str:
    root = fromstring(xml)
    breaks.apply(root, tag, glossary)
    return tostring(root, "unicode").replace(ZWSP, "|").replace(NBSP, "~")


def test_text_and_tails_are_broken() -> None:
    assert applied("<p>រៀនការងារ<b>រៀនការងារ</b>រៀនការងារ</p>") == "<p>រៀន|ការងារ<b>រៀន|ការងារ</b>រៀន|ការងារ</p>"


@pytest.mark.parametrize("name", ["script", "style", "title", "code", "pre"])
def test_some_elements_are_left_alone_with_all_that_is_in_them(name: str) -> None:
    inside = f"<{name}>រៀនការងារ<b>រៀនការងារ</b>រៀនការងារ</{name}>"
    assert applied(f"<p>{inside}រៀនការងារ</p>") == f"<p>{inside}រៀន|ការងារ</p>"


def test_attributes_and_comments_are_left_alone() -> None:
    from xml.etree.ElementTree import Comment

    root = fromstring('<p><img alt="រៀនការងារ" />រៀនការងារ</p>')
    root.append(Comment("រៀនការងារ"))
    breaks.apply(root, "km", ())
    assert tostring(root, "unicode").count(ZWSP) == 1


def test_parts_in_another_language_have_their_own_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[tuple[str, tuple[str, ...]]]()

    def note(text: str, tag: str, glossary: tuple[str, ...] = ()) -> str:
        asked.append((tag, glossary))
        return text

    monkeypatch.setattr(breaks, "prepare", note)
    applied('<html lang="km"><p>a<i lang="th">b<b>c</b>d<u lang="km">e</u></i>f</p></html>', glossary=("x",))
    assert asked == [("km", ("x",)), ("th", ()), ("th", ()), ("th", ()), ("km", ("x",)), ("km", ("x",))]


def test_the_glossary_serves_its_own_language_only() -> None:
    xml = '<html lang="km"><p>រៀនការងារ</p><p lang="en">រៀនការងារ</p></html>'
    assert applied(xml, glossary=("រៀនការងារ",)) == '<html lang="km"><p>រៀនការងារ</p><p lang="en">រៀន|ការងារ</p></html>'


# ---- the machine and the glossary's file


def test_without_icu_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    true_import = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name.startswith("icu4py"):
            raise ImportError(name)
        return true_import(name, *more)

    breaks._icu.cache_clear()
    breaks._broken.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SetupError) as caught:
        prepare("ការងារ", "km")
    assert str(caught.value) == ("icu4py: is not installed, and without it no line of this language can be broken\n"
                                 "    hint: make setup, or: pip install icu4py")
    assert prepare("Latin letters need no dictionary", "en")


def test_a_glossary_is_optional_and_may_be_empty(project: Folder) -> None:
    file = project / "locales/km/glossary.csv"
    assert breaks.glossary(file, project.path) == ()  # its first line only, as “brochure new language” makes it
    project.delete("locales/km/glossary.csv")
    assert breaks.glossary(file, project.path) == ()


def test_a_glossary_as_a_spreadsheet_saves_it(project: Folder) -> None:
    project.write("locales/km/glossary.csv", '\ufeffsource,term,note,break\r\n"a, b",ការ  ងារ,"two\nlines",\r\nx,Latin,,\r\n'
                                             "y,ស្រ្តីភាព,,ស្រ្តី|ភាព\r\nshort\r\n")
    assert breaks.glossary(project / "locales/km/glossary.csv", project.path) == ("ស្ត្រី|ភាព", "ការ", "ងារ")


def test_the_line_of_a_glossarys_fault_is_the_editors(project: Folder) -> None:
    project.write("locales/km/glossary.csv", 'source,term,note,break\na,ការ,"two\nlines",\nb,ការ,,ងារ\n')
    with pytest.raises(CatalogError, match=r"locales/km/glossary\.csv:4: the break hint 'ងារ' spells another term"):
        breaks.glossary(project / "locales/km/glossary.csv", project.path)


# ---- properties


def seams(text: str) -> Iterator[tuple[str, str]]:
    """What stands before and after each break opportunity."""
    for found in re.finditer(ZWSP, text):
        yield text[: found.start()], text[found.end() :]


@given(ANY | MARKED, st.sampled_from(["km", "th", "lo", "my", "en"]))
def test_idempotent(text: str, tag: str) -> None:
    once = prepare(text, tag)
    assert prepare(once, tag) == once


@given(ANY)
def test_without_its_breaks_it_is_the_canonical_text(text: str) -> None:
    glued = prepare(text, "km").replace(ZWSP, "")
    assert re.sub(f"[ {NBSP}]+", " ", glued) == re.sub(" +", " ", canonical(text))


@given(ANY | MARKED)
def test_never_inside_a_cluster_and_never_before_a_sign_that_hangs(text: str) -> None:
    for before, after in seams(prepare(text, "km", ("ការ|ងារ", "ក", "សុខ|ភាព"))):
        assert not HANGING.match(after)
        assert not before.endswith(("\u17d2", "\u1039"))
        assert not after.startswith(("ៗ", "។", "»", "!"))


@given(ANY)
def test_never_at_an_edge_or_beside_a_space(text: str) -> None:
    for before, after in seams(prepare(text, "km")):
        assert before.strip() and after.strip() and not before[-1].isspace() and not after[0].isspace()


def test_the_properties_can_fail() -> None:
    assert list(seams(f"ក{ZWSP}ា")) == [("ក", "ា")]
    assert HANGING.match("ា")


def test_a_glossary_outside_the_project_is_not_asked_for(tmp_path: Path) -> None:
    assert breaks.glossary(tmp_path / "none.csv", tmp_path) == ()


# ---- long texts


@given(ANY, st.lists(st.integers(1, 4), min_size=31, max_size=31))
def test_a_heap_of_marks_says_what_one_mark_says(text: str, counts: list[int]) -> None:
    spots = list(text)
    for mark in (ZWSP, WJ):
        once = "".join(letter + (mark if count > 2 else "") for letter, count in zip(spots, counts * 10, strict=False))
        heaps = "".join(letter + mark * (count if count > 2 else 0) for letter, count in zip(spots, counts * 10, strict=False))
        assert prepare(heaps, "km") == prepare(once, "km")


@pytest.mark.parametrize(("marks", "kept"), [
    (ZWSP * 3, ZWSP), (WJ * 2, WJ), (ZWSP + WJ, ZWSP + WJ), (WJ + ZWSP + WJ, WJ + ZWSP + WJ), ((ZWSP + WJ) * 5, ZWSP + WJ),
    ((ZWSP + WJ) * 5 + ZWSP, ZWSP + WJ + ZWSP)])
def test_a_heap_keeps_both_kinds_and_its_ends(marks: str, kept: str) -> None:
    assert prepare(f"a{marks}b", "km") == f"a{kept}b"


@pytest.mark.parametrize("text", [ZWSP * 40_000, (ZWSP + WJ) * 20_000, "ក" + ZWSP * 40_000 + "ក", "ក" + " " * 40_000 + "x",
                                  " " + NBSP * 40_000 + "x", ("ការងារ" + ZWSP) * 5_000, ZWSP.join(["ការងារ" * 3_000] * 2)],
                         ids=["breaks", "both marks", "in a word", "spaces", "no-break spaces", "by hand", "one by hand"])
def test_a_long_text_takes_no_longer_than_it_is(text: str) -> None:
    prepare("ការងារ", "km")  # the dictionary is read once
    start = time.process_time()
    prepare(text, "km")
    assert time.process_time() - start < 3  # with the square of the length it takes ten and more
