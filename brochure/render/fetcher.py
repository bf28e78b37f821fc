"""The fetcher: files of the project's folders, small pictures inside the page, and nothing else."""

import base64
import binascii
import difflib
import hashlib
import io
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit
from urllib.request import OpenerDirector

from weasyprint.urls import URLFetcher, URLFetcherResponse

from brochure import BASE
from brochure.errors import Problem
from brochure.render import drawings

SERVED = ("assets", "templates", "locales")
TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".css": "text/css",
    ".ttf": "font/ttf",
    ".icc": "application/vnd.iccprofile",
    ".icm": "application/vnd.iccprofile",
}
LARGEST_FILE = 20_000_000  # bytes
INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/svg+xml"})
LARGEST_INLINE = 500_000  # characters of a data: URL


def digest(content: bytes) -> str:
    """What tells one state of a file from every other."""
    return hashlib.sha256(content).hexdigest()


class Refused(Exception):
    """A URL that is not served; the problem is already noted."""


class ProjectFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves `https://brochure.invalid/<path>` from the project's folders.

    Links and `..` are followed before the check; the folders themselves may be links. A refusal is kept in
    `refused` as well as raised: WeasyPrint swallows what is raised while it draws.
    `served` lists every file that went into the document, `digests` what of each did, `sheets` has the style sheets' texts.
    """

    def __init__(self, project: Path) -> None:
        # WeasyPrint's own __init__ would add handlers for http, ftp and file: this opener has none.
        OpenerDirector.__init__(self)
        self._fail_on_errors = False
        self.project = project.resolve()
        self.roots = {name: (self.project / name).resolve() for name in SERVED}
        self.served: dict[str, Path] = {}
        self.digests: dict[str, str] = {}
        self.sheets: dict[str, str] = {}
        self.refused: dict[str, Problem] = {}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The content behind `url`, or `Refused`."""
        if url[:5].lower() == "data:":
            return self._inline(url)
        path = self._path(url)
        folder, root = next((name, root) for name, root in self.roots.items() if path.is_relative_to(root))
        named = f"{folder}/{path.relative_to(root).as_posix()}"
        content = path.read_bytes()
        self.served[named], self.digests[named] = path, digest(content)
        if path.suffix.lower() == ".css":
            self.sheets[named] = content.decode("utf-8", "replace")
        return self._response(url, named, content, TYPES[path.suffix.lower()])

    def _response(self, url: str, where: str, content: bytes, content_type: str) -> URLFetcherResponse:
        if content_type == TYPES[".svg"] and drawings.endless(content):
            what = f"the drawing has more than {drawings.MOST} elements, counting each as often as it is used"
            raise self._refuse(url, where, what, "draw it with fewer elements that use each other")
        return URLFetcherResponse(url, io.BytesIO(content), {"Content-Type": content_type})

    def _path(self, url: str) -> Path:
        try:
            parts = urlsplit(url)
        except ValueError:
            raise self._refuse(url, url, "the address is not a URL") from None
        if f"{parts.scheme}://{parts.netloc}/".lower() != BASE:
            hint = f"put the file into assets and use {BASE}assets/..."
            raise self._refuse(url, url, "the page asks for something outside the project", hint)
        named = unquote(parts.path).lstrip("/")
        try:
            path = (self.project / named).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            raise self._refuse(url, named, "there is no such file", self._resembling(named)) from None
        if not any(path.is_relative_to(root) for root in self.roots.values()):
            raise self._refuse(url, named, f"only files in {', '.join(SERVED)} are served")
        if path.suffix.lower() not in TYPES or not path.is_file():
            raise self._refuse(url, named, f"only {' '.join(sorted(TYPES))} files are served")
        if path.stat().st_size > LARGEST_FILE:
            raise self._refuse(url, named, f"the file is larger than {LARGEST_FILE // 1_000_000} MB")
        return path

    def _inline(self, url: str) -> URLFetcherResponse:
        head, comma, body = url[5:].partition(",")
        content_type, *options = head.split(";")
        shown = url[:40] + "…" if len(url) > 40 else url
        if not comma or content_type not in INLINE_TYPES:
            raise self._refuse(url, shown, "only PNG, JPEG and SVG pictures may stand inside the page")
        if len(url) > LARGEST_INLINE:
            what = f"the picture inside the page is larger than {LARGEST_INLINE // 1000} kB"
            raise self._refuse(url, shown, what)
        try:
            content = unquote_to_bytes(body)
            if "base64" in options:
                content = base64.b64decode(content, validate=True)
        except (ValueError, binascii.Error):
            raise self._refuse(url, shown, "the picture inside the page is damaged") from None
        return self._response(url, shown, content, content_type)

    def _resembling(self, named: str) -> str:
        folder, name = (self.project / named).parent, Path(named).name
        try:
            inside = any(folder.resolve().is_relative_to(root) for root in self.roots.values())
            names = [entry.name for entry in folder.iterdir()] if inside else []
        except (OSError, ValueError, RuntimeError):
            names = []
        close = difflib.get_close_matches(name, names, n=1)
        return f"did you mean {Path(named).with_name(close[0]).as_posix()}?" if close else ""

    def _refuse(self, url: str, where: str, what: str, hint: str = "") -> Refused:
        place = "".join(c if c.isprintable() else "�" for c in where[:200])
        self.refused[url] = Problem(place, what, hint)
        return Refused(f"{place}: {what}")
