"""SVG pictures that are remembered: a page looks as if each was drawn again, and what is wrong with one is said again."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from factories import ROOT, Folder

from brochure.errors import RenderError
from brochure.preview import drawing
from brochure.preview.drawing import draw
from brochure.project import Job, discover

JOB = Job("nurse", "card", "phone", "en")
SHAPES = ('<path d="M1 1 L9 2 Q5 9 1 1z" fill="#c00"/><circle cx="5" cy="5" r="3" fill="none" stroke="#00c" stroke-width=".5"/>'
          '<g transform="rotate(20)"><rect x="4" y="1" width="3" height="2" fill-opacity=".4"/></g>')
CLIPPED = '<clipPath id="c"><circle cx="5" cy="5" r="3"/></clipPath><rect width="9" height="9" fill="#0a0" clip-path="url(#c)"/>'
USED = '<defs><path id="p" d="M0 0h3v3z"/></defs><use href="#p"/><use href="#p" x="5" y="5" fill="#00f"/>'
GROUP = '<g opacity=".5"><rect width="9" height="9"/></g>'
GRADIENT = ('<linearGradient id="g"><stop stop-color="#f00"/><stop offset="1"/></linearGradient>'
            '<rect width="9" height="9" fill="url(#g)"/>')
TEXT = '<text x="1" y="8" font-size="6" font-family="Kantumruy Pro">A</text>'


@pytest.fixture(autouse=True)
def nothing() -> Iterator[None]:
    from brochure.render import fonts

    fonts.isolate(ROOT / "assets/fonts")
    from brochure.render import vectors

    vectors._known.clear()
    yield
    vectors._known.clear()


def pictured(project: Folder, inside: str, style: str = "width: 30mm") -> Folder:
    """The project with a picture on its card."""
    project.write("assets/images/x.svg", f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{inside}</svg>')
    layout = (project / "templates/layouts/card/layout.html").read_text("utf-8")
    if "x.svg" not in layout:
        image = f'<img alt="" src="{{{{ base }}}}assets/images/x.svg" style="{style}">'
        project.edit("templates/layouts/card/layout.html", "{{ say(hook) }}", f"{{{{ say(hook) }}}}{image}")
    return project


def picture(project: Folder) -> bytes:
    """What is drawn of the page with nothing known of its panels."""
    drawing._known.clear()
    return draw(JOB, discover(project.path)).pages[0].picture


@pytest.mark.parametrize(("inside", "known"), [
    (SHAPES, True), (CLIPPED, True), (USED, True), (GROUP, False), (GRADIENT, False), (TEXT, False),
], ids=["shapes", "clipped", "used", "group", "gradient", "text"])
def test_a_picture_looks_as_it_did(project: Folder, monkeypatch: pytest.MonkeyPatch, inside: str, known: bool) -> None:
    from brochure.render import vectors

    pictured(project, inside)
    first, again = picture(project), picture(project)
    assert len(vectors._known) == known
    with monkeypatch.context() as patch:
        patch.setattr(vectors, "remembered", contextlib.nullcontext)
        plain = picture(project)
    empty = picture(pictured(project, ""))
    assert first == again == plain != empty


def test_another_picture_or_size_is_drawn(project: Folder) -> None:
    from brochure.render import vectors

    seen = {picture(pictured(project, SHAPES)), picture(pictured(project, USED))}
    project.edit("templates/layouts/card/layout.html", "width: 30mm", "width: 20mm")
    smaller = picture(project)
    assert len(seen | {smaller}) == 3
    vectors._known.clear()
    assert picture(project) == smaller


def test_a_picture_that_is_remembered_is_not_drawn(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    from brochure.render import vectors

    picture(pictured(project, SHAPES))

    def never(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(vectors, "_draw", never)
    picture(project)
    with pytest.raises(RenderError):
        picture(pictured(project, USED))


def test_what_is_wrong_with_a_picture_is_said_every_time(project: Folder) -> None:
    pictured(project, '<rect width="9" height="9" fill="color(display-p3 1 0 0)"/>')
    for _ in range(2):
        with pytest.raises(RenderError, match="color space"):
            picture(project)


def test_a_picture_that_is_made_of_other_files_is_drawn_each_time(project: Folder) -> None:
    from brochure.render import vectors

    project.write("assets/images/y.svg", '<svg xmlns="http://www.w3.org/2000/svg" id="y"><rect width="3" height="3"/></svg>')
    picture(pictured(project, '<use href="https://brochure.invalid/assets/images/y.svg#y"/><rect width="2" height="2"/>'))
    assert not vectors._known


def test_so_many_bytes_are_remembered(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    from brochure.render import vectors

    monkeypatch.setattr(vectors, "MOST", 3000)
    for number in range(9):
        picture(pictured(project, SHAPES.replace("#c00", f"#{number}00")))
    assert 0 < len(vectors._known) < 5
