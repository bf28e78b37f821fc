"""One large panel on several papers, grids that are cut apart, turned sides and slug lines."""

from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brochure.errors import TemplateError
from brochure.impose import Lines, Rows, Side, Singly, Tiles, backs, fronts, impose, sides, turned, with_slugs

WHERE = "layout.toml"
A3_ON_A4 = Tiles("poster", (210, 297), margin=10, overlap=10, columns=2, rows=2)


@dataclass(frozen=True)
class Page:
    name: str
    width: float
    height: float


POSTER = [Page("poster", 297, 420)]


def test_four_tiles_show_the_whole_poster():
    sheets = impose(A3_ON_A4, [POSTER], where=WHERE)
    assert [sheet.side for sheet in sheets] == list(sides(A3_ON_A4, ())) == [
        "row 1 column 1", "row 1 column 2", "row 2 column 1", "row 2 column 2"]
    assert {(sheet.width, sheet.height) for sheet in sheets} == {(210, 297)}
    (first,), (last,) = sheets[0].placements, sheets[3].placements
    assert (first.x, first.y, first.width, first.height) == (28.25, 41, 153.5, 215)
    assert (first.offset, last.offset) == ((0, 0), (143.5, 205))


@given(st.integers(1, 5), st.integers(1, 5), st.floats(0, 30))
def test_neighbours_overlap_and_nothing_is_missing(columns, rows, overlap):
    scheme = Tiles("poster", (500, 700), 5, overlap, columns, rows)
    sheets = impose(scheme, [POSTER], where=WHERE)
    boxes = [(at.offset[0], at.offset[1], at.offset[0] + at.width, at.offset[1] + at.height)
             for sheet in sheets for at in sheet.placements]
    assert min(box[0] for box in boxes) == min(box[1] for box in boxes) == 0
    assert max(box[2] for box in boxes) == pytest.approx(297)
    assert max(box[3] for box in boxes) == pytest.approx(420)
    for left, right in pairwise(boxes):
        if right[0] > left[0]:
            assert left[2] - right[0] == pytest.approx(overlap)


def test_the_glue_line_is_where_the_next_tile_begins():
    first, second, third, last = impose(A3_ON_A4, [POSTER], where=WHERE)
    assert first.glue == Lines((28.25 + 143.5,), (41 + 205,))
    assert second.glue == Lines((), (246,))
    assert third.glue == Lines((171.75,), ())
    assert last.glue == Lines()
    assert first.cuts == Lines((28.25, 181.75), (41, 256))


def test_tiles_that_do_not_fit_are_refused_in_millimetres():
    with pytest.raises(TemplateError, match=r"a tile is 297.0 by 215.0 mm, the paper has room for 190.0 by 277.0 mm"):
        impose(replace(A3_ON_A4, columns=1), [POSTER], where=WHERE)
    with pytest.raises(TemplateError, match="tiles: no panel “banner” was rendered"):
        impose(replace(A3_ON_A4, panel="banner"), [POSTER], where=WHERE)


CARD = [Page("front", 105, 148.5), Page("back", 105, 148.5)]


def grid(name: str, *, paper: tuple[float, float] | None = None) -> Side:
    return Side(name, ((name, name), (name, name)), "cut", paper)


def test_four_cards_on_a_sheet_are_cut_not_folded():
    front, back = impose(Rows((grid("front"), grid("back"))), [CARD], where=WHERE)
    assert (front.width, front.height) == (210, 297)
    assert [(at.panel, at.x, at.y) for at in front.placements] == [(0, 0, 0), (0, 105, 0), (0, 0, 148.5), (0, 105, 148.5)]
    assert (front.folds, front.cuts) == ((), Lines((105,), (148.5,)))
    assert {at.panel for at in back.placements} == {1}


def test_on_larger_paper_panels_stand_in_the_middle_and_are_cut_out():
    (front,) = impose(Rows((grid("front", paper=(297, 420)),)), [CARD[:1]], where=WHERE)
    assert (front.width, front.height) == (297, 420)
    assert front.cuts == Lines((43.5, 148.5, 253.5), (61.5, 210, 358.5))
    assert [(at.x, at.y) for at in front.placements] == [(43.5, 61.5), (148.5, 61.5), (43.5, 210), (148.5, 210)]
    with pytest.raises(TemplateError, match=r"the panels need 210.00 by 297.00 mm, the paper has 148.00 by 210.00 mm"):
        impose(Rows((grid("front", paper=(148, 210)),)), [CARD[:1]], where=WHERE)


def test_rows_of_one_side_have_one_width():
    side = Side("front", (("front", "front"), ("front",)), "cut")
    with pytest.raises(TemplateError, match=r"the rows of a side differ in width: 210.00 mm, 105.00 mm"):
        impose(Rows((side,)), [CARD[:1]], where=WHERE)


def test_a_right_to_left_grid_is_mirrored_row_by_row():
    names = [Page(name, 50, 50) for name in "abcd"]
    (sheet,) = impose(Rows((Side("front", (("a", "b"), ("c", "d")), "cut"),)), [names], rtl=[True], where=WHERE)
    assert [at.panel for at in sheet.placements] == [1, 0, 3, 2]
    assert [(at.x, at.y) for at in sheet.placements] == [(0, 0), (50, 0), (0, 50), (50, 50)]


def test_each_side_in_its_language():
    two = Rows((Side("front", (("page",),)), Side("back", (("page",),), language=2)))
    front, back = impose(two, [[Page("page", 210, 297)], [Page("page", 210, 297)]], rtl=[False, True], where=WHERE)
    assert [at.panel for at in (*front.placements, *back.placements)] == [0, 1]


def test_a_folded_sheet_opens_one_way():
    two = Rows((Side("outside", (("front", "back"),)), Side("inside", (("front", "back"),), language=2)))
    with pytest.raises(TemplateError, match="a folded sheet opens one way"):
        impose(two, [CARD, CARD], rtl=[False, True], where=WHERE)
    assert len(impose(two, [CARD, CARD], rtl=[True, True], where=WHERE)) == 2


def test_of_a_panel_that_overflows_the_first_page_stands_singly_all_if_it_flows():
    pages = [CARD[0], CARD[0], CARD[1]]
    assert [sheet.placements[0].panel for sheet in impose(Singly(), [pages], where=WHERE)] == [0, 2]
    assert [sheet.placements[0].panel for sheet in impose(Singly(flows=True), [pages], where=WHERE)] == [0, 1, 2]


def test_singly_every_page_is_a_side_and_slugs_are_none():
    sheets = impose(Singly(), [[*CARD, Page("slug-1", 80, 4)]], where=WHERE)
    assert [(sheet.side, sheet.width, sheet.height) for sheet in sheets] == [("front", 105, 148.5), ("back", 105, 148.5)]


def test_a_turned_side_is_turned_as_a_whole():
    names = [Page("a", 97, 210), Page("b", 100, 210), Page("c", 100, 210)]
    (sheet,) = impose(Rows((Side("outside", (("a", "b", "c"),)),)), [names], where=WHERE)
    half = turned(sheet)
    assert [(at.panel, at.x, at.turn) for at in half.placements] == [(0, 200, 180), (1, 100, 180), (2, 0, 180)]
    assert half.folds == (100, 200)
    assert (half.width, half.height) == (297, 210)


def test_fronts_and_backs():
    made = impose(Rows((grid("front"), grid("back"))), [CARD], where=WHERE)
    assert [side.side for side in fronts(made)] == ["front"]
    assert [side.side for side in backs(made)] == ["back"]


def test_every_side_has_its_own_slug_line():
    pages = [*CARD, Page("slug-1", 80, 4), Page("slug-2", 80, 4)]
    made = with_slugs(impose(Rows((grid("front"), grid("back"))), [pages], where=WHERE), pages, inset=-7)
    slugs = [side.placements[-1] for side in made]
    assert [(at.panel, at.loose) for at in slugs] == [(2, True), (3, True)]
    assert [at.y + at.height / 2 for at in slugs] == [304, 304]  # 7 mm below a sheet of 297 mm
