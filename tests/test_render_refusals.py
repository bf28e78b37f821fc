"""Render: what is refused, and that the problem says where, what and why."""

import base64
import os
import shutil
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from brochure.errors import Problem, RenderError
from brochure.press import plain
from brochure.render import Panels, render

ROOT = Path(__file__).parents[1]
FONTS = ROOT / "assets/fonts"
BASE = "https://brochure.invalid/"
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own: many font folders come and go here."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one picture, one style sheet, and a secret beside it."""
    for folder in ("project/assets/images", "project/templates", "project/locales", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
    root = tmp_path / "project"
    (root / "assets/images/dot.svg").write_text(DOT)
    (root / "templates/page.css").write_text("p { color: black }\n")
    (root / "secret.svg").write_text(DOT)
    (root / "assets/notes.txt").write_text("secret")
    (tmp_path / "elsewhere/secret.svg").write_text(DOT)
    (root / "assets/link.svg").symlink_to(tmp_path / "elsewhere/secret.svg")
    return root


def untouched(_: Element) -> None:
    """The break step that changes nothing."""


def laid_out(
    project: Path,
    body: str,
    *,
    style: str = "",
    head: str = "",
    fonts: Path = FONTS,
    edit: Callable[[Element], None] = untouched,
) -> Panels:
    html = f"""<html lang="en"><head><title>T</title>{head}<style>@page {{ size: 100mm 60mm; margin: 5mm }}
        html {{ font-family: Kantumruy Pro }} {style}</style></head>
        <body><section data-panel="cover">{body}</section></body></html>"""
    return render(html, project=project, fonts=fonts, edit=edit, name="job")


def written(panels: Panels, *, tagged_ua: bool = False) -> bytes:
    return panels.write(variant=None, tagged_ua=tagged_ua, dpi=None, finish=plain)


def refusal(project: Path, body: str, **options: str) -> tuple[Problem, ...]:
    with pytest.raises(RenderError) as caught:
        written(laid_out(project, body, **options))  # type: ignore[arg-type]  # strings for style and head only
    return caught.value.problems


def data(content_type: str, content: bytes) -> str:
    return f"data:{content_type};base64,{base64.b64encode(content).decode()}"


XXE = b"""<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&x;</text></svg>"""
BOMB = (
    "<!DOCTYPE svg [<!ENTITY a0 'xxxxxxxxxx'>"
    + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10))
    + ']><svg xmlns="http://www.w3.org/2000/svg"><text>&a9;</text></svg>'
).encode()

ATTACKS = {
    "attached file": ('<a rel="attachment" href="file:///etc/passwd">x</a>', "file:///etc/passwd"),
    "linked attachment": ('<link rel="attachment" href="file:///etc/hostname">', "file:///etc/hostname"),
    "picture of a server": ('<img alt="" src="http://127.0.0.1:8765/a.png">', "http://127.0.0.1:8765/a.png"),
    "picture without scheme": ('<img alt="" src="//127.0.0.1/a.png">', "https://127.0.0.1/a.png"),
    "imported style": (
        "<style>@import url(http://127.0.0.1:8765/x.css)</style>",
        "http://127.0.0.1:8765/x.css",
    ),
    "background": ('<b style="background: url(ftp://127.0.0.1/b.png)">x</b>', "ftp://127.0.0.1/b.png"),
    "picture in a picture": (
        '<svg width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
        "file:///etc/passwd",
    ),
    "font of the machine": (
        "<style>@font-face { font-family: q; src: url(file:///etc/passwd) }</style>",
        "file:///etc/passwd",
    ),
    "other base": (
        '<base href="http://127.0.0.1:8765/"><img alt="" src="a.png">',
        "http://127.0.0.1:8765/a.png",
    ),
    "dots": (f'<img alt="" src="{BASE}assets/../secret.svg">', "assets/../secret.svg"),
    "escaped dots": (f'<img alt="" src="{BASE}assets/%2e%2e/secret.svg">', "assets/../secret.svg"),
    "way out": (
        f'<img alt="" src="{BASE}assets/%2e%2e/%2e%2e/elsewhere/secret.svg">',
        "assets/../../elsewhere",
    ),
    "absolute path": (f'<img alt="" src="{BASE}/etc/passwd">', "etc/passwd"),
    "zero byte": (f'<img alt="" src="{BASE}assets/images/dot.svg%00.svg">', "assets/images/dot.svg�.svg"),
    "symbolic link": (f'<img alt="" src="{BASE}assets/link.svg">', "assets/link.svg"),
    "other folder": (f'<img alt="" src="{BASE}secret.svg">', "secret.svg"),
    "folder": (f'<img alt="" src="{BASE}assets">', "assets"),
    "other type": (f'<img alt="" src="{BASE}assets/notes.txt">', "assets/notes.txt"),
    "other host": (
        '<img alt="" src="https://brochure.invalid.example/assets/images/dot.svg">',
        "https://broch",
    ),
    "port": (
        '<img alt="" src="https://brochure.invalid:8765/assets/images/dot.svg">',
        "https://brochure.invalid:",
    ),
    "PostScript": (
        f'<img alt="" src="{data("application/postscript", b"%!PS")}">',
        "data:application/postscript",
    ),
    "large picture": (f'<img alt="" src="{data("image/png", bytes(400_000))}">', "data:image/png"),
    "damaged picture": ('<img alt="" src="data:image/png;base64,!">', "data:image/png"),
    "script link": ('<a href="javascript:app.alert(1)">x</a>', "job"),
    "file link": ('<a href="file:///somewhere/x">x</a>', "job"),
    "relative link": ('<a href="page2.html">x</a>', "job"),
    "entity bomb": (f'<img alt="" src="{data("image/svg+xml", BOMB)}">', "job"),
    "deep nesting": ("<div>" * 1500 + "x", "job"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_refused(attack: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    body, where = ATTACKS[attack]
    problems = refusal(project, f"<p>text</p>{body}")
    assert any(problem.where.startswith(where) for problem in problems), problems
    assert not any(str(project) in str(problem) for problem in problems)


def test_external_entity_is_not_read(project: Path) -> None:
    picture = f'<p>text</p><img alt="" src="{data("image/svg+xml", XXE)}">'
    try:
        content = written(laid_out(project, picture, style="img { font-family: Kantumruy Pro }"))
    except RenderError:
        return
    assert b"root:" not in content


def test_what_the_project_has_is_served(project: Path) -> None:
    head = f'<link rel="stylesheet" href="{BASE}templates/page.css">'
    small = data("image/svg+xml", DOT.encode())
    body = f'<p>text</p><img alt="" src="{BASE}assets/images/dot.svg"><img alt="" src="{small}">'
    panels = laid_out(project, body, head=head)
    content = written(panels)
    assert panels.served == ("assets/images/dot.svg", "templates/page.css")
    assert str(project).encode() not in content


def test_missing_picture_is_named_with_its_like(project: Path) -> None:
    (problem,) = refusal(project, f'<p>text</p><img alt="" src="{BASE}assets/images/dott.svg">')
    assert problem.where == "assets/images/dott.svg"
    assert problem.hint == "did you mean assets/images/dot.svg?"


def test_a_picture_refused_while_drawing_is_refused_again(project: Path) -> None:
    (project / "assets/images/outer.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        '<image href="https://brochure.invalid/assets/none.png" width="9" height="9"/></svg>'
    )
    panels = laid_out(project, f'<p>text</p><img alt="" src="{BASE}assets/images/outer.svg">')
    for _ in range(2):
        with pytest.raises(RenderError, match="there is no such file"):
            written(panels)


def test_all_problems_come_together(project: Path) -> None:
    problems = refusal(
        project,
        f'<p>text</p><img alt="" src="{BASE}assets/a.svg"><img alt="" src="{BASE}assets/b.svg">',
        style="p { colour: red }",
    )
    assert [problem.where for problem in problems] == ["assets/a.svg", "assets/b.svg", "job: <style>:2"]


def test_style_problem_names_file_and_line(project: Path) -> None:
    (project / "templates/page.css").write_text("p { color: black }\n\n\np { text-wrap: nonsense }\n")
    (problem,) = refusal(project, "<p>x</p>", head=f'<link rel="stylesheet" href="{BASE}templates/page.css">')
    assert problem.where == "templates/page.css:4"
    assert problem.what == "Ignored `text-wrap: nonsense`, unknown property"


def test_selector_problem_names_file_and_line(project: Path) -> None:
    (project / "templates/page.css").write_text("p { color: black }\n\np:: { color: black }\n")
    (problem,) = refusal(project, "<p>x</p>", head=f'<link rel="stylesheet" href="{BASE}templates/page.css">')
    assert problem.where == "templates/page.css:3"


def test_imported_style_problem_names_the_imported_file(project: Path) -> None:
    (project / "templates/inner.css").write_text("\np { nonsense: 1 }\n")
    (project / "templates/page.css").write_text("@import 'inner.css';\np { nonsense: 1 }\n")
    problems = refusal(project, "<p>x</p>", head=f'<link rel="stylesheet" href="{BASE}templates/page.css">')
    assert [problem.where for problem in problems] == ["templates/inner.css:2", "templates/page.css:2"]


def test_missing_glyph_names_character_and_messages(project: Path) -> None:
    body = '<p data-msg="a.one">well</p><p data-msg="a.two">☃ snow ☃</p><p data-msg="a.three">☃</p>'
    problems = refusal(project, body)
    assert [problem.where for problem in problems] == ["job: a.three", "job: a.two"]
    assert {problem.what for problem in problems} == {"no font of the project has the character “☃” (U+2603)"}


def test_missing_family_is_named(project: Path) -> None:
    body = '<p data-msg="a.one">x</p><p data-msg="a.two" style="font-family: Nowhere Sans, serif">x</p>'
    (problem,) = refusal(project, body)
    assert problem.where == "job: a.two"
    assert problem.what == "no file in the fonts folder has the family “Nowhere Sans”"


def test_family_names_are_compared_as_fontconfig_does(project: Path) -> None:
    assert laid_out(project, "<p>x</p>", style="html { font-family: kantumruypro, MOUL }").panels


def test_generic_family_alone_is_refused(project: Path) -> None:
    (problem,) = refusal(project, "<p>x</p>", style="html { font-family: sans-serif }")
    assert "“sans-serif”" in problem.what


def test_missing_family_in_a_picture_is_named(project: Path) -> None:
    (project / "assets/images/text.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20">'
        '<text y="12" font-family="Nowhere Sans">text</text></svg>'
    )
    (problem,) = refusal(project, f'<p>x</p><img alt="" src="{BASE}assets/images/text.svg">')
    assert "“Nowhere Sans”" in problem.what


def test_font_face_is_refused_and_does_not_stay(project: Path) -> None:
    (project / "assets/face.ttf").write_bytes(next(FONTS.rglob("Moul*.ttf")).read_bytes())
    style = f"@font-face {{ font-family: Face; src: url({BASE}assets/face.ttf) }} p {{ font-family: Face }}"
    assert any("@font-face" in problem.what for problem in refusal(project, "<p>x</p>", style=style))
    assert any(
        "“Face”" in problem.what for problem in refusal(project, "<p>x</p>", style="p { font-family: Face }")
    )


def test_folder_without_fonts_is_refused(project: Path, tmp_path: Path) -> None:
    empty = tmp_path / "fonts"
    empty.mkdir()
    (empty / "OFL.txt").write_text("a licence")
    with pytest.raises(RenderError, match="the fonts folder holds no font"):
        laid_out(project, "<p>x</p>", fonts=empty)


def test_font_without_truetype_outlines_is_refused(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fonts/family"
    folder.mkdir(parents=True)
    (folder / "font.otf").write_bytes(b"OTTO" + bytes(100))
    with pytest.raises(RenderError, match=r"fonts/family/font\.otf: the font is not a TrueType file"):
        laid_out(project, "<p>x</p>", fonts=folder.parent)


def test_fonts_of_the_machine_are_not_used(project: Path, tmp_path: Path) -> None:
    few = tmp_path / "fonts"
    few.mkdir()
    shutil.copy(next(FONTS.rglob("Moul*.ttf")), few)
    with pytest.raises(RenderError, match="Kantumruy"):
        laid_out(project, "<p>x</p>", fonts=few)
    assert laid_out(project, "<p>x</p>").panels  # the other folder's fonts are back in the same process


def test_replaced_font_file_is_noticed(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    file = folder / "font.ttf"
    shutil.copy(next(FONTS.rglob("Moul*.ttf")), file)
    assert laid_out(project, "<p>x</p>", style="html { font-family: Moul }", fonts=folder).panels
    shutil.copy(next(FONTS.rglob("Kantumruy*Regular.ttf")), file)
    with pytest.raises(RenderError, match="Moul"):
        laid_out(project, "<p>x</p>", style="html { font-family: Moul }", fonts=folder)


def test_cache_is_private_and_does_not_grow(project: Path, cache: Path) -> None:
    old = cache / "brochure/fonts/old"
    recent = cache / "brochure/fonts/recent"
    for folder, days in ((old, 31), (recent, 29)):
        folder.mkdir(parents=True)
        os.utime(folder, (0, time.time() - 86400 * days))
    laid_out(project, "<p>x</p>")
    assert {folder.name for folder in old.parent.iterdir()} >= {"recent"}
    assert not old.exists()
    (used,) = (folder for folder in old.parent.iterdir() if folder != recent)
    assert stat.S_IMODE(used.stat().st_mode) == 0o700


def test_unwritable_home_is_no_obstacle(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "file/below"))
    assert laid_out(project, "<p>x</p>").panels


def test_picture_without_alternative_text_is_refused_when_tagged(project: Path) -> None:
    panels = laid_out(project, f'<p>x</p><img src="{BASE}assets/images/dot.svg">')
    with pytest.raises(RenderError, match="no required alt description"):
        written(panels, tagged_ua=True)


def test_fault_inside_weasyprint_is_a_problem(project: Path) -> None:
    style = "p { background: linear-gradient(device-cmyk(0 0 0 1), device-cmyk(1 0 0 0)) }"
    (problem,) = refusal(project, "<p>x</p>", style=style)
    assert problem.what.startswith("WeasyPrint stopped with ")


def test_fault_of_the_edit_is_not_disguised(project: Path) -> None:
    def edit(_: Element) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        laid_out(project, "<p>x</p>", edit=edit)


def test_fault_of_the_finish_is_not_disguised(project: Path) -> None:
    def finish(_: object) -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        laid_out(project, "<p>x</p>").write(variant=None, tagged_ua=False, dpi=None, finish=finish)
