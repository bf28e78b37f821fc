"""Copy: the words of one language, and the policy for gaps."""

import pytest
from factories import KHMER, Folder, po

from brochure.catalog import copy as copies
from brochure.content import Message, load
from brochure.errors import CatalogError
from brochure.project import discover

PO = "locales/km/LC_MESSAGES/nurse.po"


def copy(project: Folder, tag: str = "km", *, gaps: bool = False) -> copies.Copy:
    return copies.load(project.path, discover(project.path).language(tag), "en", "nurse", gaps=gaps)


def message(project: Folder, key: str) -> Message:
    content = load(project / "templates/content/nurse.toml", project.path)
    return next(one for one in content.messages() if one.key == key)


def test_words_carry_their_key_and_language(project: Folder) -> None:
    words = copy(project).words(message(project, "nurse.what.intro"))
    assert words == "ការថែទាំ<b>មនុស្ស</b>។"
    assert (words.key, words.lang) == ("nurse.what.intro", "km")


def test_plain_has_no_tags(project: Folder) -> None:
    assert copy(project).plain(message(project, "nurse.what.intro")) == "ការថែទាំមនុស្ស។"


def test_the_source_language_needs_no_catalog(project: Folder) -> None:
    words = copy(project, "en").words(message(project, "nurse.what.intro"))
    assert (words, words.lang) == ("Nurses care for <b>people</b>.", "en")
    assert copy(project, "en").catalogs == ()


def test_where_names_the_msgstr(project: Folder) -> None:
    line = (project / PO).read_text("utf-8").split("\n").index('msgstr "ប្រាក់ខែល្អ"') + 1
    assert copy(project).where("nurse.what.pay") == f"{PO}:{line}"
    assert copy(project).where("nurse.nothing") == ""


def test_all_problems_are_reported_at_once(project: Folder) -> None:
    project.write(PO, po({**KHMER, "nurse.hook": ("Care for people.", ""), "nurse.name": ("Nurse", " ")}))
    content = load(project / "templates/content/nurse.toml", project.path)
    with pytest.raises(CatalogError) as caught:
        copy(project).check(content.messages())
    assert [problem.what for problem in caught.value.problems] == ["nurse.name is not translated", "nurse.hook is not translated"]


def test_two_damaged_catalogs_are_reported_at_once(project: Folder) -> None:
    line = (project / PO).read_text("utf-8").count("\n") + 1
    project.append(PO, "stray\n").write("locales/km/LC_MESSAGES/brochure.po", "")
    with pytest.raises(CatalogError) as caught:
        copy(project)
    assert [problem.where.rpartition("/")[2] for problem in caught.value.problems] == ["brochure.po:1", f"nurse.po:{line}"]


def test_gaps_stand_in_the_source_language_and_are_warned_of(project: Folder) -> None:
    project.write(PO, po({**KHMER, "nurse.hook": ("Care for people.", "")}))
    hook = message(project, "nurse.hook")
    draft = copy(project, gaps=True)
    (warning,) = draft.check([hook])
    assert (warning.severity, warning.what) == ("warning", "nurse.hook is not translated")
    words = draft.words(hook)
    assert (words, words.lang) == ("Care for people.", "en")


def test_a_missing_catalog_is_a_gap_too(project: Folder) -> None:
    project.delete(PO)
    hook = message(project, "nurse.hook")
    assert copy(project, gaps=True).words(hook).lang == "en"
    with pytest.raises(CatalogError, match=r"nurse\.po: is missing"):
        copy(project)


def test_a_damaged_catalog_is_no_gap(project: Folder) -> None:
    project.append(PO, "stray\n")
    with pytest.raises(CatalogError, match="“stray” does not belong in a PO file"):
        copy(project, gaps=True)


def test_an_older_text_is_shown_where_it_differs(project: Folder) -> None:
    old = "This sentence was long before it was shortened, and then it was written anew"
    project.write(PO, po({**KHMER, "nurse.hook": (old, "x")}))
    problem = copy(project).problem(Message("nurse.hook", old.replace("shortened", "changed"), "", ""))
    assert problem is not None
    assert problem.what == "nurse.hook translates an older text: “… long before it was shortened, and then …”"
