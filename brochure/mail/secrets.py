"""Secrets: a password or a token from where the settings say it is kept; it is held in memory, and shown nowhere."""

import base64
import os
import shlex
import subprocess
from dataclasses import dataclass

from brochure.errors import MailError, Problem, SetupError
from brochure.mail.settings import FILE, Account

TOKEN = "token_command"
HIDDEN = "***"
SHORTEST = 4
"""Bytes of a secret that can be told from other text."""

PATIENCE = 120
"""Seconds that a command has, and the person it may ask for a passphrase."""


@dataclass(frozen=True)
class Secret:
    """What proves who somebody is: ``token`` says it is an OAuth 2 access token. Its text never contains its value."""

    value: str
    token: bool = False

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    __str__ = __repr__

    def hidden_in(self, text: str, user: str) -> str:
        """The text without the secret in it, whichever way a server sent it back."""
        own = self.value.encode()
        forms = (own, base64.b64encode(own), base64.b64encode(plain(user, self)), base64.b64encode(bearer(user, self)))
        for form in forms:
            if len(form) >= SHORTEST:
                text = text.replace(form.decode(), HIDDEN)
        return text


def plain(user: str, secret: Secret) -> bytes:
    """What AUTH PLAIN sends (RFC 4616)."""
    return f"\0{user}\0{secret.value}".encode()


def bearer(user: str, secret: Secret) -> bytes:
    """What AUTH XOAUTH2 sends."""
    return f"user={user}\x01auth=Bearer {secret.value}\x01\x01".encode()


def find(account: Account, table: str) -> Secret | None:
    """The secret of an account, which is in that table of the settings; None if it needs none.

    Raises MailError if it is not where it should be, SetupError if keyring is not installed.
    """
    kind, name = account.secret
    if not kind:
        return None
    found = {"password_env": _environment, "password_command": _command, TOKEN: _command}.get(kind, _keyring)(name, account.user)
    if not found.strip() or "\n" in found or "\r" in found or "\0" in found:
        what = "has more than one line" if found.strip() else "is empty"
        raise MailError([Problem(f"{FILE}: {table}.{kind}", f"what {name} gives {what}: it is no password",
                                 HINTS[kind].format(name))])
    return Secret(found, token=kind == TOKEN)


HINTS = {
    "password_env": "in the shell: read -rs {0} && export {0}",
    "password_command": "try the command by itself: it prints the password and nothing else",
    TOKEN: "try the command by itself: it prints an access token and nothing else",
    "keyring": "store it with: keyring set {0} USER",
}


def _environment(name: str, user: str) -> str:
    return os.environ.get(name, "")


def _command(line: str, user: str) -> str:
    """What a command prints, without the end of its line; what it says besides is for the person at the terminal."""
    try:
        done = subprocess.run(shlex.split(line), stdout=subprocess.PIPE, timeout=PATIENCE, check=True)
        return done.stdout.decode().rstrip("\r\n")
    except subprocess.CalledProcessError as error:
        why = f"ended with {error.returncode}"
    except subprocess.TimeoutExpired:
        why = f"did not end within {PATIENCE} s"
    except UnicodeDecodeError:
        why = "does not print text"
    except (OSError, ValueError) as error:
        why = f"cannot be run: {getattr(error, 'strerror', None) or error}"
    raise MailError([Problem(FILE, f"the command {line} {why}", HINTS["password_command"])]) from None  # it may hold the secret


def _keyring(service: str, user: str) -> str:
    try:
        import keyring
    except ImportError as error:
        raise SetupError([Problem("keyring", "is not installed", "install it beside brochure: keyring")]) from error
    try:
        return keyring.get_password(service, user) or ""
    except keyring.errors.KeyringError as error:
        raise MailError([Problem(f"{FILE}: keyring", f"the keyring does not open: {type(error).__name__}",
                                 HINTS["keyring"].format(service))]) from None
