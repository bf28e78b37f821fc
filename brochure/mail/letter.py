"""Letter: one message, made once, to the byte."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    """A message to one address. ``data`` is the whole of it as it is sent: CRLF, 7-bit, no line above 78 letters.

    ``row`` is as the spreadsheet shows it, ``id`` the recipient's; ``address`` is the envelope's, normalised, and unique
    in a campaign; ``message_id`` is in angle brackets.
    """

    row: int
    id: str
    address: str
    language: str
    subject: str
    message_id: str
    data: bytes
