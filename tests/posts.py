"""Mail servers for tests, on loopback: one that does as it is told, and certificates of an authority of one's own."""

import asyncio
import contextlib
import datetime
import hashlib
import ipaddress
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from factories import Folder, sample

from brochure.mail.letter import Letter

USER, PASSWORD = "organiser", "p@ss ស្ងាត់-Zx81"
CUT = "cut"  # a script's word for a connection that ends without an answer
NO_ANSWER = 2.0  # seconds after which the tests' client gives up

Script = dict[tuple[str, str], list[str]]


@dataclass
class Server:
    """An SMTP server. ``script`` has what it answers instead of 250, by stage and address, each once; "*" is for all.

    The answer "cut" ends the connection; after the dot "cut" comes before the letter is taken, and "250 cut" after that.
    "slow" answers after the client has given up. ``taken`` has every letter it accepted.
    """

    script: Script = field(default_factory=dict)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    sessions: int = 0
    delay: float = 0.0  # seconds between a letter that was taken and the answer

    def answer(self, stage: str, address: str) -> str:
        for key in ((stage, address), (stage, "*")):
            if self.script.get(key):
                return self.script[key].pop(0)
        return ""

    async def _play(self, server: SMTP, answer: str, usual: str) -> str:
        if answer == CUT:
            server.transport.abort()
        if answer == "slow":
            await asyncio.sleep(NO_ANSWER * 2)
        return usual if answer in ("", CUT, "slow") else answer

    async def handle_EHLO(self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        answer = self.answer("ehlo", "*")
        return [await self._play(server, answer, "")] if answer else [*responses[:-1], "250-DSN", responses[-1]]

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        answer = await self._play(server, self.answer("mail", "*"), "250 ok")
        if not answer.startswith("250"):
            envelope.mail_from = None
        return answer

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = await self._play(server, self.answer("rcpt", address), "250 ok")
        if answer.startswith("25"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        address = envelope.rcpt_tos[0]
        answer = self.answer("dot", address)
        if answer == CUT or answer[:1] in ("4", "5"):
            return await self._play(server, answer, "250")
        self.taken.append((address, envelope.original_content))
        await asyncio.sleep(self.delay)
        if answer == "250 cut":
            server.transport.abort()
        return await self._play(server, answer, "250 2.0.0 Ok: queued as 4Fxyz")

    def times(self, address: str) -> int:
        """How often a letter to this address was accepted."""
        return sum(to == address for to, _ in self.taken)


class Post(SMTP):
    """aiosmtpd with what it has no hook for: the answer to DATA itself, and the parameters of delivery reports."""

    async def smtp_MAIL(self, arg: str) -> None:
        server: Server = self.event_handler
        server.options = arg.split()[1:]
        await super().smtp_MAIL(" ".join(part for part in arg.split() if not part.startswith(("RET=", "ENVID="))))

    async def smtp_DATA(self, arg: str) -> None:
        server: Server = self.event_handler
        answer = server.answer("data", self.envelope.rcpt_tos[0]) if self.envelope.rcpt_tos else ""
        if not answer:
            await super().smtp_DATA(arg)
        elif answer == CUT:
            self.transport.abort()
        else:
            await self.push(await server._play(self, answer, "354 go on"))


@dataclass(frozen=True)
class Authority:
    """Certificates in files: of the authority, and of a server called localhost."""

    root: Path
    certificate: Path
    key: Path

    @property
    def security(self) -> ssl.SSLContext:
        """What a server of this certificate needs."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.certificate, self.key)
        return made


def authority(folder: Path, host: str = "localhost", *, days: int = 1) -> Authority:
    """An authority and a certificate for a host; with negative days one that has run out."""
    now = datetime.datetime.now(datetime.UTC)

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    def signed(subject: str, key: Any, by: Any, extensions: list[tuple[Any, bool]]) -> Any:
        made = (x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name("Test authority"))
                .public_key(key.public_key())
                .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=10))
                .not_valid_after(now + datetime.timedelta(days=days)))
        for extension, critical in extensions:
            made = made.add_extension(extension, critical)
        return made.sign(by, hashes.SHA256())

    root, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    found = {"root.pem": signed("Test authority", root, root, [(x509.BasicConstraints(True, None), True)]),
             "server.pem": signed(host, own, root, [(x509.SubjectAlternativeName(names), False)])}
    folder.mkdir(parents=True, exist_ok=True)
    for file, certificate in found.items():
        (folder / file).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key = folder / "server.key"
    open_ = serialization.NoEncryption()
    key.write_bytes(own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, open_))
    return Authority(folder / "root.pem", folder / "server.pem", key)


MAIL = """\
[sender]
name = "Career Guidance"
address = "careers@guidance.lan"

[letter]
layout = "trifold-a4"
editions = ["screen"]

[server]
host = "localhost"
port = {port}
tls = "{tls}"
{more}"""
LIST = "schools.csv"
ROWS = ("id,name_en,name_km,email,language\n"
        "bak-touk,Bak Touk High School,វិទ្យាល័យបាក់ទូក,office@bak-touk.lan,km\n"
        "takeo,\"Takeo, Provincial\",,office@takeo.lan,en\n"
        "kep,Kep School,វិទ្យាល័យកែប,office@kep.lan,km\n")


def office(folder: Path, port: int, *, tls: str = "none", more: str = "", rows: str = ROWS) -> Folder:
    """A project whose letters go to a server on this computer, with a list of three schools."""
    project = sample(folder, fonts=True)
    settings = MAIL.format(port=port, tls=tls, more=more)
    return project.write("templates/mail/mail.toml", settings).write(LIST, rows)


def _let_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    said = data.password.decode("ascii", "ignore")
    # A server that tells a secret to whoever reads its answer.
    return AuthResult(success=good, handled=False, message=None if good else f"535 5.7.8 {said} is wrong")


@contextlib.contextmanager
def served(server: Server, *, trust: Authority | None = None, implicit: bool = False, login: bool = False,
           without: Sequence[str] = (), limit: int = 0) -> Iterator[int]:
    """The port that the server listens on; ``without`` has ways to log in that it does not know."""
    extra: dict[str, Any] = {"data_size_limit": limit} if limit else {}
    if login:
        extra |= {"authenticator": _let_in, "auth_required": True, "auth_exclude_mechanism": without}
    if trust and not implicit:
        extra |= {"tls_context": trust.security, "require_starttls": True}

    class Made(Controller):
        def factory(self) -> SMTP:
            return Post(self.handler, loop=self.loop, hostname="localhost", decode_data=False, **extra)

        def _trigger_server(self) -> None:
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    made = Made(server, hostname="127.0.0.1", port=0, ssl_context=trust.security if trust and implicit else None)
    made.start()
    try:
        yield made.port
    finally:
        made.stop()


def letters(count: int, size: int = 2000) -> Iterator[Letter]:
    """Letters that differ, to a school each."""
    for number in range(count):
        address = f"s{number}@school.lan"
        message_id = f"<{hashlib.sha256(address.encode()).hexdigest()[:20]}@guidance.lan>"
        text = f"From: careers@guidance.lan\r\nTo: {address}\r\nMessage-ID: {message_id}\r\nSubject: {number}\r\n\r\n.dot\r\n"
        filler = (f"{number:060}\r\n" * (size // 62 + 1)).encode()
        yield Letter(number + 2, f"s{number}", address, "km", str(number), message_id, text.encode() + filler[:size] + b"\r\n")
