"""Slots as they are drawn: on every side of a block, on several lines, in every direction, as a whole rendering has them."""

import pytest
from factories import Folder
from yardstick import difference, made, personal, pictures, recipient, refused, rendered, texts

from brochure.project import discover
from brochure.recipients.personal import Personal

LONG = "The Saint Mary Provincial School of Kampong Chhnang and of all the Villages on both Sides of the River"
TWO = "Saint Mary Provincial School of Kampong Chhnang and Pursat"
STYLES = ["text-align:left", "text-align:center", "text-align:right", "text-align:end", "direction:rtl",
          "direction:rtl;text-align:end", "margin-left:20mm;padding:2mm", "text-decoration:underline", "color:#c00;opacity:.5",
          "letter-spacing:.5mm", "word-spacing:3mm", "overflow-wrap:anywhere", "font-feature-settings:'liga' 0",
          "transform:rotate(4deg)", "position:absolute;left:10mm;bottom:9mm;width:60mm", "float:right;width:60mm"]


def card(project: Folder, slot: str, edition: str = "phone") -> Personal:
    """A job of a small project with this slot on its card."""
    project.edit("templates/layouts/card/layout.html", "{{ say(hook) }}", "{{ say(hook) }}" + slot)
    project.edit("templates/layouts/card/layout.css", "size: 100mm 70mm", "size: 100mm 150mm")
    return personal(edition, "en", "card", discover(project.path))


@pytest.mark.parametrize("style", STYLES)
def test_a_text_stands_where_a_whole_rendering_has_it(project: Folder, style: str) -> None:
    one = card(project, f'{{{{ slot("school.name", lines=4, style="{style}") }}}}')
    both = [recipient(1), recipient(2, name_en=TWO), recipient(3, name_en="Hill House School")]
    files = made(one, both)  # drawn one after the other
    for who in both:
        ours, whole = files[who.id], rendered(one, who)
        assert difference(pictures(ours), pictures(whole)) == 0
        assert "".join(texts(ours)).split() == "".join(texts(whole)).split()  # lines that are turned are joined by a guess


@pytest.mark.parametrize("edition", ["phone", "paper"])
def test_one_slot_in_several_places_takes_the_size_of_each(project: Folder, edition: str) -> None:
    slot = '{{ slot("school.name") }}{{ slot("school.name", "div", lines=3, style="font-size:16pt") }}'
    one, who = card(project, slot, edition), recipient(1)
    ours, whole = made(one, [recipient(2), who])[who.id], rendered(one, who)
    assert difference(pictures(ours), pictures(whole)) == 0
    assert "".join(texts(ours)).count(who.values["name_en"]) == 2


def test_a_name_must_fit_in_every_place(project: Folder) -> None:
    slot = '{{ slot("school.name", lines=4) }}{{ slot("school.name", "div", lines=1, style="width:30mm") }}'
    found = refused(card(project, slot), recipient(1, name_en=LONG), recipient(2, name_en="Short"))
    assert list(found) == ["1"]
    assert found["1"][0].startswith("row 3, name_en: “The Saint Mary")
    assert "the brochure has one line of 30 mm for it" in found["1"][0]


def test_text_on_several_lines_is_set_smaller_before_it_is_refused(project: Folder) -> None:
    one = card(project, '{{ slot("school.name", lines=2, smallest=0.9) }}')
    sizes = {88: None, 91: .95, 94: .925}  # letters of the name, and the size at which they take two lines
    rows = {letters: recipient(letters, name_en=LONG[:letters].strip()) for letters in sizes}
    ours = made(one, list(rows.values()))
    for letters, size in sizes.items():
        whole = rendered(one, rows[letters], {"school.name": size} if size else None)
        assert difference(pictures(ours[f"{letters}"]), pictures(whole)) == 0
    assert refused(one, recipient(97, name_en=LONG[:97])).keys() == {"97"}


def test_a_weight_that_no_font_has_is_said(project: Folder) -> None:
    one = card(project, '{{ slot("school.name", "h3", style="font-weight:700") }}')
    assert "the text is set in weight 700 of “Kantumruy Pro”" in refused(one, recipient(1))["1"][0]


def test_spaces_are_one_and_nothing_is_nothing(project: Folder) -> None:
    one = card(project, '{{ slot("school.contact", fallback="  ") }}{{ slot("school.name", lines=1) }}')
    who = recipient(1, name_en="  A \t  B  ", contact="")
    assert "A B" in "".join(texts(made(one, [who])["1"]))


def test_letters_of_all_schools_are_in_one_font(project: Folder) -> None:
    one = card(project, '{{ slot("school.name", lines=1) }}')
    alone, beside = made(one, [recipient(1, name_en="Q")]), made(one, [recipient(1, name_en="Q"), recipient(2, name_en="ឝ")])
    assert [file.count(b"/Length1") for file in (alone["1"], beside["1"], beside["2"])] == [1, 1, 1]
    assert len(beside["1"]) > len(alone["1"]) + 50
    assert difference(pictures(alone["1"]), pictures(beside["1"])) == 0
