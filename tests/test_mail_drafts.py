"""Drafts: files that a mail program opens ready to send, and the drafts of a mailbox, over a connection that is checked."""

import contextlib
import email
import email.policy
import json
import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from factories import Folder, sample
from posts import Authority, authority

USER, PASSWORD = "organiser", "p@ss ស្ងាត់-Zx81"
ROWS = ("id,name_en,name_km,email,language\n"
        "bak-touk,Bak Touk High School,វិទ្យាល័យបាក់ទូក,office@bak-touk.lan,km\n"
        "takeo,\"Takeo, Provincial\",,office@takeo.lan,en\n")
IMAP = '\n[imap]\nhost = "localhost"\nport = {port}\ntls = "{tls}"\nuser = "organiser"\npassword_env = "SECRET"\n'


@dataclass
class Mailbox:
    """An IMAP server that knows what a client needs to put drafts into a folder."""

    folders: tuple[bytes, ...] = (b'(\\HasNoChildren) "/" "INBOX"', b'(\\HasNoChildren \\Drafts) "/" "My \\"drafts\\""')
    refuses: str = ""
    special: bool = True
    plain: bool = True
    chosen: str = ""
    drafts: list[bytes] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def talk(self, file: Any, secure: Any) -> None:
        """One conversation; ``secure`` turns the connection into an encrypted one."""
        login = "AUTH=PLAIN" * self.plain
        ready = f"CAPABILITY IMAP4rev1{' SPECIAL-USE' * self.special} {'STARTTLS LOGINDISABLED' if secure else login}"
        file.write(f"* OK [{ready}] hello\r\n".encode())
        file.flush()
        while line := file.readline().decode().rstrip("\r\n"):
            tag, _, rest = line.partition(" ")
            self.heard.append(rest)
            command = rest.split(" ")[0].upper()
            answer = f"{tag} NO not here\r\n" if command == self.refuses else f"{tag} OK done\r\n"
            if command == "CAPABILITY":
                file.write(f"* {ready}\r\n".encode())
            elif command == "STARTTLS":
                file.write(answer.encode())
                file.flush()
                file, ready = secure(), ready.replace("STARTTLS LOGINDISABLED", login)
                continue
            elif command == "AUTHENTICATE":
                file.write(b"+ \r\n")
                file.flush()
                self.heard.append(file.readline().decode())
            elif command == "LIST":
                for folder in self.folders:
                    file.write(b"* LIST " + folder + b"\r\n")
            elif command == "SELECT":
                self.chosen = rest.partition(" ")[2]
                file.write(b"* 0 EXISTS\r\n")
            elif command == "SEARCH":
                address = rest.rpartition(" ")[2].strip('"').encode()
                found = [str(number) for number, data in enumerate(self.drafts, 1) if address in data.partition(b"Subject:")[0]]
                file.write(f"* SEARCH {' '.join(found)}\r\n".encode())
            elif command == "APPEND" and not answer.startswith(f"{tag} NO"):
                size = int(re.findall(r"\{(\d+)\}$", rest)[0])
                file.write(b"+ go on\r\n")
                file.flush()
                self.drafts.append(file.read(size))
                file.readline()
            file.write(answer.encode())
            file.flush()
            if command == "LOGOUT":
                return


@contextlib.contextmanager
def served(box: Mailbox, trust: Authority, tls: str = "implicit") -> Iterator[int]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            def secured() -> Any:
                self.request = trust.security.wrap_socket(self.request, server_side=True)
                return self.request.makefile("rwb")

            with contextlib.suppress(OSError):
                file = secured() if tls == "implicit" else self.request.makefile("rwb")
                box.talk(file, secured if tls == "starttls" else None)
            self.request.close()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def school(tmp_path: Path) -> Folder:
    project = sample(tmp_path / "project", fonts=True)
    text = (project / "templates/mail/mail.toml").read_text("utf-8")
    project.write("templates/mail/mail.toml", text.partition("# What sends")[0])
    return project.write("schools.csv", ROWS)


@pytest.fixture
def trust(tmp_path: Path) -> Authority:
    return authority(tmp_path / "trust")


# ---- in a folder


def test_a_file_for_every_school_that_opens_ready_to_send(school: Folder) -> None:
    done = school.run("mail", "draft", "schools.csv", "--out", "drafts")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "2 drafts of 2 rows in drafts"
    assert sorted(path.name for path in (school / "drafts").iterdir()) == ["bak-touk.eml", "takeo.eml"]
    message = read((school / "drafts/takeo.eml").read_bytes())
    assert message["X-Unsent"] == "1" and not {"Message-ID", "Date", "Bcc", "From"} & set(message.keys())
    assert message["To"].addresses[0].display_name == "Takeo, Provincial"
    assert [part.get_filename() for part in message.iter_attachments()] == ["bmet.en.pdf"]
    found = {path.name: path.read_bytes() for path in (school / "drafts").iterdir()}
    assert school.run("mail", "draft", "schools.csv", "--out", "again").returncode == 0
    assert {path.name: path.read_bytes() for path in (school / "again").iterdir()} == found


def test_a_bad_row_is_named_and_the_others_are_made(school: Folder) -> None:
    school.append("schools.csv", "kep,Kep School,,not an address,en\n")
    done = school.run("mail", "draft", "schools.csv", "--out", "drafts", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 12
    assert [(one["row"], one["draft"]) for one in told["drafts"]] == [(2, "bak-touk.eml"), (3, "takeo.eml"), (4, "")]
    assert [one["where"] for one in told["problems"] if one["severity"] == "error"] == ["schools.csv: row 4, column D (email)"]


@pytest.mark.parametrize("where", [(), ("--imap", "--out", "drafts")])
def test_a_draft_has_one_place(where: tuple[str, ...], school: Folder) -> None:
    done = school.run("mail", "draft", "schools.csv", *where)
    assert done.returncode == 2 and "--out DIR, or --imap" in done.stderr


# ---- in a mailbox


def put(school: Folder, port: int, trust: Authority | None, tls: str = "implicit", more: str = "") -> Any:
    text = (school / "templates/mail/mail.toml").read_text("utf-8").partition("\n[imap]")[0]
    school.write("templates/mail/mail.toml", text + IMAP.format(port=port, tls=tls) + more)
    authorities = ("--ca-file", str(trust.root)) if trust else ()
    return school.run("mail", "draft", "schools.csv", "--imap", *authorities, SECRET=PASSWORD)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_drafts_are_put_where_the_server_says_and_never_twice(tls: str, school: Folder, trust: Authority) -> None:
    box = Mailbox()
    with served(box, trust, tls) as port:
        first = put(school, port, trust, tls)
        again = put(school, port, trust, tls)
    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    assert box.chosen == '"My \\"drafts\\""'
    assert [read(data)["X-Unsent"] for data in box.drafts] == ["1", "1"]
    to = [address for data in box.drafts for address in re.findall(rb"<(office@[^>]+)>", data)]
    assert to == [b"office@bak-touk.lan", b"office@takeo.lan"]
    assert "row 2: there is a draft to office@bak-touk.lan already" in again.stdout
    assert PASSWORD not in first.stdout + first.stderr + again.stdout + again.stderr


def test_a_folder_by_name(school: Folder, trust: Authority) -> None:
    box = Mailbox(folders=(b'(\\HasNoChildren) "/" INBOX',), special=False)
    with served(box, trust) as port:
        none = put(school, port, trust)
        named = put(school, port, trust, more='drafts = "Entwürfe"\n')
    assert none.returncode == 12 and "does not say which folder is for drafts" in none.stderr
    assert 'LIST "" "*"' in box.heard
    assert named.returncode == 0 and box.chosen == '"Entw&APw-rfe"' and len(box.drafts) == 2


def test_a_certificate_that_nobody_trusts(school: Folder, trust: Authority) -> None:
    box = Mailbox()
    with served(box, trust) as port:
        done = put(school, port, None)
    assert done.returncode == 12 and "certificate" in done.stderr and "Traceback" not in done.stderr
    assert box.heard == [] and box.drafts == []


@pytest.mark.parametrize("command", ["AUTHENTICATE", "LIST", "SELECT", "APPEND"])
def test_what_the_server_refuses_is_a_sentence(command: str, school: Folder, trust: Authority) -> None:
    box = Mailbox(refuses=command)
    with served(box, trust) as port:
        done = put(school, port, trust)
    assert done.returncode == 12 and "not here" in done.stderr and "Traceback" not in done.stderr
    assert PASSWORD not in done.stdout + done.stderr and box.drafts == []


def test_a_password_that_an_old_way_to_log_in_cannot_say(school: Folder, trust: Authority) -> None:
    box = Mailbox(plain=False)
    with served(box, trust) as port:
        done = put(school, port, trust)
    assert done.returncode == 12 and "takes only English letters" in done.stderr
    assert not [line for line in box.heard if line.startswith("LOGIN")]


def test_without_a_mailbox_there_is_a_sentence(school: Folder) -> None:
    done = school.run("mail", "draft", "schools.csv", "--imap")
    assert done.returncode == 12 and "templates/mail/mail.toml: names no mailbox" in done.stderr


# ---- mail check


def test_check_says_what_can_be_sent(school: Folder) -> None:
    done = school.run("mail", "check", "schools.csv")
    assert done.returncode == 0, done.stderr
    assert "still holds the sample address careers@example.org" in done.stdout
    assert done.stdout.splitlines()[-1] == "schools.csv: 2 letters of 2 rows can be sent, no errors, 1 warning"
    assert school.run("mail", "check", "schools.csv", "--strict").returncode == 12


def test_check_names_every_row_and_writes_nothing(school: Folder) -> None:
    before = sorted(path for path in school.path.rglob("*") if "__pycache__" not in path.parts)
    school.append("schools.csv", "kep,Kep School,,office@takeo.lan,en\nkampot,Kampot,,,en\n")
    done = school.run("mail", "check", "schools.csv", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 12 and (told["rows"], told["good"]) == (4, 2)
    assert [one["where"] for one in told["problems"] if one["severity"] == "error"] == [
        "schools.csv: row 4, column D (email)", "schools.csv: row 5, column D (email)"]
    assert sorted(path for path in school.path.rglob("*") if "__pycache__" not in path.parts) == before
