"""Language: what a folder under ``locales/`` says about a language; CLDR says the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import babel

from brochure import writing
from brochure.catalog import pseudo
from brochure.errors import CatalogError, Problem
from brochure.tables import Reader, parse
from brochure.writing import Writing

TYPOGRAPHY = ("quotes", "stop", "question", "exclamation", "colon", "spellings", "space_before")
KEYS = f"name, source, twin, {writing.KEYS}, {', '.join(TYPOGRAPHY)}"


@dataclass(frozen=True)
class Language:
    """One language of the project.

    ``tag`` is its BCP 47 tag, ``name`` its own name for itself, ``style`` the folder under ``locales`` with its style
    sheet and glossary. ``source`` marks the language the content is written in. ``twin`` names the language in which
    the career's name stands a second time on the cover. ``typography`` are the keys that catalog checks read.
    ``disguise`` is set for a pseudo-language.
    """

    tag: str
    name: str
    style: str
    writing: Writing
    source: bool = False
    twin: str | None = None
    typography: Mapping[str, Any] = field(default_factory=dict)
    disguise: str | None = None

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, from CLDR."""
        tag = self.tag.partition("-")[0] if self.disguise else self.tag
        return babel.Locale.parse(tag, sep="-").text_direction


def load(folder: Path, project: Path) -> Language:
    """Read ``language.toml``; raise CatalogError with every problem in it."""
    file = (folder / "language.toml").relative_to(project).as_posix()
    read = Reader(file)
    data = parse(folder / "language.toml", file, CatalogError)
    language = Language(
        folder.name,
        read.take(data, "", "name", str),
        folder.name,
        writing.take(read, data, folder.name),
        read.optional(data, "", "source", bool, False),
        read.optional(data, "", "twin", str),
        {key: data.pop(key) for key in TYPOGRAPHY if key in data},
    )
    read.leftovers(data, "", KEYS)
    problems = read.problems
    try:
        proper = str(babel.Locale.parse(folder.name, sep="-")).replace("_", "-")
        if proper != folder.name:
            problems.append(Problem(folder.relative_to(project).as_posix(), "is not how this language's tag is written",
                                    f"name the folder {proper}"))
    except (ValueError, babel.UnknownLocaleError):
        problems.append(Problem(folder.relative_to(project).as_posix(), "is not the tag of a language that CLDR knows",
                                "name the folder like km, fr or pt-BR"))
    if problems:
        raise CatalogError(problems)
    return language


def disguised(tag: str, languages: Mapping[str, Language], source: Language) -> Language | None:
    """The pseudo-language of this tag, dressed in the fonts of the language it imitates; None if there is none."""
    disguise = pseudo.kind(tag)
    if disguise is None:
        return None
    model = languages.get(tag.partition("-")[0], source)
    return Language(tag, tag, model.style, model.writing, disguise=disguise)
