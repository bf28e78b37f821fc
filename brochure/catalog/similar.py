"""Similar: what differs between two source texts, and which old text a new one was made from."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence

from brochure.catalog.markup import TAG

CLOSE = 0.75  # share of the words of both texts that they have in common
ENOUGH = 4  # words; shorter texts that look alike often mean the opposite: “Not accepted”, “Accepted”
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# What a translation repeats as it stands. The order matters: an address may hold numbers.
VALUES = re.compile(
    r"(?P<address>[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[^\s<>]*[\w/]|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/[^\s<>]*\w)?)"
    r"|(?P<telephone>\+\d[\d ()./-]{4,}\d|\(?\b0\d[\d ()./-]{4,}\d)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
)
NAMES = {"address": "address", "telephone": "telephone number", "number": "number"}
MEANING = "%&@#*/\\"  # signs that Unicode counts as punctuation


def difference(old: str, new: str) -> str:
    """What a translator must look at, where the change is small; empty where the words changed.

    >>> difference("Pay: 300 USD", "Pay: 400 USD")
    'only a number changed: 300 → 400'
    >>> difference("Is it hard?", "Is it hard")
    'punctuation only'
    """
    if _blanked(old) == _blanked(new):
        pairs = [(a, b) for a, b in zip(VALUES.finditer(old), VALUES.finditer(new), strict=True) if a[0] != b[0]]
        if pairs:
            kinds = {NAMES[str(b.lastgroup)] for _, b in pairs}
            name = kinds.pop() if len(kinds) == 1 else "number"
            some = f"{name}{'es' if name == 'address' else 's'}"
            what = some if len(pairs) > 1 else f"an {name}" if name == "address" else f"a {name}"
            return f"only {what} changed: " + ", ".join(f"{a[0]} → {b[0]}" for a, b in pairs)
    return "punctuation only" if _letters(old) == _letters(new) else ""


def match(new: Sequence[str], old: Sequence[str]) -> dict[int, int]:
    """For each new text the old one it was most likely made from: index → index, no old text twice.

    The same text counts at any length; another only with enough words, most of them in common.
    """
    exact, postings = defaultdict[str, list[int]](list), defaultdict[str, list[tuple[int, int]]](list)
    sizes = []
    for number, text in enumerate(old):
        words = Counter(_words(text))
        sizes.append(words.total())
        exact[text].append(number)
        for word, count in words.items():
            postings[word].append((number, count))
    scores: list[tuple[float, int, int]] = []
    for number, text in enumerate(new):
        scores += [(-2.0, number, there) for there in exact[text]]
        words = Counter(_words(text))
        size = words.total()
        common: Counter[int] = Counter()
        for word, count in words.items() if size >= ENOUGH else ():
            for there, times in postings[word]:
                common[there] += min(count, times)
        scores += [(-2 * shared / (size + sizes[there]), number, there) for there, shared in common.items()
                   if sizes[there] >= ENOUGH and 2 * shared >= CLOSE * (size + sizes[there])]
    found: dict[int, int] = {}
    taken = set()
    for _, number, there in sorted(scores):
        if number not in found and there not in taken:
            found[number] = there
            taken.add(there)
    return found


def _words(text: str) -> list[str]:
    return WORD.findall(TAG.sub(" ", text).casefold())


def _blanked(text: str) -> str:
    return " ".join(VALUES.sub("\0", text).split())


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign in MEANING or unicodedata.category(sign)[0] not in "PZC")
