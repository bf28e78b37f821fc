"""Orders: which brochures are made for a row of a list, by its own cells and by what the command line says for all."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field

from brochure import run
from brochure.errors import Problem
from brochure.project import Job, Project, takes
from brochure.recipients.offer import Offer
from brochure.recipients.roll import Recipient


@dataclass(frozen=True)
class Choice:
    """What is made of a row that leaves it open; a row's own layout, edition and languages come first."""

    careers: tuple[str, ...]
    layouts: tuple[str, ...]
    editions: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass
class Orders:
    """Asked for every row; ``where`` says of a row and a column where a person finds it."""

    project: Project
    offer: Offer
    choice: Choice
    where: Callable[[int, str], str]
    _barred: dict[tuple[str, str], tuple[Problem, ...]] = field(default_factory=dict)
    _looks: dict[tuple[str, str], Future[dict[str, tuple[Problem, ...]]]] = field(default_factory=dict)

    def jobs(self, recipient: Recipient) -> Iterator[Job]:
        """The jobs of a row: none if it, and the choice, leave something open."""
        layouts, editions = self._asked(recipient)
        for career in self.choice.careers:
            for layout in map(self.project.layout, layouts):
                for edition in (self.project.edition(name) for name in editions if name in layout.editions):
                    for language in recipient.languages or self.choice.languages:
                        if takes(layout, edition, language):
                            yield Job(career, layout.name, edition.name, language)

    def lost(self, recipient: Recipient) -> tuple[Problem, ...]:
        """Why a row has no brochure, or none in a language that it asks for: nobody says which, or there is none such."""
        made = {job.language for job in self.jobs(recipient)}
        asked = recipient.languages or (() if made else self.choice.languages)
        languages = tuple(language for language in asked if language not in made)
        if not languages:
            return ()
        layouts, editions = self._asked(recipient)
        missing = tuple(Problem(self.where(recipient.row, column), f"no {column} is named",
                                f"write one into the column {column}, or name one for all rows: --{column}")
                        for column, found in (("layout", layouts), ("edition", editions)) if not found)
        return missing or tuple(dict.fromkeys(
            Problem(self.where(recipient.row, column), *fault) for layout in layouts for edition in editions
            for column, fault in self.offer.together(layout, edition, languages)))

    def _asked(self, recipient: Recipient) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The layouts and the editions for a row: its own, or those for all."""
        return ((recipient.layout,) if recipient.layout else self.choice.layouts,
                (recipient.edition,) if recipient.edition else self.choice.editions)

    def look(self, job: Job, processes: Executor) -> None:
        """Let one of the processes find what ``stops`` will be asked for."""
        catalogs = (job.career, job.language)
        if catalogs not in self._barred and catalogs not in self._looks:
            self._looks[catalogs] = processes.submit(run.barred, (job,), self.project)

    def stops(self, job: Job) -> tuple[Problem, ...]:
        """What the checks of catalogs find in the job's that must not be printed."""
        catalogs = (job.career, job.language)
        if catalogs not in self._barred:
            look = self._looks.get(catalogs)
            found = look.result() if look else run.barred((job,), self.project)
            self._barred[catalogs] = tuple(problem for tag in job.languages for name in ("brochure", job.career)
                                           for problem in found.get(f"locales/{tag}/LC_MESSAGES/{name}.po", ()))
        return self._barred[catalogs]
