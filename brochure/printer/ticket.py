"""Ticket: what a PDF asks of a printer, read from the file itself: paper, sides, actual size."""

from dataclasses import dataclass
from pathlib import Path

from brochure.errors import Problem, UsageError, shown

PAPERS = {"A3": (297.0, 420.0), "A4": (210.0, 297.0), "A5": (148.0, 210.0), "A6": (105.0, 148.0),
          "Letter": (215.9, 279.4), "Legal": (215.9, 355.6), "Tabloid": (279.4, 431.8)}
"""CUPS' names of papers (their IPP keywords' short forms), short and long edge in mm."""

NEAR = 0.7
"""Sizes this near to each other (mm) are one paper."""

MM = 25.4 / 72
ONE_SIDED, LONG_EDGE, SHORT_EDGE = "one-sided", "two-sided-long-edge", "two-sided-short-edge"
"""IPP's keywords for sides (RFC 8011, 5.2.8)."""


@dataclass(frozen=True)
class Ticket:
    """One file to print: ``media`` and ``sides`` are IPP keywords, ``doubts`` why it may be no file for paper at all."""

    path: Path
    title: str
    media: str
    sides: str
    pages: int
    doubts: tuple[Problem, ...] = ()

    @property
    def sheets(self) -> int:
        """Sheets of paper that one copy takes."""
        return self.pages if self.sides == ONE_SIDED else -(-self.pages // 2)

    @property
    def turning(self) -> str:
        """The sides as a printer's settings call them."""
        return {ONE_SIDED: "one side", LONG_EDGE: "both sides, flip on long edge",
                SHORT_EDGE: "both sides, flip on short edge"}[self.sides]

    @property
    def paper(self) -> str:
        """The paper as people call it."""
        return called(self.media)


def read(path: Path) -> Ticket:
    """The ticket of a file; raise UsageError if it is no PDF that can be read."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        with pypdfium2.PdfDocument(path) as pdf:
            sizes = [tuple(length * MM for length in page.get_size()) for page in pdf]
            scaled = bool(pdfium.FPDF_VIEWERREF_GetPrintScaling(pdf))
            flip = pdfium.FPDF_VIEWERREF_GetDuplex(pdf)
            title = pdf.get_metadata_dict().get("Title", "")
    except pypdfium2.PdfiumError as error:
        raise UsageError([Problem(str(path), f"cannot be read as a PDF: {error}")]) from error
    if not sizes:
        raise UsageError([Problem(str(path), "has no page to print")])
    both = {pdfium.DuplexFlipShortEdge: SHORT_EDGE, pdfium.DuplexFlipLongEdge: LONG_EDGE}
    sides = both.get(flip, ONE_SIDED) if len(sizes) > 1 else ONE_SIDED
    return Ticket(path, shown(title) or path.stem, media(*sizes[0]), sides, len(sizes), _doubts(path, sizes, scaled))


def media(width: float, height: float) -> str:
    """CUPS' name of a paper of this size (mm), whichever way it lies.

    >>> media(297.04, 210), media(279.4, 215.9), media(100, 210)
    ('A4', 'Letter', 'Custom.100x210mm')
    """
    short, long = sorted((width, height))
    for name, (across, along) in PAPERS.items():
        if abs(short - across) < NEAR and abs(long - along) < NEAR:
            return name
    return f"Custom.{round(short, 1):g}x{round(long, 1):g}mm"


def called(keyword: str) -> str:
    """A paper as people call it.

    >>> called("A4"), called("Custom.100x210mm")
    ('A4', '100 × 210 mm')
    """
    return keyword.removeprefix("Custom.").replace("x", " × ").replace("mm", " mm") if "." in keyword else keyword


def _doubts(path: Path, sizes: list[tuple[float, ...]], scaled: bool) -> tuple[Problem, ...]:
    if scaled:
        return (Problem(path.name, "does not ask to be printed at actual size, so it is no brochure laid out for paper",
                        "a file for screens is printed panel by panel; the office edition is the one for a printer", "warning"),)
    if len({media(*size) for size in sizes}) > 1:
        return (Problem(path.name, "has pages of more than one size; all of them go on the paper of the first", "", "warning"),)
    return ()
