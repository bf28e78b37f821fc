"""Writing: how a language writes dates, numbers, money and lists in prose.

CLDR (through Babel) answers first; what it lacks or gets wrong for print stands in ``language.toml``: Babel writes
no native digits, and its Khmer dates lack the words for day, month and year.
"""

import datetime
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import babel
import babel.dates
import babel.lists
import babel.numbers

from brochure.tables import Reader

LATIN = "0123456789"
DATES = {"full": "", "long": "", "month": "MMMM y"}  # "" is CLDR's own pattern of that name
WEEKDAY, PLACE = "EEEE", "\ue000"  # the place of a weekday that CLDR spells another way
AMOUNT = re.compile(r"[#,]*0[0,]*(?:\.[0#]+)?")  # of a CLDR pattern
ZWSP = "\u200b"  # CLDR's Khmer strings hold some; line breaks are a later step's


@dataclass(frozen=True)
class Writing:
    """What ``language.toml`` says about writing.

    ``digits`` are the ten digits of prose. ``dates`` are CLDR patterns by form (full, long, month), ``weekdays`` seven
    names from Monday. ``decimal`` and ``group`` replace CLDR's separators. ``money`` holds patterns by currency
    code, with ``#`` for the amount. ``comma`` and ``last`` join a list; empty means CLDR's.
    """

    tag: str
    digits: str = LATIN
    dates: Mapping[str, str] = field(default_factory=lambda: dict(DATES))
    weekdays: tuple[str, ...] = ()
    decimal: str = ""
    group: str = ""
    money_patterns: Mapping[str, str] = field(default_factory=dict)
    comma: str = ""
    last: str = ""

    @property
    def locale(self) -> babel.Locale:
        """CLDR's data of the language."""
        return _locale(self.tag)

    def native(self, text: str) -> str:
        """``text`` with its digits written as prose writes them; telephone numbers, addresses and codes stay as they are."""
        return text.translate(str.maketrans(LATIN, self.digits))

    def date(self, day: datetime.date, form: str = "long") -> str:
        """A day in one of the forms full, long and month."""
        pattern = self.dates[form] or str(self.locale.date_formats[form].pattern)
        if self.weekdays:
            pattern = pattern.replace(WEEKDAY, PLACE)
        text = babel.dates.format_date(day, pattern, locale=self.locale).replace(ZWSP, "")
        return self.native(text.replace(PLACE, self.weekdays[day.weekday()] if self.weekdays else PLACE))

    def number(self, value: float | Decimal, pattern: str | None = None) -> str:
        """A number with the language's separators and digits; ``pattern`` is CLDR's, such as #,##0.00."""
        text = babel.numbers.format_decimal(value, pattern, locale=self.locale, numbering_system="latn")
        symbols = self.locale.number_symbols["latn"]
        table = {symbols["decimal"]: self.decimal or symbols["decimal"], symbols["group"]: self.group or symbols["group"]}
        return self.native("".join(table.get(character, character) for character in text))

    def money(self, amount: float | Decimal, currency: str) -> str:
        """An amount of money; without cents when there are none."""
        whole, size = amount == int(amount), -amount if amount < 0 else amount
        if pattern := self.money_patterns.get(currency):
            return pattern.replace("#", self.number(amount, "#,##0" if whole else "#,##0.00"))
        pattern = self.locale.currency_formats["standard"].pattern
        pattern = pattern.replace(".00", "") if whole else pattern
        text = babel.numbers.format_currency(amount, currency, format=pattern, locale=self.locale, currency_digits=False,
                                             numbering_system="latn")
        if amounts := AMOUNT.search(pattern):  # the amount as prose writes it, the sign and its place as CLDR has them
            plain = babel.numbers.format_decimal(size, amounts[0], locale=self.locale, numbering_system="latn")
            text = text.replace(plain, self.number(size, amounts[0]))
        return self.native(text.replace(ZWSP, ""))

    def list(self, items: Sequence[str]) -> str:
        """The items as prose joins them."""
        if not self.last:
            return babel.lists.format_list(items, locale=self.locale).replace(ZWSP, "")
        *first, final = items
        return self.last.join([(self.comma or ", ").join(first), final]) if first else final


@functools.cache  # the languages of a project; a list of schools asks for thousands of dates
def _locale(tag: str) -> babel.Locale:
    return babel.Locale.parse(tag, sep="-")


def take(read: Reader, data: dict[str, Any], tag: str) -> Writing:
    """The writing in a parsed ``language.toml``, its keys removed from ``data``; problems go to ``read``."""
    digits = read.optional(data, "", "digits", str, LATIN)
    if len(digits) != 10 or not digits.isdigit():
        read.problem("digits", f"{digits!r} are not the ten digits, from nought to nine")
        digits = LATIN
    dates = read.optional(data, "", "dates", dict, {})
    patterns = {form: read.optional(dates, "dates", form, str, pattern) for form, pattern in DATES.items()}
    for form, pattern in patterns.items():
        if pattern and "y" not in pattern:
            read.problem(f"dates.{form}", f"the pattern {pattern!r} has no year (y)")
        if fault := _fault(pattern or "y", tag):
            read.problem(f"dates.{form}", f"the pattern {pattern!r} is not CLDR's: {fault}")
            patterns[form] = "y"
    weekdays = read.names(data, "", "weekdays") if "weekdays" in data else ()
    if len(weekdays) not in (0, 7):
        read.problem("weekdays", f"there are {len(weekdays)} names", "write seven, Monday first")
        weekdays = ()
    read.leftovers(dates, "dates", ", ".join(DATES))
    numbers = read.optional(data, "", "numbers", dict, {})
    separators = [read.optional(numbers, "numbers", key, str, "") for key in ("decimal", "group")]
    read.leftovers(numbers, "numbers", "decimal, group")
    joiners = read.optional(data, "", "list", dict, {})
    joined = [read.optional(joiners, "list", key, str, "") for key in ("comma", "last")]
    read.leftovers(joiners, "list", "comma, last")
    money = read.optional(data, "", "money", dict, {})
    for currency, pattern in money.items():
        if not isinstance(pattern, str) or "#" not in pattern:
            read.problem(f"money.{currency}", "must be a text with # in the place of the amount")
    return Writing(tag, digits, patterns, weekdays, separators[0], separators[1], money, joined[0], joined[1])


def _fault(pattern: str, tag: str) -> str:
    """What CLDR cannot do with a date pattern; a tag that it does not know is a problem of its own."""
    try:
        locale = babel.Locale.parse(tag, sep="-")
    except (ValueError, babel.UnknownLocaleError):
        return ""
    try:
        babel.dates.format_date(datetime.date.min, pattern, locale=locale)
    except (ValueError, AttributeError) as error:
        return str(error)
    return ""


KEYS = "digits, dates, weekdays, numbers, list, money"
