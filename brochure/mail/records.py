"""Records: what a journal says of a campaign and of a letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

COLUMNS = ("key, row, id, address, language, subject, message_id, size, sha256, "
           "state, attempts, due, code, enhanced, reply, changed")
WAITING = "campaign = ? AND state IN ('queued', 'deferred')"


class State(StrEnum):
    """What became of a letter."""

    QUEUED = "queued"
    SENDING = "sending"
    INDOUBT = "indoubt"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"


SCHEMA = f"""
CREATE TABLE IF NOT EXISTS campaign (key INTEGER PRIMARY KEY, digest TEXT NOT NULL, began REAL NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS letter (
    key INTEGER PRIMARY KEY, campaign INTEGER NOT NULL REFERENCES campaign, row INTEGER NOT NULL, id TEXT NOT NULL,
    address TEXT NOT NULL COLLATE NOCASE, language TEXT NOT NULL, subject TEXT NOT NULL, message_id TEXT NOT NULL,
    size INTEGER NOT NULL, sha256 TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due REAL, code INTEGER,
    enhanced TEXT NOT NULL DEFAULT '', reply TEXT NOT NULL DEFAULT '', changed REAL, state TEXT NOT NULL DEFAULT 'queued'
    CHECK (state IN ({', '.join(f"'{state}'" for state in State)})),
    UNIQUE (campaign, address)) STRICT;
CREATE INDEX IF NOT EXISTS waiting ON letter (campaign, row) WHERE state IN ('queued', 'deferred');
CREATE TABLE IF NOT EXISTS body (letter INTEGER PRIMARY KEY REFERENCES letter, data BLOB NOT NULL) STRICT;
"""
"""A journal's tables; whoever edits one by hand cannot write a state, or a number, that is none."""


@dataclass(frozen=True)
class Campaign:
    """A set of letters made of the same inputs, whose ``digest`` names it; ``began`` in seconds since 1970."""

    key: int
    digest: str
    began: float


@dataclass(frozen=True)
class Record:
    """A letter's line in the journal. ``due`` and ``changed`` are seconds since 1970; ``code``, ``enhanced`` and ``reply`` are
    the last answer.
    """

    key: int
    row: int
    id: str
    address: str
    language: str
    subject: str
    message_id: str
    size: int
    sha256: str
    state: State
    attempts: int
    due: float | None
    code: int | None
    enhanced: str
    reply: str
    changed: float | None


@dataclass(frozen=True)
class Part:
    """Which of the letters that wait: those of some rows, none meaning any, and up to a row."""

    rows: tuple[int, ...] = ()
    last: int | None = None

    @property
    def where(self) -> str:
        """The condition."""
        among = f" AND row IN ({marks(self.rows)})" if self.rows else ""
        return WAITING + among + (" AND row <= ?" if self.last is not None else "")

    @property
    def values(self) -> tuple[int, ...]:
        """What its question marks are."""
        return (*self.rows, self.last) if self.last is not None else self.rows


ALL = Part()


def record(row: Sequence[Any]) -> Record:
    """The record in a row of ``COLUMNS``."""
    named = dict(zip(COLUMNS.split(", "), row, strict=True))
    return Record(**{**named, "state": State(named["state"])})


def marks(values: Sequence[object]) -> str:
    """A question mark a value."""
    return ", ".join("?" * len(values))
