"""Transparency: none in the kinds of PDF that were made before there was any (PDF/A-1, PDF/X-1a, PDF/X-3)."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from brochure.errors import Problem

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

OPAQUE = ("pdf/a-1a", "pdf/a-1b", "pdf/x-1a", "pdf/x-3")
PLAIN = ("/Normal", "/Compatible")


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Look for transparency where the file's kind allows none."""
    kinds = [variant for variant in promise.variants if variant in OPAQUE]
    for what, count in (Counter(_found(file)) if kinds else {}).items():
        more = f" ({count} times)" if count > 1 else ""
        yield promise.problem(f"it has {what}{more}, and {kinds[0]} allows no transparency",
                              "take opacity, blending and pictures with an alpha channel out, or promise a newer kind")


def _found(file: "File") -> Iterator[str]:
    for item in (*file.dictionaries, *file.streams):
        if any(float(item.get(key, 1)) < 1 for key in ("/ca", "/CA") if item.get("/Type", "/ExtGState") == "/ExtGState"):
            yield "something half transparent"
        if "/BM" in item and not any(name in PLAIN for name in (item.BM if not _is_name(item.BM) else [item.BM])):
            yield "a blend mode"
        if "/SMask" in item and item.SMask != "/None":
            yield "a soft mask"
        if item.get("/S") == "/Transparency":
            yield "a transparency group"


def _is_name(value: object) -> bool:
    return str(value).startswith("/")
