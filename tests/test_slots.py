"""Slots in templates: what a designer writes, with recipients and without."""

import pytest
from factories import Folder, brochure
from markupsafe import Markup

from brochure import qr
from brochure.catalog.markup import Words
from brochure.slots import CODE, LINK, MARK, TEXT, Slot, Slots

SCHOOL = Words("Your &amp; <b>school</b>", "common.your_school", "en")
ALT = Words("QR: %(web)s", "common.qr_alt", "en")
DAY = Words("Open &lt;day&gt; <b>100%%</b>: %(date)s", "common.day", "en")
WEB = "https://example.org/career"


def said(words: Words, tag: str, class_: str, **attributes: object) -> Markup:
    """Stands in for compose's ``say``."""
    return Markup(f"[{words.key} {tag} {class_} {attributes}]")


def slots(lacking: frozenset[str] | None = frozenset(), half: int = 0) -> Slots:
    return Slots(lacking, said, qr.data_url, half)


# ---- without recipients


def test_without_recipients_a_slot_is_its_fallback() -> None:
    plain = slots(None)
    assert plain.slot("school.name", "h3", "big", fallback=SCHOOL, id="x") == "[common.your_school h3 big {'id': 'x'}]"
    assert plain.slot("school.name", fallback="A < B") == "<p>A &lt; B</p>"
    assert plain.slot("school.contact") == plain.slot("school.url", "a") == ""
    assert plain.code("school.url", WEB, ALT) == f'<img src="{qr.data_url(WEB)}" alt="QR: {WEB}">'
    assert plain.places == {}


# ---- with recipients


def test_with_recipients_a_slot_is_a_room_of_a_fixed_height() -> None:
    made = slots()
    html = made.slot("school.name", "h3", "big", fallback=SCHOOL, lines=3, smallest=.7, style="color:red")
    assert html == ('<h3 class="big" style="display:block;height:3lh;color:red" data-slot="0" data-lines="3" '
                    f'data-smallest="0.7" data-language="{MARK}language0">&nbsp;</h3>')
    assert made.places == {"0": Slot("school.name", TEXT, "Your & school")}


def test_a_link_and_a_code_lead_to_a_mark() -> None:
    made = slots()
    assert f'href="{MARK}0"' in made.slot("school.url", "a")
    assert made.code("school.url", WEB, ALT) == f'<img src="{qr.data_url(WEB)}" alt="QR: {MARK}1" data-slot="1">'
    assert made.places == {"0": Slot("school.url", LINK, ""), "1": Slot("school.url", CODE, WEB)}


def test_a_cell_stands_in_the_words_around_it() -> None:
    made = slots()
    made.slot("school.event_date", words=DAY, form="full")
    assert made.places == {"0": Slot("school.event_date", TEXT, "", "Open <day> 100%%: %(date)s", "full")}
    assert made.places["0"].within("a%(date)s\\1") == "Open <day> 100%: a%(date)s\\1"
    assert Slot("school.name", TEXT, "").within("50%% %(x)s") == "50%% %(x)s"
    assert slots(None).slot("school.event_date", words=DAY) == ""
    assert slots(None).slot("school.event_date", words=DAY, fallback="soon") == "<p>soon</p>"


def test_the_same_slot_in_two_places_says_the_same() -> None:
    made = slots()
    assert made.slot("school.name") == made.slot("school.name")
    assert len(made.places) == 1


def test_the_slots_of_two_halves_have_other_numbers() -> None:
    one, two = slots(half=1), slots(half=2)
    for made in (one, two):
        made.slot("school.name")
        made.code("school.url", WEB, ALT)
    assert [*one.places, *two.places] == ["1_0", "1_1", "2_0", "2_1"]
    link = two.slot("school.url", "a")
    assert f'href="{MARK}2_2"' in link and 'data-slot="2_2"' in link


def test_a_slot_in_which_nobody_has_anything_to_say_is_left_out_unless_it_has_a_fallback() -> None:
    made = slots(frozenset({"school.name", "school.contact"}))
    assert made.slot("school.contact") == ""
    assert "data-slot" in made.slot("school.name", fallback=SCHOOL)
    assert "data-slot" in made.slot("school.telephone")


@pytest.mark.parametrize(("name", "how", "what"), [
    ("name", {}, "the slot 'name' names no column: write it like school.name"),
    ("school.", {}, "the slot 'school.' names no column: write it like school.name"),
    ("school.name", {"lines": 0}, "the slot school.name has room for 0 lines, down to 0.8 of its size: "
                                  "a line is the least, and 1 the largest size"),
    ("school.name", {"smallest": 1.5}, "the slot school.name has room for 2 lines, down to 1.5 of its size: "
                                       "a line is the least, and 1 the largest size"),
    ("school.url", {"tag": "a", "fallback": "x"}, "the slot school.url is a link, which has no fallback: "
                                                  "without an address it is left out"),
    ("school.day", {"words": SCHOOL}, "the slot school.day stands in words with one placeholder for it, such as %(day)s"),
    ("school.day", {"words": "%(a)s %(b)s"}, "the slot school.day stands in words with one placeholder for it, such as %(day)s"),
    ("school.day", {"form": "short"}, "the slot school.day has the form 'short': there are number, full, long, month"),
])
@pytest.mark.parametrize("lacking", [None, frozenset[str]()])
def test_a_slot_that_cannot_be_is_refused_with_recipients_and_without(
        name: str, how: dict[str, object], what: str, lacking: frozenset[str] | None) -> None:
    with pytest.raises(ValueError) as caught:
        slots(lacking).slot(name, **how)  # type: ignore[arg-type]  # what a template may write
    assert str(caught.value) == what


def test_a_fault_in_a_template_is_a_sentence_with_its_line(project: Folder) -> None:
    project.edit("templates/layouts/card/layout.html", '{{ say(hook) }}', '{{ say(hook) }}{{ slot("name") }}')
    done = brochure("build", "--lang", "en", folder=project.path)
    assert done.returncode == 4
    assert "templates/layouts/card/layout.html:9: the slot 'name' names no column" in done.stderr
