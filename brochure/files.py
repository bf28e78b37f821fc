"""Files: written whole or not at all, read as UTF-8 or refused with the line that is not."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
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


def write(path: Path, data: bytes | Iterable[bytes], *, sync: bool = True) -> None:
    """Put ``data``, whole or in pieces, in place of the file at once; raise OutputError if that cannot be done.

    Whatever happens, a reader finds the old file or the new one, never a part of it. Without ``sync`` that does not
    hold where the power fails; for thousands of files it would take minutes.
    """
    with growing(path, sync=sync) as file:
        file.writelines((data,) if isinstance(data, bytes) else data)


@contextlib.contextmanager
def growing(path: Path, *, sync: bool = True) -> Iterator[BinaryIO]:
    """As ``write``, for a file that is written bit by bit: it is in its place when all is done."""
    temporary = path.parent / f".{os.urandom(8).hex()}.part"
    try:
        with _begun(temporary) as file:
            yield file
            if sync:
                _settle(file)
        temporary.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            raise OutputError([Problem(str(path), f"could not be written: {error.strerror or error}",
                                       "is the disk full, or the folder protected?")]) from error
        raise


@contextlib.contextmanager
def together() -> Iterator[Callable[[Path], BinaryIO]]:
    """What begins files that are ``growing``: all of them are in their places when all is done, or none is."""
    begun = list[BinaryIO]()
    with contextlib.ExitStack() as stack:

        def begin(path: Path) -> BinaryIO:
            begun.append(stack.enter_context(growing(path)))
            return begun[-1]

        yield begin
        for file in begun:  # before the first of them takes its place
            _settle(file)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nothing else of this program that asks for it does anything in the folder meanwhile.

    That is so where the system can lock a folder: Windows cannot, nor can every network's disk.
    """
    try:
        import fcntl

        place = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):  # what cannot be opened says so when it is read or written
        yield
        return
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _settle(file: BinaryIO) -> None:
    """Wait until all of it is on the disk: that it is full may be noticed here only."""
    file.flush()
    os.fsync(file.fileno())


def _begun(path: Path) -> BinaryIO:
    """A new file, in a folder that may have to be made for it."""
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


def sweep(folder: Path) -> None:
    """Take away what ``write`` has left in the folder where a process was killed."""
    for path in folder.glob(f".{'?' * 16}.part"):
        remove(path)


def remove(path: Path) -> None:
    """Take the file away if it is there."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError([Problem(str(path), f"could not be removed: {error.strerror}")]) from error
