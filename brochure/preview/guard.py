"""Guard: answers the browser that was given the link, and nobody else.

A server on this computer can be asked by every web page that its user opens, and by every other program here. So the raw
request is looked at before anything is done with it: who it was meant for (Host), who sends it (Sec-Fetch-Site, Origin),
what it brings (JSON, not much of it), and whether it has the token, which only the link that was printed holds.
"""

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

NAMES = ("127.0.0.1", "localhost", "[::1]")
LARGEST = 64_000  # bytes of a body
SAFE = ("GET", "HEAD")
POLICY = "; ".join((
    "default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"))
HEADERS: tuple[Header, ...] = (
    (b"content-security-policy", POLICY.encode()), (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"), (b"cross-origin-opener-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
)
NO_STORE = (b"cache-control", b"no-store")


class Guard:
    """Stands before ``app``, which is reached on this ``port``."""

    def __init__(self, app: App, port: int) -> None:
        self.app, self.token = app, secrets.token_urlsafe(24)
        self.hosts = {f"{name}:{port}".encode() for name in NAMES}
        self.cookie = f"brochure{port}".encode()  # a browser sends cookies to every port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            status, text, more = self._judge(scope)
            if status:
                await _answer(send, status, text, more)
            else:
                await self.app(scope, receive, _protected(send))
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _judge(self, scope: Scope) -> tuple[int, str, tuple[Header, ...]]:
        """The status, words and headers of a refusal; status 0 for what is let through."""
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(bytes(name).lower(), []).append(bytes(value))
        host = headers.get(b"host", [])
        if len(host) != 1 or host[0].lower() not in self.hosts:
            return 421, "This is not the address of the preview.", ()
        if any(site not in (b"same-origin", b"none") for site in headers.get(b"sec-fetch-site", [])):
            return 403, "Another web page asked for this.", ()
        if scope["method"] not in SAFE:
            refused = _unfit(headers, b"http://" + host[0].lower())
            if refused:
                return (*refused, ())
        if self._has_cookie(headers.get(b"cookie", [])):
            return 0, "", ()
        asked = dict(parse_qsl(bytes(scope.get("query_string", b"")).decode("latin-1")))
        token = asked.get("token", "").encode("utf-8", "replace")
        if scope["path"] == "/" and scope["method"] == "GET" and self._is_token(token):
            cookie = self.cookie + b"=" + self.token.encode() + b"; HttpOnly; SameSite=Strict; Path=/"
            return 303, "", ((b"location", b"/"), (b"set-cookie", cookie))
        return 401, "Open the link that brochure serve has printed.", ()

    def _has_cookie(self, lines: list[bytes]) -> bool:
        pairs = (pair.strip().partition(b"=") for line in lines for pair in line.split(b";"))
        return any(name == self.cookie and self._is_token(value) for name, _, value in pairs)

    def _is_token(self, value: bytes) -> bool:
        return secrets.compare_digest(value, self.token.encode())


def _unfit(headers: dict[bytes, list[bytes]], own: bytes) -> tuple[int, str] | None:
    """Why a request that changes something is refused."""
    if headers.get(b"origin", []) != [own]:
        return 403, "Another web page sent this."
    kind = headers.get(b"content-type", [b""])
    if len(kind) != 1 or kind[0].split(b";")[0].strip().lower() != b"application/json":
        return 415, "Only JSON is read."
    size = headers.get(b"content-length", [b""])
    if len(size) != 1 or not size[0].isdigit() or b"transfer-encoding" in headers:  # which would say it otherwise
        return 411, "It is not said how long this is."
    if len(size[0]) > len(str(LARGEST)) or int(size[0]) > LARGEST:
        return 413, "This is too long."
    return None


async def _answer(send: Send, status: int, text: str, more: tuple[Header, ...]) -> None:
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), NO_STORE,
               *HEADERS, *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _protected(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            more = () if any(name == NO_STORE[0] for name, _ in given) else (NO_STORE,)
            message = {**message, "headers": [*given, *HEADERS, *more]}
        await send(message)

    return guarded
