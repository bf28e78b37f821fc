"""Syllables: which glyphs of a shaped run belong to which letters, and together."""

import unicodedata
from collections.abc import Iterable, Sequence

# Invisible stackers (Unicode's Indic_Syllabic_Category): the consonant that follows is drawn below.
STACKERS = "\u1039\u17d2\u1a60"
LONGEST = 4  # bytes of a character in UTF-8

Span = tuple[int, int, int, int]


def syllables(logical: Sequence[int], text: bytes, rtl: bool) -> Iterable[Span]:
    """Spans (first glyph, end glyph, first byte, end byte) of a run's syllables, in visual order.

    `logical` holds the first byte in `text` of each glyph's cluster. Pango parts a syllable where Unicode's
    graphemes do: before some marks and after a stacker. Left-to-right runs are joined again there.
    """
    count = len(logical)
    # The first glyph of each cluster: of equal keys the last one stays.
    firsts = dict(zip(reversed(logical), range(count - 1, -1, -1), strict=True))
    starts = list(dict.fromkeys(logical))
    if rtl:
        stops = [len(text), *starts[:-1]]
    else:
        padded = bytes(LONGEST) + text
        first, *others = starts
        starts = [first, *(at for at in others if not CONTINUES[padded[at : at + 2 * LONGEST]])]
        stops = [*starts[1:], len(text)]
    glyphs = [firsts[start] for start in starts]
    return zip(glyphs, [*glyphs[1:], count], starts, stops, strict=True)


class _Continues(dict[bytes, bool]):
    """Whether a syllable goes on between the first and the second half of the bytes."""

    def __missing__(self, around: bytes) -> bool:
        before, after = around[:LONGEST].decode(errors="ignore"), around[LONGEST:].decode(errors="ignore")
        answer = before[-1:] in STACKERS if before.strip("\0") else False
        self[around] = answer or unicodedata.category(after[:1]) in ("Mn", "Mc")
        return self[around]


CONTINUES = _Continues()  # grows with the letter pairs of the languages set, and no further
