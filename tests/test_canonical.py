"""Canonical order of Khmer: two spellings that look the same become the same text."""

import re

import pytest
from factories import ROOT
from hypothesis import given
from hypothesis import strategies as st

from brochure.canonical import canonical
from brochure.catalog.store import read

KHMER = st.text(st.characters(min_codepoint=0x1780, max_codepoint=0x17DD), max_size=12)
MIXED = st.text(st.sampled_from("កខដតរស្្្ាិីុូេែោះំៈ់៌៍៉៊័ៗ។ \u200b\u2060aก"), max_size=14)


@pytest.mark.parametrize(("typed", "right"), [
    ("ស្រ្តី", "ស្ត្រី"),  # coeng ro before another coeng: 57 times in news, 170 in khPOS
    ("សិទិ្ធ", "សិទ្ធិ"),  # vowel before coeng
    ("ក\u17c1\u17b6", "ក\u17c4"),  # a vowel typed in two halves
    ("ក\u17c1\u17b8", "ក\u17be"),
    ("ព\u17c1\u17bb\u17b8", "ព\u17bb\u17be"),
    ("ម\u17b6\u17c9", "ម\u17c9\u17b6"),  # shifter after the vowel
    ("ស\u17ca\u17d2ម", "ស\u17d2ម\u17ca"),  # shifter before coeng
    ("ក\u17c6\u17b6", "ក\u17b6\u17c6"),  # nikahit before aa
    ("ធម\u17d2ម\u17cc", "ធម\u17cc\u17d2ម"),  # robat after coeng
    ("បណ្ដុះ", "បណ្តុះ"),  # subscript da and ta have one shape
    ("ដ្ដ", "ដ្ត"),
])
def test_examples(typed: str, right: str) -> None:
    assert canonical(typed) == right
    assert canonical(right) == right
    assert canonical(f"a {typed}។{typed}") == f"a {right}។{right}"


@pytest.mark.parametrize("text", ["", "Biomedical – 100%", "ภาษาไทย", "ພາສາລາວ", "မြန်မာ", "ក\u17d2", "\u17d2ក", "១២៣", "ៗ។"])
def test_other_text_is_left_alone(text: str) -> None:
    assert canonical(text) == text


def test_the_translations_of_the_repository_are_in_order() -> None:
    seen = 0
    for path in sorted((ROOT / "locales/km/LC_MESSAGES").glob("*.po")):
        for entry in read(path, ROOT).entries.values():
            assert canonical(entry.msgstr) == entry.msgstr, f"{entry.context} in {path.name}"
            seen += len(re.findall("[\u1780-\u17b3]", entry.msgstr))
    assert seen > 1000


@given(KHMER | MIXED)
def test_idempotent(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(KHMER | MIXED)
def test_nothing_is_added_or_lost(text: str) -> None:
    def letters(some: str) -> list[str]:
        some = some.replace("\u17be", "\u17c1\u17b8").replace("\u17c4", "\u17c1\u17b6").replace("\u178a", "\u178f")
        return sorted(some)

    assert letters(canonical(text)) == letters(text)
