"""Tags: what a screen reader follows, and the bookmarks beside it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brochure.errors import Problem

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Look for tags, texts of pictures and bookmarks in a file that promises to be tagged."""
    if not promise.tagged:
        return
    if "/StructTreeRoot" not in file.root or not file.root.get("/MarkInfo", {}).get("/Marked", False):
        yield promise.problem("it has no tags", "without them a screen reader reads the page as it comes")
    for item in file.dictionaries:
        if item.get("/S") == "/Figure" and not str(item.get("/Alt", "")).strip():
            yield promise.problem("a picture has no text instead of it (Alt)", "give the <img> an alt text")
    waiting = list(file.pdf.open_outline().root)
    if not waiting:
        yield promise.problem("it has no bookmarks", "they are made of the headings")
    while waiting:
        bookmark = waiting.pop(0)
        waiting += bookmark.children
        if not bookmark.title.strip() or "\u200b" in bookmark.title:
            yield promise.problem(f"the bookmark “{bookmark.title}” is empty or has a U+200B in it", "look at its heading")
