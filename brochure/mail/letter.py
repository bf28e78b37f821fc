"""Letter: one message, made once, to the byte.

It is built with the standard library's older ``Message`` and headers that are folded here: ``EmailMessage`` folds them
otherwise with every other release of Python, and takes forty times as long over a Khmer subject.
"""

import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import charset, policy
from email.message import Message
from email.utils import format_datetime
from urllib.parse import quote

from brochure.mail import addresses
from brochure.mail.settings import Sender

LINE = 76
"""Letters of a line of a body (RFC 2045); with a header's fold and what stands around it no line has more than 78."""

FACTOR = 78 / 57
"""By what a file grows: 57 bytes are a line of 76 letters and its end."""

WRITTEN = policy.compat32.clone(linesep="\r\n", max_line_length=None)
CID = "cover"
SEED = 24
"""Hexadecimal digits of what is drawn from a seed: 96 bits, which nobody meets twice."""

MOSTLY = 0.7
"""Texts with so much ASCII are written as quoted-printable, which a person can read too; the rest as base64."""

LONGEST = 80
"""Letters of the name of a file."""

SHORT = LINE - len(' filename=""')
"""Letters of a name that stands on one line as it is."""

UNSUBSCRIBE = "unsubscribe"
UTF_8 = "utf-8''"
PIECE = re.compile("(?:%[0-9A-F]{2}|[^%]){1,18}")
"""So much of a name as stands on a line; the bytes of a letter may be on two."""

FORBIDDEN = re.compile(r'[\\/:*?"<>|]')


@dataclass(frozen=True)
class Letter:
    """A message to one address. ``data`` is the whole of it as it is sent: CRLF, 7-bit, no line above 78 letters unless an
    address is so long.

    ``row`` is as the spreadsheet shows it, ``id`` the recipient's; ``address`` is the envelope's, normalised, and unique
    in a campaign; ``message_id`` is in angle brackets, and empty for a draft, which gets one when it is sent.
    """

    row: int
    id: str
    address: str
    language: str
    subject: str
    message_id: str
    data: bytes


@dataclass(frozen=True)
class Said:
    """What a letter says: its subject, its text, and the same as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Attachment:
    """A PDF and the name it is saved under, which may be in any letters."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Addressee:
    """Who gets the letter: row and id of the list, the normalised address, the school's name, the language of the words."""

    row: int
    id: str
    address: str
    name: str
    language: str


def write(sender: Sender, to: Addressee, said: Said, cover: bytes, attachments: Sequence[Attachment], *, campaign: str,
          when: datetime | None) -> Letter:
    """The letter; without ``when`` a draft, which a mail program opens to be sent by hand.

    The same arguments give the same bytes: what has to be unique is drawn from the campaign and the address.
    """
    seed = hashlib.sha256(f"{campaign}\0{addresses.key(to.address)}".encode()).hexdigest()[:SEED]
    domain = sender.address.rpartition("@")[2]
    message_id = f"<{seed}@{domain}>" if when else ""
    head = dict[str, str]()
    if when or not addresses.reserved(sender.address):  # a draft without one is from whoever opens it
        head["From"] = addresses.mailbox("From", sender.name, sender.address)
        if sender.reply_to:
            head["Reply-To"] = sender.reply_to
    head |= {"To": addresses.mailbox("To", to.name, to.address), "Subject": addresses.unstructured("Subject", said.subject)}
    if when:
        head |= {"Date": format_datetime(when), "Message-ID": message_id, "Auto-Submitted": "auto-generated",
                 "List-Unsubscribe": _unsubscribe(sender.reply_to or sender.address)}
    else:
        head["X-Unsent"] = "1"
    message = Message()
    for name, value in (head | {"MIME-Version": "1.0"}).items():
        message[name] = value
    related = _parts(Message(), 'related;\n type="text/html"', f"{seed}_2", [_text(said.html, "html"), _picture(cover, domain)])
    body = _parts(Message(), "alternative", f"{seed}_1", [_text(said.text, "plain"), related])
    _parts(message, "mixed", f"{seed}_0", [body, *map(_attached, attachments)])
    return Letter(to.row, to.id, to.address, to.language, said.subject, message_id, message.as_bytes(policy=WRITTEN))


def weight(said: Said, cover: bytes, sizes: Sequence[int]) -> int:
    """About how many bytes a letter has, its files encoded; ``sizes`` are theirs, in bytes."""
    return round((len(said.text.encode()) + len(said.html.encode()) + len(cover) + sum(sizes)) * FACTOR)


def file_name(text: str) -> str:
    """The text as the name of an attachment: what no system forbids, and no sign that nobody sees.

    >>> file_name("km/ខ្មែរ: 1.pdf")
    'km-ខ្មែរ- 1.pdf'
    """
    stem, dot, suffix = FORBIDDEN.sub("-", addresses.tidy(text)).rpartition(".")
    return f"{stem[:LONGEST - len(suffix) - 1].rstrip()}{dot}{suffix}"


def _unsubscribe(address: str) -> str:
    """Where to write to for no more letters; on a line of its own if it is long."""
    place = f"<mailto:{quote(address, '@')}?subject={UNSUBSCRIBE}>"
    return place if len("List-Unsubscribe: ") + len(place) <= LINE else f"\n {place}"


def _parts(message: Message, kind: str, boundary: str, parts: Sequence[Message]) -> Message:
    """The message with these parts; a boundary begins as no line of base64 or quoted-printable does."""
    message["Content-Type"] = f'multipart/{kind};\n boundary="=_{boundary}"'
    for part in parts:
        message.attach(part)
    return message


def _text(text: str, kind: str) -> Message:
    """A text in UTF-8; its lines end as those of a letter do, and one that begins with From stays as it is."""
    part, coding = Message(), charset.Charset("utf-8")
    plain = sum(map(str.isascii, text)) >= MOSTLY * len(text)
    coding.body_encoding = charset.QP if plain else charset.BASE64
    part["Content-Type"] = f"text/{kind}"
    part.set_payload(text if plain else text.replace("\n", "\r\n"), coding)
    del part["MIME-Version"]  # the letter has said so
    return part


def _picture(data: bytes, domain: str) -> Message:
    part = _binary(f'image/jpeg; name="{CID}.jpg"', data)
    part["Content-ID"] = f"<{CID}@{domain}>"
    part["Content-Disposition"] = f'inline; filename="{CID}.jpg"'
    return part


def _attached(attachment: Attachment) -> Message:
    """A PDF. A name that is long or not ASCII is written for new programs (RFC 2231), and as old ones know it (RFC 2047)."""
    if attachment.name.isascii() and len(attachment.name) <= SHORT:
        part = _binary(f'application/pdf;\n name="{attachment.name}"', attachment.data)
        part["Content-Disposition"] = f'attachment;\n filename="{attachment.name}"'
        return part
    words = addresses.unstructured("name", attachment.name)
    part = _binary(f'application/pdf;\n name="{words}"', attachment.data)
    named = [f"filename*{at}*={UTF_8 * (not at)}{piece}" for at, piece in enumerate(PIECE.findall(quote(attachment.name, "")))]
    part["Content-Disposition"] = ";\n ".join(("attachment", *named))
    return part


def _binary(kind: str, data: bytes) -> Message:
    """A part in base64; its lines are cut here, for the library's own way takes ten times as long."""
    part = Message()
    part["Content-Type"] = kind
    part["Content-Transfer-Encoding"] = "base64"
    text = binascii.b2a_base64(data, newline=False).decode()
    part.set_payload("\n".join([text[at : at + LINE] for at in range(0, len(text), LINE)]) + "\n")
    return part
