"""Rescue: a PO file as Notepad, Word, Outlook or a telephone saved it, made readable again, each repair said.

Only what has one meaning is repaired; everything else is left for ``blocks.check`` to refuse with its line.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from brochure.catalog import blocks, encoding
from brochure.catalog.damage import INVISIBLE
from brochure.errors import CatalogError, Problem

GONE = {
    "encoding": "the file was saved as {}: it is UTF-8 now",
    "mark": "a byte order mark stood at the beginning: it is gone",
    "raw": "the letters stood as a mail encodes them (quoted-printable): they are right again",
    "misread": "UTF-8 had been read as Windows' Western encoding: the letters are right again",
    "Windows": "the line ends are those of Windows: the catalog keeps its own",
    "Macintosh": "the line ends are those of an old Macintosh: the catalog keeps its own",
    "doubled": "every line end stood twice in part: one is left",
    "quoted": "the lines began with >, as a mail program quotes them: that is gone",
    "before": "the text of a mail stood before the first line: it is gone",
    "after": "the text of a mail stood after the last message: it is gone",
    "broken": "a text ran over several lines: it is on one line again",
    "comment": "a comment ran over several lines: it is on one line again",
    "space": "a space or an invisible character stood where it does not belong: it is gone",
    "sign": "a sign stood between a keyword and its text: it is gone",
    "capital": "a keyword had a capital letter: it is small now",
    "curly": "curly or single quotation marks stood around a text: they are plain now",
    "escape": "a curly quotation mark stood after a backslash: it is plain now",
    "inner": 'a quotation mark in a text had no backslash before it: it is \\" now',
    "empty": "an empty line stood in the middle of a message: it is gone",
    "feff": "a byte order mark stood in a text: it is gone",
    "header": "the header was missing: the catalog keeps its own",
    "charset": "the header named {}: the file is UTF-8",
}
KEYWORD = re.compile(r"(#~\s*)?(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)(?![\w\[])(.*)", re.IGNORECASE | re.DOTALL)
PLAIN = re.compile(r'"(?:[^"\\]|\\.)*"')
TRAILING = re.compile(f"{INVISIBLE.pattern}$")
AROUND = "\"“”„‟«»＂″'‘’‚"
OPENS = re.compile(r'\s*(?:#~\s*)?(?:msg[a-z_]+(?:\[\d+\])?\s*)?["“„](?:[^"”\\]|\\.)*', re.IGNORECASE)
ORDER = {"msgctxt": ("msgid",), "msgid": ("msgid_plural", "msgstr"), "msgid_plural": ("msgstr",), "msgstr": ("msgstr[",)}
CHARSET = re.compile(r"(?<=charset=)[^\\\"\s]*", re.IGNORECASE)
CONTENT_TYPE = '"Content-Type: text/plain; charset=UTF-8\\n"'
SIGNS = re.compile(r"\s*[:=–—…-]+\s*(?=[\"“„«])")
MANY = 4  # lines with the same damage are said once
Line = tuple[int, str]  # its number in the file as received, and its text


@dataclass(frozen=True)
class Rescued:
    """A PO file that passes the check, with plain line ends; one remark for each kind of repair."""

    data: bytes
    repairs: tuple[Problem, ...]


def rescue(data: bytes, file: str) -> Rescued:
    """Repair what has one meaning; raise CatalogError for everything else, with the lines of the file received."""
    mend = _Mend(file)
    text = encoding.text(data, file, mend.note)
    lines = list(enumerate(text.removesuffix("\n").split("\n"), 1))
    lines = list(mend.tidy(mend.joined(mend.framed(mend.unquoted(lines)))))
    lines = mend.header(list(mend.closed(lines)))
    if not any(line.removeprefix("#~ ").startswith("msgctxt") for _, line in lines):
        raise CatalogError([Problem(f"{file}:1", "no message in it has a msgctxt, so it is no catalog of this project",
                                    "is it the right file? take the one that was sent, and change nothing but msgstr")])
    whole = "".join(f"{line}\n" for _, line in lines).encode()
    try:
        blocks.check(whole, file)
    except CatalogError as error:
        raise CatalogError(_once([_moved(problem, [number for number, _ in lines]) for problem in error.problems])) from error
    return Rescued(whole, mend.said())


class Repairs:
    """What repairs have to say: kind → the first line and how often."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: dict[str, tuple[int, int]] = {}
        self.names: dict[str, str] = {}

    def note(self, kind: str, line: int, name: str = "") -> None:
        """Count a repair of this kind; ``name`` goes into its sentence."""
        first, count = self.found.get(kind, (line, 0))
        self.found[kind] = (min(first, line), count + 1)
        self.names.setdefault(kind, name)

    def said(self) -> tuple[Problem, ...]:
        """One remark a kind."""
        return tuple(Problem(f"{self.file}:{line}", GONE[kind].format(self.names[kind]) + f" ({count} times)" * (count > 1),
                             severity="remark") for kind, (line, count) in self.found.items())


class _Mend(Repairs):
    """The steps of a repair, each from lines to lines."""

    def unquoted(self, lines: list[Line]) -> list[Line]:
        quoted = [number for number, line in lines if line.startswith(">") and _known(line[1:])]
        if not quoted or any(_known(line) for _, line in lines):
            return lines
        self.note("quoted", quoted[0])
        return [(number, re.sub(r"^> ?", "", line)) for number, line in lines]

    def framed(self, lines: list[Line]) -> list[Line]:
        """Without what stands before the first and after the last line of a PO file."""
        ours = [at for at, (_, line) in enumerate(lines) if _known(line)]
        if not ours:
            raise CatalogError([Problem(f"{self.file}:1", "no line of a PO file is in it",
                                        "send the .po file itself, as an attachment")])
        start, last = ours[0], ours[-1]
        if any(line.strip() for _, line in lines[:start]):
            self.note("before", 1)
        else:
            start = 0
        rest = lines[last + 1 :]
        end = next((at for at, (_, line) in enumerate(rest) if line.strip() in ("--", "—", "–") or not line.strip()), len(rest))
        if any(line.strip() for _, line in rest[end:]):
            self.note("after", next(number for number, line in rest[end:] if line.strip()))
            rest = rest[:end]
        return lines[start : last + 1] + rest

    def joined(self, lines: list[Line]) -> list[Line]:
        """With texts and comments on one line that a mail program broke at a space."""
        out: list[Line] = []
        at = 0
        while at < len(lines):
            number, line = lines[at]
            at += 1
            if OPENS.fullmatch(line) and not PLAIN.search(line):
                whole, ahead = line, at
                while ahead < len(lines) and lines[ahead][1].strip() and not _known(lines[ahead][1]):
                    whole += ("" if whole.endswith((" ", "\u200b")) else " ") + lines[ahead][1].lstrip(" ")
                    ahead += 1
                if ahead > at and whole.rstrip().endswith(('"', "”")):
                    self.note("broken", number)
                    line, at = whole, ahead
            elif line.strip() and not _known(line) and out and re.match(r"#(?!~)", out[-1][1]):
                self.note("comment", number)
                out[-1] = (out[-1][0], f"{out[-1][1].rstrip()} {line.strip()}")
                continue
            out.append((number, line))
        return out

    def tidy(self, lines: list[Line]) -> Iterator[Line]:
        """Every line by itself: spaces, keywords, quotation marks."""
        for number, line in lines:
            bare = _stripped(line)
            odd = bare != line.rstrip(" \t") and not line.startswith("#")
            found = KEYWORD.fullmatch(bare)
            old, word, text = found.groups() if found else ("", "", bare)
            if found:
                signs = SIGNS.match(text)
                string = _stripped(text[signs.end() :] if signs else text)
                odd = odd or not (signs or text.lstrip(" \t") == string)
                for kind, seen in (("sign", signs), ("capital", word != word.lower())):
                    if seen:
                        self.note(kind, number)
                text = f"{'#~ ' if old else ''}{word.lower()} {self._string(string, number)}".rstrip()
            elif bare.startswith("#~") and bare[2:].strip()[:1] in tuple(AROUND):
                text = f"#~ {self._string(bare[2:].strip(), number)}"
            elif bare.startswith(tuple(AROUND)):
                text = self._string(bare, number)
            if odd:
                self.note("space", number)
            yield number, text

    def _string(self, string: str, number: int) -> str:
        """The text in plain quotation marks, if both are there in some form."""
        if "\ufeff" in string:
            self.note("feff", number)
            string = string.replace("\ufeff", "")
        if PLAIN.fullmatch(string) and not re.search(r"\\[“”„]", string):
            return string
        if len(string) < 2 or string[0] not in AROUND or string[-1] not in AROUND or string[-2] == "\\":
            return string
        body, kinds = string[1:-1], []
        if string[0] + string[-1] != '""':
            kinds.append("curly")
            body = re.sub(r"^[ \u00a0\u202f]+|[ \u00a0\u202f]+$", "", body) if string[0] == "«" else body
        if (plain := re.sub(r"\\[“”„]", r'\\"', body)) != body:
            kinds.append("escape")
        if (safe := re.sub(r'(\\.)|"', lambda m: m[1] or '\\"', plain)) != plain:
            kinds.append("inner")
        if not PLAIN.fullmatch(f'"{safe}"'):
            return string
        for kind in kinds:
            self.note(kind, number)
        return f'"{safe}"'

    def closed(self, lines: list[Line]) -> Iterator[Line]:
        """Without the empty lines between the parts of one message."""
        word, waiting = "", list[Line]()
        for number, line in lines:
            if not line:
                waiting.append((number, line))
                continue
            found = KEYWORD.match(line)
            kind = found[2] if found else ""
            if word and waiting and (kind.startswith(ORDER[word]) if kind else line.startswith(('"', '#~ "'))):
                self.note("empty", waiting[0][0])
                waiting = []
            yield from waiting
            waiting = []
            word = kind.partition("[")[0] if kind else word if line.startswith(('"', '#~ "')) else ""
            yield number, line

    def header(self, lines: list[Line]) -> list[Line]:
        """With a header that names UTF-8, which the file is by now."""
        at = next((at for at, (_, line) in enumerate(lines) if line.startswith("msg")), len(lines))
        if at < len(lines) and lines[at][1].startswith("msgctxt"):
            self.note("header", 1)
            return [(1, line) for line in ('msgid ""', 'msgstr ""', CONTENT_TYPE, "")] + lines
        end = next((n for n, (_, line) in enumerate(lines) if line.startswith("msgctxt")), len(lines))
        for here in range(at, end):
            number, line = lines[here]
            if (named := CHARSET.search(line)) and named[0].casefold() not in ("utf-8", "utf8"):
                self.note("charset", number, f"the encoding {named[0].upper() or 'nothing'}")
                lines[here] = (number, line[: named.start()] + "UTF-8" + line[named.end() :])
        if not any("content-type:" in line.casefold() for _, line in lines[at:end]):
            place = next((n for n in range(at, end) if lines[n][1] == 'msgstr ""'), None)
            if place is not None:
                self.note("charset", lines[place][0], "no encoding")
                lines.insert(place + 1, (lines[place][0], CONTENT_TYPE))
        return lines


def _known(line: str) -> bool:
    """Whether a line begins as a line of a PO file does."""
    bare = _stripped(line)
    return bool(KEYWORD.match(bare)) or bare.startswith(("#", *'"“”„«»'))


def _stripped(line: str) -> str:
    """Without spaces and invisible characters at both ends; a comment keeps its own."""
    line = line[found.end() :] if (found := INVISIBLE.match(line)) else line
    if line.startswith("#") and not line.startswith("#~"):
        return line.rstrip(" \t")
    return line[: -len(found[0])] if (found := TRAILING.search(line)) else line


def _once(problems: list[Problem]) -> Iterator[Problem]:
    """The problems, but one that many lines have once, at the first of them."""
    alike = Counter((problem.what, problem.hint) for problem in problems)
    said = set[tuple[str, str]]()
    for problem in problems:
        kind = (problem.what, problem.hint)
        if alike[kind] < MANY:
            yield problem
        elif kind not in said:
            said.add(kind)
            yield Problem(problem.where, f"{problem.what} (and in {alike[kind] - 1} other lines)", problem.hint, problem.severity)


def _moved(problem: Problem, numbers: list[int]) -> Problem:
    """The problem with its line in the file as received."""
    file, _, line = problem.where.rpartition(":")
    return Problem(f"{file}:{numbers[min(int(line), len(numbers)) - 1]}", problem.what, problem.hint, problem.severity)
