"""Content: one career's TOML, read strictly (test_broken_inputs.py has the sentences)."""

import datetime

import pytest
from factories import CONTENT, ROOT, Folder

from brochure import content
from brochure.errors import ContentError
from brochure.project import discover

FILE = "templates/content/nurse.toml"
PAIR = """
  [[section.pair]]
  id = "step"
  lead = "Learn"
  lead_note = "Bold."
  text = "for  two\\n years"
  note = "After the dash."
  icon = "icons/book.svg"
"""


def load(project: Folder) -> content.Content:
    return content.load(project / FILE, project.path)


def test_everything_is_read(project: Folder) -> None:
    found = load(project.append(FILE, PAIR + '\n[[picture]]\nid = "hero"\nfile = "a.svg"\nalt = "A nurse"\nnote = "Cover."\n'))
    assert (found.career, found.edition) == ("nurse", datetime.date(2026, 1, 31))
    assert found.contact == {"organisation": "Test School", "web": "https://school.test/nurse",
                             "address": "", "telephone": "", "email": ""}
    (section,) = found.sections
    assert [statement.id for statement in section.statements] == ["intro", "step", "pay"]
    pair, fact = section.pairs[0], section.facts[0]
    assert pair.lead is not None and fact.source is not None
    assert (pair.lead.key, pair.lead.note) == ("nurse.what.step.lead", "Bold.")
    assert (pair.text.key, pair.text.text) == ("nurse.what.step.text", "for two years")
    assert (fact.source.key, fact.as_of, fact.review_by) == ("nurse.what.pay.source", datetime.date(2025, 3, 31), None)
    assert found.pictures[0].alt.key == "nurse.picture.hero"
    assert [message.key for message in found.messages()][-1] == "nurse.picture.hero"
    assert fact.text.where == f"{FILE}: section what.fact pay.text"


def test_all_problems_at_once(project: Folder) -> None:
    project.edit(FILE, "[contact]", "colour = 1\n[contact]").edit(FILE, 'id = "pay"', 'id = "intro"')
    with pytest.raises(ContentError) as caught:
        load(project.edit(FILE, 'note = "Heading."', ""))
    assert [problem.where.partition(": ")[2] for problem in caught.value.problems] == [
        "section what.note", "section what.fact intro.id", "section what.fact intro.text", "colour"]


def test_a_section_with_nothing_in_it(project: Folder) -> None:
    with pytest.raises(ContentError, match=r"section empty: has a title and nothing else\n    hint: add a paragraph"):
        load(project.append(FILE, '\n[[section]]\nid = "empty"\ntitle = "Empty"\nnote = "x"\n'))


def test_one_section_written_as_a_table(project: Folder) -> None:
    text = CONTENT.replace("[[section]]", "[section]").replace("[[section.", "[section.").replace("]]", "]")
    with pytest.raises(ContentError, match=r"section: must be a list of tables\n    hint: write \[\[section\]\] above each"):
        load(project.write(FILE, text))


def test_a_pair_without_a_lead(project: Folder) -> None:
    with pytest.raises(ContentError, match=r"section what\.pair step\.lead: is missing"):
        load(project.append(FILE, PAIR.replace('lead = "Learn"\n', "")))


def test_an_icon_stands_at_items_and_pairs_only(project: Folder) -> None:
    with pytest.raises(ContentError, match=r"section what\.fact pay\.icon: is not a known key"):
        load(project.edit(FILE, 'id = "pay"', 'id = "pay"\n  icon = "x.svg"'))


def test_sample_contact_details_are_remarked_on(project: Folder) -> None:
    assert content.remarks(load(project)) == ()
    (remark,) = content.remarks(load(project.edit(FILE, "school.test", "example.org")))
    assert (remark.severity, remark.where) == ("remark", f"{FILE}: contact")


def test_due_names_the_day_after_which_to_warn(project: Folder) -> None:
    assert content.due(load(project)) == ()
    ((day, warning),) = content.due(load(project.edit(FILE, "as_of = 2025-03-31", "review_by = 2026-03-31")))
    assert day == datetime.date(2026, 3, 31)
    assert str(warning) == (f"{FILE}: section what.fact pay.text: was to be reviewed by 2026-03-31\n"
                            "    hint: look at the facts again, then set a new review_by")
    assert warning.severity == "warning"


def test_the_careers_of_the_repository_are_read() -> None:
    careers = discover(ROOT).careers
    assert careers
    for career in careers:
        found = content.load(ROOT / f"templates/content/{career}.toml", ROOT)
        keys = [message.key for message in found.messages()]
        assert len(keys) == len(set(keys)) > 10
        assert all(message.note for message in found.messages())


STRANGE = {"Escape": r"\u001b[2J", "zero": r"\u0000", "override": r"\u202e", "embedding": r"\u202a", "separator": r"\u2028",
           "next line": r"\u0085", "lost letter": r"\ufffd"}


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize(("old", "at"), [
    ("Most earn well", "section what.fact pay.text"), ("A fact.", "section what.fact pay.note"),
    ("Labour survey", "section what.fact pay.source"), ("Test School", "contact.organisation")])
def test_a_character_that_does_not_belong_in_text(name: str, old: str, at: str, project: Folder) -> None:
    """The same as in a catalog."""
    with pytest.raises(ContentError) as caught:
        load(project.edit(FILE, f'"{old}"', f'"{old}{STRANGE[name]}"'))
    (problem,) = caught.value.problems
    assert problem.where == f"{FILE}: {at}"
    assert "U+" in problem.what and problem.what.isprintable()


def test_lines_and_marks_of_direction_belong_in_text(project: Folder) -> None:
    (section,) = load(project.edit(FILE, "Most earn well", r"Most\n\tearn \u2068well\u2069\u200f")).sections
    assert section.facts[0].text.text == "Most earn \u2068well\u2069\u200f"
