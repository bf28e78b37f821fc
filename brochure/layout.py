"""Layout: which sections a layout needs, which editions it has, and which panel stands where on its sheets."""

from dataclasses import dataclass
from pathlib import Path

from brochure.errors import Problem, TemplateError
from brochure.tables import Reader, parse

FLIPS = ("short-edge", "long-edge", "simplex")
FILES = ("layout.html", "layout.css", "layout.toml")


@dataclass(frozen=True)
class Layout:
    """A folder under ``templates/layouts``.

    ``rows`` holds, for each side of a sheet, its name and its panels from left to right
    as they lie in a left-to-right language.
    """

    name: str
    needs: tuple[str, ...]
    editions: tuple[str, ...]
    flip: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


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
    for name in wanted:
        if name not in editions:
            read.problem("editions", f"{name!r} is not an edition", f"there are {', '.join(editions)}")
    flip = read.take(data, "", "flip", str)
    if flip and flip not in FLIPS:
        read.problem("flip", f"{flip!r} is not a way to turn a sheet", f"one of {', '.join(FLIPS)}")
    rows = []
    for number, table in enumerate(read.tables(data, "", "sheet"), 1):
        at = f"sheet {number}"
        rows.append((read.take(table, at, "side", str), read.names(table, at, "row")))
        read.leftovers(table, at, "side, row")
    if not rows:
        read.problem("sheet", "no sheet is described", "write [[sheet]] with side and row")
    read.leftovers(data, "", "needs, editions, flip, sheet")
    if read.problems:
        raise TemplateError(read.problems)
    return Layout(folder.name, needs, wanted, flip, tuple(rows))
