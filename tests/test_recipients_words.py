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
    ("km", "telephone", "+855 00 000 001", "+855 00 000 001"), ("en", "url", "https://Example.org/", "Example.org"),
    ("en", "url", "HTTP://example.org/a/b", "example.org/a/b"), ("en", "contact", "https://x/", "https://x/"),
])
def test_a_cell_is_written_as_the_language_writes_it(tag: str, column: str, text: str, written: str) -> None:
    assert words.written(text, column, PROJECT.language(tag)) == written


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
