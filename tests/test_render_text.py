"""Render: text that every reader gets back exactly, tags, metadata, and the same bytes on any machine."""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import page
import pikepdf
import pydyf
import pypdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from pdfminer.high_level import extract_text

from brochure.errors import RenderError
from brochure.press import plain
from brochure.render import Panels, render
from brochure.render.sfnt import Composite, tables, with_composites
from brochure.render.syllables import syllables

ROOT = Path(__file__).parents[1]
FONTS = ROOT / "assets/fonts"
PICTURE = "https://brochure.invalid/assets/images/icons/xray.svg"

KHMER = (
    "អ្នកបច្ចេកទេស|ជួសជុល|ឧបករណ៍|ពេទ្យ",
    "ខ្ញុំ|ស្រឡាញ់|ស្ត្រី|សង្គ្រោះ|លក្ស្មី",
    "ស៊ី|ម៉ែ|ប៉ិ|អ៊ំ|ញ៉ាំ|កើតមកមាន|ឿ|ៀ|ោះ|ៅ|ធម៌|ពណ៌|វត្ត|ផ្សារ",
    "ភ្នំពេញ BMET 2026 office first ក្រុម fi ហ្វឹក",
)


def broken(text: str) -> str:
    """Break opportunities as the break step sets them."""
    return text.replace("|", "\u200b")


def html(body: str, *, lang: str = "km", title: str = "ទំព័រ", head: str = "") -> str:
    return f"""<html lang="{lang}"><head><title>{title}</title>{head}<style>
        @page {{ size: 100mm 120mm; margin: 6mm }} html {{ font: 11pt/1.6 Kantumruy Pro }}
        body {{ margin: 0 }} section {{ break-before: page }}
        h1 {{ font: 400 15pt Moul, Kantumruy Pro }} h1, h2, p {{ margin: 2mm 0 }}
        </style></head><body>{body}</body></html>"""


def document() -> str:
    paragraphs = "".join(
        f'<p data-msg="t.{number}">{broken(text)}</p><p><b>{broken(text)}</b></p>'
        for number, text in enumerate(KHMER)
    )
    return html(
        f'<section data-panel="one"><h1>{broken(KHMER[0])}</h1>{paragraphs}</section>'
        f'<section data-panel="two"><h2>{broken(KHMER[1])}</h2><p>បច្ចេកទេស <span lang="en">engineer</span> '
        f'<a href="https://example.org/">office</a></p><img alt="រូប" src="{PICTURE}" style="width: 20mm">'
        "<ul><li>ពេទ្យ</li><li>ក្រុម</li></ul></section>"
    )


def unchanged(_: Element) -> None:
    """The break step that changes nothing."""


def laid_out(source: str, edit: Callable[[Element], None] = unchanged) -> Panels:
    return render(source, project=ROOT, fonts=FONTS, edit=edit, name="job")


def written(source: str, variant: str | None = None, *, tagged_ua: bool = False) -> bytes:
    return laid_out(source).write(variant=variant, tagged_ua=tagged_ua, dpi=None, finish=plain)


@pytest.fixture(scope="module")
def tagged() -> bytes:
    return written(document(), "pdf/a-3a", tagged_ua=True)


@pytest.fixture(scope="module")
def untagged() -> bytes:
    return written(document())


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b|]", "", text)


def tool(name: str, *command: str) -> Callable[[bytes], str]:
    def read(content: bytes) -> str:
        if not (program := shutil.which(name)):
            pytest.skip(f"{name} is not installed")
        arguments = [program, *command]
        return subprocess.run(arguments, input=content, capture_output=True, check=True).stdout.decode()

    return read


def pdfium(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as pdf:
        return "".join(sheet.get_textpage().get_text_range() for sheet in pdf)


def mutool(content: bytes) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:  # it has to seek
        file.write(content)
        file.flush()
        return tool("mutool", "draw", "-q", "-F", "txt", file.name)(b"")


READERS: dict[str, Callable[[bytes], str]] = {
    "pdfium": pdfium,
    "pdfminer": lambda content: extract_text(io.BytesIO(content)),
    "pypdf": lambda content: "".join(
        sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(content)).pages
    ),
    "poppler": tool("pdftotext", "-", "-"),
    "mupdf": mutool,
}


@pytest.mark.parametrize("edition", ["tagged", "untagged"])
@pytest.mark.parametrize("reader", READERS)
def test_khmer_extracts_exactly(reader: str, edition: str, request: pytest.FixtureRequest) -> None:
    content: bytes = request.getfixturevalue(edition)
    text = bare(READERS[reader](content))
    for line in KHMER:
        assert text.count(bare(line)) >= 2, text
    wanted = bare(KHMER[0]) + "".join(bare(line) * 2 for line in KHMER) + bare(KHMER[1])
    assert text.startswith(wanted)


def test_without_the_clusters_the_text_is_wrong() -> None:
    """The guard sees something: WeasyPrint alone does not pass it."""
    import weasyprint

    from brochure.render import fonts

    key = fonts.isolate(FONTS)
    source = document().replace(PICTURE, "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>")
    content = weasyprint.HTML(string=source).write_pdf(font_config=fonts.configuration(key))
    assert bare(KHMER[1]) not in bare(pdfium(content))


def packaged(name: str) -> Path:
    """The folder of a package with fonts for tests."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


OTHERS = {
    "my": ("Noto Sans Myanmar", "ဆေးဘက်ဆိုင်ရာ ကိရိယာ အင်ဂျင်နီယာ ကျွန်ုပ် မြန်မာ သတ္တု ဥက္ကဋ္ဌ"),
    "th": ("Noto Sans Thai", "วิศวกรเครื่องมือแพทย์ น้ำ ที่ ก็ ปู่ ผู้"),
    "lo": ("Noto Sans Lao", "ວິສະວະກອນ ອຸປະກອນການແພດ ນ້ຳ ໝໍ ຫຼາຍ"),
    "km": ("Noto Sans Khmer", KHMER[1].replace("|", " ")),
}


@pytest.fixture(scope="module")
def other_fonts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Variable fonts of other scripts and a right-to-left one."""
    folder = tmp_path_factory.mktemp("fonts")
    for file in (*packaged("justmytype_intl_sea").rglob("*.ttf"), *packaged("fontpkg_amiri").rglob("*.ttf")):
        shutil.copy(file, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield folder


def one_page(fonts: Path, lang: str, family: str, text: str) -> bytes:
    source = f"""<html lang="{lang}"><title>T</title><style>@page {{ size: 160mm 90mm }}
        html {{ font-family: {family} }}</style><body><section data-panel="one"><h1>{text}</h1></section>"""
    panels = render(source, project=ROOT, fonts=fonts, edit=unchanged, name="job")
    return panels.write(variant="pdf/a-3a", tagged_ua=True, dpi=None, finish=plain)


@pytest.mark.parametrize("lang", OTHERS)
def test_other_scripts_and_variable_fonts(
    lang: str, other_fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = one_page(other_fonts, lang, *OTHERS[lang])
    for name, reader in READERS.items():
        assert bare(OTHERS[lang][1]) in bare(reader(content)), name
    assert page.validate_pdf_bytes(content, profile="ua1").is_compliant
    monkeypatch.setattr("fontTools.misc.timeTools.timestampNow", lambda: 3_000_000_000)
    monkeypatch.setattr("fontTools.ttLib.tables._h_e_a_d.timestampNow", lambda: 3_000_000_000)
    assert one_page(other_fonts, lang, *OTHERS[lang]) == content  # the clock is not in it


def test_right_to_left_text_extracts(other_fonts: Path) -> None:
    text = "مرحبا بالعالم. مُدَرِّسٌ لا لله مهندس الأجهزة الطبية"
    content = one_page(other_fonts, "ar", "Amiri", f'<span dir="rtl">{text}</span>')
    assert bare(text) in bare(READERS["pypdf"](content))
    assert page.validate_pdf_bytes(content, profile="ua1").is_compliant


def test_words_stay_whole_in_a_search(untagged: bytes) -> None:
    with pypdfium2.PdfDocument(untagged) as pdf:
        text = pdf[0].get_textpage()
        found = text.search("ស្រឡាញ់").get_next()
        assert found
        left, _, right, _ = text.get_charbox(found[0], loose=True)
        assert 0 < right - left < 40  # points: the box of its first letter, not of the line


def test_nothing_is_drawn_twice_or_elsewhere(untagged: bytes) -> None:
    """The picture is the one WeasyPrint draws, but for the edges of marks that it puts 2 % too low."""
    import weasyprint
    from PIL import ImageChops, ImageFilter

    from brochure.render import fonts
    from brochure.render.fetcher import BASE, ProjectFetcher

    key = fonts.isolate(FONTS)
    stock = weasyprint.HTML(string=document(), base_url=BASE, url_fetcher=ProjectFetcher(ROOT))
    pictures = []
    for content in (untagged, stock.write_pdf(font_config=fonts.configuration(key))):
        with pypdfium2.PdfDocument(content) as pdf:
            pictures.append([sheet.render(scale=2).to_pil().convert("L") for sheet in pdf])
    for ours, theirs in zip(*pictures, strict=True):
        assert ours.getextrema() == (0, 255)
        soft = [picture.filter(ImageFilter.BoxBlur(2)) for picture in (ours, theirs)]
        assert (
            max(level for level, count in enumerate(ImageChops.difference(*soft).histogram()) if count) < 45
        )


@pytest.mark.parametrize("lang", ["km", "en"])
def test_file_is_pdf_ua_and_pdf_a(lang: str) -> None:
    source = (
        document()
        if lang == "km"
        else html(
            f'<section data-panel="one"><h1>Office</h1><p>First <span lang="km">ខ្ញុំ</span> text</p>'
            f'<img alt="a machine" src="{PICTURE}"></section>',
            lang="en",
            title="Title",
        )
    )
    content = written(source, "pdf/a-3a", tagged_ua=True)
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(content, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_validator_is_not_blind() -> None:
    report = page.validate_pdf_bytes(written(document()), profile="ua1")
    assert not report.is_compliant


@pytest.mark.parametrize("variant", ["pdf/a-2u", "pdf/a-3u", "pdf/a-2a"])
def test_other_flavours_comply(variant: str) -> None:
    report = page.validate_pdf_bytes(written(document(), variant), profile=variant.removeprefix("pdf/a-"))
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def elements(content: bytes) -> list[dict[str, Any]]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = []
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem":
                kind = str(item["/S"])
                lang = str(item["/Lang"]) if "/Lang" in item else None
                attributes = item.get("/A")
                box = (
                    [float(value) for value in attributes["/BBox"]]
                    if attributes and "/BBox" in attributes
                    else None
                )
                found.append({"kind": kind, "lang": lang, "box": box})
        return found


def test_language_is_told_where_it_changes() -> None:
    content = written(
        html(
            '<section data-panel="one"><h1>ក</h1><div lang="en"><p>one</p><p lang="km">ក</p>'
            '<p lang="en">two</p></div><p>ក <em lang="fr">mot</em></p></section>'
        ),
        tagged_ua=True,
    )
    told = [(element["kind"], element["lang"]) for element in elements(content) if element["lang"]]
    assert sorted(told) == [("/Div", "en"), ("/NonStruct", "fr"), ("/P", "km")]


def test_figure_box_is_in_points_from_the_bottom() -> None:
    content = written(
        html(
            f'<section data-panel="one"><h1>ក</h1><img alt="x" src="{PICTURE}" style="position: absolute; '
            'left: 10mm; top: 20mm; width: 30mm; height: 40mm"></section>'
        ),
        tagged_ua=True,
    )
    (box,) = (element["box"] for element in elements(content) if element["box"])
    millimetres = [round(value / 72 * 25.4, 1) for value in box]
    assert millimetres == [16, 120 - 26 - 40, 46, 120 - 26]


def test_titles_and_bookmarks_have_no_break_marks() -> None:
    def edit(root: Element) -> None:
        for element in root.iter():
            if element.tag in ("title", "h1"):
                element.text = "\u200b".join(element.text or "")

    panels = laid_out(html('<section data-panel="one"><h1>ក្រុម</h1></section>'), edit)
    content = panels.write(variant=None, tagged_ua=True, dpi=None, finish=plain)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "ទំព័រ"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["ក្រុម"]


def test_metadata_is_readable_and_names_both_standards(tagged: bytes) -> None:
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", tagged)
    assert re.search(rb'pdfaid:part="3"', tagged)
    with pikepdf.open(io.BytesIO(tagged)) as pdf:
        assert "/Filter" not in pdf.Root.Metadata


def test_print_flavour_has_a_reproducible_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    source = html('<section data-panel="one"><p>ក</p></section>')
    with pytest.raises(RenderError, match="PDF/X needs a date"):
        written(source, "pdf/x-4")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    first = written(source, "pdf/x-4")
    assert first == written(source, "pdf/x-4")
    assert b"2026-01-01T00:00:00Z" in first


def test_one_layout_serves_several_editions(tagged: bytes, untagged: bytes) -> None:
    panels = laid_out(document())
    for _ in range(2):
        assert panels.write(variant="pdf/a-3a", tagged_ua=True, dpi=None, finish=plain) == tagged
        assert panels.write(variant=None, tagged_ua=False, dpi=None, finish=plain) == untagged


def test_resolution_is_chosen_when_writing(tmp_path: Path) -> None:
    from PIL import Image

    images = tmp_path / "assets"
    images.mkdir()
    Image.effect_noise((600, 600), 50).save(images / "noise.png")
    source = html(
        '<section data-panel="one"><h1>ក</h1><img alt="x" src="https://brochure.invalid/assets/noise.png" '
        'style="width: 25.4mm"></section>'
    )
    panels = render(source, project=tmp_path, fonts=FONTS, edit=unchanged, name="job")

    def widths(dpi: int | None) -> list[int]:
        content = panels.write(variant=None, tagged_ua=False, dpi=dpi, finish=plain)
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return [
                int(image.Width)
                for image in pdf.objects
                if isinstance(image, pikepdf.Stream) and "/Width" in image
            ]

    assert [widths(dpi) for dpi in (150, None, 300, 150)] == [[150], [600], [300], [150]]


CHILD = """
import hashlib, json, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[2]]
import test_render_text as sample
from brochure.press import plain
from brochure.render import render
project = Path(sys.argv[3])
fonts = project / "assets/fonts"
panels = render(sample.document(), project=project, fonts=fonts, edit=sample.unchanged, name="job")
found = []
for variant, tagged in ((None, False), ("pdf/a-3a", True), ("pdf/x-4", False)):
    data = panels.write(variant=variant, tagged_ua=tagged, dpi=None, finish=plain)
    assert str(project).encode() not in data
    found.append(hashlib.sha256(data).hexdigest())
print(json.dumps(found))
"""


def test_bytes_are_the_same_anywhere(tmp_path: Path) -> None:
    results = []
    for number, zone in enumerate(("UTC", "Asia/Phnom_Penh")):
        project = tmp_path / f"folder {number}" / ("deeper" * number) / "project"
        shutil.copytree(ROOT / "assets", project / "assets")
        environment = os.environ | {
            "PYTHONHASHSEED": str(number + 1),
            "TZ": zone,
            "LC_ALL": "C",
            "XDG_CACHE_HOME": str(tmp_path / f"cache {number}"),
            "SOURCE_DATE_EPOCH": "1767225600",
        }
        command = [sys.executable, "-c", CHILD, str(ROOT), str(Path(__file__).parent), str(project)]
        answer = subprocess.run(
            command, env=environment, cwd=project, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr
        results.append(json.loads(answer.stdout))
    assert results[0] == results[1]
    assert len(set(results[0])) == 3


def test_finish_gets_the_complete_document() -> None:
    seen: list[pydyf.PDF] = []

    def finish(pdf: pydyf.PDF) -> bytes:
        seen.append(pdf)
        assert pdf.pages["Count"] == 2
        assert "Metadata" in pdf.catalog
        assert pdf.write(None) is None  # WeasyPrint writes nothing
        return b"bytes"

    content = laid_out(document()).write(variant="pdf/a-3a", tagged_ua=True, dpi=None, finish=finish)
    assert content == b"bytes"
    assert len(seen) == 1


def test_patches_are_gone_afterwards() -> None:
    import weasyprint.draw.text as drawing
    import weasyprint.pdf.tags as tagging
    from weasyprint.pdf.fonts import Font

    laid_out(document()).write(variant=None, tagged_ua=True, dpi=None, finish=plain)
    for name in (drawing.draw_first_line, Font.clean, Font.get_unused_glyph_id, tagging._build_box_tree):
        assert name.__module__.startswith("weasyprint.")


def test_syllables_are_joined_across_stackers_and_marks() -> None:
    text = "ស្ត្រីក".encode()  # clusters as HarfBuzz gives them: one of each consonant
    spans = list(syllables([0, 6, 12, 12, 18], text, rtl=False))
    assert [text[begin:stop].decode() for _, _, begin, stop in spans] == ["ស្ត្រី", "ក"]
    assert [(first, end) for first, end, _, _ in spans] == [(0, 4), (4, 5)]


def test_syllables_of_right_to_left_runs_keep_visual_order() -> None:
    spans = list(syllables([4, 2, 2, 0], "אבג".encode(), rtl=True))
    assert spans == [(0, 1, 4, 6), (1, 3, 2, 4), (3, 4, 0, 2)]


def test_composites_are_read_by_fonttools() -> None:
    content = next(FONTS.rglob("Kantumruy*Regular.ttf")).read_bytes()
    with TTFont(io.BytesIO(content)) as font:
        count, first, second = font["maxp"].numGlyphs, font.getGlyphID("A"), font.getGlyphID("B")
    parts = ((first, 10, -20), (second, 700, 30))
    grown = with_composites(content, {count: Composite((), 0), count + 2: Composite(parts, 1400)})
    with TTFont(io.BytesIO(grown), checkChecksums=2) as font:
        names = font.getGlyphOrder()
        glyph = font["glyf"][names[count + 2]]
        assert [(part.glyphName, part.x, part.y) for part in glyph.components] == [
            (names[first], 10, -20),
            (names[second], 700, 30),
        ]
        drawn = (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax)
        glyph.recalcBounds(font["glyf"])
        assert drawn == (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax)
        assert font["hmtx"].metrics[names[count + 2]] == (1400, glyph.xMin)
        assert font["hmtx"].metrics[names[count + 1]] == (0, 0)
        assert font["maxp"].numGlyphs == count + 3
        assert font["maxp"].maxComponentElements >= 2
        for name in names[:count]:
            font["glyf"][name].expand(font["glyf"])


def test_font_keeps_its_checksum() -> None:
    content = next(FONTS.rglob("Moul*.ttf")).read_bytes()
    grown = with_composites(content, {5000: Composite((), 0)})
    words = sum(int.from_bytes(grown[at : at + 4], "big") for at in range(0, len(grown), 4)) & 0xFFFFFFFF
    assert words == 0xB1B0AFBA
    assert set(tables(grown)) <= set(tables(content))
    assert (
        hashlib.sha256(grown).digest()
        == hashlib.sha256(with_composites(content, {5000: Composite((), 0)})).digest()
    )
