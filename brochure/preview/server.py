"""Server: the preview on this computer's own address, for as long as it is wanted."""

import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from brochure.errors import Problem, UsageError
from brochure.preview.app import app
from brochure.preview.edit import Editor
from brochure.preview.guard import Guard
from brochure.preview.person import Person
from brochure.preview.reading import Reading
from brochure.preview.state import State
from brochure.preview.watch import Watch
from brochure.preview.worker import Worker
from brochure.project import discover

HOST = "127.0.0.1"  # nothing beyond this computer reaches it
REST = 1  # seconds that a browser has to hang up when the server ends


def serve(root: Path, port: int, *, editing: bool, person: Person, ready: Callable[[str], None]) -> None:
    """Serve the project until Ctrl-C; ``ready`` is told the link when it can be opened. Port 0 is a free one.

    ``person`` is who edits.

    Raises UsageError for a folder that is no project, and for a port that is taken.
    """
    state, reading = State(discover(root)), Reading()
    editor, watch = Editor(person, reading), Watch(state, Worker(), reading.forget)
    with _bound(port) as listening:
        port = listening.getsockname()[1]
        guard = Guard(app(state, watch, editor, editing=editing), port)
        config = uvicorn.Config(guard, log_level="critical", access_log=False, server_header=False, date_header=False, ws="none",
                                http="h11", loop="asyncio", lifespan="on", timeout_graceful_shutdown=REST)
        server = _Server(config)
        server.tell = lambda: ready(f"http://{HOST}:{port}/?token={guard.token}")
        server.leave = state.hang_up
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again when all is done
            server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says when it listens, and when it is about to end."""

    tell: Callable[[], None]
    leave: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets=sockets)
        if self.started:
            self.tell()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End: browsers that listen would not hang up by themselves."""
        self.leave()
        await super().shutdown(sockets=sockets)


def _bound(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # else one that has just ended has it for a minute more; on Windows this means another thing
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise UsageError([Problem("--port", f"{port} cannot be used: {error.strerror}",
                                  "name another one, or none: a free one is found")]) from error
    return listening
