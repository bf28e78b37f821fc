"""Status: how far a language is with a career, in words to translate, and whether its brochures can be printed."""

import contextlib
import functools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import babel

from brochure import copyfit
from brochure.catalog import store
from brochure.catalog.copy import FUZZY, MISSING, READY, Copy
from brochure.catalog.markup import PLACEHOLDER, plain
from brochure.content import Message
from brochure.errors import BrochureError, CatalogError, CopyfitError, Problem
from brochure.language import Language
from brochure.project import Job, Project, jobs

COUNTED = ("T01", "T02")  # findings that say again what is counted: untranslated, fuzzy
LINE, SIDE, LETTER = 24, 8, 7  # of a badge, in px: height of a line, room at its sides, width of a letter


@dataclass(frozen=True)
class Count:
    """Messages, and the words of the source language in them."""

    messages: int = 0
    words: int = 0


@dataclass(frozen=True)
class Fitting:
    """Whether one job's text fits; ``fits`` is None if it could not be laid out, and the problems say why."""

    job: Job
    fits: bool | None
    problems: tuple[Problem, ...] = ()


Fit = Callable[[Job, bool], Fitting]


@dataclass(frozen=True)
class Status:
    """One language's work for one career; the shared words that every career prints are part of it.

    ``errors`` and ``blocking`` count findings that keep every edition, or all but proofs, from being built, beside
    fuzzy and missing messages. ``unsigned`` is None if the language has no sign-off.
    """

    language: Language
    career: str
    ready: Count
    fuzzy: Count
    missing: Count
    errors: int
    blocking: int
    fittings: tuple[Fitting, ...]
    unsigned: int | None

    @property
    def fits(self) -> bool | None:
        """Whether the text fits in every layout and edition; None if one cannot be laid out."""
        there = {fitting.fits for fitting in self.fittings}
        return False if False in there else None if None in there else True

    @property
    def complete(self) -> bool:
        """Whether every message is translated and was looked at."""
        return not self.fuzzy.messages and not self.missing.messages

    @property
    def printable(self) -> bool:
        """Whether nothing keeps the career from being printed in this language."""
        return self.complete and not self.errors and not self.blocking and self.fits is True

    def sentence(self) -> str:
        """The status in one line."""
        bad = [f"{fitting.job.layout} {fitting.job.edition}" for fitting in self.fittings if fitting.fits is self.fits]
        fits = "fits" if self.fits else f"{'cannot be laid out' if self.fits is None else 'does not fit'} ({', '.join(bad)})"
        faults = self.errors + self.blocking
        parts = [f"translated {_count(self.ready)}, {percent([self])} %",
                 f"fuzzy {_count(self.fuzzy)}", f"missing {_count(self.missing)}",
                 f"{faults or 'no'} {'error' if faults == 1 else 'errors'}", fits,
                 "printable" if self.printable else "not printable"]
        parts += [] if self.unsigned is None else [f"{self.unsigned} unsigned"]
        return f"{self.language.tag} {self.career}: {'; '.join(parts)}"

    def as_json(self) -> dict[str, Any]:
        """The status for machines."""
        return {"language": self.language.tag, "name": self.language.name, "career": self.career, "percent": percent([self]),
                "translated": vars(self.ready), "fuzzy": vars(self.fuzzy), "missing": vars(self.missing),
                "errors": self.errors, "blocking": self.blocking, "fits": self.fits, "printable": self.printable,
                "unsigned": self.unsigned,
                "layouts": [{"layout": one.job.layout, "edition": one.job.edition, "fits": one.fits,
                             "problems": [problem.as_json() for problem in one.problems]} for one in self.fittings]}


def status(project: Project, careers: Sequence[str] = (), tags: Sequence[str] = (), fit: Fit | None = None) -> tuple[Status, ...]:
    """The status of these careers and languages (all, if none is named), by language and career.

    ``fit`` says whether a job's text fits, else it is laid out, once in a run. Raises UsageError for a name that is
    not there, and what is wrong with content, templates or a language's own files.
    """
    from brochure.catalog.check import run
    from brochure.review import signature

    fit = fit or functools.cache(functools.partial(laid_out, project))
    every = jobs(project, careers, tags)
    found = []
    for language in map(project.language, sorted({job.language for job in every})):
        findings = run.check(project, language)
        approvals = signature.load(project.root, language.tag) if signature.path(project.root, language.tag).is_file() else None
        for career in dict.fromkeys(job.career for job in every):
            scope, copy = signature.messages(project.root, career), _copy(project, language, career)
            states = {message.key: copy.state(message) for message in scope}
            ready, fuzzy, missing = (_counted(one for one in scope if states[one.key] == state)
                                     for state in (READY, FUZZY, MISSING))
            faults = Counter(one.severity for one in findings if one.code not in COUNTED and one.key in {"", *states}
                             and _concerns(one.where, career))
            here = [job for job in every if (job.career, job.language) == (career, language.tag)]
            unsigned = sum(approvals.of(one, copy)[0] != signature.SIGNED for one in scope) if approvals is not None else None
            found.append(Status(language, career, ready, fuzzy, missing, faults["error"], faults["print"],
                                tuple(fit(job, ready.messages < len(scope)) for job in here), unsigned))
    return tuple(found)


def laid_out(project: Project, job: Job, draft: bool) -> Fitting:
    """Lay one job out and measure it; a draft has the source text where a translation is missing."""
    from brochure.build import lay_out

    try:
        laid = lay_out(job, project, draft=draft)
        copyfit.check(laid.fit, f"templates/layouts/{job.layout}/layout.toml", laid.copy.where)
    except CopyfitError as error:
        return Fitting(job, False, error.problems)
    except BrochureError as error:
        return Fitting(job, None, error.problems)
    return Fitting(job, True)


def words(text: str) -> int:
    """The words of a message, without tags and placeholders, as its spaces part them."""
    return sum(any(letter.isalnum() for letter in word) for word in PLACEHOLDER.sub(" ", plain(text)).split())


def percent(found: Iterable[Status]) -> int:
    """The words that are translated, in percent; 100 only if all are."""
    there = list(found)
    total = sum(count.words for one in there for count in (one.ready, one.fuzzy, one.missing))
    return sum(one.ready.words for one in there) * 100 // total if total else 100


def badge(found: Sequence[Status], source: str) -> str:
    """A small picture (SVG) with a line a translation, in black and white; ``source`` is the source language's tag."""
    by_language: dict[str, list[Status]] = {}
    for one in found:
        by_language.setdefault(one.language.tag, []).append(one)
    if len(by_language) > 1:
        by_language.pop(source, None)
    rows = [(f"{_name(tag, source)}: {percent(some)} %, {'' if ready else 'not '}printable", percent(some), ready)
            for tag, some in by_language.items() for ready in [all(one.printable for one in some)]]
    width = max((len(text) for text, _, _ in rows), default=0) * LETTER + 3 * SIDE + LINE // 2
    said = escape("; ".join(text for text, _, _ in rows))
    size = f'width="{width}" height="{LINE * len(rows)}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{said}">', f"<title>{said}</title>"]
    for number, row in enumerate(rows):
        parts += [f'<g transform="translate(0 {LINE * number})">', *_row(*row, width), "</g>"]
    return "\n".join([*parts, "</svg>\n"])


def _row(text: str, share: int, ready: bool, width: int) -> tuple[str, ...]:
    """One line of a badge: a frame, a tick or a cross, the words, and a bar as long as the work done."""
    sign = "M8 12l4 4 7-9" if ready else "M9 7l9 9m0-9l-9 9"
    bar = math.floor((width - 4) * share / 100)
    return (
        f'<rect x=".5" y=".5" width="{width - 1}" height="{LINE - 1}" rx="3" fill="white" stroke="black"/>',
        f'<path d="{sign}" fill="none" stroke="black" stroke-width="2"/>',
        f'<text x="{2 * SIDE + LINE // 2}" y="16" fill="black" font-family="sans-serif" font-size="12" '
        f'textLength="{len(text) * LETTER}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>',
        f'<rect x="2" y="{LINE - 4}" width="{bar}" height="2" fill="black"/>',
    )


def _name(tag: str, source: str) -> str:
    """A language's name in the source language, from CLDR."""
    spoken = babel.Locale.parse(source, sep="-")
    return babel.Locale.parse(tag, sep="-").get_display_name(spoken) or tag


def _counted(messages: Iterable[Message]) -> Count:
    numbers = [words(message.text) for message in messages]
    return Count(len(numbers), sum(numbers))


def _count(count: Count) -> str:
    return f"{count.messages} {'message' if count.messages == 1 else 'messages'} ({count.words} words)" if count.messages else "0"


def _copy(project: Project, language: Language, career: str) -> Copy:
    """The language's words as far as they can be read; the checks say what cannot."""
    catalogs = []
    for name in () if language.source or language.disguise else ("brochure", career):
        path = project.root / "locales" / language.tag / "LC_MESSAGES" / f"{name}.po"
        with contextlib.suppress(CatalogError):
            catalogs.append(store.read(path, project.root))
    return Copy(language, project.source.tag, tuple(catalogs), gaps=True)


def _concerns(where: str, career: str) -> bool:
    """Whether a finding's place is in a file that the career prints."""
    file = Path(where.partition(":")[0])
    return file.suffix != ".po" or file.stem in ("brochure", career)
