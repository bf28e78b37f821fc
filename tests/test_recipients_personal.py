"""Personal: a spliced file is what a whole rendering gives, text for text and pixel for pixel."""

import ctypes
import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import page
import pikepdf
import pypdfium2
import pypdfium2.raw as raw
import pytest
import readers
from printed import bare
from yardstick import difference, made, personal, pictures, recipient, refused, rendered, texts

from brochure.errors import UsageError
from brochure.preflight import preflight, validated
from brochure.recipients.personal import Personal
from brochure.recipients.roll import Recipient
from brochure.slots import MARK

EDITIONS = ("screen", "office", "press", "mono")
LANGUAGES = ("en", "km")
SHORT = recipient(77)
LONG = recipient(140, name_en="Saint Mary Provincial Technical School of Kampong Chhnang",
                 name_km="វិទ្យាល័យបច្ចេកទេសព្រះស៊ីសុវត្ថិឧត្តរមានជ័យស្ទឹងត្រែងបាត់ដំបងកំពង់ចាម")
BARE = recipient(5, contact="", telephone="", url="", event_date="")
NAMELESS = recipient(6, name_en="", name_km="")
ROWS = (recipient(3), SHORT, LONG, BARE, NAMELESS)


@cache
def job(edition: str, language: str) -> Personal:
    return personal(edition, language)


@cache
def files(edition: str, language: str) -> dict[str, bytes]:
    return made(job(edition, language), ROWS)


# ---- the same as a whole rendering


@pytest.mark.parametrize("who", [SHORT, LONG, BARE, NAMELESS], ids=["short", "long", "bare", "nameless"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_file_is_what_a_whole_rendering_gives(edition: str, language: str, who: Recipient) -> None:
    ours, whole = files(edition, language)[who.id], rendered(job(edition, language), who)
    assert texts(ours) == texts(whole)
    assert difference(pictures(ours), pictures(whole)) == 0


@pytest.mark.parametrize(("layout", "edition"), [("poster-a3", "office"), ("card-a6", "press"), ("handout-a4", "large"),
                                                 ("booklet-a5", "screen"), ("zfold-a4", "office"), ("trifold-letter", "mono")])
def test_so_it_is_in_every_layout(layout: str, edition: str) -> None:
    one, who = personal(edition, "km", layout), recipient(77, url="https://example.org/7")
    (data,) = made(one, [who]).values()
    whole = rendered(one, who)
    off = 1 if layout.endswith("a3") else 0  # of 256: PDFium reckons with 32 bits, and places far from the origin are rounded
    assert difference(pictures(data), pictures(whole)) <= off
    assert texts(data) == texts(whole)


def test_two_schools_are_not_the_same_and_a_difference_is_seen() -> None:
    ours, other = (files("screen", "en")[who.id] for who in (SHORT, ROWS[0]))
    assert texts(ours) != texts(other)
    assert difference(pictures(ours), pictures(other)) > 100


def test_a_name_that_is_too_wide_is_set_smaller_on_the_same_line() -> None:
    who = recipient(8, name_en="Northern Riverside Technical Boarding School 8888")
    one = job("screen", "en")
    ours, small = made(one, [who])[who.id], rendered(one, who, {"school.name": .8})
    assert texts(ours) == texts(small)
    left, bottom, right = name_box(ours)
    assert 74 < (right - left) * 25.4 / 72 < 75.4  # the room is 75.3 mm wide
    assert difference(pictures(ours), pictures(rendered(one, who))) > 100  # which takes two lines
    assert name_box(small)[1] == pytest.approx(bottom, abs=.5)  # the same base line
    assert name_box(small)[2] < right


def name_box(data: bytes) -> tuple[float, float, float]:
    """Left, bottom and right in points of the line that ends in 8888."""
    pdf = pypdfium2.PdfDocument(io.BytesIO(data))
    page = pdf[len(pdf) - 1].get_textpage()
    boxes = [page.get_rect(index) for index in range(page.count_rects())]
    left, bottom, right, _ = next(box for box in boxes if "8888" in page.get_text_bounded(*box))
    return left, bottom, right


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_but_the_slots_moves(language: str) -> None:
    """Every line that is the same in two files stands at the same place."""
    first, second = (pikepdf.open(io.BytesIO(files("screen", language)[who.id])) for who in (SHORT, LONG))
    with first, second:
        for one, two in zip(first.pages, second.pages, strict=True):
            assert one.Contents.read_bytes() == two.Contents.read_bytes()


@pytest.mark.parametrize(("layout", "edition"), [("trifold-a4", "screen"), ("trifold-letter", "office"), ("zfold-a4", "screen"),
                                                 ("handout-a4", "large"), ("booklet-a5", "screen")])
def test_a_row_that_says_everything_at_length_has_room_in_every_layout(layout: str, edition: str) -> None:
    """In Khmer, whose lines are further apart; no line of the school's touches the next."""
    who = recipient(1, name_km=LONG.values["name_km"], contact="Deputy principal Sok Dara Chanthavy", email="office@example.org",
                    venue="Meeting hall of the provincial office", url="https://www.example.org/schools/kampong-chhnang")
    data = made(personal(edition, "km", layout), [who])[who.id]
    words = [who.values[column] for column in ("contact", "email", "venue")]
    found = dict[str, tuple[float, float]]()
    for sheet in pypdfium2.PdfDocument(io.BytesIO(data)):
        text = sheet.get_textpage()
        for left, bottom, right, top in (text.get_rect(index) for index in range(text.count_rects())):
            found |= {word: (bottom, top) for word in words if text.get_text_bounded(left, bottom, right, top).strip() == word}
    assert list(found) == words
    assert found[words[0]][0] > found[words[1]][1] and found[words[1]][0] > found[words[2]][1]


@pytest.mark.parametrize("who", [recipient(1), LONG, recipient(1, url="", telephone=""),
                                 recipient(1, url="https://www.example.org/schools/kampong-chhnang/first-secondary-school")],
                         ids=["all", "long", "name", "address"])
@pytest.mark.parametrize(("layout", "edition"), [("poster-a3", "office"), ("poster-a3", "press"), ("card-a6", "mono"),
                                                 ("card-a6", "press")])
def test_a_poster_and_a_card_name_the_school_and_where_their_code_leads(layout: str, edition: str, who: Recipient) -> None:
    one = personal(edition, "km", layout)
    (made_,) = made(one, [who]).values()
    found = re.sub("[\u200b\\s\ufffe-]", "", " ".join(texts(made_)))  # PDFium has a sign for a hyphen at which a line ends
    leads = who.values.get("url", "https://example.org/bmet").removeprefix("https://")
    words = [who.values["name_km"], leads, *filter(None, [layout == "card-a6" and who.values.get("telephone")])]
    assert not [word for word in words if re.sub(r"[\s-]", "", word) not in found]
    if who.values.get("url"):
        assert "example.org/bmet" not in found, "another address beside the code"


# ---- text that readers find


@pytest.mark.parametrize("reader", [readers.poppler, readers.pdfium, readers.pdfminer_six, readers.py_pdf, readers.mupdf],
                         ids=["poppler", "pdfium", "pdfminer", "pypdf", "mupdf"])
@pytest.mark.parametrize("edition", ["screen", "office"])
def test_the_khmer_name_is_extracted_exactly(edition: str, reader: Callable[[Path], str], tmp_path: Path) -> None:
    for who in (SHORT, LONG):
        path = tmp_path / "file.pdf"
        path.write_bytes(files(edition, "km")[who.id])
        found = bare(reader(path))
        assert bare(who.values["name_km"]) in found
        assert bare(who.values["contact"]) in found
        assert bare("វិទ្យាល័យបាត់ដំបងនិង") not in found


# ---- what a file says of itself


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_names_its_school_and_no_mark_is_left(edition: str, language: str) -> None:
    data = files(edition, language)[SHORT.id]
    name = SHORT.values[f"name_{language}"]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        title = str(pdf.docinfo.Title)
        assert title.endswith(f" – {name}") and len(title) > len(name) + 5
        assert f">{title}<" in pdf.Root.Metadata.read_bytes().decode()
        everything = b"".join(item.unparse() if not isinstance(item, pikepdf.Stream) else item.read_bytes()
                              for item in pdf.objects if not (isinstance(item, pikepdf.Stream) and "/Width" in item))
        assert pdf.check_pdf_syntax() == []
    assert len(everything) > 100_000
    assert MARK.encode() not in everything
    assert MARK.encode("utf-16-be") not in everything


def test_each_press_file_is_a_document_of_its_own() -> None:
    found = [re.search(rb"xmp\.did:[0-9a-f-]{36}", data) for data in files("press", "en").values()]
    assert len({match[0] for match in found if match}) == len(found) == len(ROWS)


def test_a_school_without_a_name_has_the_plain_title() -> None:
    with pikepdf.open(io.BytesIO(files("screen", "en")[NAMELESS.id])) as pdf:
        assert str(pdf.docinfo.Title) == "Biomedical equipment technician (BMET)"
    assert "Your school" in texts(files("screen", "en")[NAMELESS.id])[-1]


def test_links_and_the_code_lead_to_the_school() -> None:
    with pikepdf.open(io.BytesIO(files("screen", "km")[SHORT.id])) as pdf:
        links = [(str(link.A.URI), str(link.Contents)) for link in pdf.pages[-1].Annots]
        alts = [str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
    assert ("https://example.org/school/77",) * 2 in links
    assert ("tel:+85500000077",) * 2 in links
    assert "កូដ QR៖ https://example.org/school/77" in alts


def test_a_school_without_an_address_keeps_the_careers_code_and_has_no_link() -> None:
    with pikepdf.open(io.BytesIO(files("screen", "en")[BARE.id])) as pdf:
        links = [str(link.A.URI) for link in pdf.pages[-1].Annots]
        alts = [str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
    assert len(links) == 3 and not any("school" in link for link in links)
    assert "QR code: https://example.org/bmet" in alts


def test_a_name_in_another_language_is_better_than_none() -> None:
    who = recipient(9, name_km="")
    assert bare(who.values["name_en"]) in bare(texts(made(job("screen", "km"), [who])["9"])[-1])


def test_an_address_in_other_letters_is_written_in_ascii() -> None:
    who = recipient(9, url="https://bücher.example.org/ក?x=%20")
    with pikepdf.open(io.BytesIO(made(job("screen", "en"), [who])["9"])) as pdf:
        links = [str(link.A.URI) for link in pdf.pages[-1].Annots]
    assert "https://xn--bcher-kva.example.org/%E1%9E%80?x=%20" in links


# ---- the language of the words


def spoken(data: bytes) -> dict[str, str]:
    """The texts of the last page's slots, each with the language that PDFium finds in its structure element or above it."""
    pdf = pypdfium2.PdfDocument(io.BytesIO(data))
    last, languages = pdf[len(pdf) - 1], dict[int, str]()
    text = last.get_textpage()

    def walk(element: object, language: str) -> None:
        size = raw.FPDF_StructElement_GetLang(element, None, 0)
        buffer = ctypes.create_string_buffer(size)
        raw.FPDF_StructElement_GetLang(element, buffer, size)
        own = buffer.raw.decode("utf-16-le").rstrip("\0") or language
        for index in range(raw.FPDF_StructElement_GetMarkedContentIdCount(element)):
            languages[raw.FPDF_StructElement_GetMarkedContentIdAtIndex(element, index)] = own
        for index in range(raw.FPDF_StructElement_CountChildren(element)):
            if child := raw.FPDF_StructElement_GetChildAtIndex(element, index):
                walk(child, own)

    tree = raw.FPDF_StructTree_GetForPage(last)
    with pikepdf.open(io.BytesIO(data)) as opened:
        for index in range(raw.FPDF_StructTree_CountChildren(tree)):
            walk(raw.FPDF_StructTree_GetChildAtIndex(tree, index), str(opened.Root.Lang))
    found = dict[str, str]()
    for item in last.get_objects(filter=[raw.FPDF_PAGEOBJ_FORM], max_depth=1):
        left, bottom, right, top = (value.value for value in bounds(item))
        said = text.get_text_bounded(left, bottom, right, top)
        if said.strip():
            found[said.strip()] = languages[raw.FPDFPageObj_GetMarkedContentID(item)]
    raw.FPDF_StructTree_Close(tree)
    return found


def bounds(item: object) -> tuple[ctypes.c_float, ...]:
    edges = tuple(ctypes.c_float() for _ in range(4))
    assert raw.FPDFPageObj_GetBounds(item, *map(ctypes.byref, edges))
    return edges


@pytest.mark.parametrize(("language", "who", "expected"), [
    ("en", recipient(3), {"Northern": "en", "Sok Dara": "en", "Open day:": "en"}),
    ("en", recipient(3, name_en="", contact="សុខ ដារ៉ា"), {"វិទ្យាល័យ": "km", "សុខ": "km", "Open day:": "en"}),
    ("km", recipient(3), {"វិទ្យាល័យ": "km", "Sok Dara": "en", "ទិវា": "km"}),
    ("km", recipient(3, name_km=""), {"Northern": "en", "ទិវា": "km"}),
])
def test_a_screen_reader_is_told_the_language_of_the_words(language: str, who: Recipient, expected: dict[str, str]) -> None:
    data = made(job("screen", language), [recipient(4), who])[who.id]
    found = spoken(data)
    assert {words: tag for words in expected for text, tag in found.items() if words in text} == expected
    assert page.validate_pdf_bytes(data, profile="ua1").is_compliant


# ---- standards


@pytest.mark.parametrize(("edition", "language", "profiles"), [
    ("screen", "en", ("ua1", "3a")), ("screen", "km", ("ua1", "3a")), ("office", "km", ("2u",))])
def test_hundreds_of_files_are_valid_and_say_whose_they_are(
        edition: str, language: str, profiles: tuple[str, ...], tmp_path: Path) -> None:
    """Every third school has its name in the other language only, so that Khmer stands on English pages too."""
    rows = [recipient(number, **({f"name_{language}": ""} if number % 3 == 0 else {})) for number in range(150)]
    many, path = made(job(edition, language), rows), tmp_path / "file.pdf"
    for who in rows:
        data = many[who.id]
        for profile in profiles:
            report = page.validate_pdf_bytes(data, profile=profile)
            assert report.is_compliant and not report.failures
        name = bare(who.values.get(f"name_{language}") or who.values[f"name_{other(language)}"])
        pdf = pypdfium2.PdfDocument(io.BytesIO(data))
        text = pdf[len(pdf) - 1 if edition == "screen" else 0].get_textpage().get_text_range()
        assert bare(text).count(name) == 1, who
        if who.row in (5, 50):
            path.write_bytes(data)
            for reader in (readers.poppler, readers.pdfminer_six, readers.py_pdf, readers.mupdf):
                assert name in bare(reader(path)), (reader, who)
    assert len({data[-100:] for data in many.values()}) == len(rows)  # an identifier each


def other(language: str) -> str:
    return next(one for one in LANGUAGES if one != language)


def test_the_validator_is_not_blind_to_slots() -> None:
    """A letter in a slot that no font has would make the file break both standards."""
    data = files("screen", "en")[SHORT.id]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        form = next(item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"
                    and b"TJ" in item.read_bytes())
        form.write(re.sub(rb"<[0-9a-f]{4}>", b"<0000>", form.read_bytes(), count=1))
        out = io.BytesIO()
        pdf.save(out)
    assert not page.validate_pdf_bytes(out.getvalue(), profile="ua1").is_compliant


def test_every_file_can_be_validated_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    from brochure.recipients import personal as module

    read, one = list[str](), personal("screen", "en")
    monkeypatch.setattr(module, "validated", lambda data, promise: read.append(promise.title) or ())
    rows = [recipient(number) for number in range(4)]
    assert len([result for _, result in one.files(rows, validate=True) if isinstance(result, bytes)]) == 4
    assert len(read) == 3  # of the first preflight reads all
    list(one.files(rows))
    assert len(read) == 3


def test_validation_reads_title_tags_and_standards() -> None:
    one = job("screen", "en")
    data = files("screen", "en")[SHORT.id]
    mould = one._made(frozenset())
    promise = one.promise(mould, one.say(mould.laids, SHORT))
    assert validated(data, promise) == preflight(data, promise) == ()
    assert [problem.what[:12] for problem in validated(data, replace(promise, title="Other"))] == ["its title is"]
    assert validated(data.replace(b"pdfuaid:part", b"pdfuaid:dart"), promise)


def test_the_first_file_is_read_by_preflight_and_none_is_given_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    from brochure.errors import Problem
    from brochure.recipients import personal as module

    monkeypatch.setattr(module, "preflight", lambda data, promise: (Problem("x", "is wrong"),))
    found = refused(personal("screen", "en"), recipient(1), recipient(2))
    assert found == {"1": ["x: is wrong"], "2": ["x: is wrong"]}


# ---- the same bytes


def test_a_file_is_the_same_whoever_is_made_beside_it() -> None:
    """Apart from the fonts, which hold the letters of all; so the same group gives the same bytes."""
    one = personal("screen", "km")
    assert made(one, ROWS) == files("screen", "km") == made(one, ROWS)


# ---- what cannot be


def test_a_name_that_does_not_fit_is_a_problem_of_its_row_only() -> None:
    far = recipient(11, name_en="School " * 40)
    found = refused(job("screen", "en"), recipient(10), far, recipient(12))
    assert list(found) == ["11"]
    assert len(found["11"]) == 1
    assert found["11"][0].startswith("row 13, name_en: “School School")
    assert "is too long: the brochure has 2 lines of 75 mm for it" in found["11"][0]


def test_a_letter_that_no_font_has_is_a_problem_of_its_row_only() -> None:
    found = refused(job("screen", "en"), recipient(10), recipient(11, contact="Sok 漢"), recipient(12))
    assert found == {"11": ["row 13, contact: no font of the project has the character “漢” (U+6F22)\n"
                            "    hint: add a font that has it to font-family, or write the text without it"]}
    assert set(made(job("screen", "en"), [recipient(10), recipient(12)])) == {"10", "12"}


def test_an_address_too_long_for_a_code_is_a_problem_of_its_row_only() -> None:
    found = refused(job("screen", "en"), recipient(10), recipient(11, url="https://example.org/" + "x" * 3000))
    assert list(found) == ["11"]
    assert any("row 13, url: does not fit into a QR code" in problem for problem in found["11"])


def test_proofs_and_instructions_are_refused() -> None:
    for edition in ("proof", "coach"):
        with pytest.raises(UsageError) as caught:
            personal(edition, "en")
        assert "cannot be made for single schools" in str(caught.value)


# ---- attacks


ATTACKS = [
    "<b>bold</b><script>alert(1)</script>", "{{ 7 * 7 }} {% raw %}", "%(web)s %s %", "a) Tj ET Q (", "\\", "((", "\\)\\(",
    "&amp; &#65; &nbsp;", "endstream endobj", "https://slot.invalid/0", "../../etc", "=1+1", "'\" onload=", "]]>", "#", "1 0 R",
]


@pytest.mark.parametrize("edition", ["screen", "press"])
def test_whatever_a_cell_holds_is_text(edition: str) -> None:
    rows = [recipient(number, name_en=attack, contact=attack) for number, attack in enumerate(ATTACKS)]
    for who, data in zip(rows, made(job(edition, "en"), rows).values(), strict=True):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert str(pdf.docinfo.Title) == f"Biomedical equipment technician (BMET) – {who.values['name_en']}"
            assert pdf.check_pdf_syntax() == []
        words = "".join("".join(texts(data)).split())
        assert words.count("".join(who.values["contact"].split())) >= 2, who
        if edition == "screen":
            assert page.validate_pdf_bytes(data, profile="ua1").is_compliant
