"""Weblate's REST API over HTTP: one server, one token, which goes to no other address and into no message.

Tried on Weblate 2026.10.1 (see tests/data/weblate) and read from the documentation and source of 5.14 and later.
"""

import http.client
import ipaddress
import json
import re
import secrets
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from brochure.errors import BrochureError, CatalogError, Problem, UsageError

PAGE = 1000  # objects a page: the most the API gives for every list
ANSWER = 50_000_000  # bytes of an answer
TOKEN = re.compile(r"[!-~]+")
AGAIN = "what was uploaded stays, and the next run replaces it"
T = TypeVar("T")


class _Here(urllib.request.HTTPRedirectHandler):
    """Stays at the address that was named: the token would go along to another."""

    def redirect_request(self, *_: Any) -> None:
        """Make the redirect an error."""


class Server:
    """One Weblate, asked with one token."""

    def __init__(self, url: str, token: str, timeout: float) -> None:
        try:
            parts = urlsplit(url)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise UsageError([Problem("url", "is not the address of a Weblate", "such as https://weblate.example.org/")])
        near = _loopback(parts.hostname)
        if parts.scheme == "http" and not near:
            raise UsageError([Problem(url, "would send the token unencrypted", "the address must begin with https://")])
        if not TOKEN.fullmatch(token):
            raise UsageError([Problem("token", "has a space, a line’s end or another sign that no token has", "copy it again")])
        self.token, self.timeout = token, timeout
        self.address = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/api')}"
        self.opener = urllib.request.build_opener(_Here, *([urllib.request.ProxyHandler({})] if near else []))

    def pages(self, path: str) -> Iterator[Any]:
        """Every object of a list, page by page."""
        page, more = 1, True
        while more:
            answer = self.send("GET", f"{path}?{urlencode({'page': page, 'page_size': PAGE})}")
            results = of(answer, "results", list)
            yield from results
            page, more = page + 1, bool(results) and bool(answer.get("next"))

    def send(self, method: str, path: str, fields: Mapping[str, str] | None = None,
             image: tuple[str, bytes] | None = None) -> Any:
        """One request, and the JSON of its answer (None where it is empty); ``image`` is png or jpeg, and its bytes."""
        headers = {"Authorization": f"Token {self.token}", "Accept": "application/json", "User-Agent": "brochure"}
        body = urlencode(fields).encode() if fields else None
        if image:
            headers["Content-Type"], body = _multipart(fields or {}, image)
        request = urllib.request.Request(f"{self.address}/api/{path}", body, headers, method=method)
        try:
            with self.opener.open(request, timeout=self.timeout) as answer:
                data = answer.read(ANSWER)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error, path) from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            said = getattr(reason, "verify_message", "") or getattr(reason, "strerror", "") or str(reason) or "no answer"
            raise CatalogError([Problem(self.address, f"cannot be reached: {self._clean(said)}",
                                        f"is the address right, and the network there? {AGAIN}")]) from None
        try:
            return json.loads(data) if data.strip() else None
        except ValueError:
            raise _strange("the answer is not JSON") from None

    def _refused(self, error: urllib.error.HTTPError, path: str) -> BrochureError:
        code, where = error.code, f"{self.address}/api/{path.partition('?')[0]}"
        said = self._said(error)
        if code == 401:
            return UsageError([Problem(where, f"Weblate does not know the token{said}", "make a new one in your profile there")])
        if code == 403:
            return UsageError([Problem(where, f"the token may not do this{said}", "its owner needs the rights “Add screenshot” "
                                       "and “Edit screenshot”, as the team “Screenshots” has")])
        if code == 404:
            return UsageError([Problem(where, "is not there, or the token may not see it",
                                       "are the address and PROJECT/COMPONENT right?")])
        if 300 <= code < 400:
            new = urlsplit(error.headers.get("Location", ""))
            return UsageError([Problem(where, "Weblate is at another address: " + self._clean(f"{new.scheme}://{new.netloc}"),
                                       "name that address, if you trust it; the token was not sent there")])
        if code == 429:
            wait = error.headers.get("Retry-After") or error.headers.get("X-RateLimit-Reset") or ""
            return CatalogError([Problem(where, "Weblate takes no more requests for now",
                                         f"try again {f'in {wait} seconds' if wait.isdecimal() else 'later'}; {AGAIN}")])
        if code >= 500:
            return CatalogError([Problem(where, f"Weblate has a fault of its own ({code})", f"try again later; {AGAIN}")])
        return CatalogError([Problem(where, f"Weblate refuses ({code}){said}")])

    def _said(self, error: urllib.error.HTTPError) -> str:
        """What the answer gives as the reason, in either form that Weblate has had."""
        try:
            body = json.loads(error.read(ANSWER))
            lines = [one.get("detail") for one in body.get("errors", [body])]
        except (OSError, ValueError, AttributeError, TypeError, http.client.HTTPException):
            return ""
        said = "; ".join(self._clean(str(line)) for line in lines if line)
        return f": {said}" if said else ""

    def _clean(self, text: object) -> str:
        """Somebody else's text as it may be printed: short, without controls, and never with the token."""
        plain = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in str(text))
        return plain.replace(self.token, "…")[:300]


def _strange(why: str) -> CatalogError:
    return CatalogError([Problem("the server", f"does not answer as Weblate does: {why}", "is it the address of a Weblate?")])


def of(value: Any, name: str, kind: type[T]) -> T:
    """A field of an answer."""
    found = value.get(name) if isinstance(value, dict) else None
    if not isinstance(found, kind):
        raise _strange(f"there is no “{name}” in it")
    return found


def number(url: str) -> int:
    """The number at the end of an object’s address: the answer that makes a screenshot has no other."""
    found = re.search(r"/(\d+)/?$", str(url))
    if not found:
        raise _strange("an address in it ends without a number")
    return int(found[1])


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _multipart(fields: Mapping[str, str], image: tuple[str, bytes]) -> tuple[str, bytes]:
    """The type and body of a form with a file."""
    edge = f"brochure-{secrets.token_hex(16)}"
    lines = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    lines.append(f'--{edge}\r\nContent-Disposition: form-data; name="image"; filename="panel.{image[0]}"\r\n'
                 f"Content-Type: image/{image[0]}\r\n\r\n")
    return f"multipart/form-data; boundary={edge}", "".join(lines).encode() + image[1] + f"\r\n--{edge}--\r\n".encode()
