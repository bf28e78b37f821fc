"""Break: where lines may end in scripts that write no spaces between words.

Pango breaks Khmer, Lao, Thai and Burmese only at spaces. Here U+200B is put at every allowed break, on the
parsed document, just before layout; catalogs, titles and alternative texts stay free of it. Authority, from
the top: U+200B and U+2060 in the message, the language's glossary, ICU's dictionary after three safety rules.
"""

import csv
import io
import re
from bisect import bisect
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

from brochure import files
from brochure.canonical import canonical
from brochure.errors import CatalogError, Problem, SetupError

ZWSP, WJ, NBSP = "\u200b", "\u2060", "\u00a0"
# Scripts of Unicode's line-breaking class SA, by what can stand inside a word.
SCRIPTS = {
    "Khmer": "\u1780-\u17d3\u17d7\u17dd",
    "Thai": "\u0e01-\u0e3a\u0e40-\u0e4e",
    "Lao": "\u0e80-\u0ece\u0edc-\u0edf",
    "Myanmar": "\u1000-\u103f\u1050-\u109f",
}
_MARKS = ZWSP + WJ
_HEAPS = re.compile(f"[{_MARKS}]{{2,}}")  # marks side by side: more than one of a kind says no more
_RUNS = re.compile("|".join(f"[{letters}](?:[{letters}{_MARKS}]*[{letters}])?" for letters in SCRIPTS.values()))
# What may not begin a cluster: vowels, signs and coeng of all four scripts.
_HANGING = re.compile("[\u17b6-\u17d3\u17dd\u0e31\u0e33-\u0e3a\u0e45\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece"
                      "\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d]")
_COENG = "\u17d2"
_BARE = re.compile("[\u1780-\u17a2]")  # one consonant with nothing on it: never a line of its own
_FINAL = re.compile("[\u1780-\u17a2][\u17cb-\u17cd]")  # a consonant its sign makes silent or short: never begins a line
_REPEAT = "\u17d7"
# Spaces before a stop, a repetition mark, a currency sign or a closing mark must not become a line's end.
_GLUE = re.compile("(?<![ \u00a0])[ \u00a0]+(?=[\u17d4-\u17db!?%\u00bb\u201d\u203a)\\]])")
_STACKER = f"[{_COENG}\u1039]"  # the letter after it stands below the letter before it
_LEADING = "[\u0e40-\u0e44\u0ec0-\u0ec4]"  # vowels written before their consonant
# Marks set by hand where no line may end: inside a cluster, beside a space, before a closing mark.
_MISPLACED = re.compile(f"(?<={_STACKER})[{_MARKS}]+|(?<={_LEADING})[{_MARKS}]+|[{_MARKS}]+(?={_HANGING.pattern})"
                        f"|(?<=[ {NBSP}]){ZWSP}+|{ZWSP}+(?=[ {NBSP}\u17d4-\u17db!?%\u00bb\u201d\u203a)\\]])")
_CLUSTER = re.compile(f"[^{ZWSP}{WJ}](?:{_STACKER}.|{_HANGING.pattern})*", re.S)
SKIP = ("script", "style", "title", "code", "pre")


def needed(text: str) -> bool:
    """Whether the text is in a script that needs a dictionary to break lines."""
    return bool(_RUNS.search(text))


def prepare(text: str, tag: str, glossary: tuple[str, ...] = ()) -> str:
    """The text in canonical order with U+200B at every place where a line may end.

    ``glossary`` holds terms with ``|`` where a line may break inside them. Idempotent, but for U+2060 between
    letters: it has done its work when no break stands there, and does not reach the PDF's text.
    """
    text = _MISPLACED.sub("", _HEAPS.sub(lambda heap: _heap(heap[0]), text))  # searching through long heaps takes minutes
    text = _GLUE.sub(NBSP, canonical(text))
    return _RUNS.sub(lambda run: _broken(run[0], tag, glossary), text)


def _heap(marks: str) -> str:
    """The marks once each; at both ends what stood there."""
    kinds = "".join(dict.fromkeys(marks))
    return kinds + marks[-1] if marks[-1] != kinds[-1] else kinds


@lru_cache(maxsize=1024)  # dates, and names that stand in several places
def _broken(raw: str, tag: str, glossary: tuple[str, ...]) -> str:
    plain, yes, no = "", set[int](), set[int]()
    for character in raw:
        if character == ZWSP:
            yes.add(len(plain))
        elif character == WJ:
            no.add(len(plain))
        else:
            plain += character
    cuts = _terms(plain, _dictionary(plain, tag), glossary)
    if yes:  # a break set by hand cancels the dictionary's within one cluster of it
        hands = sorted(yes)
        near = {cut: hands[max(0, (at := bisect(hands, cut)) - 1) : at + 1] for cut in cuts}  # the one before, the one after
        cuts = {cut for cut in cuts if not any(_one_cluster(plain, cut, hand) for hand in near[cut])}
    edges = sorted(cut for cut in (cuts | yes) - no - {0, len(plain)} if _may_end(plain, cut))
    return ZWSP.join(plain[a:b] for a, b in zip([0, *edges], [*edges, len(plain)], strict=True))


def _may_end(plain: str, cut: int) -> bool:
    """Whether a line may end before this letter: never inside a cluster, never before a repetition mark."""
    return not (_HANGING.match(plain, cut) or plain[cut : cut + 1] == _REPEAT
                or re.match(f"{_STACKER}|{_LEADING}", plain[cut - 1 : cut]))


def _dictionary(run: str, tag: str) -> set[int]:
    """ICU's breaks inside a run of letters, less the unsafe ones."""
    cuts, at = list[int](), 0
    for segment in _icu()(run, tag):
        at += len(segment)
        cuts.append(at)
    cuts = [cut for cut in cuts[:-1] if run[cut] != _REPEAT
            and not ((cluster := _CLUSTER.match(run, cut)) and _FINAL.fullmatch(cluster[0]))]
    edges = [0, *cuts, len(run)]
    alone = {edge for a, b in pairwise(edges) if _BARE.fullmatch(run[a:b]) for edge in (a, b)}
    return set(cuts) - alone


def _terms(plain: str, cuts: set[int], glossary: tuple[str, ...]) -> set[int]:
    """The cuts with the glossary's terms put right, longest term first."""
    taken = [False] * len(plain)
    for spec, term in _plain(glossary):
        at = plain.find(term)
        while at >= 0:
            end = at + len(term)
            if not any(taken[at:end]) and not _HANGING.match(plain, end) and not re.match(_STACKER, plain[max(0, at - 1) : at]):
                cuts = cuts - set(range(at + 1, end))
                place = at
                for part in spec.split("|")[:-1]:
                    place += len(part)
                    cuts = cuts | {place}
                if len(term) > 3:  # a short term may be the middle of a longer word
                    cuts = cuts | {at, end}
                taken[at:end] = [True] * len(term)
            at = plain.find(term, at + 1)
    return cuts


@lru_cache(maxsize=8)
def _plain(glossary: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The terms, each also without its marks."""
    return tuple((spec, spec.replace("|", "")) for spec in glossary)


def _one_cluster(plain: str, a: int, b: int) -> bool:
    """Whether two places have at most one cluster between them."""
    start, end = min(a, b), max(a, b)
    cluster = _CLUSTER.match(plain, start, end)
    return cluster is None or cluster.end() == end


@lru_cache(maxsize=1)
def _icu() -> Callable[[str, str], Iterable[str]]:
    try:
        from icu4py.breakers import LineBreaker
    except ImportError as error:
        raise SetupError([Problem("icu4py", "is not installed, and without it no line of this language can be broken",
                                  "make setup, or: pip install icu4py")]) from error
    return LineBreaker


def apply(root: Element, tag: str, glossary: tuple[str, ...]) -> None:
    """Prepare every text of a parsed document, in place; other languages' parts are left to their own rules.

    The glossary serves the parts in the language ``tag`` only.
    """
    _walk(root, root.get("lang") or tag, tag, glossary)


def _walk(element: Element, tag: str, main: str, glossary: tuple[str, ...]) -> None:
    if element.tag in SKIP:
        return
    tag = element.get("lang") or tag
    terms = glossary if tag == main else ()
    if element.text:
        element.text = prepare(element.text, tag, terms)
    for child in element:
        if isinstance(child.tag, str):
            _walk(child, tag, main, glossary)
        if child.tail:
            child.tail = prepare(child.tail, tag, terms)


def glossary(path: Path, project: Path) -> tuple[str, ...]:
    """The terms of a language's ``glossary.csv``, longest first; none if there is no such file.

    The column ``break`` holds the term with ``|`` where a line may break; without it the term stays whole.
    Raises CatalogError for a file that is not UTF-8 or lacks its columns, or a hint that spells another term.
    """
    if not path.is_file():
        return ()
    file = path.relative_to(project).as_posix()
    text = files.text(path.read_bytes(), file, CatalogError)
    table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names = set(table.fieldnames or ())
        rows = [(table.line_num, row) for row in table]
    except csv.Error as error:
        raise CatalogError([Problem(f"{file}:{table.reader.line_num}", f"cannot be read: {error}",
                                    'put " around a cell with a comma in it, and write "" for a quotation mark')]) from error
    if not {"term", "break"} <= names:
        raise CatalogError([Problem(f"{file}:1", "the columns term and break are missing",
                                    "the first line is: source,term,note,break")])
    terms, problems = set[str](), list[Problem]()
    for number, row in rows:
        term, hint = canonical((row["term"] or "").strip()), canonical((row["break"] or "").strip())
        if hint and hint.replace("|", "") != term:
            problems.append(Problem(f"{file}:{number}", f"the break hint {hint!r} spells another term than {term!r}"))
        if row.get("use") == "forbidden":
            continue
        terms |= {part for part in (hint or term).split() if needed(part)}
    if problems:
        raise CatalogError(problems)
    return tuple(sorted(terms, key=lambda term: (-len(term.replace("|", "")), term)))
