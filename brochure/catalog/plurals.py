"""Plurals: how many forms of a word a language has, as a catalog's header says it.

CLDR's rules, as translate-toolkit has them for gettext: whole numbers only, in the expressions that msgfmt accepts.
"""

import re

import babel.plural
from translate.lang import factory


def forms(tag: str) -> tuple[int, str]:
    """The number of forms, and the expression that chooses one for ``n``."""
    known = factory.getlanguage(tag)
    if known.nplurals:
        return known.nplurals, known.pluralequation
    written = babel.plural.to_gettext(babel.Locale.parse(tag, sep="-").plural_form)
    count, _, chosen = written.removeprefix("nplurals=").partition("; plural=")
    return int(count), re.sub(r"\be\b", "0", chosen.removesuffix(";"))  # e: the power of ten of 1.2c6, which no catalog counts


def header(tag: str) -> str:
    """The value of the header's Plural-Forms."""
    count, chosen = forms(tag)
    return f"nplurals={count}; plural={chosen};"
