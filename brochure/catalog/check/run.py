"""The two ways in: check a language's catalogs, and make the repairs that are safe."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from brochure.catalog import extract
from brochure.catalog.check import (  # importing a module registers its rules
    characters,
    file,
    fonts,
    glossary,
    glyphs,
    numbers,
    repair,
    safety,
    silence,
    southeast,
    state,
    style,
    terms,
    typography,
    words,
)
from brochure.catalog.check.facts import Facts, Message
from brochure.catalog.check.rules import BLOCKING, RULES, Finding, Hit, Rule
from brochure.errors import BrochureError, Problem
from brochure.language import Language
from brochure.project import Project

GROUPS = (file, safety, numbers, state, glossary, typography, characters, southeast, words, glyphs, silence)
AROUND = 20  # letters before and after the place of a finding
TURNS = 9  # one repair may make another possible, never without end
Laid = Callable[[], Sequence[Problem] | None]
Loud = Callable[[Message], Sequence[Finding]]


def check(project: Project, language: Language, *, laid: Laid | None = None, instead: Mapping[str, bytes] | None = None,
          blocking: bool = False) -> tuple[Finding, ...]:
    """Everything a translator of this language should look at, in the order of files and lines.

    ``instead`` gives files (by name in the project) the bytes they are going to have; with ``blocking`` only the rules
    whose findings stop a print are asked.
    ``laid`` lays the language's brochures out and gives copyfit's problems, or None if that could not be done. Raises
    CatalogError for a ``language.toml`` whose typography makes no sense.
    """
    facts, catalogs = read(project, language, instead or {})
    asked = [rule for rule in RULES.values() if rule.severity in BLOCKING or not blocking]
    found = [*_of_files(catalogs, asked), *_of_messages(catalogs, facts, asked, lambda message: _loud(message, facts, asked)),
             *_absent(catalogs, facts)]
    fit = RULES["L03"]
    layouts = [Finding(fit.code, fit.severity, problem.where, key, problem.what, fit.why, problem.hint)
               for problem, key in fit.run((laid and laid()) or (), facts)]
    return (*sorted(found, key=_order), *layouts)


def fix(project: Project, language: Language) -> dict[str, bytes]:
    """The files that safe repairs change, by name in the project, as bytes; nothing is written.

    Only the words of a message that a safe finding names are changed: every other byte stays.
    """
    facts, catalogs = read(project, language, {})
    return {catalog.name: data for catalog in catalogs if (data := mended(catalog, facts)) != catalog.data}


def mended(catalog: file.Catalog, facts: Facts) -> bytes:
    """The bytes of one file after all safe repairs."""
    data = catalog.data or b""
    for original in catalog.messages:
        message = original
        for _ in range(TURNS):
            edits = [(*finding.span, finding.repair[1]) for finding in of_message(message, facts)
                     if finding.safe and finding.span and finding.repair]
            if not edits:
                break
            data = repair.write(data, message.line, edits)
            message = replace(message, msgstr=repair.edited(message.msgstr, edits))
    return data


def of_message(message: Message, facts: Facts) -> list[Finding]:
    """The findings in one message alone, without the silenced ones."""
    quiet = silence.silenced(message)
    return [finding for finding in loud(message, facts) if finding.code not in quiet]


def of_messages(catalogs: Sequence[file.Catalog], facts: Facts, loud: Loud) -> Iterator[Finding]:
    """The findings in all messages, without the silenced ones; ``loud`` gives those of a message alone, silenced or not."""
    return (finding for finding in _of_messages(catalogs, facts, tuple(RULES.values()), loud) if finding.key)


def loud(message: Message, facts: Facts) -> list[Finding]:
    """The findings in one message alone, whatever its comments say."""
    return _loud(message, facts, RULES.values())


def problems(findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """The findings as problems: what blocks print is an error there."""
    return tuple(Problem(found.where, f"{found.key + ': ' if found.key else ''}{found.what} [{found.code}]", found.hint,
                         "error" if found.severity in BLOCKING else found.severity) for found in findings)


def _scope(name: str, rules: Iterable[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.scope == name]


def _finding(rule: Rule, hit: Hit, where: str, message: Message | None = None) -> Finding:
    change = None
    if message and hit.span and hit.put is not None:
        change = (message.msgstr[hit.span[0] : hit.span[1]], hit.put)
    safe = change is not None and (rule.safe if hit.safe is None else hit.safe)
    key = message.key if message else ""
    excerpt = _excerpt(message.msgstr, *hit.span) if message and hit.span else ""
    return Finding(rule.code, rule.severity, where, key, hit.what, rule.why, hit.hint, hit.span, change, safe, excerpt)


def _excerpt(text: str, start: int, end: int) -> str:
    """The place in the words, in ⟨⟩ among its neighbours."""
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return f"{'…' if start > AROUND else ''}{before}⟨{text[start:end]}⟩{after}{'…' if len(text) > end + AROUND else ''}"


def _loud(message: Message, facts: Facts, rules: Iterable[Rule]) -> list[Finding]:
    """The findings in one message alone, whatever its comments say; of an empty one, that it is empty."""
    return [_finding(rule, hit, message.where, message) for rule in _scope("message", rules)
            if message.msgstr.strip() or rule.code[0] in "FU" or rule.code == "T01" for hit in rule.run(message, facts)]


def _of_files(catalogs: Sequence[file.Catalog], rules: Iterable[Rule]) -> Iterator[Finding]:
    for catalog in catalogs:
        for rule in _scope("file", rules):
            for hit in rule.run(catalog):
                yield _finding(rule, hit, catalog.name if catalog.data is None else f"{catalog.name}:{hit.line}")


def _of_messages(catalogs: Sequence[file.Catalog], facts: Facts, rules: Sequence[Rule], loud: Loud) -> Iterator[Finding]:
    messages = [message for catalog in catalogs for message in catalog.messages]
    found = {message.where: list(loud(message)) for message in messages}
    for rule in _scope("language", rules):
        for place, hit in rule.run(messages, facts):
            if isinstance(place, Message):
                found[place.where].append(_finding(rule, hit, place.where, place))
            else:
                yield _finding(rule, hit, place)
    for message in messages:
        here, quiet = found[message.where], silence.silenced(message)
        yield from (finding for finding in here if finding.code not in quiet)
        yield from (_finding(rule, hit, message.where, message) for rule in _scope("findings", rules)
                    for hit in rule.run(message, here))


def _absent(catalogs: Sequence[file.Catalog], facts: Facts) -> Iterator[Finding]:
    """The messages that the project prints and a file, readable as it is, does not have."""
    rule = RULES["T01"]
    for catalog in catalogs:
        there = {message.key for message in catalog.messages}
        for key, (text, home) in (facts.expected or {}).items():
            if catalog.readable and home == Path(catalog.name).stem and key not in there and facts.printed(key):
                yield Finding(rule.code, rule.severity, catalog.name, key, "is not in the file", rule.why, f"it says “{text}”")


def _order(finding: Finding) -> tuple[str, int, str, int]:
    name, _, line = finding.where.rpartition(":")
    place = (name, int(line)) if line.isdecimal() else (finding.where, 0)
    return (*place, finding.code, finding.span[0] if finding.span else 0)


def read(project: Project, language: Language, instead: Mapping[str, bytes]) -> tuple[Facts, list[file.Catalog]]:
    """What rules may ask of a language, and its catalogs; ``instead`` is as in ``check``."""
    folder = project.root / "locales" / language.tag
    expected, reviewers = _expected(project)
    facts = Facts(language, style.of(language), terms.load(folder / "glossary.csv", project.root),
                  expected, fonts.stacks(folder / "language.css", project.root / "assets/fonts"), reviewers)
    names = () if language.source else ("brochure", *project.careers)
    files = {f"locales/{language.tag}/LC_MESSAGES/{name}.po": folder / "LC_MESSAGES" / f"{name}.po" for name in names}
    there = {name: path.read_bytes() for name, path in files.items() if path.is_file()} | dict(instead)
    return facts, [file.read(name, language.tag, there.get(name)) for name in files]


def _expected(project: Project) -> tuple[dict[str, tuple[str, str]] | None, frozenset[str]]:
    """The project's messages, each with the catalog it belongs to (None if they cannot be extracted), and the reviewers'."""
    try:
        found = extract.messages(project.root, project.careers, whole=False)
    except BrochureError:
        return None, frozenset()  # the build says why
    reviewers = frozenset(message.key for messages in found.values() for message in messages
                          if extract.for_review(Path(message.where)))
    return {message.key: (message.text, name) for name, messages in found.items() for message in messages}, reviewers
