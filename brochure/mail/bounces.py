"""Bounces: delivery reports in a mailbox, which is only read, matched with the letters of a journal."""

import email
import imaplib
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message

from brochure.mail.journal import Journal
from brochure.mail.records import Record, State
from brochure.mail.replies import NOWHERE, Reply, Stage

INBOX = "INBOX"
BATCH = 200
ENOUGH = 200_000
"""Bytes of a report: what it says stands before the letter that it sends back."""

DAY = 86400
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FAILED = "failed"
NUMBER = re.compile(rb"UID (\d+)")


@dataclass(frozen=True)
class Bounce:
    """What a delivery report says of one address (RFC 3464)."""

    envelope_id: str
    message_id: str
    action: str
    status: str
    why: str


def reports(server: imaplib.IMAP4, since: float) -> Iterator[bytes]:
    """The delivery reports that came to the mailbox since a day; nothing in it is changed, not even what is unread."""
    server.select(INBOX, readonly=True)
    day = time.gmtime(since - DAY)
    _, found = server.uid("SEARCH", "SINCE", f"{day.tm_mday}-{MONTHS[day.tm_mon - 1]}-{day.tm_year}")
    numbers = (found[0] or b"").split()
    for start in range(0, len(numbers), BATCH):
        some = b",".join(numbers[start : start + BATCH]).decode()
        _, heads = server.uid("FETCH", some, "(BODY.PEEK[HEADER.FIELDS (CONTENT-TYPE)])")
        for head in heads:
            if isinstance(head, tuple) and b"delivery-status" in head[1].lower() and (number := NUMBER.search(head[0])):
                _, parts = server.uid("FETCH", number[1].decode(), f"(BODY.PEEK[]<0.{ENOUGH}>)")
                yield from (part[1] for part in parts if isinstance(part, tuple))


def read(data: bytes) -> tuple[Bounce, ...]:
    """What a report says, for every address that it is about; nothing if it is none."""
    found = list[Bounce]()
    message = email.message_from_bytes(data)
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(blocks := part.get_payload(), list):
            whole, *each = [block for block in blocks if isinstance(block, Message)]
            name = _plain(whole.get("Original-Envelope-Id", ""))
            for one in each:
                action, status, said = (_plain(one.get(field, "")) for field in ("Action", "Status", "Diagnostic-Code"))
                why = said.partition(";")[2].strip() or status
                found.append(Bounce(name, _sent_back(message), action.lower(), status, why))
    return tuple(found)


def note(journal: Journal, data: bytes, now: float) -> tuple[Record, Reply] | None:
    """Write down what a report says of a letter of the journal; None if it says nothing new of any."""
    for bounce in read(data):
        record = journal.find(bounce.envelope_id, bounce.message_id) if bounce.action == FAILED else None
        if record and record.state in (State.ACCEPTED, State.UNKNOWN):
            said = bounce.why if bounce.why.startswith(bounce.status) else f"{bounce.status} {bounce.why}"
            reply = Reply(Stage.RECIPIENT, -1, f"{said} (a delivery report)")
            journal.settle(record.key, State.FAILED, reply, now)
            return record, reply
    return None


def gone(journal: Journal) -> dict[str, str]:
    """The addresses of the campaign that a server says do not exist, and how it said so."""
    return {record.address: record.reply for record in journal.records(State.FAILED) if record.enhanced in NOWHERE}


def dead(noted: Iterable[tuple[Record, Reply]]) -> dict[str, str]:
    """The addresses that these reports say do not exist, whichever campaign they are about, and how they say so."""
    return {record.address: reply.text for record, reply in noted if reply.enhanced in NOWHERE}


def _sent_back(message: Message) -> str:
    """The name of the letter that a report sends back, whole or its head."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and isinstance(inner := part.get_payload(), list):
            return "".join(_plain(one.get("Message-ID", "")) for one in inner if isinstance(one, Message))
        if kind == "text/rfc822-headers":
            raw = part.get_payload(decode=True)
            return _plain(email.message_from_bytes(raw if isinstance(raw, bytes) else b"").get("Message-ID", ""))
    return ""


def _plain(text: object) -> str:
    return " ".join(str(text).split())
