"""Rehearsal: the letters of a list, all to the one person who wants to see them first."""

import re
from dataclasses import replace

from brochure.mail import addresses
from brochure.mail.letter import Letter

SUBJECT = "[TEST → {address}] {subject}"
HEAD = re.compile(rb"^(?:To|Subject):[^\r\n]*(?:\r\n[ \t][^\r\n]*)*", re.M)
END = b"\r\n\r\n"


def readdressed(letter: Letter, address: str) -> Letter:
    """The letter with another address and a mark in its subject, and every other byte as it was."""
    subject = SUBJECT.format(address=letter.address, subject=letter.subject)
    lines = {b"To": address, b"Subject": addresses.unstructured("Subject", subject).replace("\r\n", "\n").replace("\n", "\r\n")}
    head, end, body = letter.data.partition(END)
    new = HEAD.sub(lambda found: b"%s: %s" % (name := found[0].partition(b":")[0], lines[name].encode()), head)
    return replace(letter, subject=subject, data=new + end + body)
