"""Parcels: of every row of a list, to whom a letter goes and which brochures go with it, or why there is none."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from brochure import run
from brochure.errors import Problem, RecipientError
from brochure.mail import addresses
from brochure.mail.letter import Addressee
from brochure.mail.settings import FILE, Settings
from brochure.project import PAIR, Job, Project, bilingual
from brochure.recipients import roll, words
from brochure.recipients.cells import Fault
from brochure.recipients.columns import ID
from brochure.recipients.personal import NAME
from brochure.recipients.roll import Entry, Recipient, Roll

COLUMN = "email"


@dataclass(frozen=True)
class Parcel:
    """A letter to be made: the jobs are those of its attachments, in their order; ``notes`` are warnings of its row."""

    to: Addressee
    recipient: Recipient
    jobs: tuple[Job, ...]
    notes: tuple[Problem, ...] = ()


Sorted = tuple[int, Parcel | None, tuple[Problem, ...]]
"""A row, its parcel if it has one, and what is wrong with it."""


def parcels(project: Project, found: Roll, settings: Settings) -> Iterator[Sorted]:
    """Every row of the list in its order; no two parcels have the same address.

    Raises RecipientError if the list has no addresses at all.
    """
    if COLUMN not in found.columns:
        raise RecipientError([Problem(f"{found.name}: row {found.header}", f"there is no column {COLUMN}",
                                      "a letter needs an address: write the schools' into a column of this name")])
    desk = _Desk(project, found, settings)
    for entry in found:
        yield desk.sort(entry)


class _Desk:
    """Sorts the rows of one pass; of each address it remembers the row."""

    def __init__(self, project: Project, found: Roll, settings: Settings) -> None:
        self.project, self.enclosed = project, settings.enclosed
        self.place = functools.partial(roll.place, found.name, found.columns)
        self.tags = tuple(language.tag for language in project.languages)
        self.seen = dict[str, int]()
        self.barred = functools.cache(self._barred)

    def sort(self, entry: Entry) -> Sorted:
        if entry.recipient is None:
            return entry.row, None, entry.problems
        jobs, problems = self._jobs(entry.recipient)
        address = self._address(entry.recipient)
        if isinstance(address, Fault):
            problems = (Problem(self.place(entry.row, COLUMN), *address), *problems)
        if problems or isinstance(address, Fault):
            return entry.row, None, (*entry.problems, *problems)
        tag = jobs[0].languages[0]
        name = words.found(entry.recipient.values, NAME, self.project.language(tag), self.tags)[1]
        to = Addressee(entry.row, entry.recipient.id, address, addresses.tidy(name), tag)
        return entry.row, Parcel(to, entry.recipient, jobs, entry.problems), ()

    def _address(self, recipient: Recipient) -> str | Fault:
        text = recipient.values.get(COLUMN, "")
        if not text:
            return Fault("there is no e-mail address", "write one; without it the school gets no letter")
        address = addresses.normal(text)
        if isinstance(address, Fault):
            return address
        first = self.seen.setdefault(addresses.key(address), recipient.row)
        if first != recipient.row:
            return Fault(f"{address} is the address of row {first} too, which gets the letter",
                         "give this school an address of its own, or take one of the rows out")
        return address

    def _jobs(self, recipient: Recipient) -> tuple[tuple[Job, ...], tuple[Problem, ...]]:
        """What goes with the letter: the row's own layout, edition and languages come before those of the settings."""
        enclosed, project = self.enclosed, self.project
        layout = project.layout(recipient.layout or enclosed.layout)
        editions = (recipient.edition,) if recipient.edition else enclosed.editions
        languages = recipient.languages or enclosed.languages or self.tags
        problems = [Problem(self.place(recipient.row, "edition" if recipient.edition else "layout"),
                            f"the layout {layout.name} has no edition {edition}",
                            f"it has: {', '.join(layout.editions)}; {FILE} says what is sent if the row does not")
                    for edition in editions if edition not in layout.editions]
        jobs = list[Job]()
        for career in enclosed.careers or project.careers:
            for edition in editions:
                two = layout.bilingual and bilingual(project.edition(edition))
                tags = dict.fromkeys(tag for name in languages for tag in ([name] if two else name.split(PAIR)))
                jobs += [Job(career, layout.name, edition, tag) for tag in tags]
        problems += [problem for job in jobs for problem in self.barred(job.career, job.language)]
        if not jobs:
            problems.append(Problem(self.place(recipient.row, ID), "there is no career to write about",
                                    "brochure new career NAME makes one"))
        return tuple(jobs), tuple(dict.fromkeys(problems))

    def _barred(self, career: str, language: str) -> tuple[Problem, ...]:
        """What the checks of catalogs find in the career's that must not be sent."""
        job = Job(career, "", "", language)
        found = run.barred((job,), self.project)
        return tuple(problem for tag in job.languages for name in ("brochure", career)
                     for problem in found.get(f"locales/{tag}/LC_MESSAGES/{name}.po", ()))
