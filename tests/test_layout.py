"""Reading a layout's and an edition's TOML: every scheme, and every mistake in one go."""

import re
from pathlib import Path

import pytest

from brochure import edition, layout
from brochure.errors import TemplateError
from brochure.impose import Booklet, Rows, Side, Singly, Tiles

EDITIONS = ("office", "press", "tiles")
HEAD = 'needs = ["what"]\neditions = ["office", "press", "tiles"]\nflip = "short-edge"\n'


def read(tmp_path: Path, text: str) -> layout.Layout:
    folder = tmp_path / "templates/layouts/sample"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("layout.html", "layout.css"):
        (folder / name).touch()
    (folder / "layout.toml").write_text(HEAD + text, "utf-8")
    return layout.load(folder, tmp_path, EDITIONS)


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(TemplateError) as caught:
        read(tmp_path, text)
    return str(caught.value)


def test_rows_and_grids(tmp_path):
    found = read(tmp_path, '''
        [[sheet]]
        side = "outside"
        row = ["a", "b"]
        [[sheet]]
        side = "inside"
        rows = [["c", "c"], ["c", "c"]]
        between = "cut"
        paper = [210, 297.5]
    ''')
    assert found.sheets == Rows((Side("outside", (("a", "b"),)), Side("inside", (("c", "c"), ("c", "c")), "cut", (210, 297.5))))
    assert found.scheme("office") == found.sheets


def test_a_booklet_singly_for_the_print_shop(tmp_path):
    found = read(tmp_path, 'singly = ["press"]\n[booklet]\npages = ["a", "b"]\nblanks = "last"\n')
    assert found.scheme("office") == Booklet(("a", "b"), "last")
    assert found.scheme("press") == Singly()


def test_tiles_for_their_editions_only(tmp_path):
    found = read(tmp_path, '''
        [[sheet]]
        side = "front"
        row = ["a"]
        [tiles]
        panel = "a"
        editions = ["tiles"]
        paper = [210, 297]
        margin = 10
        overlap = 12.5
        columns = 2
        rows = 3
    ''')
    assert found.scheme("tiles") == Tiles("a", (210, 297), 10, 12.5, 2, 3)
    assert found.scheme("office") == found.sheets


def test_two_languages(tmp_path):
    found = read(tmp_path, '''
        [[sheet]]
        side = "front"
        row = ["a"]
        [bilingual]
        needs = ["what"]
        [[bilingual.sheet]]
        side = "front"
        language = 1
        row = ["half"]
        [[bilingual.sheet]]
        side = "back"
        language = 2
        row = ["half"]
    ''')
    pair = Rows((Side("front", (("half",),)), Side("back", (("half",),), language=2)))
    assert found.scheme("office", pair=True) == pair
    assert found.scheme("office") == found.sheets


def test_a_booklet_head_to_tail(tmp_path):
    found = read(tmp_path, '[booklet]\npages = ["a"]\n[bilingual]\nneeds = []\n[bilingual.booklet]\npages = ["a", "b"]\n')
    assert found.scheme("office", pair=True) == Booklet(("a", "b"), "refuse", tete_beche=True)


def test_every_mistake_at_once(tmp_path):
    told = refused(tmp_path, '''
        singly = ["shop"]
        sheets = 3
        [[sheet]]
        side = "outside"
        rows = [["a"], "b"]
        between = "glue"
        paper = [210]
        [[sheet]]
        side = "inside"
        rows = [["a"], ["b"]]
        language = 2
        [tiles]
        panel = "a"
        editions = ["wall"]
        paper = "A4"
        margin = 10
        overlap = 10
        columns = 0
        rows = 2
    ''')
    for sentence in (
        "singly: 'shop' is not an edition\n    hint: there are office, press, tiles",
        "tiles.editions: 'wall' is not an edition",
        "sheet 1.rows: must be a list of rows of names",
        "sheet 1.between: 'glue' is not known\n    hint: one of fold, cut",
        "sheet 1.paper: must be a width and a height in millimetres\n    hint: such as [210, 297]",
        "sheet 2.rows: rows below each other cannot be folded",
        "sheet 2.language: is not a known key",
        "tiles.paper: must be a list, not 'A4'",
        ": sheets: is not a known key",
    ):
        assert sentence in told


def test_no_column_and_a_third_language_are_refused(tmp_path):
    tiles = '[tiles]\npanel = "a"\neditions = []\npaper = [1, 1]\nmargin = 0\noverlap = 0\ncolumns = 0\nrows = 1\n'
    assert "tiles: must have one to 20 columns and rows" in refused(tmp_path, tiles)
    told = refused(tmp_path, tiles.replace("margin = 0", "margin = -1").replace("overlap = 0", "overlap = inf"))
    assert "tiles.margin: -1 mm are less than nothing" in told
    assert "tiles.overlap: must be a number like 1.5, not inf" in told
    assert "sheet 1.rows: must be a list of rows of names" in refused(tmp_path, '[[sheet]]\nside = "x"\nrows = []\n')
    pair = '[booklet]\npages = ["a"]\n[bilingual]\nneeds = []\n[[bilingual.sheet]]\nside = "x"\nrow = ["a"]\nlanguage = 3\n'
    assert "bilingual sheet 1.language: must be 1 or 2, not 3" in refused(tmp_path, pair)
    assert "no sheet is described\n    hint: write [[sheet]] with side and row, or [booklet] with pages" in refused(tmp_path, "")


def test_what_has_no_back_is_not_turned():
    side = Side("front", (("a",),))
    given = layout.Layout("x", (), (), "short-edge", Rows((side, side)), ("press", "large"), Tiles("a", (1, 1), 0, 0, 1, 1),
                          ("tiles",), layout.Bilingual((), Rows((side,))))
    assert given.turns("office") == given.turns("large", flows=True) == "short-edge"
    assert given.turns("press") == given.turns("tiles") == given.turns("office", pair=True) == "simplex"


HEADER = bytes(12) + b"prtrCMYKLab " + bytes(12) + b"acsp"  # what an ICC profile of a press begins with


def load(tmp_path: Path, text: str) -> edition.Edition:
    folder = tmp_path / "templates/editions"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sample.css").touch()
    path = folder / "sample.toml"
    path.write_text('imposed = true\nvariant = "pdf/x-4"\npromises = []\ndpi = 300\n' + text, "utf-8")
    return edition.load(path, tmp_path)


def test_an_edition_for_the_press(tmp_path):
    (tmp_path / "assets/profiles").mkdir(parents=True)
    (tmp_path / "assets/profiles/coated.icc").write_bytes(HEADER)
    found = load(tmp_path, '''
        bleed = 3
        around = 15
        slug = -7
        art = "mono"
        profile = "assets/profiles/coated.icc"
        [inks]
        "#1a1a1a" = [0, 0, 0, 100]
        "#ffc72c" = [0, 22.5, 92, 0]
        [marks]
        start = -4
        end = -9
        weight = 0.25
        registration = true
    ''')
    assert (found.bleed, found.around, found.slug, found.art) == (3, 15, -7, "mono")
    assert found.inks == {"#1a1a1a": (0, 0, 0, 1), "#ffc72c": (0, 0.225, 0.92, 0)}
    assert found.marks == edition.Marks(-4, -9, 0.25, None)


def test_every_mistake_of_an_edition_at_once(tmp_path):
    with pytest.raises(TemplateError) as caught:
        load(tmp_path, '''
            bleed = 3
            profile = "assets/profiles/none.icc"
            [inks]
            "#1A1A1A" = [100]
            "#ffffff" = [0, 0]
            "#000000" = [100]
            "#ffc72c" = [0, 20, 101, 0]
            "#1e2a5a" = [0, 20, 100, 0]
        ''')
    told = str(caught.value)
    for sentence in (
        "around: 0.0 mm are less than the bleed",
        "profile: there is no file assets/profiles/none.icc",
        "inks.#1A1A1A: is not a colour as it is drawn",
        "inks.#ffffff: must be the per cent of each ink\n    hint: [cyan, magenta, yellow, black], or [black]",
        "inks.#ffc72c: must be the per cent of each ink",
        "inks: some colours have one ink and some have four",
    ):
        assert sentence in told


def test_more_mistakes_of_an_edition(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/screen.icc").write_bytes(HEADER.replace(b"CMYK", b"RGB "))
    (tmp_path / "press.icc").write_bytes(HEADER)
    marks = "[marks]\nstart = 1\nend = 2\nweight = {}\ngrey = {}\n"
    for text, sentence in (
        ("instructions = true\n", "instructions: are pages that are read in order"),
        ("bleed = -3\n", "bleed: -3 mm would cut off what is printed"),
        ("around = 15\nslug = -80\n", "slug: -80 mm is outside the paper"),
        ('profile = "assets/screen.icc"\n', "profile: assets/screen.icc is no profile of a press that prints CMYK"),
        ('profile = "press.icc"\n', "profile: there is no file press.icc in assets"),
        ('profile = "assets/../press.icc"\n', "profile: there is no file assets/../press.icc in assets"),
        (marks.format(-1, 0), "marks.weight: -1 pt is less than nothing"),
        (marks.format(1, 5), "marks.grey: 5 is no tone"),
        (marks.format(1, 0) + "registration = true\n", "marks.grey: is not used beside registration"),
    ):
        with pytest.raises(TemplateError, match=re.escape(sentence)):
            load(tmp_path, text)
