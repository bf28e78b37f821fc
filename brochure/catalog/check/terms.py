"""Terms: ``glossary.csv`` as a translator's check reads it.

Columns: ``source`` (the source language's words), ``term``, ``note``, ``break``, and optionally ``use``:
empty (the translation of ``source`` is ``term``), ``forbidden`` (``term`` must not be written), ``keep`` (``source``
stays as it is). Words in brackets explain a source and tie it to one meaning: such a term is advice, and not required.
A row with a source alone waits for its translation: nothing asks for it.
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from brochure import files
from brochure.canonical import canonical
from brochure.errors import CatalogError

COLUMNS = ("source", "term", "note", "break", "use")
USES = ("", "forbidden", "keep")
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\u00ad\ufeff\ue000]")  # the last stands for tags in a masked text

BRACKET = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Term:
    """A row of the glossary. ``source`` is its cell; ``sources`` are the alternatives in it, without brackets.

    ``advice`` are those of them that a bracket tied to one meaning.
    """

    sources: tuple[str, ...]
    advice: frozenset[str]
    term: str
    note: str
    use: str
    line: int
    source: str = ""


def blind(text: str) -> str:
    """The text as terms are compared: canonical order, nothing invisible."""
    return canonical(INVISIBLE.sub("", text))


def load(path: Path, project: Path) -> tuple[Term, ...]:
    """The rows of a language's glossary that say something; none if there is no such file or it cannot be read.

    (The build says why.)
    """
    if not path.is_file():
        return ()
    try:
        text = files.text(path.read_bytes(), path.relative_to(project).as_posix(), CatalogError)
        table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = [(table.line_num, row) for row in table]
    except (CatalogError, csv.Error):
        return ()
    return tuple(Term(*_sources(row.get("source") or ""), (row.get("term") or "").strip(), (row.get("note") or "").strip(),
                      (row.get("use") or "").strip(), line, (row.get("source") or "").strip()) for line, row in rows
                 if any((row.get(name) or "").strip() for name in ("term", "use")))


def _sources(cell: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The alternatives in a source cell, and which of them a bracket narrows."""
    bare = {BRACKET.sub(" ", one): one for one in cell.split(";")}
    named = {" ".join(plain.split()): "(" in one for plain, one in bare.items() if plain.strip()}
    return tuple(named), frozenset(plain for plain, narrow in named.items() if narrow)
