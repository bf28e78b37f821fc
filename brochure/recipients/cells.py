"""Cells: what a cell of each kind may say; a cell is text, whatever markup or template it looks like."""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST = 1000
"""Characters of a cell: more do not fit any panel."""

YEARS = range(2000, 2200)
MOST = 999_999
"""Copies for one recipient."""


class Fault(NamedTuple):
    """What is wrong with a cell, what to do, and whether it is an error or a warning."""

    what: str
    hint: str
    severity: str = "error"


# One look at a cell: most have nothing of this.
SUSPECT = re.compile(
    "\\A(?P<formula>[=+\\-@\t\r\uff0b\uff0d\uff1d\uff20])|\\A\\s*(?P<failed>#(?:REF!|NAME\\?|N/A|VALUE!|DIV/0!|NULL!|NUM!|#+)\\s*\\Z)"
    "|(?P<bidi>[\u202a-\u202e\u2066-\u2069])|(?P<line>[\n\r\x0b\x0c\x85\u2028\u2029])"
    "|(?P<control>[\x00-\x08\x0e-\x1f\x7f-\x9f\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f])|(?P<lost>\ufffd|\\?{3,})")
STARTS = "=+-@#\t\r\uff0b\uff0d\uff1d\uff20"
# Of a whole row, to spare its cells the look.
WITHIN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff0-\uffff\U000e0000-\U000e007f]|\\?\\?")
FAULTS = {
    "formula": ("begins with {sign}, as a formula does",
                "write the text without it; if it is a formula, copy the column and paste it as values"),
    "failed": ("has no value: the spreadsheet shows {text}", "mend the formula, or empty the cell"),
    "bidi": ("has a sign that turns the direction of writing ({code})", "type the text again: the sign is invisible"),
    "line": ("has a line break", "write it in one line"),
    "control": ("has a control character ({code})", "type the text again: the sign is invisible"),
    "lost": ("has lost its letters: question marks stand in their place",
             "take the list from before, and save it as “CSV UTF-8” or as an Excel workbook"),
}
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
HOST = r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}"
EMAIL = re.compile(rf"{ATOM}(?:\.{ATOM})*@{HOST}")
URL = re.compile(rf"https?://(?:{HOST})(?::(?P<port>\d{{1,5}}))?(?:[/?#][^\s<>\"\\^`{{|}}]*)?", re.IGNORECASE)
TELEPHONE = re.compile(r"\+?[\d ().-]+")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")


def calm(row: Iterable[str]) -> bool:
    """Whether no cell of a row can be suspicious, but for how it begins."""
    text = "".join(row)
    return len(text) <= LONGEST and not WITHIN.search(text)


def suspicious(text: str, kind: str) -> Fault | None:
    """What no cell may hold: formulas, invisible signs, line breaks, lost letters, more than ``LONGEST`` characters."""
    if len(text) > LONGEST:  # first: what follows would read all of it
        return Fault(f"has {len(text):,} characters", f"write at most {LONGEST:,}")
    found = next(_suspects(text, kind), None)
    if found is None or found.lastgroup is None:
        return None
    sign = found[0][:1]
    what, hint = FAULTS[found.lastgroup]
    return Fault(what.format(sign={"\t": "a tabulator", "\r": "a line break"}.get(sign, sign), text=text.strip(),
                             code=f"U+{ord(sign):04X}"), hint)


def _suspects(text: str, kind: str) -> Iterator[re.Match[str]]:
    for found in SUSPECT.finditer(text):
        if not (found["formula"] == "+" and kind == "telephone"):
            yield found


def short(text: str) -> str:
    """The text as a sentence quotes it."""
    return f"“{text[:40]}…”" if len(text) > 41 else f"“{text}”"


def latin(text: str) -> str:
    """The text with the digits of every script as 0 to 9."""
    return text if text.isascii() else "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def date(text: str) -> str | Fault:
    """The day as ISO 8601 writes it; 13/4/2026 is the 13th of April."""
    plain = latin(text)
    if found := ISO.fullmatch(plain):
        year, month, day = (int(part) for part in found.groups())
    elif found := DAY_FIRST.fullmatch(plain):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
        if min(day, month) >= 1 and max(day, month) <= 12 and day != month and year in YEARS:
            return Fault(f"{short(text)} may be two days", f"write {year}-{month:02}-{day:02} or {year}-{day:02}-{month:02}")
    else:
        return Fault(f"{short(text)} is not a date", "write year, month, day: 2026-11-30")
    if year not in YEARS:
        return Fault(f"{short(text)} is in the year {year}", f"write a year from {YEARS[0]} to {YEARS[-1]}")
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return Fault(f"there is no day {short(text)}", "write year, month, day: 2026-11-30")


def email(text: str) -> str | Fault:
    """The address, if it can be one."""
    if EMAIL.fullmatch(text):
        return text
    return Fault(f"{short(text)} is not an e-mail address", "write one, like office@example.org")


def url(text: str) -> str | Fault:
    """The address of a web page, if it can be one."""
    found = URL.fullmatch(text)
    if found and int(found["port"] or 1) < 65536:
        return text
    return Fault(f"{short(text)} is not a web address", "write it whole, like https://example.org/school")


def telephone(text: str) -> str | Fault:
    """One telephone number, or several with / , or ; between them."""
    for number in re.split("[/,;]", latin(text)):
        digits = re.sub(r"\D", "", number)
        if not TELEPHONE.fullmatch(number.strip()) or not 3 <= len(digits) <= 15:
            return Fault(f"{short(text)} is not a telephone number", "write it like +855 00 000 000; / stands between two")
    return text


def zeroless(text: str) -> Fault | None:
    """A warning for a number that a spreadsheet has probably taken the first zero from."""
    for number in re.split("[/,;]", latin(text)):
        digits = re.sub(r"\D", "", number)
        if len(digits) >= 7 and not digits.startswith("0") and "+" not in number:
            return Fault(f"{short(number.strip())} begins with neither + nor 0: a spreadsheet may have taken its first zero",
                         "format the column as text and type the number again", "warning")
    return None


def number(text: str) -> str | Fault:
    """A number, with a point before its decimals."""
    plain = latin(text)
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return plain
    return Fault(f"{short(text)} is not a number", "write it with digits only, like 1250 or 3.5")


def copies(text: str) -> str | Fault:
    """How many are printed."""
    plain = latin(text)
    if re.fullmatch(r"\d{1,6}", plain) and int(plain) >= 1:
        return str(int(plain))
    return Fault(f"{short(text)} is not a number of copies", f"write a whole number from 1 to {MOST}")
