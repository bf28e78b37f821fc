"""Edit: one message of a catalog, read and written while other programs have the file open too.

A message is written into the file as it is at that moment, and only if nobody has written that message since it was read;
every byte outside it stays, but in a header that has them the revision date and the last translator.
"""

import contextlib
import datetime
import threading
from collections.abc import Callable
from dataclasses import dataclass

from brochure import content, files
from brochure.catalog import blocks, pseudo, similar
from brochure.catalog.blocks import Block, Blocks
from brochure.catalog.check import glossary, run
from brochure.catalog.check.facts import Message
from brochure.catalog.check.rules import Finding
from brochure.errors import CatalogError, Problem
from brochure.preview import entries
from brochure.preview.entries import Draft, Entry, Overtaken
from brochure.preview.person import Person
from brochure.preview.reading import Reading, translation
from brochure.project import Project
from brochure.review import signature
from brochure.review.signature import Approval

TURNS = 20  # how often another program may write the file while a message is being written
ALIKE = 3  # similar messages that are shown


@dataclass(frozen=True)
class Term:
    """A term of the glossary that the English has, and what it is called."""

    term: str
    words: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Done:
    """What was saved, for undoing it: the block as it was before, and the version that stands there now."""

    place: str
    tag: str
    key: str
    before: Block
    version: str


class Unknown(Exception):
    """The project prints no such message."""


class Conflict(Exception):
    """Somebody else has written the message; ``entry`` is what stands there now."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.key)
        self.entry = entry


class Broken(Exception):
    """The text would break the page."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(*(finding.what for finding in findings))
        self.findings = findings


class Editor:
    """Reads and writes messages of one project. Its methods may be called from several threads."""

    def __init__(self, person: Person, reading: Reading) -> None:
        self.person, self.reading = person, reading
        self._lock = threading.RLock()
        self._done: list[Done] = []

    @property
    def undoable(self) -> bool:
        """Whether there is something to undo."""
        return bool(self._done)

    def read(self, project: Project, tag: str, key: str) -> Entry:
        """The message as it is in its catalog; raise Unknown, or CatalogError for a catalog that cannot be read.

        What is no translation has no catalog: its text is made of the English.
        """
        english, file = self._home(project, tag, key)
        language = project.language(tag)
        if not translation(language):
            return Entry(key, "", english, text=pseudo.write(english, language.disguise) if language.disguise else english)
        found, _ = entries.load(project, file, tag)
        return entries.entry(entries.find(found, key), found, key, file, english)

    def instead(self, project: Project, tag: str, key: str, text: str) -> dict[str, bytes]:
        """The catalog's bytes with this text, by its name; nothing is written. Raises as ``read`` does."""
        english, file = self._home(project, tag, key)
        found, _ = entries.load(project, file, tag)
        return {file: entries.put(found, entries.written(found, entries.find(found, key), key, english, Draft(text)), key)}

    def findings(self, project: Project, tag: str, entry: Entry, draft: Draft) -> tuple[Finding, ...]:
        """What a translator should look at in this text."""
        comment = entry.comment if draft.comment is None else draft.comment
        message = Message(entry.file, entry.line, entry.key, entry.english, draft.text, comments=tuple(comment.splitlines()))
        return tuple(run.of_message(message, self.reading.of(project, tag).facts))

    def alike(self, project: Project, tag: str, entry: Entry) -> tuple[Message, ...]:
        """Translations of messages like this one, the most alike first."""
        others = [one for one in self.reading.of(project, tag).messages if one.msgstr.strip() and one.key != entry.key]
        found = list[Message]()
        while len(found) < ALIKE and (match := similar.match([entry.english], [one.msgid for one in others])):
            found.append(others.pop(match[0]))
        return tuple(found)

    def terms(self, project: Project, tag: str, entry: Entry) -> tuple[Term, ...]:
        """The glossary's terms in the English."""
        message = Message(entry.file, entry.line, entry.key, entry.english, entry.text)
        found = glossary.sources(message, self.reading.of(project, tag).facts.terms)
        return tuple(Term(source, tuple(row.term or source for row in rows if row.use != "forbidden"),
                          " ".join(row.note for row in rows if row.note)) for source, rows in found)

    def save(self, project: Project, tag: str, key: str, draft: Draft, version: str) -> Entry:
        """Write one message, if it is still the one of this version; the message as it is then.

        Raises Conflict, Broken, Unknown, CatalogError, or OutputError for a file that cannot be written.
        """
        english, file = self._home(project, tag, key)
        findings = self.findings(project, tag, self.read(project, tag, key), draft)
        if errors := tuple(one for one in findings if one.severity == "error" and draft.text.strip()):
            raise Broken(errors)

        def new(found: Blocks, block: Block | None) -> Block:
            return entries.written(found, block, key, english, draft)

        with self._lock:
            before = self._put(project, file, tag, key, version, english, new)
            entry = self.read(project, tag, key)
            if entry.version != version:
                self._done.append(Done(file, tag, key, before, entry.version))
        return entry

    def undo(self, project: Project) -> tuple[str, Entry]:
        """Take back what was saved last; the language's tag and the message as it is then. Raises as ``save``."""
        with self._lock:
            done = self._done[-1]
            try:
                english, file = self._home(project, done.tag, done.key)
                self._put(project, file, done.tag, done.key, done.version, english, lambda *_: done.before)
            except (Conflict, Unknown):  # it does not stand there any more; what was saved before it may
                self._done.pop()
                raise
            self._done.pop()
            return done.tag, self.read(project, done.tag, done.key)

    def approve(self, project: Project, tag: str, key: str, version: str) -> Entry:
        """Record in the person's name that the message is right as it stands there; the message.

        Raises Conflict where it is of another version, CatalogError where it is not ready, UsageError without a name.
        """
        english, file = self._home(project, tag, key)
        found, data = entries.load(project, file, tag)
        entry = entries.entry(entries.find(found, key), found, key, file, english)
        if entry.version != version:
            raise Conflict(entry)
        signature.approve(project, tag, content.Message(key, english, "", file), self.person.name, datetime.date.today(),
                          {file: data})
        return entry

    def approval(self, project: Project, tag: str, entry: Entry) -> tuple[Approval, bool] | None:
        """The last approval of the message, and whether its text is still the one that was approved."""
        with contextlib.suppress(CatalogError):  # a table that cannot be read is a problem of its own
            mine = [row for row in signature.load(project.root, tag).rows if row.key == entry.key]
            now = "" if entry.fuzzy or entry.old else signature.fingerprint(entry.english, entry.text)
            if mine:
                last = max(mine, key=lambda row: (row.hash == now, row.date))
                return last, last.hash == now
        return None

    def _put(self, project: Project, file: str, tag: str, key: str, version: str, english: str,
             new: Callable[[Blocks, Block | None], Block]) -> Block:
        """Put a new block in place of the message's, whatever else happens to the file; the block that was there."""
        for _ in range(TURNS):
            with contextlib.suppress(Overtaken), files.alone((project.root / file).parent):
                found, data = entries.load(project, file, tag)
                block = entries.find(found, key)
                entry = entries.entry(block, found, key, file, english)
                if entry.version != version:
                    raise Conflict(entry)
                made = new(found, block)
                if made.text == (block.text if block else ""):
                    return made
                written = entries.put(found, made, key, datetime.datetime.now().astimezone(), str(self.person))
                blocks.check(written, file, tag)
                entries.overwrite(project.root / file, data, written)
                return block or Block("")
        raise CatalogError([Problem(file, "another program writes it all the time", "close the other program, and save again")])

    def _home(self, project: Project, tag: str, key: str) -> tuple[str, str]:
        """The message's English as it is printed now, and its catalog."""
        expected = self.reading.of(project, tag).facts.expected
        if expected is None:
            raise CatalogError([Problem("templates", "cannot be read: the messages of this project are not known",
                                        "mend what the problems on the page name first")])
        if key not in expected:
            raise Unknown(key)
        english, home = expected[key]
        return english, f"locales/{tag}/LC_MESSAGES/{home}.po"
