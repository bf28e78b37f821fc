"""Validation: the finished files are what they claim to be, for validators, screen readers and viewers."""

import ctypes
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree

import page
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from printed import HYPHENS, OFFICE, PROJECT, SCREEN, Shelf, bare, content, elements, messages, places, shared

from brochure.impose import panels as placed
from brochure.project import Job

PROFILES = [*((job, profile) for job in SCREEN for profile in ("3a", "ua1")), *((job, "2u") for job in OFFICE)]
HEADING = re.compile(r"/H([1-6])")


@pytest.mark.parametrize(("job", "profile"), PROFILES, ids=str)
def test_the_validator_finds_nothing(shelf: Shelf, job: Job, profile: str) -> None:
    report = page.validate_pdf_bytes(shelf[job].data, profile=profile)
    assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []
    assert report.is_compliant


@pytest.mark.parametrize("profile", ["3a", "ua1", "2u"])
def test_the_validator_is_not_blind(shelf: Shelf, profile: str) -> None:
    """The office file without its XMP satisfies no profile."""
    with pikepdf.open(shelf[OFFICE[0]].path) as pdf:
        del pdf.Root.Metadata
        data = _saved(pdf)
    assert not page.validate_pdf_bytes(data, profile=profile).is_compliant


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def levels(pdf: pikepdf.Pdf) -> list[int]:
    """The levels of the headings in reading order."""
    return [int(found[1]) for element in elements(pdf) if (found := HEADING.fullmatch(str(element.S)))]


@pytest.mark.parametrize("job", SCREEN, ids=str)
def test_headings_start_at_1_and_skip_no_level(shelf: Shelf, job: Job) -> None:
    found = levels(shelf[job].pdf)
    assert found[0] == 1
    assert found.count(1) == 1
    assert len(found) > 8
    assert all(after <= before + 1 for before, after in pairwise(found)), found


def structure_text(data: bytes) -> str:
    """The text in the order of the structure tree: the tree as pikepdf reads it, the text of each piece as PDFium does."""
    with pypdfium2.PdfDocument(data) as drawn:
        pieces = [marked_text(one) for one in drawn]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        numbers = {one.objgen: number for number, one in enumerate(pdf.pages)}
        return bare("".join(pieces[number].get(mark, "") for number, mark in marks(pdf.Root.StructTreeRoot, numbers, 0)))


def marked_text(drawn: pypdfium2.PdfPage) -> dict[int, str]:
    """The text of each piece of marked content of a page."""
    text, found = drawn.get_textpage(), dict[int, str]()
    for item in drawn.get_objects([pdfium.FPDF_PAGEOBJ_TEXT]):
        buffer = (ctypes.c_ushort * 4096)()
        size = pdfium.FPDFTextObj_GetText(item, text, buffer, len(buffer))
        mark = pdfium.FPDFPageObj_GetMarkedContentID(item)
        found[mark] = found.get(mark, "") + bytes(buffer)[: size - 2].decode("utf-16-le").translate(HYPHENS)
    return found


def marks(node: pikepdf.Object, numbers: dict[tuple[int, int], int], number: int) -> Iterator[tuple[int, int]]:
    """The pieces of marked content below an element, in reading order: page and number."""
    if isinstance(node, int):
        yield number, node
    elif isinstance(node, pikepdf.Array):
        for kid in node:
            yield from marks(kid, numbers, number)
    elif isinstance(node, pikepdf.Dictionary):
        number = numbers[node.Pg.objgen] if "/Pg" in node else number
        yield from [(number, int(node.MCID))] if "/MCID" in node else marks(node.get("/K", pikepdf.Array()), numbers, number)


def read_out(data: bytes, job: Job) -> list[str]:
    """The panels of the messages, as the structure tree reads them out; a message out of order ends it."""
    wanted, order, text = messages(job), places(job), structure_text(data)
    at, read = 0, []
    for key in order:
        if key in wanted and not key.endswith(".name"):  # the name stands in the imprint, and as part of other texts
            at = text.find(bare(wanted[key]), at)
            if at < 0:
                return [*read, f"{key} is not in the structure tree, or out of order"]
            read.append(order[key])
    return read


@pytest.mark.parametrize("job", SCREEN, ids=str)
def test_the_structure_tree_reads_the_copy_in_the_order_of_the_panels(shelf: Shelf, job: Job) -> None:
    read = read_out(shelf[job].data, job)
    panels = list(dict.fromkeys(read))
    assert [panel for panel, after in pairwise([*read, ""]) if panel != after] == panels, "a panel is read in two parts"
    assert panels == list(shelf[job].panels)
    assert set(panels) == placed(PROJECT.layout(job.layout).sheets)


def test_another_order_of_two_sections_is_noticed(shelf: Shelf) -> None:
    with pikepdf.open(shelf[SCREEN[0]].path) as pdf:
        document = next(elements(pdf))
        document.K = pikepdf.Array(list(document.K)[::-1])
        read = read_out(_saved(pdf), SCREEN[0])
    assert "out of order" in read[-1]


def test_a_skipped_level_is_noticed(shelf: Shelf) -> None:
    with pikepdf.open(shelf[SCREEN[0]].path) as pdf:
        next(element for element in elements(pdf) if element.S == "/H2").S = pikepdf.Name.H3
        assert levels(pdf)[:2] == [1, 3]


def page_of(element: pikepdf.Dictionary, pdf: pikepdf.Pdf) -> int:
    """The number of the page that an element, or the first in it, stands on."""
    for node in (element, *elements_below(element)):
        if "/Pg" in node:
            return pdf.pages.index(pikepdf.Page(node.Pg))
    raise AssertionError("an element is on no page")


def elements_below(element: pikepdf.Dictionary) -> list[pikepdf.Dictionary]:
    """Elements and marked content inside an element."""
    kids = element.get("/K", [])
    kids = [kid for kid in (kids if isinstance(kids, pikepdf.Array) else [kids]) if isinstance(kid, pikepdf.Dictionary)]
    return [*kids, *(below for kid in kids for below in elements_below(kid))]


@pytest.mark.parametrize("job", SCREEN, ids=str)
def test_pages_follow_each_other_in_the_structure_tree(shelf: Shelf, job: Job) -> None:
    brochure = shelf[job]
    found = [page_of(element, brochure.pdf) for element in elements(brochure.pdf)
             if str(element.S) in ("/H1", "/H2", "/H3", "/P")]
    assert found == sorted(found)
    assert set(found) == set(range(len(brochure.pdf.pages)))
    assert len(brochure.pdf.pages) == len(brochure.panels)


@pytest.mark.parametrize("job", SCREEN, ids=str)
def test_the_name_in_the_other_language_says_its_language(shelf: Shelf, job: Job) -> None:
    pdf = shelf[job].pdf
    twin = PROJECT.language(job.language).twin
    assert twin
    assert pdf.Root.Lang == job.language
    other = [element for element in elements(pdf) if element.get("/Lang", job.language) != job.language]
    assert [str(element.Lang) for element in other] == [twin]
    assert bare(messages(job)["twin"]) in structure_text(shelf[job].data)


@pytest.mark.parametrize("job", SCREEN, ids=str)
def test_every_picture_speaks_the_language_of_the_file(shelf: Shelf, job: Job) -> None:
    text, words = content(job.career), shelf[job].copy
    known = {words.plain(picture.alt) for picture in text.pictures}
    known.add(shared(job.language)["common.qr_alt"].replace("%(web)s", text.contact["web"]))
    figures = [str(element.get("/Alt", "")) for element in elements(shelf[job].pdf) if element.S == "/Figure"]
    assert len(figures) > 2
    assert set(figures) <= known
    assert len(set(figures)) == len(figures)
    assert not any("\u200b" in alt for alt in figures)


@pytest.mark.parametrize("job", SCREEN, ids=str)
def test_bookmarks_are_the_headings_and_lead_to_them(shelf: Shelf, job: Job) -> None:
    brochure, wanted, order = shelf[job], messages(job), places(job)
    found: list[tuple[str, int]] = []

    def walk(items: list[pikepdf.OutlineItem]) -> None:
        for item in items:
            found.append((item.title, brochure.pdf.pages.index(pikepdf.Page(item.destination[0]))))
            walk(item.children)

    walk(brochure.pdf.open_outline().root)
    titles = [key for key in order if key in wanted and key.endswith(".title")]
    pages = {panel: number for number, panel in enumerate(brochure.panels)}
    expected = [(bare(wanted[key]), pages[order[key]]) for key in titles]
    assert [entry for title, number in found if (entry := (bare(title), number)) in expected] == expected
    assert len(found) == len(levels(brochure.pdf))
    assert not any("\u200b" in title for title, _ in found)


@pytest.mark.parametrize("job", SCREEN, ids=str)
def test_links_are_live_and_are_said_aloud(shelf: Shelf, job: Job) -> None:
    contact = content(job.career).contact
    number = contact["telephone"].replace(" ", "")
    assert shelf[job].link_targets() == [f"tel:{number}", f"mailto:{contact['email']}", contact["web"]]
    for target in shelf[job].link_targets():
        assert re.fullmatch(r"tel:\+[0-9]+|mailto:[^@\s]+@[^@\s]+|https://\S+", target)
    tags = [element for element in elements(shelf[job].pdf) if element.S == "/Link"]
    assert len(tags) == 3
    assert all(any(part.get("/Type") == "/OBJR" for part in elements_below(tag)) for tag in tags)


@pytest.mark.parametrize("job", [*SCREEN, *OFFICE], ids=str)
def test_title_author_keywords_and_language_are_said_twice(shelf: Shelf, job: Job) -> None:
    """For old programs in the document information, for new ones in XMP."""
    pdf, words, text = shelf[job].pdf, shelf[job].copy, content(job.career)
    info = {key[1:]: str(value) for key, value in pdf.docinfo.items()}
    title, keywords = words.plain(text.name), words.plain(text.keywords)
    assert (info["Title"], info["Author"], info["Keywords"]) == (title, text.contact["organisation"], keywords)
    assert pdf.Root.Lang == job.language
    assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
    name = {"dc": "{http://purl.org/dc/elements/1.1/}", "pdf": "{http://ns.adobe.com/pdf/1.3/}"}
    xmp = ElementTree.fromstring(pdf.Root.Metadata.read_bytes().decode().split("?>", 1)[1].rsplit("<?", 1)[0])
    said = {key: "".join(xmp.find(f".//{key}").itertext()).strip()
            for key in (f"{name['dc']}title", f"{name['dc']}creator", f"{name['pdf']}Keywords")}
    assert list(said.values()) == [title, text.contact["organisation"], keywords]
    assert not any("\u200b" in value for value in info.values())


@pytest.mark.parametrize("job", OFFICE, ids=str)
def test_files_for_paper_have_nothing_to_click_or_hear(shelf: Shelf, job: Job) -> None:
    root = shelf[job].pdf.Root
    assert not {"/StructTreeRoot", "/Outlines", "/Names", "/MarkInfo"} & set(root.keys())
    assert shelf[job].link_targets() == []
