"""Words: what a row says in a slot, in the language of the page."""

import pytest
from factories import ROOT

from brochure.project import discover
from brochure.recipients import words
from brochure.recipients.cells import Fault

PROJECT = discover(ROOT)
TAGS = tuple(language.tag for language in PROJECT.languages)


@pytest.mark.parametrize(("tag", "values", "found"), [
    ("km", {"name_en": "A", "name_km": "ក"}, ("name_km", "ក")),
    ("en", {"name_en": "A", "name_km": "ក"}, ("name_en", "A")),
    ("en", {"name_km": "ក"}, ("name_km", "ក")),
    ("en", {"name": "B", "name_km": "ក"}, ("name", "B")),
    ("en", {"name": "B", "name_en": "A"}, ("name_en", "A")),
    ("en", {"name_en": "", "contact": "C"}, ("name", "")),
])
def test_a_cell_in_the_language_comes_first_then_one_for_all_then_another(
        tag: str, values: dict[str, str], found: tuple[str, str]) -> None:
    assert words.found(values, "name", PROJECT.language(tag), TAGS) == found


@pytest.mark.parametrize(("tag", "column", "text", "written"), [
    ("en", "event_date", "2026-11-04", "November 4, 2026"), ("km", "event_date", "2026-11-04", "៤ វិច្ឆិកា ២០២៦"),
    ("km", "telephone", "+855 00 000 001", "+855 00 000 001"), ("en", "telephone", "០០០ ០០១", "000 001"),
    ("en", "url", "https://Example.org/", "Example.org"),
    ("en", "url", "HTTP://example.org/a/b", "example.org/a/b"), ("en", "contact", "https://x/", "https://x/"),
])
def test_a_cell_is_written_as_the_language_writes_it(tag: str, column: str, text: str, written: str) -> None:
    assert words.written(text, column, PROJECT.language(tag)) == written


@pytest.mark.parametrize(("tag", "column", "text", "form", "written"), [
    ("en", "event_date", "2026-11-04", "full", "Wednesday, November 4, 2026"),
    ("km", "event_date", "2026-11-04", "full", "ថ្ងៃពុធ ទី៤ ខែវិច្ឆិកា ឆ្នាំ២០២៦"),
    ("en", "deadline", "14.11.2026", "month", "November 2026"), ("en", "pupils", "1250", "number", "1,250"),
    ("km", "pupils", "1250", "number", "១.២៥០"), ("km", "pupils", "3.5", "number", "៣,៥"),
    ("en", "pupils", "១២៥០", "number", "1,250"), ("en", "pupils", "1250", "", "1250"),
])
def test_a_slot_says_how_a_cell_is_written(tag: str, column: str, text: str, form: str, written: str) -> None:
    assert words.written(text, column, PROJECT.language(tag), form) == written


@pytest.mark.parametrize(("text", "form", "what"), [
    ("many", "number", "“many” is not a number"), ("1,250", "number", "“1,250” is not a number"),
    ("soon", "long", "“soon” is not a date"),
])
def test_what_cannot_be_written_so_is_a_fault(text: str, form: str, what: str) -> None:
    fault = words.written(text, "pupils", PROJECT.language("en"), form)
    assert isinstance(fault, Fault) and fault.what == what


@pytest.mark.parametrize(("page", "column", "text", "spoken"), [
    ("en", "name_en", "Bak Touk", "en"), ("en", "name_km", "បាក់ទូក", "km"), ("km", "name_en", "Bak Touk", "en"),
    ("km", "name_km", "Bak Touk", "en"), ("en", "contact", "សុខ ដារ៉ា", "km"), ("km", "contact", "School office", "en"),
    ("en", "contact", "Dara (ដារ៉ា)", "en"), ("km", "contact", "Dara (ដារ៉ា)", "km"), ("km", "contact", "12 – 3", "km"),
    ("km", "url", "example.org", "km"), ("km", "event_date", "2026-01-01", "km"), ("km", "venue", "漢", "km"),
])
def test_the_language_of_words_is_their_columns_and_their_scripts(page: str, column: str, text: str, spoken: str) -> None:
    assert words.Voices(PROJECT.language(page), PROJECT.languages).of(text, column) == spoken


@pytest.mark.parametrize(("column", "text", "address"), [
    ("telephone", "+855 (0)12 34-56 / 023 45", "tel:+8550123456"), ("telephone", "០១២ ៣៤៥ ៦៧៨", "tel:012345678"),
    ("email", "a@example.org", "mailto:a@example.org"), ("url", "https://example.org/a?b=%20#c", "https://example.org/a?b=%20#c"),
    ("url", "https://bücher.example/ក", "https://xn--bcher-kva.example/%E1%9E%80"), ("map", "https://example.org", "https://example.org"),
])
def test_an_address_is_ascii(column: str, text: str, address: str) -> None:
    assert words.address(text, column) == address


def test_what_is_no_address_is_a_fault() -> None:
    fault = words.address("over there", "venue")
    assert isinstance(fault, Fault) and fault.what == "“over there” is not a web address"
