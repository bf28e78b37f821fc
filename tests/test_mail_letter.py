"""Letters to the byte: what other programs read in them, whatever a school is called, and goldens."""

import email
import email.policy
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.header import decode_header
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pytest
from factories import ROOT
from hypothesis import given
from hypothesis import strategies as st

from brochure.catalog import copy as copies
from brochure.content import load
from brochure.mail import addresses
from brochure.mail.enclosures import File
from brochure.mail.letter import CID, Addressee, Attachment, Letter, Said, file_name, weight, write
from brochure.mail.settings import Sender
from brochure.mail.words import Writer
from brochure.project import discover

GOLDENS = Path(__file__).parent / "data/mail"
WHEN = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
US = Sender("Career Guidance Office", "careers@guidance.lan")
SCHOOL = Addressee(2, "bak-touk", "office@bak-touk.lan", "Bak Touk High School", "en")
WORDS = Said("Career brochure", "Dear Principal,\nFrom here on nothing is changed.\n.\n", "<p>Dear Principal</p>")
COVER = b"\xff\xd8 a picture"
PDF = Attachment("bmet.en.pdf", bytes(range(256)) * 9)


def made(to: Addressee = SCHOOL, said: Said = WORDS, attachments: Iterable[Attachment] = (PDF,), *, sender: Sender = US,
         campaign: str = "a campaign", when: datetime | None = WHEN) -> Letter:
    return write(sender, to, said, COVER, tuple(attachments), campaign=campaign, when=when)


def named(name: str) -> Addressee:
    return Addressee(2, "x", "office@bak-touk.lan", name, "en")


def parsed(letter: Letter) -> EmailMessage:
    message = email.message_from_bytes(letter.data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def head(letter: Letter, name: str) -> str:
    """A header's words."""
    return decoded(email.message_from_bytes(letter.data)[name])


def shown(letter: Letter) -> str:
    """What the one recipient is called."""
    (name, _), = getaddresses([email.message_from_bytes(letter.data)["To"].replace("\r\n", "")])
    return decoded(name)


def decoded(text: str) -> str:
    """Encoded words as they are read: the new reader of the library puts spaces between them, the old one does not."""
    return "".join(part.decode(code or "ascii") if isinstance(part, bytes) else part for part, code in decode_header(text))


def files(letter: Letter) -> dict[str, bytes]:
    return {part.get_filename() or "": part.get_payload(decode=True) for part in parsed(letter).iter_attachments()}


def bodies(letter: Letter) -> list[str]:
    """The text and the HTML, with the line ends they were given."""
    parts = [part for part in email.message_from_bytes(letter.data).walk() if part.get_content_maintype() == "text"]
    return [part.get_payload(decode=True).decode().replace("\r\n", "\n") for part in parts]


def sound(letter: Letter) -> None:
    """What every server takes: ASCII, CRLF, short lines, no header twice."""
    lines = letter.data.split(b"\r\n")
    assert letter.data.isascii() and not any(sign in line for line in lines for sign in (b"\r", b"\n", b"\0"))
    assert max(map(len, lines)) <= 78
    names = [line.partition(b":")[0] for line in lines[: lines.index(b"")] if not line.startswith(b" ")]
    assert len(set(names)) == len(names) and set(names) <= {
        b"From", b"To", b"Subject", b"Reply-To", b"Date", b"Message-ID", b"Auto-Submitted", b"List-Unsubscribe", b"X-Unsent",
        b"MIME-Version", b"Content-Type"}


# ---- what it is made of


def test_a_letter_has_text_html_picture_and_file() -> None:
    letter = made()
    message = parsed(letter)
    sound(letter)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/jpeg",
        "application/pdf"]
    assert bodies(letter) == [WORDS.text, WORDS.html]
    picture = next(part for part in message.walk() if part.get_content_type() == "image/jpeg")
    assert picture.get_content() == COVER and picture["Content-ID"] == f"<{CID}@guidance.lan>"
    assert files(letter) == {PDF.name: PDF.data}


def test_its_head_says_what_it_is() -> None:
    message = parsed(made(sender=Sender("Office", "a@guidance.lan", "b@guidance.lan")))
    assert (message["From"], message["Reply-To"]) == ("Office <a@guidance.lan>", "b@guidance.lan")
    assert message["Date"] == "Mon, 30 Nov 2026 08:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<mailto:b@guidance.lan?subject=unsubscribe>"
    assert "Bcc" not in message and "X-Unsent" not in message


def test_a_draft_is_unsent_and_gets_its_number_and_day_from_who_sends_it() -> None:
    letter = made(when=None)
    message = parsed(letter)
    sound(letter)
    assert message["X-Unsent"] == "1" and letter.message_id == ""
    assert not {"Message-ID", "Date", "Bcc", "Auto-Submitted"} & set(message.keys())
    assert message["From"] == "Career Guidance Office <careers@guidance.lan>"


def test_a_draft_is_not_from_the_sample_sender() -> None:
    assert "From" not in parsed(made(sender=Sender("Office", "careers@example.org"), when=None))
    assert "From" in parsed(made(sender=Sender("Office", "careers@example.org")))


def test_the_same_letter_is_the_same_bytes_and_another_campaign_another_number() -> None:
    assert made() == made()
    others = {made().message_id, made(campaign="another").message_id,
              made(Addressee(3, "y", "other@bak-touk.lan", "", "en")).message_id}
    assert len(others) == 3
    assert re.fullmatch(r"<[0-9a-f]{24}@guidance\.lan>", made().message_id)
    assert made().message_id.encode() in made().data


def test_no_boundary_is_met_in_a_body() -> None:
    letter = made(said=Said("s", "--=_0\n=_1\n" * 3, "<p>--=_2</p>"))
    assert letter.data.count(b"\r\n--=_") == 3 + 3 + 3 + 0  # two parts and an end, thrice


def test_what_it_weighs_is_known_before_it_is_made() -> None:
    attachments = [Attachment("a.pdf", b"x" * 90_000), Attachment("b.pdf", b"y" * 60_000)]
    size = len(made(attachments=attachments).data)
    assert weight(WORDS, COVER, [90_000, 60_000]) == pytest.approx(size, rel=0.02)
    assert size / 150_000 < 1.4


# ---- long addresses


def test_no_line_is_long_because_an_address_is() -> None:
    long = f"{'careers.' * 3}office@guidance.lan"
    letter = made(Addressee(2, "x", f"{'a' * 50}@bak-touk.lan", "Bak Touk " * 7, "en"), sender=Sender("Office", long, long))
    sound(letter)
    message = parsed(letter)
    assert message["List-Unsubscribe"].strip() == f"<mailto:{long}?subject=unsubscribe>"
    assert message["From"].addresses[0].addr_spec == message["Reply-To"] == long


# ---- names and subjects


SIGNS = st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from("ក្ខស៊ី​,\"<>@=?;:()\\ "))
TEXTS = st.text(SIGNS, max_size=200)


@given(TEXTS, TEXTS)
def test_whatever_a_school_is_called_the_letter_is_sound(name: str, subject: str) -> None:
    name, subject = addresses.tidy(name), addresses.tidy(subject)
    letter = made(named(name), Said(subject, "text\n", "<p>html</p>"))
    sound(letter)
    assert head(letter, "Subject") == subject
    to = email.message_from_bytes(letter.data)["To"]
    assert [address for _, address in getaddresses([to.replace("\r\n", "")])] == ["office@bak-touk.lan"]
    assert shown(letter) == name


@pytest.mark.parametrize("name", ["School, Phnom Penh", 'The "Best" School', "a@b.c", "School <x@y.z>", "=?utf-8?q?x?=",
                                  "x" * 200, "វិទ្យាល័យព្រះស៊ីសុវត្ថិ", "សាលា​រៀន", "O'Neil; (old)", "back\\slash"])
def test_a_name_is_one_recipient(name: str) -> None:
    letter = made(named(addresses.tidy(name)))
    sound(letter)
    assert [to.addr_spec for to in parsed(letter)["To"].addresses] == ["office@bak-touk.lan"]
    assert shown(letter) == addresses.tidy(name)


@pytest.mark.parametrize("subject", ["=?utf-8?q?x?=", "x" * 200, "a: b", "ខិត្តប័ណ្ណ" * 20])
def test_a_subject_is_read_as_it_was_written(subject: str) -> None:
    letter = made(said=Said(subject, "text", "html"))
    sound(letter)
    assert head(letter, "Subject") == subject


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\0"])
def test_nobody_gets_a_copy_by_a_name_or_a_subject(sign: str) -> None:
    """Even where nothing looked at the text before."""
    evil = f"School{sign}Bcc: all@bak-touk.lan{sign}{sign}<p>"
    letter = made(named(evil), Said(evil, "text", "html"))
    names = [line.partition(b":")[0] for line in letter.data.partition(b"\r\n\r\n")[0].split(b"\r\n") if line[:1] != b" "]
    assert names == [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"List-Unsubscribe", b"MIME-Version",
                     b"Content-Type"]
    assert "Bcc" not in parsed(letter)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=400))
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    letter = made(said=Said("s", text, f"<p>{text}</p>"))
    sound(letter)
    assert bodies(letter) == [text, f"<p>{text}</p>"]


# ---- names of files


@given(st.text(SIGNS, min_size=1, max_size=150))
def test_a_file_has_its_name_in_old_and_in_new_programs(text: str) -> None:
    name = file_name(f"{text}.pdf")
    if addresses.unsafe(name) or name == ".pdf":
        return
    letter = made(attachments=[Attachment(name, b"%PDF")])
    sound(letter)
    assert files(letter) == {name: b"%PDF"}
    part = email.message_from_bytes(letter.data).get_payload()[1]
    old = re.search(r'name="(.*)"', part["Content-Type"], re.S)
    assert old is not None
    assert decoded(old[1]) == name
    assert name.isascii() or "filename*0*=utf-8''" in part["Content-Disposition"]


@pytest.mark.parametrize("length", [60, 64, 65, 70, 71, 80])
def test_a_long_name_in_ascii_makes_no_long_line(length: int) -> None:
    name = file_name(f"{('Technician-' * 9)[: length - 4]}.pdf")
    assert len(name) == length
    letter = made(attachments=[Attachment(name, b"%PDF")])
    sound(letter)
    assert files(letter) == {name: b"%PDF"}


def test_names_of_files_are_for_every_system() -> None:
    assert file_name("a/b\\c:d*e?f\"g<h>i|j.pdf") == "a-b-c-d-e-f-g-h-i-j.pdf"
    assert file_name("ស​ា.pdf") == "សា.pdf"
    long = file_name("ខ" * 300 + ".km.pdf")
    assert len(long) == 80 and long.endswith(".pdf") and len(long.encode()) < 255
    letter = made(attachments=[Attachment(long, b"%PDF")])
    sound(letter)
    assert files(letter) == {long: b"%PDF"}


# ---- goldens


CASES = {"screen.en": ("en", ("screen",), False, WHEN), "office.km": ("km", ("screen", "office"), True, WHEN),
         "draft.km": ("km", ("screen",), False, None)}


def golden(tag: str, editions: tuple[str, ...], native: bool, when: datetime | None) -> bytes:
    """A letter with the project's own words, and stand-ins for the picture and the files."""
    project = discover(ROOT)
    content = load(ROOT / "templates/content/bmet.toml", ROOT)
    copy = copies.load(ROOT, project.language(tag), "en", "bmet")
    stem = copy.plain(content.name) if native else "bmet"
    name = {"en": "Bak Touk, High School", "km": "វិទ្យាល័យបាក់ទូក"}[tag]
    shown = [File(file_name(f"{stem}.{edition}.{tag}.pdf"), copy.words(content.name), copy.language.name,
                  *(("A4", "short-edge") if edition == "office" else ())) for edition in editions]
    said = Writer(ROOT, copy, content, US).write(name, {}, shown)
    attachments = [Attachment(file.name, f"%PDF {edition}".encode()) for file, edition in zip(shown, editions, strict=True)]
    to = Addressee(2, "bak-touk", "office@bak-touk.lan", name, tag)
    return made(to, said, attachments, when=when).data


@pytest.mark.parametrize("case", CASES)
def test_letters_are_the_goldens(case: str, pytestconfig: pytest.Config) -> None:
    data, path = golden(*CASES[case]), GOLDENS / f"{case}.eml"
    if pytestconfig.getoption("--rewrite-traces"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    assert data == path.read_bytes()
