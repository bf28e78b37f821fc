"""What letters say: in the row's language, with what goes with them, and nothing that a mail program would drop or fetch."""

import re
from functools import cache
from html.parser import HTMLParser

import pytest
from factories import ROOT, Folder

from brochure.catalog import copy as copies
from brochure.content import load
from brochure.errors import CatalogError, MailError, TemplateError
from brochure.mail.enclosures import File
from brochure.mail.letter import Said
from brochure.mail.settings import Sender
from brochure.mail.words import Writer
from brochure.project import discover

US = Sender("Career Team", "careers@guidance.lan")


def writer(root: Folder | None = None, tag: str = "en") -> Writer:
    project = discover(root.path if root else ROOT)
    content = load(project.root / "templates/content/bmet.toml", project.root)
    return Writer(project.root, copies.load(project.root, project.language(tag), "en", "bmet"), content, US)


def files(tag: str, *sides: str) -> list[File]:
    project = discover(ROOT)
    copy = copies.load(ROOT, project.language(tag), "en", "bmet")
    career = copy.words(load(ROOT / "templates/content/bmet.toml", ROOT).name)
    return [File(f"{number}.pdf", career, copy.language.name, "A4" if side else "", side) for number, side in enumerate(sides)]


@cache
def said(tag: str, school: str, *sides: str) -> Said:
    return writer(tag=tag).write(school, {}, files(tag, *sides))


def test_in_english() -> None:
    letter = said("en", "Bak Touk High School", "")
    assert letter.subject == "Career brochure for the students of Bak Touk High School"
    assert letter.text.startswith("Dear Principal and teachers,\n\nWe are pleased to send you the attached career brochure "
                                  "for the students and parents of Bak Touk High School.")
    assert "\n- 0.pdf: Biomedical equipment technician (BMET) · English · to read on a phone or a computer\n" in letter.text
    assert "please ask us for the file for printing" in letter.text and "How to print" not in letter.text
    assert letter.text.endswith("please reply and say so. We will not write again.\n")


def test_in_khmer() -> None:
    letter = said("km", "វិទ្យាល័យបាក់ទូក", "")
    assert letter.subject == "ខិត្តប័ណ្ណណែនាំអំពីអាជីព សម្រាប់សិស្សនៃ វិទ្យាល័យបាក់ទូក"
    assert letter.text.startswith("ជម្រាបសួរ លោកនាយក") and "Dear" not in letter.text
    assert '<html lang="km" dir="ltr">' in letter.html


def test_without_a_name_nothing_is_left_open() -> None:
    for tag in ("en", "km"):
        letter = said(tag, "", "")
        assert "%(" not in letter.subject + letter.text + letter.html
    assert said("en", "", "").subject == "Career brochure for your students"


@pytest.mark.parametrize(("sides", "words"), [("short-edge", "flip on short edge"), ("long-edge", "flip on long edge"),
                                              ("simplex", "One side only")])
def test_a_file_to_print_comes_with_how(sides: str, words: str) -> None:
    letter = said("en", "A", "", sides)
    for text in (letter.text, letter.html):
        assert words in text and "Paper: A4" in text and "Actual size, or 100\u00a0%" in text and "ask us" not in text
    assert "1.pdf: Biomedical equipment technician (BMET) · English · to print\n" in letter.text


def test_a_name_is_text_whatever_it_looks_like() -> None:
    name = "<b>A</b> & {{ words }} %(school)s &nbsp; \"B\""
    letter = said("en", name, "")
    assert letter.subject.endswith(name)
    assert f"parents of {name}. It" in letter.text
    assert "&lt;b&gt;A&lt;/b&gt; &amp; {{ words }}" in letter.html and "<b>A" not in letter.html


class Page(HTMLParser):
    """What stands in a letter's HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.styled, self.addresses = list[str](), list[str](), list[str]()
        self.alts = list[str | None]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.styled += [given["style"] or ""] if "style" in given else []
        self.addresses += [given[name] or "" for name in ("src", "href", "background") if name in given]
        self.alts += [given.get("alt")] if tag == "img" else []


@pytest.mark.parametrize("tag", ["en", "km"])
def test_the_html_is_one_a_mail_program_shows(tag: str) -> None:
    html = said(tag, "A", "", "short-edge").html
    page = Page(html)
    assert not {"style", "link", "script", "font", "center", "form", "svg"} & set(page.tags)
    assert "class=" not in html and "url(" not in html  # every style stands at its element
    assert len(page.styled) > 10 and not any("{" in style or "color:" in style for style in page.styled)
    assert page.addresses == ["cid:cover@guidance.lan", "https://example.org/bmet"]  # nothing is fetched, nobody is counted
    assert page.alts == [{"en": "Cover of the brochure: Biomedical equipment technician (BMET)",
                          "km": "ក្របខិត្តប័ណ្ណ៖ អ្នកបច្ចេកទេសឧបករណ៍ជីវវេជ្ជសាស្ត្រ (BMET)"}[tag]]
    widths = [int(found) for found in re.findall(r"(?<!-)width:(\d+)px", html)] + [int(found) for found in
                                                                                   re.findall(r"max-width:(\d+)px", html)]
    assert widths and max(widths) <= 600
    assert len(html.encode()) < 20_000


def test_a_template_may_use_every_column(copied: Folder) -> None:
    copied.append("templates/mail/letter.txt", "{{ row.contact }}\n")
    assert writer(copied).write("A", {"contact": "Sok"}, files("en", "")).text.endswith("\nSok\n")


@pytest.mark.parametrize(("file", "more", "where", "words"), [
    ("letter.txt", "{{ row.nothing }}", "templates/mail/letter.txt:", "has no attribute 'nothing'"),
    ("letter.html", "{% if %}", "templates/mail/letter.html:", "Expected an expression"),
    ("subject.txt", "{{ words.nothing }}", "templates/mail/subject.txt:", "nothing"),
    ("words.html", "{{ 1 / 0 }}", "templates/mail/words.html:", "division by zero"),
])
def test_a_template_that_cannot_be_filled(file: str, more: str, where: str, words: str, copied: Folder) -> None:
    copied.append(f"templates/mail/{file}", more)
    with pytest.raises(TemplateError, match=words) as caught:
        writer(copied).write("A", {"contact": ""}, files("en", ""))
    assert re.match(rf"{re.escape(where)}\d+$", caught.value.problems[0].where)


def test_a_template_that_is_not_there(copied: Folder) -> None:
    copied.delete("templates/mail/letter.txt")
    with pytest.raises(TemplateError, match=r"templates/mail/letter\.txt"):
        writer(copied).write("A", {}, files("en", ""))


def test_words_that_are_not_translated(copied: Folder) -> None:
    file = "locales/km/LC_MESSAGES/brochure.po"
    copied.edit(file, 'msgid "Attached"\nmsgstr "ឯកសារភ្ជាប់"', 'msgid "Attached"\nmsgstr ""')
    with pytest.raises(CatalogError, match=r"mail\.attached is not translated"):
        writer(copied, "km")
    assert writer(copied, "en")


def test_html_that_mail_programs_would_cut_off(copied: Folder) -> None:
    copied.append("templates/mail/letter.html", "<!-- " + "x" * 90_000 + " -->")
    with pytest.raises(MailError, match="bytes of HTML"):
        writer(copied).write("A", {}, files("en", ""))
