"""Settings: ``templates/mail/mail.toml``, who writes, what goes with the letter, and which servers carry it."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brochure.errors import MailError, Problem
from brochure.mail import addresses
from brochure.project import Project
from brochure.recipients.cells import Fault
from brochure.tables import Reader, parse

FILE = "templates/mail/mail.toml"
SECRETS = ("password_env", "password_command", "token_command", "keyring")
"""Where a password or a token may come from: never from this file."""

PLAIN_WORDS = ("password", "passwd", "pass", "secret", "token")
TLS = ("implicit", "starttls", "none")
LOOPBACK = "localhost"
RATES = range(1, 601)
PORTS = range(1, 65536)


@dataclass(frozen=True)
class Sender:
    """Who writes: a name and normalised addresses; without a ``reply_to`` answers go to the address itself."""

    name: str
    address: str
    reply_to: str = ""


@dataclass(frozen=True)
class Enclosed:
    """What goes with a letter whose row leaves it open: a layout, editions, languages and careers; the last two may be empty,
    for every one. ``native_names`` names the files in the letters of the language instead of in ASCII.
    """

    layout: str
    editions: tuple[str, ...]
    languages: tuple[str, ...] = ()
    careers: tuple[str, ...] = ()
    native_names: bool = False


@dataclass(frozen=True)
class Account:
    """A place on a server. ``tls`` is one of ``TLS``; ``secret`` one of ``SECRETS`` and what it names, or two empty texts."""

    host: str
    port: int
    tls: str
    user: str = ""
    secret: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Settings:
    """The whole file. ``rate`` is in letters a minute; ``drafts`` the IMAP folder's name, or empty to find it.

    ``server`` and ``imap`` are None where nothing is said of them: drafts in a folder need neither.
    """

    sender: Sender
    enclosed: Enclosed
    server: Account | None = None
    rate: int = 30
    imap: Account | None = None
    drafts: str = ""

    @property
    def sample(self) -> bool:
        """Whether the sender is still the one of a new project, who does not exist."""
        return addresses.reserved(self.sender.address)


def load(project: Project) -> Settings:
    """Read the project's settings; raise MailError with every problem in them."""
    read = Reader(FILE)
    data = parse(project.root / Path(FILE), FILE, MailError)
    sender = _sender(read, read.take(data, "", "sender", dict))
    enclosed = _enclosed(read, read.take(data, "", "letter", dict), project)
    server, imap = (read.optional(data, "", name, dict) for name in ("server", "imap"))
    rate, drafts = 30, ""
    if server is not None:
        rate = read.optional(server, "server", "rate", int, 30)
        if rate not in RATES:
            read.problem("server.rate", f"{rate} letters a minute", f"write a number from {RATES[0]} to {RATES[-1]}")
    if imap is not None:
        drafts = read.optional(imap, "imap", "drafts", str, "")
    outgoing = None if server is None else _account(read, server, "server", "rate")
    incoming = None if imap is None else _account(read, imap, "imap", "drafts", outgoing)
    read.leftovers(data, "", "sender, letter, server, imap")
    if read.problems:
        raise MailError(read.problems)
    return Settings(sender, enclosed, outgoing, rate, incoming, drafts)


def doubts(settings: Settings) -> tuple[Problem, ...]:
    """What does not stop a draft, but should be said: the sender of a new project."""
    if not settings.sample:
        return ()
    return (Problem(f"{FILE}: sender", f"still holds the sample address {settings.sender.address}",
                    "write your own name and address there", "warning"),)


def _sender(read: Reader, table: dict[str, Any]) -> Sender:
    name = read.take(table, "sender", "name", str)
    if name and (fault := addresses.unsafe(name)):
        read.problem("sender.name", *fault[:2])
    found = {key: read.optional(table, "sender", key, str, "") for key in ("reply_to",)}
    found["address"] = read.take(table, "sender", "address", str)
    for key, text in found.items():
        normal = addresses.normal(text) if text else text
        if isinstance(normal, Fault):
            read.problem(f"sender.{key}", *normal[:2])
        else:
            found[key] = normal
    read.leftovers(table, "sender", "name, address, reply_to")
    return Sender(addresses.tidy(name), found["address"], found["reply_to"])


def _enclosed(read: Reader, table: dict[str, Any], project: Project) -> Enclosed:
    layouts = {layout.name: layout for layout in project.layouts}
    layout = read.take(table, "letter", "layout", str)
    editions = read.names(table, "letter", "editions")
    tags = tuple(language.tag for language in project.languages)
    lists = {key: read.names(table, "letter", key) if key in table else () for key in ("languages", "careers")}
    native = read.optional(table, "letter", "native_names", bool, False)
    read.leftovers(table, "letter", "layout, editions, languages, careers, native_names")
    if layout and layout not in layouts:
        read.problem("letter.layout", f"there is no layout {layout!r}", f"there are: {', '.join(layouts)}")
    elif layout:
        _known(read, "editions", editions, layouts[layout].editions, f"edition of {layout}")
    if not editions and not any("editions" in problem.where for problem in read.problems):
        read.problem("letter.editions", "names no edition", "name one at least")
    _known(read, "languages", lists["languages"], tags, "language")
    _known(read, "careers", lists["careers"], project.careers, "career")
    return Enclosed(layout, editions, lists["languages"], lists["careers"], native)


def _known(read: Reader, key: str, names: tuple[str, ...], there: tuple[str, ...], what: str) -> None:
    for name in names:
        if name not in there:
            read.problem(f"letter.{key}", f"there is no {what} {name!r}", f"there are: {', '.join(there)}")


def _account(read: Reader, table: dict[str, Any], path: str, more: str, like: Account | None = None) -> Account:
    """A server's table; user and secret are those of the other server where it says nothing of them."""
    host = read.take(table, path, "host", str)
    port = read.take(table, path, "port", int)
    tls = read.take(table, path, "tls", str)
    user = read.optional(table, path, "user", str, "")
    named = [(key, read.take(table, path, key, str)) for key in SECRETS if key in table]
    for key in [key for key in table if key in PLAIN_WORDS]:
        del table[key]
        read.problem(f"{path}.{key}", "a password never stands in a file of the project",
                     f'take it out, and name where it is kept: {SECRETS[0]} = "NAME", or {", ".join(SECRETS[1:])}')
    read.leftovers(table, path, f"host, port, tls, user, {', '.join(SECRETS)}, {more}")
    if tls and tls not in TLS:
        read.problem(f"{path}.tls", f"{tls!r} is not a kind of encryption", f"there are: {', '.join(TLS)}")
    elif tls == TLS[-1] and not loopback(host):
        read.problem(f"{path}.tls", f"without encryption everybody on the way to {host} reads along",
                     f"write {' or '.join(TLS[:-1])}; {TLS[-1]} is for a server on this computer")
    if port not in PORTS and not any(f"{path}.port" in problem.where for problem in read.problems):
        read.problem(f"{path}.port", f"{port} is not a port", "465 goes with implicit, 587 with starttls")
    if len(named) > 1:
        read.problem(path, f"{' and '.join(key for key, _ in named)} both say where the password is", "keep one")
    if named and not user:
        read.problem(f"{path}.user", "is missing: a password belongs to a user", 'add user = "…"')
    if like is not None and not user and not named:
        return Account(host, port, tls, like.user, like.secret)
    return Account(host, port, tls, user, named[0] if named else ("", ""))


def loopback(host: str) -> bool:
    """Whether a host is this very computer, by its address or the name that always means it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == LOOPBACK
