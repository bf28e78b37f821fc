"""A language's catalogs as a whole: files, glossary, layout, comments, repairs, and the real catalogs of this project."""

import tomllib
from collections.abc import Callable
from dataclasses import replace

import pytest
from factories import ROOT, Folder
from hypothesis import given, settings
from hypothesis import strategies as st
from translate.storage import pypo

from brochure.catalog.check import repair, run, style
from brochure.catalog.check.rules import Finding
from brochure.catalog.check.style import Style
from brochure.errors import Problem
from brochure.language import Language
from brochure.project import Project, discover
from brochure.tables import Reader

PO = "locales/km/LC_MESSAGES/nurse.po"
SHARED = "locales/km/LC_MESSAGES/brochure.po"
TYPOGRAPHY = {"quotes": "«»“”", "stop": "។៕", "question": "?", "exclamation": "!", "colon": "៖",
              "space_before": {"។៖៕?!": "none"}, "spellings": ["ឱ្យ ឲ្យ អោយ"]}
STYLE = Style(("«»", "“”"), "។៕", "?", "!", "៖", dict.fromkeys("។៖៕?!", ""), (("ឱ្យ", "ឲ្យ", "អោយ"),))
COPYFIT = Problem("templates/layouts/plain/layout.toml: panel only",
                  "the text is 6.0 mm (1 line) too long: nurse.what.intro (locales/km/LC_MESSAGES/nurse.po:30)",
                  "cut about 40 characters, in these messages or before them")


def checked(folder: Folder, *, laid: run.Laid | None = None) -> tuple[Finding, ...]:
    project = discover(folder.path)
    return run.check(project, khmer(project), laid=laid)


def khmer(project: Project) -> Language:
    """The language with every typographic fact said, whatever the small project's file says."""
    return replace(project.language("km"), typography=TYPOGRAPHY)


def codes(folder: Folder) -> list[str]:
    return sorted({finding.code for finding in checked(folder)})


def line(folder: Folder, text: str, file: str = PO) -> int:
    return next(number for number, one in enumerate((folder / file).read_text("utf-8").split("\n"), 1) if text in one)


@pytest.fixture
def good(project: Folder) -> Folder:
    """The small project; nothing is to be said about it but where it was made for other tests."""
    assert [finding.severity for finding in checked(project) if finding.severity != "remark"] == []
    return project


Change = Callable[[Folder], object]
FILES: dict[str, tuple[str, Change, str, str]] = {
    "F01": (PO + ":17", lambda f: f.edit(PO, "ថែទាំមនុស្ស\"", "ថែទាំមនុស្ស"),
            "the quotation mark after the text is missing", 'write " at its end'),
    "F02": (PO + ":1", lambda f: f.write(PO, "\ufeff" + (f / PO).read_text("utf-8")),
            "the file is saved as UTF-8 with a byte order mark", "save it as UTF-8 without a byte order mark"),
    "F03": (PO, lambda f: f.delete(PO), "the file is missing", "copy locales/nurse.pot there and translate it"),
    "F04": (PO + ":1", lambda f: f.edit(PO, '"MIME', '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"MIME'),
            "the header says nplurals=2; this language has 1", 'write "Plural-Forms: nplurals=1; plural=0;\\n" in the header'),
    "F05": (PO + ":4", lambda f: f.edit(PO, '"MIME', '"Last-Translator: FULL NAME <EMAIL@ADDRESS>\\n"\n"MIME'),
            "“FULL NAME” was not filled in", "write who translates, or delete the line"),
    "F06": (PO + ":1", lambda f: f.write(PO, (f / PO).read_bytes().replace(b"\n", b"\r\n", 3)),
            "the lines end in 2 ways", "save the file again in a PO editor"),
    "G04": ("locales/km/glossary.csv:3",
            lambda f: f.write("locales/km/glossary.csv", "source,term,break,use\nnurse,,,\nx,y,,never\n"),
            "“never” is no use of a term", "leave it empty, or write forbidden or keep"),
}


@pytest.mark.parametrize("code", FILES)
def test_what_is_wrong_with_a_file(good: Folder, code: str) -> None:
    where, change, what, hint = FILES[code]
    change(good)
    found = [finding for finding in checked(good) if finding.code == code]
    assert [(finding.where, finding.what, finding.hint, finding.key) for finding in found] == [(where, what, hint, "")]


def test_a_damaged_file_is_not_looked_at_further(good: Folder) -> None:
    good.edit(PO, "គិលានុបដ្ឋាក\"", "គិលានុបដ្ឋាក")
    assert [f.code for f in checked(good) if f.where.startswith(PO) and f.severity != "remark"] == ["F01", "F01"]


def test_a_message_that_is_not_in_the_file(good: Folder) -> None:
    text = (good / PO).read_text("utf-8")
    start = text.index('msgctxt "nurse.hook"')
    good.write(PO, text[:start] + text[text.index("msgctxt", start + 5):])
    assert [(f.code, f.where, f.key, f.what, f.hint) for f in checked(good) if f.severity == "print"] == [
        ("T01", PO, "nurse.hook", "is not in the file", "it says “Care for people.”")]


def test_an_older_text_blocks_print(good: Folder) -> None:
    good.edit("templates/content/nurse.toml", "Care for people.", "Care for all people.")
    assert [(f.code, f.key, f.severity) for f in checked(good) if f.severity == "print"] == [("F07", "nurse.hook", "print")]


def test_one_text_in_two_translations_and_two_texts_in_one(good: Folder) -> None:
    title = 'msgctxt "nurse.title"\nmsgid "Nurse"\nmsgstr '
    good.edit(PO, title + '"គិលានុបដ្ឋាក"', title + '"ពេទ្យ"')
    first, second = line(good, 'msgctxt "nurse.name"') + 2, line(good, 'msgctxt "nurse.title"') + 2
    assert [(f.where, f.what, f.repair, f.safe) for f in checked(good) if f.code == "T04"] == [
        (f"{PO}:{second}", f"“Nurse” is “គិលានុបដ្ឋាក” in line {first}", ("ពេទ្យ", "គិលានុបដ្ឋាក"), False)]
    good.edit(PO, 'msgid "Care for people."\nmsgstr "ថែទាំមនុស្ស"', 'msgid "Care for people."\nmsgstr "ពេទ្យ"')
    assert [(f.key, f.what) for f in checked(good) if f.code == "T05"] == [
        ("nurse.hook", "“Nurse” and “Care for people.” are both “ពេទ្យ”")]


def test_text_that_does_not_fit_is_said_last(good: Folder) -> None:
    assert checked(good, laid=lambda: None) == checked(good)
    assert checked(good, laid=lambda: [COPYFIT])[-1] == Finding(
        "L03", "print", COPYFIT.where, "nurse.what.intro", COPYFIT.what,
        "Text that does not fit its panel would be printed over something else, or not at all.", COPYFIT.hint)


def test_a_comment_silences_and_one_too_many_is_said(good: Folder) -> None:
    good.edit(PO, 'msgid "Care for people."\nmsgstr "ថែទាំមនុស្ស"', 'msgid "Care for people."\nmsgstr "ថែទាំមនុស្ស "')
    assert "Y01" in codes(good)
    comments = "# lint-ok: Y01 – a space is wanted here\n# lint-ok: N02 as a word\n"
    good.edit(PO, 'msgctxt "nurse.hook"', comments + 'msgctxt "nurse.hook"')
    assert "Y01" not in codes(good)
    assert [(f.key, f.what) for f in checked(good) if f.code == "U04"] == [
        ("nurse.hook", "the comment lint-ok: N02 silences nothing")]


def test_findings_as_problems(good: Folder) -> None:
    good.edit(PO, 'msgstr "ថែទាំមនុស្ស"', 'msgstr ""')
    where = f"{PO}:{line(good, 'nurse.hook') + 2}"
    assert run.problems([f for f in checked(good) if f.code == "T01"]) == (
        Problem(where, "nurse.hook: is not translated [T01]", "it says “Care for people.”", "error"),)


def test_only_what_stops_a_print_can_be_asked_for(good: Folder) -> None:
    good.edit(PO, 'msgstr "ថែទាំមនុស្ស"', 'msgstr "ថែទាំ%(x)s hospital"')
    project = discover(good.path)
    every, stops = checked(good), run.check(project, khmer(project), blocking=True)
    assert stops == tuple(finding for finding in every if finding.severity in ("error", "print"))
    assert 0 < len(stops) < len(every)


def test_a_template_without_messages_need_not_be_whole(good: Folder) -> None:
    before = checked(good)
    good.write("templates/macros/more.html", "{% if %}")  # the build says so
    good.edit(PO, 'msgctxt "nurse.hook"', 'msgctxt "nurse.gone"')
    assert [finding.key for finding in checked(good) if finding not in before and finding.code == "T01"] == ["nurse.hook"]


# -- repairs: nothing but the words changes

DIRTY = '''\
# A file as three programs left it.\r
msgid ""\r
msgstr ""\r
"Language: km\\n"\r
"Content-Type: text/plain; charset=UTF-8\\n"\r
"X-Generator:  Poedit  3.4\\n"\r
\r
#: a.html:1  b.html:2\r
#, no-wrap ,  python-format\r
msgctxt "nurse.hook"\r
msgid "Care for people."\r
msgstr ""\r
"ថែទាំ \\"មនុស្ស\\" ក្នុង  \\\\ប្រទេស"\r
"\\tនេះ ស្រ្"\r
"តី..."\r
\r
#~ msgid  "Old  text"\r
#~ msgstr "ចាស់  "\r
'''
CLEAN = DIRTY.replace('\\"មនុស្ស\\" ក្នុង  \\\\', "«មនុស្ស» ក្នុង \\\\").replace(
    '\\tនេះ ស្រ្"', ' នេះ ស្ត្រី"').replace('"តី..."', '"…"')


def test_only_the_words_change_byte_by_byte(good: Folder) -> None:
    good.write(PO, DIRTY)
    project = discover(good.path)
    fixed = run.fix(project, khmer(project))
    assert {name: data.decode() for name, data in fixed.items()} == {PO: CLEAN}
    good.write(PO, fixed[PO])
    assert run.fix(project, khmer(project)) == {}
    assert (good / PO).read_bytes() == fixed[PO]


def test_nothing_is_repaired_in_a_file_that_cannot_be_read(good: Folder) -> None:
    good.write(PO, DIRTY.replace('តី..."', "តី..."))
    project = discover(good.path)
    assert run.fix(project, khmer(project)) == {}


@settings(deadline=None)  # a busy machine is not a fault
@given(st.lists(st.text("aក\"\\\n\t…", max_size=6), min_size=1, max_size=4), st.data())
def test_any_edit_is_read_back_as_made(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    ends = st.integers(0, len(text))
    drawn = data.draw(st.lists(st.tuples(ends, ends, st.text("xក\"\\\n", max_size=3)), max_size=3))
    edits = [(min(a, b), max(a, b), put) for a, b, put in drawn]
    escape = pypo.escapeforpo
    lines = "\n".join(f'"{escape(part)}"' for part in parts)
    file = f'#. Note  \nmsgctxt "k"\nmsgid "A"\nmsgstr {lines}\n\n# rest\n'.encode()
    after = repair.write(file, 4, edits)
    assert after.startswith(b'#. Note  \nmsgctxt "k"\nmsgid "A"\nmsgstr "') and after.endswith(b'"\n\n# rest\n')
    assert str(pypo.pofile.parsestring(after).units[0].target) == repair.edited(text, edits)


# -- the language's style

def test_the_style_is_read_from_the_languages_file() -> None:
    read = Reader("language.toml")
    data = tomllib.loads('quotes = "«»“”"\nstop = "។៕"\ncolon = "៖"\nspellings = ["ឱ្យ ឲ្យ អោយ"]\n'
                         '[space_before]\n"។៖៕?!" = "none"\n')
    assert style.take(read, data, "km") == STYLE
    assert (read.problems, data) == ([], {})


def test_a_language_without_a_full_stop_is_asked_for_none() -> None:
    assert style.take(Reader("language.toml"), {"stop": "none"}, "th").stop == ""


def test_a_style_that_makes_no_sense_is_said() -> None:
    read = Reader("language.toml")
    style.take(read, tomllib.loads('quotes = "«»“"\n[space_before]\n"!" = "wide"\n'), "km")
    assert [(problem.where, problem.what) for problem in read.problems] == [
        ("language.toml: quotes", "'«»“' are not pairs"), ("language.toml: space_before.!", "'wide' is no kind of space")]


@pytest.mark.parametrize(("tag", "stop", "question"), [
    ("km", "។", "?"), ("my", "။", "?"), ("ar", ".", "؟"), ("el", ".", ";"), ("en", ".", "?")])
def test_a_style_nobody_wrote_is_translate_toolkits(tag: str, stop: str, question: str) -> None:
    assert (Style.of(tag).stop, Style.of(tag).question) == (stop, question)


# -- the real catalogs

def real(project: Project) -> tuple[Finding, ...]:
    return run.check(project, project.language("km"))


def test_the_real_catalogs_raise_no_false_alarm() -> None:
    project = discover(ROOT)
    found = real(project)
    files = [ROOT / f"locales/km/LC_MESSAGES/{name}.po" for name in ("brochure", *project.careers)]
    messages = sum(file.read_text("utf-8").count("\nmsgctxt ") for file in files)
    assert messages > 50
    assert [(f.code, f.where, f.what) for f in found if f.severity in ("error", "print")] == []
    assert len({f.key for f in found if f.severity == "warning"}) < 0.03 * messages
    assert run.fix(project, khmer(project)) == {}


def test_a_real_catalog_with_a_fault_is_found_out(copied: Folder) -> None:
    po = "locales/km/LC_MESSAGES/bmet.po"
    copied.edit(po, 'msgstr "មីក្រូទស្សន៍"', 'msgstr "មីក្រូទស្សន៍ ២0"')
    assert [(f.code, f.what) for f in real(discover(copied.path)) if f.severity in ("error", "print")] == [
        ("N08", "the number ២0 mixes two kinds of digits")]
