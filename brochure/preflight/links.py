"""Links: each leads to an address that can exist, or to a place in the file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from brochure.errors import Problem

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

WEB = ("http", "https")
LIVE = (*WEB, "mailto", "tel")
DEAD = ".invalid"
"""A top-level domain that never exists (RFC 2606): an address in it is a placeholder."""

HINT = f"an address begins with one of {', '.join(LIVE)}; a place is the id of an element"


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Look at every link of a tagged file; files for paper have none."""
    import pikepdf

    if not promise.tagged:
        return
    anchors = _anchors(file)
    for number, page in enumerate(file.pdf.pages, start=1):
        notes: Any = page.obj.get("/Annots", [])
        for note in notes:
            if note.get("/Subtype") != "/Link":
                continue
            action = note.get("/A", {})
            if "/URI" in action:
                if not is_live(str(action.URI)):
                    yield promise.problem(f"page {number}: the link to “{action.URI}” leads nowhere", HINT)
            elif not _arrives(target := note.get("/Dest", action.get("/D", "")), anchors):
                name = "" if isinstance(target, pikepdf.Array) else str(target)
                yield promise.problem(f"page {number}: the link to “{name}” leads nowhere in the file", HINT)


def is_live(address: str) -> bool:
    """Whether a reader can follow the address."""
    parts = urlsplit(address)
    if parts.scheme in WEB:
        return bool(parts.hostname) and not str(parts.hostname).endswith(DEAD)
    return parts.scheme in LIVE and bool(parts.path) and not parts.path.endswith(DEAD)


def _anchors(file: "File") -> frozenset[str]:
    import pikepdf

    tree = file.root.get("/Names", {}).get("/Dests")
    named = [] if tree is None else list(pikepdf.NameTree(tree))
    return frozenset((*named, *(str(key) for key in file.root.get("/Dests", {}))))


def _arrives(target: Any, anchors: frozenset[str]) -> bool:
    import pikepdf

    return bool(len(target)) if isinstance(target, pikepdf.Array) else str(target) in anchors  # an array names its page
