"""Preflight: read the finished file and compare it with what its edition promises.

Nothing that came before is trusted: only the bytes are read, by other programs than the one that
wrote them (qpdf, PDFium, page-validation).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from brochure.errors import Problem
from brochure.press import DUPLEX, POINTS

if TYPE_CHECKING:
    import pikepdf

TOLERANCE = 0.1
"""Of a page's size, in mm."""

SUBSET = re.compile(r"/[A-Z]{6}\+")
"""The mark of a font subset (ISO 32000-1, 9.6.4)."""

WEB = ("http", "https")
LIVE = (*WEB, "mailto", "tel")
DEAD = ".invalid"
"""A top-level domain that never exists (RFC 2606): an address in it is a placeholder."""

INVISIBLE = {0x200B: None, 0x2060: None, 0x00AD: None}
"""Marks that allow or forbid a line break and are never drawn."""

BROKEN = "\ufffe"
"""What PDFium makes of a hyphen-minus at the end of a line."""

HYPHENS = "-\u2010"


@dataclass(frozen=True)
class Promise:
    """What the file has to be.

    ``where`` is the file's path in the project, ``pages`` the sizes (width, height) in mm, ``messages``
    plain text by message key, ``variants`` are names such as pdf/a-3a or ua-1, ``lang`` is a language tag.
    ``tagged`` is for files that a screen reader can follow; ``flip``, for imposed ones, is a key of
    ``press.DUPLEX``.
    """

    where: str
    pages: tuple[tuple[float, float], ...]
    tagged: bool
    families: frozenset[str]
    messages: Mapping[str, str]
    variants: tuple[str, ...]
    lang: str
    title: str
    flip: str | None = None


def preflight(data: bytes, promise: Promise) -> tuple[Problem, ...]:
    """Return every way in which the file is not what was promised."""
    import pikepdf

    try:
        pdf = pikepdf.open(BytesIO(data))
    except pikepdf.PdfError as error:
        return (Problem(promise.where, f"the file does not open: {error}"),)
    with pdf:
        dictionaries = list(_dictionaries(pdf.objects))
        found = [
            *pdf.check_pdf_syntax(),  # decodes every stream; the validators do not notice a damaged one
            *_pages(pdf, promise),
            *_fonts(dictionaries, promise),
            *_identity(pdf, promise),
            *_variants(data, promise),
        ]
        if promise.tagged:
            found += [*_tags(pdf, dictionaries), *_links(pdf), *_bookmarks(pdf)]
        if promise.flip:
            found += _paper(pdf, promise.flip)
    return (*(Problem(promise.where, what) for what in found), *_messages(data, promise))


def _pages(pdf: "pikepdf.Pdf", promise: Promise) -> Iterator[str]:
    if len(pdf.pages) != len(promise.pages):
        yield f"it has {len(pdf.pages)} pages, {len(promise.pages)} were promised"
    for number, (page, promised) in enumerate(zip(pdf.pages, promise.pages, strict=False), start=1):
        unit = float(page.obj.get("/UserUnit", 1)) / POINTS
        for name, box in (("MediaBox", page.mediabox), ("CropBox", page.cropbox), ("TrimBox", page.trimbox)):
            left, bottom, right, top = (float(value) * unit for value in box.as_list())
            size = right - left, top - bottom
            if max(abs(is_ - was) for is_, was in zip(size, promised, strict=True)) > TOLERANCE:
                yield f"page {number}: the {name} is {_size(size)}, promised was {_size(promised)}"
        if page.obj.get("/Rotate", 0) != 0:
            yield f"page {number} is turned by {page.obj.Rotate} degrees"


def _size(size: tuple[float, float]) -> str:
    return f"{size[0]:.2f} by {size[1]:.2f} mm"


def _dictionaries(items: Iterable[Any]) -> Iterator[Any]:
    """Every dictionary in the objects, also those inside others that are no objects of their own."""
    import pikepdf

    for item in items:
        if isinstance(item, pikepdf.Stream):
            yield from _dictionaries(value for _, value in item.items() if not _is_object(value))
        elif isinstance(item, pikepdf.Dictionary):
            yield item
            yield from _dictionaries(value for value in item.values() if not _is_object(value))
        elif isinstance(item, pikepdf.Array):
            yield from _dictionaries(value for value in item if not _is_object(value))


def _is_object(value: Any) -> bool:
    return bool(getattr(value, "is_indirect", False))


def _fonts(dictionaries: Iterable[Any], promise: Promise) -> Iterator[str]:
    offered = {_folded(family) for family in promise.families}
    for font in dictionaries:
        if font.get("/Type") != "/Font" or str(font.get("/Subtype", "")).startswith("/CIDFont"):
            continue  # a CIDFont is the inner half of a Type0 font
        name = str(font.get("/BaseFont", "/without a name"))
        inner = font.DescendantFonts[0] if font.get("/Subtype") == "/Type0" else font
        about = inner.get("/FontDescriptor", {})
        programs = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in about]
        if not programs and font.get("/Subtype") != "/Type3":  # Type 3 glyphs are drawings in the file
            yield f"the font {name[1:]} is not embedded"
        if not SUBSET.match(name):
            yield f"the font {name[1:]} is not a subset"
        family = str(about.get("/FontFamily", name[1:]))
        if _folded(family) not in offered:
            yield f"the font family “{family}” is not one of {', '.join(sorted(promise.families))}"


def _folded(family: str) -> str:
    """A family's name as fontconfig compares it."""
    return "".join(family.split()).casefold()


def _identity(pdf: "pikepdf.Pdf", promise: Promise) -> Iterator[str]:
    title = str(pdf.docinfo.get("/Title", ""))
    if title != promise.title:
        yield f"its title is “{title}”, promised was “{promise.title}”"
    if not str(pdf.docinfo.get("/Author", "")).strip():
        yield "it names no author"
    lang = str(pdf.Root.get("/Lang", ""))
    if lang != promise.lang:
        yield f"its language is “{lang}”, promised was “{promise.lang}”"


def _variants(data: bytes, promise: Promise) -> Iterator[str]:
    import page

    for variant in promise.variants:
        profile = variant.removeprefix("pdf/").removeprefix("a-").replace("-", "")
        try:
            report = page.validate_pdf_bytes(data, profile=profile)
        except (page.PageError, ValueError) as error:  # ValueError: a profile it does not know
            yield f"it cannot be validated as {variant}: {error}"
            continue
        rules: dict[str, list[str]] = {}
        for failure in report.failures:
            rules.setdefault(failure.rule_id, []).append(failure.message)
        for rule, messages in rules.items():
            more = f" (and {len(messages) - 1} times more)" if len(messages) > 1 else ""
            yield f"{rule}: {messages[0]}{more}"
        if not report.is_compliant and not rules:
            yield f"it is not {variant}"


def _tags(pdf: "pikepdf.Pdf", dictionaries: Iterable[Any]) -> Iterator[str]:
    root: Any = pdf.Root
    if "/StructTreeRoot" not in root or not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "it has no tags"
    for item in dictionaries:
        if item.get("/S") == "/Figure" and not str(item.get("/Alt", "")).strip():
            yield "a picture has no text instead of it (Alt)"


def _links(pdf: "pikepdf.Pdf") -> Iterator[str]:
    root: Any = pdf.Root
    names = list(root.get("/Names", {}).get("/Dests", {}).get("/Names", []))
    anchors = {str(name) for name in names[::2]}
    for number, page in enumerate(pdf.pages, start=1):
        notes: Any = page.obj.get("/Annots", [])
        for note in notes:
            if note.get("/Subtype") != "/Link":
                continue
            action = note.get("/A", {})
            if "/URI" in action:
                if not _is_live(str(action.URI)):
                    yield f"page {number}: the link to “{action.URI}” leads nowhere"
            elif (target := str(note.get("/Dest", action.get("/D", "")))) not in anchors:
                yield f"page {number}: the link to “{target}” leads nowhere in the file"


def _is_live(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme in WEB:
        return bool(parts.hostname) and not str(parts.hostname).endswith(DEAD)
    return parts.scheme in LIVE and bool(parts.path) and not parts.path.endswith(DEAD)


def _bookmarks(pdf: "pikepdf.Pdf") -> Iterator[str]:
    waiting = list(pdf.open_outline().root)
    if not waiting:
        yield "it has no bookmarks"
    while waiting:
        bookmark = waiting.pop(0)
        waiting += bookmark.children
        if not bookmark.title.strip() or "\u200b" in bookmark.title:
            yield f"the bookmark “{bookmark.title}” is empty or has a U+200B in it"


def _paper(pdf: "pikepdf.Pdf", flip: str) -> Iterator[str]:
    wanted = {
        "/PrintScaling": "/None",
        "/Duplex": f"/{DUPLEX[flip]}",
        "/PickTrayByPDFSize": True,
        "/DisplayDocTitle": True,
    }
    view: Any = pdf.Root.get("/ViewerPreferences", {})
    for key, value in wanted.items():
        if (given := view.get(key)) != value:
            yield f"the viewer preference {key[1:]} is {given}, promised was {value}"
    for key in ("/StructTreeRoot", "/MarkInfo", "/Outlines", "/Names"):
        if key in pdf.Root:
            yield f"it is for paper and still has {key[1:]}"
    for number, page in enumerate(pdf.pages, start=1):
        if "/Annots" in page.obj:
            yield f"page {number}: it is for paper and still has annotations"


def _messages(data: bytes, promise: Promise) -> Iterator[Problem]:
    """Look for every message in the text that PDFium extracts from the whole file."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as pdf:
            drawn = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    except pypdfium2.PdfiumError as error:
        yield Problem(promise.where, f"PDFium cannot read it: {error}")
        return
    text = _bare(drawn.replace("\u2010\r\n", BROKEN))
    for key, message in promise.messages.items():
        if (sought := _bare(message)) not in text and (what := _difference(text, sought)):
            hint = "a glyph, a CSS text-transform or generated content changed it, or a line was lost"
            yield Problem(f"{promise.where}: {key}", what, hint)


def _bare(text: str) -> str:
    """Text as it is compared: no white space, no invisible marks, and compatibility characters apart.

    PDFium takes ligatures, fractions and the like apart by itself, so the message has to follow.
    """
    apart = unicodedata.normalize("NFKC", text.translate(INVISIBLE)).replace("\u2044", "/")
    return "".join(apart.split())


def _difference(text: str, message: str) -> str:
    """Say where the message's best match in the text ends; "" if only hyphens at line ends are between."""
    starts = (index for index, char in enumerate(text) if char == message[0])
    met, at = max((_reach(text, start, message) for start in starts), default=(0, 0))
    if met == len(message):
        return ""
    if met == 0:
        return f"its text is not in the file: “{message}”"
    found = _named(text[at]) if at < len(text) else "the end of the text"
    before = message[max(0, met - 20) : met]
    return f"after “{before}” the message has {_named(message[met])}, the file {found}"


def _reach(text: str, start: int, message: str) -> tuple[int, int]:
    """Return how many characters of the message stand in the text from ``start``, and where they end."""
    at, met = start, 0
    while met < len(message) and at < len(text):
        if text[at] == message[met]:
            met += 1
        elif text[at] != BROKEN:
            break
        elif message[met] in HYPHENS:
            met += 1
        at += 1
    return met, at


def _named(char: str) -> str:
    return f"“{char}” (U+{ord(char):04X})"
