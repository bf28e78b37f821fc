"""F: the file as a whole. A file with an error here is not looked at further."""

import contextlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from translate.storage import pypo

from brochure.catalog import plurals, store
from brochure.catalog.check.facts import Facts, Message
from brochure.catalog.check.rules import Hit, rule
from brochure.catalog.damage import decode
from brochure.errors import CatalogError, Problem

BOILERPLATE = re.compile("FULL NAME|EMAIL@ADDRESS|YEAR-MO-DA|FIRST AUTHOR|PACKAGE VERSION|LANGUAGE <LL@li|<LL@li")
LINE_END = re.compile("\r\n|\n|\r")


@dataclass(frozen=True)
class Catalog:
    """A PO file under examination: its name in the project, its bytes if it is there, and what could be read of it."""

    name: str
    tag: str
    data: bytes | None
    problems: tuple[Problem, ...] = ()
    encoding: bool = False  # the problems are of its bytes, not of its lines
    header: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether its messages could be read."""
        return self.data is not None and not self.problems


def read(name: str, tag: str, data: bytes | None) -> Catalog:
    """What a file of these bytes (None if it is not there) holds, however damaged it is."""
    if data is None:
        return Catalog(name, tag, None)
    try:
        text = decode(data, name)
    except CatalogError as error:
        return Catalog(name, tag, data, error.problems, encoding=True)
    try:
        entries = store.parse(data, name, tag).entries
    except CatalogError as error:
        return Catalog(name, tag, data, error.problems)
    parsed = pypo.pofile.parsestring(text.encode())  # type: ignore[no-untyped-call]  # the library has no types
    messages = []
    for unit in parsed.units:
        if unit.isheader() or unit.isobsolete():
            continue
        entry = entries[unit.getcontext()]
        notes = tuple(str(unit.getnotes("translator")).split("\n"))
        messages.append(Message(name, entry.line, entry.context, entry.msgid, entry.msgstr, entry.fuzzy,
                                str(unit.prev_source or ""), notes))
    header = {key.casefold(): value for key, value in parsed.parseheader().items()}
    return Catalog(name, tag, data, header=header, messages=tuple(messages))


def _line(problem: Problem) -> int:
    return int(found[1]) if (found := re.search(r":(\d+)$", problem.where)) else 1


@rule("F01", "error", scope="file", firm=True)
def damaged(catalog: Catalog) -> Iterator[Hit]:
    """A PO file must be whole, line by line: readers of such files guess silently, and print what they guessed.

    Bad: a line without its last quotation mark, a merge conflict, a message twice.
    """
    if not catalog.encoding:
        for problem in catalog.problems:
            yield Hit(problem.what, problem.hint, line=_line(problem))


@rule("F02", "error", scope="file", firm=True)
def encoding(catalog: Catalog) -> Iterator[Hit]:
    """A PO file must be UTF-8: in another encoding its letters become others.

    Bad: a file saved by Notepad as "Unicode", or with a byte order mark.
    """
    if catalog.encoding:
        for problem in catalog.problems:
            yield Hit(problem.what, problem.hint, line=_line(problem))


@rule("F03", "print", scope="file", firm=True)
def absent(catalog: Catalog) -> Iterator[Hit]:
    """A language needs every catalog of its careers: what is missing would be printed in the source language."""
    if catalog.data is None:
        yield Hit("the file is missing", f"copy locales/{Path(catalog.name).stem}.pot there and translate it")


@rule("F04", "warning", scope="file")
def plural_forms(catalog: Catalog) -> Iterator[Hit]:
    """The header's Plural-Forms must be those of the language: PO editors show as many boxes as it says.

    Bad: nplurals=2 in Khmer. Good: nplurals=1; plural=0;
    """
    stated = re.search(r"nplurals\s*=\s*(\w+)", catalog.header.get("plural-forms", ""))
    count, _ = plurals.forms(catalog.tag)
    if stated and stated[1] != str(count):
        yield Hit(f"the header says nplurals={stated[1]}; this language has {count}",
                  f'write "Plural-Forms: {plurals.header(catalog.tag)}\\n" in the header')


@rule("F05", "remark", scope="file")
def boilerplate(catalog: Catalog) -> Iterator[Hit]:
    """The header should name people, not the words of the form it was made from.

    Bad: "Last-Translator: FULL NAME <EMAIL@ADDRESS>". Good: a name and an address, or no such line.
    """
    if catalog.data and not catalog.encoding and (found := BOILERPLATE.search(catalog.data.decode())):
        line = catalog.data.decode()[: found.start()].count("\n") + 1
        yield Hit(f"“{found[0]}” was not filled in", "write who translates, or delete the line", line=line)


@rule("F06", "remark", scope="file")
def line_ends(catalog: Catalog) -> Iterator[Hit]:
    """The lines of a file should end in one way: mixed ends make every comparison show lines that nobody changed."""
    kinds: Counter[str] = Counter()
    with contextlib.suppress(UnicodeDecodeError):
        kinds = Counter(LINE_END.findall((catalog.data or b"").decode()))
    if len(kinds) > 1:
        yield Hit(f"the lines end in {len(kinds)} ways", "save the file again in a PO editor")


@rule("F07", "print", firm=True)
def outdated(message: Message, facts: Facts) -> Iterator[Hit]:
    """A translation must be of the text that is printed today, not of an older one."""
    now, _ = (facts.expected or {}).get(message.key, (message.msgid, ""))
    if now != message.msgid:
        yield Hit(f"the source text has changed: it is now “{now}”", "translate it and put it as msgid")


@rule("F08", "remark")
def retired(message: Message, facts: Facts) -> Iterator[Hit]:
    """A message that no brochure prints any more needs no work."""
    if facts.expected is not None and message.key not in facts.expected:
        yield Hit("the message is not printed any more", "leave it: it may come back")
