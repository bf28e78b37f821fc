"""Difference: what changed on the page, between files and revisions, word by word."""

import re
import subprocess
from pathlib import Path

import pytest
from factories import KHMER, Folder, po
from hypothesis import given
from hypothesis import strategies as st
from reviewed import equip

from brochure import breaks
from brochure.errors import CatalogError, UsageError
from brochure.project import discover
from brochure.review import difference, versions
from brochure.review.difference import Report
from brochure.review.marks import mark

PO = "locales/km/LC_MESSAGES/nurse.po"


@pytest.fixture
def reviewed(project: Folder) -> Folder:
    """The small project, with what review documents need."""
    return equip(project)


def older(project: Folder, **texts: str) -> str:
    """A PO file beside the project in which some messages said something else."""
    changed = {key: (msgid, texts.get(key.removeprefix("nurse."), msgstr)) for key, (msgid, msgstr) in KHMER.items()}
    place = project.path.parent / "older.po"
    place.write_text(po(changed), "utf-8")
    return str(place)


def compare(project: Folder, old: str | None, new: str | None = None, tag: str = "km") -> Report:
    there = discover(project.path)
    with versions.version(there, old) as before, versions.version(there, new) as after:
        (job,) = difference.jobs(before, after, (), (), (tag,))
        return difference.compare(before, after, *job)


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@b.test", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


# ---- words


@pytest.mark.parametrize(("old", "new", "left", "right"), [
    ("Care for people.", "Care for all people.", "Care for people.", "Care for <ins>all </ins>people."),
    ("good pay", "low wages", "<del>good pay</del>", "<ins>low wages</ins>"),
    ("300 beds", "400 beds", "<del>300</del> beds", "<ins>400</ins> beds"),
    ("Why?", "Why!", "Why<del>?</del>", "Why<ins>!</ins>"),
    ("", "new", "", "<ins>new</ins>"),
    ("a <b> & c", "a <b> & d", "a &lt;b&gt; &amp; <del>c</del>", "a &lt;b&gt; &amp; <ins>d</ins>"),
])
def test_words_are_marked(old: str, new: str, left: str, right: str) -> None:
    made = mark(old, new, "en")
    assert (str(made.old), str(made.new), made.seen) == (left, right, True)


def test_khmer_is_marked_by_words_not_letters() -> None:
    made = mark("ប្រាក់ខែល្អណាស់", "ប្រាក់ខែខ្ពស់ណាស់", "km")
    assert re.findall("<(?:ins|del)>(.*?)</", made.old + made.new) == ["ល្អ\u200b", "ខ្ពស់\u200b"]


def test_a_glossary_term_is_one_word() -> None:
    assert "<del>ជីវវេជ្ជសាស្ត្រ</del>" in mark("ជីវវេជ្ជសាស្ត្រ", "ជីវ", "km", ("ជីវវេជ្ជសាស្ត្រ",)).old


def test_marks_that_nobody_sees_are_no_difference() -> None:
    made = mark("ប្រាក់ខែ", "ប្រាក់\u200bខែ", "km")
    assert (made.seen, "<" in made.old + made.new) == (False, False)
    assert mark("a b", "ab", "en").seen


KHMER_LETTERS = st.text(st.sampled_from("កខគ្រាើុំ់ះ។ ab\u200b1%<&"), max_size=30)


@given(KHMER_LETTERS, KHMER_LETTERS)
def test_marks_change_no_letter_and_split_no_cluster(old: str, new: str) -> None:
    made = mark(old, new, "km")
    for text, marked, tag in ((old, made.old, "del"), (new, made.new, "ins")):
        bare = str(marked).replace(f"<{tag}>", "").replace(f"</{tag}>", "")
        for sign, escaped in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
            bare = bare.replace(escaped, sign)
        assert bare == breaks.prepare(text, "km")
        assert not re.search(f"[\u1780-\u17d3]</?{tag}>[\u17b6-\u17d3]|\u17d2</?{tag}>[\u1780-\u17a2]", str(marked))


# ---- pages


def test_a_changed_word_is_shown_on_its_panel_with_both_pictures(reviewed: Folder) -> None:
    report = compare(reviewed, older(reviewed, hook="ថែទាំសត្វ"))
    (spread,) = report.spreads
    (change,) = spread.changes
    assert (spread.panel, change.key, change.rewritten, change.seen) == ("only", "nurse.hook", False, True)
    assert "<del>សត្វ</del>" in change.old.text and "<ins>មនុស្ស</ins>" in change.new.text
    assert spread.old[0].dots != spread.new[0].dots
    assert report.sentence == "messages changed: 1; on only"


def test_what_stands_on_no_panel_comes_last(reviewed: Folder) -> None:
    report = compare(reviewed, older(reviewed, keywords="ពាក្យ", **{"what.pay": "ល្អ"}))
    assert [(spread.panel, [change.key for change in spread.changes]) for spread in report.spreads] == [
        ("only", ["nurse.what.pay"]), ("", ["nurse.keywords"])]


def test_nothing_changed(reviewed: Folder) -> None:
    assert compare(reviewed, str(reviewed / PO)) == Report((), None)
    done = reviewed.run("catalog", "diff", PO)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"nothing has changed on any page between {PO} and the project as it is\n"
    assert not (reviewed / "dist").exists()


def test_a_gap_makes_drafts_of_both_sides(reviewed: Folder) -> None:
    """Else the mark of a draft would be the change on every panel."""
    reviewed.edit("templates/layouts/card/layout.html", "</body>",
                  '<section class="panel" id="more" data-panel="more" style="break-before:page">'
                  "{% if draft %}draft{% endif %}</section></body>")
    report = compare(reviewed, older(reviewed, hook=""))
    (spread,) = report.spreads
    assert (spread.panel, spread.changes[0].old.state, spread.changes[0].old.lang, spread.changes[0].new.state) == (
        "only", "untranslated", "en", "")


def test_only_a_tag_changed(reviewed: Folder) -> None:
    reviewed.edit(PO, "ការថែទាំ<b>មនុស្ស</b>។", "<b>ការថែទាំ</b>មនុស្ស។")
    report = compare(reviewed, older(reviewed))
    assert [change.seen for change in report.spreads[0].changes] == [False]
    assert report.document and "Only marks that you cannot see have changed" in report.document.html


def test_the_html_is_one_file_and_text_stays_text(reviewed: Folder) -> None:
    report = compare(reviewed, older(reviewed, hook="<script>x</script>ថែ <img src=x>"))
    assert report.document
    html = report.document.alone().decode()
    assert "<script" not in html and "<img src=x" not in html
    assert set(re.findall(r'(?:src|href)="([^"]{,22})', html)) == {"data:image/png;base64,"}
    assert "brochure.invalid" not in html and "@import" not in html
    assert set(re.findall(r"url\(([^,)]{,30})", html)) == {"data:font/woff2;base64"}
    assert "--jade:" in html and '"Kantumruy Pro"' in html
    assert """content="default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'">""" in html
    assert str(reviewed.path) not in html and str(reviewed.path.parent) not in html


def test_the_pdf_can_be_made(reviewed: Folder) -> None:
    report = compare(reviewed, older(reviewed, hook="ថែទាំសត្វ", keywords="x"))
    assert report.document and report.document.pdf().startswith(b"%PDF-")


# ---- revisions


@pytest.fixture
def history(reviewed: Folder) -> Folder:
    """The project in a folder of a repository, with one commit."""
    git(reviewed.path.parent, "init", "-q")
    git(reviewed.path.parent, "add", "project")
    git(reviewed.path.parent, "commit", "-qm", "first")
    return reviewed


def test_a_revision_is_the_whole_project_as_it_was(history: Folder) -> None:
    history.edit("templates/content/nurse.toml", "Care for people.", "Care for all people.")
    history.write(PO, po({**KHMER, "nurse.hook": ("Care for all people.", "ថែទាំមនុស្សទាំងអស់")}))
    (spread,) = compare(history, "HEAD").spreads
    (change,) = spread.changes
    assert change.rewritten
    assert "<ins>all </ins>" in change.source.new  # type: ignore[union-attr]  # it is rewritten
    assert (history / PO).read_text("utf-8").count("ទាំងអស់") == 1


def test_the_source_language_is_compared_when_it_is_asked_for(history: Folder) -> None:
    history.edit("templates/content/nurse.toml", "Care for people.", "Care for all people.")
    (spread,) = compare(history, "HEAD", tag="en").spreads
    assert ["<ins>all </ins>" in change.new.text for change in spread.changes] == [True]


def test_a_panel_that_only_looks_different_is_shown(history: Folder) -> None:
    history.edit("templates/layouts/card/layout.css", "margin: 10mm", "margin: 12mm")
    report = compare(history, "HEAD")
    assert [(spread.panel, spread.changes) for spread in report.spreads] == [("only", ())]
    assert report.document and "but the panel looks different" in report.document.html


def test_a_message_that_was_not_there(history: Folder) -> None:
    text = (history / "templates/content/nurse.toml").read_text("utf-8")
    history.write("templates/content/nurse.toml", text.replace(
        '  [[section.fact]]', '  [[section.paragraph]]\n  id = "more"\n  text = "Much more"\n  note = "x"\n\n  [[section.fact]]'))
    history.write(PO, po({**KHMER, "nurse.what.more": ("Much more", "ច្រើនទៀត")}))
    ((change,),) = [spread.changes for spread in compare(history, "HEAD").spreads]
    assert (change.key, change.old.state, change.new.state) == ("nurse.what.more", "absent", "")


def test_the_command_writes_a_pdf_and_a_page(history: Folder) -> None:
    history.edit(PO, "ថែទាំមនុស្ស", "ថែទាំសត្វ")
    done = history.run("catalog", "diff", "HEAD", "--out", "report")
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["nurse/card.diff.km.pdf", "nurse/card.diff.km.html"]
    assert {path.suffix for path in (history / "report/nurse").iterdir()} == {".pdf", ".html"}


@pytest.mark.parametrize(("name", "error", "what"), [
    ("nowhere", UsageError, "is neither a file nor a version that git knows of this project"),
    ("--output=x", UsageError, "is neither a file nor a version that git knows of this project"),
    ("HEAD:./locales/km/language.toml", UsageError, "is neither a file nor a version that git knows of this project"),
    ("lost.po", UsageError, "there is no such PO file"),
    ("templates", UsageError, "there is no such PO file"),
])
def test_a_name_that_is_nothing(name: str, error: type[Exception], what: str, history: Folder,
                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(history.path)
    with pytest.raises(error) as caught:
        compare(history, name)
    (problem,) = caught.value.problems  # type: ignore[attr-defined]  # an error of ours
    assert (problem.where, problem.what, bool(problem.hint)) == (name, what, True)
    assert not (history / "x").exists()


def test_a_revision_without_a_project(history: Folder) -> None:
    git(history.path, "rm", "-rq", "--cached", "assets")
    git(history.path, "commit", "-qm", "less")
    with pytest.raises(UsageError, match="no project is in that revision"):
        compare(history, "HEAD")


def test_a_damaged_file_is_refused_by_its_own_name(reviewed: Folder) -> None:
    place = reviewed.path.parent / "sent.po"
    place.write_text(po(KHMER).replace('msgctxt "nurse.hook"', "msgctxt nurse.hook"), "utf-8")
    with pytest.raises(CatalogError) as caught:
        compare(reviewed, str(place))
    assert re.fullmatch(re.escape(str(place)) + r":\d+", caught.value.problems[0].where)


def test_a_file_of_another_language_is_refused(reviewed: Folder) -> None:
    place = reviewed.path.parent / "sent.po"
    place.write_text(po(KHMER).replace("Language: km", "Language: fr"), "utf-8")
    with pytest.raises(CatalogError, match="does not name a language of this project: fr"):
        compare(reviewed, str(place))


def test_nothing_to_compare(reviewed: Folder) -> None:
    there = discover(reviewed.path)
    with versions.version(there, None) as one, pytest.raises(UsageError, match="there is nothing to compare"):
        difference.jobs(one, one, ("cook",), (), ())
