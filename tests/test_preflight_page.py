"""Preflight of what stands on the page: text near an edge or a fold, QR codes, and how much ink it all takes."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pages import AROUND, GOOD, TRIM, box, page_file
from pikepdf import Array, Dictionary, Name

from brochure import qr
from brochure.errors import UsageError
from brochure.preflight import Promise, preflight
from brochure.preflight.codes import QUIET, Code, read
from brochure.preflight.cost import Prices, cost, prices
from brochure.preflight.coverage import Coverage, coverage
from brochure.preflight.file import PIXELS, opened
from brochure.press import POINTS

SAFE = Promise("out/sample.pdf", safe=5.0)
ADDRESS = "https://school.test/nurse"


def told(data: bytes, promise: Promise) -> list[str]:
    problems = preflight(data, promise)
    assert all(problem.where == "out/sample.pdf" and problem.hint for problem in problems)
    return [f"{problem.severity}: {problem.what}" for problem in problems]


# ---- margins


def text(left: float, bottom: float, words: str = "HH") -> bytes:
    """Words whose box begins so many mm from the trim's left and lower edge; one letter is 2 mm high."""
    size = 2 / 0.7 * POINTS  # capitals of the font are 0.7 of it
    x, y = (AROUND + left) * POINTS, (AROUND + bottom) * POINTS
    return page_file(b"BT /F1 %.4f Tf 1 0 0 1 %.4f %.4f Tm (%s) Tj ET" % (size, x, y, words.encode()))


def test_where_the_words_of_these_tests_stand() -> None:
    with opened(text(50, 50), "x") as file:
        left, bottom, right, top = (value / POINTS - AROUND for value in file.drawn[0].boxes[0])
    assert (left, bottom, right, top) == pytest.approx((50.2, 50, 53.2, 52), abs=0.4)


@pytest.mark.parametrize(("left", "bottom", "near"), [(3, 50, 3.2), (94, 50, 2.7), (50, 3, 3.0), (50, 94, 4.0), (-1, 50, -0.8)])
def test_text_near_the_edge(left: float, bottom: float, near: float) -> None:
    (what,) = told(text(left, bottom), SAFE)
    found = re.fullmatch(r"error: page 1: text stands (-?\d\.\d) mm from the edge, promised were 5 mm", what)
    assert found and float(found[1]) == pytest.approx(near, abs=0.35)


@pytest.mark.parametrize(("left", "bottom"), [(5.1, 50), (91, 50), (50, 5.1), (50, 92)])
def test_text_that_stands_clear(left: float, bottom: float) -> None:
    assert told(text(left, bottom), SAFE) == []


def test_a_slug_outside_the_bleed_is_no_text_of_the_page() -> None:
    assert told(text(50, -7), SAFE) == []
    assert len(told(text(50, -3.5), SAFE)) == 1, "it reaches into the bleed"


def test_lines_and_pictures_may_be_cut() -> None:
    assert told(page_file(b"0 0 400 400 re f"), SAFE) == []
    assert told(page_file(b""), SAFE) == []


def test_text_near_a_fold_is_a_warning() -> None:
    promise = dataclasses.replace(SAFE, folds=((50.0,),))
    assert told(text(20, 50), promise) == []
    assert told(text(55.2, 50), promise) == []
    (what,) = told(text(52, 50), promise)
    assert what.startswith("warning: page 1: text stands 2.") and what.endswith("from the fold at 50 mm, promised were 5 mm")
    (what,) = told(text(44, 50), promise)
    assert what.startswith("warning: page 1: text stands 2.")
    assert told(text(49, 50), promise) == ["warning: page 1: text lies across the fold at 50 mm, promised were 5 mm"]


# ---- codes


def coded(address: str = ADDRESS, side: float = 25.0, *, after: bytes = b"", shift: float = 0) -> bytes:
    """A page with a QR code of so many mm, drawn from the program's own; ``shift`` is to the left."""
    drawing = qr.svg(address)
    modules = int(re.search(r'viewBox="0 0 (\d+)', drawing)[1])  # type: ignore[index]  # it is there
    unit = side * POINTS / (modules - 2 * qr.QUIET)
    runs = [(int(x), int(y), int(width)) for x, y, width in re.findall(r"M(\d+),(\d+)h(\d+)", drawing)]
    squares = b" ".join(b"%d %d %d 1 re" % (x, modules - 1 - y, width) for x, y, width in runs)
    at = (AROUND + 40 - shift) * POINTS
    return page_file(b"q %.5f 0 0 %.5f %.4f %.4f cm %s f %s Q" % (unit, unit, at, at, squares, after))


CODES = Promise("out/sample.pdf", codes=(ADDRESS,))


def test_a_code_is_read_from_the_page() -> None:
    assert told(coded(), CODES) == []
    with opened(coded(), "x") as file:
        (code,) = read(file)
    assert code == Code(1, ADDRESS, pytest.approx(25, abs=0.4), pytest.approx(1, abs=0.02), True)


def test_a_code_with_another_address() -> None:
    assert told(coded("https://school.test/curse"), CODES) == [
        f"error: no QR code leads to {ADDRESS}, as was promised",
        "remark: page 1: a QR code leads to https://school.test/curse",
    ]


def test_a_code_that_is_missing_or_covered() -> None:
    assert told(page_file(), CODES) == [f"error: no QR code leads to {ADDRESS}, as was promised"]
    assert told(coded(after=b"4 4 14 14 re f"), CODES) == [f"error: no QR code leads to {ADDRESS}, as was promised"]


def test_a_small_code() -> None:
    assert told(coded(side=19), CODES) == [f"warning: page 1: the QR code to {ADDRESS} is 19.1 mm wide"]
    long = ADDRESS + "?" + "a" * 60
    found = told(coded(long, side=13), dataclasses.replace(CODES, codes=(long,)))
    assert len(found) == 2 and "are 0.32 mm wide, at least 0.4 mm are needed" in found[0]


@pytest.mark.parametrize("stain", [b"2.2 10 1 1 re f", b"10 2.2 1 1 re f", b"30 10 1 1 re f", b"10 30 1 1 re f", b"1 1 1 1 re f"])
def test_a_code_without_its_white_border(stain: bytes) -> None:
    (what,) = told(coded(after=stain), CODES)
    assert what == f"error: page 1: the QR code to {ADDRESS} has print nearer than {QUIET} modules"


def test_what_stands_further_off_does_no_harm() -> None:
    assert told(coded(after=b"-2 10 1 1 re f 10 34.5 1 1 re f .95 g -4 -4 3 40 re f"), CODES) == []


def test_a_border_that_ends_at_the_paper() -> None:
    (what,) = told(coded(shift=51), CODES)
    assert "nearer than" in what


# ---- the page as it is drawn


def test_a_page_as_large_as_a_wall_is_drawn_small() -> None:
    def wall(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.MediaBox = Array([0, 0, 14400, 14400])

    with opened(page_file(edit=wall), "x") as file:
        (picture,) = file.pictures(grey=True)
    assert picture.image.width * picture.image.height <= PIXELS * 1.01
    assert picture.pixel * picture.image.width == pytest.approx(14400 / POINTS, rel=0.01)


# ---- coverage


def covered(content: bytes, edit: Any = None) -> Coverage:
    with opened(page_file(content, edit), "x") as file:
        (page,) = coverage(file)
    return page


@pytest.mark.parametrize(
    ("colour", "inks"),
    [
        (b"0 g", (0, 0, 0, 1)),
        (b".5 g", (0, 0, 0, 0.5)),
        (b"1 g", (0, 0, 0, 0)),
        (b"0 1 1 rg", (1, 0, 0, 0)),
        (b"1 0 1 rg", (0, 1, 0, 0)),
        (b"1 1 0 rg", (0, 0, 1, 0)),
        (b"0 .5 .5 rg", (1, 0, 0, 0.5)),
    ],
)
def test_coverage_is_of_the_trimmed_page(colour: bytes, inks: tuple[float, ...]) -> None:
    half = (AROUND + TRIM / 2) * POINTS
    whole = covered(colour + b" 0 0 999 999 re f")
    assert (whole.cyan, whole.magenta, whole.yellow, whole.black) == pytest.approx(inks, abs=0.01)
    part = covered(colour + b" 0 0 %.3f 999 re f" % half)
    assert part.black == pytest.approx(inks[3] / 2, abs=0.01)
    assert part.colour == pytest.approx(sum(inks[:3]) / 2, abs=0.01)


def test_ink_outside_the_trim_is_not_counted() -> None:
    edge, far = AROUND * POINTS, (AROUND + TRIM) * POINTS
    frame = b"0 g 0 0 %.3f 999 re f 0 0 999 %.3f re f %.3f 0 99 999 re f 0 %.3f 999 99 re f" % (edge, edge, far, far)
    assert covered(frame).black < 0.01

    def large(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.CropBox = box(-2)

    quarter = (AROUND + TRIM / 4) * POINTS
    assert covered(b"0 g 0 0 %.3f 999 re f" % quarter, large).black == pytest.approx(0.25, abs=0.01)


def test_it_is_shown_in_per_cent() -> None:
    page = Coverage(0.1234, 0, 1, 0.05)
    assert str(page) == "C 12.3%, M 0.0%, Y 100.0%, K 5.0%"
    assert page.as_json() == {"cyan": 12.3, "magenta": 0, "yellow": 100, "black": 5}


# ---- cost


PRICES = '[tool.brochure.prices]\ncurrency = "USD"\npaper = 0.01\ncolour = 1.0\nblack = 2\n'


def test_what_a_copy_costs(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PRICES)
    at = prices(tmp_path)
    assert at == Prices("USD", 0.01, 1.0, 2.0)
    assert cost([Coverage(0.1, 0.2, 0, 0.05), Coverage(0, 0, 0, 0.1)], 1, at) == pytest.approx(0.01 + 0.3 + 2 * 0.15)


@pytest.mark.parametrize("settings", [None, "", "[tool]\nx = 1\n", "[tool.brochure]\n"])
def test_without_prices_there_is_no_cost(tmp_path: Path, settings: str | None) -> None:
    if settings is not None:
        (tmp_path / "pyproject.toml").write_text(settings)
    assert prices(tmp_path) is None


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("paper = 0.01\n", "", "tool.brochure.prices.paper", "is missing"),
        ("1.0", '"1"', "tool.brochure.prices.colour", "must be a number like 1.5, not '1'"),
        ("black = 2", "black = -2", "tool.brochure.prices.black", "is no price"),
        ("black = 2", "black = nan", "tool.brochure.prices.black", "must be a number like 1.5, not nan"),
        ("black = 2", "black = inf", "tool.brochure.prices.black", "must be a number like 1.5, not inf"),
        ("black", "grey = 1\nblack", "tool.brochure.prices.grey", "is not a known key"),
        ("[tool.brochure.prices]", "[tool.brochure]\nprices = 3\n[x]", "tool.brochure.prices", "must be a table, not 3"),
        ("[tool.brochure.prices]", "tool = 3\n[x]", "tool", "must be a table, not 3"),
    ],
)
def test_prices_are_read_strictly(tmp_path: Path, old: str, new: str, where: str, what: str) -> None:
    assert old in PRICES
    (tmp_path / "pyproject.toml").write_text(PRICES.replace(old, new))
    with pytest.raises(UsageError) as caught:
        prices(tmp_path)
    assert [(problem.where, problem.what) for problem in caught.value.problems] == [(f"pyproject.toml: {where}", what)]


# ---- what no file may have


def test_an_unread_stream_is_not_parsed_for_an_office_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading every operator takes as long as drawing the page: it is done only for what asks for it."""
    monkeypatch.setattr(pikepdf, "parse_content_stream", None)
    assert told(page_file(GOOD), Promise("out/sample.pdf", safe=5, codes=(), dpi=150)) == []
    (what,) = told(page_file(GOOD), Promise("out/sample.pdf", inks="cmyk"))
    assert what.startswith("error: its colour cannot be checked: TypeError")


def test_a_font_of_drawings_is_embedded() -> None:
    def drawn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].resources.Font.F2 = Dictionary(Type=Name.Font, Subtype=Name.Type3)

    assert told(page_file(edit=drawn), Promise("out/sample.pdf")) == []
