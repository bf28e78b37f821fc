"""Extension without Python: a career, a language, a right-to-left language and a layout, each made of data files only."""

import math
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import fontpkg_amiri
import justmytype_intl_sea
import pikepdf
import pytest
import readers
from factories import ROOT, Folder, brochure
from printed import MM, bare, glyphs, spots

EMPTY = re.compile(r'^(msgctxt "(.*)"\nmsgid "(.+)"\nmsgstr )""$', re.M)
LAO = re.findall(r"\S+", "ຊ່າງ ອຸປະກອນ ການ ແພດ ດູແລ ເຄື່ອງ ຢູ່ ໂຮງໝໍ ໃຫ້ ຄົນເຈັບ ມີ ນ້ຳ ສະອາດ ແລະ ປອດໄພ ທຸກ ມື້")
ARABIC = re.findall(r"\S+", "فني الأجهزة الطبية يعتني بالأجهزة في المستشفى من أجل سلامة المرضى كل يوم")
KHMER = re.findall(r"\S+", "អ្នក បច្ចេកទេស ថែទាំ ឧបករណ៍ នៅ មន្ទីរពេទ្យ ដើម្បី សុវត្ថិភាព អ្នកជំងឺ")


@pytest.fixture
def fresh(tmp_path: Path) -> Folder:
    """A project as `brochure init` makes it."""
    done = brochure("init", "mine", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    return Folder(tmp_path / "mine")


def new(project: Folder, *arguments: str) -> None:
    """Run `brochure new`."""
    done = project.run("new", *arguments)
    assert done.returncode == 0, done.stderr


def built(project: Folder, *arguments: str) -> list[Path]:
    """Build, and return the files."""
    done = project.run("build", "--jobs", "2", *arguments)
    assert done.returncode == 0, done.stderr
    return [project / "dist" / name for name in re.findall(r"^\[\d+/\d+\] (\S+\.pdf) ", done.stdout, re.M)]


def translate(project: Folder, tag: str, words: list[str], gap: str, share: float) -> dict[str, str]:
    """Fill the empty messages of a language with words, `share` of the source text's length; returns all of them."""
    found = dict[str, str]()

    def fill(message: re.Match[str]) -> str:
        head, key, msgid = message.groups()
        text, number = "", len(found)
        while len(text) < len(re.sub(r"<.*?>|%\(\w+\)s", "", msgid)) * share or not text:
            text += (gap if text else "") + words[number % len(words)]
            number += 1
        found[key] = text
        places = "".join(f"{gap or ' '}{place}" for place in re.findall(r"%\(\w+\)s|\d+", msgid))
        return f'{head}"{text}{places}"'

    for path in sorted((project / f"locales/{tag}/LC_MESSAGES").glob("*.po")):
        path.write_text(EMPTY.sub(fill, path.read_text("utf-8")), "utf-8")
    return found


def printed_words(found: dict[str, str], career: str) -> dict[str, str]:
    """The messages of a career that are printed."""
    return {key: text for key, text in found.items()
            if key.startswith(f"{career}.") and not key.startswith((f"{career}.picture.", f"{career}.keywords"))}


def test_a_career_is_one_toml_and_its_catalogs(fresh: Folder) -> None:
    new(fresh, "career", "nurse")
    layouts = [path.name for path in sorted((ROOT / "templates/layouts").iterdir())]
    english = built(fresh, "nurse", "--lang", "en")
    assert {path.name.split(".")[0] for path in english} == set(layouts)
    text = bare(readers.pdfium(english[0]))
    for words in re.findall(r'^\s*text = "(Write about.*)"$', (fresh / "templates/content/nurse.toml").read_text("utf-8"), re.M):
        assert bare(words) in text

    refused = fresh.run("build", "nurse", "--lang", "km")
    assert refused.returncode == 5
    empty = [found[2] for found in EMPTY.finditer((fresh / "locales/km/LC_MESSAGES/nurse.po").read_text("utf-8"))]
    assert len(empty) > 20
    assert [key for key in empty if f": {key} is not translated" not in refused.stderr] == []
    assert "locales/km/LC_MESSAGES/nurse.po:" in refused.stderr
    assert list((fresh / "dist/nurse").glob("*.km.pdf")) == []

    wanted = printed_words(translate(fresh, "km", KHMER, "", 0.8), "nurse")
    khmer = built(fresh, "nurse", "--lang", "km")
    assert len(khmer) == len(english)
    seen = set[str]()
    for path in khmer:
        text = bare(readers.pdfium(path))
        needs = tomllib.loads((fresh / f"templates/layouts/{path.name.split('.')[0]}/layout.toml").read_text("utf-8"))["needs"]
        keys = {key for key in wanted if key.split(".")[1] in needs}
        if ".coach." not in path.name:  # how to print it says nothing of the career
            assert [key for key in keys if bare(wanted[key]) not in text] == []
            seen |= keys
    assert seen >= {key for key in wanted if key.count(".") > 1}


def test_a_language_is_a_folder_and_a_font(fresh: Folder) -> None:
    """Lao: no spaces between words, marks in two storeys, and a vowel that fonts take apart (ຳ)."""
    new(fresh, "language", "lo")
    fresh.edit("locales/lo/language.css", '--text-family: "Kantumruy Pro"', '--text-family: "Noto Sans Lao", "Kantumruy Pro"')
    fresh.edit("locales/lo/language.css", '--title-family: "Kantumruy Pro"', '--title-family: "Noto Sans Lao", "Kantumruy Pro"')
    wanted = printed_words(translate(fresh, "lo", LAO, "", 0.6), "bmet")
    assert sum(map(len, wanted.values())) > 1000

    without = fresh.run("build", "--lang", "lo", "--layout", "trifold-a4")
    assert without.returncode == 6
    assert "Noto Sans Lao" in without.stderr

    font = next((Path(justmytype_intl_sea.__file__).parent / "fonts/ofl/notosanslao").glob("*.ttf"))
    fresh.write("assets/fonts/noto-sans-lao/NotoSansLao.ttf", font.read_bytes())
    files = built(fresh, "--lang", "lo", "--layout", "trifold-a4", "--edition", "office", "--edition", "screen")
    assert len(files) == 2
    for path in files:
        raw = readers.poppler(path, "-raw")
        for said in (raw, *(read(path) for read in (readers.pdfium, readers.pdfminer_six, readers.py_pdf, readers.mupdf))):
            text = bare(said)
            assert [key for key, words in wanted.items() if bare(words) not in text] == []
        lines = [bare(line) for line in raw.splitlines()]
        lines = [line for line in lines if re.fullmatch("[\u0e80-\u0eff]+", line)]
        assert len(lines) > 20
        assert [line for line in lines if not whole_words(line, LAO)] == []


def whole_words(line: str, words: list[str]) -> bool:
    """Whether a line is made of whole words."""
    return bool(re.fullmatch("(?:" + "|".join(sorted(map(bare, words), key=len, reverse=True)) + ")+", line))


def test_half_words_are_noticed() -> None:
    assert whole_words("".join(LAO), LAO)
    assert not whole_words("".join(LAO)[:-2], LAO)
    assert not whole_words("".join(LAO)[2:], LAO)


# A family of two weights: the style sheet of its language says which of the two stands for each weight of the layouts.
LIGHT_AND_BOLD = """
[lang="ar"] .lead, [lang="ar"] .card dd { font-weight: 400 }
[lang="ar"] b, [lang="ar"] h3, [lang="ar"] .fact p, [lang="ar"] .card h2, [lang="ar"] .organisation, [lang="ar"] .imprint .name,
[lang="ar"] #cover { font-weight: 700 }
"""


def test_a_language_written_from_right_to_left(fresh: Folder) -> None:
    """The sheet opens the other way, and each page runs from the right."""
    new(fresh, "language", "ar")
    for name in ("text", "title"):
        fresh.edit("locales/ar/language.css", f'--{name}-family: "Kantumruy Pro"', f'--{name}-family: "Amiri", "Kantumruy Pro"')
    for weight in ("Regular", "Bold"):
        font = Path(fontpkg_amiri.__file__).parent / f"files/Amiri-{weight}.ttf"
        fresh.write(f"assets/fonts/amiri/Amiri-{weight}.ttf", font.read_bytes())
    fresh.append("locales/ar/language.css", LIGHT_AND_BOLD)
    wanted = printed_words(translate(fresh, "ar", ARABIC, " ", 0.6), "bmet")
    office, screen = sorted(built(fresh, "--lang", "ar", "--layout", "trifold-a4", "--edition", "office", "--edition", "screen"))
    for path in (office, screen):
        lines = readers.pdfium(path).splitlines()
        text = bare("".join(lines))
        assert [key for key, words in wanted.items() if bare(words) not in text] == []
    with pikepdf.open(office) as mirrored, pikepdf.open(screen) as pages:
        widths = [[round(width) for width in panel_widths(page)] for page in mirrored.pages]
        assert widths == [[100, 100, 97], [97, 100, 100]]
        assert pages.Root.Lang == "ar"
    # The cover lies at the left, and what is read first inside at the right.
    outside, inside = glyphs(office)
    assert any(all(glyph.right < 100 for glyph in spot) for spot in spots(outside, wanted["bmet.title"]))
    title = next(spot for spot in spots(inside, wanted["bmet.what.title"]) if all(glyph.left > 197 for glyph in spot))
    assert max(glyph.right for glyph in title) - title[0].right < 1, "the first letter is not the rightmost"


def panel_widths(page: pikepdf.Page) -> list[float]:
    """The widths of a sheet's panels in mm, from left to right."""
    edges = [float(operands[4]) * MM for operands, operator in pikepdf.parse_content_stream(page) if str(operator) == "cm"]
    return [after - before for before, after in pairwise([*sorted(edges), float(page.mediabox[2]) * MM])]


CARD = {
    "layout.toml": """\
needs = ["what", "outlook"]
editions = ["office", "screen"]
flip = "short-edge"

[[sheet]]
side = "outside"
row = ["back", "cover"]

[[sheet]]
side = "inside"
row = ["left", "right"]
""",
    "layout.css": """\
@page { size: 148.5mm 210mm; margin: 12mm }
#cover { page: cover }
#left { page: left }
#right { page: right }
#back { page: back }
""",
    "layout.html": """\
{% extends "macros/page.html" %}
{% import "macros/parts.html" as parts with context %}
{% block panels %}
<section class="panel" id="cover" data-panel="cover">{{ say(title, "h1") }}{{ say(hook) }}</section>
<section class="panel" id="left" data-panel="left">{{ parts.text(section("what")) }}</section>
<section class="panel" id="right" data-panel="right">
{{ parts.facts(section("what")) }}
{{ parts.text(section("outlook")) }}
</section>
<section class="panel" id="back" data-panel="back">{{ parts.contact_card() }}{{ parts.imprint() }}</section>
{% endblock %}
""",
}


def test_a_layout_is_three_files(fresh: Folder) -> None:
    """A card: A4 folded once, four panels of half the sheet."""
    for name, text in CARD.items():
        fresh.write(f"templates/layouts/card/{name}", text)
    files = built(fresh, "--layout", "card")
    assert {path.name for path in files} == {f"card.{edition}.{language}.pdf"
                                             for edition in ("office", "screen") for language in ("en", "km")}
    for path in files:
        with pikepdf.open(path) as pdf:
            sizes = [[round(float(value) * MM, 1) for value in page.mediabox[2:]] for page in pdf.pages]
            if ".office." in path.name:
                assert sizes == [[297, 210]] * 2
                assert [panel_widths(page) for page in pdf.pages] == [pytest.approx([148.5, 148.5], abs=0.1)] * 2
                assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipShortEdge"
            else:
                assert sizes == [[148.5, 210]] * 4


def test_a_layout_that_forgets_a_panel_is_refused(fresh: Folder) -> None:
    for name, text in CARD.items():
        fresh.write(f"templates/layouts/card/{name}", text.replace('row = ["left", "right"]', 'row = ["left", "left"]'))
    refused = fresh.run("build", "--layout", "card", "--edition", "office", "--lang", "en")
    assert refused.returncode == 4
    assert "“right” was rendered but stands on no sheet" in refused.stderr


def test_a_copied_layout_builds_as_it_is(fresh: Folder) -> None:
    new(fresh, "layout", "mine", "--like", "trifold-letter")
    (path,) = built(fresh, "--layout", "mine", "--lang", "en", "--edition", "office")
    with pikepdf.open(path) as pdf:
        assert math.isclose(float(pdf.pages[0].mediabox[2]) * MM, 279.4, abs_tol=0.1)
