"""Cost: what a copy costs, from the prices in the project's ``pyproject.toml``.

    [tool.brochure.prices]
    currency = "USD"
    paper = 0.01    # a sheet
    colour = 1.10   # toner for a page that one colour covers wholly
    black = 0.60    # the same in black

Makers state for how many pages a cartridge lasts if 5 % of each is covered. The price of a page that is covered
wholly is therefore that of the cartridge, divided by 0.05 times its pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from brochure.errors import UsageError
from brochure.preflight.coverage import Coverage
from brochure.tables import Reader, parse

FILE = "pyproject.toml"
TABLE = "tool.brochure.prices"


@dataclass(frozen=True)
class Prices:
    """``paper`` is the price of a sheet, ``colour`` and ``black`` that of toner for a page covered wholly by it."""

    currency: str
    paper: float
    colour: float
    black: float


def prices(root: Path) -> Prices | None:
    """The prices of a project, None if it has none; raise UsageError with every problem in them."""
    if not (root / FILE).is_file():
        return None
    read, settings = Reader(FILE), parse(root / FILE, FILE, UsageError)
    at = ""
    for name in TABLE.split("."):
        settings = read.optional(settings, at, name, dict, {})
        at = f"{at}.{name}".lstrip(".")
    if read.problems:
        raise UsageError(read.problems)
    if not settings:
        return None
    found = Prices(read.take(settings, TABLE, "currency", str),
                   *(read.take(settings, TABLE, key, float) for key in ("paper", "colour", "black")))
    for key in ("paper", "colour", "black"):
        if getattr(found, key) < 0:
            read.problem(f"{TABLE}.{key}", "is no price", "0 or more")
    read.leftovers(settings, TABLE, "currency, paper, colour, black")
    if read.problems:
        raise UsageError(read.problems)
    return found


def cost(pages: Sequence[Coverage], sheets: int, at: Prices) -> float:
    """What a copy of these pages on so many sheets costs."""
    return sheets * at.paper + sum(page.colour * at.colour + page.black * at.black for page in pages)


def sheets(pages: int, duplex: str) -> int:
    """Sheets of paper for a copy; ``duplex`` is what the file asks of the printer, "" if it asks nothing.

    >>> sheets(3, "/Simplex"), sheets(3, "/DuplexFlipLongEdge"), sheets(2, "")
    (3, 2, 1)
    """
    return pages if duplex == "/Simplex" else -(-pages // 2)
