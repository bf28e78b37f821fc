"""Pictures: pages of a brochure, or boxes of them, as JPEGs."""

import hashlib
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from brochure import paper
from brochure.build import Laid
from brochure.impose import Sheet
from brochure.press import plain
from brochure.preview.parts import Part, Unknown
from brochure.preview.places import WHOLE, Box
from brochure.project import Job, Project

if TYPE_CHECKING:
    from PIL.Image import Image

SCALE = 2  # pixels to a PDF point: 144 dpi
QUALITY = 85  # of the JPEGs
ROUNDING = 1e-6  # pixels


@dataclass(frozen=True)
class Picture:
    """What a box of a page shows; ``digest`` is of the JPEG."""

    box: Box
    digest: str
    data: bytes = field(repr=False)


def pictures(job: Job, project: Project, parts: Sequence[Part],
             wanted: Sequence[tuple[Sheet, Sequence[Box]]]) -> list[tuple[Picture, ...]]:
    """The boxes of each of these sheets; raise Unknown where something stands there that was not laid out."""
    import pypdfium2

    from brochure.render import vectors

    laids, at = _needed(parts, {one.panel for sheet, _ in wanted for one in sheet.placements})
    if not laids:
        return [(_taken(_blank(), WHOLE),) for _ in wanted]
    with vectors.remembered():
        data, numbers = _written(job, project, laids, at, [sheet for sheet, _ in wanted])
    with pypdfium2.PdfDocument(data) as pdf:
        return [tuple(_taken(image, box) for box in boxes)
                for number, (_, boxes) in zip(numbers, wanted, strict=True)
                for image in [_blank() if number < 0 else pdf[number].render(scale=SCALE).to_pil()]]


def _written(job: Job, project: Project, laids: Sequence[Laid], at: Mapping[int, int],
             sheets: Sequence[Sheet]) -> tuple[bytes, list[int]]:
    """A PDF of the sheets, and the index of each page in it; -1 for one on which nothing stands."""
    edition = project.edition(job.edition)
    if edition.imposed:
        moved = [replace(sheet, placements=tuple(replace(one, panel=at[one.panel]) for one in sheet.placements))
                 for sheet in sheets]
        return paper.write(job, project, laids, moved), list(range(len(sheets)))
    data = laids[0].panels.write(variant=None, tagged_ua=False, dpi=edition.dpi, finish=plain)
    return data, [at[sheet.placements[0].panel] if sheet.placements else -1 for sheet in sheets]


def _needed(parts: Sequence[Part], panels: set[int]) -> tuple[list[Laid], dict[int, int]]:
    """What was laid out of these pages, counted in all halves together, and where each is among them."""
    laids, at, start = list[Laid](), dict[int, int](), 0
    for part in parts:
        mine = [number for number in range(len(part.half.panels)) if start + number in panels]
        if not part.pages.keys() >= set(mine):
            raise Unknown
        if mine:
            laids.append(replace(part.laid, panels=part.laid.panels.only([part.pages[number] for number in mine])))
            at |= {start + number: len(at) + index for index, number in enumerate(mine)}
        start += len(part.half.panels)
    return laids, at


def _taken(image: "Image", box: Box) -> Picture:
    """A box of a page's picture, to the whole pixels inside it."""
    width, height = image.size
    x, y, w, h = box
    left, top = math.ceil(x * width), math.ceil(y * height)
    right, bottom = math.floor((x + w) * width + ROUNDING), math.floor((y + h) * height + ROUNDING)
    # What stands beside the box reaches into the pixels at its edges.
    left, top, right, bottom = left + (left > 0), top + (top > 0), right - (right < width), bottom - (bottom < height)
    return _encoded(image.crop((left, top, right, bottom)).convert("RGB"),
                    (left / width, top / height, (right - left) / width, (bottom - top) / height))


def _blank() -> "Image":
    """A page on which nothing stands."""
    from PIL import Image

    return Image.new("RGB", (8, 8), "white")


def _encoded(image: "Image", box: Box) -> Picture:
    file = io.BytesIO()
    image.save(file, "jpeg", quality=QUALITY)
    return Picture(box, hashlib.sha256(file.getvalue()).hexdigest()[:20], file.getvalue())
