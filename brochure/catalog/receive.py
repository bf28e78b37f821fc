"""Receive: a catalog that came back by mail: repaired, recognised by what is in it, and merged message by message."""

import contextlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from brochure.catalog import blocks, merge
from brochure.catalog.merge import Change, Message
from brochure.catalog.rescue import rescue
from brochure.errors import CatalogError, Problem, UsageError
from brochure.project import Project

KEY = re.compile(rb'^(?:#~ *)?msgctxt "([^"\r\n]+)"', re.MULTILINE)
Base = Callable[[str], bytes | None]  # a file of the project (its path there) → its older version
Past = Callable[[str], Iterable[tuple[str, bytes]]]  # the same → the days of its versions, and what they said, newest first


@dataclass(frozen=True)
class Received:
    """What came, as the project's catalog ``file`` (of the language ``tag``) would hold it in ``data``; nothing is written.

    ``repairs`` are remarks on the file received, ``notes`` what was not taken from it and why.
    """

    file: str
    data: bytes
    changes: tuple[Change, ...]
    repairs: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    tag: str


def receive(data: bytes, name: str, project: Project, language: str | None = None, base: Base | None = None,
            past: Past | None = None) -> Received:
    """Take a PO file back; raise CatalogError if it cannot be repaired or belongs to no catalog of the project.

    ``name`` is only what problems call it. ``language`` overrules its header. ``base`` gives the version of the
    project's catalog that the sender began with, so that what others changed since then is not undone; without it, the
    version in ``past`` that is most like the file is taken for it.
    """
    found = rescue(data, name)
    spoken = blocks.LANGUAGE.search(found.data.decode())
    theirs = merge.messages(blocks.read(found.data, name))
    return deliver(theirs, name, project, language, spoken[1] if spoken else "", found.repairs, base, past)


def deliver(theirs: Sequence[Message], name: str, project: Project, language: str | None, spoken: str,
            repairs: tuple[Problem, ...], base: Base | None, past: Past | None) -> Received:
    """Find the catalog that these messages belong to and merge them; ``spoken`` is the language their file names."""
    file = _file(theirs, name, project, language, spoken)
    path = project.root / file
    if not path.is_file():
        raise CatalogError([Problem(file, "is missing", f"copy locales/{path.stem}.pot there first")])
    tag = path.parent.parent.name
    current = blocks.read(path.read_bytes(), file, tag)
    notes, begun = tuple[Problem, ...](), None
    if base and (older := base(file)) is not None:
        begun = merge.messages(blocks.read(older, f"{file} (the older version)"))
    elif past and (found := _nearest(theirs, merge.messages(current), past(file))):
        day, begun = found
        notes = (Problem(name, f"was made from the version of {day}: what was changed here since then stays",
                         "if it was made from another one, name that with --base", "remark"),)
    merged = merge.merge(current, theirs, name, begun)
    return Received(file, merged.data, merged.changes, repairs, notes + merged.notes, tag)


def _nearest(theirs: Sequence[Message], current: Sequence[Message],
             past: Iterable[tuple[str, bytes]]) -> tuple[str, tuple[Message, ...]] | None:
    """The version that most of these messages are the same in, with its day; None if the catalog as it is has as many."""
    best, found = _alike(theirs, current), None
    for day, data in past:
        with contextlib.suppress(CatalogError):  # a version that was damaged is nobody's beginning
            version = merge.messages(blocks.read(data, day))
            if (count := _alike(theirs, version)) > best:
                best, found = count, (day, version)
    return found


def _alike(one: Sequence[Message], other: Sequence[Message]) -> int:
    return len({(m.key, m.msgid, m.msgstr) for m in one} & {(m.key, m.msgid, m.msgstr) for m in other})


def _file(theirs: Sequence[Message], name: str, project: Project, language: str | None, spoken: str) -> str:
    """The path of the catalog that has most of the keys; its language is what is said, or the one whose words they are."""
    tags = [one.tag for one in project.languages if not one.source]
    said = _tag(language or spoken, tags)
    if language and not said:
        raise UsageError([Problem("language", f"there is no language {language!r}", f"there are: {', '.join(tags) or 'none'}")])
    if spoken and not said:
        raise CatalogError([Problem(f"{name}:1", f"the header names the language {spoken}, which the project does not have",
                                    "if the header is wrong, say the language with --lang")])
    keys = {message.key for message in theirs}
    held: dict[tuple[str, str], tuple[int, int]] = {}  # language, catalog → keys in common, texts in common
    for tag in (said,) if said else tags:
        for career in ("brochure", *project.careers):
            paths = [project.root / f"locales/{tag}/LC_MESSAGES/{career}.po", project.root / f"locales/{career}.pot"]
            data = b"".join(path.read_bytes() for path in paths if path.is_file())
            common = keys & {key.decode("utf-8", "replace") for key in KEY.findall(data)}
            words = sum(bool(message.msgstr.strip()) and message.msgstr.encode() in data for message in theirs)
            held[tag, career] = len(common), words
    best = max(held.values(), default=(0, 0))
    if not best[0]:
        raise CatalogError([Problem(name, "no message of this file belongs to the project",
                                    "is it the right file, and the right project?")])
    found = [where for where, count in held.items() if count == best]
    if len({tag for tag, _ in found}) > 1:
        raise CatalogError([Problem(name, "the file does not say which language it is in", "say it with --lang")])
    return f"locales/{found[0][0]}/LC_MESSAGES/{found[0][1]}.po"


def _tag(spoken: str, tags: Sequence[str]) -> str:
    """The project's tag for a language as a header names it, such as ``km_KH``; empty if there is none."""
    plain = spoken.replace("_", "-").casefold()
    fits = [tag for tag in tags if plain and f"{plain}-".startswith(f"{tag.casefold()}-")]
    return max(fits, key=len, default="")
