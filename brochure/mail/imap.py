"""IMAP: a mailbox on a server, opened with the same care for certificates and passwords as the server that sends."""

import contextlib
import imaplib
import ssl
from collections.abc import Callable, Iterator

from brochure.errors import MailError, Problem
from brochure.mail import secrets
from brochure.mail.connection import IMPLICIT, PLAIN, STARTTLS
from brochure.mail.secrets import Secret
from brochure.mail.settings import FILE, Account, loopback

PATIENCE = 60
"""Seconds to wait for an answer."""

imaplib._MAXLINE = 10_000_000  # type: ignore[attr-defined]  # a search over a full mailbox answers in one line


@contextlib.contextmanager
def opened(account: Account, secret: Secret | None, security: ssl.SSLContext) -> Iterator[imaplib.IMAP4]:
    """The mailbox's server, logged in. Raises MailError for everything that it refuses, and that breaks."""
    where = f"{account.host}:{account.port}"
    if secret is None:
        raise MailError([Problem(f"{FILE}: imap", "does not say where the password is kept", "see the lines of [server]")])
    with spoken(where, lambda text: secret.hidden_in(text, account.user)):
        server = _connected(account, security)
        try:
            _login(server, account.user, secret)
            yield server
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                server.logout()


@contextlib.contextmanager
def spoken(where: str, hidden: Callable[[str], str] = str) -> Iterator[None]:
    """What a server says, and what breaks, as a problem."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailError([Problem(where, f"has a certificate that is not to be trusted: {error.verify_message}",
                                 "is its name right? An authority of your own is named with --ca-file")]) from error
    except (OSError, imaplib.IMAP4.error) as error:
        said = " ".join(hidden(str(getattr(error, "strerror", None) or error)).split())
        raise MailError([Problem(where, f"the mailbox cannot be used: {said}")]) from None  # it may hold the secret


def _connected(account: Account, security: ssl.SSLContext) -> imaplib.IMAP4:
    if account.tls == IMPLICIT:
        return imaplib.IMAP4_SSL(account.host, account.port, ssl_context=security, timeout=PATIENCE)
    if account.tls == PLAIN:
        what = "a password is never sent without encryption" if loopback(account.host) else "nothing is read without encryption"
        raise MailError([Problem(f"{FILE}: imap.tls", what, f"write {IMPLICIT} or {STARTTLS}")])
    server = imaplib.IMAP4(account.host, account.port, timeout=PATIENCE)
    if "STARTTLS" not in server.capabilities:
        raise MailError([Problem(f"{account.host}:{account.port}", "offers no encryption (STARTTLS)",
                                 f'is it the port for tls = "{IMPLICIT}"?')])
    server.starttls(security)
    return server


def _login(server: imaplib.IMAP4, user: str, secret: Secret) -> None:
    if secret.token:
        server.authenticate("XOAUTH2", lambda asked: b"" if asked else secrets.bearer(user, secret))
    elif "AUTH=PLAIN" in server.capabilities:
        server.authenticate("PLAIN", lambda _: secrets.plain(user, secret))
    elif user.isascii() and secret.value.isascii():
        server.login(user, secret.value)
    else:
        raise MailError([Problem(server.host, "takes only English letters, digits and signs to log in",
                                 "ask whoever runs it for another password, or use an access token")])
