"""Writing: dates, numbers, money and lists as a language writes them; what comes out, not how."""

import datetime
import re

import pytest
from factories import ROOT

from brochure.build import lay_out
from brochure.compose import environment
from brochure.project import Job, discover
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


# By language, with digits of its own in language.toml: the same six.
NATIVE = {
    "km": ("០១២៣៤៥៦៧៨៩", "ច័ន្ទ ១៣ មេសា ២០២៦", "១៣ មេសា ២០២៦", "១,២៣៤,៥៦៧.៥", "១,៥០០$", "៦,០០០,០០០៛", "A, B និង C"),
    "lo": ("໐໑໒໓໔໕໖໗໘໙", "ວັນຈັນ, ໑໓ ເມສາ ໒໐໒໖", "໑໓ ເມສາ ໒໐໒໖", "໑.໒໓໔.໕໖໗,໕", "US$໑.໕໐໐", "KHR໖.໐໐໐.໐໐໐", "A, B, C"),
    "my": ("၀၁၂၃၄၅၆၇၈၉", "၂၀၂၆ ဧပြီ ၁၃ တနင်္လာ", "၂၀၂၆ ဧပြီ ၁၃", "၁,၂၃၄,၅၆၇.၅", "၁,၅၀၀\u00a0US$",
           "၆,၀၀၀,၀၀၀\u00a0KHR", "A - Bနှင့် C"),
    "ar": ("٠١٢٣٤٥٦٧٨٩", "الاثنين، ١٣ أبريل ٢٠٢٦", "١٣ أبريل ٢٠٢٦", "١,٢٣٤,٥٦٧.٥", "\u200f١,٥٠٠\u00a0US$",
           "\u200f٦,٠٠٠,٠٠٠\u00a0KHR", "A وB وC"),
}


@pytest.mark.parametrize("tag", NATIVE)
def test_digits_of_its_own(tag: str) -> None:
    digits, full, long, number, dollars, riel, three = NATIVE[tag]
    own = Writing(tag, digits)
    assert (own.date(DAY, "full"), own.date(DAY), own.number(1234567.5)) == (full, long, number)
    assert (own.money(1500, "USD"), own.money(6_000_000, "KHR"), own.list(["A", "B", "C"])) == (dollars, riel, three)


def test_money_without_a_pattern_has_the_separators_of_the_language() -> None:
    assert KHMER.money(1500.5, "EUR") == "១.៥០០,៥០€"
    assert Writing("ar", "٠١٢٣٤٥٦٧٨٩", decimal="٫", group="٬").money(1500.5, "USD") == "\u200f١٬٥٠٠٫٥٠\u00a0US$"
    assert Writing("de-CH", group="'").money(1500.5, "CHF") == "CHF\u00a01'500.50"
    assert Writing("hi", group=" ", decimal=",").money(1234567.5, "INR") == "₹12 34 567,50"


def test_templates_write_with_filters() -> None:
    line = '{{ day|date }}; {{ day|date("full") }}; {{ 1250|number }}; {{ 300|money("USD") }}; {{ ["ក", "ខ"]|list }}'
    for writing, said in ((KHMER, "១៣ មេសា ២០២៦; ថ្ងៃចន្ទ ទី១៣ ខែមេសា ឆ្នាំ២០២៦; ១.២៥០; ៣០០\u00a0ដុល្លារ; ក និង ខ"),
                          (Writing("en"), "April 13, 2026; Monday, April 13, 2026; 1,250; $300; ក and ខ")):
        assert environment(ROOT).from_string(line).render(writing=writing, day=DAY) == said


def test_prose_has_khmer_digits_and_telephone_address_and_codes_latin_ones() -> None:
    """On the finished page: what a message says is prose, what the content file says of the publisher is not."""
    laid = lay_out(Job("bmet", "trifold-a4", "office", "km"), discover(ROOT))
    prose = " ".join(one.text for one in laid.panels.ink if one.key)
    other = " ".join(one.text for one in laid.panels.ink if not one.key)
    assert not re.search("[0-9]", prose)
    assert "+855 00 000 000" in other and "ខែវិច្ឆិកា ឆ្នាំ២០២៦" in "".join(other.split("\u200b"))


@pytest.mark.parametrize("tag", CLDR)
def test_native_digits_are_written_everywhere_in_prose(tag: str) -> None:
    native = Writing(tag, "០១២៣៤៥៦៧៨៩")
    said = [native.date(DAY, form) for form in ("full", "long", "month")] + [native.number(1234567.5), native.money(1500, "USD")]
    assert not any(digit in text for text in said for digit in "0123456789")
    assert not any(word in text for text in said for word in ("duration-", "GMT", "None", "\u200b"))


def test_one_and_two_things() -> None:
    assert (KHMER.list(["ក"]), KHMER.list(["ក", "ខ"])) == ("ក", "ក និង ខ")
    assert Writing("en").list(["A", "B"]) == "A and B"
