"""Encoding: the bytes of a file that came by mail as text, whatever program saved it."""

from collections.abc import Callable

from brochure.catalog.damage import MARKS, decode
from brochure.errors import CatalogError, Problem

# What a file begins with that was never a catalog.
STRANGERS = (
    (b"PK\x03\x04", "a Word, Excel or zip file"), (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"), (b"{\\rtf", "an RTF file"),
    (b"%PDF", "a PDF"), (b"<!doctype", "a web page"), (b"<html", "a web page"),
    (b"\xde\x12\x04\x95", "a compiled catalog (.mo)"), (b"\x95\x04\x12\xde", "a compiled catalog (.mo)"),
)
ENOUGH = 4  # letters; fewer that look misread may be meant
Note = Callable[..., None]  # a kind of repair, its line, and a name it speaks of


def text(data: bytes, file: str, note: Note, wanted: str = "a PO file") -> str:
    """The text with plain line ends; raise CatalogError for another kind of file or an encoding nobody can tell."""
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if name := next((name for begin, name in STRANGERS if start.startswith(begin.lower())), ""):
        raise CatalogError([Problem(f"{file}:1", f"the file is {name}, not {wanted}",
                                    "save it as plain text, UTF-8, and send that")])
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
    for ends, kind in ((b"\r\r\n", "doubled"), (b"\r\n", "Windows"), (b"\r", "Macintosh")):
        if ends in data:
            note(kind, 1)
            break
    found = decode(data.replace(b"\r\r\n", b"\n"), file)
    if not (right := _misread(found)):
        return found
    note("misread", found[: next(at for at, sign in enumerate(found) if not sign.isascii())].count("\n") + 1)
    return right


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
