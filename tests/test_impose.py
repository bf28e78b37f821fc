"""Imposing: sizes, folds and order of the panels on their sheets, and what it refuses."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brochure.errors import TemplateError
from brochure.impose import Placement, Rows, Sheet, Side
from brochure.impose import impose as impose_scheme

WHERE = "templates/layouts/sample/layout.toml"
INCH = 25.4


@dataclass(frozen=True)
class Page:
    name: str
    width: float
    height: float = 210


C_FOLD = (
    Page("cover", 100),
    Page("first", 100),
    Page("second", 100),
    Page("third", 97),
    Page("back", 100),
    Page("flap", 97),
)
C_FOLD_ROWS = (("outside", ("flap", "back", "cover")), ("inside", ("first", "second", "third")))


def impose(rows, panels, *, rtl=False, where=WHERE, **options):
    """Rows of panel names in one language, imposed."""
    sides = tuple(Side(name, (tuple(names),), **options) for name, names in rows)
    return impose_scheme(Rows(sides), [panels], rtl=[rtl], where=where)


def refused(rows, panels, **options) -> str:
    with pytest.raises(TemplateError) as caught:
        impose(rows, panels, where=WHERE, **options)
    return str(caught.value)


def test_a4_c_fold():
    outside, inside = impose(C_FOLD_ROWS, C_FOLD, where=WHERE)
    assert outside == Sheet(
        "outside",
        297,
        210,
        (Placement(5, 0, 0, 97, 210), Placement(4, 97, 0, 100, 210), Placement(0, 197, 0, 100, 210)),
        (97, 197),
    )
    assert inside == Sheet(
        "inside",
        297,
        210,
        (Placement(1, 0, 0, 100, 210), Placement(2, 100, 0, 100, 210), Placement(3, 200, 0, 97, 210)),
        (100, 200),
    )


def test_folds_of_both_sides_are_the_same_creases():
    outside, inside = impose(C_FOLD_ROWS, C_FOLD, where=WHERE)
    assert [outside.width - fold for fold in reversed(outside.folds)] == list(inside.folds)


def test_us_letter_c_fold():
    wide, narrow = 3.6875 * INCH, 3.625 * INCH
    pages = [Page(page.name, narrow if page.width == 97 else wide, 8.5 * INCH) for page in C_FOLD]
    outside, inside = impose(C_FOLD_ROWS, pages, where=WHERE)
    assert (outside.width, outside.height) == pytest.approx((11 * INCH, 8.5 * INCH))
    assert outside.folds == pytest.approx((3.625 * INCH, 7.3125 * INCH))
    assert inside.folds == pytest.approx((3.6875 * INCH, 7.375 * INCH))


def test_right_to_left_mirrors_every_row():
    outside, inside = impose(C_FOLD_ROWS, C_FOLD, rtl=True, where=WHERE)
    assert [place.panel for place in outside.placements] == [0, 4, 5]
    assert outside.folds == (100, 200)
    assert [place.panel for place in inside.placements] == [3, 2, 1]
    assert inside.folds == (97, 197)


def test_one_panel_is_a_sheet_without_folds():
    (poster,) = impose([("front", ["poster"])], [Page("poster", 297, 420)], where=WHERE)
    assert poster == Sheet("front", 297, 420, (Placement(0, 0, 0, 297, 420),), ())


def test_a_panel_may_stand_twice():
    (sheet,) = impose([("front", ["card", "card"])], [Page("card", 105, 148)], where=WHERE)
    assert [(place.panel, place.x) for place in sheet.placements] == [(0, 0), (0, 105)]


@given(st.lists(st.floats(min_value=20, max_value=420), min_size=1, max_size=8), st.booleans())
def test_panels_fill_the_sheet_without_gap_or_overlap(widths, rtl):
    pages = [Page(f"p{index}", width) for index, width in enumerate(widths)]
    row = [page.name for page in pages]
    (sheet,) = impose([("front", row)], pages, rtl=rtl, where=WHERE)
    edges = [place.x for place in sheet.placements] + [sheet.width]
    ends = [place.x + place.width for place in sheet.placements]
    assert edges[0] == 0
    assert edges[1:] == pytest.approx(ends)
    assert list(sheet.folds) == edges[1:-1]
    assert sheet.width == pytest.approx(sum(widths))
    (mirror,) = impose([("front", row)], pages, rtl=not rtl, where=WHERE)
    mirrored = [sheet.width - place.x - place.width for place in reversed(sheet.placements)]
    assert [place.x for place in mirror.placements] == pytest.approx(mirrored)


def test_unknown_and_unplaced_panels_are_told_together():
    rows = [("outside", ["flap", "back", "covre"]), C_FOLD_ROWS[1]]
    told = refused(rows, C_FOLD)
    assert f"{WHERE}: outside: no panel “covre” was rendered" in told
    assert f"{WHERE}: the panel “cover” was rendered but stands on no sheet" in told
    assert "the layout has cover, first, second, third, back, flap" in told


def test_panels_of_a_row_must_have_one_height():
    pages = [Page("a", 100, 210), Page("b", 97, 209.9)]
    told = refused([("front", ["a", "b"])], pages, rtl=True)
    assert f"{WHERE}: front: the panels of a row differ in height: a 210.00 mm, b 209.90 mm" in told


def test_sides_of_a_sheet_must_have_one_size():
    pages = [Page("a", 100), Page("b", 100), Page("c", 98)]
    told = refused([("front", ["a", "a"]), ("back", ["b", "c"])], pages)
    assert "the sides of one sheet differ in size: front 200.00 by 210.00 mm and back 198.00 by" in told


def test_sides_of_different_sheets_may_differ():
    pages = [Page("a", 100), Page("b", 90)]
    rows = [("one front", ["a"]), ("one back", ["a"]), ("two front", ["b"]), ("two back", ["b"])]
    assert [sheet.width for sheet in impose(rows, pages, where=WHERE)] == [100, 100, 90, 90]


def test_the_noise_of_css_pixels_is_no_difference():
    pages = [Page("a", 100, 210), Page("b", 100 + 1e-9, 210 - 1e-9)]
    assert len(impose([("front", ["a"]), ("back", ["b"])], pages, where=WHERE)) == 2


def test_of_an_overflowing_panel_the_first_page_is_placed():
    pages = [Page("a", 100), Page("a", 100), Page("b", 90)]
    (sheet,) = impose([("front", ["b", "a"])], pages, where=WHERE)
    assert [place.panel for place in sheet.placements] == [2, 0]



def test_rows_without_panels():
    assert "no sheet is named" in refused([], [])
    assert f"{WHERE}: back: the row names no panel" in refused(
        [("front", ["a"]), ("back", [])], [Page("a", 100)]
    )
