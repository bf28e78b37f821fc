"""Files: written whole or not at all, read as UTF-8 or refused with the line that is not."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from brochure.errors import BrochureError, OutputError, Problem


def text(data: bytes, file: str, error: type[BrochureError]) -> str:
    """The bytes of ``file`` as text, without a byte order mark; raise ``error`` with the line that is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise error([Problem(f"{file}:{line}", f"the byte 0x{data[fault.start]:02x} is not UTF-8",
                             "the file was saved in another encoding: save it as UTF-8")]) from fault


def write(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Put ``data`` in place of the file at once; raise OutputError if that cannot be done.

    Whatever happens, a reader finds the old file or the new one, never a part of it. Without ``sync`` that does not
    hold where the power fails; for thousands of files it would take minutes.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if sync:
                os.fsync(file.fileno())  # a full disk may be noticed here only
        _finish(temporary, path)
    except OSError as error:
        raise _full(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108  # a Path("") would be the folder


@contextlib.contextmanager
def growing(path: Path) -> Iterator[BinaryIO]:
    """A file to be written bit by bit, which stands in its place at the end; what fails leaves the one that was there."""
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _finish(temporary, path)
    except OSError as error:
        raise _full(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108  # a Path("") would be the folder


def _finish(temporary: str, path: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(temporary, 0o666 & ~mask)  # noqa: PTH101  # mkstemp makes private files
    os.replace(temporary, path)  # noqa: PTH105  # like its neighbours


def _full(path: Path, error: OSError) -> OutputError:
    return OutputError([Problem(str(path), f"could not be written: {error.strerror or error}",
                                "is the disk full, or the folder protected?")])
def sweep(folder: Path) -> None:
    """Take away what ``write`` has left in the folder where a process was killed."""
    for path in folder.glob(".????????.part"):
        remove(path)


def remove(path: Path) -> None:
    """Take the file away if it is there."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError([Problem(str(path), f"could not be removed: {error.strerror}")]) from error
