"""Delivery reports, and the table of addresses that get no letter."""

import datetime
from pathlib import Path

import pytest
from posts import letters

from brochure.errors import MailError
from brochure.mail import bounces, suppressions
from brochure.mail.journal import Journal
from brochure.mail.records import State
from brochure.mail.replies import Reply, Stage

REPORT = """\
From: MAILER-DAEMON@mx.lan
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.lan
{envelope}Arrival-Date: Mon, 23 Nov 2026 08:00:00 +0700

Final-Recipient: rfc822; s1@school.lan
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <s1@school.lan>: no such
    user here
--b
Content-Type: {kind}

From: careers@guidance.lan
Message-ID: {message_id}
Subject: 1
{tail}"""
TODAY = datetime.date(2026, 11, 30)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    made = Journal.open(tmp_path / "journal")
    made.begin("d" * 64, letters(3), 1.8e9)
    for record in list(made.records()):
        made.settle(record.key, State.ACCEPTED, Reply(Stage.DOT, 250, "2.0.0 ok"), 1.8e9)
    return made


def report(*, envelope: str = "", message_id: str = "", action: str = "failed", kind: str = "text/rfc822-headers",
           whole: bool = True) -> bytes:
    line = f"Original-Envelope-Id: {envelope}\n" if envelope else ""
    text = REPORT.format(envelope=line, message_id=message_id or "<no@where>", action=action, kind=kind,
                         tail="\nHello\n--b--\n" if whole else "")
    return text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("named", [
    {"envelope": f"{'d' * 16}.2"},
    {"message_id": list(letters(3))[1].message_id},
    {"message_id": list(letters(3))[1].message_id, "kind": "message/rfc822"},
    {"envelope": "somebody.else", "message_id": list(letters(3))[1].message_id, "whole": False},
])
def test_a_report_finds_its_letter(named: dict[str, str], journal: Journal) -> None:
    noted = bounces.note(journal, report(**named), 1.9e9)  # type: ignore[arg-type]  # one of them is a bool
    assert noted is not None and noted[0].row == 3
    assert [record.state for record in journal.records()] == ["accepted", "failed", "accepted"]
    assert noted[1].text == "5.1.1 550 5.1.1 <s1@school.lan>: no such user here (a delivery report)"
    assert bounces.gone(journal) == {"s1@school.lan": noted[1].text}
    assert bounces.note(journal, report(**named), 1.9e9) is None  # type: ignore[arg-type]  # the same


def test_a_late_report_is_of_a_letter_of_another_campaign(journal: Journal) -> None:
    journal.begin("e" * 64, letters(2), 1.85e9)
    noted = bounces.note(journal, report(envelope=f"{'d' * 16}.2"), 1.9e9)
    assert noted is not None and bounces.gone(journal) == {}
    assert bounces.dead([noted]) == {"s1@school.lan": noted[1].text}
    assert {record.state for record in journal.records()} == {"queued"}


@pytest.mark.parametrize("data", [
    report(envelope=f"{'d' * 16}.2", action="delayed"), report(envelope=f"{'d' * 16}.99"), report(envelope=f"{'e' * 16}.2"),
    report(envelope=".2"), report(envelope="d.2"), report(envelope=f"{'d' * 17}.2"), report(), b"",
    b"Content-Type: multipart/report\r\n\r\nnothing", b"\xff\xfe" * 100,
    b"Content-Type: message/delivery-status\r\n\r\nno fields at all",
])
def test_what_is_no_report_of_ours_changes_nothing(data: bytes, journal: Journal) -> None:
    assert bounces.note(journal, data, 1.9e9) is None
    assert {record.state for record in journal.records()} == {"accepted"}


# ---- suppressions

def test_a_table_keeps_what_a_person_wrote_into_it(tmp_path: Path) -> None:
    path = tmp_path / suppressions.FILE
    assert suppressions.read(path) == {}
    path.write_bytes("Reason;Address;note\nasked us;Office@Takeo.lan;by telephone\n".encode("utf-16"))
    assert suppressions.add(path, {"office@takeo.lan": "5.1.1", "s1@school.lan": "=5.1.1"}, TODAY) == 1
    assert path.read_text("utf-8-sig").splitlines() == [
        "Reason,Address,note", "asked us,Office@Takeo.lan,by telephone", "'=5.1.1,s1@school.lan,"]
    assert suppressions.read(path) == {"Office@takeo.lan": "asked us", "s1@school.lan": "'=5.1.1"}
    assert suppressions.add(path, {"S1@school.lan": "again"}, TODAY) == 0


def test_a_new_table_has_a_head_that_excel_can_read(tmp_path: Path) -> None:
    path = tmp_path / suppressions.FILE
    assert suppressions.add(path, {"s1@school.lan": "5.1.1 no such user"}, TODAY) == 1
    assert path.read_bytes() == b"\xef\xbb\xbfaddress,reason,since\r\ns1@school.lan,5.1.1 no such user,2026-11-30\r\n"


@pytest.mark.parametrize(("text", "words"), [("name\nx@y.lan\n", "there is no column address"),
                                             ("address\nx@y.lan\nx y\n", "row 3"), ('address\n"x@y.lan\n', "row 2")])
def test_a_table_with_a_row_that_is_none_is_refused(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / suppressions.FILE
    path.write_text(text, "utf-8")
    with pytest.raises(MailError, match=words):
        suppressions.read(path)
