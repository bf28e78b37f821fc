"""Drafts: letters that somebody opens, reads and sends by hand, in a folder of files or among the drafts of a mailbox."""

import imaplib
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from brochure import files
from brochure.errors import MailError, Problem
from brochure.mail.settings import FILE
from brochure.recipients import names

if TYPE_CHECKING:
    from brochure.mail.letters import Made

SUFFIX = ".eml"
Put = tuple[int, str, str, tuple[Problem, ...]]
"""A row, its id, where its draft is now (empty if there is none), and its problems."""

USE = b"\\drafts"
LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:\\.|[^"\\])"|NIL) (?P<name>.+)', re.S)


def saved(made: "Iterable[Made]", out: Path) -> Iterator[Put]:
    """Write the drafts into a folder, each in place of the one that was made of its row before. Raises OutputError."""
    for row, letter, problems in made:
        name = f"{names.name(letter.id)}{SUFFIX}" if letter else ""
        if letter:
            files.write(out / name, letter.data, sync=False)
        yield row, letter.id if letter else "", name, problems


def appended(made: "Iterable[Made]", server: imaplib.IMAP4, name: str) -> Iterator[Put]:
    """Put the drafts into a mailbox's folder of this name, or, if it is empty, the one that the server says is for drafts.

    An address that a draft is there for already gets no other: nobody is to be sent a letter twice. Raises MailError for a
    folder that is not there, and for what the server refuses.
    """
    folder = _quoted(_encoded(name)) if name else _special(server)
    _ask(server, "select", folder)
    for row, letter, problems in made:
        if letter is None:
            yield row, "", "", problems
        elif any(_ask(server, "search", None, "UNDELETED", "TO", _quoted(letter.address))):
            note = Problem(f"row {row}", f"there is a draft to {letter.address} already", "delete it to get a new one", "warning")
            yield row, letter.id, "there", (*problems, note)
        else:
            _ask(server, "append", folder, "(\\Draft)", None, letter.data)
            yield row, letter.id, "put", problems


def _special(server: imaplib.IMAP4) -> str:
    """The folder for drafts (RFC 6154), in quotation marks and in the letters that the server wrote it in."""
    asked = '"*" RETURN (SPECIAL-USE)' if "SPECIAL-USE" in server.capabilities else '"*"'
    for line in _ask(server, "list", '""', asked):
        text, literal = line if isinstance(line, tuple) else (line, b"")  # a name with odd signs comes as a literal
        found = LISTED.match(text or b"")
        if found and USE in found["flags"].lower().split():
            name = (literal or found["name"]).decode("ascii", "replace")
            return name if name.startswith('"') and not literal else _quoted(name)
    raise MailError([Problem(server.host, "does not say which folder is for drafts", f'name it in {FILE}: [imap], drafts = "…"')])


def _ask(server: imaplib.IMAP4, command: str, *arguments: object) -> list[bytes | tuple[bytes, bytes]]:
    """The data of the server's answer; raise MailError if it refuses."""
    status, data = getattr(server, command)(*arguments)
    if status != "OK":
        said = b" ".join(one for one in data if isinstance(one, bytes)).decode("utf-8", "replace")
        raise MailError([Problem(server.host, f"refuses to {command}: {said}")])
    return list(data)


def _quoted(text: str) -> str:
    """A text as IMAP quotes it."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _encoded(name: str) -> str:
    """A folder's name in the letters that IMAP has for it (RFC 3501, 5.1.3).

    >>> _encoded("Entwürfe & mehr")
    'Entw&APw-rfe &- mehr'
    """
    def piece(found: re.Match[str]) -> str:
        return f"&{b64encode(found[0].encode('utf-16-be')).decode().rstrip('=').replace('/', ',') if found[0] != '&' else ''}-"

    return re.sub("&|[^ -~]+", piece, name)
