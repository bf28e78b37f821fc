"""Copyfit: fill, overflow, and what a person is told about it."""

from dataclasses import dataclass

import pytest

from brochure.copyfit import Fill, Fit, check, endless, measure, remeasure
from brochure.errors import CopyfitError, Problem

LAYOUT = "templates/layouts/card/layout.toml"


@dataclass(frozen=True)
class Page:
    name: str
    room: tuple[float, float, float, float] = (10, 10, 80, 190)  # x, y, width, height
    width: float = 100


@dataclass(frozen=True)
class Line:
    panel: int
    y: float
    key: str | None = "a"
    x: float = 10
    width: float = 80
    height: float = 5
    text: str = "ten letters"


def place(key: str) -> str:
    return f"nurse.po:{len(key)}"


def fill(*ink: Line, pages: tuple[Page, ...] = (Page("cover"),)) -> Fill:
    return measure(pages, ink, {}).fills[0]


def test_a_full_panel() -> None:
    assert fill(Line(0, 10), Line(0, 195)) == Fill("cover", 1.0, leading=185.0, all_keys=("a",))


def test_share_is_the_lowest_ink() -> None:
    assert fill(Line(0, 10), Line(0, 100)).share == pytest.approx(0.5)
    assert fill().share == 0


def test_pictures_fill_a_panel_but_never_overflow_it() -> None:
    assert fill(Line(0, 150, key=None, text="", height=60)).share == pytest.approx(200 / 190)
    assert fill(Line(0, 150, key=None, text="", height=60)).over == 0
    assert fill(Line(0, 150, key=None, text="a running title")).share == 0


def test_a_second_page_of_a_panel_is_overflow() -> None:
    pages = (Page("cover"), Page("cover"), Page("back"))
    found = measure(pages, [Line(0, 195, "a"), Line(1, 10, "b"), Line(1, 17, "c"), Line(2, 10, "d")], {})
    cover, back = found.fills
    assert (cover.over, cover.lines, cover.keys, cover.cut, cover.all_keys) == (12.0, 3, ("b", "c"), 33, ("a", "b", "c"))
    assert (back.share, back.over, back.all_keys) == (5 / 190, 0.0, ("d",))


def test_the_true_amount_is_measured_on_endless_pages() -> None:
    """A box of 40 mm that did not fit into 30 mm went to the next page as a whole: 10 mm are too much, not 40."""
    pages = (Page("cover"), Page("cover"), Page("back"))
    gone = [Line(0, 10, "a"), Line(0, 165, "a"), Line(1, 10, "b"), Line(1, 45, "b"), Line(2, 10, "c")]
    first = measure(pages, gone, {"c": (2, 1)})
    assert first.overflows and first.fills[0].over == 40
    tall = (Page("cover", (10, 10, 80, 3990)), Page("back", (10, 10, 80, 3990)))
    ink = [Line(0, 10, "a"), Line(0, 165, "a"), Line(0, 170, "b"), Line(0, 205, "b"), Line(1, 10, "c")]
    true = remeasure(first, pages, tall, ink)
    assert (true.fills[0].over, true.fills[0].keys) == (10, ("b",))
    assert true.fills[1] == first.fills[1] and true.lost == first.lost


def test_an_overflow_that_endless_pages_do_not_show_stays_one() -> None:
    pages = (Page("cover"), Page("cover"))
    first = measure(pages, [Line(0, 10, "a"), Line(1, 10, "b")], {})
    assert remeasure(first, pages, (Page("cover"),), [Line(0, 10, "a"), Line(0, 20, "b")]).fills == first.fills


def test_endless_pages_keep_their_width() -> None:
    assert endless((Page("cover"), Page("back"))) == (
        "@page cover { size: 100.0000mm 4000mm !important } @page back { size: 100.0000mm 4000mm !important } ")
    assert not measure((Page("cover"),), [Line(0, 195)], {}).overflows


def test_the_message_that_has_grown_is_named_before_what_it_pushed_off() -> None:
    fit = Fit((Fill("back", 1.0, 10.0, 2, 0.0, ("stamp", "imprint"), 80, 5.0, ("outlook", "stamp", "imprint")),), {})
    growth = {"outlook": 90.0, "stamp": 20.0}
    with pytest.raises(CopyfitError) as caught:
        check(fit, LAYOUT, lambda key: "", lambda key: growth.get(key, 0.0))
    assert caught.value.problems[0].what == "the text is 10.0 mm (2 lines) too long: outlook, stamp, imprint"
    with pytest.raises(CopyfitError) as caught:
        check(fit, LAYOUT, lambda key: "", lambda key: 10.0)  # no message is longer than usual
    assert caught.value.problems[0].what == "the text is 10.0 mm (2 lines) too long: stamp, imprint"


def test_text_below_the_room_of_a_page_is_overflow() -> None:
    assert fill(Line(0, 196)) == Fill("cover", 191 / 190, 1.0, 1, 0.0, ("a",), 11, all_keys=("a",))


def test_fragments_of_one_line_are_one_line() -> None:
    assert fill(Line(0, 200, width=10), Line(0, 200.02, x=20, width=30)).lines == 1


def test_rounding_is_no_overflow() -> None:
    assert fill(Line(0, 195.2)).over == 0
    assert fill(Line(0, 195.4)).over == pytest.approx(0.4)


@pytest.mark.parametrize(("x", "width", "wide"), [(10, 80, 0), (10, 80.9, 0), (9.1, 80, 0), (10, 82, 2), (7, 80, 3), (5, 90, 5)])
def test_text_beside_the_room(x: float, width: float, wide: float) -> None:
    found = fill(Line(0, 150, x=x, width=width))
    assert found.wide == pytest.approx(wide)
    assert found.keys == (("a",) if wide else ())


def test_what_fits_is_not_spoken_of() -> None:
    assert check(Fit((Fill("cover", 0.9),), {}), LAYOUT, place) == ()


def test_an_empty_panel_is_a_remark() -> None:
    assert check(Fit((Fill("cover", 0.59),), {}), LAYOUT, place) == (
        Problem(f"{LAYOUT}: panel cover", "the panel is filled to 59% only", "it may look empty", "remark"),)


def test_all_that_does_not_fit_is_said_at_once() -> None:
    fit = Fit((Fill("cover", 1.2, 12.34, 3, 0.0, ("a", "bb", "ccc", "dddd", "eeeee"), 120),
               Fill("flap", 0.7, 0.5, 1, 0.0, ("a",), 1),
               Fill("back", 0.7, 0.0, 0, 4.2, ("bb",), 0),
               Fill("empty", 0.1)), {"ccc": (40, 25)})
    with pytest.raises(CopyfitError) as caught:
        check(fit, LAYOUT, place)
    assert [str(problem) for problem in caught.value.problems] == [
        f"{LAYOUT}: panel cover: the text is 12.3 mm (3 lines) too long: a (nurse.po:1), bb (nurse.po:2), ccc (nurse.po:3), "
        "dddd (nurse.po:4) and 1 more\n    hint: cut about 120 characters, in these messages or before them",
        f"{LAYOUT}: panel flap: the text is 0.5 mm (1 line) too long: a (nurse.po:1)\n"
        "    hint: cut about 1 character, in these messages or before them",
        f"{LAYOUT}: panel back: the text is 4.2 mm too wide: bb (nurse.po:2)\n"
        "    hint: shorten the long word, or allow it to break (U+200B or the glossary)",
        "nurse.po:3: ccc: 15 of 40 characters are lost\n"
        "    hint: the box it stands in has a fixed height: text below it is dropped",
    ]
    assert caught.value.exit_code == 7


def test_a_message_of_the_source_language_has_no_place() -> None:
    with pytest.raises(CopyfitError) as caught:
        check(Fit((Fill("cover", 1.2, 5, 1, 0, ("a",), 9),), {"b": (2, 1)}), LAYOUT, lambda key: "")
    assert [problem.where for problem in caught.value.problems] == [f"{LAYOUT}: panel cover", LAYOUT]
    assert caught.value.problems[0].what == "the text is 5.0 mm (1 line) too long: a"


def test_a_picture_alone_on_a_second_page_is_overflow() -> None:
    """It would vanish from a sheet, on which the first page of a panel stands."""
    pages = (Page("cover"), Page("cover"))
    found = measure(pages, [Line(0, 180, "a"), Line(1, 10, key=None, text="", height=60)], {})
    assert found.fills[0].over == 60
    with pytest.raises(CopyfitError, match=r"the text is 60\.0 mm \(12 lines\) too long: a picture is left over"):
        check(found, LAYOUT, place)
