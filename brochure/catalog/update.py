"""Update: a template's messages brought into a translator's catalog, which keeps every byte it can.

A message's key (its context) is its place in the document: when its English changes, the translation stays there
as fuzzy. Only messages at new places are guessed, from English that has gone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from brochure.catalog import blocks, similar
from brochure.catalog.blocks import Block, Blocks

AGAIN = "the English is again what it was"


@dataclass(frozen=True)
class Update:
    """The updated catalog, and the keys of its messages by what happened to them.

    ``kept`` are those whose English is the same. ``obsolete`` have left the brochure: a translation is kept as
    ``#~``, a message without one is not. ``notes`` are sentences, one a message that was marked for a look.
    """

    data: bytes
    new: tuple[str, ...]
    changed: tuple[str, ...]
    kept: tuple[str, ...]
    revived: tuple[str, ...]
    obsolete: tuple[str, ...]
    notes: tuple[str, ...]


def update(po: bytes, pot: bytes, file: str = "catalog.po", tag: str | None = None) -> Update:
    """Bring the template ``pot`` into the catalog ``po``; raise CatalogError if one of them is damaged.

    ``file`` and ``tag`` are what problems call the catalog, and the language its header must name.
    """
    merge = _Merge(blocks.read(po, file, tag), blocks.read(pot, f"{file.removesuffix('.po')}.pot"))
    parts = merge.parts()
    said = {name: tuple(keys) for name, keys in merge.keys.items()}
    return Update(merge.old.write(parts), said["new"], said["changed"], said["kept"], said["revived"], said["obsolete"],
                  tuple(merge.notes))


class _Merge:
    """One update: what is there, what is wanted, and where each wanted message comes from."""

    def __init__(self, old: Blocks, template: Blocks) -> None:
        self.old = old
        self.wanted = [block for block in template if block.message]
        self.keys: dict[str, list[str]] = {name: [] for name in ("new", "changed", "kept", "revived", "obsolete")}
        self.notes: list[str] = []
        wanted = {block.key for block in self.wanted}
        self.live = {block.key: block for block in old if block.message and block.key in wanted}
        self.gone = [block for block in old if block.message and block.key not in wanted]
        self.attic = [block for block in old if block.obsolete]
        self.there = {(block.key, block.msgid, block.msgstr) for block in self.attic}
        self.elsewhere = {block.msgstr for block in (*self.live.values(), *self.attic)}

    def parts(self) -> list[Block]:
        """The blocks of the updated file, in the order of the old one, new messages after their predecessors."""
        revived = {block.key: found for block in self.wanted if block.key not in self.live
                   if (found := self._asleep(block))}
        guesses = self._guesses([block for block in self.wanted if block.key not in self.live | revived])
        made: dict[str, Block] = {}
        for block in self.wanted:
            if block.key in self.live:
                made[block.key] = self._kept(self.live[block.key], block)
            elif block.key in revived:
                made[block.key] = self._revived(revived[block.key], block)
            else:
                made[block.key] = self._new(block, guesses.get(block.key))
        waking = {id(block) for block in revived.values()}
        parts = [made[block.key] if block.message else block for block in self.old
                 if id(block) not in waking and not (block.message and block.key not in self.live)]
        at = next((number for number, block in enumerate(parts) if block.unit is not None and block.unit.isheader()), -1)
        for block in self.wanted:
            if block.key not in self.live:
                parts.insert(at + 1, made[block.key])
                at += 1
            else:
                at = next(number for number, part in enumerate(parts) if part is made[block.key])
        parts = self.old.asleep(parts, (block for block in self.gone if self._worth(block)))
        self.keys["obsolete"] += [block.key for block in self.gone]
        return parts

    def _asleep(self, wanted: Block) -> Block | None:
        """The obsolete message of this key; the one with the same English if there are more."""
        found = [block for block in self.attic if block.key == wanted.key and block.msgstr.strip()]
        return next((block for block in found if block.msgid == wanted.msgid), found[-1] if found else None)

    def _guesses(self, new: Sequence[Block]) -> dict[str, Block]:
        used = {block.msgstr for block in self.live.values()}
        old = [block for block in (*self.gone, *self.attic) if block.msgstr.strip() and block.msgstr not in used]
        found = similar.match([block.msgid for block in new], [block.msgid for block in old])
        return {new[here].key: old[there] for here, there in found.items()}

    def _kept(self, block: Block, wanted: Block) -> Block:
        if block.msgid == wanted.msgid:
            self.keys["kept"].append(block.key)
            same = _note(block) == _note(wanted) and block.unit.getlocations() == wanted.unit.getlocations()
            return block if same else self.old.edit(block, _commented(wanted))
        self.keys["changed"].append(block.key)
        return self._reworded(block, wanted, _commented(wanted))

    def _revived(self, block: Block, wanted: Block) -> Block:
        self.keys["revived"].append(block.key)

        def wake(unit: Any) -> None:
            unit.resurrect()
            _commented(wanted)(unit)

        return self.old.edit(block, wake, moved=True) if block.msgid == wanted.msgid else self._reworded(block, wanted, wake)

    def _reworded(self, block: Block, wanted: Block, first: Callable[[Any], None]) -> Block:
        """The message with its new English; its translation, if there is one, is to be looked at."""
        english = block.previous if block.fuzzy and block.previous else block.msgid
        note = similar.difference(english, wanted.msgid) if english != wanted.msgid else AGAIN
        if block.msgstr.strip():
            self.notes.append(f"{block.key}: {note or 'the English changed'}")

        def change(unit: Any) -> None:
            first(unit)
            unit.source = wanted.msgid
            if block.msgstr.strip():
                unit.target = block.msgstr if not isinstance(unit.msgstr, list) else unit.target
                unit.markfuzzy()
                unit.prev_source = english if english != wanted.msgid else None
                blocks.remark(unit, note)

        return self.old.edit(block, change)

    def _new(self, wanted: Block, guess: Block | None) -> Block:
        self.keys["new"].append(wanted.key)

        def change(unit: Any) -> None:
            unit.source = wanted.msgid  # wrapped as this file is
            if guess:
                english = guess.previous if guess.fuzzy and guess.previous else guess.msgid
                unit.target = guess.msgstr
                unit.markfuzzy()
                unit.prev_context, unit.prev_source = guess.key, english
                unit.othercomments = [f"{line}\n" for line in guess.comments]
                blocks.remark(unit, similar.difference(english, wanted.msgid) if english != wanted.msgid else "")

        if guess:
            self.notes.append(f"{wanted.key}: taken from {guess.key}, whose English was much the same")
        return self.old.edit(wanted, change, moved=True)

    def _worth(self, block: Block) -> bool:
        """Whether a message that left the brochure holds a translator's work that is not kept already."""
        if block.fuzzy and block.msgstr in self.elsewhere:  # a guess that nobody looked at
            return bool(block.comments)
        return bool(block.msgstr.strip() or block.comments) and (block.key, block.msgid, block.msgstr) not in self.there


def _note(block: Block) -> str:
    return " ".join(str(block.unit.getnotes("developer")).split())


def _commented(wanted: Block) -> Callable[[Any], None]:
    """The change that gives a unit the template's comments and places."""
    def change(unit: Any) -> None:
        unit.automaticcomments = list(wanted.unit.automaticcomments)
        unit.sourcecomments = list(wanted.unit.sourcecomments)

    return change
