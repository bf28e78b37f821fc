"""File: the finished PDF as two other programs read it, qpdf (pikepdf) and PDFium, each opened once."""

import contextlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any

from brochure.errors import PreflightError, Problem
from brochure.preflight.content import Mark, marks

if TYPE_CHECKING:
    import pikepdf
    import pypdfium2
    from PIL import Image

DPI = 150
"""Of a page drawn to look at it: three pixels a module for the finest QR code a phone should have to read (0.5 mm)."""

PIXELS = 16_000_000
"""A page is drawn no larger: a file may say that its page is a house wall."""

AGAIN = "make or save the file again; it may have been cut short on the way"


@dataclass(frozen=True)
class Drawn:
    """The text of a page as PDFium finds it, and a box round each run of it: left, bottom, right, top in points."""

    text: str
    boxes: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True)
class Picture:
    """A page drawn; ``pixel`` is the side of one of its pixels in mm."""

    image: "Image.Image"
    pixel: float


class File:
    """An open PDF; what several checks look at is read when it is first asked for, and kept."""

    def __init__(self, data: bytes, pdf: "pikepdf.Pdf", document: "pypdfium2.PdfDocument") -> None:
        self.data, self.pdf, self._document = data, pdf, document

    @cached_property
    def root(self) -> Any:
        """The catalog."""
        return self.pdf.Root

    @cached_property
    def dictionaries(self) -> list[Any]:
        """Every dictionary of the file that is no stream, also those inside others that are no objects of their own."""
        return list(_dictionaries(self.pdf.objects))

    @cached_property
    def streams(self) -> list[Any]:
        """Every stream of the file."""
        import pikepdf

        return [item for item in self.pdf.objects if isinstance(item, pikepdf.Stream)]

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Everything the pages set and paint."""
        return tuple(marks(self.pdf))

    @cached_property
    def _pages(self) -> list[Any]:
        return list(self._document)

    @cached_property
    def drawn(self) -> tuple[Drawn, ...]:
        """The text of every page."""
        return tuple(_drawn(page) for page in self._pages)

    @cached_property
    def turned(self) -> tuple[str, ...]:
        """The text of every page as one reads it who holds it upside down."""
        return tuple(_turned(page) for page in self._pages)

    def pictures(self, *, grey: bool) -> Iterator[Picture]:
        """Every page drawn, in grey or in RGB."""
        return (_picture(page, grey) for page in self._pages)

    @property
    def metadata(self) -> bytes:
        """The XMP, b"" if there is none."""
        stream = self.root.get("/Metadata")
        return bytes(stream.read_bytes()) if stream is not None else b""


@contextlib.contextmanager
def opened(data: bytes, where: str) -> Iterator[File]:
    """The file, open; raise PreflightError if it is no whole PDF that everybody may read."""
    import pikepdf
    import pypdfium2

    try:
        pdf = pikepdf.open(BytesIO(data))
    except pikepdf.PasswordError as error:
        raise _refused(where, "is locked with a password", "ask who made it for a file without one") from error
    except pikepdf.PdfError as error:
        what = "is no PDF" if b"%PDF-" not in data[:1024] else "is a damaged PDF and does not open"
        raise _refused(where, f"{what}: {_plain(str(error))}", AGAIN) from error
    with pdf:
        if pdf.is_encrypted:
            raise _refused(where, "is encrypted, which neither an archive nor a print shop takes",
                           "save it without a password or restrictions")
        if faults := pdf.check_pdf_syntax():  # decodes every stream, which the validators do not
            more = f" (and {len(faults) - 1} things more)" if len(faults) > 1 else ""
            raise _refused(where, f"is a damaged PDF: {_plain(str(faults[0]))}{more}", AGAIN)
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise _refused(where, f"cannot be read by PDFium: {error}", AGAIN) from error
        with document:
            yield File(data, pdf, document)


def _refused(where: str, what: str, hint: str) -> PreflightError:
    return PreflightError([Problem(where, what, hint)])


def _plain(said: str) -> str:
    """What qpdf says, without the name it gives to bytes in memory."""
    return said.rpartition("BytesIO object at ")[2].partition(">")[2].lstrip(" :") if "BytesIO object" in said else said


def _dictionaries(items: Iterable[Any]) -> Iterator[Any]:
    import pikepdf

    for item in items:
        if isinstance(item, pikepdf.Stream):
            yield from _dictionaries(value for _, value in item.items() if not _is_object(value))
        elif isinstance(item, pikepdf.Dictionary):
            yield item
            yield from _dictionaries(value for value in item.values() if not _is_object(value))
        elif isinstance(item, pikepdf.Array):
            yield from _dictionaries(value for value in item if not _is_object(value))


def _is_object(value: Any) -> bool:
    return bool(getattr(value, "is_indirect", False))


def _drawn(page: Any) -> Drawn:
    text = page.get_textpage()
    return Drawn(text.get_text_range(), tuple(text.get_rect(index) for index in range(text.count_rects())))


def _turned(page: Any) -> str:
    before = page.get_rotation()
    page.set_rotation((before + 180) % 360)
    try:
        return str(page.get_textpage().get_text_range())
    finally:
        page.set_rotation(before)


def _picture(page: Any, grey: bool) -> Picture:
    from PIL import Image

    width, height = page.get_size()
    scale = min(DPI / 72, math.sqrt(PIXELS / (width * height)))
    bitmap = page.render(scale=scale, grayscale=grey, rev_byteorder=True)
    mode = "L" if grey else "RGB"
    image = Image.frombuffer(mode, (bitmap.width, bitmap.height), bytes(bitmap.buffer), "raw", mode, bitmap.stride, 1)
    return Picture(image, 25.4 / 72 / scale)
