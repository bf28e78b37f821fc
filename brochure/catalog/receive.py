"""Receive: a catalog that came back by mail: repaired, recognised by what is in it, and merged message by message."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from brochure.catalog import blocks, merge
from brochure.catalog.merge import Change, Message
from brochure.catalog.rescue import rescue
from brochure.errors import CatalogError, Problem, UsageError
from brochure.project import Project

KEY = re.compile(rb'^(?:#~ *)?msgctxt "([^"\r\n]+)"', re.MULTILINE)
Base = Callable[[str], bytes | None]  # a file of the project (its path there) → its older version


@dataclass(frozen=True)
class Received:
    """What came, as the project's catalog ``file`` would hold it in ``data``; nothing is written.

    ``repairs`` are remarks on the file received, ``notes`` what was not taken from it and why.
    """

    file: str
    data: bytes
    changes: tuple[Change, ...]
    repairs: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def receive(data: bytes, name: str, project: Project, language: str | None = None, base: Base | None = None) -> Received:
    """Take a PO file back; raise CatalogError if it cannot be repaired or belongs to no catalog of the project.

    ``name`` is only what problems call it. ``language`` overrules its header. ``base`` gives the version of the
    project's catalog that the sender began with, so that what others changed since then is not undone.
    """
    found = rescue(data, name)
    spoken = blocks.LANGUAGE.search(found.data.decode())
    theirs = merge.messages(blocks.read(found.data, name))
    return deliver(theirs, name, project, language, spoken[1] if spoken else "", base, found.repairs)


def deliver(theirs: Sequence[Message], name: str, project: Project, language: str | None, spoken: str,
            base: Base | None, repairs: tuple[Problem, ...]) -> Received:
    """Find the catalog that these messages belong to and merge them; ``spoken`` is the language their file names."""
    file = _file(theirs, name, project, language, spoken)
    path = project.root / file
    if not path.is_file():
        raise CatalogError([Problem(file, "is missing", f"copy locales/{path.stem}.pot there first")])
    tag = path.parent.parent.name
    older = base(file) if base else None
    merged = merge.merge(blocks.read(path.read_bytes(), file, tag), theirs, name,
                         merge.messages(blocks.read(older, f"{file} (the older version)")) if older is not None else None)
    return Received(file, merged.data, merged.changes, repairs, merged.notes)


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
