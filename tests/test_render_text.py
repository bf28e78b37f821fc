"""Render: text that every reader gets back exactly."""

import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from xml.etree.ElementTree import Element

import page
import pypdf
import pypdfium2
import pytest
from pdfminer.high_level import extract_text

from brochure.press import plain
from brochure.render import Panels, render

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
        program = shutil.which(name)
        assert program, f"{name} is not installed: make test installs it"
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


SET = ("<p>Wave To AVATAR, office</p><p style='letter-spacing: 1mm; word-spacing: 3mm'>far apart ក្រុម</p>"
       "<p style='text-align: justify'>" + "one line is as wide as the other " * 6 + "</p><p dir='rtl'>ក្រុម office</p>")


def pictures(content: bytes) -> list[bytes]:
    with pypdfium2.PdfDocument(content) as pdf:
        return [sheet.render(scale=4).to_pil().tobytes() for sheet in pdf]


def test_lines_are_drawn_where_weasyprint_draws_them(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [document(), html(f'<section data-panel="one">{SET}</section>')]
    ours = [written(page) for page in pages]
    monkeypatch.setattr("brochure.render.clusters.SIZED", sys.maxsize)  # all of them are WeasyPrint's to draw
    theirs = [written(page) for page in pages]
    assert all(mine != its for mine, its in zip(ours, theirs, strict=True))
    assert list(map(pictures, ours)) == list(map(pictures, theirs))
    assert list(map(pdfium, ours)) == list(map(pdfium, theirs))


def test_no_move_between_glyphs_moves_nothing(untagged: bytes) -> None:
    with pypdf.PdfReader(io.BytesIO(untagged)) as pdf:
        drawn = b"".join(contents.get_data() for one in pdf.pages if (contents := one.get_contents()) is not None)
    moves = re.findall(rb">([-.0-9]+)<", drawn)
    assert moves
    assert all(map(float, moves))



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
