"""Discover: careers, languages, layouts and editions by file name, and the jobs they make."""

import datetime
import re

import pytest
from factories import ROOT, Folder

from brochure.errors import BrochureError, CatalogError, ContentError, TemplateError, UsageError
from brochure.project import RESERVED, Job, discover, jobs


def test_nothing_is_registered(project: Folder) -> None:
    found = discover(project.path)
    assert found.careers == ("nurse",)
    assert [language.tag for language in found.languages] == ["en", "km"]
    assert [layout.name for layout in found.layouts] == ["card"]
    assert [edition.name for edition in found.editions] == ["paper", "phone"]
    assert found.source.tag == "en"


def test_a_file_or_a_folder_is_all_it_takes(project: Folder) -> None:
    text = (project / "templates/content/nurse.toml").read_text("utf-8")
    project.write("templates/content/doctor.toml", text).write("locales/lo/language.toml", 'name = "ລາວ"\n')
    for name in ("layout.html", "layout.css", "layout.toml"):
        project.write(f"templates/layouts/poster/{name}", (project / "templates/layouts/card" / name).read_bytes())
    found = discover(project.path)
    assert len(jobs(found)) == 2 * 2 * 2 * 3
    assert Job("doctor", "poster", "phone", "lo") in jobs(found)


def test_the_repository_is_a_project() -> None:
    found = discover(ROOT)
    assert found.careers and len(found.languages) >= 2 and found.layouts
    assert len({job.file for job in jobs(found)}) == len(jobs(found)) > 0


@pytest.mark.parametrize("name", ["__pycache__", ".git", ".DS_Store"])
def test_folders_of_other_programs_are_no_layouts(name: str, project: Folder) -> None:
    project.write(f"templates/layouts/{name}/x", "").write("templates/layouts/README.md", "")
    assert [layout.name for layout in discover(project.path).layouts] == ["card"]


def test_a_job_is_a_file() -> None:
    job = Job("nurse", "card", "phone", "km")
    assert job.file == "nurse/card.phone.km.pdf"
    assert str(job) == "nurse card phone km"


@pytest.mark.parametrize(("selection", "count"), [
    ({}, 4), ({"careers": ["nurse"]}, 4), ({"languages": ["km"]}, 2), ({"editions": ["phone"]}, 2),
    ({"languages": ["km"], "editions": ["phone"]}, 1), ({"layouts": ["card"], "languages": ["km", "en"]}, 4),
])
def test_selections(selection: dict[str, list[str]], count: int, project: Folder) -> None:
    assert len(jobs(discover(project.path), **selection)) == count


@pytest.mark.parametrize(("kind", "there"), [("career", "nurse"), ("language", "en, km, en-XA, ar-XB, km-XT"), ("layout", "card"),
                                             ("edition", "paper, phone")])
def test_unknown_names(kind: str, there: str, project: Folder) -> None:
    plural = f"{kind}s"
    with pytest.raises(UsageError) as caught:
        jobs(discover(project.path), **{plural: ["nothing", "never"]})
    assert [str(problem) for problem in caught.value.problems] == [
        f"{kind}: there is no {kind} {name!r}\n    hint: there are: {there}" for name in ("nothing", "never")]


def test_names_that_do_not_go_together(project: Folder) -> None:
    project.edit("templates/layouts/card/layout.toml", '["paper", "phone"]', '["paper"]')
    with pytest.raises(UsageError, match="selection: there is nothing to build\n    hint: brochure list shows"):
        jobs(discover(project.path), editions=["phone"])


@pytest.mark.parametrize(("gone", "said"), [
    (["templates"], "it has no templates folder"),
    (["locales", "assets"], "it has no locales, no assets folder"),
])
def test_a_folder_that_is_no_project(gone: list[str], said: str, project: Folder) -> None:
    with pytest.raises(UsageError) as caught:
        discover(project.delete(*gone).path)
    assert said in str(caught.value)
    assert "make one: brochure init DIR" in str(caught.value)


def test_a_project_without_layouts_has_nothing_to_build(project: Folder) -> None:
    project.delete("templates/layouts")
    with pytest.raises(UsageError, match="there is nothing to build"):
        jobs(discover(project.path))


@pytest.mark.parametrize("name", ["Nurse", "nurse copy", "nurse-aide", "a.b", "brochure", "common", "1st", "signoff",
                                  "difference", "review"])
def test_names_that_no_career_can_have(name: str, project: Folder) -> None:
    project.write(f"templates/content/{name}.toml", (project / "templates/content/nurse.toml").read_bytes())
    with pytest.raises(ContentError) as caught:
        discover(project.path)
    assert str(caught.value) == (
        f"templates/content/{name}.toml: {name!r} cannot be the name of a career\n"
        "    hint: a name has small letters, digits and _, a letter first, and is not brochure, common, difference, "
        "mail, preview, printer, review or signoff")


def test_no_career_can_take_the_keys_of_the_shared_words() -> None:
    words = (ROOT / "locales/brochure.pot").read_text("utf-8")
    shared = {key.partition(".")[0] for key in re.findall('^msgctxt "(.+)"', words, re.M)}
    assert shared | {"brochure"} == set(RESERVED)


@pytest.mark.parametrize(("file", "text", "error"), [
    ("locales/km/language.toml", "name = ", CatalogError),
    ("locales/km/language.toml", 'name = "x"\ncolour = "red"\n', CatalogError),
    ("locales/km/language.toml", 'digits = "0123456789"\n', CatalogError),
    ("templates/editions/phone.toml", "imposed = 1", TemplateError),
    ("templates/editions/phone.toml", "", TemplateError),
    ("templates/layouts/card/layout.toml", "needs = [1]", TemplateError),
    ("templates/layouts/card/layout.toml", b"\xff", TemplateError),
])
def test_broken_files_are_named(file: str, text: str | bytes, error: type[BrochureError], project: Folder) -> None:
    with pytest.raises(error) as caught:
        discover(project.write(file, text).path)
    assert all(problem.where.startswith(file) for problem in caught.value.problems)


def test_whole_numbers_are_numbers(project: Folder) -> None:
    project.append("templates/editions/paper.toml", "[marks]\nstart = 1\nend = 5.5\nweight = 0.25\ngrey = 0.6\n")
    marks = discover(project.path).edition("paper").marks
    assert marks is not None and (marks.start, marks.end) == (1.0, 5.5)


def test_a_language_writes_as_its_file_says(project: Folder) -> None:
    project.append("locales/km/language.toml", "[dates]\nmonth = \"'ខែ'MMMM y\"\n")
    km, en = discover(project.path).language("km"), discover(project.path).language("en")
    day = datetime.date(2026, 11, 3)
    assert (km.writing.date(day, "month"), en.writing.date(day, "month")) == ("ខែវិច្ឆិកា ២០២៦", "November 2026")
    assert (km.direction, en.direction) == ("ltr", "ltr")



def test_direction_is_cldrs(project: Folder) -> None:
    for tag in ("ar", "fa", "ur", "lo", "my", "pt-BR"):
        project.write(f"locales/{tag}/language.toml", 'name = "x"\n')
    found = {language.tag: language.direction for language in discover(project.path).languages}
    assert {tag for tag, direction in found.items() if direction == "rtl"} == {"ar", "fa", "ur"}
