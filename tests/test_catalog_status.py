"""Status of translations: what is counted, what keeps a brochure from print, and how it is said."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from factories import Folder

from brochure import cli
from brochure.catalog import status
from brochure.catalog.status import Count, Fit, Fitting, Status
from brochure.errors import Problem, UsageError
from brochure.project import Job, discover
from brochure.review import signature

PO = "locales/km/LC_MESSAGES/nurse.po"
SHARED = "locales/km/LC_MESSAGES/brochure.po"
WORDS = 22  # of the small project: 20 of the career, 2 of the shared words


def fits(answer: bool | None = True) -> Fit:
    return lambda job, draft: Fitting(job, answer)


def khmer(project: Folder, fit: Fit | None = None) -> Status:
    (found,) = status.status(discover(project.path), tags=["km"], fit=fit or fits())
    return found


def made(project: Folder, tag: str = "km", ready: int = 10, missing: int = 0, printable: bool = True) -> Status:
    language = discover(project.path).language(tag)
    job = Job("nurse", "card", "paper", tag)
    return Status(language, "nurse", Count(1, ready), Count(), Count(int(missing > 0), missing), 0, int(not printable),
                  (Fitting(job, True),), None)


# ---- counting


@pytest.mark.parametrize(("text", "count"), [
    ("Nurse", 1), ("Nurses care for <b>people</b>.", 4), ("As of %(date)s", 2), ("A<br>B", 2), ("hand-eye", 1),
    ("U.S. News & World Report", 4), ("this – that", 2), ("–", 0), ("100 %", 1)])
def test_words_are_counted_as_they_are_read(text: str, count: int) -> None:
    assert status.words(text) == count


def test_a_finished_translation_can_be_printed(project: Folder) -> None:
    found = khmer(project)
    assert (found.ready, found.fuzzy, found.missing) == (Count(9, WORDS), Count(), Count())
    assert found.complete and found.printable and found.unsigned is None
    assert found.sentence() == "km nurse: translated 9 messages (22 words), 100 %; fuzzy 0; missing 0; no errors; fits; printable"


def test_fuzzy_and_missing_messages_are_counted_and_keep_it_from_print(project: Folder) -> None:
    project.edit(PO, 'msgctxt "nurse.what.title"', '#, fuzzy\nmsgctxt "nurse.what.title"')
    project.edit(SHARED, "គិតត្រឹម %(date)s", "")
    found = khmer(project)
    assert (found.ready, found.fuzzy, found.missing) == (Count(7, WORDS - 6), Count(1, 4), Count(1, 2))
    assert not found.printable
    assert (found.errors, found.blocking) == (0, 0), "what is counted as fuzzy or missing is not counted as an error too"
    assert found.sentence() == ("km nurse: translated 7 messages (16 words), 72 %; fuzzy 1 message (4 words); "
                                "missing 1 message (2 words); no errors; fits; not printable")


def test_errors_of_the_checks_keep_it_from_print(project: Folder) -> None:
    project.edit(PO, "ការថែទាំ<b>មនុស្ស</b>។", "ាក<b>មនុស្ស</b>។")
    found = khmer(project)
    assert found.complete and not found.printable and (found.errors, found.blocking) == (2, 0), "K03 and L02"
    assert "; 2 errors; fits; not printable" in found.sentence()


def test_a_damaged_catalog_is_an_error_and_its_messages_are_missing(project: Folder) -> None:
    project.edit(PO, 'msgstr "ថែទាំមនុស្ស"', 'msgstr "ថែទាំមនុស្ស')
    found = khmer(project)
    assert (found.ready, found.missing, found.errors) == (Count(1, 2), Count(8, WORDS - 2), 1)


def test_a_catalog_that_is_not_there(project: Folder) -> None:
    found = khmer(project.delete(PO))
    assert (found.missing.messages, found.blocking, found.printable) == (8, 1, False)


def test_errors_of_another_careers_catalog_do_not_count(project: Folder) -> None:
    text = (project / "templates/content/nurse.toml").read_text("utf-8")
    project.write("templates/content/pilot.toml", text)
    project.write("locales/km/LC_MESSAGES/pilot.po", "damaged")
    nurse, pilot = status.status(discover(project.path), tags=["km"], fit=fits())
    assert (nurse.career, nurse.errors, nurse.printable) == ("nurse", 0, True)
    assert (pilot.career, pilot.errors > 0, pilot.printable) == ("pilot", True, False)


def test_words_for_reviewers_are_not_counted(project: Folder) -> None:
    project.write("templates/review/sheet.html", '{% set a = pgettext("review.a", "Read this") %}')
    assert khmer(project).printable
    project.append(SHARED, '\nmsgctxt "review.a"\nmsgid "Read this"\nmsgstr "<b>អាន"\n')
    assert (khmer(project).ready.messages, khmer(project).errors, khmer(project).printable) == (9, 0, True)


def test_a_word_is_not_there_before_all_are(project: Folder) -> None:
    assert status.percent([made(project, ready=999, missing=1)]) == 99
    assert status.percent([made(project, ready=1000)]) == 100
    assert status.percent([]) == 100


# ---- fitting


@pytest.mark.parametrize(("answer", "words"), [(False, "does not fit (card paper, card phone)"),
                                               (None, "cannot be laid out (card paper, card phone)")])
def test_what_does_not_fit_cannot_be_printed(project: Folder, answer: bool | None, words: str) -> None:
    found = khmer(project, fits(answer))
    assert found.fits is answer and not found.printable
    assert f"; {words}; not printable" in found.sentence()


def test_only_the_layouts_at_fault_are_named(project: Folder) -> None:
    found = khmer(project, lambda job, draft: Fitting(job, job.edition != "phone"))
    assert "; does not fit (card phone); " in found.sentence()


def test_gaps_are_laid_out_as_a_draft(project: Folder) -> None:
    asked = list[tuple[str, bool]]()

    def fit(job: Job, draft: bool) -> Fitting:
        asked.append((job.edition, draft))
        return Fitting(job, True)

    khmer(project, fit)
    khmer(project.edit(PO, "ថែទាំមនុស្ស\"", '"'), fit)
    assert asked == [("paper", False), ("phone", False), ("paper", True), ("phone", True)]


def test_laying_out_says_what_does_not_fit(project: Folder) -> None:
    there, job = discover(project.path), Job("nurse", "card", "paper", "km")
    assert status.laid_out(there, job, False) == Fitting(job, True)
    project.edit("templates/layouts/card/layout.css", "70mm", "40mm")
    found = status.laid_out(there, job, False)
    assert found.fits is False and "too long" in found.problems[0].what
    project.edit("templates/layouts/card/layout.html", "{{ say(hook) }}", "{{ say(nothing) }}")
    assert status.laid_out(there, job, False).fits is None


# ---- signatures


def test_unsigned_messages_are_counted_where_there_is_a_sign_off(project: Folder) -> None:
    sign = f"nurse.hook,{signature.fingerprint('Care for people.', 'ថែទាំមនុស្ស')},Dara,2026-11-30\n"
    project.write("locales/km/signoff.csv", "key,hash,by,date\n" + sign)
    assert khmer(project).unsigned == 8
    assert khmer(project).sentence().endswith("; printable; 8 unsigned")
    assert khmer(project.edit(PO, "ថែទាំមនុស្ស\"", 'ថែទាំ"')).unsigned == 9


# ---- selections


def test_every_language_and_career_or_those_named(project: Folder) -> None:
    there = discover(project.path)
    assert [(one.language.tag, one.career) for one in status.status(there, fit=fits())] == [("en", "nurse"), ("km", "nurse")]
    assert [one.language.tag for one in status.status(there, ["nurse"], ["en"], fits())] == ["en"]
    with pytest.raises(UsageError, match="there is no career 'pilot'"):
        status.status(there, ["pilot"])


# ---- the picture


def texts(svg: str) -> list[str]:
    return [text for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("}text") and (text := element.text)]


def test_a_badge_says_it_in_words(project: Folder) -> None:
    svg = status.badge([made(project)], "en")
    root = ElementTree.fromstring(svg)
    assert texts(svg) == ["Khmer: 100 %, printable"]
    assert root.get("role") == "img" and root.get("aria-label") == root[0].text == "Khmer: 100 %, printable"
    assert "".join(word for word in svg.split() if word.startswith("font-family")) == 'font-family="sans-serif"'
    text = next(element for element in root.iter() if element.tag.endswith("}text"))
    assert float(text.get("x", 0)) + float(text.get("textLength", 0)) < float(root.get("width", 0))


def test_a_badge_of_work_that_is_not_done(project: Folder) -> None:
    half, done = (status.badge([made(project, ready=5, missing=missing)], "en") for missing in (5, 0))
    assert texts(half) == ["Khmer: 50 %, not printable"]
    bars = [float(list(ElementTree.fromstring(svg).iter())[-1].get("width", 0)) for svg in (half, done)]
    widths = [float(ElementTree.fromstring(svg).get("width", 0)) - 4 for svg in (half, done)]
    assert bars == [widths[0] // 2, widths[1]]
    assert half.count("<path") == done.count("<path") == 1 and "M8 12l4 4 7-9" not in half


def test_a_badge_has_a_line_a_translation(project: Folder) -> None:
    there = [made(project, "en"), made(project), made(project, printable=False)]
    assert texts(status.badge(there, "en")) == ["Khmer: 100 %, not printable"], "one career that is not ready is enough"
    assert texts(status.badge(there[:1], "en")) == ["English: 100 %, printable"]
    assert texts(status.badge(there[:2], "fr")) == ["anglais: 100 %, printable", "khmer: 100 %, printable"]


# ---- the command


def test_the_command(project: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                     capsys: pytest.CaptureFixture[str]) -> None:
    def call(*arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["brochure", "catalog", "status", "--project", str(project.path), *arguments])
        cli.run()
        return capsys.readouterr().out

    assert call("--badge", str(tmp_path / "badge.svg")) == (
        "en nurse: translated 9 messages (22 words), 100 %; fuzzy 0; missing 0; no errors; fits; printable\n"
        "km nurse: translated 9 messages (22 words), 100 %; fuzzy 0; missing 0; no errors; fits; printable\n")
    assert texts((tmp_path / "badge.svg").read_text("utf-8")) == ["Khmer: 100 %, printable"]
    (found,) = json.loads(call("nurse", "--lang", "km", "--json"))
    assert list(found.items())[:5] == [("language", "km"), ("name", "ភាសាខ្មែរ"), ("career", "nurse"), ("percent", 100),
                                       ("translated", {"messages": 9, "words": 22})]
    assert (found["errors"], found["fits"], found["printable"], found["unsigned"]) == (0, True, True, None)
    assert found["layouts"][1] == {"layout": "card", "edition": "phone", "fits": True, "problems": []}


def test_json_has_the_problems_of_a_layout(project: Folder) -> None:
    problem = Problem("a", "too long")
    found = khmer(project, lambda job, draft: Fitting(job, False, (problem,)))
    assert found.as_json()["layouts"][0]["problems"] == [problem.as_json()]
