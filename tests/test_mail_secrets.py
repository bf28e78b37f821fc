"""Secrets: from where they are kept, and shown nowhere; also tokens, and servers that ask in an old way."""

import base64
import sys
import types
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from posts import PASSWORD, USER, Authority, Server, authority, served

from brochure.errors import MailError, SetupError
from brochure.mail import connection as connections
from brochure.mail import secrets
from brochure.mail.connection import Connection, Refused
from brochure.mail.secrets import Secret
from brochure.mail.settings import Account


def account(kind: str, name: str) -> Account:
    return Account("localhost", 1, "starttls", USER, (kind, name))


def test_its_text_is_hidden() -> None:
    secret = Secret(PASSWORD)
    assert f"{secret} {secret!r} {[secret]} {Account('h', 1, 'none', USER)}".count(PASSWORD) == 0
    coded = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    assert secret.hidden_in(f"no: {PASSWORD} and {coded}", USER) == "no: *** and ***"
    assert Secret("5").hidden_in("535 no", USER) == "535 no"


def test_no_secret_is_needed_where_none_is_named() -> None:
    assert secrets.find(Account("localhost", 1, "none"), "server") is None


def test_a_token_comes_from_a_command() -> None:
    found = secrets.find(account("token_command", "printf 'ya29.token\\n'"), "server")
    assert found == Secret("ya29.token", token=True)


@pytest.mark.parametrize(("kind", "name", "words"), [
    ("password_command", "printf 'two\\nlines'", "has more than one line"), ("password_command", "printf ''", "is empty"),
    ("password_command", "printf '\\377'", "does not print text"), ("password_command", "printf 'x", "No closing quotation"),
    ("password_command", "sh -c 'echo sesame; exit 3'", "ended with 3"), ("password_env", "BROCHURE_NO_SUCH", "is empty")])
def test_what_is_no_secret_is_refused_and_not_shown(kind: str, name: str, words: str) -> None:
    with pytest.raises(MailError, match=words) as caught:
        secrets.find(account(kind, name), "server")
    assert caught.value.__cause__ is None and "two\n" not in str(caught.value)


def keyring(answer: Any) -> types.ModuleType:
    made = types.ModuleType("keyring")
    made.errors = types.SimpleNamespace(KeyringError=type("KeyringError", (Exception,), {}))  # type: ignore[attr-defined]  # a double

    def get_password(service: str, user: str) -> str | None:
        if answer is Exception:
            raise made.errors.KeyringError(PASSWORD)  # type: ignore[attr-defined]  # the same
        return answer if (service, user) == ("brochure", USER) else None  # type: ignore[no-any-return]  # the same

    made.get_password = get_password  # type: ignore[attr-defined]  # the same
    return made


def test_a_password_comes_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", keyring(PASSWORD))
    assert secrets.find(account("keyring", "brochure"), "server") == Secret(PASSWORD)
    with pytest.raises(MailError, match="keyring set elsewhere USER"):
        secrets.find(account("keyring", "elsewhere"), "server")
    monkeypatch.setitem(sys.modules, "keyring", keyring(Exception))
    with pytest.raises(MailError, match="the keyring does not open: KeyringError") as caught:
        secrets.find(account("keyring", "brochure"), "server")
    assert PASSWORD not in str(caught.value)


def test_a_keyring_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SetupError, match="is not installed"):
        secrets.find(account("keyring", "brochure"), "server")


# ---- ways to log in

@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("trust"))


def ready(port: int, trust: Authority, secret: Secret) -> None:
    place = Account("localhost", port, "starttls", USER)
    line = Connection(place, secret, "careers@guidance.lan", connections.context(trust.root))
    line.ready()
    line.close(politely=True)


class Bearer(Server):
    """A server that takes tokens, as Microsoft's and Google's do."""

    async def auth_XOAUTH2(self, server: SMTP, words: list[str]) -> Any:
        if base64.b64decode(words[1]) == f"user={USER}\x01auth=Bearer ya29.good\x01\x01".encode():
            await server.push("235 2.7.0 welcome")
            return None
        answer = await server.challenge_auth(b'{"status":"401"}')
        assert answer == b""
        await server.push(f"535 5.7.3 {words[1]} is no token")
        return None


def test_a_token_logs_in(trust: Authority) -> None:
    with served(Bearer(), trust=trust, login=True) as port:
        ready(port, trust, Secret("ya29.good", token=True))
        with pytest.raises(Refused, match=r"535 5\.7\.3 \*\*\* is no token"):
            ready(port, trust, Secret("ya29.bad", token=True))


def test_a_server_that_only_knows_the_old_way(trust: Authority) -> None:
    with served(Server(), trust=trust, login=True, without=("PLAIN",)) as port:
        ready(port, trust, Secret(PASSWORD))
        with pytest.raises(Refused, match="535"):
            ready(port, trust, Secret("wrong"))


def test_a_server_that_knows_none_of_our_ways(trust: Authority) -> None:
    with served(Server(), trust=trust, login=True) as port, pytest.raises(MailError, match="takes no token to log in"):
        ready(port, trust, Secret("ya29.good", token=True))
    none = ("PLAIN", "LOGIN")
    with served(Server(), trust=trust, login=True, without=none) as port, pytest.raises(MailError, match="it offers nothing"):
        ready(port, trust, Secret(PASSWORD))
