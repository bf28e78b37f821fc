"""Outbox: the letters of a list, made once and put into its journal, or those that were put there before."""

import datetime
import hashlib
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from brochure.errors import MailError, Problem, RecipientError
from brochure.mail import addresses, journal, letters, rehearsal, suppressions
from brochure.mail.journal import Journal
from brochure.mail.letter import Letter
from brochure.mail.records import Record
from brochure.mail.settings import Settings
from brochure.project import Project
from brochure.recipients import roll
from brochure.recipients.cells import Fault

MEND = Problem("the letters", "nothing was sent", "mend these rows, or take them out of the list")


@dataclass(frozen=True)
class Outbox:
    """The letters of a list; ``to`` is the one address that all of them go to in a rehearsal, which has a journal of its own.

    Raises RecipientError or MailError if the list or the settings cannot be used.
    """

    project: Project
    listed: Path
    settings: Settings
    to: str = ""

    @property
    def path(self) -> Path:
        """The journal's file."""
        return journal.folder(self.listed) / (journal.REHEARSAL if self.to else journal.FILE)

    @property
    def digest(self) -> str:
        """What names the campaign that the list and the templates make now."""
        made = letters.campaign(self.project, self.listed, self.settings)
        return hashlib.sha256(f"{made}\0{self.to}".encode()).hexdigest() if self.to else made

    def made(self, digest: str, now: float, say: Callable[[tuple[Problem, ...]], None]) -> Iterator[Letter]:
        """Every letter of the list, made now; after the last, RecipientError if there is a row of which none can be made."""
        found, bad = roll.read(self.listed, self.project), False
        say(found.problems)
        when = datetime.datetime.fromtimestamp(int(now)).astimezone()
        for _, letter, problems in letters.letters(self.project, found, self.settings, campaign=digest, when=when):
            say(problems)
            if letter is None:
                bad = True
            else:
                yield rehearsal.readdressed(letter, self.to) if self.to else letter
        if bad:
            raise RecipientError([MEND])


def fill(outbox: Outbox, journal: Journal, *, anew: bool, as_made: bool, say: Callable[[tuple[Problem, ...]], None]) -> None:
    """Have the campaign's letters in the journal.

    What was begun before goes on. If the list or a template was edited since, that is refused, unless the letters go on
    ``as_made``, or a campaign is begun ``anew`` in which every address gets a letter again. Only a rehearsal is begun anew
    without an edit.
    """
    digest, begun = outbox.digest, journal.campaign
    if begun and (as_made or (begun.digest == digest and not (anew and outbox.to))):
        return
    if not anew and (problem := edited(outbox, journal, digest)):
        raise MailError([problem])
    now = time.time()
    journal.begin(digest, outbox.made(digest, now, say), now)


def edited(outbox: Outbox, journal: Journal, digest: str) -> Problem | None:
    """What is in the way if a campaign was begun with other letters than those of now; a rehearsal never is."""
    if journal.campaign is None or journal.campaign.digest == digest or outbox.to or journal.untouched():
        return None
    total, waiting = sum(journal.counts().values()), journal.waiting()
    left = f"with {waiting} of {total} letters still to be sent" if waiting else f"and its {total} letters are done with"
    return Problem(outbox.listed.name, f"the list, a template or a setting was edited since this campaign was begun, {left}",
                   "undo the edit; or --as-made sends the rest as they were made; or --new begins a new campaign, "
                   "in which every school gets a letter again (--only ROW for some)")


def wanted(outbox: Outbox, rows: Collection[int]) -> Callable[[Letter | Record], bool]:
    """Whether a letter is of one of these rows, or there are none, and nobody said that its school is not to be written to."""
    unwanted = {addresses.key(address) for address in suppressions.read(suppressions.beside(outbox.listed))}
    return lambda one: (not rows or one.row in rows) and addresses.key(one.address) not in unwanted


def tester(text: str) -> str:
    """The normalised address of whoever rehearses; raise MailError if it is none."""
    address = addresses.normal(text)
    if isinstance(address, Fault):
        raise MailError([Problem("--to-me", *address[:2])])
    return address
