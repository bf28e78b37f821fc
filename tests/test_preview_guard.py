"""The guard of the preview: every way by which a web page or a program could get in, and bytes that are no address at all."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brochure.preview.guard import LARGEST, Guard

PORT = 8765
OWN = b"127.0.0.1:8765"
ORIGIN = b"http://127.0.0.1:8765"
JSON = ((b"content-type", b"application/json"), (b"content-length", b"2"))


async def within(scope: Any, receive: Any, send: Any) -> None:
    """What is behind the guard."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b"secret"})


GUARD = Guard(within, PORT)
COOKIE = (b"cookie", GUARD.cookie + b"=" + GUARD.token.encode())


def ask(*headers: tuple[bytes, bytes], method: str = "GET", path: str = "/", query: bytes = b"", kind: str = "http") -> Any:
    """What the guard sends: the first message, with its headers as a dictionary."""
    sent = list[Any]()

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"{}"}

    scope = {"type": kind, "method": method, "path": path, "query_string": query, "headers": list(headers)}
    asyncio.run(GUARD(scope, receive, send))
    return sent[0] | {"headers": dict(sent[0].get("headers", ()))}


def status(*headers: tuple[bytes, bytes], **more: Any) -> int:
    found: int = ask(*headers, **more)["status"]
    return found


HOST = (b"host", OWN)
POST = (HOST, COOKIE, (b"origin", ORIGIN), *JSON)


def without(name: bytes, *instead: tuple[bytes, bytes]) -> tuple[tuple[bytes, bytes], ...]:
    return (*(pair for pair in POST if pair[0] != name), *instead)


@pytest.mark.parametrize(("headers", "expected"), [
    ([HOST, COOKIE], 200),
    ([(b"host", b"LOCALHOST:8765"), COOKIE], 200),
    ([(b"host", b"[::1]:8765"), COOKIE], 200),
    ([HOST], 401),
    ([HOST, (b"cookie", b"brochure8765=wrong")], 401),
    ([HOST, (b"cookie", b"brochure8765=\xff\xfe")], 401),
    ([HOST, (b"cookie", b"brochure8766=" + GUARD.token.encode())], 401),
    ([(b"host", b"evil.example:8765"), COOKIE], 421),
    ([(b"host", b"localhost.evil.example:8765"), COOKIE], 421),
    ([(b"host", b"127.0.0.1"), COOKIE], 421),
    ([(b"host", b"127.0.0.1:8766"), COOKIE], 421),
    ([(b"host", b"0.0.0.0:8765"), COOKIE], 421),
    ([(b"host", b"[::1\xff/..?#@"), COOKIE], 421),
    ([(b"host", b""), COOKIE], 421),
    ([COOKIE], 421),
    ([HOST, HOST, COOKIE], 421),
    ([HOST, (b"host", b"evil.example"), COOKIE], 421),
    ([HOST, COOKIE, (b"sec-fetch-site", b"same-origin")], 200),
    ([HOST, COOKIE, (b"sec-fetch-site", b"none")], 200),
    ([HOST, COOKIE, (b"sec-fetch-site", b"cross-site")], 403),
    ([HOST, COOKIE, (b"sec-fetch-site", b"same-site")], 403),
    ([HOST, COOKIE, (b"sec-fetch-site", b"none"), (b"sec-fetch-site", b"cross-site")], 403),
])
def test_who_may_read(headers: list[tuple[bytes, bytes]], expected: int) -> None:
    assert status(*headers) == expected


@pytest.mark.parametrize(("headers", "expected"), [
    (POST, 200),
    (without(b"content-type", (b"content-type", b"application/json; charset=utf-8")), 200),
    (without(b"cookie"), 401),
    (without(b"origin"), 403),
    (without(b"origin", (b"origin", b"null")), 403),
    (without(b"origin", (b"origin", b"http://evil.example")), 403),
    (without(b"origin", (b"origin", b"http://127.0.0.1:3000")), 403),
    (without(b"origin", (b"origin", b"http://localhost:8765")), 403),
    (without(b"origin", (b"origin", b"https://127.0.0.1:8765")), 403),
    (without(b"origin", (b"origin", ORIGIN), (b"origin", ORIGIN)), 403),
    (without(b"content-type", (b"content-type", b"text/plain")), 415),
    (without(b"content-type", (b"content-type", b"application/jsonp")), 415),
    (without(b"content-type", (b"content-type", b"multipart/form-data; boundary=application/json")), 415),
    (without(b"content-type"), 415),
    (without(b"content-length"), 411),
    ((*POST, (b"transfer-encoding", b"chunked")), 411),
    (without(b"content-length", (b"content-length", b"-1")), 411),
    (without(b"content-length", (b"content-length", b"\xb2")), 411),
    (without(b"content-length", (b"content-length", str(LARGEST).encode())), 200),
    (without(b"content-length", (b"content-length", str(LARGEST + 1).encode())), 413),
    (without(b"content-length", (b"content-length", b"9" * 5000)), 413),
])
def test_who_may_write(headers: tuple[tuple[bytes, bytes], ...], expected: int) -> None:
    assert status(*headers, method="POST", path="/api/save") == expected
    if expected in (403, 415):
        assert status(*headers, method="OPTIONS", path="/api/save") == status(*headers, method="PUT") == expected


def test_the_link_opens_the_page_once_and_gives_a_cookie_to_this_port_alone() -> None:
    query = b"token=" + GUARD.token.encode()
    answer = ask(HOST, query=query)
    assert answer["status"] == 303 and answer["headers"][b"location"] == b"/"
    cookie = answer["headers"][b"set-cookie"].decode()
    assert cookie == f"brochure{PORT}={GUARD.token}; HttpOnly; SameSite=Strict; Path=/"
    assert status(HOST, (b"cookie", cookie.partition(";")[0].encode())) == 200
    assert status(HOST, query=b"token=") == status(HOST, query=query[:-1]) == 401
    assert status(HOST, query=query, path="/api/brochures") == 401
    assert status(HOST, query=query, method="HEAD") == 401
    assert status((b"host", b"evil.example"), query=query) == 421
    assert len(GUARD.token) >= 32 and Guard(within, PORT).token != GUARD.token


def test_every_answer_keeps_the_page_to_itself() -> None:
    for answer in (ask(HOST, COOKIE), ask(HOST), ask((b"host", b"evil"))):
        headers = answer["headers"]
        assert b"default-src 'self'" in headers[b"content-security-policy"]
        assert b"unsafe" not in headers[b"content-security-policy"]
        assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
        assert headers[b"x-content-type-options"] == b"nosniff"
        assert headers[b"cross-origin-resource-policy"] == b"same-origin"
        assert headers[b"referrer-policy"] == b"no-referrer"
        assert headers[b"cache-control"] == b"no-store"
        assert not any(name.startswith(b"access-control") for name in headers)


def test_there_are_no_sockets() -> None:
    assert ask(HOST, COOKIE, kind="websocket")["type"] == "websocket.close"


HOSTS = {b"127.0.0.1:8765", b"localhost:8765", b"[::1]:8765"}


@given(st.binary(max_size=40) | st.sampled_from([OWN, b"localhost:8765"]).flatmap(
    lambda whole: st.tuples(st.binary(max_size=3), st.binary(max_size=3)).map(lambda ends: ends[0] + whole + ends[1])))
def test_no_other_bytes_are_this_host(host: bytes) -> None:
    assert status((b"host", host), COOKIE) == (200 if host.lower() in HOSTS else 421)


@given(st.binary(max_size=40) | st.tuples(st.binary(max_size=2), st.binary(max_size=2)).map(
    lambda ends: ends[0] + ORIGIN + ends[1]))
def test_no_other_bytes_are_this_origin(origin: bytes) -> None:
    expected = 200 if origin == ORIGIN else 403
    assert status(*without(b"origin", (b"origin", origin)), method="POST") == expected


@given(st.lists(st.tuples(st.sampled_from([b"host", b"cookie", b"origin", b"sec-fetch-site", b"content-type", b"content-length"]),
                          st.binary(max_size=30))), st.binary(max_size=60), st.sampled_from(["GET", "POST", "PATCH", "?"]))
def test_nothing_gets_in_by_chance(headers: list[tuple[bytes, bytes]], query: bytes, method: str) -> None:
    assert status(*headers, query=query, method=method) in (401, 403, 411, 413, 415, 421)
