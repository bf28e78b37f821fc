"""Addresses: what may stand in an envelope or a header, and how a header says it in ASCII."""

import re
import unicodedata
from email.header import Header
from email.utils import formataddr

import idna

from brochure.recipients import cells
from brochure.recipients.cells import Fault

LOCAL, WHOLE = 64, 254
"""Octets of the part before the @, and of an address (RFC 5321, 4.5.3.1; erratum 1690 of RFC 3696)."""

LINE = 76
RESERVED = re.compile(r"(?:.*[.@])?(?:example\.(?:com|net|org)|example|test|invalid)")
"""Names that no server has (RFC 2606)."""

# Controls, separators of lines, signs that turn the direction of writing, halves of a letter: no header may have them.
DANGER = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
UNSEEN = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))
ENCODED = "=?"


def normal(text: str) -> str | Fault:
    """The address as an envelope has it: the domain in small ASCII letters (IDNA 2008), the rest untouched.

    >>> normal("Office@Bücher.EXAMPLE")
    'Office@xn--bcher-kva.example'
    """
    sound = cells.email(text)
    if isinstance(sound, Fault):
        local = text.rpartition("@")[0]
        if local and not local.isascii() and not DANGER.search(text):
            return Fault(f"{cells.short(text)} has letters before the @ that many servers do not deliver",
                         "ask the school for an address in English letters")
        return sound
    local, _, domain = sound.rpartition("@")
    try:
        ascii_ = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
        idna.encode(ascii_)
    except idna.IDNAError:
        return Fault(f"{cells.short(text)} has a host that no network knows", "write one, like office@example.org")
    address = f"{local}@{ascii_}"
    if len(local) > LOCAL or len(address) > WHOLE:
        return Fault(f"{cells.short(text)} is longer than an address can be", "write one, like office@example.org")
    return address


def key(address: str) -> str:
    """What two addresses have in common that are one mailbox in practice: letters, whatever their case."""
    return address.casefold()


def reserved(address: str) -> bool:
    """Whether the address is in a domain that is for examples only."""
    return bool(RESERVED.fullmatch(address))


def unsafe(text: str) -> Fault | None:
    """Why the text may not stand in a header, if it may not."""
    found = DANGER.search(text)
    if found is None:
        return None
    return Fault(f"has a sign that no line of a letter's head may have (U+{ord(found[0]):04X})",
                 "type the text again: the sign is invisible")


def tidy(text: str) -> str:
    """The text in one line and one coding, without marks for line breaks that nobody sees.

    >>> tidy(" Bak  Touk\\u200bHigh ")
    'Bak ToukHigh'
    """
    return " ".join(unicodedata.normalize("NFC", text.translate(UNSEEN)).split())


def unstructured(field: str, text: str) -> str:
    """The value of a header such as Subject, in ASCII, with its lines folded."""
    return text if _plain(text) and len(field) + 2 + len(text) <= LINE else _encoded(field, text)


def mailbox(field: str, name: str, address: str) -> str:
    """A name with its address, as From and To have them; a name with a comma stays one."""
    plain = formataddr((name, address)) if _plain(name) else ""
    if plain and len(field) + 2 + len(plain) <= LINE:
        return plain
    return f"{_encoded(field, name)}\n <{address}>" if name else address


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and ENCODED not in text


def _encoded(field: str, text: str) -> str:
    """Encoded words (RFC 2047), each of whole characters, one a line."""
    return Header(text, "utf-8", maxlinelen=LINE, header_name=field).encode()
