"""Render: panels, ink and lost text, in millimetres."""

from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from brochure.errors import RenderError
from brochure.render import Ink, Panel, Panels, render

ROOT = Path(__file__).parents[1]
PICTURE = "https://brochure.invalid/assets/images/icons/xray.svg"


def unchanged(_: Element) -> None:
    """The break step that changes nothing."""


def laid_out(body: str, style: str = "") -> Panels:
    html = f"""<html lang="en"><title>T</title><style>
        @page {{ size: 100mm 50mm; margin: 5mm 10mm 7mm }} @page wide {{ size: 194mm 50mm; bleed: 3mm }}
        html {{ font: 10pt/5mm Kantumruy Pro }} body, p {{ margin: 0 }} section {{ break-before: page }}
        {style}</style><body>{body}</body></html>"""
    return render(html, project=ROOT, fonts=ROOT / "assets/fonts", edit=unchanged, name="job")


def panel(body: str, name: str = "one", style: str = "") -> str:
    return f'<section data-panel="{name}" style="{style}">{body}</section>'


def test_a_page_is_a_panel() -> None:
    panels = laid_out(panel("<p>x</p>") + panel("<p>x</p>", "spread", "page: wide; margin: 0"))
    assert panels.panels == (
        Panel("one", 100, 50, (10, 5, 80, 38)),
        Panel("spread", 194, 50, (10, 5, 174, 38)),
    )


def test_text_that_does_not_fit_makes_a_second_page_of_its_panel() -> None:
    paragraphs = "".join(f'<p data-msg="a.{number}">line</p>' for number in range(9))
    panels = laid_out(panel(paragraphs) + panel("<p>x</p>", "two"))
    assert [found.name for found in panels.panels] == ["one", "one", "two"]
    assert [ink.key for ink in panels.ink if ink.panel == 1] == ["a.7", "a.8"]
    assert panels.lost == {}


def test_ink_is_a_line_or_a_picture() -> None:
    panels = laid_out(
        panel(
            '<p data-msg="a.one">one <b data-msg="a.two">two</b><br>three</p>'
            f'<img alt="" src="{PICTURE}" style="display: block; margin-left: 4mm; width: 8mm; height: 6mm">'
        )
    )
    assert [(ink.key, ink.text.strip()) for ink in panels.ink] == [
        ("a.one", "one"),
        ("a.two", "two"),
        ("a.one", "three"),
        (None, ""),
    ]
    assert panels.ink[-1] == Ink(0, None, 14, 15, 8, 6, "")
    first = panels.ink[0]
    assert (first.panel, first.x) == (0, 10)
    assert 5 < first.y + first.height / 2 < 10  # within the first line of 5 mm


def test_pictures_of_a_message_have_its_key() -> None:
    panels = laid_out(panel(f'<p data-msg="a.one"><img alt="" src="{PICTURE}" style="width: 5mm"></p>'))
    assert [(ink.key, ink.text) for ink in panels.ink] == [("a.one", "")]


def test_margin_boxes_and_hidden_text_are_no_ink() -> None:
    style = '@page { @bottom-center { content: "folio"; font-family: Moul } } i { visibility: hidden }'
    panels = laid_out(panel('<p data-msg="a.one">seen<i> unseen</i></p>'), style)
    assert [ink.text for ink in panels.ink] == ["seen"]
    assert panels.lost == {}


@pytest.mark.parametrize("box", ["position: absolute; height: 9mm", "height: 30mm"])
def test_text_below_the_page_is_lost(box: str) -> None:
    text = "".join(f"word{number} " for number in range(400))
    panels = laid_out(
        panel(f'<div style="{box}"><p data-msg="a.one">{text}</p><p data-msg="a.two">end</p></div>')
    )
    assert set(panels.lost) == {"a.one", "a.two"}
    wanted, found = panels.lost["a.one"]
    assert wanted == len(text.replace(" ", ""))
    assert 0 < found < wanted
    assert panels.lost["a.two"] == (3, 0)


def test_text_cut_off_by_its_box_is_lost() -> None:
    lines = "".join(f'<p data-msg="a.{number}">line</p>' for number in range(6))
    box = '<div style="height: 20mm; overflow: hidden">'
    assert laid_out(panel(f"{box}{lines}</div>")).lost == {"a.4": (4, 0), "a.5": (4, 0)}
    assert laid_out(panel(f"{box}<div>{lines[: len(lines) // 2]}</div></div>")).lost == {}
    narrow = '<p data-msg="a.one" style="width: 20mm; white-space: nowrap; overflow: hidden">'
    assert laid_out(panel(f"{narrow}fits</p>")).lost == {}
    assert laid_out(panel(f"{narrow}much longer than 20 millimetres</p>")).lost == {"a.one": (27, 0)}


def test_nothing_is_lost_by_layout_itself() -> None:
    panels = laid_out(
        panel(
            '<p data-msg="a.one" style="width: 12mm; hyphens: auto">an extraordinary  responsibility\n</p>'
            '<p data-msg="a.two">soft\u00adhyphen\u00adtext zero\u200bwidth\u2060join <!-- no --> end</p>'
            '<ul><li data-msg="a.three">item <span data-msg="a.four">inner</span> tail</li></ul>'
            '<p data-msg="a.five" class="not">hidden <b>too</b></p><p class="not" data-msg="a.six">hidden</p>'
            '<p data-msg="a.seven" class="first">First letter</p>'
            '<p data-msg="a.eight">text <svg width="9" height="9"><title>title</title></svg></p>'
        ),
        ".not { display: none } .first::first-letter { font-size: 12pt } li::before { content: 'a' }",
    )
    assert panels.lost == {}


def test_a_generated_letter_hides_no_loss() -> None:
    body = '<div style="position: absolute"><p data-msg="a.one" class="mark">' + "word " * 400 + "</p></div>"
    panels = laid_out(panel(body), ".mark::before { content: 'generated generated generated' }")
    wanted, found = panels.lost["a.one"]
    assert found % 4 == 0
    assert found < wanted == 1600


def test_edit_changes_the_tree_before_layout() -> None:
    def edit(root: Element) -> None:
        for element in root.iter("p"):
            element.text = "edited"

    style = "<title>T</title><style>html { font-family: Moul }</style>"
    html = f'<html lang="en">{style}<body><section data-panel="a"><p>x'
    panels = render(html, project=ROOT, fonts=ROOT / "assets/fonts", edit=edit, name="job")
    assert [ink.text for ink in panels.ink] == ["edited"]


def test_page_without_panel_is_refused() -> None:
    with pytest.raises(RenderError, match="page 2 belongs to no panel"):
        laid_out(panel("<p>x</p>") + '<p style="break-before: page">x</p>')


def test_two_panels_on_a_page_are_refused() -> None:
    with pytest.raises(RenderError, match="the panels one and two share page 1"):
        laid_out(panel("<p>x</p>") + panel("<p>x</p>", "two", "break-before: avoid"))


def test_the_shelf_holds_the_families_of_the_fonts_folder() -> None:
    panels = laid_out(panel('<p style="font-family: Moul">ក</p>'))
    assert {"moul", "kantumruypro"} <= panels.shelf
    assert not any("dejavu" in family for family in panels.shelf)
