"""From panels to paper: turned backs, fronts and backs apart, thick paper, which jobs there are to print."""

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from brochure import paper, project
from brochure.build import build, lay_out
from brochure.errors import UsageError
from brochure.impose import Rows
from brochure.project import Job

# WeasyPrint 70 leaves its own sRGB profile open.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")

PROJECT = project.discover(Path(__file__).parents[1])
TRIFOLD = Job("bmet", "trifold-a4", "office", "km")


def handled(*layouts: str, **options) -> list[tuple[str, str, str]]:
    jobs = project.jobs(PROJECT, layouts=layouts, languages=["en"])
    return [(job.layout, job.edition, job.sides) for job in project.handled(PROJECT, jobs, **options)]


def test_only_what_is_turned_over_the_short_edge_is_turned():
    found = handled("trifold-a4", "handout-a4", duplex="long-edge")
    assert ("trifold-a4", "office", "long-edge") in found
    assert ("handout-a4", "office", "") in found  # a page of a book is turned over the long edge anyway
    assert ("trifold-a4", "screen", "") in found


def test_one_side_at_a_time_makes_two_files_of_a_sheet():
    found = handled("trifold-a4", single=True)
    assert [sides for _, edition, sides in found if edition == "office"] == ["fronts", "backs"]
    assert [sides for _, edition, sides in found if edition == "screen"] == [""]


def test_the_weight_of_paper_is_for_booklets():
    jobs = project.jobs(PROJECT, layouts=["booklet-a5", "trifold-a4"], languages=["en"], editions=["office"])
    assert [(job.layout, job.gsm) for job in project.handled(PROJECT, jobs, gsm=120)] == [("booklet-a5", 120), ("trifold-a4", 80)]


def test_file_names_say_what_is_in_them():
    assert TRIFOLD.file == "bmet/trifold-a4.office.km.pdf"
    assert replace(TRIFOLD, sides="backs").file == "bmet/trifold-a4.office.backs.km.pdf"
    assert replace(TRIFOLD, language="en+km").file == "bmet/trifold-a4.office.en+km.pdf"
    assert Job("bmet", "trifold-a4", "office", "en+km").languages == ("en", "km")


def test_two_languages_are_two_known_and_different_ones():
    with pytest.raises(UsageError, match="there is no language 'xx'"):
        project.jobs(PROJECT, languages=["en+xx"], pairs=True)
    with pytest.raises(UsageError, match=r"'en\+en' names one language twice"):
        project.jobs(PROJECT, languages=["en+en"], pairs=True)


def test_two_languages_are_one_name_only_where_they_can_be_printed_together():
    assert {job.language for job in project.jobs(PROJECT, languages=["en+km"], pairs=True)} == {"en+km"}
    with pytest.raises(UsageError, match=r"there is no language 'en\+km'"):
        project.jobs(PROJECT, languages=["en+km"])


def test_every_file_that_can_be_built_is_known():
    """What is not in this list is taken away from the output folder."""
    files = {job.file for job in project.every(PROJECT)}
    for job in project.jobs(PROJECT):
        assert job.file in files
    assert replace(TRIFOLD, sides="long-edge").file in files
    assert replace(TRIFOLD, sides="fronts", gsm=120).file in files
    assert Job("bmet", "trifold-a4", "office", "km-XT").file in files


def texts(data: bytes, turn: int = 0) -> list[str]:
    with pypdfium2.PdfDocument(data) as pdf:
        found = []
        for page in pdf:
            page.set_rotation(turn)
            found.append(page.get_textpage().get_text_range())
        return found


def test_backs_for_the_long_edge_stand_upside_down():
    data, told = build(replace(TRIFOLD, sides="long-edge"), PROJECT)
    assert "QR" not in "\n".join(problem.what for problem in told)
    plain, _ = build(TRIFOLD, PROJECT)
    assert texts(data)[0] == texts(plain)[0]
    assert texts(data)[1] != texts(plain)[1]
    assert texts(data, 180)[1] == texts(plain)[1]
    with pypdfium2.PdfDocument(data) as pdf:
        assert pypdfium2.raw.FPDF_VIEWERREF_GetDuplex(pdf) == 3  # DuplexFlipLongEdge


def test_a_last_side_may_have_no_back():
    layout = PROJECT.layout("trifold-a4")
    three = replace(layout, sheets=Rows((*layout.sheets.sides, layout.sheets.sides[0])))
    job = replace(TRIFOLD, sides="long-edge")
    made, _ = paper.sheets(job, replace(PROJECT, layouts=(three,)), (lay_out(TRIFOLD, PROJECT),))
    assert [{place.turn for place in side.placements} for side in made] == [{0}, {180}, {0}]


def test_fronts_and_backs_are_the_pages_of_the_whole():
    whole, _ = build(TRIFOLD, PROJECT)
    fronts, told = build(replace(TRIFOLD, sides="fronts"), PROJECT)
    backs, _ = build(replace(TRIFOLD, sides="backs"), PROJECT)
    assert texts(fronts) + texts(backs) == texts(whole)
    assert "turn the stack over its short edge" in "\n".join(problem.hint for problem in told)



def test_the_flip_of_every_kind_of_job():
    assert paper.flip(TRIFOLD, PROJECT) == "short-edge"
    assert paper.flip(replace(TRIFOLD, sides="long-edge"), PROJECT) == "long-edge"
    assert paper.flip(replace(TRIFOLD, sides="backs"), PROJECT) == "simplex"
    assert paper.flip(Job("bmet", "handout-a4", "office", "en"), PROJECT) == "long-edge"


@pytest.mark.parametrize(("gsm", "told"), [(80, False), (350, True)])
def test_pages_that_creep_out_of_the_fold_are_worth_a_remark(gsm: int, told: bool):
    _, notes = build(Job("bmet", "booklet-a5", "office", "en", gsm=gsm), PROJECT)
    assert any("the innermost pages creep 0.6 mm out of the fold" in note.what for note in notes) is told
