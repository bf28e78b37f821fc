"""Reading: what is known of a language's catalogs, read once until a file changes."""

import threading
from dataclasses import dataclass

from brochure.catalog.check import run
from brochure.catalog.check.facts import Facts, Message
from brochure.catalog.check.file import Catalog
from brochure.language import Language
from brochure.project import Project


@dataclass(frozen=True)
class Read:
    """What the rules may ask of a language, and its catalogs."""

    facts: Facts
    catalogs: tuple[Catalog, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages of all catalogs."""
        return tuple(message for catalog in self.catalogs for message in catalog.messages)


class Reading:
    """What was read. Its methods may be called from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Read] = {}
        self.turn = 0  # another one whenever a file has changed

    def forget(self) -> None:
        """Files have changed: what was read of them is read again. It waits for nobody who is reading."""
        self._known = {}
        self.turn += 1

    def of(self, project: Project, tag: str) -> Read:
        """What is known of a language; a pseudo-language has nothing of its own but its messages' keys."""
        with self._lock:
            known = self._known  # where files change meanwhile, it is already another one
            if tag not in known:
                language = project.language(tag)
                facts, catalogs = run.read(project, language if translation(language) else project.source, {})
                known[tag] = Read(facts, tuple(catalogs))
            return known[tag]


def translation(language: Language) -> bool:
    """Whether people translate into the language: it is not the source, nor made by a program."""
    return not language.source and not language.disguise
