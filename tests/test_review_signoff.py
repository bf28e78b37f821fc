"""Signoff: the sheet shows every panel in both languages and every message once, whatever the state."""

import io
import re
from functools import cache
from pathlib import Path

import page as validator
import pypdfium2
import pytest
from factories import KHMER, Folder, po, tiny
from reviewed import equip

from brochure.errors import CatalogError, TemplateError, UsageError
from brochure.project import discover
from brochure.review import signoff

PO = "locales/km/LC_MESSAGES/nurse.po"
UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060"))


@pytest.fixture
def reviewed(project: Folder) -> Folder:
    """The small project, with what review documents need."""
    return equip(project)


def make(project: Folder) -> signoff.document.Document:
    return signoff.make(discover(project.path), "nurse", "card", "km")


def pages(data: bytes) -> list[str]:
    """The text of every page, without white space."""
    with pypdfium2.PdfDocument(data) as pdf:
        return ["".join(page.get_textpage().get_text_range().translate(UNSEEN).split()) for page in pdf]


@cache
def sheet(folder: Path) -> bytes:
    """The sheet of the small project as it is, made once."""
    return make(equip(tiny(folder))).pdf()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sheet(tmp_path_factory.mktemp("signoff") / "project")


def test_every_message_stands_once_with_its_source(made: bytes) -> None:
    text = "".join(pages(made)[1:])
    for source, translation in [*KHMER.values()][4:]:
        for words in (source, translation):
            assert "".join(re.sub("<[^>]+>", "", words).split()) in text
    assert text.count("ការស្ទង់មតិ") == text.count("Laboursurvey") == 1


def test_the_file_satisfies_the_profiles_it_claims(made: bytes) -> None:
    for profile in ("3a", "ua1"):
        report = validator.validate_pdf_bytes(made, profile=profile)
        assert [failure.message for failure in report.failures] == []


def test_pages_are_a4_and_hold_both_pictures_side_by_side(made: bytes) -> None:
    with pypdfium2.PdfDocument(made) as pdf:
        assert {tuple(round(length) for length in page.get_size()) for page in pdf} == {(595, 842)}
        found = [thing.get_bounds() for thing in pdf[1].get_objects() if thing.type == 3]
    (left, low, right, high), (other_left, other_low, *_) = found
    assert right < other_left and abs(low - other_low) < 1
    assert abs((right - left) / (high - low) - 100 / 70) < 0.03


def test_the_last_page_says_how_to_record_it(made: bytes) -> None:
    last = pages(made)[-1]
    found = re.search(r'brochurecatalogsign--langkm--sheet([0-9a-f]{8})--by"…"--all(?=brochure)', last)
    assert found and f"--sheet{found[1]}--by" in last and "--all--except14" in last
    assert "--career" not in last


def test_every_message_has_three_boxes_unless_it_is_not_ready(reviewed: Folder) -> None:
    assert make(reviewed).html.count('<td class="tick"><span class="box">') == 3 * 9 + 3
    reviewed.edit(PO, '"ថែទាំមនុស្ស"', '""')
    html = make(reviewed).html
    assert html.count('<td class="tick"><span class="box">') == 3 * 8 + 3
    assert "Not ready to be signed" in html and "They stand in the source language" in html


def test_it_says_who_signed_and_what_has_changed_since(reviewed: Folder) -> None:
    reviewed.run("catalog", "sign", "nurse.hook", "nurse.name", "--lang", "km", "--by", "A <b>", "--date", "2026-02-03")
    reviewed.edit(PO, '"ថែទាំមនុស្ស"', '"ថែទាំ"')
    html = make(reviewed).html
    assert '<p class="signed" lang="en">Signed: A &lt;b&gt;, 3 កុម្ភៈ 2026</p>'.replace("3", "៣").replace("2026", "២០២៦") in html
    assert re.search('<p class="changed" lang="en">Changed since it was signed: A &lt;b&gt;', html)
    row = re.search(r"<tfoot>.*?</tfoot>", html, re.S)
    assert row and re.findall(r"<td>(.*?)</td>", row[0]) == ["៩", "១", "១", "៧"]


def test_it_is_built_without_any_translation(reviewed: Folder) -> None:
    reviewed.delete("locales/km/LC_MESSAGES")
    assert "NursescareforpeopleNotready" in "".join(pages(make(reviewed).pdf())).replace(".", "")


def test_text_that_does_not_fit_is_said_and_shown(reviewed: Folder) -> None:
    reviewed.edit("templates/layouts/card/layout.css", "100mm 70mm", "100mm 50mm")
    html = make(reviewed).html
    assert re.search(r"The text is [១-៩][០-៩]* mm too long for this panel", html)
    assert html.count("<img ") >= 4


def test_rows_are_never_split(reviewed: Folder) -> None:
    """Rows of half a page and more, one after the other: each goes to the next page whole."""
    words = {"nurse.hook": "ថែទាំ", "nurse.what.title": "ធ្វើការ", "nurse.what.pay": "ប្រាក់", "nurse.what.pay.source": "មតិ"}
    long = {key: (msgid, f"{words[key]} " * 150 if key in words else "ក") for key, (msgid, _) in KHMER.items()}
    reviewed.write(PO, po({**long, "nurse.what.intro": ("Nurses care for <b>people</b>.", "<b>ក</b>")}))
    found = pages(make(reviewed).pdf())
    for word in words.values():
        assert [page.count(word) for page in found if word in page] == [150]


def test_numbers_stand_beside_the_messages_in_the_digits_of_the_language(reviewed: Folder) -> None:
    reviewed.write("locales/numbers.txt", "1 nurse.name\n2 nurse.title\n")
    assert [found for found in re.findall(r'<th scope="row">(.*?)</th>', make(reviewed).html) if found] == ["២", "១"]


def test_each_language_has_its_own_family(reviewed: Folder) -> None:
    reviewed.write("locales/en/language.css", ':root { --text-family: "Other Face", "Kantumruy Pro"; --body: 10pt }')
    assert '[lang="en"] { font-family: "Other Face", "Kantumruy Pro" }' in make(reviewed).html


def test_a_translators_markup_stays_text(reviewed: Folder) -> None:
    reviewed.edit(PO, '"ថែទាំមនុស្ស"', '"<script>ថែទាំ"')
    html = make(reviewed).html
    assert "<script" not in html


def test_a_fault_in_a_template_names_its_line(reviewed: Folder) -> None:
    reviewed.write("templates/review/page.html", "\n\n{{ nothing.at.all }}")
    with pytest.raises(TemplateError) as caught:
        make(reviewed)
    assert caught.value.problems[0].where == "templates/review/page.html:3"


def test_a_damaged_catalog_is_refused(reviewed: Folder) -> None:
    reviewed.edit(PO, 'msgctxt "nurse.hook"', "msgctxt nurse.hook")
    with pytest.raises(CatalogError, match=r"nurse\.po"):
        make(reviewed)


def test_sheets_are_for_translations_only(reviewed: Folder) -> None:
    there = discover(reviewed.path)
    assert signoff.jobs(there, (), (), ()) == (("nurse", "card", "km"),)
    with pytest.raises(UsageError, match="there is no translation to sign"):
        signoff.jobs(there, (), (), ("en",))
    with pytest.raises(UsageError, match="there is no layout 'x'"):
        signoff.jobs(there, (), ("x",), ())


def test_the_command_writes_the_sheet(reviewed: Folder) -> None:
    done = reviewed.run("catalog", "signoff")
    assert (done.returncode, done.stdout, done.stderr) == (0, "nurse/card.signoff.km.pdf\n", "")
    assert pypdfium2.PdfDocument(io.BytesIO((reviewed / "dist/nurse/card.signoff.km.pdf").read_bytes()))
