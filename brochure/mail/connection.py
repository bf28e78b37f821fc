"""Connection: a conversation with a mail server, encrypted and with a certificate that is checked, a step at a time.

A step that the server refuses raises Refused; one that breaks raises Broken, and the connection is gone. The steps are
not put together here: whoever sends a letter has to know how far it went.
"""

import base64
import contextlib
import re
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from brochure.errors import MailError, Problem
from brochure.mail import secrets
from brochure.mail.replies import Move, Reply, Stage, move
from brochure.mail.secrets import Secret
from brochure.mail.settings import FILE, TLS, Account, loopback

IMPLICIT, STARTTLS, PLAIN = TLS
NAME = "[127.0.0.1]"
"""What the computer calls itself: its real name is nobody's business."""

IDLE = 60
"""Seconds without a letter after which a connection is not trusted any more."""

OUT_OF_STEP = "the server's answer is none to what was asked"
LEADING_DOT = re.compile(rb"^\.", re.M)


@dataclass(frozen=True)
class Patience:
    """Seconds to wait: for a connection, for an answer, and for the answer to the last dot (RFC 5321, 4.5.3.2)."""

    connect: float = 30
    reply: float = 300
    dot: float = 600


class Refused(Exception):
    """The server's answer is another than it should be."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(str(reply))


class Broken(Exception):
    """There is no connection, or no more."""


def context(ca_file: Path | None = None) -> ssl.SSLContext:
    """What checks certificates and names, against the system's authorities and one's own."""
    made = ssl.create_default_context()
    if ca_file:
        try:
            made.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise MailError([Problem(str(ca_file), f"is no file of certificates: {getattr(error, 'strerror', None) or error}",
                                     "--ca-file takes one in PEM form")]) from error
    return made


class Connection:
    """A connection that is made when it is needed. ``sender`` is the address that undeliverable letters come back to."""

    def __init__(self, account: Account, secret: Secret | None, sender: str, security: ssl.SSLContext,
                 patience: Patience = Patience(), clock: Callable[[], float] = time.monotonic) -> None:  # frozen
        self._account, self._secret, self._sender, self._security = account, secret, sender, security
        self._patience, self._clock = patience, clock
        self._smtp: smtplib.SMTP | None = None
        self._used = 0.0

    @property
    def where(self) -> str:
        """The server's name for sentences."""
        return f"{self._account.host}:{self._account.port}"

    @property
    def limit(self) -> int:
        """The largest letter that the server takes, in bytes; 0 if it does not say."""
        said = self._smtp.esmtp_features.get("size", "") if self._smtp else ""
        return int(said) if said.isdecimal() else 0

    def ready(self) -> None:
        """Have a connection on which a letter can begin. Raises MailError for what no waiting mends."""
        if self._smtp and self._clock() - self._used > IDLE:
            self.close(politely=True)
        if self._smtp is None:
            try:
                with self._breaking():
                    self._connect()
            except BaseException:
                self.close()
                raise
        self._used = self._clock()

    def _connect(self) -> None:
        account = self._account
        if account.tls == PLAIN and not loopback(account.host):
            raise MailError([Problem(f"{FILE}: server.tls", "without encryption nothing is sent to another computer")])
        if account.tls == IMPLICIT:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(account.host, account.port, NAME, timeout=self._patience.connect,
                                                  context=self._security)
        else:
            smtp = smtplib.SMTP(account.host, account.port, NAME, timeout=self._patience.connect)
        self._smtp = smtp
        self._expect(Stage.GREETING, *smtp.ehlo())
        if account.tls == STARTTLS:
            if not smtp.has_extn("starttls"):
                raise MailError([Problem(self.where, "offers no encryption (STARTTLS)",
                                         f'nothing is sent in the open. Is it the port for tls = "{IMPLICIT}"?')])
            smtp.starttls(context=self._security)
            self._expect(Stage.GREETING, *smtp.ehlo())
        if self._secret:
            self._login(smtp, self._secret)
        _wait(smtp, self._patience.reply)

    def _login(self, smtp: smtplib.SMTP, secret: Secret) -> None:
        if self._account.tls == PLAIN:
            raise MailError([Problem(f"{FILE}: server.tls", "a password is never sent without encryption",
                                     "take user and password out, or encrypt")])
        user, offered = self._account.user, smtp.esmtp_features.get("auth", "").upper().split()
        ways = ["XOAUTH2"] if secret.token else [way for way in ("PLAIN", "LOGIN") if way in offered]
        if not ways or ways[0] not in offered:
            what = f"takes no {'token' if secret.token else 'password'} to log in (it offers {', '.join(offered) or 'nothing'})"
            raise MailError([Problem(self.where, what, "ask whoever runs the server how to log in")])
        if ways[0] == "LOGIN":
            answers = [user.encode(), secret.value.encode()]
            answer = smtp.docmd("AUTH", "LOGIN")
        else:
            answers = [b""]  # to whatever is asked back: the server then says why
            answer = smtp.docmd("AUTH", f"{ways[0]} {_coded((secrets.bearer if secret.token else secrets.plain)(user, secret))}")
        for text in answers:
            if answer[0] == 334:
                answer = smtp.docmd(_coded(text))
        self._expect(Stage.LOGIN, *answer)

    def open(self, address: str, size: int, envelope_id: str) -> None:
        """Say who the next letter is from and to, and how large it is."""
        smtp = self._open
        options = [f"SIZE={size}"] if smtp.has_extn("size") else []
        if smtp.has_extn("dsn"):
            options += ["RET=HDRS", f"ENVID={envelope_id}"]
        with self._breaking():
            self._expect(Stage.SENDER, *smtp.mail(self._sender, options))
            self._expect(Stage.RECIPIENT, *smtp.rcpt(address))

    def write(self, data: bytes) -> None:
        """Send the whole letter but the last dot, without which no server delivers it."""
        smtp = self._open
        with self._breaking():
            self._expect(Stage.DATA, *smtp.docmd("DATA"))
            smtp.send(LEADING_DOT.sub(b"..", data))
            if self._spoken(smtp):  # before the end: it has seen enough, or it is going
                reply = self._reply(Stage.DATA, *smtp.getreply())
                self.close()
                if move(reply) in (Move.ON, Move.LOST):
                    raise Broken(OUT_OF_STEP)
                raise Refused(reply)

    def dot(self) -> Reply:
        """Send the last dot and wait for the answer, whatever it is."""
        smtp = self._open
        with self._breaking():
            _wait(smtp, self._patience.dot)
            smtp.send(b".\r\n")
            reply = self._reply(Stage.DOT, *smtp.getreply())
            _wait(smtp, self._patience.reply)
        if move(reply) is Move.LOST:
            raise Broken(f"{OUT_OF_STEP}: {reply}")
        self._used = self._clock()
        return reply

    def again(self) -> None:
        """After a refusal, be where a letter can begin, or have no connection."""
        try:
            if self._smtp and self._smtp.rset()[0] != 250:
                self.close()
        except (OSError, smtplib.SMTPException):
            self.close()

    def close(self, *, politely: bool = False) -> None:
        """End the connection; ``politely`` only between letters: in one, its words would be the letter's."""
        smtp, self._smtp = self._smtp, None
        if smtp:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if politely:
                    smtp.quit()
            smtp.close()

    @property
    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise Broken("there is no connection")
        return self._smtp

    def _spoken(self, smtp: smtplib.SMTP) -> bool:
        """Whether the server has said something already."""
        _wait(smtp, 0)
        try:
            return bool(smtp.file.peek(1))  # type: ignore[union-attr]  # a reader, since a reply was read
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            _wait(smtp, self._patience.reply)

    def _expect(self, stage: Stage, code: int, text: bytes) -> None:
        reply = self._reply(stage, code, text)
        found = move(reply)
        if found is Move.LOST:
            self.close()
            raise Broken(f"{OUT_OF_STEP}: {reply}")
        if found is not Move.ON:
            raise Refused(reply)

    def _reply(self, stage: Stage, code: int, text: bytes) -> Reply:
        said = " ".join(text.decode("utf-8", "replace").split())
        return Reply(stage, code, self._secret.hidden_in(said, self._account.user) if self._secret else said)

    @contextlib.contextmanager
    def _breaking(self) -> Iterator[None]:
        """What breaks in between is Broken, and the connection is gone; so it is if a person stops the program."""
        try:
            yield
        except Refused:
            raise
        except smtplib.SMTPConnectError as error:
            said = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
            raise Refused(self._reply(Stage.GREETING, error.smtp_code, said)) from error
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise MailError([Problem(self.where, f"has a certificate that is not to be trusted: {error.verify_message}",
                                     "is its name right? An authority of your own is named with --ca-file")]) from error
        except ssl.SSLError as error:
            self.close()
            if error.reason == "WRONG_VERSION_NUMBER":
                raise MailError([Problem(self.where, "does not begin with encryption",
                                         f'port 587 goes with tls = "{STARTTLS}", 465 with "{IMPLICIT}"')]) from error
            raise Broken(f"the encryption failed: {error.reason or error}") from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Broken(_why(error)) from error
        except BaseException:
            self.close()
            raise


def _wait(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock:
        smtp.sock.settimeout(seconds)


def _coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "no answer in time" if "timed out" in str(error) else "the connection was cut"
    if isinstance(error, smtplib.SMTPResponseException):
        return OUT_OF_STEP
    return str(getattr(error, "strerror", None) or error)
