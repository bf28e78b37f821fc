"""Pictures: what a panel looks like, small enough to stand inside a page."""

import base64
import io
import random

import pytest
from factories import Folder
from PIL import Image
from reviewed import equip

from brochure.errors import CatalogError
from brochure.project import Job, discover
from brochure.render.fetcher import LARGEST_INLINE
from brochure.review import pictures

JOB = Job("nurse", "card", "phone", "km")
PO = "locales/km/LC_MESSAGES/nurse.po"


@pytest.fixture(autouse=True)
def _reviewed(project: Folder) -> None:
    equip(project)


def image(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


def test_a_panel_is_one_picture_of_its_size_and_its_messages_in_reading_order(project: Folder) -> None:
    seen = pictures.view(JOB, discover(project.path))
    ((one,),) = seen.pictures.values()
    assert (round(one.width), round(one.height)) == (100, 70)
    shown = image(one.url)
    assert abs(shown.width / shown.height - 100 / 70) < 0.01
    assert abs(shown.width - 100 / 25.4 * pictures.DPI) < 2
    assert len(shown.convert("L").getcolors(256) or ()) > 8  # letters, and their grey edges
    assert seen.keys["only"][:3] == ("nurse.title", "nurse.hook", "nurse.what.title")
    assert not pictures.is_draft(seen)


def test_the_same_words_make_the_same_dots_and_others_do_not(project: Folder) -> None:
    first = pictures.view(JOB, discover(project.path)).pictures["only"][0]
    assert pictures.view(JOB, discover(project.path)).pictures["only"][0] == first
    project.edit(PO, "ថែទាំមនុស្ស", "ថែទាំ")
    assert pictures.view(JOB, discover(project.path)).pictures["only"][0].dots != first.dots


def test_a_translation_with_gaps_is_pictured_as_a_draft(project: Folder) -> None:
    project.edit(PO, '"ថែទាំមនុស្ស"', '""')
    assert pictures.is_draft(pictures.view(JOB, discover(project.path)))
    project.edit(PO, 'msgctxt "nurse.hook"', 'msgctxt nurse.hook')
    with pytest.raises(CatalogError):
        pictures.view(JOB, discover(project.path))


def test_text_that_does_not_fit_is_a_second_picture_no_higher_than_it(project: Folder) -> None:
    project.edit("templates/layouts/card/layout.css", "100mm 70mm", "100mm 40mm")
    first, *_, last = pictures.view(JOB, discover(project.path)).pictures["only"]
    assert (round(first.height), last.height < 40, last.width) == (40, True, first.width)
    shown = image(last.url)
    assert abs(shown.height / shown.width - last.height / last.width) < 0.02


def test_the_edition_with_panels_as_pages_is_looked_at(project: Folder) -> None:
    assert pictures.look(discover(project.path), "card") == "phone"
    project.edit("templates/layouts/card/layout.toml", '["paper", "phone"]', '["paper"]')
    assert pictures.look(discover(project.path), "card") == "paper"


@pytest.mark.parametrize("size", [(300, 600), (900, 900)])
def test_a_picture_of_noise_still_fits_into_the_page(size: tuple[int, int]) -> None:
    noise = Image.frombytes("RGB", size, random.Random(1).randbytes(size[0] * size[1] * 3))
    assert 1000 < len(pictures._url(noise)) <= pictures.LARGEST < LARGEST_INLINE
    assert pictures._url(Image.new("RGB", size)).startswith("data:image/png;")
