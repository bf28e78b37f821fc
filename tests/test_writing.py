"""Writing: dates, numbers, money and lists as a language writes them; what comes out, not how."""

import datetime

import pytest
from factories import ROOT

from brochure.project import discover
from brochure.writing import Writing

DAY = datetime.date(2026, 4, 13)  # a Monday
KHMER = discover(ROOT).language("km").writing


def test_khmer_as_its_file_says() -> None:
    assert KHMER.date(DAY, "full") == "ថ្ងៃចន្ទ ទី១៣ ខែមេសា ឆ្នាំ២០២៦"
    assert KHMER.date(DAY) == "១៣ មេសា ២០២៦"
    assert KHMER.date(DAY, "month") == "ខែមេសា ឆ្នាំ២០២៦"
    assert KHMER.number(1234567.5) == "១.២៣៤.៥៦៧,៥"
    assert KHMER.money(1500, "USD") == "១.៥០០\u00a0ដុល្លារ"
    assert KHMER.money(1500.5, "USD") == "១.៥០០,៥០\u00a0ដុល្លារ"
    assert KHMER.money(6_000_000, "KHR") == "៦.០០០.០០០\u00a0៛"
    assert KHMER.list(["ក", "ខ", "គ"]) == "ក, ខ និង គ"


# By language, with nothing but CLDR: full date, long date, number, dollars, riel, three things.
CLDR = {
    "en": ("Monday, April 13, 2026", "April 13, 2026", "1,234,567.5", "$1,500", "KHR6,000,000", "A, B, and C"),
    "km": ("ច័ន្ទ 13 មេសា 2026", "13 មេសា 2026", "1,234,567.5", "1,500$", "6,000,000៛", "A, B និង C"),
    "lo": ("ວັນຈັນ, 13 ເມສາ 2026", "13 ເມສາ 2026", "1.234.567,5", "US$1.500", "KHR6.000.000", "A, B, C"),
    "my": ("2026 ဧပြီ 13 တနင်္လာ", "2026 ဧပြီ 13", "1,234,567.5", "1,500\u00a0US$", "6,000,000\u00a0KHR", "A - Bနှင့် C"),
    "fr": ("lundi 13 avril 2026", "13 avril 2026", "1\u202f234\u202f567,5", "1\u202f500\u00a0$US", "6\u202f000\u202f000\u00a0KHR",
           "A, B et C"),
    "ar": ("الاثنين، 13 أبريل 2026", "13 أبريل 2026", "1,234,567.5", "\u200f1,500\u00a0US$", "\u200f6,000,000\u00a0KHR",
           "A وB وC"),
}


@pytest.mark.parametrize("tag", CLDR)
def test_what_cldr_gives(tag: str) -> None:
    full, long, number, dollars, riel, three = CLDR[tag]
    plain = Writing(tag)
    assert plain.date(DAY, "full") == full
    assert plain.date(DAY) == long
    assert plain.number(1234567.5) == number
    assert plain.money(1500, "USD") == dollars
    assert plain.money(6_000_000, "KHR") == riel
    assert plain.list(["A", "B", "C"]) == three


@pytest.mark.parametrize("tag", CLDR)
def test_native_digits_are_written_everywhere_in_prose(tag: str) -> None:
    native = Writing(tag, "០១២៣៤៥៦៧៨៩")
    said = [native.date(DAY, form) for form in ("full", "long", "month")] + [native.number(1234567.5), native.money(1500, "USD")]
    assert not any(digit in text for text in said for digit in "0123456789")
    assert not any(word in text for text in said for word in ("duration-", "GMT", "None", "\u200b"))


def test_one_and_two_things() -> None:
    assert (KHMER.list(["ក"]), KHMER.list(["ក", "ខ"])) == ("ក", "ក និង ខ")
    assert Writing("en").list(["A", "B"]) == "A and B"
