"""mail send, status, report, resolve and bounces as a person types them."""

import base64
import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from factories import Folder, command, surroundings
from posts import LIST, PASSWORD, ROWS, USER, Authority, Server, authority, letters, office, served

from brochure.mail import journal as journals
from brochure.mail import outbox, settings
from brochure.mail.journal import Journal
from brochure.project import discover

FIRST = "office@bak-touk.lan"
SENT = ("mail", "send", LIST, "--send", "--rate", "100000")


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def port(server: Server) -> Iterator[int]:
    with served(server) as port:
        yield port


@pytest.fixture
def project(port: int, tmp_path: Path) -> Folder:
    return office(tmp_path / "project", port)


def path(project: Folder) -> Path:
    return journals.folder(project / LIST) / journals.FILE


def filled(project: Folder, count: int = 3) -> Folder:
    """The project with letters in its journal that were made of another list."""
    with Journal.open(path(project)) as journal:
        journal.begin("d" * 64, letters(count), time.time())
    return project


def typed(project: Folder, answer: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(arguments), cwd=project.path, env=surroundings(), input=answer, capture_output=True,
                          encoding="utf-8", timeout=120, check=False)


def states(project: Folder) -> dict[int, str]:
    with Journal.open(path(project)) as journal:
        return {record.row: str(record.state) for record in journal.records()}


def test_the_default_sends_nothing(project: Folder, server: Server) -> None:
    project.write("suppressions.csv", "address,reason\nOffice@takeo.lan,asked us\n")
    done = project.run("mail", "send", LIST, "--only", "2", "--only", "3")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 letter from careers@guidance.lan by localhost: ")  # the other school wants none
    assert done.stdout.endswith("nothing was sent; --send sends them\n")
    assert server.sessions == 0 and not (project / f"{LIST}.mail").exists()


def test_a_dry_run_counts_what_a_real_one_would_send(project: Folder, server: Server) -> None:
    """Of the same rows, without those that are not to be written to: the number that --yes takes."""
    filled(project, 5).write("suppressions.csv", "address,reason\nS1@school.lan,asked us\n")
    for options, count in (((), 4), (("--limit", "3"), 3), (("--only", "3", "--only", "4"), 1)):
        dry = project.run("mail", "send", LIST, "--as-made", *options)
        assert dry.returncode == 0 and dry.stdout.endswith(
            f"--send sends {count} letter{'s' * (count != 1)}, as made before\n"), dry.stdout
    assert "row 99: has no letter" in project.run("mail", "send", LIST, "--as-made", "--only", "99").stderr
    assert project.run(*SENT, "--as-made", "--yes", "3", "--limit", "3").returncode == 0
    assert [to for to, _ in server.taken] == ["s0@school.lan", "s2@school.lan", "s3@school.lan"]


def test_each_school_gets_its_own_once(project: Folder, server: Server) -> None:
    done = project.run(*SENT, "--yes", "3")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "[3/3] row 4, office@kep.lan: accepted" in done.stdout and done.stdout.endswith("     3 accepted by the server\n")
    assert [to for to, _ in server.taken] == [FIRST, "office@takeo.lan", "office@kep.lan"]
    messages = [message_from_bytes(data) for _, data in server.taken]
    files = [part.get_payload(decode=True) for message in messages for part in message.walk() if part.get_filename()]
    assert len({hashlib.sha256(file).digest() for file in files if isinstance(file, bytes) and file.startswith(b"%PDF")}) == 3
    subjects = {str(make_header(decode_header(message["Subject"]))) for message in messages}
    assert len(subjects) == 3
    found = discover(project.path)  # a dry run of the same second makes the very bytes
    box = outbox.Outbox(found, project / LIST, settings.load(found))
    with Journal.open(path(project)) as journal:
        assert journal.campaign is not None and journal.campaign.digest == box.digest
        dry = list(box.made(box.digest, journal.campaign.began, lambda _: None))
    assert [(letter.address, letter.data) for letter in dry] == server.taken
    again = project.run(*SENT, "--yes", "0")
    assert again.returncode == 0 and len(server.taken) == 3
    assert "3 accepted by the server" in again.stdout


@pytest.mark.parametrize(("answer", "code"), [("3\n", 0), ("2\n", 2), ("yes\n", 130), ("", 130)])
def test_the_number_is_typed(answer: str, code: int, project: Folder, server: Server) -> None:
    done = typed(filled(project), answer, *SENT, "--as-made")
    assert done.returncode == code, done.stderr
    assert "3 letters will be sent to the schools by localhost." in done.stdout
    assert len(server.taken) == (3 if code == 0 else 0)


def test_a_wrong_number_in_a_script_sends_nothing(project: Folder, server: Server) -> None:
    done = filled(project).run(*SENT, "--as-made", "--yes", "4")
    assert done.returncode == 2 and "4 is not 3: nothing was sent" in done.stderr
    assert server.taken == []


def test_limit_and_only(project: Folder, server: Server) -> None:
    filled(project, 6)
    assert project.run(*SENT, "--as-made", "--yes", "2", "--limit", "2").returncode == 0
    assert project.run(*SENT, "--as-made", "--yes", "1", "--only", "6").returncode == 0
    assert [to for to, _ in server.taken] == ["s0@school.lan", "s1@school.lan", "s4@school.lan"]
    missing = project.run(*SENT, "--as-made", "--yes", "1", "--only", "99")
    assert missing.returncode == 2 and "row 99: has no letter in this campaign" in missing.stderr


def test_a_rehearsal_goes_to_one_address_and_leaves_the_schools_alone(project: Folder, server: Server) -> None:
    done = project.run(*SENT, "--yes", "3", "--to-me", "me@guidance.lan")
    assert done.returncode == 0, done.stderr
    assert [to for to, _ in server.taken] == ["me@guidance.lan"] * 3
    message = message_from_bytes(server.taken[0][1])
    assert message["To"] == "me@guidance.lan"
    assert str(make_header(decode_header(message["Subject"]))).startswith(f"[TEST → {FIRST}] ")
    assert max(map(len, server.taken[0][1].split(b"\r\n"))) <= 78 and server.taken[0][1].isascii()
    assert not path(project).exists()
    again = project.run(*SENT, "--yes", "3", "--to-me", "me@guidance.lan")
    assert again.returncode == 0 and "nothing is left to go to me@guidance.lan; --new sends all there again" in again.stdout
    anew = project.run(*SENT, "--yes", "1", "--to-me", "me@guidance.lan", "--new", "--only", "3")
    assert anew.returncode == 0 and "1 letter will be sent to me@guidance.lan by localhost.\n" in anew.stdout
    subject = message_from_bytes(server.taken.pop()[1])["Subject"]
    assert str(make_header(decode_header(subject))).startswith("[TEST → office@takeo.lan]")
    assert project.run(*SENT, "--yes", "3", "--new").returncode == 0
    assert project.run(*SENT, "--yes", "0", "--new").returncode == 0  # without an edit nothing is new but a rehearsal
    (test, real) = ([data.partition(b"\r\n\r\n")[2] for to, data in server.taken if (to == "me@guidance.lan") is mine]
                    for mine in (True, False))
    assert [data.count(b"\r\n") for data in test] == [data.count(b"\r\n") for data in real]


def test_a_new_project_sends_nothing_in_somebodys_name(project: Folder, server: Server) -> None:
    project.edit("templates/mail/mail.toml", "guidance.lan", "example.org")
    done = project.run(*SENT, "--yes", "3")
    assert done.returncode == 12 and "still holds the sample address careers@example.org" in done.stderr
    assert server.sessions == 0


def test_a_row_without_a_letter_stops_all_before_the_first(project: Folder, server: Server) -> None:
    project.write(LIST, ROWS + "none,No Address,,,km\n" + "twice,Twice,,Office@kep.lan,km\n")
    done = project.run(*SENT, "--yes", "3")
    assert done.returncode == 11
    assert "row 5, column D (email): there is no e-mail address" in done.stderr and "is the address of row 4 too" in done.stderr
    assert "nothing was sent" in done.stderr and server.sessions == 0
    assert "no letter was sent yet" in project.run("mail", "status", LIST).stdout


# ---- an edit in the middle

def test_an_edit_in_the_middle_is_refused_in_words(project: Folder, server: Server) -> None:
    """Which files count is a test of test_mail_letters.py."""
    assert project.run(*SENT, "--yes", "1", "--limit", "1").returncode == 0
    project.edit(LIST, "Takeo", "Changed")
    done = project.run(*SENT, "--yes", "2")
    assert done.returncode == 12 and len(server.taken) == 1
    assert "was edited since this campaign was begun, with 2 of 3 letters still to be sent" in done.stderr
    assert "undo the edit" in done.stderr and "--as-made" in done.stderr and "--new" in done.stderr
    dry = project.run("mail", "send", LIST)
    assert dry.returncode == 0 and "warning: schools.csv: the list, a template or a setting was edited" in dry.stdout
    rest = project.run(*SENT, "--yes", "2", "--as-made")
    assert rest.returncode == 0, rest.stderr
    assert "Changed" not in "".join(data.decode() for _, data in server.taken)
    anew = project.run(*SENT, "--yes", "3", "--new")
    assert anew.returncode == 0, anew.stderr
    assert "3 of the campaign's addresses had a letter of an earlier one." in anew.stdout
    assert len(server.taken) == 6


def test_an_edit_before_the_first_letter_is_nobodys_trouble(project: Folder, server: Server) -> None:
    assert project.run(*SENT, "--yes", "99").returncode == 2
    project.edit(LIST, "Kep School", "Kep High School")
    assert project.run(*SENT, "--yes", "3").returncode == 0
    assert len(server.taken) == 3
    with Journal.open(path(project)) as journal:
        assert journal.campaign and journal.campaign.key == 1 and sum(journal.counts().values()) == 3


def test_two_at_once(project: Folder, server: Server) -> None:
    server.delay = 600
    line = command([*SENT, "--as-made", "--yes", "3"])
    with subprocess.Popen(line, cwd=filled(project).path, env=surroundings()) as first:
        while not server.taken:
            time.sleep(0.05)
        second = project.run(*SENT, "--as-made", "--yes", "2")
        assert second.returncode == 12 and "another process is sending these letters" in second.stderr
        seen = project.run("mail", "status", LIST)
        assert seen.returncode == 0 and "     1 being sent: the answer is awaited\n" in seen.stdout
        first.kill()
    assert len(server.taken) == 1
    assert "     1 unknown" in project.run("mail", "status", LIST).stdout


# ---- Ctrl-C, a full disk, a stop while letters are made

@pytest.mark.skipif(os.name != "posix", reason="a pipe that closes is told otherwise elsewhere")
def test_whoever_reads_what_is_said_goes_away(project: Folder, server: Server) -> None:
    """As in “mail send | head”: the letter in hand is written down, and the next run goes on."""
    filled(project, 20)
    line = command([*SENT, "--as-made", "--yes", "20"])
    with subprocess.Popen(line, cwd=project.path, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8") as process:
        assert process.stdout is not None and process.stderr is not None
        while not process.stdout.readline().startswith("["):
            pass
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 12 and "nobody reads any more what is said" in said, said
    sent = list(states(project).values()).count("accepted")
    assert 0 < sent == len(server.taken) < 20
    assert project.run(*SENT, "--as-made", "--yes", str(20 - sent)).returncode == 0
    assert {server.times(f"s{number}@school.lan") for number in range(20)} == {1}


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_ctrl_c_waits_for_the_answer_to_the_letter_in_hand(name: str, code: int, project: Folder, server: Server) -> None:
    server.delay = 0.5
    filled(project, 10)
    line = command([*SENT, "--as-made", "--yes", "10"])
    with subprocess.Popen(line, cwd=project.path, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8") as process:
        assert process.stdout is not None
        while not process.stdout.readline().startswith("["):
            pass
        time.sleep(0.25)
        process.send_signal(getattr(signal, name))
        out, err = process.communicate()
    assert process.returncode == code and "stopped" in err and "Traceback" not in err
    assert "waiting for the answer to this letter" in out
    found = states(project)
    assert set(found.values()) == {"accepted", "queued"} and len(server.taken) == list(found.values()).count("accepted")


def test_the_second_ctrl_c_does_not_wait(project: Folder, server: Server) -> None:
    server.delay = 60
    filled(project)
    line = command([*SENT, "--as-made", "--yes", "3"])
    with subprocess.Popen(line, cwd=project.path, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8") as process:
        assert process.stdout is not None
        while not server.taken:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        while not process.stdout.readline().startswith("waiting for the answer"):
            pass
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == 130
    assert list(states(project).values()) == ["unknown", "queued", "queued"]


def test_a_kill_while_the_letters_are_made_leaves_no_half_campaign(project: Folder, server: Server) -> None:
    line = command([*SENT, "--yes", "3"])
    process = subprocess.Popen(line, cwd=project.path, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not (wal := path(project).with_name("journal-wal")).exists():
        time.sleep(0.02)
    time.sleep(0.3)
    process.kill()
    process.communicate()
    assert wal.exists() and server.taken == []
    done = project.run(*SENT, "--yes", "3")
    assert done.returncode == 0, done.stderr
    assert len(server.taken) == 3


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting a small disk takes root")
def test_a_full_disk_stops_the_run_and_nothing_goes_twice(project: Folder, server: Server) -> None:
    """The disk is full before the first letter, then in the middle, then large enough."""
    folder = path(project).parent
    folder.mkdir()
    project.write("fill.py", FILL).write("full.sh", FULL)
    surrounding = surroundings(PYTHONPATH=os.pathsep.join((str(Path(__file__).parents[1]), str(Path(__file__).parent))),
                               LINE=" ".join(command([*SENT, "--as-made", "--yes"])), PYTHON=sys.executable)
    done = subprocess.run(["unshare", "--mount", "bash", "full.sh", folder], cwd=project.path, env=surrounding,
                          capture_output=True, encoding="utf-8", timeout=120, check=False)
    if done.returncode == 77:
        pytest.skip("no right to mount here")
    before, middle, end = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    assert done.stderr.count("the journal cannot be read or written: database or disk is full") >= 2
    assert "Traceback" not in done.stderr, done.stderr
    assert set(before.values()) == {"queued"}
    assert {"accepted", "queued"} <= set(middle.values()) <= {"accepted", "queued", "unknown"}
    assert set(end.values()) <= {"accepted", "unknown"} and list(end.values()).count("unknown") <= 1
    assert [server.times(address) for address in end] == [1] * 20


FILL = """\
import json, sys, time
from pathlib import Path
from brochure.mail.journal import Journal
from posts import letters
with Journal.open(Path("schools.csv.mail/journal")) as journal:
    if not sys.argv[1:]:
        journal.begin("d" * 64, letters(20, 3000), time.time())
    elif sys.argv[1] == "left":
        print(journal.waiting())
    else:
        print(json.dumps({record.address: record.state for record in journal.records()}))
"""


FULL = """\
mount -t tmpfs -o size=300k small "$1" || exit 77
states() { $PYTHON fill.py states; }
send() { $LINE "$($PYTHON fill.py left)" >&2; }
$PYTHON fill.py
dd if=/dev/zero of="$1/ballast" bs=1k 2>/dev/null
$LINE 20 >&2
rm "$1/ballast"; states
send
mount -o remount,size=9m "$1"; states
send; states
"""


# ---- what became of them

def test_status_and_report(project: Folder, server: Server) -> None:
    server.script = {("rcpt", "s1@school.lan"): ["550 5.1.1 no such user"], ("dot", "s2@school.lan"): ["250 cut"]}
    done = filled(project).run(*SENT, "--as-made", "--yes", "3")
    assert done.returncode == 12
    assert "[2/3] row 3, s1@school.lan: failed – 550 5.1.1 no such user" in done.stdout
    assert "1 address that does not exist: now in suppressions.csv" in done.stdout
    status = project.run("mail", "status", LIST)
    assert status.returncode == 0
    assert status.stdout.splitlines()[1:] == [
        "     1 accepted by the server", "     1 failed: surely not delivered",
        "     1 unknown: sent whole, but no answer came back",
        "row 3, s1@school.lan: failed – 550 5.1.1 no such user",
        "row 4, s2@school.lan: unknown – the connection was cut, after the whole letter was sent"]
    counts = json.loads(project.run("mail", "status", LIST, "--json").stdout)["letters"]
    assert counts == {"accepted": 1, "failed": 1, "unknown": 1}
    rows = list(csv.DictReader(project.run("mail", "report", LIST, "--csv").stdout.splitlines()))
    assert [(row["row"], row["state"], row["code"], row["enhanced"], row["queue_id"]) for row in rows] == [
        ("2", "accepted", "250", "2.0.0", "4Fxyz"), ("3", "failed", "550", "5.1.1", ""), ("4", "unknown", "", "", "")]
    assert rows[0]["sha256"] == hashlib.sha256(server.taken[0][1]).hexdigest()
    machine = json.loads(project.run("mail", "report", LIST, "--json").stdout)["letters"]
    assert [row["state"] for row in machine] == ["accepted", "failed", "unknown"]
    plain = project.run("mail", "report", LIST).stdout.splitlines()
    assert plain[0] == "row 2, s0@school.lan: accepted – 250 2.0.0 Ok: queued as 4Fxyz" and len(plain) == 3


def test_an_address_that_does_not_exist_gets_no_letter_of_another_campaign(project: Folder, server: Server) -> None:
    server.script = {("rcpt", FIRST): ["550 5.1.1 no such user"]}
    assert project.run(*SENT, "--yes", "3").returncode == 12
    table = list(csv.reader((project / "suppressions.csv").read_text("utf-8-sig").splitlines()))
    assert [row[:2] for row in table] == [["address", "reason"], [FIRST, "5.1.1 no such user"]]
    project.edit(LIST, "Kep School", "Kep High School")
    done = project.run(*SENT, "--yes", "2", "--new")
    assert done.returncode == 0, done.stderr
    assert "1 not sent: the address is in the table of suppressions" in done.stdout
    assert server.times(FIRST) == 0


def test_who_asked_to_stop_gets_no_letter(project: Folder, server: Server) -> None:
    filled(project).write("suppressions.csv", "address;reason\nS1@school.lan;asked to stop\n")
    done = project.run(*SENT, "--as-made", "--yes", "2")
    assert done.returncode == 0, done.stderr
    assert server.times("s1@school.lan") == 0 and states(project) == {2: "accepted", 3: "suppressed", 4: "accepted"}
    project.delete("suppressions.csv")
    assert project.run(*SENT, "--as-made", "--yes", "1").returncode == 0
    assert server.times("s1@school.lan") == 1


def test_a_table_of_suppressions_that_cannot_be_read_stops_all(project: Folder, server: Server) -> None:
    filled(project).write("suppressions.csv", "address,reason\nnobody knows,asked\n")
    done = project.run(*SENT, "--as-made", "--yes", "3")
    assert done.returncode == 12 and "suppressions.csv: row 2" in done.stderr and server.sessions == 0


def test_resolve(project: Folder, server: Server) -> None:
    server.script = {("dot", "s0@school.lan"): ["250 cut"], ("dot", "s2@school.lan"): ["cut"]}
    assert filled(project).run(*SENT, "--as-made", "--yes", "3").returncode == 12
    shown = project.run("mail", "resolve", LIST)
    assert [line[:5] for line in shown.stdout.splitlines()] == ["row 2", "row 4"]
    assert set(states(project).values()) == {"unknown", "accepted"}
    assert project.run("mail", "resolve", LIST, "--mark-sent", "--only", "2").stdout == "1 letter marked as sent\n"
    assert project.run("mail", "resolve", LIST, "--resend").stdout == "1 letter put back, to be sent again\n"
    assert project.run(*SENT, "--as-made", "--yes", "1").returncode == 0
    assert [server.times(f"s{number}@school.lan") for number in range(3)] == [1, 1, 1]
    assert dict(server.taken)["s2@school.lan"] == list(letters(3))[2].data
    wrong = project.run("mail", "resolve", LIST, "--mark-sent", "--only", "4")
    assert wrong.returncode == 2 and "row 4: is not unknown" in wrong.stderr


def test_failed_ones_are_put_back(project: Folder, server: Server) -> None:
    server.script = {("rcpt", "s1@school.lan"): ["550 5.7.1 no"]}
    assert filled(project).run(*SENT, "--as-made", "--yes", "3").returncode == 12
    assert project.run("mail", "resolve", LIST, "--resend", "--failed").stdout == "1 letter put back, to be sent again\n"
    assert project.run(*SENT, "--as-made", "--yes", "1").returncode == 0
    assert set(states(project).values()) == {"accepted"}


def test_a_journal_that_is_damaged_is_refused_in_words(project: Folder) -> None:
    path(project).parent.mkdir()
    path(project).write_bytes(b"no database at all" * 100)
    for arguments in (("mail", "status", LIST), (*SENT, "--yes", "3")):
        done = project.run(*arguments)
        assert done.returncode == 12 and "the journal cannot be read or written: file is not a database" in done.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="protecting a folder from root takes a mount")
def test_a_journal_in_a_folder_that_may_not_be_written_to_can_still_be_read(project: Folder, server: Server) -> None:
    filled(project)
    send = " ".join(command([*SENT, "--as-made", "--yes", "3"]))
    script = f"""mount --bind . . && cd "$PWD" && mount -o remount,ro,bind . || exit 77
        {' '.join(command(["mail", "status", LIST]))} && {send}"""
    done = subprocess.run(["unshare", "--mount", "bash", "-c", script], cwd=project.path, env=surroundings(), capture_output=True,
                          encoding="utf-8", timeout=120, check=False)
    if done.returncode == 77:
        pytest.skip("no right to mount here")
    assert "     3 still to be sent\n" in done.stdout
    assert done.returncode == 12 and "the journal cannot be read or written" in done.stderr and server.sessions == 0


# ---- secrets

@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("trust"))


SOURCES = {
    "environment": 'password_env = "MAIL_PASSWORD"',
    "command": 'password_command = "printenv MAIL_PASSWORD"',
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("right", [True, False])
def test_a_password_is_written_nowhere(source: str, right: bool, trust: Authority, tmp_path: Path) -> None:
    server, password = Server(), PASSWORD if right else "wrong-Zx81-secret"
    with served(server, trust=trust, login=True) as port:
        project = office(tmp_path / "project", port, tls="starttls", more=f'user = "{USER}"\n{SOURCES[source]}\n')
        filled(project)
        done = project.run(*SENT, "--as-made", "--yes", "3", "--ca-file", str(trust.root), MAIL_PASSWORD=password)
        reports = [project.run("mail", *words, LIST) for words in (("status",), ("report", "--csv"), ("report", "--json"))]
    assert done.returncode == (0 if right else 12), done.stderr
    assert len(server.taken) == (3 if right else 0)
    said = "".join(one.stdout + one.stderr for one in (done, *reports))
    if not right:
        assert "does not let us in: 535 5.7.8 *** is wrong" in said
    files = b"".join(file.read_bytes() for file in project.path.rglob("*") if file.is_file()) + said.encode()
    raw = password.encode()
    for form in (raw, base64.b64encode(raw), base64.b64encode(f"\0{USER}\0{password}".encode())):
        assert form not in files
    assert b"MAIL_PASSWORD" in files  # it is searched at all


def test_a_secret_that_is_not_there(trust: Authority, tmp_path: Path) -> None:
    for source, words in (('password_env = "NOT_THERE"', "what NOT_THERE gives is empty"),
                          ('password_command = "false"', "the command false ended with 1"),
                          ('password_command = "no-such-program x"', "cannot be run: No such file or directory")):
        project = office(tmp_path / source.partition('"')[2].strip('"'), 1, tls="starttls", more=f'user = "{USER}"\n{source}\n')
        done = filled(project).run(*SENT, "--as-made", "--yes", "3")
        assert done.returncode == 12 and words in done.stderr and "hint" in done.stderr
