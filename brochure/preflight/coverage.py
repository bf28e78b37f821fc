"""Coverage: how much of a page each ink covers, estimated from the drawn page.

An estimate, for the price of toner and not for a press: PDFium draws the page in red, green and blue, and every colour
is taken apart into inks again, with black for all the grey in it. Compared once with Ghostscript (``ink_cov`` at 300 dpi, on
the project's own brochures): of a file in RGB each ink comes out right within 1 % of the page; of a file in CMYK, whose
inks PDFium draws a little lighter, black within 1.5 % of the page and the colours a seventh too low at most. A profile
comes no nearer: it makes the same colours of other inks, with four of them under black text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brochure.preflight.boxes import millimetres

if TYPE_CHECKING:
    from brochure.preflight.file import File


@dataclass(frozen=True)
class Coverage:
    """Of one page, cyan, magenta, yellow and black, each as a part of the trimmed page from 0 to 1."""

    cyan: float
    magenta: float
    yellow: float
    black: float

    @property
    def colour(self) -> float:
        """Cyan, magenta and yellow together, 0 to 3."""
        return self.cyan + self.magenta + self.yellow

    def as_json(self) -> dict[str, float]:
        """Per cent of the page, by ink."""
        return {name: round(value * 100, 1) for name, value in vars(self).items()}

    def __str__(self) -> str:
        inks = zip("CMYK", (self.cyan, self.magenta, self.yellow, self.black), strict=True)
        return ", ".join(f"{name} {value:.1%}" for name, value in inks)


def coverage(file: "File") -> Iterator[Coverage]:
    """The coverage of every page."""
    for page, picture in zip(file.pdf.pages, file.pictures(grey=False), strict=True):
        image = picture.image
        whole, trim = millimetres(page, "cropbox"), millimetres(page, "trimbox")
        across, up = image.width / (whole[2] - whole[0]), image.height / (whole[3] - whole[1])
        trimmed = image.crop((round((trim[0] - whole[0]) * across), round((whole[3] - trim[3]) * up),
                              round((trim[2] - whole[0]) * across), round((whole[3] - trim[1]) * up)))
        pixels = trimmed.width * trimmed.height
        sums = [0.0, 0.0, 0.0, 0.0]
        for count, colour in trimmed.getcolors(pixels) or ():
            for ink, value in enumerate(separated(*colour)):  # type: ignore[misc]  # three, in a picture in RGB
                sums[ink] += count * value
        yield Coverage(*(value / pixels for value in sums))


def separated(red: int, green: int, blue: int) -> tuple[float, float, float, float]:
    """Cyan, magenta, yellow and black, 0 to 1, of a colour of 0 to 255.

    >>> separated(0, 0, 0), separated(255, 255, 255)
    ((0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 0.0))
    >>> separated(0, 51, 102)
    (1.0, 0.5, 0.0, 0.6)
    """
    most = max(red, green, blue)
    if not most:
        return (0.0, 0.0, 0.0, 1.0)
    return (1 - red / most, 1 - green / most, 1 - blue / most, round(1 - most / 255, 9))
