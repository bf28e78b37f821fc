"""The project's real brochures, built once for all tests, and what each of them should say and where."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from factories import ROOT, brochure

from brochure import content as contents
from brochure.canonical import canonical
from brochure.catalog import copy as copies
from brochure.catalog.markup import PLACEHOLDER, plain
from brochure.compose import compose
from brochure.project import Job, discover, jobs

PROJECT = discover(ROOT)
JOBS = tuple(job for job in jobs(PROJECT) if not PROJECT.edition(job.edition).instructions)
OFFICE = tuple(job for job in JOBS if job.edition == "office")
SCREEN = tuple(job for job in JOBS if job.edition == "screen")
BRIEF = ("card-a6", "poster-a3")
"""Layouts of few words, which leave most sections out; every other prints all of the text."""

MM = 25.4 / 72
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\u00ad"))  # break opportunities: layout, not text
HYPHENS = dict.fromkeys(map(ord, "\x02\ufffe"), "-")  # what PDFium makes of a hyphen at the end of a line


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that `make traces` gives."""
    parser.addoption("--rewrite-traces", action="store_true", help="write tests/traces/*.txt anew")


def bare(text: str) -> str:
    """Text as it is compared: letters in canonical order, without white space and break opportunities."""
    return "".join(canonical(text).translate(INVISIBLE).split())


@dataclass(frozen=True)
class Glyph:
    """One visible character of a page: its box in mm from the page's top-left corner."""

    char: str
    left: float
    top: float
    right: float
    bottom: float


def glyphs(path: Path) -> list[list[Glyph]]:
    """The characters of every page, as PDFium sees them."""
    pages = []
    with pypdfium2.PdfDocument(path) as pdf:
        for page in pdf:
            text, height, found = page.get_textpage(), page.get_height(), []
            for index in range(text.count_chars()):
                char = chr(pdfium.FPDFText_GetUnicode(text, index)).translate(HYPHENS)
                if char.strip() and ord(char) not in INVISIBLE:
                    left, bottom, right, top = text.get_charbox(index, loose=False)
                    found.append(Glyph(char, left * MM, (height - top) * MM, right * MM, (height - bottom) * MM))
            pages.append(found)
    return pages


def spots(page: list[Glyph], text: str) -> list[list[Glyph]]:
    """The characters of each place where a text stands on a page."""
    line, wanted = "".join(glyph.char for glyph in page), bare(text)
    return [page[found.start() : found.start() + len(wanted)] for found in re.finditer(re.escape(wanted), line)]


class _Messages(HTMLParser):
    """The messages of a composed document: key → panel, in reading order."""

    def __init__(self) -> None:
        super().__init__()
        self.panel = ""
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.panel = values.get("data-panel") or self.panel
        if key := values.get("data-msg"):
            self.found.setdefault("twin" if "lang" in values else key, self.panel)


@dataclass(frozen=True)
class Brochure:
    """One finished file, and the job it was made for."""

    job: Job
    path: Path

    @cached_property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.path.read_bytes()

    @cached_property
    def pdf(self) -> pikepdf.Pdf:
        """The file, opened."""
        return pikepdf.open(self.path)

    @cached_property
    def glyphs(self) -> list[list[Glyph]]:
        """The characters of every page."""
        return glyphs(self.path)

    @property
    def copy(self) -> copies.Copy:
        """The words of the file's language."""
        return copy(self.job.career, self.job.language)

    @property
    def layout_rows(self) -> Mapping[str, tuple[str, ...]]:
        """The panels on each side of the sheet, from left to right."""
        return {side.name: side.rows[0] for side in PROJECT.layout(self.job.layout).sheets.sides}

    @property
    def panels(self) -> tuple[str, ...]:
        """The panels in reading order."""
        return tuple(dict.fromkeys(places(self.job).values()))

    def link_targets(self) -> list[str]:
        """Where the links of the file lead."""
        notes = [note for page in self.pdf.pages for note in page.obj.get("/Annots", [])]
        return [str(note.A.URI) for note in notes if note.get("/Subtype") == "/Link" and "/A" in note]


@cache
def content(career: str) -> contents.Content:
    """A career's content."""
    return contents.load(ROOT / f"templates/content/{career}.toml", ROOT)


@cache
def copy(career: str, language: str) -> copies.Copy:
    """A career's words in a language."""
    return copies.load(ROOT, PROJECT.language(language), PROJECT.source.tag, career)


@cache
def places(job: Job) -> dict[str, str]:
    """The messages the layout prints, in reading order: key → panel."""
    language = PROJECT.language(job.language)
    twin = copy(job.career, language.twin) if language.twin else None
    page = compose(content(job.career), copy(job.career, job.language), PROJECT.layout(job.layout),
                   PROJECT.edition(job.edition), ROOT, twin, content(job.career).edition, False)
    reader = _Messages()
    reader.feed(page.html)
    return reader.found


@cache
def messages(job: Job) -> dict[str, str]:
    """Everything that must stand in the file as text: key → words, read from content and catalogs.

    All of the career's text but keywords, alternative texts and the sections that a layout of few words leaves out; the
    shared words that the layout prints, without those that are all placeholder; the contact. A poster has no imprint, so
    it has neither names nor all of the contact.
    """
    words = copy(job.career, job.language)
    text = content(job.career)
    unseen = [f"{job.career}.keywords", f"{job.career}.picture."]
    if job.layout in BRIEF:
        left_out = {section.id for section in text.sections} - set(PROJECT.layout(job.layout).needs)
        unseen += [f"{job.career}.{name}." for name in left_out]
    imprint = "common.contact" in places(job) or job.layout not in BRIEF
    if not imprint:
        unseen.append(f"{job.career}.name")
    found = {message.key: words.plain(message) for message in text.messages() if not message.key.startswith(tuple(unseen))}
    for key in places(job):
        if key.startswith("common."):
            for number, part in enumerate(PLACEHOLDER.split(shared(job.language)[key])[::2]):  # every other is a name
                if len(bare(part)) > 1:
                    found[f"{key}.{number}" if number else key] = part
    found |= {f"contact.{key}": value.removeprefix("https://") for key, value in text.contact.items()
              if value and (imprint or key == "web")}
    if imprint and (twin := PROJECT.language(job.language).twin):
        found["twin"] = copy(job.career, twin).plain(text.name)
    return found


@cache
def shared(language: str) -> dict[str, str]:
    """The words all careers share, in a language: key → words."""
    source = dict(re.findall(r'pgettext\("(.*?)", "(.*?)"\)', (ROOT / "templates/macros/words.html").read_text("utf-8")))
    if PROJECT.language(language).source:
        return source
    entries = copy(PROJECT.careers[0], language).catalogs[0].entries
    return {key: plain(entries[key].msgstr) for key in source}


@dataclass(frozen=True)
class Shelf:
    """The folder with all brochures, and what the program said while it built them."""

    folder: Path
    exit_code: int
    report: Mapping[str, list[dict[str, str]]]

    def __getitem__(self, job: Job) -> Brochure:
        path = self.folder / job.file
        assert path.is_file(), f"{job.file} was not built:\n" + "\n".join(
            f"{problem['where']}: {problem['what']}" for problem in self.report["problems"] if problem["severity"] == "error")
        return _brochure(job, path)


_brochure = cache(Brochure)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Every brochure of the repository, built by one command for the whole session, in whatever worker comes first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shelf"

    def make() -> None:
        done = brochure("build", "--json", "--jobs", "2", "--out", str(folder), folder=ROOT)
        (folder / "said.json").write_text(json.dumps([done.returncode, done.stdout, done.stderr]), "utf-8")

    once(folder, make)
    code, out, err = json.loads((folder / "said.json").read_text("utf-8"))
    assert out.startswith("{"), err
    return Shelf(folder, code, json.loads(out))


def once(folder: Path, make: Callable[[], None]) -> None:
    """Make something in a folder, in the first of several processes; the others wait for it."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        deadline = time.monotonic() + 120
        while not (folder / "ready").exists():
            assert time.monotonic() < deadline, f"another process did not finish {folder}"
            time.sleep(0.1)
        return
    try:
        make()
    finally:
        (folder / "ready").touch()


def elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Every element of the structure tree, in reading order."""
    waiting = [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop(0)
        if "/S" in node:
            yield node
        kids = node.get("/K", [])
        kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
        waiting[:0] = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
