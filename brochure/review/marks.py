"""Marks: which words of a text have changed, as markup; in scripts without spaces a word ends where a line may."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup, escape

from brochure import breaks
from brochure.breaks import ZWSP

UNSEEN = str.maketrans("", "", ZWSP + breaks.WJ)


@dataclass(frozen=True)
class Marked:
    """An old and a new text with the words marked in which they differ; ``seen`` is False if a reader sees no difference."""

    old: Markup
    new: Markup
    seen: bool


def mark(old: str, new: str, tag: str, glossary: tuple[str, ...] = ()) -> Marked:
    """Compare two texts of one language word by word.

    >>> mark("Nurses care.", "Nurses care well.", "").new
    Markup('Nurses care<ins> well</ins>.')
    """
    before, after = list(words(old, tag, glossary)), list(words(new, tag, glossary))
    if _bare("".join(before)) == _bare("".join(after)):
        return Marked(escape("".join(before)), escape("".join(after)), False)
    steps = _steps(before, after)
    left = _render("del", [(kind, before[a:b]) for kind, a, b, _, _ in steps])
    right = _render("ins", [(kind, after[a:b]) for kind, _, _, a, b in steps])
    return Marked(left, right, True)


def changes(old: str, new: str, tag: str) -> tuple[tuple[str, str], ...]:
    """Both texts in one, in pieces with what became of each: "same", "gone" or "new". What nobody sees is no change.

    >>> changes("Nurses care.", "Nurses care well.", "")
    (('same', 'Nurses care'), ('new', ' well'), ('same', '.'))
    """
    before, after = list(words(old, tag)), list(words(new, tag))
    pieces = [piece for kind, a, b, c, d in _steps(before, after)
              for piece in ([("same", after[c:d])] if kind == "equal" else [("gone", before[a:b]), ("new", after[c:d])])]
    return tuple((kind, text) for kind, found in pieces if (text := _bare("".join(found))))


def words(text: str, tag: str, glossary: tuple[str, ...] = ()) -> Iterator[str]:
    """The words, spaces and punctuation marks of a text, each with the place after it where a line may end.

    >>> list(words("a b!", ""))
    ['a', ' ', 'b', '!']
    """
    word, last = "", ""
    for letter in breaks.prepare(text, tag, glossary):
        kind = _kind(letter)
        if word and letter != ZWSP and (kind != last or kind == "mark" or word.endswith(ZWSP)):
            yield word
            word = ""
        word += letter
        last = last if letter == ZWSP else kind
    if word:
        yield word


def _kind(letter: str) -> str:
    if letter.isspace():
        return "space"
    return "mark" if unicodedata.category(letter)[0] in "PS" else "word"


def _bare(word: str) -> str:
    return word.translate(UNSEEN)


Step = tuple[str, int, int, int, int]


def _steps(before: list[str], after: list[str]) -> list[Step]:
    """What became of the words."""
    matcher = SequenceMatcher(None, [_bare(word) for word in before], [_bare(word) for word in after], autojunk=False)
    return _joined(matcher.get_opcodes(), before)


def _joined(steps: Sequence[Step], before: list[str]) -> list[Step]:
    """The steps without lonely spaces between two changes: one long mark is easier to read than two short ones."""
    made = list[Step]()
    for at, (kind, a, b, c, d) in enumerate(steps):
        lonely = kind == "equal" and 0 < at < len(steps) - 1 and not "".join(before[a:b]).translate(UNSEEN).strip()
        kind = "replace" if lonely else kind
        if made and kind != "equal" and made[-1][0] != "equal":
            made[-1] = ("replace", made[-1][1], b, made[-1][3], d)
        else:
            made.append((kind, a, b, c, d))
    return made


def _render(element: str, parts: list[tuple[str, list[str]]]) -> Markup:
    out = Markup("")
    for kind, found in parts:
        text = escape("".join(found))
        out += text if kind == "equal" or not text else Markup("<{0}>{1}</{0}>").format(Markup(element), text)
    return out
