"""Identity: title, author and language, which a file's window, a search and a screen reader go by."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brochure.errors import Problem

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Compare what the file says it is with the promise."""
    title = str(file.pdf.docinfo.get("/Title", ""))
    if promise.title is not None and title != promise.title:
        yield promise.problem(f"its title is “{title}”, promised was “{promise.title}”", "look at <title> in the layout")
    if promise.title is not None and not str(file.pdf.docinfo.get("/Author", "")).strip():
        yield promise.problem("it names no author", 'write <meta name="author"> into the layout')
    lang = str(file.root.get("/Lang", ""))
    if promise.lang is not None and lang != promise.lang:
        yield promise.problem(f"its language is “{lang}”, promised was “{promise.lang}”", "look at <html lang> in the layout")
    if promise.tagged and not title.strip():
        yield promise.problem("it has no title", "give it one, or its window shows the name of the file")
    if promise.tagged and not lang.strip():
        yield promise.problem("it does not say its language", "a screen reader needs it to choose a voice")
