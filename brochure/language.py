"""Language: what a folder under ``locales/`` says about writing a language; CLDR says the rest."""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

import babel
import babel.dates

from brochure.errors import CatalogError, Problem
from brochure.tables import Reader, parse


@dataclass(frozen=True)
class Language:
    """One language of the project.

    ``tag`` is its BCP 47 tag and folder name, ``name`` its own name for itself. ``source`` marks the language
    the content is written in. ``digits`` are its ten digits for prose, ``month`` the CLDR pattern of a month
    with its year, ``date`` that of a full date. ``twin`` names the language in which the career's name
    stands a second time on the cover.
    """

    tag: str
    name: str
    source: bool
    digits: str
    date: str
    month: str
    twin: str | None

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, from CLDR."""
        return babel.Locale.parse(self.tag, sep="-").text_direction

    def native(self, text: str) -> str:
        """``text`` with its digits written as this language writes them in prose."""
        return text.translate(str.maketrans("0123456789", self.digits))

    def write_date(self, day: datetime.date) -> str:
        """A full date, as prose."""
        return self.native(babel.dates.format_date(day, self.date, locale=babel.Locale.parse(self.tag, sep="-")))

    def write_month(self, day: datetime.date) -> str:
        """A month and its year, as prose."""
        return self.native(babel.dates.format_date(day, self.month, locale=babel.Locale.parse(self.tag, sep="-")))


def load(folder: Path, project: Path) -> Language:
    """Read ``language.toml``; raise CatalogError with every problem in it."""
    file = (folder / "language.toml").relative_to(project).as_posix()
    read = Reader(file)
    data = parse(folder / "language.toml", file, CatalogError)
    digits = read.optional(data, "", "digits", str, "0123456789")
    if len(digits) != 10 or not digits.isdigit():
        read.problem("digits", f"{digits!r} are not the ten digits, from nought to nine")
    language = Language(
        folder.name,
        read.take(data, "", "name", str),
        read.optional(data, "", "source", bool, False),
        digits,
        read.optional(data, "", "date", str, "d MMMM y"),
        read.optional(data, "", "month", str, "MMMM y"),
        read.optional(data, "", "twin", str),
    )
    read.leftovers(data, "", "name, source, digits, date, month, twin")
    problems = read.problems
    try:
        babel.Locale.parse(folder.name, sep="-")
    except (ValueError, babel.UnknownLocaleError):
        problems.append(Problem(folder.relative_to(project).as_posix(), "is not the tag of a language that CLDR knows",
                                "name the folder like km, fr or pt-BR"))
    for key, pattern in (("date", language.date), ("month", language.month)):
        if not re.search("y", pattern):
            problems.append(Problem(f"{file}: {key}", f"the pattern {pattern!r} has no year (y)"))
    if problems:
        raise CatalogError(problems)
    return language
