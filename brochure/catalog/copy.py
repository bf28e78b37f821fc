"""Copy: the messages of one language, and what is done about the ones that are missing."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from brochure.catalog import pseudo, store
from brochure.catalog.markup import Words, faults, markup, plain
from brochure.content import Message
from brochure.errors import CatalogError, Problem
from brochure.language import Language

READY, FUZZY, MISSING = "ready", "fuzzy", "missing"
NOTHING: Mapping[str, bytes] = {}


@dataclass(frozen=True)
class Copy:
    """The words of one language for one career.

    ``source`` is the tag of the language the content is written in; a copy of that language has no
    catalogs, and a pseudo-language makes its own words. ``gaps`` says whether a missing message may stand in the
    source language (drafts), ``fuzzy`` whether a fuzzy one may be shown (proofs).
    """

    language: Language
    source: str
    catalogs: tuple[store.Catalog, ...]
    gaps: bool = False
    fuzzy: bool = False
    _entries: Mapping[str, tuple[store.Entry, str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the messages of all catalogs by context."""
        found = {key: (entry, catalog.file) for catalog in self.catalogs for key, entry in catalog.entries.items()}
        object.__setattr__(self, "_entries", found)

    def problem(self, message: Message) -> Problem | None:
        """Why the message cannot be printed in this language, if it cannot."""
        if self.language.source or self.language.disguise:
            return next((Problem(message.where, fault) for fault in faults(message.text, message.text)), None)
        if message.key not in self._entries:
            file = next((c.file for c in self.catalogs if c.file.endswith(f"/{message.key.partition('.')[0]}.po")),
                        f"locales/{self.language.tag}/LC_MESSAGES")
            return Problem(file, f"{message.key} is not translated: the message is not in the file",
                           "brochure catalog extract writes the template it can be taken from")
        entry, file = self._entries[message.key]
        where = f"{file}:{entry.line}"
        if entry.msgid != message.text:
            return Problem(where, f"{message.key} translates an older text: “{_first_difference(entry.msgid, message.text)}”",
                           f"the source text is now “{message.text}”; translate it and put it as msgid")
        if not entry.msgstr.strip():
            return Problem(where, f"{message.key} is not translated", f"it says “{message.text}”")
        if entry.fuzzy:
            return Problem(where, f"{message.key} is marked as fuzzy: somebody must look at it",
                           "when the translation is right, take the word fuzzy out of the line above it")
        return next((Problem(where, f"{message.key}: {fault}") for fault in faults(entry.msgid, entry.msgstr)), None)

    def check(self, messages: Iterable[Message]) -> tuple[Problem, ...]:
        """The problems of all these messages, as warnings where gaps are allowed."""
        found = [problem for message in messages if (problem := self.problem(message))]
        if found and not self.gaps:
            raise CatalogError(found)
        return tuple(Problem(p.where, p.what, p.hint, "warning") for p in found)

    def text(self, message: Message) -> str:
        """The msgstr, or the source text where a gap may stand."""
        if self.language.disguise:
            return pseudo.write(message.text, self.language.disguise)
        if self.language.source or self.state(message) in (MISSING, *(() if self.fuzzy else (FUZZY,))):
            return message.text
        return self._entries[message.key][0].msgstr

    def state(self, message: Message) -> str:
        """READY to be printed, FUZZY (there are words, but somebody must look at them) or MISSING."""
        if self.problem(message) is None:
            return READY
        entry = self._entries[message.key][0] if message.key in self._entries else None
        if entry is None or not entry.msgstr.strip() or any(faults(message.text, entry.msgstr)):
            return MISSING
        return FUZZY

    def words(self, message: Message) -> Words:
        """The message as safe markup; its placeholders are still to be filled."""
        text = self.text(message)
        spoken = self.source if text == message.text else self.language.tag
        return Words(markup(text), message.key, spoken)

    def plain(self, message: Message) -> str:
        """The message without tags, for titles, alternative texts and metadata."""
        return plain(self.text(message))

    def growth(self, key: str) -> float:
        """The characters by which a message is longer than its source text and this language's usual ratio let expect."""
        entry = self._entries.get(key)
        return len(entry[0].msgstr) - self._ratio * len(entry[0].msgid) if entry else 0.0

    @functools.cached_property
    def _ratio(self) -> float:
        ratios = sorted(len(entry.msgstr) / len(entry.msgid) for entry, _ in self._entries.values() if entry.msgstr)
        return ratios[len(ratios) // 2] if ratios else 1.0

    def where(self, key: str) -> str:
        """The file and line a translator must change for this message; empty if it is no message."""
        entry = self._entries.get(key)
        return f"{entry[1]}:{entry[0].line}" if entry else ""


def load(project: Path, language: Language, source: str, career: str, gaps: bool = False,
         fuzzy: bool = False, instead: Mapping[str, bytes] = NOTHING) -> Copy:
    """The copy of one career in one language; raise CatalogError for files missing or damaged.

    ``instead`` gives files (by name in the project) the bytes they are going to have.
    """
    if language.source or language.disguise:
        return Copy(language, source, (), gaps, fuzzy)
    catalogs, problems = [], []
    for name in ("brochure", career):
        path = project / "locales" / language.tag / "LC_MESSAGES" / f"{name}.po"
        file = path.relative_to(project).as_posix()
        if file not in instead and not path.is_file():
            severity = "warning" if gaps else "error"
            problems.append(Problem(file, "is missing",
                                    f"copy locales/{name}.pot there and translate it", severity))
            continue
        try:
            there = store.parse(instead[file], file, language.tag) if file in instead else store.read(path, project)
            catalogs.append(there)
        except CatalogError as error:
            problems += error.problems
    if any(problem.severity == "error" for problem in problems):
        raise CatalogError(problems)
    return Copy(language, source, tuple(catalogs), gaps, fuzzy)


def _first_difference(old: str, new: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, at - 20)
    return ("…" if start else "") + old[start : at + 20] + ("…" if at + 20 < len(old) else "")
