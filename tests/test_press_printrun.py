"""Print run: what recipients share is written once, what is theirs is theirs, and the pages show what single files show."""

import io
import re
from collections.abc import Sequence

import pikepdf
import pydyf
import pytest

from brochure.errors import OutputError
from brochure.press import Body, paged, printrun
from brochure.press.printrun import PrintRun, Set
from brochure.press.thin import LEAST, thin
from brochure.render import Filled
from brochure.slots import MARK

TEXTS = ("Aye", "Bee", "Sea ((")
ART = b"\n".join(b"%d %d 5 5 re f" % (at, at) for at in range(LEAST // 8))


def document(texts: Sequence[str] = TEXTS, seed: bytes = b"") -> tuple[Body, tuple[Filled, ...]]:
    """A page with art before and behind a slot, and a second page that shares its resources and has no slot."""
    pdf = pydyf.PDF()
    font = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica"})
    pdf.add_object(font)
    own = pydyf.Dictionary({"Font": pydyf.Dictionary({"F": font.reference})})
    pdf.add_object(own)
    extra = pydyf.Dictionary({"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array([0, 0, 200, 200]),
                              "Resources": own.reference})
    form = pydyf.Stream([], extra)
    pdf.add_object(form)
    drawings = {text: pydyf.Stream([b"BT /F 12 Tf %s Tj ET" % pydyf.String(text).data], extra, compress=True) for text in texts}
    for drawing in drawings.values():
        pdf.add_object(drawing)
    resources = pydyf.Dictionary({"Font": pydyf.Dictionary({"F": font.reference}),
                                  "XObject": pydyf.Dictionary({"S0": form.reference})})
    pdf.add_object(resources)
    box = pydyf.Array([0, 0, 200, 200])
    panels = []
    for content in (b"1 0 0 1 3 3 cm q 1 0 0 rg " + ART + b" Q q q /S0 Do Q 0 1 0 rg " + seed + b" q " + ART + b" Q Q",
                    b"q " + ART + b" (/S0 Do) Tj Q"):
        panel = pydyf.Stream([content], {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": resources.reference},
                             compress=True)
        pdf.add_object(panel)
        panels.append(panel)
    packet = pydyf.Stream([f"<x>{MARK}title</x>".encode()], pydyf.Dictionary({"Type": "/Metadata", "Subtype": "/XML"}))
    pdf.add_object(packet)
    for panel in panels:
        contents = pydyf.Stream([b"q 1 0 0 1 0 0 cm /P0 Do Q"], compress=True)
        pdf.add_object(contents)
        pdf.add_page(pydyf.Dictionary({
            "Type": "/Page", "Parent": pdf.pages.reference, "MediaBox": box, "Contents": contents.reference,
            "Resources": pydyf.Dictionary({"XObject": pydyf.Dictionary({"P0": panel.reference})})}))
    pdf.catalog["Metadata"] = packet.reference
    pdf.catalog["Names"] = pydyf.Dictionary({"Dests": pydyf.Array([pdf.pages["Kids"][0]])})
    pdf.info["Title"] = pydyf.String(f"{MARK}title")
    return paged(pdf), (Filled("0", form.number, {text: drawing.number for text, drawing in drawings.items()}, {}),)


def written(*wanted: tuple[str, int]) -> bytes:
    """A run for recipients who have a text and a number of copies."""
    out = io.BytesIO()
    run = PrintRun(out, "All of them")
    stock = run.stock(*document())
    for number, (text, copies) in enumerate(wanted):
        run.add(f"School {text}", {"ID": str(number), "Copies": copies}, [Set(stock, {"0": text}, copies)])
    run.close()
    return out.getvalue()


def said(page: pikepdf.Page) -> str:
    """What the slot of a page draws."""
    return str(page.Resources.XObject.P0.Resources.XObject.S0.read_bytes())


def test_the_copies_of_every_recipient_follow_one_another() -> None:
    with pikepdf.open(io.BytesIO(written(("Aye", 2), ("Bee", 1)))) as pdf:
        assert len(pdf.pages) == 6
        assert ["Aye" in said(page) for page in pdf.pages[::2]] == [True, True, False]
        assert "Bee" in said(pdf.pages[4])
        assert not pdf.check_pdf_syntax()
        assert pdf.Root.Pages.Kids[0].Count == 6
        assert [kid.Count for kid in pdf.Root.Pages.Kids[0].Kids] == [4, 2]


def test_what_they_share_is_there_once() -> None:
    with pikepdf.open(io.BytesIO(written(*((text, 3) for text in TEXTS * 20)))) as pdf:
        slots = {page.Resources.XObject.P0.Resources.XObject.S0.objgen for page in pdf.pages[::2]}
        plain = {page.Resources.XObject.P0.objgen for page in pdf.pages[1::2]}
        assert (len(slots), len(plain)) == (3, 1)
        assert len([item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"]) == 1


def test_a_second_drawing_brings_only_what_is_new() -> None:
    sizes = []
    for seeds in ((b"", b""), (b"", b"0 0 1 rg")):
        out = io.BytesIO()
        run = PrintRun(out, "")
        for seed in seeds:
            run.add("x", {}, [Set(run.stock(*document(seed=seed)), {"0": "Aye"}, 1)])
        run.close()
        with pikepdf.open(out) as pdf:
            sizes.append(len({page.Resources.XObject.P0.Resources.XObject.L0.objgen for page in pdf.pages[::2]}))
            assert not pdf.check_pdf_syntax()
    assert sizes == [1, 1]


def test_a_thin_panel_keeps_what_lies_between_its_slots() -> None:
    body, filled = document()
    made = thin(body, filled)
    (panel,) = [item for item in made.objects.values() if isinstance(item, pydyf.Stream) and b"/S0 Do Q" in b"".join(item.stream)]
    assert panel.stream == [b"1 0 0 1 3 3 cm /L0 Do q q /S0 Do Q 0 1 0 rg  /L1 Do Q"]
    assert body.objects is not made.objects


def test_short_passages_stay_where_they_are() -> None:
    body, filled = document()
    for item in body.objects.values():
        if isinstance(item, pydyf.Stream):
            item.stream = [part.replace(ART, b"f") for part in item.stream]
    made = thin(body, filled)
    assert not any(b"/L0" in b"".join(item.stream) for item in made.objects.values() if isinstance(item, pydyf.Stream))


def test_every_recipient_has_a_bookmark_and_a_document_part() -> None:
    with pikepdf.open(io.BytesIO(written(("Aye", 2), ("Bee", 1), ("Sea ((", 1)))) as pdf:
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["School Aye", "School Bee", "School Sea (("]
            assert [pdf.pages.index(pikepdf.Page(item.destination[0])) for item in outline.root] == [0, 4, 6]
        root = pdf.Root.DPartRoot
        assert (list(map(str, root.NodeNameList)), root.RecordLevel) == (["/Run", "/Recipient"], 1)
        (leaves,) = root.DPartRootNode.DParts
        assert [(int(leaf.DPM.Recipient.Copies), str(leaf.DPM.Recipient.ID)) for leaf in leaves] == [(2, "0"), (1, "1"), (1, "2")]
        ranges = [[pdf.pages.index(pikepdf.Page(leaf[end])) for end in ("/Start", "/End")] for leaf in leaves]
        assert ranges == [[0, 3], [4, 5], [6, 7]]
        for page in pdf.pages:
            assert page.DPart.objgen in {leaf.objgen for leaf in leaves}


def test_lists_of_parts_and_pages_have_no_long_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printrun, "NODE", 4)
    with pikepdf.open(io.BytesIO(written(*[("Aye", 1)] * 10))) as pdf:
        assert len(pdf.pages) == 20
        assert [len(part) for part in pdf.Root.DPartRoot.DPartRootNode.DParts] == [4, 4, 2]
        assert [len(node.Kids) for node in pdf.Root.Pages.Kids] == [4, 4, 2]


def test_the_title_is_the_run_s_and_nothing_leads_to_pages_that_are_gone() -> None:
    with pikepdf.open(io.BytesIO(written(("Aye", 1)))) as pdf:
        assert str(pdf.docinfo.Title) == "All of them"
        assert pdf.Root.Metadata.read_bytes() == b"<x>All of them</x>"
        assert "/Names" not in pdf.Root
        assert pdf.Root.PageMode == "/UseOutlines"


def test_the_same_run_is_the_same_bytes_and_another_has_another_identifier() -> None:
    one, two = written(("Aye", 1)), written(("Bee", 1))
    assert one == written(("Aye", 1))
    identifier = re.compile(rb"/ID ?\[<(\w+)>")
    assert identifier.findall(one) != identifier.findall(two)


def test_a_run_that_no_reader_could_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printrun, "MOST", 100)
    with pytest.raises(OutputError, match="too much for one file"):
        written(("Aye", 500))


def test_a_run_without_recipients_is_none() -> None:
    with pytest.raises(ValueError, match="without recipients"):
        PrintRun(io.BytesIO(), "").close()
