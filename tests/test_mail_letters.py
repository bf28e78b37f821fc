"""A list as letters: to whom, with which files in which language; every problem of every row; the same bytes every time."""

import csv
import email
import email.policy
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from factories import ROOT, sample
from PIL import Image

from brochure import build, run
from brochure.errors import Problem, RecipientError
from brochure.mail import enclosures, letters, settings
from brochure.mail.letter import Letter
from brochure.project import Project, discover
from brochure.recipients import roll

WHEN = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
COLUMNS = ("id", "name_en", "name_km", "email", "language", "layout", "edition", "contact")
GOOD = {"id": "bak-touk", "name_en": "Bak Touk High School", "name_km": "វិទ្យាល័យបាក់ទូក", "email": "office@bak-touk.lan",
        "language": "km"}
OTHER = {"id": "takeo", "name_en": "Takeo, Provincial", "email": "Office@TAKEO.lan", "language": "en"}


def once(step: Callable[..., Any]) -> Callable[..., Any]:
    """A slow step whose result is kept: no test changes a project that it has made letters of."""
    kept = dict[object, Any]()

    def kept_or_made(what: object, project: Project, **more: object) -> Any:
        key = (what, project.root, *((name, value) for name, value in more.items() if name not in ("instead", "last")))
        return kept[key] if key in kept else kept.setdefault(key, step(what, project, **more))

    return kept_or_made


@pytest.fixture(scope="module", autouse=True)
def made_once() -> Iterator[None]:
    """Brochures are laid out, and catalogs checked, once for all tests of this module."""
    with pytest.MonkeyPatch.context() as patch:
        for module, step in ((build, "lay_out"), (enclosures, "lay_out"), (run, "barred")):
            patch.setattr(module, step, once(getattr(module, step)))
        yield


def listed(folder: Path, *rows: dict[str, str]) -> Path:
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    table.writerows(rows)
    path = folder / "list.csv"
    path.write_text(text.getvalue(), "utf-8")
    return path


def made(root: Path, path: Path, when: datetime | None = WHEN) -> list[letters.Made]:
    project = discover(root)
    found, chosen = roll.read(path, project), settings.load(project)
    return list(letters.letters(project, found, chosen, campaign=letters.campaign(project, path, chosen), when=when))


def checked(root: Path, path: Path, workers: int = 1) -> list[letters.Checked]:
    project = discover(root)
    return list(letters.check(project, roll.read(path, project), settings.load(project), workers=workers))


def read(letter: Letter | None) -> EmailMessage:
    assert letter is not None
    message = email.message_from_bytes(letter.data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def pdfs(letter: Letter | None) -> dict[str, bytes]:
    return {part.get_filename() or "": part.get_content() for part in read(letter).iter_attachments()}


def sentences(problems: Sequence[Problem]) -> list[str]:
    return [f"{problem.severity}: {problem}".replace("\n    hint: ", " | ") for problem in problems]


def languages(data: bytes) -> tuple[str, str]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return str(pdf.Root.Lang), str(pdf.docinfo.Title)


# ---- letters


def test_each_school_gets_its_own_brochure_in_its_own_language(tmp_path: Path) -> None:
    (row, one, notes), (_, two, _) = made(ROOT, listed(tmp_path, GOOD, OTHER))
    assert one is not None and two is not None
    assert (row, one.row, one.id, one.address, one.language, notes) == (2, 2, "bak-touk", "office@bak-touk.lan", "km", ())
    assert (two.address, two.language, two.subject) == (
        "Office@takeo.lan", "en", "Career brochure for the students of Takeo, Provincial")
    (name, data), = pdfs(one).items()
    assert name == "bmet.km.pdf" and languages(data) == ("km", "អ្នកបច្ចេកទេសឧបករណ៍ជីវវេជ្ជសាស្ត្រ (BMET) – វិទ្យាល័យបាក់ទូក")
    (name, data), = pdfs(two).items()
    assert name == "bmet.en.pdf" and languages(data)[1].endswith("– Takeo, Provincial")
    assert [to.display_name for to in read(two)["To"].addresses] == ["Takeo, Provincial"]


def test_the_same_list_makes_the_same_bytes(tmp_path: Path) -> None:
    path = listed(tmp_path, GOOD, OTHER)
    assert made(ROOT, path) == made(ROOT, path)


def test_several_languages_are_one_letter_with_a_file_for_each_in_the_words_of_the_first(tmp_path: Path) -> None:
    (_, one, _), (_, two, _) = made(ROOT, listed(tmp_path, GOOD | {"language": "km;en"}, OTHER | {"language": ""}))
    assert one is not None and two is not None
    assert list(pdfs(one)) == ["bmet.km.pdf", "bmet.en.pdf"] and one.language == "km"
    assert list(pdfs(two)) == ["bmet.en.pdf", "bmet.km.pdf"] and two.language == "en"  # left open: every language


def test_two_languages_for_one_paper_are_a_file_each_where_there_is_no_paper(tmp_path: Path) -> None:
    (_, one, notes), = made(ROOT, listed(tmp_path, GOOD | {"language": "en+km"}))
    assert notes == () and list(pdfs(one)) == ["bmet.en.pdf", "bmet.km.pdf"]


def test_several_editions_and_names_in_khmer(tmp_path: Path) -> None:
    project = sample(tmp_path / "project", fonts=True)
    project.edit(settings.FILE, 'editions = ["screen"]', 'editions = ["screen", "office"]\nnative_names = true')
    (_, one, notes), = made(project.path, listed(tmp_path, GOOD))
    assert notes == ()
    stem = "អ្នកបច្ចេកទេសឧបករណ៍ជីវវេជ្ជសាស្ត្រ (BMET)"
    assert list(pdfs(one)) == [f"{stem}.screen.km.pdf", f"{stem}.office.km.pdf"]
    text = read(one).get_body(("plain",))
    assert text is not None and "ក្រដាស៖ A4" in text.get_content() and "(Flip on short edge)" in text.get_content()


def test_the_cover_is_small_the_same_and_of_the_language(tmp_path: Path) -> None:
    found = made(ROOT, listed(tmp_path, GOOD, OTHER, GOOD | {"id": "x", "email": "x@takeo.lan"}))
    covers = [next(part.get_content() for part in read(letter).walk() if part.get_content_type() == "image/jpeg")
              for _, letter, _ in found]
    assert covers[0] == covers[2] != covers[1]
    assert all(len(cover) <= 60_000 for cover in covers)
    with Image.open(io.BytesIO(covers[0])) as picture:
        assert picture.format == "JPEG" and picture.width == 400 and picture.height > 800


def test_a_draft_has_no_day(tmp_path: Path) -> None:
    (_, one, _), = made(ROOT, listed(tmp_path, GOOD), None)
    assert read(one)["X-Unsent"] == "1" and read(one)["Date"] is None


# ---- what is wrong


def test_a_bad_row_never_stops_the_others(tmp_path: Path) -> None:
    path = listed(tmp_path, GOOD, GOOD | {"id": "a"}, OTHER | {"id": "b", "email": ""},
                  OTHER | {"id": "c", "email": "សាលា@b.lan"},
                  OTHER | {"id": "d", "email": "OFFICE@bak-touk.lan"}, OTHER | {"id": "e", "email": "not one"}, OTHER)
    found = made(ROOT, path)
    told = {row: sentences(problems) for row, _, problems in found}
    good = [row for row, letter, _ in found if letter]
    assert good == [2, 8]
    place = "error: list.csv: row {}, column D (email): "
    again = "office@bak-touk.lan is the address of row 2 too, which gets the letter | " \
            "give this school an address of its own, or take one of the rows out"
    assert told == {2: [], 3: [place.format(3) + again], 8: [],
                    4: [place.format(4) + "there is no e-mail address | write one; without it the school gets no letter"],
                    5: [place.format(5) + "“សាលា@b.lan” is not an e-mail address | write one, like office@example.org"],
                    6: [place.format(6) + again.replace("office@", "OFFICE@")],
                    7: [place.format(7) + "“not one” is not an e-mail address | write one, like office@example.org"]}
    assert checked(ROOT, path) == [(row, letter is not None, problems) for row, letter, problems in found]


def test_a_list_without_addresses(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("id,name_en\n1,A\n", "utf-8")
    for one in (made, checked):
        with pytest.raises(RecipientError, match="there is no column email"):
            one(ROOT, path)


@pytest.mark.parametrize(("row", "words"), [
    ({"layout": "poster-a3"}, "column F (layout): the layout poster-a3 has no edition screen"),
    ({"edition": "large"}, "column G (edition): the layout trifold-a4 has no edition large"),
    ({"edition": "coach"}, "the edition coach cannot be made for single schools"),
    ({"name_km": "វិ" * 150}, "is too long"),
])
def test_a_brochure_that_cannot_be_made(row: dict[str, str], words: str, tmp_path: Path) -> None:
    path = listed(tmp_path, GOOD | row)
    (_, letter, problems), = made(ROOT, path)
    assert letter is None and words in "".join(sentences(problems))
    assert checked(ROOT, path) == [(2, False, problems)]


def test_a_template_that_cannot_be_filled_fails_its_rows(tmp_path: Path) -> None:
    project = sample(tmp_path / "project", fonts=True)
    project.append("templates/mail/letter.txt", "{% if row.contact %}{{ nothing }}{% endif %}")
    path = listed(tmp_path, GOOD, OTHER | {"contact": "Sok"})
    for found in (made(project.path, path), checked(project.path, path)):
        assert [bool(ready) for _, ready, _ in found] == [True, False]
        assert "templates/mail/letter.txt:" in sentences(found[1][2])[0]


def test_words_that_are_not_translated_fail_their_language_only(tmp_path: Path) -> None:
    project = sample(tmp_path / "project", fonts=True)
    project.edit("locales/km/LC_MESSAGES/brochure.po", 'msgid "Attached"\nmsgstr "ឯកសារភ្ជាប់"', 'msgid "Attached"\nmsgstr ""')
    found = checked(project.path, listed(tmp_path, GOOD, OTHER))
    assert [ready for _, ready, _ in found] == [False, True]
    assert "mail.attached is not translated" in sentences(found[0][2])[0]


def test_what_the_checks_of_catalogs_bar_is_not_sent(tmp_path: Path) -> None:
    project = sample(tmp_path / "project", fonts=True)
    project.edit("locales/km/LC_MESSAGES/bmet.po", "អាជីពដ៏មានអត្ថន័យ", "អាជីពដ៏មានអត្ថន័យ\u17d2")
    path = listed(tmp_path, GOOD, OTHER)
    assert [letter is not None for _, letter, _ in made(project.path, path)] == [False, True]


@pytest.mark.parametrize(("limits", "ready", "words"), [
    ((10_000, 10**9), True, "warning: list.csv: row 2, column D (email): the letter has 0.2 MB, which some servers refuse"),
    ((10_000, 20_000), False, "error: list.csv: row 2, column D (email): the letter has 0.2 MB, which nearly all servers refuse"),
])
def test_a_letter_that_is_too_large(limits: tuple[int, int], ready: bool, words: str, tmp_path: Path,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "HEAVY", limits[0])
    monkeypatch.setattr(letters, "HEAVIEST", limits[1])
    path = listed(tmp_path, GOOD)
    for found in (made(ROOT, path), checked(ROOT, path)):
        (_, one, problems), = found
        assert bool(one) is ready and sentences(problems)[0].startswith(words)


# ---- the campaign


def test_an_edit_is_another_campaign_but_not_of_the_server(tmp_path: Path) -> None:
    project, path = sample(tmp_path / "project"), listed(tmp_path, GOOD)

    def digest() -> str:
        found = discover(project.path)
        return letters.campaign(found, path, settings.load(found))

    seen = [digest()]
    project.edit(settings.FILE, "587 ", "25 ").edit(settings.FILE, "rate = 30", "rate = 60")
    project.write("assets/samples/schools.csv.mail/journal", "x").write("dist/x.pdf", "x")
    assert digest() == seen[0]
    for name, text in (("templates/mail/letter.txt", "more\n"), ("locales/km/LC_MESSAGES/brochure.po", "# more\n"),
                       ("templates/content/bmet.toml", "# more\n"), ("assets/images/bmet/hero.svg", "<!-- more -->")):
        project.append(name, text)
        seen.append(digest())
    for old, new in (('["screen"]', '["screen", "office"]'), ("Career Guidance Office", "Guidance Office")):
        project.edit(settings.FILE, old, new)
        seen.append(digest())
    listed(tmp_path, GOOD, OTHER)
    seen.append(digest())
    assert len(set(seen)) == len(seen) == 8


# ---- many


def rows(count: int) -> list[dict[str, str]]:
    return [OTHER | {"id": f"s{number}", "name_en": f"School {number}", "email": f"s{number}@takeo.lan"}
            for number in range(count)]


def test_processes_check_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = listed(tmp_path, *rows(7), GOOD | {"email": "x"})
    whole = checked(ROOT, path)
    monkeypatch.setattr(letters, "CHECKED", 3)
    assert checked(ROOT, path, workers=2) == checked(ROOT, path) == whole
    assert [ready for _, ready, _ in whole] == [True] * 7 + [False]


def test_rows_are_read_as_they_are_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more than a group of letters is held, however long the list is."""
    project, taken, all_of = discover(ROOT), list[int](), letters.parcels

    def counted(*arguments: Any) -> Iterator[Any]:
        for one in all_of(*arguments):
            taken.append(one[0])
            yield one

    monkeypatch.setattr(letters, "parcels", counted)
    monkeypatch.setattr(letters, "GROUP", 2)
    found = roll.read(listed(tmp_path, *rows(5)), project)
    going = letters.letters(project, found, settings.load(project), campaign="c", when=WHEN)
    seen = list[tuple[int, int]]()
    for row, letter, _ in going:
        assert letter is not None
        seen.append((row, len(taken)))
    assert seen == [(2, 2), (3, 2), (4, 4), (5, 4), (6, 5)]
