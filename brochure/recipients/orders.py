"""Orders: which brochures are made for a row of a list, by its own cells and by what the command line says for all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from brochure import run
from brochure.errors import Problem
from brochure.project import Job, Project
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
    choice: Choice
    where: Callable[[int, str], str]
    _barred: dict[tuple[str, str], tuple[Problem, ...]] = field(default_factory=dict)

    def jobs(self, recipient: Recipient) -> Iterator[Job]:
        """The jobs of a row: none if it, and the choice, leave something open."""
        for career in self.choice.careers:
            for layout in (recipient.layout,) if recipient.layout else self.choice.layouts:
                there = self.project.layout(layout).editions
                for edition in (recipient.edition,) if recipient.edition else self.choice.editions:
                    for language in (recipient.languages or self.choice.languages) if edition in there else ():
                        yield Job(career, layout, edition, language)

    def open(self, recipient: Recipient) -> tuple[Problem, ...]:
        """Why a row has no job: neither it nor the command line says which, or there is none such."""
        asked = (("layout", recipient.layout or self.choice.layouts), ("edition", recipient.edition or self.choice.editions))
        missing = tuple(Problem(self.where(recipient.row, column), f"no {column} is named",
                                f"write one into the column {column}, or name one for all rows: --{column}")
                        for column, found in asked if not found)
        return missing or (Problem(self.where(recipient.row, "layout"), "the layout does not have the edition",
                                   "brochure list shows which layouts and editions go together"),)

    def stops(self, job: Job) -> tuple[Problem, ...]:
        """What the checks of catalogs find in the job's that must not be printed."""
        catalogs = (job.career, job.language)
        if catalogs not in self._barred:
            found = run.barred((job,), self.project)
            self._barred[catalogs] = tuple(problem for tag in job.languages for name in ("brochure", job.career)
                                           for problem in found.get(f"locales/{tag}/LC_MESSAGES/{name}.po", ()))
        return self._barred[catalogs]
