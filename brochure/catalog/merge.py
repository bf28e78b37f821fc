"""Merge: messages that came back, put into the project's catalog one by one.

Two people who changed different messages never disturb each other; of two texts for one message both are kept.
No translation is lost: an empty one takes nothing away, and one for English that has gone is kept as obsolete.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from brochure.catalog import blocks, similar
from brochure.catalog.blocks import MARK, Block, Blocks
from brochure.errors import Problem

MANY = 4  # messages with the same note are counted
# What a word processor changes by itself while somebody types.
SMART = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True)
class Message:
    """A message as it came: its key, both texts, and the translator's comment lines.

    ``fuzzy`` is None where its file does not say: a text that is the same stays as it is, another is finished.
    """

    key: str
    msgid: str
    msgstr: str
    fuzzy: bool | None = False
    comments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What happened to one message of the catalog, and its text before and after.

    ``kind`` is "translated", "changed", "confirmed" (no longer fuzzy), "doubted" (fuzzy now), "commented",
    "both" (two texts: somebody must choose) or "obsolete" (kept for a message that has left the brochure).
    """

    key: str
    kind: str
    old: str
    new: str


@dataclass(frozen=True)
class Merged:
    """The catalog's bytes, what changed in it, and what was not taken and why."""

    data: bytes
    changes: tuple[Change, ...]
    notes: tuple[Problem, ...]


def messages(found: Blocks) -> tuple[Message, ...]:
    """The messages of a catalog that are in use."""
    return tuple(Message(block.key, block.msgid, block.msgstr, block.fuzzy, block.comments) for block in found if block.message)


def merge(current: Blocks, theirs: Sequence[Message], name: str, base: Sequence[Message] | None = None) -> Merged:
    """Put ``theirs`` into the catalog. ``name`` is the file they came in, ``base`` what their sender began with.

    Without a base every difference counts as the sender's work.
    """
    work = _Work(current, name, None if base is None else {message.key: message for message in base})
    live = {block.key: block for block in current if block.message}
    smart = any(message.key in live and _smart(message.msgid, live[message.key].msgid) for message in theirs)
    if smart:
        work.note("", "a word processor changed quotation marks and dashes: in the English they stay as they were, "
                      "and so does a translation in which nothing else changed")
    edited: dict[str, Block] = {}
    lost: list[Block] = []
    for message in theirs:
        if message.key not in live:
            lost += work.homeless(message)
            continue
        block = live[message.key]
        if smart:
            message = replace(message, msgid=block.msgid if _smart(message.msgid, block.msgid) else message.msgid,
                              msgstr=block.msgstr if _smart(message.msgstr, block.msgstr) else message.msgstr)
        if message.fuzzy is None:
            message = replace(message, fuzzy=block.fuzzy and message.msgstr == block.msgstr)
        if (new := work.one(block, message)) is not None:
            edited[message.key] = new
    work.summary(live.keys() - {message.key for message in theirs}, len(live))
    parts = [edited.get(block.key, block) if block.message else block for block in current]
    return Merged(current.write(current.asleep(parts, lost)), tuple(work.changes), tuple(work.notes))


class _Work:
    def __init__(self, current: Blocks, name: str, base: Mapping[str, Message] | None) -> None:
        self.current, self.name, self.base = current, name, base
        self.changes: list[Change] = []
        self.notes: list[Problem] = []
        self.empty: list[str] = []  # messages that have a translation here, and none there
        self.careers = {block.key.partition(".")[0] for block in current if block.unit is not None}
        self.attic = {(block.key, block.msgid, block.msgstr) for block in current if block.obsolete}

    def note(self, key: str, what: str, hint: str = "", severity: str = "warning") -> None:
        self.notes.append(Problem(f"{self.name}: {key}" if key else self.name, what, hint, severity))

    def summary(self, missing: Collection[str], count: int) -> None:
        """Say what the file has no translation of, or not at all; a message that its sender never had is not missing."""
        if len(self.empty) < MANY:
            for key in self.empty:
                self.note(key, "is empty there: the translation here stays", severity="remark")
        else:
            self.note("", f"{len(self.empty)} messages are empty there: the translations here stay", severity="remark")
        if gone := [key for key in missing if self.base is None or key in self.base]:
            self.note("", f"{len(gone)} of {count} messages are not in the file: here they stay as they are",
                      "if its end was cut off, ask for it again", "remark")

    def homeless(self, message: Message) -> list[Block]:
        """What is kept of a message that the catalog does not have."""
        if not message.msgstr.strip() or (message.key, message.msgid, message.msgstr) in self.attic:
            return []
        if message.key.partition(".")[0] not in self.careers:
            self.note(message.key, "does not belong to this catalog: it is not taken")
            return []
        if self.base and (old := self.base.get(message.key)) and old.msgstr == message.msgstr:
            return []  # the sender did not touch it
        self.changes.append(Change(message.key, "obsolete", "", message.msgstr))
        text = blocks.plain(message.key, message.msgid, message.msgstr, self.current.newline)
        return [Block(text, blocks.unit(text))]

    def one(self, block: Block, message: Message) -> Block | None:
        """The message's new block; None if it stays as it is."""
        old = self.base.get(message.key) if self.base else None
        known = {*block.comments, *(f"# {line}" for line in str(block.unit.getnotes("developer")).splitlines())}
        known |= set(old.comments) if old else set()
        added = [line for line in message.comments if line not in known and not line.startswith(MARK)]
        text, fuzzy, other, english = self._decided(block, message, old)
        if (text, fuzzy, other) == (block.msgstr, block.fuzzy, "") and not added:
            return None
        kind = "both" if other else _kind(block, text, fuzzy)
        self.changes.append(Change(block.key, kind, block.msgstr, text))

        def change(unit: Any) -> None:
            unit.othercomments += [f"{line}\n" for line in added]
            if text != block.msgstr:
                unit.target = text
            if fuzzy != bool(unit.isfuzzy()):
                unit.markfuzzy(fuzzy)
            if not fuzzy:
                unit.prev_source = unit.prev_context = None
            elif english != block.msgid:
                unit.prev_source = english
            if other:
                blocks.remark(unit, other)
            elif fuzzy and english != block.msgid:
                blocks.remark(unit, similar.difference(english, block.msgid))
            elif not fuzzy:
                blocks.remark(unit, "")

        return self.current.edit(block, change)

    def _decided(self, block: Block, message: Message, old: Message | None) -> tuple[str, bool, str, str]:
        """The text that stands, whether it is fuzzy, the remark that keeps another text, and the English it translates."""
        stays = (block.msgstr, block.fuzzy, "", block.msgid)
        older = message.msgid != block.msgid
        if not message.msgstr.strip():
            if older:
                self.note(block.key, f"has other English there, “{_short(message.msgid)}”, and no translation: nothing is taken",
                          "write the translation into msgstr, and leave msgid as it is")
            elif block.msgstr.strip() and not (self.base is not None and (old is None or not old.msgstr.strip())):
                self.empty.append(block.key)
            return stays
        if old and (message.msgstr, message.fuzzy) == (old.msgstr, old.fuzzy):
            return stays  # the sender did not touch it
        if message.msgstr == block.msgstr:
            return stays if older else (block.msgstr, bool(message.fuzzy), "", block.msgid)
        if not block.msgstr.strip() or (old and block.msgstr == old.msgstr):
            return message.msgstr, bool(message.fuzzy) or older, "", message.msgid
        final = not block.fuzzy
        if older and final:
            if not old:
                self.note(block.key, f"translates an older text, “{_short(message.msgid)}”: the newer translation here stays",
                          f"it says “{_short(message.msgstr)}”; if msgid was changed by mistake, put the English back")
                return stays
            return (*stays[:2], f"{self.name} had, for older English: {message.msgstr}", block.msgid)
        if self.base is None and message.fuzzy and final:
            self.note(block.key, "is fuzzy there: the translation here stays, the other is in a comment")
            return (*stays[:2], f"{self.name} had, as fuzzy: {message.msgstr}", block.msgid)
        if self.base is None and older and message.msgid != block.previous:
            self.note(block.key, f"translates another text, “{_short(message.msgid)}”: what stands here stays")
            return stays
        if self.base is None:
            return message.msgstr, bool(message.fuzzy) or older, "", message.msgid
        self.note(block.key, "was changed by two people: the received text stands as fuzzy, the other in a comment",
                  "choose one, and take the word fuzzy out")
        return message.msgstr, True, f"the catalog had: {block.msgstr}", message.msgid


def _kind(block: Block, text: str, fuzzy: bool) -> str:
    if text != block.msgstr:
        return "changed" if block.msgstr.strip() else "translated"
    if fuzzy != block.fuzzy:
        return "doubted" if fuzzy else "confirmed"
    return "commented"


def _smart(one: str, other: str) -> bool:
    """Whether two different texts differ only in what a word processor changes by itself."""
    return one != other and _straight(one) == _straight(other)


def _straight(text: str) -> str:
    return text.translate(SMART).replace("…", "...").replace("--", "-")


def _short(text: str) -> str:
    return f"{text[:40]}…" if len(text) > 41 else text
