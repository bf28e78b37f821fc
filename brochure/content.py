"""Content: the source-language text of one career, read strictly from its TOML file.

A career is a list of *sections*; a section has an ``id``, a title and four kinds of statement:
paragraphs, items of a list, pairs (a bold lead-in and its text) and facts (a statement that
stands on a source). Content never names a panel: the layout says where a section stands.
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brochure.catalog.damage import letter_fault
from brochure.catalog.markup import TAGS, faults
from brochure.errors import ContentError, Problem
from brochure.tables import Reader, parse

ID = re.compile(r"[a-z][a-z0-9_]*\Z")
CONTACT = ("organisation", "address", "telephone", "email", "web")
HEAD = ("name", "title", "hook", "keywords")
KINDS = ("paragraph", "item", "pair", "fact")


@dataclass(frozen=True)
class Message:
    """One translatable string: its key (the catalog's context), text, note to translators, place."""

    key: str
    text: str
    note: str
    where: str


@dataclass(frozen=True)
class Statement:
    """A paragraph, item, pair or fact. ``lead`` is set for pairs only, ``icon`` is an image file's path.

    ``source`` is a message, ``as_of`` the day the statement was true, ``review_by`` the day after
    which every build warns that it must be looked at again.
    """

    id: str
    text: Message
    lead: Message | None = None
    icon: str | None = None
    source: Message | None = None
    as_of: datetime.date | None = None
    review_by: datetime.date | None = None


@dataclass(frozen=True)
class Section:
    """A titled part of the content."""

    id: str
    title: Message
    paragraphs: tuple[Statement, ...]
    items: tuple[Statement, ...]
    pairs: tuple[Statement, ...]
    facts: tuple[Statement, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in reading order."""
        return self.paragraphs + self.items + self.pairs + self.facts


@dataclass(frozen=True)
class Picture:
    """A picture that carries meaning: a file under ``assets/images`` and its alternative text."""

    id: str
    file: str
    alt: Message


@dataclass(frozen=True)
class Content:
    """Everything one career says, in the source language."""

    career: str
    edition: datetime.date
    contact: Mapping[str, str]
    credits: str
    name: Message
    title: Message
    hook: Message
    keywords: Message
    sections: tuple[Section, ...]
    pictures: tuple[Picture, ...]

    def messages(self) -> Iterator[Message]:
        """Every translatable string, in reading order."""
        yield from (self.name, self.title, self.hook, self.keywords)
        for section in self.sections:
            yield section.title
            for statement in section.statements:
                yield from (m for m in (statement.lead, statement.text, statement.source) if m is not None)
        yield from (picture.alt for picture in self.pictures)


class _Reader(Reader):
    """Reads messages, and sees to it that no two have the same key."""

    def __init__(self, file: str, career: str) -> None:
        super().__init__(file)
        self.career = career
        self.keys: set[str] = set()

    def ident(self, table: dict[str, Any], path: str, seen: set[str]) -> str:
        """The table's ``id``: well formed and used once."""
        value: str = self.take(table, path, "id", str)
        if not value:
            return ""
        if not ID.match(value):
            self.problem(f"{path}.id", f"{value!r} may hold only small letters, digits and _, a letter first")
        elif value in seen:
            self.problem(f"{path}.id", f"{value!r} is used twice", "give every statement an id of its own")
        seen.add(value)
        return value

    def text(self, path: str, field: str, value: str) -> str:
        """The value; a character that does not belong in text is a problem."""
        if fault := letter_fault(value):
            self.problem(f"{path}.{field}" if path else field, *fault)
        return value

    def message(self, table: dict[str, Any], path: str, key: str, field: str = "text", note: str = "note") -> Message:
        """The message in ``field`` with the note in ``note``."""
        text = " ".join(self.text(path, field, self.take(table, path, field, str)).split())
        key = f"{self.career}.{key}"
        if key in self.keys and "" not in key.split("."):  # a missing id is its own problem
            self.problem(f"{path}.{field}", f"two texts have the key {key}", "rename one id")
        self.keys.add(key)
        for fault in faults(text, text):
            self.problem(f"{path}.{field}", fault, f"a text may hold the tags {', '.join(TAGS)}")
        return Message(key, text, self.text(path, note, self.take(table, path, note, str)), f"{self.file}: {path}.{field}")


def _statement(read: _Reader, table: dict[str, Any], path: str, section: str, kind: str, seen: set[str]) -> Statement:
    name = read.ident(table, path, seen)
    stem = f"{section}.{name}"
    lead = read.message(table, path, f"{stem}.lead", "lead", "lead_note") if kind == "pair" else None
    text = read.message(table, path, f"{stem}.text" if kind == "pair" else stem)
    icon = read.optional(table, path, "icon", str) if kind in ("item", "pair") else None
    source = None
    if "source" in table:
        source = read.message({"source": table.pop("source"), "note": "Source of the statement before it."},
                              path, f"{stem}.source", "source")
    as_of = read.optional(table, path, "as_of", datetime.date)
    review_by = read.optional(table, path, "review_by", datetime.date)
    read.leftovers(table, path, "id, text, note" + (", lead, lead_note" if kind == "pair" else "")
                   + (", icon" if kind in ("item", "pair") else "") + ", source, as_of, review_by")
    return Statement(name, text, lead, icon, source, as_of, review_by)


def _section(read: _Reader, table: dict[str, Any], path: str, seen: set[str]) -> Section:
    name = read.ident(table, path, seen)
    path = f"section {name}" if name else path
    title = read.message(table, path, f"{name}.title", "title")
    inner: set[str] = {"title"}
    kinds = {
        kind: tuple(_statement(read, entry, f"{path}.{kind} {entry.get('id', number)}", name, kind, inner)
                    for number, entry in enumerate(read.tables(table, path, kind), 1))
        for kind in KINDS
    }
    read.leftovers(table, path, "id, title, note, " + ", ".join(KINDS))
    if not any(kinds.values()):
        read.problem(path, "has a title and nothing else", "add a paragraph, item, pair or fact")
    return Section(name, title, *(kinds[kind] for kind in KINDS))


def _contact(read: _Reader, table: dict[str, Any]) -> Mapping[str, str]:
    contact = {key: read.text("contact", key, read.optional(table, "contact", key, str, "")) for key in CONTACT}
    read.leftovers(table, "contact", ", ".join(CONTACT))
    for key in ("organisation", "web"):
        if not contact[key]:
            read.problem(f"contact.{key}", "is missing", "it stands on every brochure")
    web = contact["web"]
    if web and not re.fullmatch(r"https?://[!-~]+", web):
        read.problem("contact.web", f"{web!r} is not a web address", "it begins with https:// and has no spaces")
    return contact


def load(path: Path, project: Path) -> Content:
    """Read a career's TOML; raise ContentError with every problem in it."""
    file = path.relative_to(project).as_posix()
    read = _Reader(file, path.stem)
    data = parse(path, file, ContentError)
    edition = read.take(data, "", "edition", datetime.date)
    contact = _contact(read, read.take(data, "", "contact", dict))
    credits_ = read.text("", "credits", read.optional(data, "", "credits", str, ""))
    head = {}
    for key in HEAD:
        table = read.take(data, "", key, dict)
        head[key] = read.message(table, key, key)
        read.leftovers(table, key, "text, note")
    seen: set[str] = set(head)
    sections = tuple(_section(read, table, f"section {number}", seen)
                     for number, table in enumerate(read.tables(data, "", "section"), 1))
    pictures = []
    shown: set[str] = set()
    for number, table in enumerate(read.tables(data, "", "picture"), 1):
        path_ = f"picture {table.get('id', number)}"
        name = read.ident(table, path_, shown)
        picture = Picture(name, read.take(table, path_, "file", str),
                          read.message(table, path_, f"picture.{name}", "alt"))
        read.leftovers(table, path_, "id, file, alt, note")
        pictures.append(picture)
    read.leftovers(data, "", "edition, contact, credits, " + ", ".join(HEAD) + ", section, picture")
    if not sections:
        read.problem("section", "there is no section", "write [[section]] with id, title and note")
    if read.problems:
        raise ContentError(read.problems)
    return Content(path.stem, edition, contact, credits_, head["name"], head["title"],
                   head["hook"], head["keywords"], sections, tuple(pictures))


def remarks(content: Content) -> tuple[Problem, ...]:
    """What does not stop a build but should be said: contact details still to fill in."""
    if not any("example.org" in value for value in content.contact.values()):
        return ()
    return (Problem(f"templates/content/{content.career}.toml: contact",
                    "still holds the sample contact details of example.org",
                    "put the organisation's own name, telephone, e-mail and web address there", "remark"),)


def due(content: Content) -> tuple[tuple[datetime.date, Problem], ...]:
    """The statements that must be looked at again, each with the day after which every build warns of it."""
    return tuple(
        (statement.review_by, Problem(statement.text.where, f"was to be reviewed by {statement.review_by}",
                                      "look at the facts again, then set a new review_by", "warning"))
        for section in content.sections for statement in section.statements if statement.review_by
    )
