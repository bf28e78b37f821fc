"""A preview of a throw-away project, served by a process of its own, and a browser that knows its link."""

import contextlib
import http.client
import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from factories import Folder, command, surroundings

PATIENCE = 60.0  # seconds; the machine may be busy


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Preview:
    """``brochure serve`` with these arguments, from the first line it prints until Ctrl-C; ``code`` is what it ends with."""

    def __init__(self, project: Folder, *arguments: str, **environment: str) -> None:
        self.project, self.arguments, self.environment, self.code = project, arguments, environment, -1

    def __enter__(self) -> "Preview":
        self.process = subprocess.Popen(command(["serve", *self.arguments]), cwd=self.project.path, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, encoding="utf-8",
                                        env=surroundings(BROWSER="true", **self.environment))
        assert self.process.stdout and self.process.stderr
        line = self.process.stdout.readline().strip()
        assert line.startswith("http://127.0.0.1:"), line + self.process.stderr.read()
        self.link = urlsplit(line)
        self.port = self.link.port or 0
        self.origin = f"http://127.0.0.1:{self.port}"
        self.cookie = ""
        first = self.get(f"{self.link.path}?{self.link.query}")
        assert first.status == 303
        self.cookie = first.headers["set-cookie"].partition(";")[0]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.send_signal(signal.SIGINT)
        _, self.said = self.process.communicate(timeout=PATIENCE)
        self.code = self.process.returncode

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, {"Cookie": self.cookie, **headers})

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        given = {"Cookie": self.cookie, "Origin": self.origin, "Content-Type": "application/json", **headers}
        return self._ask("POST", path, body if isinstance(body, bytes) else json.dumps(body).encode(), given)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def raw(self, data: bytes) -> bytes:
        """The first line of the answer to these bytes, and what follows until the server hangs up or rests."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as asked:
            asked.sendall(data)
            return asked.recv(4096)

    def brochure(self, name: str, until: Callable[[Any], bool] = lambda found: found["state"] != "waiting") -> Any:
        """The brochure as soon as it is so."""
        end = time.monotonic() + PATIENCE
        while not until(found := self.get(f"/api/brochures/{name}").json()):
            assert time.monotonic() < end, found
            time.sleep(0.05)
        return found


class Ear:
    """Hears the events of a preview from now on."""

    def __init__(self, preview: Preview) -> None:
        self.heard = list[str]()
        self._socket = socket.create_connection(("127.0.0.1", preview.port), timeout=PATIENCE)
        asked = f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{preview.port}\r\nCookie: {preview.cookie}\r\n\r\n"
        self._socket.sendall(asked.encode())
        self._file = self._socket.makefile("r", encoding="utf-8")
        while not self._file.readline().startswith("retry"):
            pass
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.heard += (line.strip() for line in iter(self._file.readline, "") if line.startswith("data"))

    def close(self) -> None:
        self._socket.close()
