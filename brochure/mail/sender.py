"""Sender: the letters of a journal, one after the other, each at most once.

Until the last dot has left, whatever breaks leaves a letter that was surely not delivered. That the dot is about to leave
is committed before it does; what breaks from there until the answer leaves a letter whose fate is unknown.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from brochure.errors import MailError, Problem
from brochure.mail.connection import Broken, Connection, Refused
from brochure.mail.journal import LONGEST, Journal
from brochure.mail.pace import BACKOFF, PAUSES, RESTS, WORTH_WAITING, Pace
from brochure.mail.records import Part, Record, State
from brochure.mail.replies import Move, Reply, Stage, move, too_large
from brochure.mail.shield import Shield

ALIKE = 5
"""So many letters refused in a row with the same code are no trouble of their recipients."""

AGAIN = "Then the same command goes on from here"


@dataclass(frozen=True)
class Event:
    """What a person is told: of a letter what became of it, else ``record`` is None."""

    words: str
    record: Record | None = None
    state: State | None = None


class _End(Exception):
    """The run is over, for this reason."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class Sender:
    """Sends the letters of a journal."""

    def __init__(self, journal: Journal, connection: Connection, pace: Pace, report: Callable[[Event], None]) -> None:
        self._journal, self._connection, self._pace, self._report = journal, connection, pace, report
        self._shield = Shield(lambda: report(Event("waiting for the answer to this letter; once more stops at once")))
        self._broken = self._pauses = 0
        self._why = ""  # the connection before failed, and nothing was waited since
        self._alike: tuple[str, int] = ("", 0)

    def send(self, part: Part, to: str = "") -> None:
        """Send what is due of this part of the campaign, all ``to`` one address if there is one.

        Returns when nothing of it is waiting. Raises MailError with the reason if something is.
        """
        try:
            with self._shield.carried():
                while self._next(part):
                    self._step(part, to)
        except _End as end:
            raise MailError([end.problem]) from None
        finally:
            self._connection.close(politely=True)  # between letters, or closed already

    def _next(self, part: Part) -> bool:
        """Wait until a letter is due; False if none is left."""
        due = self._journal.due(part)
        if due is None:
            return False
        wait = due - self._pace.wall()
        if 0 < wait <= LONGEST:
            if wait > WORTH_WAITING:
                count = self._journal.waiting(part)
                raise _End(Problem(self._connection.where, f"asked for {count} letter{'s' * (count != 1)} to be sent again later",
                                   f"type the same command after {time.strftime('%H:%M', time.localtime(due))}"))
            self._say(f"waiting {wait:.0f} s for letters that the server wants later")
            self._pace.sleep(wait)
        return True

    def _step(self, part: Part, to: str) -> None:
        if self._why:
            rest, why, self._why = RESTS[self._broken - 1], self._why, ""
            self._say(f"{self._connection.where}: {why}; trying again in {rest} s")
            self._pace.sleep(rest)
        self._pace.wait()
        try:
            self._connection.ready()
        except Refused as error:
            self._greeted(error.reply)
            return
        except Broken as error:
            self._break(str(error))
            return
        record = self._journal.claim(self._pace.wall(), part)
        if record:
            try:
                self._letter(record, to or record.address)
            except BaseException:
                self._connection.close()
                raise

    def _letter(self, record: Record, address: str) -> None:
        limit, data = self._connection.limit, self._journal.data(record.key)
        if hashlib.sha256(data).hexdigest() != record.sha256:
            self._settle(record, State.FAILED, Reply(Stage.SENDER, -1, "the journal has it no more as it was made: not sent"))
            return
        if 0 < limit < record.size:
            self._settle(record, State.FAILED, Reply(Stage.SENDER, -1, f"larger than the server takes: {_mega(record.size)}, "
                                                                       f"and the limit is {_mega(limit)}"))
            return
        try:
            self._connection.open(address, record.size, envelope_id(self._journal, record))
            self._connection.write(data)
        except Refused as error:
            self._mark(record, error.reply)
            self._react(record, error.reply)
        except Broken as error:
            self._later(record, Reply(Stage.DATA, -1, str(error)))
            self._break(str(error))
        except BaseException:
            self._connection.close()
            self._journal.release(record.key)
            raise
        else:
            self._last(record)

    def _last(self, record: Record) -> None:
        """The dot, with its doubt written down before and its answer after."""
        reply, broken = None, ""
        with self._shield.up():
            self._journal.doubt(record.key)
            try:
                reply = self._connection.dot()
            except Broken as error:
                broken = str(error)
                self._settle(record, State.UNKNOWN, Reply(Stage.DOT, -1, f"{broken}, after the whole letter was sent"))
            else:
                self._mark(record, reply)
        if reply:
            self._react(record, reply)
        else:
            self._break(broken)

    # ---- what an answer means

    def _greeted(self, reply: Reply) -> None:
        """Refused before any letter was begun: nothing is marked."""
        if move(reply) is Move.PAUSE:
            self._pause(reply)
            return
        hint = "are user and password right? " if reply.stage is Stage.LOGIN else "ask whoever runs the server. "
        raise _End(Problem(self._connection.where, f"does not let us in: {reply}", f"{hint}{AGAIN}"))

    def _mark(self, record: Record, reply: Reply) -> None:
        """Write down what an answer means for the letter."""
        found = move(reply)
        if found is Move.ON:
            self._settle(record, State.ACCEPTED, reply)
        elif found is Move.STOP or (found is Move.PAUSE and reply.stage is Stage.SENDER):
            self._journal.release(record.key)
        elif found in (Move.DEFER, Move.PAUSE):
            self._later(record, reply)
        else:
            self._never(record, reply)

    def _react(self, record: Record, reply: Reply) -> None:
        """Do what an answer means for the letters after it."""
        found = move(reply)
        if found is Move.STOP:
            raise _End(Problem(self._connection.where, f"refuses whoever sends, not row {record.row}: {reply}",
                               f"is the sender's address right, and may it send so much? {AGAIN}"))
        if found is Move.PAUSE:
            self._pause(reply)
            return
        self._broken = 0
        if found is Move.ON:
            self._pauses, self._alike = 0, ("", 0)
            return
        self._connection.again()
        if found is Move.FAIL and not too_large(reply):
            self._count(reply)

    def _count(self, reply: Reply) -> None:
        """What many letters in a row are refused with is no trouble of their recipients."""
        kind = f"{reply.stage} {reply.code} {reply.enhanced}"
        self._alike = (kind, self._alike[1] + 1 if kind == self._alike[0] else 1)
        if self._alike[1] == ALIKE:
            raise _End(Problem(self._connection.where, f"refused {ALIKE} letters in a row with the same words: {reply}",
                               "ask whoever runs the server; brochure mail resolve --resend --failed puts them back"))

    def _later(self, record: Record, reply: Reply) -> None:
        due = self._pace.due(record.attempts)
        if due is None:
            said = f"{reply.text} (given up after {len(BACKOFF) + 1} attempts)"
            self._settle(record, State.FAILED, Reply(reply.stage, reply.code, said))
        else:
            self._settle(record, State.DEFERRED, reply, due)

    def _never(self, record: Record, reply: Reply) -> None:
        if too_large(reply):
            limit = self._connection.limit
            said = f"{reply.text} (the letter has {_mega(record.size)}{f', the limit is {_mega(limit)}' if limit else ''})"
            reply = Reply(reply.stage, reply.code, said)
        self._settle(record, State.FAILED, reply)

    def _pause(self, reply: Reply) -> None:
        """Nothing for a while, and then half as fast."""
        self._connection.close()
        if self._pauses == len(PAUSES):
            raise _End(Problem(self._connection.where, f"has had enough: {reply}", f"try again in some hours. {AGAIN}"))
        self._pace.halve()
        self._say(f"the server asks for a pause ({reply}): {PAUSES[self._pauses]} min, then {self._pace.rate:g} letters a minute")
        self._pauses += 1
        self._pace.sleep(60 * PAUSES[self._pauses - 1])

    def _break(self, why: str) -> None:
        """A connection that failed, or broke in a letter."""
        self._connection.close()
        if self._broken == len(RESTS):
            raise _End(Problem(self._connection.where, f"{len(RESTS) + 1} connections in a row failed: {why}",
                               f"are you online, and does the server run? {AGAIN}"))
        self._broken, self._why = self._broken + 1, why

    def _settle(self, record: Record, state: State, reply: Reply, due: float | None = None) -> None:
        self._journal.settle(record.key, state, reply, self._pace.wall(), due)
        self._report(Event(str(reply), record, state))

    def _say(self, words: str) -> None:
        self._report(Event(words))


def envelope_id(journal: Journal, record: Record) -> str:
    """What delivery reports name a letter by, to servers that take such a name."""
    return f"{journal.campaign.digest[:16] if journal.campaign else ''}.{record.key}"


def _mega(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
