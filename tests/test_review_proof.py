"""Proof: it always builds, marks what is not done, and moves no line."""

import datetime
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from factories import ROOT, Folder, sample

from brochure import build as pipeline
from brochure.build import build, lay_out
from brochure.catalog import numbers
from brochure.project import Job, discover
from brochure.review.proof import Proof, Room

pytestmark = [pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning"), pytest.mark.xdist_group("proof")]
BMET = "locales/km/LC_MESSAGES/bmet.po"
DAY = datetime.date(2026, 4, 13)
JOB = Job("bmet", "trifold-a4", "proof", "km")


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The sample with one message fuzzy, one missing and one much too long."""
    folder = sample(tmp_path_factory.mktemp("proof") / "project", fonts=True)
    text = (folder / BMET).read_text("utf-8")
    text = text.replace('msgctxt "bmet.what.duties"', '#, fuzzy\nmsgctxt "bmet.what.duties"')
    for key, change in (("bmet.skills.mechanical", lambda words: ""), ("bmet.outlook.text", lambda words: words * 3)):
        start = text.index('msgstr "', text.index(f'msgctxt "{key}"')) + len('msgstr "')
        end = text.index('"\n', start)
        text = text[:start] + change(text[start:end]) + text[end:]
    (folder / BMET).write_text(text, "utf-8")
    return folder


def proof(folder: Folder) -> tuple[pypdfium2.PdfDocument, bytes]:
    data, _ = build(JOB, discover(folder.path))
    return pypdfium2.PdfDocument(data), data


def lines(laid: pipeline.Laid) -> dict[str, list[tuple[float, float, str]]]:
    """Every message's lines, by panel and place."""
    found: dict[str, list[tuple[float, float, str]]] = {}
    for one in laid.panels.ink:
        name = laid.panels.panels[one.panel].name
        if one.key and name != "notes":
            found.setdefault(f"{name} {one.key}", []).append((round(one.x, 2), round(one.y, 2), one.text))
    return found


@pytest.mark.parametrize("tag", ["en", "km"])
def test_no_line_moves(tag: str) -> None:
    """The lines end where they end in print; the words of a proof are set as on paper."""
    project = discover(ROOT)
    job = replace(JOB, language=tag)
    marked = Proof(DAY, numbers.load(ROOT), (Room("flap", 3, 0.9),))
    proofed = lines(lay_out(job, project, draft=True, proof=marked))
    printed = lines(lay_out(replace(job, edition="office"), project))
    assert len(printed) > 40
    assert proofed == printed


def test_it_says_what_is_not_done(damaged: Folder) -> None:
    document, data = proof(damaged)
    pages = [page.get_textpage().get_text_range() for page in document]
    assert "Mechanical aptitude" in "".join(pages[:6])  # the missing message stands in English
    assert len(document) > 8
    with pikepdf.open(BytesIO(data)) as pdf:
        heights = [round(float(page.mediabox[3]) / 72 * 25.4) for page in pdf.pages]
    assert heights.count(210) == 7  # six panels, and the page with what does not fit
    assert heights.count(297) == len(heights) - 7  # the list at the end
    assert "២០២" in pages[0]  # the day, in the language's digits


def test_states_and_numbers_stand_on_the_elements() -> None:
    tree = ElementTree.fromstring('<body><h2 data-msg="a">x</h2><ul><li><b data-msg="b">y</b> <span data-msg="c">z</span></li>'
                                  '</ul>'
                                  '<p data-msg="d">w</p></body>')
    Proof(DAY, {"a": 1, "b": 2, "c": 3}).mark(tree, {"b": "missing", "d": "fuzzy"})
    heading, item, last = tree.find("h2"), tree.find(".//li"), tree.find("p")
    assert heading is not None and item is not None and last is not None
    assert heading.attrib == {"data-msg": "a", "data-number": "1"}
    assert item.attrib == {"data-number": "2·3"}
    assert [one.get("data-state") for one in item] == ["missing", None]
    assert last.attrib == {"data-msg": "d", "data-state": "fuzzy"}


def test_the_room_of_every_panel_is_printed(damaged: Folder) -> None:
    laid = pipeline._proof(JOB, discover(damaged.path))
    assert 'content: var(--draft) "\\a" "' in laid.page.html
    rooms = {fill.panel: fill for fill in laid.fit.fills}
    assert set(rooms) == {"cover", "flap", "inside-left", "inside-mid", "inside-right", "back"}
    assert rooms["back"].lines > 0 and rooms["flap"].lines == 0


def test_a_print_edition_of_the_same_words_is_refused(damaged: Folder) -> None:
    done = damaged.run("build", "--layout", "trifold-a4", "--edition", "office", "--lang", "km")
    assert done.returncode == 5
    assert "bmet.skills.mechanical is not translated" in done.stderr
