"""Places of messages: panel, role, lines and room, in words that stay the same when a layout moves a little."""

from dataclasses import dataclass

import pytest
from factories import Folder

from brochure.catalog import extract, places
from brochure.catalog.places import Place, Places
from brochure.content import Message
from brochure.errors import ContentError
from brochure.project import discover

PLACE = Place("card", "only", "bullet", 2, 3)
CSS = "templates/layouts/card/layout.css"
HTML = "templates/layouts/card/layout.html"


@dataclass(frozen=True)
class Fragment:
    panel: int
    key: str | None
    y: float
    height: float = 4
    text: str = "words"


def found(project: Folder) -> Places:
    there = discover(project.path)
    return places.find(there, [one for rows in extract.messages(there.root, there.careers).values() for one in rows])


def place(project: Folder, key: str) -> Place:
    (one,) = found(project).places[key]
    return one


# ---- what is said


@pytest.mark.parametrize(("lines", "words"), [
    (-2, "no room"), (0, "no room"), (1, "about 1 line of room"), (2, "about 1 line of room"), (3, "about 3 lines of room"),
    (5, "about 3 lines of room"), (6, "6 lines of room or more"), (40, "6 lines of room or more")])
def test_room_is_rounded_down(lines: int, words: str) -> None:
    assert Place("card", "only", "bullet", 2, lines).sentence("English") == f"card only, bullet; {words}, English uses 2"


@pytest.mark.parametrize(("lines", "words"), [(1, "1"), (5, "5"), (6, "about 6"), (7, "about 8"), (9, "about 10")])
def test_many_lines_are_counted_in_twos(lines: int, words: str) -> None:
    assert Place("card", "only", "bullet", lines, 0).sentence("ខ្មែរ") == f"card only, bullet; no room, ខ្មែរ uses {words}"


def test_a_message_on_several_panels_and_one_around_others() -> None:
    assert Place("card", "a", "line", 1, 0, ("b", "c")).sentence("X") == "card a, line; no room, X uses 1; also on b, c"
    assert Place("card", "a", "around other texts", 0, 3).sentence("X") == "card a, around other texts; about 3 lines of room"


def test_a_line_a_layout_or_why_there_is_none() -> None:
    there = Places("X", {"a": (PLACE, Place("poster", "front", "line", 1, 0))}, {"b": "not printed"})
    assert there.sentences("a") == ("card only, bullet; about 3 lines of room, X uses 2", "poster front, line; no room, X uses 1")
    assert there.sentences("b") == ("not printed",)
    assert there.sentences("c") == ()


# ---- lines


def test_fragments_beside_each_other_are_one_line() -> None:
    ink = [Fragment(0, "a", 10), Fragment(0, "a", 10.4, 3), Fragment(0, "b", 10), Fragment(0, "a", 15), Fragment(0, "a", 15)]
    assert places._lines(["front"], ink) == {("front", "a"): 2, ("front", "b"): 1}


def test_a_column_and_a_panel_begin_a_line_and_pictures_and_spaces_do_not() -> None:
    ink = [Fragment(0, "a", 10), Fragment(0, "a", 15), Fragment(0, "a", 10), Fragment(1, "a", 10), Fragment(1, "a", 20, text=""),
           Fragment(1, "a", 30, text=" "), Fragment(1, None, 40)]
    assert places._lines(["front", "back"], ink) == {("front", "a"): 3, ("back", "a"): 1}


# ---- roles


@pytest.mark.parametrize(("html", "kind", "role"), [
    ("<h1 data-msg=a>", "", "title"),
    ("<h2 data-msg=a>", "", "heading"),
    ("<h3 data-msg=a>", "", "heading"),
    ("<ul><li data-msg=a>", "bullet", "bullet"),
    ("<ul><li><span data-msg=a>", "bullet", "label"),
    ("<p data-msg=a>", "bullet", "bullet"),
    ("<p data-msg=a>", "paragraph", "paragraph"),
    ("<p data-msg=a>", "", "line"),
    ("<p><span data-msg=a>", "", "label"),
    ("<dt data-msg=a>", "", "label"),
    ("<ol><li><b data-msg=a>", "lead-in", "lead-in"),
    ("<ol><li><b></b><span data-msg=a>", "text", "step"),
    ("<ul><li><br><img><span data-msg=a>", "text", "text after a lead-in"),
    ("<ol><li></li></ol><ul><li><span data-msg=a>", "text", "text after a lead-in"),
    ("<li data-msg=a><b data-msg=b>", "", "around other texts"),
    ("<li data-msg=a><i></li><li data-msg=b>", "", "bullet"),
    ("<img data-msg=a><b data-msg=b>", "", "line"),
    ("<p data-msg=a>", "fact", "fact"),
    ("<span data-msg=a>", "source of a fact", "source of a fact"),
])
def test_the_role_of_a_message(html: str, kind: str, role: str) -> None:
    spot, *_ = places._Page(html).spots
    assert places._role(spot, kind) == role


def test_why_a_message_has_no_place() -> None:
    page = places._Page('<style>p { content: "Flip it" }</style><img alt="QR code: https://a.test"><p>Scan</p>')

    def why(text: str) -> str:
        return places._why_not(Message("a", text, "", ""), {"k": places.KEYWORDS}, [page])

    assert why("QR code: %(web)s").startswith("not printed: read aloud")
    assert why("<b>Flip</b> it") == "in the margin, outside the panels"
    assert why("Scan") == why("QR code") == "on no panel at present"
    assert places._why_not(Message("k", "Scan", "", ""), {"k": places.KEYWORDS}, [page]).startswith("not printed: words that")


# ---- laid out


def test_a_message_of_two_lines_and_the_room_below(project: Folder) -> None:
    project.edit("templates/content/nurse.toml", "Care for people.", "Care for people. " * 4)
    project.edit(CSS, "100mm 70mm", "100mm 110mm")
    assert place(project, "nurse.hook") == Place("card", "only", "line", 2, place(project, "nurse.title").room)
    assert place(project, "nurse.hook").room >= 5
    assert place(project, "nurse.what.pay.source").role == "source of a fact"


def test_the_words_stay_when_the_layout_moves_a_little(project: Folder) -> None:
    project.edit(CSS, "100mm 70mm", "100mm 83mm")
    before = found(project)
    assert before.sentences("nurse.what.intro") == ("card only, paragraph; about 3 lines of room, English uses 1",)
    project.edit(CSS, "margin: 10mm", "margin: 10.7mm 9mm")
    project.edit(CSS, "1.6", "1.62")
    assert found(project) == before
    project.edit(CSS, "83mm", "95mm")
    assert found(project) != before


def test_a_message_that_stands_twice(project: Folder) -> None:
    project.edit(CSS, "100mm 70mm", "100mm 110mm")
    project.edit(HTML, "{{ say(hook) }}", "{{ say(hook) }}<p>and</p>{{ say(hook) }}")
    assert place(project, "nurse.hook").lines == 1


def test_text_that_does_not_fit_leaves_no_room(project: Folder) -> None:
    project.edit(CSS, "100mm 70mm", "100mm 40mm")
    assert place(project, "nurse.title").room == 0


def test_no_catalog_changes_what_is_said(project: Folder) -> None:
    """The name in a second language stands on the cover: it is measured in the source language."""
    project.edit("locales/en/language.toml", "source = true", 'source = true\ntwin = "km"')
    project.edit(HTML, "{{ say(hook) }}", "{% if twin %}{{ say(twin) }}{% endif %}{{ say(hook) }}")
    before = found(project)
    assert before.sentences("nurse.name") == ("card only, line; no room, English uses 1",)
    project.delete("locales/km/LC_MESSAGES")
    assert found(project) == before


def test_of_several_careers_the_tightest_place_is_said(project: Folder) -> None:
    project.edit(CSS, "100mm 70mm", "100mm 110mm")
    alone = place(project, "common.as_of")
    text = (project / "templates/content/nurse.toml").read_text("utf-8")
    project.write("templates/content/pilot.toml", text.replace("Care for people.", "Fly. " * 90))
    both = place(project, "common.as_of")
    assert both.room < alone.room and both.lines == alone.lines


def test_of_several_careers_the_most_lines_are_said() -> None:
    two, three = (("a", Place("card", "only", "line", lines, room)) for lines, room in ((2, 3), (3, 5)))
    assert places._joined([two, three]) == places._joined([three, two]) == {"a": (Place("card", "only", "line", 3, 3),)}


def test_every_problem_of_every_layout(project: Folder) -> None:
    for name, need in (("second", "where"), ("third", "when")):
        for kind in ("css", "html", "toml"):
            data = (project / f"templates/layouts/card/layout.{kind}").read_text("utf-8")
            data = data.replace('needs = ["what"]', f'needs = ["what", "{need}"]')
            project.write(f"templates/layouts/{name}/layout.{kind}", data)
    with pytest.raises(ContentError) as caught:
        found(project)
    assert [problem.what for problem in caught.value.problems] == ["there is no section 'where'", "there is no section 'when'"]
