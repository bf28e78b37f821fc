"""Colour: a print file is painted with the inks it is printed with, and not with too much of them.

Nothing is drawn: the operators, pictures, shadings and groups of every page, form and pattern are read.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from brochure.errors import Problem
from brochure.preflight.content import Mark
from brochure.preflight.spaces import EVERY, PROCESS, Ink
from brochure.press import POINTS

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

LIMIT = 3.0
"""Of all inks together, each 0 to 1: more does not dry on coated paper, and sets off on the next sheet."""

HAIR = 0.005
"""What rounding may add to that sum."""

PICTURES = 0.05
"""And what a profile's and a picture's rounding may add to it."""

DARK = 0.2
"""Red, green and blue below which a colour reads as black."""

NAMES = {"rgb": "RGB", "grey": "grey", "cmyk": "CMYK", "none": "an unknown colour space", "pattern": "a pattern"}
THINGS = {"set": "the colour", "image": "a picture in", "shading": "a gradient in", "group": "a transparency group in"}
SEPARATE = "every colour needs an ink in the edition, and every picture its profile"


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Look at every colour that is set or painted, if inks are promised."""
    if promise.inks is None:
        return
    allowed = _allowed(promise.inks)
    foreign, ink_heavy, rich, inside = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    bleeds = [[float(value) for value in page.bleedbox.as_list()] for page in file.pdf.pages]
    for mark in file.marks:
        ink = mark.ink
        if ink is None:
            continue
        if mark.kind in THINGS and not allowed(ink):
            foreign[f"page {mark.page}: {THINGS[mark.kind]} {shown(ink)}"] += 1
        plates = ink.plates
        if plates is None or mark.kind == "set":
            if mark.kind == "image" and (total := _heaviest(mark)) > LIMIT + PICTURES:
                ink_heavy[f"page {mark.page}: a picture has {total:.0%} of ink in its darkest place"] += 1
            continue
        if ink.registers:
            if mark.kind == "text" or any(_overlap(box, bleeds[mark.page - 1]) for box in mark.boxes):
                inside[f"page {mark.page}: something in registration colour stands inside the bleed"] += 1
        elif sum(plates) > LIMIT + HAIR:
            ink_heavy[f"page {mark.page}: {shown(ink)} is {sum(plates):.0%} of ink"] += 1
        elif mark.kind == "text" and _is_rich_black(plates):
            rich[f"page {mark.page}: black text is set in {shown(ink)}"] += 1
    for found, hint in (
        (foreign, SEPARATE),
        (ink_heavy, f"{LIMIT:.0%} is the limit: take of all but the black"),
        (rich, "set black text in black ink only, or it has coloured edges when the plates are off"),
        (inside, "marks stand outside the bleed, or they are seen on the finished sheet"),
    ):
        for what, count in found.items():
            yield promise.problem(what if count == 1 else f"{what} ({count} times)", hint)


def shown(ink: Ink) -> str:
    """A colour as a person reads it.

    >>> from brochure.preflight.spaces import RGB, Ink
    >>> shown(Ink(RGB, (1.0, 0.5, 0.0)))
    'RGB 100 50 0 %'
    """
    family = " and ".join(ink.space.names) or NAMES[ink.space.family]
    return f"{family} {' '.join(f'{value * 100:.0f}' for value in ink.values)} %" if ink.values else family


def _allowed(inks: str) -> Any:
    names = {*PROCESS, EVERY, "None"} if inks == "cmyk" else {"Black", EVERY, "None"}
    families = {"cmyk", "grey", "pattern"} if inks == "cmyk" else {"grey", "pattern"}

    def allowed(ink: Ink) -> bool:
        if ink.space.family == "cmyk" and inks != "cmyk":
            return ink.plates is not None and not any(ink.plates[:3])
        return ink.space.family in families or (ink.space.family == "inks" and names.issuperset(ink.space.names))

    return allowed


def _heaviest(mark: Mark) -> float:
    """The most ink of any pixel of a CMYK picture."""
    if mark.item is None or mark.ink is None or mark.ink.space.family != "cmyk":
        return 0
    import pikepdf
    from PIL import ImageChops

    try:
        picture = pikepdf.PdfImage(mark.item).as_pil_image()
    except (pikepdf.PdfError, NotImplementedError, ValueError, OSError):
        return 0  # an encoding that is not read here; the file is whole, as its syntax was checked
    if picture.mode != "CMYK":
        return 0
    cyan, magenta, yellow, black = picture.split()
    total: Any = ImageChops.add(ImageChops.add(cyan, magenta, 2), ImageChops.add(yellow, black, 2), 2)
    heaviest: int = total.getextrema()[1]
    return heaviest * 4 / 255


def _is_rich_black(plates: tuple[float, float, float, float]) -> bool:
    *colours, black = plates
    return any(colours) and all((1 - value) * (1 - black) < DARK for value in colours)


def _overlap(box: tuple[float, float, float, float], bleed: list[float]) -> bool:
    hair = 0.05 * POINTS
    return (box[0] < bleed[2] - hair and box[2] > bleed[0] + hair and box[1] < bleed[3] - hair and box[3] > bleed[1] + hair)
