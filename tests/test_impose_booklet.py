"""Saddle stitching: printer spreads, creep, blank pages, binding at the right, two languages head to tail."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brochure.errors import TemplateError
from brochure.impose import Booklet, impose, sides, turned
from brochure.impose.booklet import creep, spreads

WHERE = "layout.toml"


@dataclass(frozen=True)
class Page:
    name: str
    width: float = 148.5
    height: float = 210.0


def pages(count: int, prefix: str = "p") -> list[Page]:
    return [Page(f"{prefix}{number}") for number in range(1, count + 1)]


def booklet(count: int, **options) -> Booklet:
    return Booklet(tuple(page.name for page in pages(count)), **options)


def stand(scheme: Booklet, *panels: list[Page], rtl: bool = False, gsm: int = 80) -> list[list[tuple[str, int, float]]]:
    """For each side: name, turn and left edge of what stands on it."""
    flat = [page for some in panels for page in some]
    return [[(flat[at.panel].name, at.turn, at.x) for at in sheet.placements]
            for sheet in impose(scheme, panels, rtl=[rtl] * len(panels), gsm=gsm, where=WHERE)]


def test_eight_pages_are_two_sheets():
    assert spreads(8) == [(8, 1), (2, 7), (6, 3), (4, 5)]
    sheets = impose(booklet(8), [pages(8)], gsm=20, where=WHERE)
    assert [sheet.side for sheet in sheets] == ["sheet 1 front", "sheet 1 back", "sheet 2 front", "sheet 2 back"]
    assert [[at.panel + 1 for at in sheet.placements] for sheet in sheets] == [[8, 1], [2, 7], [6, 3], [4, 5]]
    assert {(sheet.width, sheet.height, sheet.folds) for sheet in sheets} == {(297.0, 210.0, (148.5,))}


@given(st.integers(min_value=1, max_value=20), st.booleans())
def test_folded_and_laid_into_each_other_the_pages_follow(sheets, rtl):
    """Turn the leaves of the folded stack, as a reader does, and read the numbers."""
    count = 4 * sheets
    made = impose(booklet(count), [pages(count)], rtl=[rtl], where=WHERE)
    fronts, backs = made[::2], made[1::2]
    right, left = (0, 1) if rtl else (1, 0)  # of a front: the half that is read first

    def number(sheet, half):
        (place,) = [at for at in sheet.placements if (at.x < 148.5 - 1) == (half == 0)]
        return place.panel + 1

    first = [leaf for front, back in zip(fronts, backs, strict=True) for leaf in (number(front, right), number(back, left))]
    second = [leaf for front, back in zip(fronts, backs, strict=True) for leaf in (number(front, left), number(back, right))]
    assert first + second[::-1] == list(range(1, count + 1))


def test_bound_at_the_right_left_and_right_change_places():
    assert [[name for name, _, _ in side] for side in stand(booklet(8), pages(8), rtl=True)] == [
        ["p1", "p8"], ["p7", "p2"], ["p3", "p6"], ["p5", "p4"]]


def test_what_creeps_out_is_moved_towards_the_fold():
    assert creep(0, 80) == 0
    assert creep(1, 80) == pytest.approx(0.13)  # one sheet of 0.1 mm, 1.3 times: the fold is round
    sheets = impose(booklet(8), [pages(8)], gsm=80, where=WHERE)
    outer = sheets[0].placements
    assert [(at.x, at.width) for at in outer] == [(0, 148.5), (148.5, 148.5)]
    left, right = sheets[2].placements
    assert (left.x, left.width, *left.offset) == pytest.approx((0.13, 148.37, 0, 0))
    assert right.x == 148.5  # cut off at the fold: it begins with what stands 0.13 mm inside the panel
    assert right.offset == pytest.approx((0.13, 0))
    assert right.width == pytest.approx(148.37)


def test_no_page_crosses_the_fold_however_thick_the_paper():
    for sheet in impose(booklet(40), [pages(40)], gsm=300, where=WHERE):
        for place in sheet.placements:
            assert (place.x + place.width <= 148.5 + 1e-9) != (place.x >= 148.5 - 1e-9)


def test_blank_pages_are_refused_or_stand_where_the_layout_says():
    with pytest.raises(TemplateError, match="a folded sheet has four pages; 6 pages leave 2 blank"):
        stand(booklet(6), pages(6))
    before = stand(booklet(6, blanks="before-last"), pages(6))
    assert [[name for name, *_ in side] for side in before] == [["p6", "p1"], ["p2"], ["p3"], ["p4", "p5"]]
    last = stand(booklet(6, blanks="last"), pages(6))
    assert [[name for name, *_ in side] for side in last] == [["p1"], ["p2"], ["p6", "p3"], ["p4", "p5"]]


def test_two_languages_begin_at_their_own_cover():
    scheme = booklet(4, tete_beche=True)
    made = stand(scheme, pages(4, "p"), [Page(f"p{number}") for number in range(1, 5)])
    assert len(made) == len(sides(scheme, ())) == 4
    assert made[0] == [("p1", 180, 0.0), ("p1", 0, 148.5)]
    assert [(name, turn) for name, turn, _ in made[3]] == [("p4", 0), ("p4", 180)]
    sheets = impose(scheme, [pages(4), pages(4)], rtl=[False, False], where=WHERE)
    assert [at.panel for sheet in sheets for at in sheet.placements] == [4, 0, 1, 5, 6, 2, 3, 7]


def test_two_directions_share_a_booklet_without_a_turn():
    """A book in Arabic begins where one in French ends."""
    sheets = impose(booklet(4, tete_beche=True), [pages(4), pages(4)], rtl=[False, True], where=WHERE)
    assert [at.panel for sheet in sheets for at in sheet.placements] == [4, 0, 1, 5, 6, 2, 3, 7]
    assert {at.turn for sheet in sheets for at in sheet.placements} == {0}


def test_of_a_turned_page_the_fold_hides_the_side_that_lies_at_it():
    scheme = booklet(4, tete_beche=True)
    inner = impose(scheme, [pages(4), pages(4)], gsm=80, where=WHERE)[2]
    left, right = inner.placements
    assert (left.turn, right.turn) == (180, 0)
    assert left.offset == pytest.approx((0.13, 0))  # turned, its left edge lies at the fold
    assert right.offset == pytest.approx((0.13, 0))


def test_all_problems_are_told_together():
    with pytest.raises(TemplateError) as caught:
        stand(booklet(5), [*pages(4), Page("extra")])
    told = str(caught.value)
    assert "booklet: no panel “p5” was rendered" in told
    assert "booklet: the panel “extra” was rendered but is no page" in told
    with pytest.raises(TemplateError, match=r"“p2” is 140.00 by 210.00 mm, “p1” 148.50 by 210.00 mm"):
        stand(booklet(4), [Page("p1"), Page("p2", 140), Page("p3"), Page("p4")])


def test_turned_twice_a_side_is_itself():
    for sheet in impose(booklet(8), [pages(8)], where=WHERE):
        again = turned(turned(sheet))
        assert again.folds == pytest.approx(sheet.folds)
        assert [(at.panel, at.turn, at.offset) for at in again.placements] == [
            (at.panel, at.turn, at.offset) for at in sheet.placements]
        assert [(at.x, at.y) for at in again.placements] == [
            (pytest.approx(at.x), pytest.approx(at.y)) for at in sheet.placements]
