"""A real Postfix takes the letters and a real Dovecot keeps them: none twice, none lost, and every one as it was made."""

import email
import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from crashes import Ruin, crash, fill
from factories import ROOT, surroundings
from posts import LIST, Server, authority, office, served

from brochure.mail import journal as journals
from brochure.mail.journal import Journal

pytestmark = pytest.mark.peers
NEEDED = ("postfix", "dovecot", "unshare", "ip")
ALONE = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child")
HERE = ROOT / "tests/peers/mail"
NO_RIGHT = 77  # what run.sh says then
COUNT = 300
WAYS = ("starttls", "implicit", "none")
SCHOOLS = (("វិទ្យាល័យបាក់ទូក", 1), ("Takeo, Provincial", 2))  # as in session.py, and how many files each gets


@dataclass(frozen=True)
class Session:
    """What the program said, and what is in the mailboxes now."""

    folder: Path
    said: dict[str, Any]

    def letters(self, user: str) -> list[bytes]:
        """What is in a mailbox."""
        return [path.read_bytes() for path in sorted((self.folder / "mail" / user).glob("new/*"))]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    lacking = [name for name in NEEDED if shutil.which(name) is None]
    if lacking:
        pytest.skip(f"not installed: {', '.join(lacking)} (make test-peers installs them)")
    if subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no right to make namespaces here")
    folder = tmp_path_factory.mktemp("mail")
    authority(folder / "tls")
    done = subprocess.run([*ALONE, "bash", HERE / "run.sh", folder, sys.executable, HERE / "session.py", folder, str(COUNT)],
                          env=surroundings(MAIL_PASSWORD="secret-Zx81"), capture_output=True, encoding="utf-8", timeout=900,
                          check=False)
    if done.returncode == NO_RIGHT:
        pytest.skip("no right to mount inside a namespace here")
    assert done.returncode == 0, done.stdout + done.stderr
    return Session(folder, json.loads((folder / "said.json").read_text("utf-8")))


def test_three_hundred_letters_under_sigkill(session: Session) -> None:
    ruin = Ruin(**session.said["ruin"] | {"doubted": set(session.said["ruin"]["doubted"])})
    ruin.check(lambda address: len(session.letters(address.partition("@")[0])))
    assert len(ruin.states) == COUNT
    print(f"{ruin.kills} kills, {len(ruin.doubted)} unknown: "
          f"{Counter(len(session.letters(address.partition('@')[0])) for address in ruin.doubted)}")


@pytest.mark.parametrize("way", WAYS)
def test_every_letter_arrives_as_it_was_made(way: str, session: Session) -> None:
    code, words = session.said[way]
    assert code == 0, words
    with Journal.open(journals.folder(session.folder / way / LIST) / journals.FILE) as journal:
        records = list(journal.records())
        made = {record.address: journal.data(record.key) for record in records}
    assert len(made) == 2 and all(record.enhanced == "2.0.0" and "queued as" in record.reply for record in records)
    for record, (name, files) in zip(records, SCHOOLS, strict=True):
        (arrived,) = session.letters(record.id)
        before, after = email.message_from_bytes(made[record.address]), email.message_from_bytes(arrived)
        assert text(after["Subject"]) == text(before["Subject"]) == record.subject and name in record.subject
        assert after["To"].split() == before["To"].split() and name in text(after["To"])
        assert after["Message-ID"] == record.message_id
        assert parts(after) == parts(before)
        pdfs = {name: data for name, data in parts(after) if name.endswith(".pdf")}
        assert len(pdfs) == files and all(data.startswith(b"%PDF") for data in pdfs.values())
        assert any(not name.isascii() for name in pdfs)


def text(value: str) -> str:
    return str(make_header(decode_header(value)))


def parts(message: Message) -> list[tuple[str, bytes]]:
    """Names and contents of all that a letter is made of: files to the byte, texts but for how a mailbox ends lines."""
    return [(part.get_filename() or part.get_content_type(),
             data.replace(b"\r\n", b"\n") if part.get_content_maintype() == "text" else data)
            for part in message.walk() if isinstance(data := part.get_payload(decode=True), bytes)]


def test_what_comes_back_is_found_in_the_mailbox(session: Session) -> None:
    assert session.said["sent"][0] == 12 and "row 4, nobody@school.lan: failed – 550 5.1.1" in session.said["sent"][1]
    code, words = session.said["first"]
    assert code == 0, words
    assert "row 3, gone@moved.lan: 5.1.1 " in words and "1 letter came back; 1 new in suppressions.csv" in words
    assert session.said["second"] == [0, "0 letters came back; 0 new in suppressions.csv\n"]
    assert session.said["unread"] == len(session.letters("careers")) == 1  # nothing in the mailbox was changed
    assert "row 3, gone@moved.lan: failed – 5.1.1" in session.said["status"]
    assert [line.partition(",")[0] for line in session.said["suppressions"].splitlines()] == [
        "address", "nobody@school.lan", "gone@moved.lan"]


def test_four_hundred_letters_under_sigkill(tmp_path: Path) -> None:
    """The long one, against the tests' own server, which can take its time to answer."""
    server = Server(delay=0.005)
    with served(server) as port:
        project = office(tmp_path / "project", port)
        ruin = crash(project, fill(project, 400, 20_000), seed=11, most=0.4)
    ruin.check(server.times)
    assert len(ruin.states) == 400
    print(f"{ruin.kills} kills, {len(ruin.doubted)} unknown, {sum(map(server.times, ruin.doubted))} of them delivered")
