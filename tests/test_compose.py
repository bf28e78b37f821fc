"""Compose: content and copy poured into a layout's template."""

import datetime
import re
from collections.abc import Mapping

import pytest
from factories import KHMER, Folder, po

from brochure import compose
from brochure.catalog import copy as copies
from brochure.content import load
from brochure.errors import CatalogError, ContentError, TemplateError
from brochure.project import discover

FILE = "templates/content/nurse.toml"
HTML = "templates/layouts/card/layout.html"
PO = "locales/km/LC_MESSAGES/nurse.po"
DAY = datetime.date(2026, 1, 31)


def page(project: Folder, tag: str = "km", *, twin: str = "", draft: bool = False) -> compose.Page:
    there = discover(project.path)
    content = load(project / FILE, project.path)
    copy = copies.load(project.path, there.language(tag), "en", "nurse", gaps=draft)
    other = copies.load(project.path, there.language(twin), "en", "nurse", gaps=True) if twin else None
    return compose.compose(content, copy, there.layout("card"), there.edition("phone"), project.path, other, DAY, draft)


def test_every_statement_carries_its_key(project: Folder) -> None:
    made = page(project)
    assert '<html lang="km" dir="ltr">' in made.html
    assert '<p data-msg="nurse.what.intro">ការថែទាំ<b>មនុស្ស</b>។</p>' in made.html
    assert re.findall('data-msg="([^"]+)"', made.html) == [
        "nurse.title", "nurse.hook", "nurse.what.title", "nurse.what.intro", "nurse.what.pay", "nurse.what.pay.source",
        "common.as_of"]


def test_texts_are_what_must_be_found_in_the_pdf(project: Folder) -> None:
    made = page(project)
    assert set(made.texts) >= {"nurse.what.title", "nurse.what.intro", "nurse.what.pay", "nurse.what.pay.source"}
    assert made.texts["nurse.what.intro"] == "ការថែទាំមនុស្ស។"
    assert (made.title, made.author) == ("គិលានុបដ្ឋាក", "Test School")


def test_as_of_is_printed_as_the_language_writes_months(project: Folder) -> None:
    assert ">As of March 2025<" in page(project, "en").html
    assert ">គិតត្រឹម មីនា ២០២៥<" in page(project).html


def test_nothing_in_the_content_is_markup_but_the_tags_of_messages(project: Folder) -> None:
    project.edit(FILE, 'organisation = "Test School"', 'organisation = "<b>A & B</b>"')
    assert 'content="&lt;b&gt;A &amp; B&lt;/b&gt;"' in page(project, "en").html


def test_a_twin_is_the_name_in_the_other_language(project: Folder) -> None:
    project.edit(HTML, "{{ say(hook) }}", '{{ say(hook) }}{% if twin %}{{ say(twin, "p", "twin") }}{% endif %}')
    assert '<p class="twin" data-msg="nurse.name" lang="en">Nurse</p>' in page(project, twin="en").html
    assert '<p class="twin" data-msg="nurse.name" lang="km">គិលានុបដ្ឋាក</p>' in page(project, "en", twin="km").html
    assert "twin" not in page(project).html


def test_an_untranslated_twin_is_left_out(project: Folder) -> None:
    project.edit(HTML, "{{ say(hook) }}", "{{ say(hook) }}{% if twin %}{{ say(twin) }}{% endif %}")
    project.write(PO, po({**KHMER, "nurse.name": ("Nurse", "")}))
    assert "nurse.name" not in page(project, "en", twin="km").html


def test_a_gap_of_a_draft_is_marked_with_its_language(project: Folder) -> None:
    project.write(PO, po({**KHMER, "nurse.what.pay": ("Most earn well", "")}))
    made = page(project, draft=True)
    assert '<p data-msg="nurse.what.pay" lang="en">Most earn well</p>' in made.html
    assert [(one.severity, one.what) for one in made.warnings] == [("warning", "nurse.what.pay is not translated")]


def test_shared_words_that_are_missing_are_an_error_or_a_warning(project: Folder) -> None:
    project.write("locales/km/LC_MESSAGES/brochure.po", po({"common.as_of": ("As of %(date)s", "")}))
    with pytest.raises(CatalogError, match=r"common\.as_of is not translated"):
        page(project)
    assert [one.what for one in page(project, draft=True).warnings] == ["common.as_of is not translated"]


def test_the_layout_says_which_sections_it_needs(project: Folder) -> None:
    project.edit("templates/layouts/card/layout.toml", '["what"]', '["what", "path", "pay"]')
    with pytest.raises(ContentError) as caught:
        page(project)
    assert [problem.what for problem in caught.value.problems] == ["there is no section 'path'", "there is no section 'pay'"]


def test_a_section_nobody_needs_does_no_harm(project: Folder) -> None:
    project.append(FILE, '\n[[section]]\nid = "more"\ntitle = "More"\nnote = "x"\n'
                         '[[section.paragraph]]\nid = "x"\ntext = "Nobody prints this"\nnote = "x"\n')
    assert "Nobody" not in page(project).html


def test_every_statement_left_out_is_named(project: Folder) -> None:
    project.edit(HTML, "{{ say(one.source) }}", "").edit(HTML, '{{ say(what.title, "h2") }}', "")
    with pytest.raises(TemplateError) as caught:
        page(project)
    assert [problem.what for problem in caught.value.problems] == [
        "the text nurse.what.title is nowhere in the layout", "the text nurse.what.pay.source is nowhere in the layout"]


def test_a_picture_that_is_not_there_is_none(project: Folder) -> None:
    project.edit(HTML, "{{ say(hook) }}", '{{ say(hook) }}{% set hero = picture("hero") %}{% if hero %}'
                                          '<img src="{{ hero.src }}" alt="{{ hero.alt }}">{% endif %}')
    assert "<img" not in page(project, "en").html
    project.write("assets/images/n 1%.svg", "<svg/>")
    project.append(FILE, '\n[[picture]]\nid = "hero"\nfile = "n 1%.svg"\nalt = "A \\"nurse\\""\nnote = "x"\n')
    assert ('<img src="https://brochure.invalid/assets/images/n%201%25.svg" alt="A &#34;nurse&#34;">' in page(project, "en").html)


@pytest.mark.parametrize("file", ["gone.svg", "../../secret.svg", "https://example.com/x.svg", "/etc/passwd"])
def test_a_picture_is_a_file_of_the_project(file: str, project: Folder) -> None:
    project.append(FILE, f'\n[[picture]]\nid = "hero"\nfile = "{file}"\nalt = "x"\nnote = "x"\n')
    with pytest.raises(ContentError) as caught:
        page(project, "en")
    assert [str(problem) for problem in caught.value.problems] == [
        f"{FILE}: picture hero.file: there is no picture '{file}' in assets/images\n"
        "    hint: a picture is named by its path below that folder"]


@pytest.mark.parametrize(("code", "said"), [
    ("{{ 1 / 0 }}", "division by zero"),
    ("{{ nothing.at.all }}", "'nothing' is undefined"),
    ("{{ hook + 5 }}", 'unsupported operand|can only concatenate|must be str'),
    ('{{ words.nothing }}', "has no attribute 'nothing'"),
    ("{{ say() }}", "missing 1 required positional argument"),
])
def test_a_fault_in_a_template_names_its_line(code: str, said: str, project: Folder) -> None:
    project.edit(HTML, "{{ say(hook) }}", code)
    line = (project / HTML).read_text("utf-8").split("\n").index(code) + 1
    with pytest.raises(TemplateError, match=said) as caught:
        page(project)
    assert caught.value.problems[0].where == f"{HTML}:{line}"


def test_a_fault_in_a_macro_names_the_macros_line(project: Folder) -> None:
    project.write("templates/macros/parts.html", "{% macro shout(x) %}\n\n{{ x.nothing }}{% endmacro %}")
    project.edit(HTML, "{{ say(hook) }}", '{% import "macros/parts.html" as parts %}{{ parts.shout(hook) }}')
    with pytest.raises(TemplateError) as caught:
        page(project)
    assert caught.value.problems[0].where == "templates/macros/parts.html:3"


def test_what_templates_may_use_is_what_the_designers_page_says(copied: Folder) -> None:
    """templates/README.md names every value; the test reads the names that compose gives."""
    given = dict[str, object]()
    true_run = compose._run

    def note(env: object, layout: object, values: Mapping[str, object]) -> str:
        given.update(values)
        return true_run(env, layout, dict(values))  # type: ignore[arg-type]  # what compose passed

    readme = copied / "templates/README.md"
    assert readme.is_file()
    there = discover(copied.path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compose, "_run", note)
        content = load(copied / f"templates/content/{there.careers[0]}.toml", copied.path)
        copy = copies.load(copied.path, there.source, there.source.tag, there.careers[0])
        layout = there.layouts[0]
        compose.compose(content, copy, layout, there.edition(layout.editions[0]), copied.path, None, DAY, False)
    text = readme.read_text("utf-8")
    assert len(given) > 15
    assert [name for name in given if f"`{name}" not in text] == []
