"""Replies: what a mail server's answer means for the letter, and for the letters after it; a pure table.

A reply has a code (RFC 5321) and mostly an enhanced code (RFC 3463) at the start of its text. 2 is done, 4 is not now,
5 is not so; what is refused may be the recipient, the letter, or whoever sends it, and only the first two are the row's.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where in the conversation a reply came."""

    GREETING = "greeting"
    LOGIN = "login"
    SENDER = "sender"  # MAIL FROM
    RECIPIENT = "recipient"  # RCPT TO
    DATA = "data"  # until the last dot is sent
    DOT = "dot"


class Move(StrEnum):
    """What to do. ``LOST`` is no answer at all: what it means depends on whether the last dot was sent."""

    ON = "on"
    DEFER = "defer"  # this row later
    PAUSE = "pause"  # every row later, and slower
    FAIL = "fail"  # this row never
    GONE = "gone"  # this address never: it does not exist
    STOP = "stop"  # no row, until a person has mended something
    LOST = "lost"


@dataclass(frozen=True)
class Reply:
    """A server's answer; ``code`` is -1 if there was none that could be read."""

    stage: Stage
    code: int
    text: str = ""

    @property
    def enhanced(self) -> str:
        """The enhanced code, such as 5.1.1; empty if there is none."""
        found = ENHANCED.match(self.text)
        return found[1] if found else ""

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip() if self.code > 0 else self.text or "no answer"


ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?!\S)")
GREYLIST = re.compile(r"\bgr[ea]y.?list", re.I)
RATE = re.compile(r"\brate\b|too (?:many|much|fast)|throttl|slow(?:er)? down|try again later.*connections", re.I)
QUOTA = re.compile(r"(?:daily|hourly|sending|outgoing|message)\s[\w\s]*(?:limit|quota)|(?:limit|quota) [\w\s]*(?:day|hour)", re.I)
NOT_YOU = re.compile(r"relay(?:ing)? (?:access )?(?:is )?(?:denied|not)|authenticat|"
                     r"sender (?:address )?(?:rejected|verif|denied)|not (?:owned by|allowed to send)", re.I)
TOO_LARGE = ("5.3.4", "5.2.3")
MAILBOX = "4.2."  # one recipient's
POLICY = "4.7."
NOWHERE = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")  # 5.1.7 and 5.1.8 are the sender's address
SENDERS = ("5.1.7", "5.1.8", "5.4.5", "5.7.8", "5.7.9", "5.7.11", "5.7.14", "5.7.60")
EXPECTED = {Stage.DATA: (354,), Stage.RECIPIENT: (250, 251, 252)}


def move(reply: Reply) -> Move:
    """What to do about a reply."""
    code, enhanced = reply.code, reply.enhanced
    if code in EXPECTED.get(reply.stage, range(200, 300)):
        return Move.ON
    if 400 <= code < 500:
        return _later(reply)
    if not 500 <= code < 600:
        return Move.LOST  # out of step: whatever is read next would be read wrongly too
    if reply.stage in (Stage.GREETING, Stage.LOGIN) or code in (530, 534, 535, 538) or enhanced in SENDERS:
        return Move.STOP
    if too_large(reply):
        return Move.FAIL
    if reply.stage is Stage.SENDER or (QUOTA.search(reply.text) and not enhanced.startswith("5.2.")):
        return Move.STOP
    if reply.stage is Stage.RECIPIENT:
        if NOT_YOU.search(reply.text) and enhanced not in NOWHERE:
            return Move.STOP
        return Move.GONE if enhanced in NOWHERE else Move.FAIL
    return Move.FAIL


def _later(reply: Reply) -> Move:
    """4xx: one recipient's trouble is that row's; the server's, or a limit on the sender, is every row's."""
    if reply.stage in (Stage.GREETING, Stage.LOGIN) or reply.code in (421, 454):
        return Move.PAUSE
    if reply.enhanced.startswith(MAILBOX) or GREYLIST.search(reply.text):
        return Move.DEFER
    if reply.enhanced.startswith(POLICY) or RATE.search(reply.text) or QUOTA.search(reply.text):
        return Move.PAUSE
    return Move.DEFER


def too_large(reply: Reply) -> bool:
    """Whether the letter is larger than the server, or the mailbox, takes; 552 also says that a mailbox is full."""
    return reply.enhanced in TOO_LARGE or (reply.code == 552 and not reply.enhanced.startswith("5.2."))
