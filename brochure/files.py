"""Writing files: whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path

from brochure.errors import OutputError, Problem


def write(path: Path, data: bytes) -> None:
    """Put ``data`` in place of the file at once; raise OutputError if that cannot be done.

    Whatever happens, a reader finds the old file or the new one, never a part of it.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # a full disk may be noticed here only
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)  # noqa: PTH101  # mkstemp makes private files
        os.replace(temporary, path)  # noqa: PTH105
    except OSError as error:
        raise OutputError([Problem(str(path), f"could not be written: {error.strerror or error}",
                                   "is the disk full, or the folder protected?")]) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108  # a Path("") would be the folder


def remove(path: Path) -> None:
    """Take the file away if it is there."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError([Problem(str(path), f"could not be removed: {error.strerror}")]) from error
