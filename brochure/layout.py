"""Layout: which sections a layout needs, which editions it has, and how its panels come onto sheets."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brochure.errors import Problem, TemplateError
from brochure.impose.scheme import BETWEEN, BLANKS, Booklet, Rows, Scheme, Side, Singly, Tiles
from brochure.tables import Reader, parse

FLIPS = ("short-edge", "long-edge", "simplex")
MOST = 20
"""Tiles beside or below each other: a wall of four metres."""

FILES = ("layout.html", "layout.css", "layout.toml")


@dataclass(frozen=True)
class Bilingual:
    """How a layout holds two languages: the sections of each half, and the sheets."""

    needs: tuple[str, ...]
    scheme: Rows | Booklet


@dataclass(frozen=True)
class Layout:
    """A folder under ``templates/layouts``.

    ``flip`` says over which edge its paper turns, ``sheets`` how panels stand on sheets, ``tiles`` the same for editions
    that glue small papers together; in the editions ``singly`` every page is a sheet, for a print shop that imposes by
    itself. ``bilingual`` is None for a layout that holds one language only.
    """

    name: str
    needs: tuple[str, ...]
    editions: tuple[str, ...]
    flip: str
    sheets: Rows | Booklet
    singly: tuple[str, ...] = ()
    tiles: Tiles | None = None
    tiled: tuple[str, ...] = ()
    bilingual: Bilingual | None = None

    def scheme(self, edition: str, *, pair: bool = False) -> Scheme:
        """How panels stand on the sheets of an edition, in one language or in a pair."""
        if pair and self.bilingual:
            return self.bilingual.scheme
        if edition in self.singly:
            return Singly()
        return self.tiles if self.tiles and edition in self.tiled else self.sheets

    def turns(self, edition: str, *, pair: bool = False, flows: bool = False) -> str:
        """Over which edge the paper of an edition turns: ``flip``, but for tiles, for a side that is the only one, and for pages
        that stand singly, unless they follow each other because the edition ``flows``."""
        match self.scheme(edition, pair=pair):
            case Rows(sides):
                alone = len(sides) == 1
            case Booklet():
                alone = False
            case Tiles():
                alone = True
            case Singly():
                alone = not flows
        return "simplex" if alone else self.flip


def load(folder: Path, project: Path, editions: tuple[str, ...]) -> Layout:
    """Read ``layout.toml``; raise TemplateError with every problem in it."""
    where = folder.relative_to(project).as_posix()
    absent = [Problem(f"{where}/{name}", "is missing", f"a layout has three files: {', '.join(FILES)}")
              for name in FILES if not (folder / name).is_file()]
    if absent:
        raise TemplateError(absent)
    file = f"{where}/layout.toml"
    read = Reader(file)
    data = parse(folder / "layout.toml", file, TemplateError)
    needs = read.names(data, "", "needs")
    wanted = read.names(data, "", "editions")
    flip = read.take(data, "", "flip", str)
    if flip and flip not in FLIPS:
        read.problem("flip", f"{flip!r} is not a way to turn a sheet", f"one of {', '.join(FLIPS)}")
    singly = read.names(data, "", "singly") if "singly" in data else ()
    tiles, tiled = _tiles(read, data)
    for key, names in (("editions", wanted), ("singly", singly), ("tiles.editions", tiled)):
        for name in names:
            if name not in editions:
                read.problem(key, f"{name!r} is not an edition", f"there are {', '.join(editions)}")
    layout = Layout(folder.name, needs, wanted, flip, _sheets(read, data, ""), singly, tiles, tiled,
                    _bilingual(read, data))
    read.leftovers(data, "", "needs, editions, flip, singly, sheet, booklet, tiles, bilingual")
    if read.problems:
        raise TemplateError(read.problems)
    return layout


def _sheets(read: Reader, data: dict[str, Any], path: str) -> Rows | Booklet:
    booklet = read.optional(data, path, "booklet", dict)
    if booklet is not None:
        return _booklet(read, booklet, f"{path}.booklet" if path else "booklet")
    sides = tuple(_side(read, table, f"{path} sheet {number}".strip(), bool(path))
                  for number, table in enumerate(read.tables(data, path, "sheet"), 1))
    if not sides:
        read.problem(f"{path} sheet".strip(), "no sheet is described",
                     "write [[sheet]] with side and row, or [booklet] with pages")
    return Rows(sides)


def _side(read: Reader, table: dict[str, Any], at: str, bilingual: bool) -> Side:
    side = Side(
        read.take(table, at, "side", str),
        _grid(read, table, at) if "rows" in table else (read.names(table, at, "row"),),
        _choice(read, table, at, "between", BETWEEN),
        _paper(read, table, at) if "paper" in table else None,
        read.take(table, at, "language", int) if bilingual else 1,
    )
    if side.between == "fold" and len(side.rows) > 1:
        read.problem(f"{at}.rows", "rows below each other cannot be folded", 'write between = "cut", or one row')
    if bilingual and side.language not in (1, 2):
        read.problem(f"{at}.language", f"must be 1 or 2, not {side.language}")
    read.leftovers(table, at, "side, row, rows, between, paper" + (", language" if bilingual else ""))
    return side


def _booklet(read: Reader, table: dict[str, Any], at: str, *, tete_beche: bool = False) -> Booklet:
    booklet = Booklet(read.names(table, at, "pages"), _choice(read, table, at, "blanks", BLANKS), tete_beche)
    read.leftovers(table, at, "pages, blanks")
    return booklet


def _tiles(read: Reader, data: dict[str, Any]) -> tuple[Tiles | None, tuple[str, ...]]:
    table = read.optional(data, "", "tiles", dict)
    if table is None:
        return None, ()
    tiles = Tiles(read.take(table, "tiles", "panel", str), _paper(read, table, "tiles"),
                  read.take(table, "tiles", "margin", float), read.take(table, "tiles", "overlap", float),
                  read.take(table, "tiles", "columns", int), read.take(table, "tiles", "rows", int))
    editions = read.names(table, "tiles", "editions")
    if not (1 <= tiles.columns <= MOST and 1 <= tiles.rows <= MOST) and not read.problems:
        read.problem("tiles", f"must have one to {MOST} columns and rows")
    for key, length in (("margin", tiles.margin), ("overlap", tiles.overlap)):
        if length < 0:
            read.problem(f"tiles.{key}", f"{length:g} mm are less than nothing", "0 or more")
    read.leftovers(table, "tiles", "panel, editions, paper, margin, overlap, columns, rows")
    return tiles, editions


def _bilingual(read: Reader, data: dict[str, Any]) -> Bilingual | None:
    table = read.optional(data, "", "bilingual", dict)
    if table is None:
        return None
    needs = read.names(table, "bilingual", "needs")
    if "booklet" in table:
        at = "bilingual.booklet"
        scheme: Rows | Booklet = _booklet(read, read.take(table, "bilingual", "booklet", dict), at, tete_beche=True)
    else:
        scheme = _sheets(read, table, "bilingual")
    read.leftovers(table, "bilingual", "needs, sheet, booklet")
    return Bilingual(needs, scheme)


def _grid(read: Reader, table: dict[str, Any], at: str) -> tuple[tuple[str, ...], ...]:
    rows = read.take(table, at, "rows", list)
    if not rows or not all(isinstance(row, list) and row and all(isinstance(name, str) and name for name in row) for row in rows):
        read.problem(f"{at}.rows", "must be a list of rows of names", 'such as [["front", "front"], ["front", "front"]]')
        return ()
    return tuple(map(tuple, rows))


def _paper(read: Reader, table: dict[str, Any], at: str) -> tuple[float, float]:
    size = read.take(table, at, "paper", list)
    if len(size) != 2 or not all(type(length) in (int, float) and length > 0 for length in size):
        read.problem(f"{at}.paper", "must be a width and a height in millimetres", "such as [210, 297]")
        return 0.0, 0.0
    return float(size[0]), float(size[1])


def _choice(read: Reader, table: dict[str, Any], at: str, key: str, known: tuple[str, ...]) -> str:
    value: str = read.optional(table, at, key, str, known[0])
    if value not in known:
        read.problem(f"{at}.{key}", f"{value!r} is not known", f"one of {', '.join(known)}")
    return value
