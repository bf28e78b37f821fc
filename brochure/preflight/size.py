"""Size: a file that is sent about is small enough for every mailbox."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brochure.errors import Problem

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

SENT = 1_000_000
"""Bytes of a file to be sent: 17 s on a slow phone's 0.5 Mbit/s, and ten of them pass any mail server."""


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Compare the file's size with the promise."""
    if promise.size is not None and len(file.data) > promise.size:
        yield promise.problem(f"it is {len(file.data) / 1e6:.2f} MB, promised were {promise.size / 1e6:.2f} MB at most",
                              "make the pictures smaller, or set a lower dpi in the edition", "warning")
