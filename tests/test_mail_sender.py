"""The guarantee: whatever a server answers, and whenever, a letter goes at most once, and none is lost in silence."""

import contextlib
import random
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from posts import CUT, NO_ANSWER, PASSWORD, USER, Authority, Script, Server, authority, letters, served

from brochure.errors import MailError
from brochure.mail import connection as connections
from brochure.mail.connection import Connection, Patience
from brochure.mail.journal import LONGEST, Journal
from brochure.mail.pace import BACKOFF, PAUSES, Pace
from brochure.mail.records import ALL, Part, Record
from brochure.mail.secrets import Secret
from brochure.mail.sender import ALIKE, Event, Sender
from brochure.mail.settings import Account

SENDER = "careers@guidance.lan"
ONE, TWO, THREE = (f"s{number}@school.lan" for number in range(3))


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    now: float = 1_800_000_000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 1))
        self.now += seconds

    def read(self) -> float:
        return self.now

    def pace(self, rate: float = 6e9) -> Pace:
        return Pace(rate, self.sleep, self.read, self.read, random.Random(1))


@dataclass
class Desk:
    """A journal and how to send what is in it, again and again."""

    path: Path
    clock: Clock
    events: list[Event] = field(default_factory=list)

    def queue(self, count: int = 3, size: int = 2000) -> "Desk":
        with Journal.open(self.path) as journal:
            journal.begin("d" * 64, letters(count, size), self.clock.now)
        return self

    def send(self, port: int, part: Part = ALL, *, tls: str = "none", secret: Secret | None = None, to: str = "",
             trust: Authority | None = None, host: str = "localhost", pace: Pace | None = None) -> str:
        """One run; the words it ends with, if it does not end well."""
        line = Connection(Account(host, port, tls, USER if secret else ""), secret, SENDER,
                          connections.context(trust.root if trust else None), Patience(NO_ANSWER, NO_ANSWER, NO_ANSWER))
        with Journal.open(self.path) as journal:
            try:
                Sender(journal, line, pace or self.clock.pace(), self.events.append).send(part, to)
            except MailError as error:
                return str(error)
        return ""

    def to_the_end(self, port: int, runs: int = 12) -> str:
        """As many runs as it takes, each as late as the one before has asked for."""
        for _ in range(runs):
            if not (words := self.send(port)):
                return ""
            if "type the same command" not in words:
                return words
            self.clock.now += 3600 * 1.2
        return words

    @property
    def records(self) -> list[Record]:
        with Journal.open(self.path) as journal:
            return list(journal.records())

    @property
    def states(self) -> list[str]:
        return [record.state for record in self.records]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "schools.csv.mail/journal", Clock())


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("trust"))


def play(desk: Desk, script: Script, count: int = 3) -> tuple[Server, str]:
    server = Server(script)
    with served(server) as port:
        words = desk.queue(count).to_the_end(port)
    return server, words


def test_every_letter_arrives_once_to_the_byte(desk: Desk) -> None:
    server, words = play(desk, {})
    assert words == ""
    assert server.taken == [(letter.address, letter.data) for letter in letters(3)]
    assert desk.states == ["accepted"] * 3
    assert server.sessions == 1
    assert [record.attempts for record in desk.records] == [1, 1, 1]


def test_a_second_run_sends_nothing(desk: Desk) -> None:
    server = Server()
    with served(server) as port:
        desk.queue().send(port)
        assert desk.send(port) == ""
    assert len(server.taken) == 3 and server.sessions == 1


def test_the_size_and_a_name_for_reports_are_announced(desk: Desk) -> None:
    server, _ = play(desk, {})
    (data,) = (letter.data for letter in letters(3) if letter.address == THREE)
    assert server.options == [f"SIZE={len(data)}", "RET=HDRS", f"ENVID={'d' * 16}.3"]


# ---- every answer at every stage, for one row among others: (stage, answers) → what becomes of it

ROW = {
    "no such user": ("rcpt", ["550 5.1.1 no such user"], "failed", 0),
    "no such user, by an old server": ("rcpt", ["550 unknown user"], "failed", 0),
    "greylisted twice": ("rcpt", ["450 4.2.0 greylisted", "451 4.7.1 Greylisting in action"], "accepted", 1),
    "full for a while": ("rcpt", ["452 4.2.2 over quota"], "accepted", 1),
    "full for ever": ("rcpt", ["452 4.2.2 over quota"] * 9, "failed", 0),
    "a local error at DATA": ("data", ["451 4.3.0 try later"], "accepted", 1),
    "refused at DATA": ("data", ["554 5.7.1 no"], "failed", 0),
    "an answer to DATA that is none": ("data", ["250 what?"], "accepted", 1),
    "cut at the recipient": ("rcpt", [CUT], "accepted", 1),
    "cut at DATA": ("data", [CUT], "accepted", 1),
    "slow at the recipient": ("rcpt", ["slow"], "accepted", 1),
    "slow at DATA": ("data", ["slow"], "accepted", 1),
    "garbage at the recipient": ("rcpt", ["hello there"], "accepted", 1),
    "deferred at the dot": ("dot", ["451 4.3.0 try later"] * 2, "accepted", 1),
    "spam": ("dot", ["554 5.7.1 looks like spam"], "failed", 0),
    "too large": ("dot", ["552 5.3.4 message too big"], "failed", 0),
    "421 at the recipient": ("rcpt", ["421 4.3.2 shutting down"], "accepted", 1),
    "421 at the dot": ("dot", ["421 4.3.2 shutting down"], "accepted", 1),
    "a rate limit": ("rcpt", ["450 4.7.0 too many messages"], "accepted", 1),
    "cut before the letter was taken": ("dot", [CUT], "unknown", 0),
    "cut after the letter was taken": ("dot", ["250 cut"], "unknown", 1),
    "slow at the dot": ("dot", ["slow"], "unknown", 1),
    "garbage at the dot": ("dot", ["what was that?"], "unknown", 1),
    "a number that means nothing at the dot": ("dot", ["354 go on"], "unknown", 1),
}


@pytest.mark.parametrize("name", ROW)
def test_an_answer_to_one_row(name: str, desk: Desk) -> None:
    stage, answers, state, times = ROW[name]
    server, words = play(desk, {(stage, TWO if stage != "mail" else "*"): list(answers)})
    assert words == ""
    assert desk.states == ["accepted", state, "accepted"]
    assert [server.times(to) for to in (ONE, TWO, THREE)] == [1, times, 1]
    assert dict(server.taken)[ONE] == next(letters(1)).data


def test_that_table_has_a_letter_that_was_not_taken_among_the_unknown() -> None:
    assert {(state, times) for _, _, state, times in ROW.values()} >= {("unknown", 0), ("unknown", 1), ("accepted", 1)}


def test_a_number_of_attempts_is_the_limit(desk: Desk) -> None:
    play(desk, {("rcpt", TWO): ["451 4.3.0 later"] * 99})
    record = desk.records[1]
    assert (record.state, record.attempts) == ("failed", len(BACKOFF) + 1)
    assert record.reply == "4.3.0 later (given up after 6 attempts)"


def test_it_waits_longer_each_time_and_never_for_ever(desk: Desk) -> None:
    server, dues = Server({("rcpt", TWO): ["451 4.3.0 later"] * 9}), list[float]()
    with served(server) as port:
        desk.queue()
        for _ in range(4):
            assert "asked for 1 letter to be sent again later" in desk.send(port)
            due = desk.records[1].due or 0
            dues.append((due - desk.clock.now) / 60)
            desk.clock.now = due
    # The first wait is short enough for the run itself.
    assert all(0.8 * minutes <= due <= 1.2 * minutes for minutes, due in zip(BACKOFF[1:], dues, strict=True)), dues


ANSWERS = {
    "mail": ["", "421 4.3.2 going", "451 4.3.0 later", "450 4.7.1 rate", "cut", "nonsense"],
    "rcpt": ["", "550 5.1.1 who", "550 5.7.1 no", "450 4.2.0 greylisted", "421 4.7.0 slow down", "cut", "nonsense", "354 what"],
    "data": ["", "451 4.3.0 later", "554 5.7.1 no", "cut", "250 what"],
    "dot": ["", "250 cut", "cut", "451 4.3.0 later", "421 4.3.2 going", "554 5.7.1 spam", "552 5.3.4 big", "what", "354 what"],
}


@pytest.mark.parametrize("seed", range(16))
def test_whatever_a_server_says_in_whatever_order(seed: int, desk: Desk) -> None:
    """What the journal says of a letter is true, or “unknown”."""
    chance = random.Random(seed)
    server = Server({(stage, "*"): [chance.choice(["", "", *answers]) for _ in range(30)] for stage, answers in ANSWERS.items()})
    with served(server) as port:
        desk.queue(8)
        for _ in range(30):
            if not desk.send(port):
                break
            desk.clock.now += 3600 * 1.2
    found = [(str(record.state), server.times(record.address)) for record in desk.records]
    assert set(found) <= {("accepted", 1), ("failed", 0), ("unknown", 0), ("unknown", 1)}, found
    assert [data for _, data in server.taken if data not in {letter.data for letter in letters(8)}] == []


# ---- what is no row's fault

def test_the_sender_is_refused(desk: Desk) -> None:
    server, words = play(desk, {("mail", "*"): ["550 5.1.0 sender rejected"]})
    assert "refuses whoever sends, not row 2: 550 5.1.0 sender rejected" in words
    assert desk.states == ["queued"] * 3 and server.taken == []
    assert [record.attempts for record in desk.records] == [0, 0, 0]


@pytest.mark.parametrize("answer", ["530 5.7.0 Authentication required", "554 5.7.1 Relay access denied", "550 5.4.5 Daily limit",
                                    "553 5.7.1 Sender address rejected: not owned by user"])
def test_the_sender_is_refused_at_the_recipient(answer: str, desk: Desk) -> None:
    _, words = play(desk, {("rcpt", TWO): [answer]})
    assert f"refuses whoever sends, not row 3: {answer}" in words
    assert desk.states == ["accepted", "queued", "queued"]


def test_a_pause_halves_the_rate_and_nothing_is_lost(desk: Desk) -> None:
    server, pace = Server({("mail", "*"): ["", "421 4.7.0 too fast", "450 4.7.1 rate"]}), desk.clock.pace(60)
    with served(server) as port:
        assert desk.queue().send(port, pace=pace) == ""
    assert pace.rate == 15
    assert desk.clock.slept[:3] == [1.0, 60.0, 120.0]
    assert desk.states == ["accepted"] * 3 and [record.attempts for record in desk.records] == [1, 1, 1]


def test_pauses_have_an_end(desk: Desk) -> None:
    server, words = play(desk, {("mail", "*"): ["421 4.7.0 no"] * 99})
    assert "has had enough: 421 4.7.0 no" in words
    assert desk.clock.slept == [60 * minutes for minutes in PAUSES]
    assert desk.states == ["queued"] * 3 and server.taken == []


def test_a_row_that_always_asks_for_a_pause_does_not_hold_up_the_others(desk: Desk) -> None:
    _, words = play(desk, {("rcpt", ONE): ["421 4.7.0 no"] * 99})
    assert words == ""
    assert desk.states == ["failed", "accepted", "accepted"]


@pytest.mark.parametrize("answers", [["421 4.3.2 not now"] * 99, ["554 5.7.1 go away"]])
def test_a_server_that_does_not_let_us_in_marks_nothing(answers: list[str], desk: Desk) -> None:
    _, words = play(desk, {("ehlo", "*"): list(answers)})
    assert ("has had enough" if answers[0][0] == "4" else "does not let us in") in words
    assert {(record.state, record.attempts) for record in desk.records} == {("queued", 0)}


def test_three_connections_that_fail_end_the_run(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        words = desk.queue().send(taken.getsockname()[1])  # bound, and nobody listens
    assert "3 connections in a row failed" in words and desk.clock.slept == [5, 30]
    assert desk.states == ["queued"] * 3


def test_three_unknown_in_a_row_end_the_run(desk: Desk) -> None:
    """Else a network that goes down at the wrong moment would put every row in doubt."""
    _, words = play(desk, {("dot", "*"): ["250 cut"] * 99}, 6)
    assert "3 connections in a row failed" in words
    assert desk.states == ["unknown"] * 3 + ["queued"] * 3


def test_many_refused_alike_end_the_run(desk: Desk) -> None:
    _, words = play(desk, {("dot", "*"): ["554 5.7.1 blocked"] * 99}, ALIKE + 3)
    assert f"refused {ALIKE} letters in a row" in words
    assert desk.states == ["failed"] * ALIKE + ["queued"] * 3


def test_many_that_do_not_exist_do_not(desk: Desk) -> None:
    _, words = play(desk, {("rcpt", "*"): ["550 5.1.1 who?"] * 99}, ALIKE + 3)
    assert words == "" and desk.states == ["failed"] * (ALIKE + 3)


def test_a_letter_above_the_servers_limit_is_not_offered(desk: Desk) -> None:
    server = Server()
    with served(server, limit=1000) as port:
        assert desk.queue().send(port) == ""
    assert desk.states == ["failed"] * 3 and server.options == []
    assert desk.records[0].reply == "larger than the server takes: 0.0 MB, and the limit is 0.0 MB"


# ---- the connection

def test_starttls_and_a_password(desk: Desk, trust: Authority) -> None:
    server = Server()
    with served(server, trust=trust, login=True) as port:
        assert desk.queue().send(port, tls="starttls", secret=Secret(PASSWORD), trust=trust) == ""
    assert len(server.taken) == 3 and desk.states == ["accepted"] * 3


def test_tls_from_the_start(desk: Desk, trust: Authority) -> None:
    server = Server()
    with served(server, trust=trust, implicit=True) as port:
        assert desk.queue().send(port, tls="implicit", trust=trust) == ""
    assert desk.states == ["accepted"] * 3


@pytest.mark.parametrize("secret", ["wrong", "ខុស"])
def test_a_wrong_password_stops_at_once(secret: str, desk: Desk, trust: Authority) -> None:
    with served(Server(), trust=trust, login=True) as port:
        words = desk.queue().send(port, tls="starttls", secret=Secret(secret), trust=trust)
    assert "does not let us in: 535 5.7.8" in words and "are user and password right?" in words
    assert {(record.state, record.attempts) for record in desk.records} == {("queued", 0)}
    assert secret not in words


@pytest.mark.parametrize("implicit", [True, False])
@pytest.mark.parametrize("wrong", ["authority", "host", "day"])
def test_a_wrong_certificate_stops_at_once(wrong: str, implicit: bool, desk: Desk, trust: Authority, tmp_path: Path) -> None:
    host, days = "mail.elsewhere.lan" if wrong == "host" else "localhost", -1 if wrong == "day" else 1
    other = authority(tmp_path / "other", host, days=days)
    server = Server()
    with served(server, trust=other, implicit=implicit) as port:
        known = trust if wrong == "authority" else other
        words = desk.queue().send(port, tls="implicit" if implicit else "starttls", trust=known)
    assert "has a certificate that is not to be trusted" in words
    assert {"authority": "signature failure", "host": "mismatch", "day": "expired"}[wrong] in words
    assert desk.states == ["queued"] * 3 and desk.clock.slept == []


def test_no_password_and_no_letter_goes_without_encryption(desk: Desk) -> None:
    with served(Server()) as port:
        desk.queue()
        assert "offers no encryption" in desk.send(port, tls="starttls")
        assert "a password is never sent without encryption" in desk.send(port, secret=Secret(PASSWORD))
        assert "nothing is sent to another computer" in desk.send(port, host="mail.example.org")
        assert "does not begin with encryption" in desk.send(port, tls="implicit")
    assert {(record.state, record.attempts) for record in desk.records} == {("queued", 0)}


def test_a_server_that_is_silent_is_not_waited_for(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        words = desk.queue().send(silent.getsockname()[1])
    assert "3 connections in a row failed: no answer in time" in words


@contextlib.contextmanager
def by_hand(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server of one connection, a line of Python at a time."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def run() -> None:
            line, _ = server.accept()
            with line:
                talk(line)

        thread = threading.Thread(target=run)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_a_refusal_before_the_end_of_the_letter_leaves_no_doubt(desk: Desk) -> None:
    """The server has seen enough: no dot is sent, and the letter has failed."""
    lines = list[bytes]()

    def talk(line: socket.socket) -> None:
        reader = line.makefile("rb")
        line.sendall(b"220 here\r\n")
        for answer in (b"250 here", b"250 ok", b"250 ok", b"354 go on\r\n552 5.3.4 enough"):
            reader.readline()
            line.sendall(answer + b"\r\n")
        lines.extend(reader)

    desk.queue(1)
    with by_hand(talk) as port:
        assert desk.send(port) == ""
    assert desk.states == ["failed"] and b".\r\n" not in lines and b"RSET\r\n" not in lines
    assert len(lines) > 10


# ---- one process, and one that ends

def test_the_second_process_is_refused(desk: Desk) -> None:
    desk.queue()
    with Journal.open(desk.path), pytest.raises(MailError, match="another process is sending these letters"):
        Journal.open(desk.path)
    Journal.open(desk.path).__exit__()


@pytest.mark.parametrize(("state", "after"), [("sending", "queued"), ("indoubt", "unknown"), ("deferred", "deferred")])
def test_what_a_process_left_is_put_in_order(state: str, after: str, desk: Desk) -> None:
    desk.queue()
    with sqlite3.connect(desk.path) as db:
        db.execute("UPDATE letter SET state = ? WHERE row = 3", (state,))
    db.close()
    assert desk.states == ["queued", after, "queued"]
    looked = Journal.look(desk.path)
    assert looked and [record.state for record in looked.records()] == ["queued", after, "queued"]
    looked.__exit__()


def test_whoever_only_looks_changes_nothing_of_a_run(desk: Desk) -> None:
    desk.queue()
    with Journal.open(desk.path) as journal:
        record = journal.claim(desk.clock.now)
        assert record is not None
        journal.doubt(record.key)
        with Journal.look(desk.path) as looked:  # type: ignore[union-attr]  # it is there
            assert [one.state for one in looked.records()] == ["indoubt", "queued", "queued"]
            with pytest.raises(MailError, match="cannot be read or written"):
                looked.release(record.key)
    assert desk.states == ["unknown", "queued", "queued"]


def test_whoever_reads_holds_up_nobody_who_sends(desk: Desk) -> None:
    """A report may stand in a pager for hours."""
    desk.queue()
    with Journal.look(desk.path) as looked:  # type: ignore[union-attr]  # it is there
        reading = looked.records()
        next(reading)
        with Journal.open(desk.path, 0) as journal:
            assert journal.claim(desk.clock.now) is not None
        with pytest.raises(MailError, match="cannot be read or written"):
            looked.release(1)
        assert len(list(reading)) == 2


@pytest.mark.parametrize("what", ["state = 'sent'", "row = 'two'", "due = 'never'", "attempts = 'many'"])
def test_a_hand_cannot_write_what_no_program_can_read(what: str, desk: Desk) -> None:
    desk.queue()
    with contextlib.closing(sqlite3.connect(desk.path)) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute(f"UPDATE letter SET {what}")


@pytest.mark.parametrize("how", ["UPDATE body SET data = x'2e0d0a' WHERE letter = 2", "DELETE FROM body WHERE letter = 2"])
def test_a_letter_that_is_not_as_it_was_made_is_not_sent(how: str, desk: Desk) -> None:
    desk.queue()
    with contextlib.closing(sqlite3.connect(desk.path)) as db, db:
        db.execute(how)
    server = Server()
    with served(server) as port:
        assert desk.send(port) == ""
    assert desk.states == ["accepted", "failed", "accepted"] and server.times(TWO) == 0
    assert "no more as it was made" in desk.records[1].reply


def test_a_lock_that_is_no_lock(desk: Desk) -> None:
    desk.queue()
    desk.path.with_name("journal.lock").write_bytes(b"no database at all" * 100)
    with pytest.raises(MailError, match="file is not a database"):
        Journal.open(desk.path)


def test_a_campaign_is_whole_or_not_at_all(desk: Desk) -> None:
    def torn() -> Iterator[object]:
        yield from letters(2)
        raise KeyboardInterrupt

    with Journal.open(desk.path) as journal, pytest.raises(KeyboardInterrupt):
        journal.begin("d" * 64, torn(), 0)  # type: ignore[arg-type]  # letters, until they end
    with Journal.open(desk.path) as journal:
        assert journal.campaign is None


def test_one_letter_an_address(desk: Desk) -> None:
    first, second = letters(2)
    with Journal.open(desk.path) as journal:
        with pytest.raises(MailError, match=r"row 3: S0@school\.lan is the address of another row too"):
            journal.begin("d", iter([first, replace(second, address="S0@school.lan")]), 0)
        assert journal.campaign is None


def test_a_disk_that_is_full_at_the_last_moment_sends_no_dot(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Journal, key: int) -> None:
        raise MailError(())

    server = Server()
    with served(server) as port:
        desk.queue()
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "doubt", full)
            desk.send(port)
        assert server.taken == [] and desk.states == ["queued"] * 3
        assert desk.send(port) == ""
    assert [server.times(to) for to in (ONE, TWO, THREE)] == [1, 1, 1]


# ---- parts, and clocks

def test_only_some_rows(desk: Desk) -> None:
    server = Server()
    with served(server) as port:
        desk.queue(6).send(port, Part((3, 5)))
        assert [to for to, _ in server.taken] == ["s1@school.lan", "s3@school.lan"]
        with Journal.open(desk.path) as journal:
            part = journal.first(2)
            assert journal.waiting(part) == 2
        desk.send(port, part)
    assert desk.states == ["accepted"] * 4 + ["queued"] * 2


def test_all_to_one_address(desk: Desk) -> None:
    server = Server()
    with served(server) as port:
        desk.queue().send(port, to="me@guidance.lan")
    assert [to for to, _ in server.taken] == ["me@guidance.lan"] * 3


def test_a_clock_that_goes_backwards_keeps_nothing_waiting(desk: Desk) -> None:
    server = Server({("rcpt", TWO): ["450 4.2.0 later", "450 4.2.0 later"]})
    with served(server) as port:
        assert "type the same command" in desk.queue().send(port)
        desk.clock.now -= 10 * 365 * 86400
        assert desk.send(port) == ""
    assert desk.states == ["accepted"] * 3


def test_no_letter_waits_longer_than_a_clock_can_explain() -> None:
    assert max(BACKOFF) * 60 * 1.2 <= LONGEST


def test_the_rate_is_kept(desk: Desk) -> None:
    server = Server()
    with served(server) as port:
        desk.queue().send(port, pace=desk.clock.pace(30))
    assert desk.clock.slept == [2.0, 2.0]


def test_a_connection_that_was_idle_is_made_anew(desk: Desk) -> None:
    server, now = Server(), [0.0]
    with served(server) as port:
        line = Connection(Account("localhost", port, "none"), None, SENDER, connections.context(), clock=lambda: now[0])
        for later in (0.0, connections.IDLE - 1, 2 * connections.IDLE):
            now[0] = later
            line.ready()
        line.close(politely=True)
    assert server.sessions == 2
