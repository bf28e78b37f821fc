"""Scaffold: what “init” and “new” write can be read, and overwrites nothing."""

import datetime
from pathlib import Path

import pytest
from catalogs import accepted
from factories import ROOT, Folder, sample

from brochure import breaks, content, scaffold
from brochure.catalog import store
from brochure.catalog.check import run, terms
from brochure.errors import UsageError
from brochure.project import discover


@pytest.fixture
def mine(tmp_path: Path) -> Folder:
    """A project as “brochure init” makes it, with its fonts."""
    scaffold.init(tmp_path / "mine")
    return Folder(tmp_path / "mine")


def test_init_makes_the_sample_project(tmp_path: Path) -> None:
    written = scaffold.init(tmp_path / "mine")
    assert len(written) == len(set(written)) > 40
    assert all((tmp_path / "mine" / name).read_bytes() == (ROOT / name).read_bytes() for name in written)
    assert discover(tmp_path / "mine").careers == discover(ROOT).careers
    assert {name.partition("/")[0] for name in written} == {"templates", "locales", "assets"}


def test_init_takes_an_empty_folder_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert scaffold.init(tmp_path / "empty")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/letter.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match=r"is not an empty folder\n    hint: name a folder that does not exist yet"):
        scaffold.init(tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]
    with pytest.raises(UsageError):
        scaffold.init(tmp_path / "full/letter.txt")


def test_a_new_career_can_be_read_and_has_catalogs(project: Folder) -> None:
    written = scaffold.career(discover(project.path), "sound_engineer")
    assert written == ["templates/content/sound_engineer.toml", "locales/sound_engineer.pot",
                       "locales/km/LC_MESSAGES/sound_engineer.po"]
    found = content.load(project / written[0], project.path)
    assert found.edition == datetime.date.today()
    assert [section.id for section in found.sections] == ["what"]
    assert found.name.text == "Sound engineer"
    catalog = store.read(project / written[2], project.path)
    assert set(catalog.entries) == {message.key for message in found.messages()}
    assert 'Language: km\\n' in (project / written[2]).read_text("utf-8")
    assert discover(project.path).careers == ("nurse", "sound_engineer")
    assert [problem.severity for problem in content.remarks(found)] == ["remark"]


def test_a_new_career_has_every_section_the_repositorys_layouts_need(tmp_path: Path) -> None:
    copied = sample(tmp_path / "copied")
    there = discover(copied.path)
    scaffold.career(there, "nurse")
    found = content.load(copied / "templates/content/nurse.toml", copied.path)
    assert {section.id for section in found.sections} == {need for layout in there.layouts for need in layout.needs}


def test_a_new_language_can_be_read_and_has_catalogs(project: Folder) -> None:
    written = scaffold.language(discover(project.path), "lo")
    assert written == [*(f"locales/{name}" for name in ("brochure.pot", "nurse.pot", "numbers.txt")),
                       *(f"locales/lo/{name}" for name in ("language.toml", "language.css", "glossary.csv",
                                                           "LC_MESSAGES/brochure.po", "LC_MESSAGES/nurse.po"))]
    there = discover(project.path)
    assert there.language("lo").name == "ລາວ"
    assert breaks.glossary(project / "locales/lo/glossary.csv", project.path) == ()
    for name in ("brochure", "nurse"):
        catalog = store.read(project / f"locales/lo/LC_MESSAGES/{name}.po", project.path)
        assert catalog.entries and not any(entry.msgstr or entry.fuzzy for entry in catalog.entries.values())
    pot, po = ((project / name).read_text("utf-8") for name in ("locales/nurse.pot", "locales/lo/LC_MESSAGES/nurse.po"))
    messages = po.partition("\n\n")[2]
    assert messages == pot.partition("\n\n")[2] and messages.startswith("#. ⟦1⟧ ")
    assert scaffold.language(there, "th")[0] == "locales/th/language.toml"  # the templates are up to date by now


@pytest.mark.parametrize("tag", ["lo", "fr", "pl", "ar", "pt-BR", "zh-Hant", "ceb", "vec"])
def test_a_new_catalog_has_a_header_that_gettext_accepts_and_the_checks_too(tag: str, mine: Folder, tmp_path: Path) -> None:
    scaffold.language(discover(mine.path), tag)
    data = (mine / f"locales/{tag}/LC_MESSAGES/bmet.po").read_bytes()
    assert f'"Language: {tag}\\n"\n"Plural-Forms: nplurals='.encode() in data
    assert accepted(data, tmp_path)
    there = discover(mine.path)
    assert {finding.code for finding in run.check(there, there.language(tag))} == {"T01"}


GLOSSARY = """\
source,term,note,break,use
hospital,មន្ទីរពេទ្យ,A note.,មន្ទីរ|ពេទ្យ,
"mechanics; mechanical",មេកានិក,,,
"Ministry, of Health",ក្រសួង,,,
,ឱសថ,only for the breaks,ឱសថ,
to heal,ពេទ្យ,,,forbidden
BMET,BMET,,,keep
"""


def test_a_new_language_begins_with_the_terms_of_the_others(project: Folder) -> None:
    project.write("locales/km/glossary.csv", GLOSSARY)
    scaffold.language(discover(project.path), "lo")
    text = (project / "locales/lo/glossary.csv").read_text("utf-8")
    assert text == ('source,term,note,break,use\nhospital,,,,\nmechanics; mechanical,,,,\n"Ministry, of Health",,,,\n'
                    "BMET,,,,keep\n")
    project.edit("locales/lo/glossary.csv", "hospital,,", "hospital,ໂຮງໝໍ,").append("locales/lo/glossary.csv", "dose,ຢາ,,,\n")
    scaffold.language(discover(project.path), "th")
    assert (project / "locales/th/glossary.csv").read_text("utf-8") == f"{text}dose,,,,\n"


def test_a_term_without_a_translation_is_no_term(project: Folder) -> None:
    """Neither for the lines nor for the checks, and it hides no shorter term that has one."""
    project.write("locales/km/glossary.csv", GLOSSARY + "hospital staff,,,,\nlone,,,,\n")
    assert breaks.glossary(project / "locales/km/glossary.csv", project.path) == ("មន្ទីរ|ពេទ្យ", "មេកានិក", "ក្រសួង", "ឱសថ")
    found = terms.load(project / "locales/km/glossary.csv", project.path)
    assert [term.line for term in found] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(("tag", "named"), [("fr", True), ("lo", False)])
def test_a_new_language_says_whether_a_font_is_needed(tag: str, named: bool, mine: Folder) -> None:
    done = mine.run("new", "language", tag)
    last = done.stdout.splitlines()[-1]
    families = {path.name for path in (ROOT / "assets/fonts").iterdir()}
    said = last.partition("; ")[2]
    assert done.returncode == 0 and last.startswith("Next: the glossary and the catalogs wait for their translations; ")
    assert any(name.replace("-", " ") in said.casefold() for name in families) is named
    assert (last.endswith("no font in assets/fonts has the letters: put one there, and name it in language.css.")) is not named


def test_a_new_language_without_a_style_sheet_to_copy(project: Folder) -> None:
    scaffold.language(discover(project.delete("locales/en/language.css").path), "th")
    assert "th" in (project / "locales/th/language.css").read_text("utf-8")


def test_a_new_layout_is_a_copy(project: Folder) -> None:
    project.append("templates/layouts/card/layout.html", '{# {% import "layouts/card/parts.html" %} #}')
    written = scaffold.layout(discover(project.path), "postcard-a6", "card")
    assert sorted(written) == [f"templates/layouts/postcard-a6/layout.{kind}" for kind in ("css", "html", "toml")]
    assert "layouts/postcard-a6/parts.html" in (project / "templates/layouts/postcard-a6/layout.html").read_text("utf-8")
    assert [layout.name for layout in discover(project.path).layouts] == ["card", "postcard-a6"]


@pytest.mark.parametrize("name", ["Nurse", "nurse-aide", "1st", "ពេទ្យ", "a b", "../x", "", "brochure", "common", "signoff",
                                  "nurse\n"])
def test_names_that_no_career_can_have(name: str, project: Folder) -> None:
    with pytest.raises(UsageError, match="cannot be a name\n    hint: a name has small letters, digits and _, a letter first"):
        scaffold.career(discover(project.path), name)


@pytest.mark.parametrize("name", ["Card", "a_b", "1st", "../x", "", "card\n"])
def test_names_that_no_layout_can_have(name: str, project: Folder) -> None:
    with pytest.raises(UsageError, match="cannot be a name\n    hint: a name has small letters, digits and -, a letter first"):
        scaffold.layout(discover(project.path), name, "card")


@pytest.mark.parametrize("tag", ["xx", "klingon", "../en", "en_US", "", "e"])
def test_tags_that_no_language_can_have(tag: str, project: Folder) -> None:
    with pytest.raises(UsageError):
        scaffold.language(discover(project.path), tag)
    assert sorted(path.name for path in (project / "locales").iterdir()) == ["en", "km"]


def test_nothing_is_overwritten(project: Folder) -> None:
    there = discover(project.path)
    before = {path: path.read_bytes() for path in project.path.rglob("*") if path.is_file()}
    for make in (lambda: scaffold.career(there, "nurse"), lambda: scaffold.language(there, "km"),
                 lambda: scaffold.layout(there, "card", "card")):
        with pytest.raises(UsageError, match="is there already"):
            make()
    assert {path: path.read_bytes() for path in project.path.rglob("*") if path.is_file()} == before


def test_a_catalog_that_a_translator_began_is_not_overwritten(project: Folder) -> None:
    project.write("locales/km/LC_MESSAGES/doctor.po", "mine")
    with pytest.raises(UsageError, match=r"locales/km/LC_MESSAGES/doctor\.po: is there already"):
        scaffold.career(discover(project.path), "doctor")
    assert (project / "locales/km/LC_MESSAGES/doctor.po").read_text("utf-8") == "mine"
    assert not (project / "templates/content/doctor.toml").exists()
