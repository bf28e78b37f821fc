"""Encoding: the bytes of a file that came by mail as text, whatever program saved it."""

import contextlib
import io
import quopri
import re
import zipfile
from collections.abc import Callable

from brochure.catalog.damage import MARKS, decode
from brochure.errors import CatalogError, Problem

PLAIN = "save it as plain text, UTF-8, and send that"
UNPACK = "unpack it, and give the .po file that is in it"
ATTACH = "send the .po file itself, as an attachment"
# What a file begins with that was never a catalog, and what to do.
STRANGERS = (
    (b"PK\x03\x04", "a Word, Excel or zip file", PLAIN), (b"\xd0\xcf\x11\xe0", "an old Word or Excel file", PLAIN),
    (b"{\\rtf", "an RTF file", PLAIN), (b"%PDF", "a PDF", PLAIN),
    (b"<!doctype", "a web page", PLAIN), (b"<html", "a web page", PLAIN),
    (b"\xde\x12\x04\x95", "a compiled catalog (.mo)", PLAIN), (b"\x95\x04\x12\xde", "a compiled catalog (.mo)", PLAIN),
    (b"\x1f\x8b", "a packed file (.gz)", UNPACK), (b"Rar!", "a packed file (.rar)", UNPACK),
    (b"7z\xbc\xaf", "a packed file (.7z)", UNPACK), (b"\xff\xd8\xff", "a picture", ATTACH), (b"\x89PNG", "a picture", ATTACH),
    (b"\x78\x9f\x3e\x22", "a mail as Outlook packs it (winmail.dat)", "ask for it again, as a zip file, or pasted into the mail"),
)
LOST = re.compile(rb"\?{3,}")  # what Windows' “ANSI” leaves of a word in another script
RAW = re.compile(rb"(?:=[0-9A-F]{2}|=\r?\n){3}")  # letters in a mail's own encoding (quoted-printable)
ENOUGH = 4  # letters or words; fewer that look wrong may be meant
Note = Callable[..., None]  # a kind of repair, its line, and a name it speaks of


def text(data: bytes, file: str, note: Note, wanted: str = "a PO file") -> str:
    """The text with plain line ends; raise CatalogError for another kind of file or an encoding nobody can tell."""
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for begin, name, hint in STRANGERS:
        if start.startswith(begin.lower()):
            packed = any(one.endswith((".po", ".pot", ".txt")) for one in _packed(data))
            raise CatalogError([Problem(f"{file}:1", f"the file is {'a zip file' if packed else name}, not {wanted}",
                                        UNPACK if packed else hint)])
    mark = next((name for begin, name in MARKS if data.startswith(begin)), "")
    if mark.startswith("UTF-8"):
        data = data[3:]
        note("mark", 1)
    elif mark or data.count(b"\0") * 4 > len(data):
        little = data[1::2].count(0) > data[::2].count(0)
        try:
            data = data.decode(mark or ("utf-16-le" if little else "utf-16-be")).encode()
        except UnicodeDecodeError:
            decode(data, file)  # refuses it
        note("encoding", 1, mark or "UTF-16")
    if len(RAW.findall(data)) >= ENOUGH:
        note("raw", 1)
        data = quopri.decodestring(data)
    if len(LOST.findall(data)) >= ENOUGH and (first := LOST.search(data)):
        line = len(data[: first.start()].splitlines())
        raise CatalogError([Problem(f"{file}:{line}", "the letters were lost: question marks stand in their place",
                                    "it was saved as ANSI: take the version from before, and save that as UTF-8")])
    for ends, kind in ((b"\r\r\n", "doubled"), (b"\r\n", "Windows"), (b"\r", "Macintosh")):
        if ends in data:
            note(kind, 1)
            break
    found = decode(data.replace(b"\r\r\n", b"\n"), file)
    if not (right := _misread(found)):
        return found
    note("misread", found[: next(at for at, sign in enumerate(found) if not sign.isascii())].count("\n") + 1)
    return right


def _packed(data: bytes) -> list[str]:
    """The names of the files in a zip file; none if it is none."""
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as found:
        return found.namelist()
    return []


def _misread(found: str) -> str:
    """The text as it was before its UTF-8 was read as Windows-1252; empty if it was not."""
    if found.isascii():
        return ""
    try:
        right = b"".join(map(_byte, found)).decode()
    except UnicodeError:
        return ""
    return right if sum(not sign.isascii() for sign in right) >= ENOUGH else ""


def _byte(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")  # the five bytes that Windows-1252 leaves out
