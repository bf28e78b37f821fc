"""Proof: it always builds, marks what is not done, and moves no line."""

import datetime
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from factories import ROOT, Folder, sample
from PIL import Image
from printed import BRIEF

from brochure import build as pipeline
from brochure.build import build, lay_out
from brochure.catalog import pseudo
from brochure.catalog.check.fonts import Stack
from brochure.project import Job, discover, jobs
from brochure.review.proof import Proof

pytestmark = [pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning"), pytest.mark.xdist_group("proof")]
BMET = "locales/km/LC_MESSAGES/bmet.po"
DAY = datetime.date(2026, 4, 13)
UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060"))
JOB = Job("bmet", "trifold-a4", "proof", "km")


# One of everything that is not done: a fuzzy message, some missing ones, one much too long.
DAMAGE: dict[str, Callable[[str], str]] = {
    "bmet.skills.mechanical": lambda words: "", "bmet.what.ranking": lambda words: "", "bmet.high_school.title": lambda words: "",
    "bmet.outlook.text": lambda words: words * 3,
}
DOUBTFUL = 'msgctxt "bmet.what.duties"'


def hurt(folder: Folder, damage: dict[str, Callable[[str], str]]) -> Folder:
    """Change some translations of the sample."""
    text = (folder / BMET).read_text("utf-8")
    for key, change in damage.items():
        start = text.index('msgstr "', text.index(f'msgctxt "{key}"')) + len('msgstr "')
        end = text.index('"\n', start)
        text = text[:start] + change(text[start:end]) + text[end:]
    return folder.write(BMET, text)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = sample(tmp_path_factory.mktemp("proof") / "project", fonts=True)
    folder.edit(BMET, DOUBTFUL, f"#, fuzzy\n{DOUBTFUL}")
    return hurt(folder, DAMAGE)


@dataclass(frozen=True)
class Shown:
    """A proof: what was laid out, and the finished file."""

    laid: pipeline.Laid
    data: bytes

    def page(self, number: int) -> pypdfium2.PdfPage:
        return pypdfium2.PdfDocument(self.data)[number]


def proof(folder: Folder, job: Job = JOB) -> Shown:
    project = discover(folder.path)
    return Shown(pipeline._proof(job, project), build(job, project)[0])


@pytest.fixture(scope="module")
def shown(damaged: Folder) -> Shown:
    return proof(damaged)


def lines(laid: pipeline.Laid) -> dict[str, list[tuple[float, float, str]]]:
    """Every message's lines, by panel and place."""
    found: dict[str, list[tuple[float, float, str]]] = {}
    for one in laid.panels.ink:
        name = laid.panels.panels[one.panel].name
        if one.key and name != "notes":
            found.setdefault(f"{name} {one.key}", []).append((round(one.x, 2), round(one.y, 2), one.text))
    return found


def print_edition(layout: str) -> str:
    """The edition a proof is a proof of: the layout's first that is printed; others may have type of another size."""
    project = discover(ROOT)
    return next(name for name in project.layout(layout).editions if project.edition(name).imposed)


PRINTED = [job for job in jobs(discover(ROOT)) if job.edition == print_edition(job.layout)]


@pytest.mark.parametrize("job", PRINTED, ids=str)
def test_no_line_moves(job: Job) -> None:
    """In every career, layout and language the lines stand and end where they do in print."""
    project = discover(ROOT)
    proofed = lines(pipeline._proof(replace(job, edition="proof"), project))
    printed = lines(lay_out(job, project))
    assert len(printed) > (10 if job.layout in BRIEF else 40)
    assert proofed == printed


def test_every_career_layout_and_language_is_compared_with_print() -> None:
    project = discover(ROOT)
    assert {(job.career, job.layout, job.language) for job in PRINTED} == {
        (career, layout.name, language.tag) for career in project.careers for layout in project.layouts
        for language in project.languages}


def test_no_mark_moves_a_line(damaged: Folder, shown: Shown) -> None:
    """Nor do tints, hatching and the page with what does not fit: the lines are those of a draft of the print edition."""
    damaged.edit(BMET, "#, fuzzy\n", "")  # a proof shows fuzzy words, a draft the source text in their place
    try:
        printed = lay_out(replace(JOB, edition="office"), discover(damaged.path), draft=True)
    finally:
        damaged.edit(BMET, DOUBTFUL, f"#, fuzzy\n{DOUBTFUL}")
    assert len(lines(printed)) > 40
    assert lines(shown.laid) == lines(printed)


def test_a_moved_line_is_noticed(damaged: Folder) -> None:
    project = discover(damaged.path)
    still = lines(lay_out(JOB, project, draft=True, proof=Proof(DAY, {})))
    moving = "[data-number]::before { content: attr(data-number) }\n"
    damaged.edit("templates/editions/proof.css", "/* The list", f"{moving}/* The list")
    try:
        moved = lines(lay_out(JOB, project, draft=True, proof=Proof(DAY, {"bmet.what.duties": 7})))
    finally:
        damaged.edit("templates/editions/proof.css", moving, "")
    assert {key for key in still if still[key] != moved.get(key)} >= {"inside-left bmet.what.duties"}


def test_it_says_what_is_not_done(shown: Shown) -> None:
    document = pypdfium2.PdfDocument(shown.data)
    pages = [page.get_textpage().get_text_range() for page in document]
    assert "Mechanical aptitude" in "".join(pages[:6])  # the missing message stands in English
    assert len(document) > 8
    with pikepdf.open(BytesIO(shown.data)) as pdf:
        heights = [round(float(page.mediabox[3]) / 72 * 25.4) for page in pdf.pages]
    assert heights.count(210) == 7  # six panels, and the page with what does not fit
    assert heights.count(297) == len(heights) - 7  # the list at the end
    today = discover(ROOT).language("km").writing.date(datetime.date.today())
    for page in pages:
        assert today in page.translate(UNSEEN)


def colours(page: pypdfium2.PdfPage, left: float, top: float, right: float, bottom: float) -> Counter[object]:
    """The colours of a part of the page, in mm, by how many dots have them."""
    image: Image.Image = page.render(scale=4).to_pil().convert("RGB")
    dots = 4 * 72 / 25.4
    part = image.crop((round(left * dots), round(top * dots), round(right * dots), round(bottom * dots)))
    return Counter({colour: count for count, colour in part.getcolors(1 << 24) or ()})


MISSING, FUZZY, PAPER = (0xFF, 0xD9, 0xD6), (0xFF, 0xE9, 0xA8), (0xFF, 0xFF, 0xFF)
HATCH = (0xED, 0xB0, 0xA9)


def extent(laid: pipeline.Laid, key: str) -> tuple[int, tuple[float, float, float, float]]:
    """The page of a message, and left, top, right and bottom of its lines in mm."""
    ink = [one for one in laid.panels.ink if one.key == key and one.text]
    return ink[0].panel, (min(one.x for one in ink), min(one.y for one in ink),
                          max(one.x + one.width for one in ink), max(one.y + one.height for one in ink))


def test_tinted_words_can_be_read_on_every_ground(shown: Shown) -> None:
    """White words of a dark box on a light tint could not."""
    for key, tint in (("bmet.what.ranking", MISSING), ("bmet.skills.mechanical", MISSING), ("bmet.what.duties", FUZZY)):
        number, box = extent(shown.laid, key)
        found = colours(shown.page(number), *box)
        assert found.most_common(1)[0][0] == tint
        dark = sum(count for colour, count in found.items() if isinstance(colour, tuple) and sum(colour) < 300)
        assert dark > 0.05 * found.total() and found[PAPER] < dark / 10, key


def test_no_tint_covers_a_picture(shown: Shown) -> None:
    number, (left, top, _, bottom) = extent(shown.laid, "bmet.high_school.title")
    found = colours(shown.page(number), left - 30, top, left - 6, bottom)  # the portrait beside the question
    assert found[MISSING] < found.total() / 2


def test_what_is_too_wide_is_hatched(tmp_path: Path, shown: Shown) -> None:
    """It makes no page of its own, and would else look like any heading."""
    wide = {"bmet.what.title": lambda words: "https://example.org/" + "long" * 12}
    there = proof(hurt(sample(tmp_path / "project", fonts=True), wide))
    number, (left, top, _, bottom) = extent(there.laid, "bmet.what.title")
    assert colours(there.page(number), left, top, left + 80, bottom)[HATCH] > 100
    assert colours(shown.page(number), left, top, left + 80, bottom)[HATCH] == 0


def test_the_page_with_what_does_not_fit_is_hatched(shown: Shown) -> None:
    names = [panel.name for panel in shown.laid.panels.panels]
    first = names.index("back")
    assert names[first + 1] == "back"
    assert colours(shown.page(first + 1), 5, 100, 90, 200)[HATCH] > 1000
    assert colours(shown.page(first), 5, 5, 90, 200)[HATCH] == 0


STRANGE = "\N{GRINNING FACE}"


def test_a_letter_that_no_font_has_stops_no_proof(tmp_path: Path) -> None:
    folder = hurt(sample(tmp_path / "project", fonts=True), {"bmet.what.title": lambda words: f"{words} {STRANGE}"})
    data, notes = build(JOB, discover(folder.path))
    (said,) = [note for note in notes if STRANGE in note.what]
    assert (said.where, said.severity) == ("bmet/trifold-a4.proof.km.pdf", "warning")
    assert said.what == "no font of the project has “😀” (U+1F600); the proof has a question mark there"
    assert said.hint == "brochure catalog check says in which messages; write them without it, or add a font to assets/fonts"
    assert re.search(r"\?\s+\?", pypdfium2.PdfDocument(data)[2].get_textpage().get_text_range())
    assert folder.run("build", "--layout", "trifold-a4", "--edition", "office", "--lang", "km").returncode == 6


def test_a_new_language_has_a_proof_before_it_has_a_font(tmp_path: Path) -> None:
    folder = sample(tmp_path / "project", fonts=True)
    assert folder.run("new", "language", "lo").returncode == 0
    catalog = "locales/lo/LC_MESSAGES/bmet.po"
    text = (folder / catalog).read_text("utf-8")
    folder.write(catalog, re.sub(r'(msgctxt "bmet.what.title"\nmsgid ".*"\nmsgstr )""', r'\1"ຊ່າງເຕັກນິກ"', text))
    data, notes = build(replace(JOB, language="lo"), discover(folder.path))
    assert "????" in pypdfium2.PdfDocument(data)[2].get_textpage().get_text_range()
    assert [note.what for note in notes if "no font" in note.what] != []


@pytest.mark.parametrize("tag", pseudo.TAGS)
def test_pseudo_languages_have_proofs(tag: str) -> None:
    data, _ = build(replace(JOB, language=tag), discover(ROOT))
    assert len(pypdfium2.PdfDocument(data)) > 8


def test_a_letter_without_a_font_is_marked_where_it_stands() -> None:
    tree = ElementTree.fromstring(f'<body><p data-msg="a">x {STRANGE}<b>{STRANGE}</b>{STRANGE}</p><p data-msg="b">y</p></body>')
    Proof(DAY, {}, fonts=Stack(())).mark(tree, {"a": "missing"})
    first, second = tree
    assert (first.get("data-state"), "".join(first.itertext())) == ("missing", "? ???")
    assert (second.get("data-state"), second.text) == ("fuzzy", "?")


def test_states_and_numbers_stand_on_the_elements() -> None:
    tree = ElementTree.fromstring('<body><h2 data-msg="a">x</h2><ul><li><b data-msg="b">y</b> <span data-msg="c">z</span></li>'
                                  '</ul>'
                                  '<p data-msg="d">w</p></body>')
    Proof(DAY, {"a": 1, "b": 2, "c": 3}).mark(tree, {"b": "missing", "d": "fuzzy"})
    heading, item, last = tree.find("h2"), tree.find(".//li"), tree.find("p")
    assert heading is not None and item is not None and last is not None
    assert heading.attrib == {"data-msg": "a", "data-number": "1"}
    assert item.attrib == {"data-number": "2\n3"}
    assert [one.get("data-state") for one in item] == ["missing", None]
    assert last.attrib == {"data-msg": "d", "data-state": "fuzzy"}


def test_the_room_of_every_panel_is_printed(shown: Shown) -> None:
    """In lines: what is free, or what is too much."""
    rooms = {fill.panel: fill for fill in shown.laid.fit.fills}
    assert set(rooms) == {"cover", "flap", "inside-left", "inside-mid", "inside-right", "back"}
    assert rooms["back"].lines > 0 and rooms["flap"].lines == 0
    write = discover(ROOT).language("km").writing.native
    for number, panel in enumerate(shown.laid.panels.panels):
        text = shown.page(number).get_textpage().get_text_range().translate(UNSEEN)
        if panel.name == "back":
            assert f"back៖ វែងលើស {write(str(rooms['back'].lines))} បន្ទាត់" in text
        elif panel.name in rooms:
            assert re.search(rf"{panel.name}៖ នៅអាចដាក់បានប្រហែល [០-៩]+ បន្ទាត់ទៀត", text)


@pytest.mark.parametrize("layout", [layout.name for layout in discover(ROOT).layouts])
def test_the_list_at_the_end(layout: str, damaged: Folder) -> None:
    """Every message once, in the order of its number's page: number, source text, translation, a line to write on."""
    html = pipeline._proof(replace(JOB, layout=layout), discover(damaged.path)).page.html
    notes = html[html.index('id="notes"'):]
    rows = re.findall(r'<tr>\s*<th scope="row">(.*?)</th>\s*<td lang="en">(.*?)</td>\s*'
                      r'<td>(.*?)<p class="write"></p></td>', notes, re.S)
    assert notes.count('scope="row"') == len(rows) == len({number for number, _, _ in rows}) > 48
    shown = {source: said for _, source, said in rows}
    assert shown["Mechanical aptitude and good hand-eye coordination"] == '<span data-state="missing">–</span>'
    assert shown["Study"] == "<span>សិក្សា</span>"
    assert any('data-state="fuzzy"' in said for said in shown.values())
    legend = re.findall(r"<li>(.*?)</li>", notes)
    assert [re.findall(r'class="(\w+)"|data-state="(\w+)"', one) for one in legend] == [
        [("count", "")], [("", "missing")], [("", "fuzzy")], [("swatch", "")]]


def test_a_print_edition_of_the_same_words_is_refused(damaged: Folder) -> None:
    done = damaged.run("build", "--layout", "trifold-a4", "--edition", "office", "--lang", "km")
    assert done.returncode == 5
    assert "bmet.skills.mechanical is not translated" in done.stderr
