"""What is wrong with a PO file's bytes, or with one line of it, in a translator's words."""

import codecs
import contextlib
import re

from brochure import files
from brochure.errors import CatalogError, Problem

MARKS = ((b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"),
         (b"\xef\xbb\xbf", "UTF-8 with a byte order mark"))
# Windows' and word processors' quotation marks, and Khmer's own: what a hand puts where a plain " belongs.
CURLY = "\u201c\u201d\u201e\u00ab\u00bb"
INVISIBLE = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff]+")
# What does not belong in any text: control characters, lost letters (U+FFFD), separators and marks that no editor shows,
# and what turns the direction of all that follows (a translator's isolates and direction marks are no such thing).
STRANGE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\ufeff\ufffd]")
LONGEST = 20_000  # letters of a message; a brochure has fewer
UTF8 = "save it as UTF-8 without a byte order mark"
CUT = "take it again from where it came"


def decode(data: bytes, file: str) -> str:
    """The file's text with plain line ends; raise CatalogError if it is not whole UTF-8."""
    for mark, name in MARKS:
        if data.startswith(mark):
            raise CatalogError([Problem(f"{file}:1", f"the file is saved as {name}", UTF8)])
    if not data.strip():
        raise CatalogError([Problem(f"{file}:1", "the file is empty", "take it from the last version that was whole")])
    if zeros := data.count(b"\0"):
        if zeros * 4 > len(data):
            raise CatalogError([Problem(f"{file}:1", "the file is saved as UTF-16", UTF8)])
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise CatalogError([Problem(f"{file}:{line}", "a zero byte stands in the text", f"the file was damaged: {CUT}")])
    decoder = codecs.getincrementaldecoder("utf-8")()
    with contextlib.suppress(UnicodeDecodeError):
        decoder.decode(data)
        if decoder.getstate()[0]:  # the first bytes of a letter
            line = data.count(b"\n") + 1
            raise CatalogError([Problem(f"{file}:{line}", "the file ends in the middle of a letter",
                                        f"its end was cut off: {CUT}")])
    return files.text(data, file, CatalogError).replace("\r\n", "\n").replace("\r", "\n")


def letter_fault(text: str) -> tuple[str, str] | None:
    """What is wrong with the first character of the text that does not belong in one, and what to do."""
    found = STRANGE.search(text)
    if not found:
        return None
    if found[0] == "\ufffd":
        return ("a letter was lost here: U+FFFD stands in its place",
                "write the text again; the file was once saved in another encoding")
    return f"the character U+{ord(found[0]):04X} does not belong in text", "delete it"


def length_fault(text: str, keyword: str) -> tuple[str, str] | None:
    """What is wrong with a text that is too long to be one message, and what to do."""
    if len(text) <= LONGEST:
        return None
    return (f"{keyword} has {len(text)} letters: more than {LONGEST} are no message",
            f"was a file pasted into it? {CUT}")


def string_fault(string: str, keyword: str) -> tuple[str, str]:
    """What is wrong with a text that is not one quoted string, and what to do."""
    if not string:
        return f"{keyword} stands here without a text", f'write the text after it: {keyword} "…"'
    if string[0] in CURLY or (len(string) > 1 and string[0] == '"' and string[-1] in CURLY):
        return "the text stands in curly quotation marks", 'put plain quotation marks (") around it'
    if INVISIBLE.match(string):
        return ("an invisible character stands before the text",
                f"write {keyword} again, with one space between it and the quotation mark")
    if string[0] != '"':
        return "the quotation mark before the text is missing", 'write " at its beginning'
    if re.match(r'"(?:[^"\\]|\\.)*".', string):
        return ("a quotation mark stands inside the text",
                'write \\" for a quotation mark in the text, and let nothing follow the last one')
    return "the quotation mark after the text is missing", 'write " at its end'


def word_fault(line: str) -> tuple[str, str]:
    """What is wrong with a line that begins with nothing a PO file knows, and what to do."""
    bare = INVISIBLE.sub("", line)
    if not bare:
        return "nothing but an invisible character stands in the line", "delete the line"
    if INVISIBLE.match(line) and bare.startswith(("msg", '"', "#")):
        return "a space or an invisible character stands at the beginning of the line", "delete it"
    if line[0] in CURLY:
        return "the text stands in curly quotation marks", 'put plain quotation marks (") around it'
    word = line.split(None, 1)[0]
    word = f"{word[:20]}…" if len(word) > 21 else word
    return (f"“{word}” does not belong in a PO file",
            'every line begins with #, msgctxt, msgid, msgstr or a quotation mark (")')
