"""Splice: many files of one document, of which only what is a recipient's own differs."""

import io
import re
from collections.abc import Mapping

import pikepdf
import pydyf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brochure.press import Splice, paged, plain, write
from brochure.render import Filled
from brochure.slots import MARK

LINK = f"{MARK}1"
TEXTS = ("Aye", "Bee", "Sea ((")


def document() -> tuple[pydyf.PDF, tuple[Filled, ...]]:
    """A page with a slot, a link and a title that wait for a recipient's own."""
    pdf = pydyf.PDF()
    resources = pydyf.Dictionary({"Font": pydyf.Dictionary({"F": pydyf.Dictionary(
        {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica"})})})
    pdf.add_object(resources)
    extra = pydyf.Dictionary({"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array([0, 0, 200, 200]),
                              "Resources": resources.reference})
    form = pydyf.Stream([], extra)
    pdf.add_object(form)
    drawings = {text: pydyf.Stream([b"BT /F 12 Tf %s Tj ET" % pydyf.String(text).data], extra, compress=True) for text in TEXTS}
    for drawing in drawings.values():
        pdf.add_object(drawing)
    link = pydyf.Dictionary({"Type": "/Annot", "Subtype": "/Link", "Rect": pydyf.Array([0, 0, 9, 9]),
                             "Contents": pydyf.String(LINK), "A": pydyf.Dictionary({"S": "/URI", "URI": pydyf.String(LINK)})})
    pdf.add_object(link)
    alt = pydyf.Dictionary({"S": "/Figure", "Alt": pydyf.String(f"កូដ {LINK}!")})
    pdf.add_object(alt)
    packet = pydyf.Stream([f"<x>{MARK}title</x>".encode()], pydyf.Dictionary({"Type": "/Metadata", "Subtype": "/XML"}))
    pdf.add_object(packet)
    contents = pydyf.Stream([b"/S0 Do"], compress=True)
    pdf.add_object(contents)
    pdf.add_page(pydyf.Dictionary({
        "Type": "/Page", "Parent": pdf.pages.reference, "MediaBox": pydyf.Array([0, 0, 200, 200]), "Contents": contents.reference,
        "Annots": pydyf.Array([link.reference]), "Figure": alt.reference,
        "Resources": pydyf.Dictionary({"XObject": pydyf.Dictionary({"S0": form.reference})})}))
    pdf.catalog["Metadata"] = packet.reference
    pdf.info["Title"] = pydyf.String(f"{MARK}title")
    pdf.info["Author"] = pydyf.String("A (b) \\ 3 0 R")
    return pdf, (Filled("0", form.number, {text: drawing.number for text, drawing in drawings.items()}, {}),)


def spliced() -> Splice:
    pdf, filled = document()
    return Splice(paged(pdf), filled)


def marks(title: str = "Title", link: str = "https://example.org/a") -> Mapping[str, str]:
    return {"1": link, "title": title}


def drawn(pdf: pikepdf.Pdf) -> bytes:
    return bytes(pdf.pages[0].Resources.XObject.S0.read_bytes())


def test_each_file_has_its_own_words_in_every_place() -> None:
    splice = spliced()
    for text in TEXTS:
        with pikepdf.open(io.BytesIO(splice.file({"0": text}, marks(f"<{text}>")))) as pdf:
            assert pydyf.String(text).data in drawn(pdf)
            link = pdf.pages[0].Annots[0]
            assert (str(link.Contents), str(link.A.URI)) == ("https://example.org/a",) * 2
            assert str(pdf.pages[0].Figure.Alt) == "កូដ https://example.org/a!"
            assert str(pdf.docinfo.Title) == f"<{text}>"
            assert str(pdf.docinfo.Author) == "A (b) \\ 3 0 R"
            assert pdf.Root.Metadata.read_bytes() == f"<x>&lt;{text}&gt;</x>".encode()
            assert pdf.check_pdf_syntax() == []


def test_files_begin_alike_and_end_differently() -> None:
    splice = spliced()
    one, two = (splice.file({"0": text}, marks()) for text in TEXTS[:2])
    alike = next(at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b)
    assert b"/ObjStm" in one[:alike]  # all that is constant stands before
    assert one.count(b"Bee") == two.count(b"Aye") == 0
    with pikepdf.open(io.BytesIO(one)) as first, pikepdf.open(io.BytesIO(two)) as second:
        assert first.trailer.ID != second.trailer.ID
        assert len(first.objects) == len(second.objects)  # no drawing of another one's


def test_the_same_words_are_the_same_bytes() -> None:
    assert spliced().file({"0": "Aye"}, marks()) == spliced().file({"0": "Aye"}, marks())
    splice = spliced()
    first = splice.file({"0": "Aye"}, marks())
    splice.file({"0": "Bee"}, marks("Other"))
    assert splice.file({"0": "Aye"}, marks()) == first


def test_a_document_without_slots_is_the_plain_file() -> None:
    pdf, _ = document()
    pdf.objects[next(item.number for item in pdf.objects if isinstance(item, pydyf.Dictionary) and "A" in item)].update(
        {"Contents": pydyf.String("x"), "A": pydyf.Dictionary({"URI": pydyf.String("x")})})
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and "Alt" in item:
            item["Alt"] = pydyf.String("x")
        if isinstance(item, pydyf.Stream) and item.extra.get("Type") == "/Metadata":
            item.stream[:] = [b"<x/>"]
    pdf.info["Title"] = pydyf.String("x")
    assert Splice(paged(pdf), ()).file({}, {}) == write(paged(pdf)) == plain(pdf)


def test_every_entry_of_the_cross_reference_leads_to_its_object() -> None:
    data = spliced().file({"0": "Sea (("}, marks())
    start = int(re.findall(rb"startxref\n(\d+)\n", data)[0])
    assert re.match(rb"\d+ 0 obj", data[start:])
    with pikepdf.open(io.BytesIO(data)) as pdf:  # it repairs nothing without a word
        assert pdf.get_warnings() == []
    for number, _ in re.findall(rb"(?m)^(\d+) 0 obj\n(.)", data):
        assert data.count(b"\n%s 0 obj\n" % number) == 1


@pytest.mark.parametrize("lost", [{"1": "x"}, {"title": "x"}])
def test_a_mark_without_words_is_an_error(lost: Mapping[str, str]) -> None:
    with pytest.raises(KeyError):
        spliced().file({"0": "Aye"}, lost)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    with pikepdf.open(io.BytesIO(spliced().file({"0": "Aye"}, marks(text, "https://example.org/")))) as pdf:
        assert str(pdf.docinfo.get("/Title", "")) == text
        assert pdf.get_warnings() == []
