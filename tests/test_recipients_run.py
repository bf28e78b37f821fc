"""Run: every school's copies in the order of the list, exactly as their own files would be, and a list to pack by."""

import csv
import errno
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import BinaryIO

import pikepdf
import pytest
from factories import ROOT, Folder, sample
from PIL import ImageChops
from yardstick import difference, made, pictures, recipient, texts, where

from brochure import files as all_files
from brochure import preflight
from brochure.errors import OutputError
from brochure.project import Job, discover
from brochure.recipients import packing, roll, run
from brochure.recipients.orders import Choice
from brochure.recipients.personal import Personal

LIST = """\
id,name_en,name_km,contact,copies
1,River School,សាលា,Dara,2
2,Hill School,សាលា,,
3,Lake School,,Sok,3
"""
CAREER = discover(ROOT).careers[0]
NAME = f"{CAREER}/trifold-a4.office"
RUN = ("schools", "run", "list.csv", "--out", "out", "--layout", "trifold-a4", "--edition", "office", "--lang", "en")


@pytest.fixture
def school(tmp_path: Path) -> Folder:
    """A copy of the real project, and a list of three schools."""
    return sample(tmp_path / "project", fonts=True).write("list.csv", LIST)


def file(folder: Folder, name: str = "run") -> bytes:
    return (folder / f"out/{NAME}.{name}.pdf").read_bytes()


def files(folder: Folder) -> list[str]:
    return sorted(path.relative_to(folder / "out").as_posix() for path in (folder / "out").rglob("*") if path.is_file())


def names(folder: Folder, name: str = "run") -> list[str]:
    """Whose every copy is, by its front."""
    return [next((word for word in ("River", "Hill", "Lake") if word in text), "-") for text in texts(file(folder, name))[::2]]


def drawn(path: Path, first: int, count: int) -> bytes:
    """Some pages as poppler draws them."""
    return subprocess.run(["pdftoppm", "-r", "100", "-f", str(first), "-l", str(first + count - 1), path], check=True,
                          capture_output=True).stdout


# ---- what is in a run


def test_every_school_s_copies_follow_one_another_in_the_order_of_the_list(school: Folder) -> None:
    done = school.run(*RUN)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{NAME}.run.pdf: 3 schools\nnone failed; run-report.csv has every row\n"
    assert names(school) == ["River", "River", "Hill", "Lake", "Lake", "Lake"]
    assert files(school) == [f"{NAME}.packing.pdf", f"{NAME}.run.pdf", "run-report.csv"]
    table = list(csv.reader(io.StringIO((school / "out/run-report.csv").read_text("utf-8-sig"))))
    assert table[1:] == [[str(n + 1), str(n), f"{NAME}.run.pdf", "built", ""] for n in (1, 2, 3)]


def test_a_bookmark_and_a_part_say_whose_they_are_and_how_many(school: Folder) -> None:
    school.run(*RUN)
    with pikepdf.open(io.BytesIO(file(school))) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["River School", "Hill School", "Lake School"]
        (leaves,) = pdf.Root.DPartRoot.DPartRootNode.DParts
        told = [{str(key): str(value) for key, value in leaf.DPM.Recipient.items()} for leaf in leaves]
        assert told[2] == {"/Number": "3", "/ID": "3", "/Name": "Lake School", "/Language": "en", "/Copies": "3", "/Sheets": "3"}


@pytest.mark.parametrize(("edition", "language"), [("office", "km"), ("press", "en"), ("mono", "km"), ("large", "en")])
def test_the_pages_of_a_run_are_those_of_single_files(edition: str, language: str, tmp_path: Path) -> None:
    layout = next(one.name for one in discover(ROOT).layouts if edition in one.editions and one.name.startswith(("t", "h")))
    people = [recipient(1), recipient(2, contact="", url=""), recipient(3)]
    titles = list(dict.fromkeys(column for one in people for column in one.values))
    with (tmp_path / "list.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([titles, *([one.values.get(title, "") for title in titles] for one in people)])
    project, told = discover(ROOT), list[run.Outcome]()
    choice = Choice(project.careers, (layout,), (edition,), (language,))
    run.run(project, roll.read(tmp_path / "list.csv", project), choice, run.Packing(validate=True),
            tmp_path / "out", report=told.append)
    assert [(one.state, one.problems) for one in told] == [("built", ())] * 3
    whole = (tmp_path / f"out/{project.careers[0]}/{layout}.{edition}.run.pdf").read_bytes()
    alone = made(Personal(Job(project.careers[0], layout, edition, language), project, where, backed=True), people)
    pages = [page for one in people for page in pictures(alone[one.id])]
    # PDFium reckons with 32 bits: where a form lies in a form, pixels at edges may be a shade of 256 off.
    assert difference(pictures(whole), pages) <= 3
    off = [sum(ImageChops.difference(page, one).convert("L").histogram()[1:])
           for page, one in zip(pictures(whole), pages, strict=True)]
    assert max(off) <= 500, "of two million pixels and more"
    if shutil.which("pdftoppm"):  # poppler reckons with 64
        (tmp_path / "whole.pdf").write_bytes(whole)
        first = 1
        for one in people:
            (tmp_path / "one.pdf").write_bytes(alone[one.id])
            sides = len(texts(alone[one.id]))  # large print has as many as it needs
            assert drawn(tmp_path / "whole.pdf", first, sides) == drawn(tmp_path / "one.pdf", 1, sides)
            first += sides
    assert texts(whole) == [text for one in people for text in texts(alone[one.id])]


def test_two_languages_share_a_run_and_each_school_has_both(school: Folder) -> None:
    done = school.run(*RUN, "--lang", "km")
    assert done.returncode == 0, done.stderr
    with pikepdf.open(io.BytesIO(file(school))) as pdf:
        (leaves,) = pdf.Root.DPartRoot.DPartRootNode.DParts
        assert [str(leaf.DPM.Recipient.Language) for leaf in leaves] == ["en", "km"] * 3
        assert [str(leaf.DPM.Recipient.Name) for leaf in leaves][:2] == ["River School", "សាលា"]
        assert len(pdf.pages) == 24


def test_two_languages_on_one_paper_are_one_set_of_sheets(school: Folder) -> None:
    done = school.run(*RUN[:-1], "en+km", "--separators", "--validate")
    assert (done.returncode, done.stderr) == (0, "")
    with pikepdf.open(io.BytesIO(file(school))) as pdf:
        (leaves,) = pdf.Root.DPartRoot.DPartRootNode.DParts
        assert [str(leaf.DPM.Recipient.Language) for leaf in leaves] == ["en+km"] * 3
    found = texts(file(school))
    assert len(found) == 2 * (3 + 6)
    assert "River School" in found[2] and "សាលា" in found[3].replace("\u200b", "")
    assert "English + Khmer" in texts(file(school, "packing"))[0]


# ---- what goes with it


def test_a_separator_bears_the_name_and_the_count_of_what_follows(school: Folder) -> None:
    assert school.run(*RUN, "--separators").returncode == 0
    found = texts(file(school))
    assert len(found) == 2 * (3 + 6)
    assert ["Copies: 2" in found[0], "Hill School" in found[6], "Sheets: 1" in found[6], "Copies: 3" in found[10]] == [True] * 4
    assert found[0].split()[:4] == ["1", "1", "·", "English"] and found[1] == ""
    with pikepdf.open(io.BytesIO(file(school))) as pdf:
        assert {tuple(map(float, page.mediabox)) for page in pdf.pages} == {tuple(map(float, pdf.pages[2].mediabox))}


@pytest.mark.parametrize(("layout", "edition"), [("card-a6", "mono"), ("card-a6", "press"), ("booklet-a5", "press"),
                                                 ("handout-a4", "large")])
def test_a_separator_stands_on_every_paper_and_keeps_fronts_in_front(layout: str, edition: str, school: Folder) -> None:
    done = school.run(*RUN[:5], "--layout", layout, "--edition", edition, "--lang", "en", "--separators", "--validate")
    assert (done.returncode, done.stderr) == (0, "")
    found = texts((school / f"out/{CAREER}/{layout}.{edition}.run.pdf").read_bytes())
    labels = [number for number, text in enumerate(found) if "Lay it on the brochures that follow it." in text]
    assert len(labels) == 3 and not [number for number in labels if number % 2], "a brochure would begin on a back"
    assert [found[number + 1] for number in labels] == [""] * 3


def test_the_last_sheet_of_a_copy_has_a_back_of_its_own(school: Folder) -> None:
    school.write("list.csv", "id,name_en,contact,telephone,url,copies\n1,River School,Dara,+855 00 000 001,https://example.org/1,3\n")
    assert school.run(*RUN[:5], "--layout", "handout-a4", "--edition", "large", "--lang", "en").returncode == 0
    found = texts((school / f"out/{CAREER}/handout-a4.large.run.pdf").read_bytes())
    fronts = [number for number, text in enumerate(found) if text == found[0]]
    sides = len(found) // 3
    assert fronts == [0, sides, 2 * sides] and sides % 2 == 0
    assert found[sides - 1] == "", "what it says takes an odd number of sides"
    (page,) = texts((school / f"out/{CAREER}/handout-a4.large.packing.pdf").read_bytes())
    assert f"Copies: 3 · Sheets: {len(found) // 2}" in page


def test_of_cards_side_by_side_only_as_many_sheets_are_printed_as_it_takes(school: Folder) -> None:
    school.write("list.csv", "id,name_en,copies\n1,River School,5\n2,Hill School,4\n")
    assert school.run(*RUN[:5], "--layout", "card-a6", "--edition", "office", "--lang", "en", "--separators").returncode == 0
    found = texts((school / f"out/{CAREER}/card-a6.office.run.pdf").read_bytes())
    assert len(found) == 2 * (1 + 2 + 1 + 1)
    assert ["Copies: 5" in found[0], "Sheets: 2" in found[0]] == [True, True]
    (page,) = texts((school / f"out/{CAREER}/card-a6.office.packing.pdf").read_bytes())
    assert "Copies: 9 · Sheets: 3" in page


def test_a_print_shop_counts_the_sheets_of_pages_that_it_places(school: Folder) -> None:
    assert school.run(*RUN[:5], "--layout", "card-a6", "--edition", "press", "--lang", "en", "--separators").returncode == 0
    data = (school / f"out/{CAREER}/card-a6.press.run.pdf").read_bytes()
    assert ["Copies: 2" in texts(data)[0], "Sheets" in texts(data)[0]] == [True, False]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert "/Sheets" not in pdf.Root.DPartRoot.DPartRootNode.DParts[0][0].DPM.Recipient
    (page,) = texts((school / f"out/{CAREER}/card-a6.press.packing.pdf").read_bytes())
    assert "Copies: 6 · Sheets: –" in page


def test_an_id_without_end_has_room_on_labels_and_lists(school: Folder) -> None:
    school.write("list.csv", f"id,name_en\n{'x' * 900},River School\n{'y' * 900},\n")
    assert school.run(*RUN, "--separators").returncode == 0
    found = texts(file(school))
    assert ["x" * 80 in found[0], "y" * 80 in found[4]] == [True, True]
    (page,) = texts(file(school, "packing"))
    assert ["x" * 80 in page, "y" * 80 in page] == [True, True]


def test_a_label_that_takes_more_than_a_page_is_refused(school: Folder) -> None:
    school.edit("templates/printer/separator.css", "body, p { margin: 0", "body, p { margin: 60mm")
    done = school.run(*RUN, "--separators")
    assert done.returncode == 4
    assert "templates/printer/separator.html: takes more than a page" in done.stderr


def test_the_packing_list_has_a_line_for_every_school_and_the_sums(school: Folder) -> None:
    school.run(*RUN)
    (page,) = texts(file(school, "packing"))
    assert "Schools: 3 · Copies: 6 · Sheets: 6" in page
    assert not [word for word in ("River School", "Hill School", "Lake School", "English", f"{NAME}.run.pdf") if word not in page]
    assert not [one for one in preflight.validated(file(school, "packing"), _promise()) if one.severity == "error"]


def _promise() -> preflight.Promise:
    return preflight.Promise(where="packing", pages=(), tagged=False, families=frozenset(), messages={}, variants=("pdf/a-2u",),
                             lang="en", title="Packing list")


@pytest.mark.parametrize("group", [1, 2, 40])
def test_a_packing_list_is_drawn_some_pages_at_a_time(group: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "GROUP", group)
    project = discover(ROOT)
    runs = {name: [packing.Line(n, f"x{n}", f"School {n}", "en", 2, 3) for n in range(1, size + 1)]
            for name, size in (("one.pdf", 60), ("two.pdf", 3))}
    found = texts(packing.Packer(project, project.language("en"), CAREER).write(runs))
    assert [re.findall(r"\w+\.pdf|Page \d of \d", text) for text in found] == [
        ["one.pdf", "Page 1 of 4"], ["one.pdf", "Page 2 of 4"], ["one.pdf", "Page 3 of 4"], ["two.pdf", "Page 4 of 4"]]
    assert ["x25" in found[0], "x26" in found[1], "x60" in found[2]] == [True] * 3
    assert ["Copies: 120 · Sheets: 180" in found[2], "Schools: 3 · Copies: 6" in found[3]] == [True] * 2


def test_a_long_packing_list_goes_on_on_other_pages_with_its_numbers(school: Folder) -> None:
    school.write("list.csv", "id,name_en\n" + "".join(f"x{n},School {n}\n" for n in range(1, 54)))
    assert school.run(*RUN).returncode == 0
    pages = texts(file(school, "packing"))
    assert ["Page 1 of 3" in pages[0], "Page 3 of 3" in pages[2]] == [True, True]
    assert ["x25" in pages[0], "x26" in pages[1], "x53" in pages[2]] == [True] * 3
    assert "Schools: 53" in pages[2]


def test_parts_hold_so_many_schools_and_old_parts_go(school: Folder) -> None:
    assert school.run(*RUN, "--parts", "1").returncode == 0
    assert [name for name in files(school) if "run-" in name] == [
        f"{NAME}.run-1.pdf", f"{NAME}.run-2.pdf", f"{NAME}.run-3.pdf", "run-report.csv"]
    assert names(school, "run-3") == ["Lake"] * 3
    assert [text.count("of 3") for text in texts(file(school, "packing"))] == [1, 1, 1]
    assert school.run(*RUN, "--parts", "2").returncode == 0
    assert names(school, "run-1") == ["River", "River", "Hill"]
    assert f"{NAME}.run-3.pdf" not in files(school)
    assert school.run(*RUN).returncode == 0
    assert [name for name in files(school) if ".run" in name] == [f"{NAME}.run.pdf"]


def test_all_that_is_printed_can_be_validated(school: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = list[int]()

    def validated(data: bytes, promise: preflight.Promise) -> tuple[()]:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            seen.append(len(pdf.pages))
        return ()

    monkeypatch.setattr(run, "validated", validated)
    monkeypatch.setattr(run, "SLICE", 1)
    project = discover(school.path)
    choice = Choice((CAREER,), ("trifold-a4",), ("office",), ("en",))
    run.run(project, roll.read(school / "list.csv", project), choice, run.Packing(validate=True), school / "out",
            report=lambda _: None)
    assert seen == [2, 2, 2]


# ---- what goes wrong


def test_a_bad_row_is_left_out_and_named_and_the_others_are_printed(school: Folder) -> None:
    school.write("list.csv", LIST.replace("Hill School", "Hill" * 60))
    done = school.run(*RUN)
    assert done.returncode == 11
    assert "row 3, column B (name_en)" in done.stderr
    assert names(school) == ["River", "River", "Lake", "Lake", "Lake"]
    assert "Schools: 2 · Copies: 5" in texts(file(school, "packing"))[0]
    assert "1 failed" in done.stdout


def test_strict_prints_nothing(school: Folder) -> None:
    school.write("list.csv", LIST.replace(",3\n", ",many\n"))
    done = school.run(*RUN, "--strict")
    assert done.returncode == 11 and not (school / "out").exists()


def test_a_failed_run_leaves_what_was_there(school: Folder) -> None:
    school.run(*RUN)
    before = file(school)
    school.write("list.csv", "id,name_en\n1," + "Hill" * 60 + "\n")
    assert school.run(*RUN).returncode == 11
    assert file(school) == before
    assert not [path for path in (school / "out").rglob("*") if path.suffix == ".part"]


def test_a_disk_that_is_full_at_the_end_leaves_everything_that_was_there(school: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert school.run(*RUN, "--parts", "1").returncode == 0
    before = {name: (school / "out" / name).read_bytes() for name in files(school)}
    school.write("list.csv", LIST.replace("School", "College"))
    settle, calls = all_files._settle, list[int]()

    def full(file: BinaryIO) -> None:
        calls.append(1)
        if len(calls) == 4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        settle(file)

    monkeypatch.setattr(all_files, "_settle", full)
    project = discover(school.path)
    with pytest.raises(OutputError, match="No space left on device"):
        run.run(project, roll.read(school / "list.csv", project), Choice((CAREER,), ("trifold-a4",), ("office",), ("en",)),
                run.Packing(most=1), school / "out", report=lambda _: None)
    assert {name: (school / "out" / name).read_bytes() for name in files(school)} == before


def test_an_edition_for_screens_is_no_run(school: Folder) -> None:
    done = school.run(*RUN[:-4], "--edition", "screen", "--lang", "en")
    assert done.returncode == 11
    assert "is not for paper" in done.stderr and done.stderr.count("is not for paper") == 1


def test_machines_are_told_too(school: Folder) -> None:
    done = school.run(*RUN, "--json")
    told = json.loads(done.stdout)
    assert [row["state"] for row in told["rows"]] == ["built"] * 3 and told["problems"] == []


LONG = LIST + "".join(f"{number},School {number},,,1\n" for number in range(4, run.FEW + 5))


@pytest.mark.parametrize("odd", ["", f"{run.FEW + 9},School{' far' * 200},,,\n"], ids=["as foreseen", "a row fails"])
@pytest.mark.parametrize("parts", [(), ("--parts", "60")], ids=["whole", "in parts"])
def test_a_second_process_makes_no_other_list(odd: str, parts: tuple[str, ...], school: Folder,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    rows = LONG.splitlines(keepends=True)
    school.write("list.csv", "".join([*rows[:50], odd, *rows[50:]]))
    assert school.run(*RUN, *parts).returncode == (11 if odd else 0)
    found = {name: (school / f"out/{name}").read_bytes() for name in files(school)}
    shutil.rmtree(school / "out")
    monkeypatch.setattr(run, "FEW", len(rows) + 1)
    project = discover(school.path)
    choice = Choice((CAREER,), ("trifold-a4",), ("office",), ("en",))
    run.run(project, roll.read(school / "list.csv", project), choice, run.Packing(int(parts[1]) if parts else None),
            school / "out", report=lambda _: None)
    assert found == {name: (school / f"out/{name}").read_bytes() for name in files(school)}
    assert len(found) == (4 if parts else 3)


@pytest.mark.parametrize("rows", [LIST, LONG], ids=["in one process", "in two"])
def test_an_unfinished_catalog_is_not_printed(rows: str, school: Folder) -> None:
    school.write("list.csv", rows)
    po = school / f"locales/km/LC_MESSAGES/{CAREER}.po"
    text = po.read_text("utf-8")
    last = text.rindex('msgstr "')
    po.write_text(f'{text[:last]}msgstr "%(x)s {text[last + 8:]}', "utf-8")
    done = school.run(*RUN[:-1], "km")
    assert done.returncode == 11 and "%(x)s" in done.stderr
    assert files(school) == ["run-report.csv"]


def test_the_same_list_is_the_same_run(school: Folder) -> None:
    school.run(*RUN, "--separators")
    one = file(school), file(school, "packing")
    shutil.rmtree(school / "out")
    school.run(*RUN, "--separators")
    assert one == (file(school), file(school, "packing"))
