"""Render: folders that are links, style sheets that are not there, and drawings without end."""

import base64
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from factories import ROOT, Folder
from hypothesis import given
from hypothesis import strategies as st

from brochure.errors import Problem, RenderError
from brochure.press import plain
from brochure.render import Panels, render
from brochure.render.drawings import MOST, endless

BASE = "https://brochure.invalid/"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
DOT = SVG.format('<rect width="9" height="9"/>')

# WeasyPrint 70 leaves its own sRGB profile open.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")


@pytest.fixture
def linked(tmp_path: Path) -> Folder:
    """A project whose three folders are links to another place, where secrets lie beside them."""
    for name in ("assets", "templates", "locales"):
        (tmp_path / "elsewhere" / name).mkdir(parents=True)
    (tmp_path / "project").mkdir()
    for name in ("assets", "templates", "locales"):
        (tmp_path / "project" / name).symlink_to(tmp_path / "elsewhere" / name)
    there = Folder(tmp_path / "project")
    there.write("assets/dot.svg", DOT).write("templates/page.css", "p { color: black }").write("secret.svg", DOT)
    (tmp_path / "elsewhere/secret.svg").write_text(DOT)
    (there / "assets/out.svg").symlink_to(tmp_path / "elsewhere/secret.svg")
    (there / "assets/root.svg").symlink_to(there / "secret.svg")
    (there / "assets/more").symlink_to(tmp_path / "elsewhere")
    return there


def unchanged(_: Element) -> None:
    """The break step that changes nothing."""


def laid_out(project: Folder, body: str, head: str = "") -> Panels:
    html = f"""<html lang="en"><head><title>T</title>{head}<style>@page {{ size: 100mm 60mm; margin: 5mm }}
        html {{ font-family: Kantumruy Pro }}</style></head>
        <body><section data-panel="cover"><p>x</p>{body}</section></body></html>"""
    return render(html, project=project.path, fonts=ROOT / "assets/fonts", edit=unchanged, name="job")


def refused(project: Folder, body: str, head: str = "") -> list[Problem]:
    with pytest.raises(RenderError) as caught:
        laid_out(project, body, head).write(variant=None, tagged_ua=False, dpi=None, finish=plain)
    return list(caught.value.problems)


def picture(name: str) -> str:
    return f'<img alt="" src="{BASE}{name}">'


def sheet(name: str) -> str:
    return f'<link rel="stylesheet" href="{BASE}{name}">'


# ---- folders that are links


def test_folders_may_be_links(linked: Folder) -> None:
    panels = laid_out(linked, picture("assets/dot.svg"), sheet("templates/page.css"))
    assert panels.served == ("assets/dot.svg", "templates/page.css")


@pytest.mark.parametrize("name", ["assets/out.svg", "assets/root.svg", "assets/more/secret.svg", "secret.svg",
                                  "assets/../secret.svg"])
def test_links_inside_them_that_lead_out_are_refused(name: str, linked: Folder) -> None:
    (problem,) = refused(linked, picture(name))
    assert (problem.where, problem.what) == (name, "only files in assets, templates, locales are served")


def test_the_like_of_a_missing_file_is_found_there_too(linked: Folder) -> None:
    (problem,) = refused(linked, picture("assets/dott.svg"))
    assert problem.hint == "did you mean assets/dot.svg?"


# ---- style sheets that are not there


UNSTYLED = '<div style="page: other; break-before: page">no panel</div><p style="font-family: serif">y</p>'


@pytest.mark.parametrize("name", ["templates/none.css", "secret.css", "templates/page.txt"])
def test_a_missing_style_sheet_is_said_alone(name: str, linked: Folder) -> None:
    linked.write("secret.css", "").write("templates/page.txt", "")
    assert len(refused(linked, UNSTYLED)) == 1, "the page has a fault of its own"
    (problem,) = refused(linked, UNSTYLED, sheet(name))
    assert problem.where == name


def test_an_imported_style_sheet_too(linked: Folder) -> None:
    linked.write("templates/page.css", "@import 'inner.css';")
    (problem,) = refused(linked, UNSTYLED, sheet("templates/page.css"))
    assert problem.where == "templates/inner.css"


def test_what_else_is_refused_is_said_beside_it(linked: Folder) -> None:
    problems = refused(linked, UNSTYLED + picture("assets/none.svg"), sheet("templates/none.css"))
    assert [problem.where for problem in problems] == ["templates/none.css", "assets/none.svg"]


def test_a_missing_picture_hides_nothing(linked: Folder) -> None:
    assert len(refused(linked, UNSTYLED + picture("assets/none.svg"))) == 2


# ---- drawings without end


def bomb(depth: int, part: str) -> str:
    """A drawing whose parts each hold ten of the one before."""
    parts = "".join(f'<g id="a{number}">{part.format(number - 1) * 10}</g>' for number in range(1, depth + 1))
    return SVG.format(f'<defs><rect id="a0" width="1" height="1"/>{parts}</defs>{part.format(depth)}')


PARTS = {"use": '<use href="#a{}"/>', "xlink": '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="#a{}"/>',
         "fill": '<rect fill="url(#a{})"/>', "style": "<rect style=\"fill: url( '#a{}' )\"/>"}


@pytest.mark.parametrize("kind", PARTS)
def test_a_drawing_without_end_is_refused(kind: str, linked: Folder) -> None:
    assert endless(bomb(9, PARTS[kind]).encode())
    assert not endless(bomb(3, PARTS[kind]).encode())
    linked.write("assets/bomb.svg", bomb(5, PARTS[kind]))
    (problem,) = refused(linked, picture("assets/bomb.svg"))
    assert (problem.where, problem.what) == (
        "assets/bomb.svg", f"the drawing has more than {MOST} elements, counting each as often as it is used")
    inline = base64.b64encode(bomb(5, PARTS[kind]).encode()).decode()
    (problem,) = refused(linked, f'<img alt="" src="data:image/svg+xml;base64,{inline}">')
    assert "the drawing has more than" in problem.what


def test_a_large_plain_drawing_is_refused_where_it_would_take_minutes() -> None:
    plain_one = SVG.format('<rect id="a"/><use href="#a"/>' + "<rect/>" * (MOST - 5))
    assert not endless(plain_one.encode())
    assert endless(plain_one.replace("<rect/>", "<rect/>" * 2, 10).encode())


def test_the_repositorys_drawings_end() -> None:
    drawings = list((ROOT / "assets").rglob("*.svg"))
    assert len(drawings) > 10
    assert [path.name for path in drawings if endless(path.read_bytes())] == []


@given(st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4)), max_size=12))
def test_drawings_that_refer_to_themselves_are_counted(parts: list[tuple[int, list[int]]]) -> None:
    body = "".join(f'<g id="a{name}">{"".join(PARTS["use"].format(other) for other in others)}</g>' for name, others in parts)
    assert not endless(SVG.format(body).encode()) or len(parts) > 4


def test_what_is_no_drawing_is_left_to_weasyprint() -> None:
    for content in (b"", b"<svg #", b'<svg><use href="#', b"\xff\xfe#", b"<!DOCTYPE svg [<!ENTITY a '#'>]><svg>&b;</svg>"):
        assert not endless(content)
    chain = "".join(f'<g id="a{number}">{PARTS["use"].format(number + 1)}</g>' for number in range(5000))
    assert endless(SVG.format(chain).encode())
