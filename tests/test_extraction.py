"""Extraction: what people search, copy and hear in the finished files is the text itself, letter for letter.

Compared are letters in canonical order, without white space and break opportunities; otherwise nothing is
forgiven but three habits of readers that have nothing to do with the file:

- PDFium and poppler (without `-raw`) take a hyphen at the end of a line for a divided word. PDFium marks the place,
  poppler drops the hyphen: in its text, and only there, messages are compared without hyphens.
- poppler (without `-raw`) takes neighbouring panels of a sheet for columns, so imposed files are read with `-raw`.
- pdfminer, and poppler without `-raw`, order blocks by their own guess and so may part a paragraph that stands in
  columns or beside a picture. There a message is found, too, if its lines are, each of them whole.
"""

import shutil
from functools import cache

import pypdfium2
import pytest
import readers
from factories import ROOT
from printed import BRIEF, JOBS, PROJECT, Brochure, Shelf, bare, messages, places, spots

from brochure.project import Job

READERS = {
    "poppler": lambda path: readers.poppler(path).replace("-", ""),
    "poppler-raw": lambda path: readers.poppler(path, "-raw"),
    "pdfium": lambda path: readers.pdfium(path).replace("\ufffe", "-").replace("\x02", "-"),
    "pdfminer": readers.pdfminer_six,
    "pypdf": readers.py_pdf,
    "mupdf": readers.mupdf,
}
GUESSERS = ("poppler", "pdfminer")
WHOLE = [job for job in JOBS if job.edition != "tiles"]  # some readers drop what of a tile is off its paper
CASES = [(reader, job) for job in WHOLE for reader in READERS
         if not (reader == "poppler" and PROJECT.edition(job.edition).imposed)]
READ = cache(lambda reader, path: READERS[reader](path))


def absent(reader: str, text: str, wanted: dict[str, str]) -> list[str]:
    """The keys of the messages that are not in the text."""
    lines = [bare(line) for line in text.splitlines() if line.strip()]
    drop = "-" if reader == "poppler" else ""
    sought = {key: bare(words).replace(drop, "") for key, words in wanted.items()}
    return [key for key, words in sought.items()
            if words not in "".join(lines) and not (reader in GUESSERS and in_lines(words, lines))]


def in_lines(words: str, lines: list[str]) -> bool:
    """Whether the words can be put together from whole lines, wherever these stand."""
    reached = {0}
    for at in range(len(words)):
        if at in reached:
            reached |= {at + len(line) for line in lines if words.startswith(line, at)}
    return len(words) in reached


@pytest.mark.parametrize(("reader", "job"), CASES, ids=lambda value: str(value).replace(" ", "-"))
def test_every_message_is_extracted_character_for_character(shelf: Shelf, reader: str, job: Job) -> None:
    wanted = messages(job)
    assert len(wanted) > (10 if job.layout in BRIEF else 50)
    assert absent(reader, READ(reader, shelf[job].path), wanted) == []


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("language", [language.tag for language in PROJECT.languages])
def test_a_message_with_one_letter_changed_is_not_found(shelf: Shelf, reader: str, language: str) -> None:
    job = next(job for job in JOBS if job.language == language and job.edition == "screen")
    wanted = messages(job)
    for key, words in wanted.items():
        letters = list(bare(words).replace("-", ""))
        middle = len(letters) // 2
        letters[middle] = "ឆ" if letters[middle] != "ឆ" else "ជ"
        assert absent(reader, READ(reader, shelf[job].path), {key: "".join(letters)}) == [key]


def test_all_of_the_text_is_in_every_layout() -> None:
    for job in JOBS:
        printed = {key for key in messages(job) if key.startswith(f"{job.career}.")}
        assert printed <= places(job).keys(), job
        assert len(printed) > (8 if job.layout in BRIEF else 40)


@pytest.fixture(scope="session")
def pdfjs(shelf: Shelf) -> dict[Job, str]:
    """What pdf.js extracts from every file; one start of node serves them all."""
    if not shutil.which("node"):
        pytest.skip("pdf.js needs node, which is not installed here")
    library = readers.install_pdfjs(ROOT / "build/pdfjs")
    there = [job for job in JOBS if (shelf.folder / job.file).is_file()]
    return dict(zip(there, readers.pdfjs(library, [shelf[job].path for job in there]), strict=True))


@pytest.mark.xdist_group("pdfjs")
@pytest.mark.parametrize("job", WHOLE, ids=str)
def test_pdfjs_extracts_every_message_too(shelf: Shelf, pdfjs: dict[Job, str], job: Job) -> None:
    assert shelf[job]
    assert absent("pdfjs", pdfjs[job], messages(job)) == []


@pytest.mark.xdist_group("pdfjs")
def test_pdfjs_does_not_find_what_is_not_there(pdfjs: dict[Job, str]) -> None:
    job = next(iter(pdfjs))
    changed = {key: words + "ឆ" for key, words in messages(job).items()}
    assert absent("pdfjs", pdfjs[job], changed) == list(changed)


def hits(brochure: Brochure, word: str) -> list[tuple[int, float, float, float, float]]:
    """Where PDFium finds a word: page, and the found box in mm from the page's top-left corner."""
    found = []
    with pypdfium2.PdfDocument(brochure.path) as pdf:
        for number, page in enumerate(pdf):
            text, height = page.get_textpage(), page.get_height()
            searcher = text.search(word)
            while hit := searcher.get_next():
                for rect in range(text.count_rects(*hit)):
                    left, bottom, right, top = (value * 25.4 / 72 for value in text.get_rect(rect))
                    found.append((number, left, height * 25.4 / 72 - top, right, height * 25.4 / 72 - bottom))
    return found


KHMER = [job for job in JOBS if job.language == "km" and job.layout not in BRIEF]


@pytest.mark.parametrize("job", KHMER, ids=str)
def test_searching_a_khmer_word_finds_every_place_where_it_stands(shelf: Shelf, job: Job) -> None:
    """A term of the glossary is not divided, so that a search finds it as often as the copy has it."""
    word = "បច្ចេកវិទ្យា"
    count = sum(bare(words).count(word) for key, words in messages(job).items())
    found = hits(shelf[job], word)
    assert count > 5
    assert len(found) == count
    assert all(5 < right - left < 40 and 1 < bottom - top < 12 for _, left, top, right, bottom in found)


@pytest.mark.parametrize("job", KHMER, ids=str)
def test_the_found_word_is_marked_where_it_is_printed(shelf: Shelf, job: Job) -> None:
    """A word of one message only is found once, in the panel the layout gives that message."""
    key, word = "bmet.education.text", "អេឡិចត្រូនិក"
    texts = {name: bare(words) for name, words in messages(job).items()}
    assert word in texts[key]
    brochure = shelf[job]
    boxes = [(number, spot[0].left, spot[-1].right) for number, page in enumerate(brochure.glyphs) for spot in spots(page, word)]
    found = [(number, left, right) for number, left, _, right, _ in hits(brochure, word)]
    assert len(found) == sum(text.count(word) for text in texts.values())
    for (page, left, right), (number, first, last) in zip(found, boxes, strict=True):
        assert page == number
        assert abs(left - first) < 1 and abs(right - last) < 1
