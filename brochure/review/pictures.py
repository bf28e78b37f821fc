"""Pictures: the panels of a job as a reader sees them, small enough to stand inside a review document."""

import base64
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brochure.errors import CatalogError
from brochure.project import Job, Project

if TYPE_CHECKING:
    from PIL.Image import Image

    from brochure.build import Laid

DPI = 130  # a folded panel stands on A4 at five sixths of its size: fine enough for the smallest print
LARGEST = 490_000  # characters of a data: URL; the fetcher takes half a million
COLOURS = 256  # flat drawings and grey letter edges: a palette is a third of a JPEG, and letters stay sharp
MARGIN = 4.0  # mm kept below the last line of text that ran onto another page


@dataclass(frozen=True)
class Picture:
    """One page of a panel: a data: URL, its size in mm, and a hash of its dots to compare it by."""

    url: str
    width: float
    height: float
    dots: str


@dataclass(frozen=True)
class View:
    """A job as it looks: for each panel its pictures (more than one where text does not fit) and its messages' keys.

    Both follow the reading order.
    """

    laid: "Laid"
    pictures: Mapping[str, tuple[Picture, ...]]
    keys: Mapping[str, tuple[str, ...]]


def look(project: Project, layout: str) -> str:
    """The edition that shows a layout best: the first with panels as pages, else the first."""
    names = [name for name in project.layout(layout).editions if not project.edition(name).instructions]
    return next((name for name in names if not project.edition(name).imposed), names[0])


def view(job: Job, project: Project, *, draft: bool = False) -> View:
    """Lay the job out and picture its panels; where the translation has gaps, as the draft it can only be.

    The pictures are made at once, since a later layout may set other fonts for the process.
    """
    from brochure.build import lay_out

    try:
        laid = lay_out(job, project, draft=draft)
    except CatalogError:
        if draft:
            raise
        laid = lay_out(job, project, draft=True)
    names = tuple(dict.fromkeys(panel.name for panel in laid.panels.panels))
    keys = {name: dict[str, None]() for name in names}
    for ink in laid.panels.ink:
        if ink.key:
            keys[laid.panels.panels[ink.panel].name][ink.key] = None
    return View(laid, _draw(laid), {name: tuple(found) for name, found in keys.items()})


def is_draft(seen: View) -> bool:
    """Whether it could only be laid out as a draft."""
    return seen.laid.copy.gaps


def _draw(laid: "Laid") -> dict[str, tuple[Picture, ...]]:
    import pypdfium2

    from brochure.press import plain

    data = laid.panels.write(variant=None, tagged_ua=False, dpi=DPI, finish=plain)
    found: dict[str, tuple[Picture, ...]] = {}
    with pypdfium2.PdfDocument(data) as pdf:
        for number, panel in enumerate(laid.panels.panels):
            image = pdf[number].render(scale=DPI / 72).to_pil()
            height = panel.height
            if panel.name in found:  # text that did not fit: no need to show the empty page below it
                bottom = max((ink.y + ink.height for ink in laid.panels.ink if ink.panel == number), default=height)
                height = min(height, bottom + MARGIN)
                image = image.crop((0, 0, image.width, max(1, round(image.height * height / panel.height))))
            dots = hashlib.sha256(f"{image.size}".encode() + image.tobytes()).hexdigest()
            picture = Picture(_url(image), panel.width, height, dots)
            found[panel.name] = (*found.get(panel.name, ()), picture)
    return found


def _url(image: "Image") -> str:
    """The picture as a data: URL: a PNG with a palette, or the finest JPEG that is small enough."""
    url = _encoded(image.convert("RGB").quantize(COLOURS), "png", optimize=True)
    for quality in (85, 70, 50, 30):
        if len(url) <= LARGEST:
            break
        url = _encoded(image.convert("RGB"), "jpeg", quality=quality)
    while len(url) > LARGEST:  # a poster
        image = image.resize((max(1, image.width * 2 // 3), max(1, image.height * 2 // 3)))
        url = _encoded(image.convert("RGB"), "jpeg", quality=50)
    return url


def _encoded(image: "Image", kind: str, **options: object) -> str:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"
