"""Journal: every letter of a campaign with its bytes and its fate, in SQLite, committed to the disk at every step.

    queued → sending → indoubt → accepted | deferred | failed | unknown        suppressed

A letter is ``indoubt`` from before its last dot is sent until the answer has been written down. Who opens the journal
holds its lock, so a letter found in these states belongs to a process that has ended: ``sending`` was surely not
delivered and is ``queued`` again, ``indoubt`` is ``unknown``, and only a person can say what to do with it.
"""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from brochure.errors import MailError, Problem
from brochure.mail.letter import Letter
from brochure.mail.records import ALL, COLUMNS, SCHEMA, WAITING, Campaign, Part, Record, State, marks, record
from brochure.mail.replies import Reply

FILE = "journal"
REHEARSAL = "rehearsal"
LONGEST = 72 * 60
"""Seconds: no letter is put off for longer, so one that seems to be was put off by a clock that ran ahead."""

BRIEF = 1.0
"""Seconds: as long as somebody who only looks holds a journal."""

ENDED = "the program ended while it waited for the server's answer"


class Journal:
    """One journal and its latest campaign. Every method raises MailError if the disk does not do its part."""

    def __init__(self, path: Path, db: sqlite3.Connection, lock: sqlite3.Connection | None) -> None:
        self.path, self._db, self._lock = path, db, lock
        self.campaign = self._latest()

    @classmethod
    def open(cls, path: Path, patience: float = BRIEF) -> Self:
        """The journal in a file, made if there is none, held for this process alone, and put in order.

        Raises MailError if another process holds it, and still does after so many seconds.
        """
        with _spoken(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        lock = _locked(path, patience)
        if lock is None:
            raise MailError([Problem(str(path.parent), "another process is sending these letters",
                                     "wait until it has ended, or stop it; brochure mail status shows how far it is")])
        try:
            with _spoken(path):
                db = sqlite3.connect(path, isolation_level=None)
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = FULL")
                db.execute("PRAGMA fullfsync = ON")  # without it macOS leaves what is written in the disk's own memory
                db.executescript(SCHEMA)
                journal = cls(path, db, lock)
                journal._repair()
        except BaseException:
            lock.close()
            raise
        return journal

    @classmethod
    def look(cls, path: Path) -> Self | None:
        """The journal, to read it while others may send; None if there is none.

        One that no process holds is put in order first.
        """
        if not path.exists():
            return None
        with contextlib.suppress(MailError):
            return cls.open(path, 0)._let_go()
        # Where nothing can be written nothing changes either, and SQLite has no place for what it shares with others.
        still = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
        with _spoken(path):
            return cls(path, sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' * still}", uri=True), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        if self._lock:
            self._lock.close()

    def _let_go(self) -> Self:
        """From here on only read: whoever sends need not wait until somebody has read a report."""
        self._db.execute("PRAGMA query_only = ON")
        if self._lock:
            self._lock.close()
        self._lock = None
        return self

    # ---- a campaign and its letters

    def begin(self, digest: str, letters: Iterable[Letter], now: float) -> None:
        """A new campaign with its letters, their bytes and all, or none of it; one that was never begun gives way."""
        with _spoken(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                if self.untouched():
                    self._db.execute("DELETE FROM body WHERE letter IN (SELECT key FROM letter WHERE campaign = ?)", (self._key,))
                    self._db.execute("DELETE FROM letter WHERE campaign = ?", (self._key,))
                    self._db.execute("DELETE FROM campaign WHERE key = ?", (self._key,))
                key = self._db.execute("INSERT INTO campaign (digest, began) VALUES (?, ?)", (digest, now)).lastrowid
                for letter in letters:
                    self._queue(key, letter)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self.campaign = self._latest()

    def _queue(self, campaign: int | None, letter: Letter) -> None:
        try:
            key = self._db.execute(
                "INSERT INTO letter (campaign, row, id, address, language, subject, message_id, size, sha256) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (campaign, letter.row, letter.id, letter.address, letter.language, letter.subject, letter.message_id,
                 len(letter.data), hashlib.sha256(letter.data).hexdigest())).lastrowid
        except sqlite3.IntegrityError as error:
            raise MailError([Problem(f"row {letter.row}", f"{letter.address} is the address of another row too",
                                     "one letter an address: take one of the rows out")]) from error
        self._db.execute("INSERT INTO body VALUES (?, ?)", (key, letter.data))

    @property
    def began(self) -> float:
        """When the first of its campaigns was begun, in seconds since 1970."""
        return float(self._one("SELECT coalesce(min(began), 0) FROM campaign"))

    def untouched(self) -> bool:
        """Whether no letter of the campaign was ever on its way."""
        return not self._one("SELECT count(*) FROM letter WHERE campaign = ? AND (attempts > 0 OR state NOT IN ('queued', "
                             "'suppressed'))", self._key)

    def find(self, envelope_id: str, message_id: str) -> Record | None:
        """The letter, of any campaign, that a delivery report is about, by either of its names."""
        digest, _, key = envelope_id.partition(".")  # as the sender makes it
        with _spoken(self.path):
            for row in self._db.execute(f"SELECT {COLUMNS} FROM letter WHERE key = ? AND campaign IN (SELECT key FROM campaign "
                                        "WHERE substr(digest, 1, 16) = ?) UNION ALL SELECT * FROM (SELECT "
                                        f"{COLUMNS} FROM letter WHERE message_id = ? ORDER BY key DESC LIMIT 1)",
                                        (key, digest, message_id)):
                return record(row)
        return None

    def earlier(self) -> int:
        """How many addresses of this campaign a server has accepted a letter for in an earlier one."""
        return int(self._one("SELECT count(*) FROM letter WHERE campaign = ? AND address IN (SELECT address FROM letter "
                             "WHERE campaign < ? AND state IN ('accepted', 'unknown'))", self._key, self._key))

    def records(self, *states: State, rows: Sequence[int] = ()) -> Iterator[Record]:
        """The letters of the campaign in the order of the rows: in one of these states, in one of these rows, or all."""
        where, values = "campaign = ?", [self._key, *states, *rows]
        where += f" AND state IN ({marks(states)})" if states else ""
        where += f" AND row IN ({marks(rows)})" if rows else ""
        with _spoken(self.path):
            for row in self._db.execute(f"SELECT {COLUMNS} FROM letter WHERE {where} ORDER BY row", values):
                yield record(row)

    def counts(self) -> dict[State, int]:
        """How many letters are in each state that any is in."""
        with _spoken(self.path):
            found = dict(self._db.execute("SELECT state, count(*) FROM letter WHERE campaign = ? GROUP BY state", (self._key,)))
        return {state: found[state] for state in State if state in found}

    def waiting(self, part: Part = ALL) -> int:
        """How many letters of a part may still be sent."""
        return int(self._one(f"SELECT count(*) FROM letter WHERE {part.where}", self._key, *part.values))

    def first(self, count: int, part: Part = ALL) -> Part:
        """The first so many letters of a part."""
        last = self._one(f"SELECT max(row) FROM (SELECT row FROM letter WHERE {part.where} ORDER BY row LIMIT ?)",
                         self._key, *part.values, count)
        return Part(part.rows, last)

    def due(self, part: Part = ALL) -> float | None:
        """When the next letter of a part is due, in seconds since 1970; None if none is waiting."""
        if self._one(f"SELECT key FROM letter WHERE {part.where} AND due IS NULL LIMIT 1", self._key, *part.values):
            return 0.0  # of ten thousand letters the first one tells
        found = self._one(f"SELECT min(due) FROM letter WHERE {part.where}", self._key, *part.values)
        return None if found is None else float(found)

    def data(self, key: int) -> bytes:
        """The bytes of a letter; none if somebody took them out."""
        return bytes(self._one("SELECT data FROM body WHERE letter = ?", key) or b"")

    # ---- the fate of one letter

    def claim(self, now: float, part: Part = ALL) -> Record | None:
        """The next letter that is due, now ``sending``; None if none is."""
        with _spoken(self.path):
            row = self._db.execute(f"SELECT {COLUMNS} FROM letter WHERE {part.where} AND (due IS NULL OR due <= ? OR due > ?) "
                                   "ORDER BY row LIMIT 1", (self._key, *part.values, now, now + LONGEST)).fetchone()
            if row is None:
                return None
            self._db.execute("UPDATE letter SET state = 'sending', attempts = attempts + 1, changed = ? WHERE key = ?",
                             (now, row[0]))
        found = record(row)
        return replace(found, state=State.SENDING, attempts=found.attempts + 1)

    def doubt(self, key: int) -> None:
        """From here on the letter may have been delivered."""
        self._write("UPDATE letter SET state = 'indoubt' WHERE key = ?", key)

    def release(self, key: int) -> None:
        """The letter was not delivered, and it is as if it had not been tried."""
        self._write("UPDATE letter SET state = 'queued', attempts = attempts - 1 WHERE key = ?", key)

    def settle(self, key: int, state: State, reply: Reply, now: float, due: float | None = None) -> None:
        """What became of the letter."""
        self._write("UPDATE letter SET state = ?, code = ?, enhanced = ?, reply = ?, changed = ?, due = ? WHERE key = ?",
                    state, reply.code if reply.code > 0 else None, reply.enhanced, reply.text, now, due, key)

    def mark(self, keys: Iterable[int], state: State, words: str, now: float) -> None:
        """What a person says became of these letters; one that is queued again has all its attempts before it."""
        with _spoken(self.path), self._db:
            self._db.executemany("UPDATE letter SET state = ?, attempts = CASE ? WHEN 'queued' THEN 0 ELSE attempts END, "
                                 "due = NULL, code = NULL, enhanced = '', reply = ?, changed = ? WHERE key = ?",
                                 [(state, state, words, now, key) for key in keys])

    def suppress(self, addresses: Iterable[str]) -> None:
        """Let no letter wait for one of these addresses, and those wait again whose address is none of them any more."""
        with _spoken(self.path):
            self._db.execute("CREATE TEMP TABLE IF NOT EXISTS unwanted (address TEXT PRIMARY KEY COLLATE NOCASE)")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.execute("DELETE FROM unwanted")
                self._db.executemany("INSERT OR IGNORE INTO unwanted VALUES (?)", ((address,) for address in addresses))
                self._db.execute("UPDATE letter SET state = 'queued' WHERE campaign = ? AND state = 'suppressed' "
                                 "AND address NOT IN unwanted", (self._key,))
                self._db.execute(f"UPDATE letter SET state = 'suppressed' WHERE {WAITING} AND address IN unwanted", (self._key,))
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    # ----

    @property
    def _key(self) -> int:
        return self.campaign.key if self.campaign else 0

    def _latest(self) -> Campaign | None:
        with _spoken(self.path):
            found = self._db.execute("SELECT key, digest, began FROM campaign ORDER BY key DESC LIMIT 1").fetchone()
        return Campaign(*found) if found else None

    def _repair(self) -> None:
        """Of every campaign: whoever was sending has ended."""
        self._write("UPDATE letter SET state = 'queued' WHERE state = 'sending'")
        self._write("UPDATE letter SET state = 'unknown', code = NULL, enhanced = '', reply = ? WHERE state = 'indoubt'", ENDED)

    def _write(self, statement: str, *values: Any) -> None:
        with _spoken(self.path):
            self._db.execute(statement, values)

    def _one(self, statement: str, *values: Any) -> Any:
        with _spoken(self.path):
            found = self._db.execute(statement, values).fetchone()
        return found[0] if found else None


def folder(listed: Path) -> Path:
    """Where the journals of a list are: beside it."""
    return listed.with_name(f"{listed.name}.mail")


def _locked(path: Path, patience: float) -> sqlite3.Connection | None:
    """A lock that ends with its process, on every system: an empty database, held exclusively; None if another has it."""
    with _spoken(path):
        lock = sqlite3.connect(path.with_name(f"{path.name}.lock"), isolation_level=None, timeout=patience)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            lock.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return None
    return lock


@contextlib.contextmanager
def _spoken(path: Path) -> Iterator[None]:
    """What SQLite and the disk say, as a problem."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        hint = "nothing is sent without it. Is the disk full, the folder protected, or the file damaged?"
        raise MailError([Problem(str(path), f"the journal cannot be read or written: {error}", hint)]) from error
