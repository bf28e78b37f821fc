"""Person: who translates, as catalogs and approvals name them."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from brochure.catalog import history
from brochure.errors import Problem, UsageError
from brochure.review import signature

WHOLE = re.compile(r"(?P<name>[^<>]*)(?:<(?P<address>[^<>\s]+)>)?")
HINT = 'write it so: --name "Sok Dara <sok@example.org>"; the address may be left out'


@dataclass(frozen=True)
class Person:
    """A name, and an e-mail address if one is known; without a name it is nobody."""

    name: str = ""
    address: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.address else self.name


def person(given: str | None, root: Path) -> Person:
    """Who was named, else whom git names in this folder, else nobody; raise UsageError for what is no name."""
    if given is not None:
        found = WHOLE.fullmatch(given)
        if found is None:
            raise UsageError([Problem("--name", f"{given!r} is not a name and an e-mail address", HINT)])
        made = Person(found["name"].rstrip(" "), found["address"] or "")
        return _checked(made, "--name")
    name, address = history.person(root)
    return _checked(Person(name, address), "git config user.name") if name else Person()


def _checked(person: Person, where: str) -> Person:
    fault = signature.name_fault(person.name)
    if not fault and any(unicodedata.category(letter) in signature.CONTROL or letter in "<>" for letter in person.address):
        fault = f"the address {person.address!r} has a character in it that no address has"
    if fault:
        raise UsageError([Problem(where, fault, HINT)])
    return person
