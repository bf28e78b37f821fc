"""Repair: the safe repairs of a message, put into its file with every other byte as it was."""

import re
from collections.abc import Iterable, Sequence

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
PIECE = re.compile(r"\\.|[^\\]", re.S)
Edit = tuple[int, int, str]  # a place in the text, and what to put there


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits made; of two that overlap the first one is."""
    out, last = list[str](), 0
    for start, end, put in apart(edits):
        out += [text[last:start], put]
        last = end
    return "".join([*out, text[last:]])


def apart(edits: Iterable[Edit]) -> list[Edit]:
    """The edits in order, without those that overlap an earlier one."""
    kept = list[Edit]()
    for edit in sorted(set(edits)):
        if not kept or (edit[0] >= kept[-1][1] and edit[:2] != kept[-1][:2]):
            kept.append(edit)
    return kept


def write(data: bytes, line: int, edits: Sequence[Edit]) -> bytes:
    """The file's bytes with edits made in the msgstr that begins in this line (from 1); it may be wrapped."""
    lines = LINE.findall(data)
    places = list[tuple[int, int, int]]()  # of every character of the msgstr: line, from, to in that line's text
    texts = dict[int, str]()
    number = line - 1
    while number < len(lines) and (number == line - 1 or lines[number].lstrip(b" \t").startswith(b'"')):
        text = lines[number].decode()
        texts[number] = text
        first, last = text.index('"') + 1, text.rindex('"')
        places += [(number, first + piece.start(), first + piece.end()) for piece in PIECE.finditer(text[first:last])]
        number += 1
    last_line = max(texts)
    end = (last_line, texts[last_line].rindex('"'), texts[last_line].rindex('"'))
    for start, stop, put in reversed(apart(edits)):
        at = places[start] if start < len(places) else end
        for where, begin, finish in reversed(places[start:stop]):
            texts[where] = texts[where][:begin] + texts[where][finish:]
        texts[at[0]] = texts[at[0]][: at[1]] + _escaped(put) + texts[at[0]][at[1] :]
    for where, text in texts.items():
        lines[where] = text.encode()
    return b"".join(lines)


def _escaped(text: str) -> str:
    for plain, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(plain, escape)
    return text
