"""A CSV file of recipients: how it is coded and separated, and every way in which it is none."""

import tracemalloc
from pathlib import Path

import pytest
from factories import tiny
from recipients import all_of, entries, said, values

from brochure.project import Project, discover
from brochure.recipients import roll, sources

KHMER = "ស្វាយរៀង"
NEVER = "error: list.csv: row {}: a quotation mark is opened in this row and never closed\n    hint: close it, or delete it"
BEHIND = ("error: list.csv: row {}: text stands behind a closing quotation mark\n"
          "    hint: put quotation marks round the whole cell, and write those within it twice")
SAVE = "in Excel, save it as “CSV UTF-8 (Comma delimited)” or as an Excel workbook (.xlsx)"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project."""
    return discover(tiny(tmp_path_factory.mktemp("there")).path)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le+", "utf-16-be+"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_codings_separators_and_line_ends(coding: str, separator: str, ends: str, there: Project, tmp_path: Path) -> None:
    lines = [separator.join(row) for row in (("id", "name_km", "note"), ("1", KHMER, "a"), ("2", "ត", '"b, c; d\te"'))]
    mark = "\ufeff" if coding.endswith("+") else ""
    data = (mark + ends.join(lines) + ends).encode(coding.rstrip("+"))
    found = entries(there, tmp_path, data)
    assert values(found, "name_km") == [KHMER, "ត"]
    assert [entry.row for entry in found] == [2, 3]
    assert values(found, "note") == ["a", "b, c; d\te"]


def test_the_separator_is_that_of_the_first_line_outside_quotation_marks(there: Project, tmp_path: Path) -> None:
    assert values(entries(there, tmp_path, 'id;"a,b,c,d"\n1;x\n'), "a,b,c,d") == ["x"]
    assert values(entries(there, tmp_path, "id,a;b,c\n1,x,y\n"), "a;b") == ["x"]
    assert values(entries(there, tmp_path, "sep=;\nid;note,x,y\n1;z\n"), "note,x,y") == ["z"]
    assert entries(there, tmp_path, "sep=;\nid;note\n1;z\n")[0].row == 2  # Excel does not show that line


def test_rows_are_numbered_as_a_spreadsheet_does(there: Project, tmp_path: Path) -> None:
    """Empty rows count, line breaks within a cell do not."""
    found = entries(there, tmp_path, '\n\nid,note\n,\n1,"a\nb"\n\n2,x\n')
    assert [(entry.row, entry.recipient is not None) for entry in found] == [(5, False), (7, True)]


@pytest.mark.parametrize(("data", "where", "byte"), [
    ("id,name\n1,café\n".encode("latin-1"), 2, "e9"), (b"id,name\n1,a\n2,\xa1\xc6\n", 3, "a1"),
    (b"id,name\n1,\xe1\x9e", 2, "e1"), (b"\xffid\n", 1, "ff")])
def test_another_coding_is_one_sentence(data: bytes, where: int, byte: str, there: Project, tmp_path: Path) -> None:
    assert said(there, tmp_path, data) == [
        f"error: list.csv:{where}: the byte 0x{byte} is not UTF-8\n"
        f"    hint: {SAVE}; text in an old font is converted to Unicode first"]


def test_a_wrong_byte_is_found_however_late(there: Project, tmp_path: Path) -> None:
    data = b"id,name\n" + b"".join(b"%d,x\n" % number for number in range(300_000)) + b"z,\xe9\n"
    assert len(data) > 2 * sources.PIECE
    assert said(there, tmp_path, data)[0].startswith("error: list.csv:300002: the byte 0xe9 is not UTF-8")
    whole = b"id\n" + b"x" * (sources.PIECE - 5) + b"\xe1\x9e"
    assert len(whole) == sources.PIECE
    assert said(there, tmp_path, whole)[0].startswith("error: list.csv:2: the byte 0xe1 is not UTF-8")


def test_broken_utf_16(there: Project, tmp_path: Path) -> None:
    assert said(there, tmp_path,
                b"\xff\xfei\0d\0\n\0\x00\xd8a\0")[0].startswith("error: list.csv:2: the byte 0x00 is not UTF-16\n")


@pytest.mark.parametrize(("data", "what", "hint"), [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook (.xls), or one with a password",
     "in Excel, save it as an Excel workbook (.xlsx) without a password"),
    (b"%PDF-1.7", "is a PDF, not a table", SAVE), (b"<html>", "is a web page, not a table", SAVE),
    (b"\xef\xbb\xbf\n <table>", "is a web page, not a table", SAVE), (b"{\\rtf1", "is a text, not a table", SAVE),
    (b"", "is empty", "the first row names the columns: id, …"),
    (b"\n,,\n \n", "is empty", "the first row names the columns: id, …"),
])
def test_files_of_another_kind(data: bytes, what: str, hint: str, there: Project, tmp_path: Path) -> None:
    assert said(there, tmp_path, data) == [f"error: list.csv: {what}\n    hint: {hint}"]


def test_files_that_cannot_be_read(there: Project, tmp_path: Path) -> None:
    assert all_of(there, tmp_path / "none.csv") == [
        f"error: {tmp_path}/none.csv: cannot be read: No such file or directory\n    hint: name a CSV file or an Excel workbook"]
    assert all_of(there, tmp_path) == [
        f"error: {tmp_path}: cannot be read: Is a directory\n    hint: name a CSV file or an Excel workbook"]


def test_quotation_marks(there: Project, tmp_path: Path) -> None:
    assert said(there, tmp_path, 'id,note\n1,"a\n2,b\n') == [NEVER.format(2)]
    assert said(there, tmp_path, 'id,note\n1,"Bak" Touk\n2,b\n3,"a"c"\n4,d\n') == [BEHIND.format(2), BEHIND.format(4)]
    assert said(there, tmp_path, 'id,"note\n') == [NEVER.format(1)]
    assert values(entries(there, tmp_path, 'id,note\n1,"say ""a"""\n2,say "b"\n'), "note") == ['say "a"', 'say "b"']


def test_a_row_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch, there: Project, tmp_path: Path) -> None:
    """A quotation mark that swallows the rest of a large file, by lines or in one."""
    monkeypatch.setattr(sources, "HELD", 5000)
    rows = "id,note\n1,x\n"
    assert said(there, tmp_path, rows + '2,"open\n' + "3,y\n" * 5000) == [NEVER.format(3)]
    assert said(there, tmp_path, rows + "2," + "y" * 9000 + "\n3,z\n") == [NEVER.format(3)]
    assert said(there, tmp_path, rows + "".join(f"a{number},y\n" for number in range(3000))) == []  # every row begins anew


def test_a_cell_of_10_megabytes_is_a_problem_of_its_row(there: Project, tmp_path: Path) -> None:
    found = entries(there, tmp_path, "id,note\n1," + "x" * 10_000_000 + "\n2,y\n")
    assert [problem.what for problem in found[0].problems] == ["has 10,000,000 characters"]
    assert found[1].recipient and found[1].recipient.id == "2"
    assert len(str(found[0].problems)) < 500


def test_cells_behind_the_last_column(there: Project, tmp_path: Path) -> None:
    sentence = ("stands in a column without a name\n"
                "    hint: name the column in the first row; a cell with the separator in it needs quotation marks")
    assert said(there, tmp_path, "id,note\n1,a,b\n2,a,,\n3\n4,a,,c\n") == [
        f"error: list.csv: row 2, column C: {sentence}", f"error: list.csv: row 5, column D: {sentence}"]
    assert said(there, tmp_path, "id,,note\n1,a,b\n2,,b\n") == [f"error: list.csv: row 2, column B: {sentence}"]


def test_a_nul_is_a_control_character(there: Project, tmp_path: Path) -> None:
    assert said(there, tmp_path, b"id,note\n1,a\0b\n2,c\n") == [
        "error: list.csv: row 2, column B (note): has a control character (U+0000)\n"
        "    hint: type the text again: the sign is invisible"]


def test_memory_does_not_grow_with_the_rows(there: Project, tmp_path: Path) -> None:
    """But for the ids, which must differ in the whole list: some 150 bytes each."""
    peaks = []
    for count in (2_000, 20_000):
        path = tmp_path / f"{count}.csv"
        path.write_text("id,name_en,note\n" + "".join(f"{n},School {n},{'x' * 200}\n" for n in range(count)), "utf-8")
        found = roll.read(path, there)
        tracemalloc.start()
        assert sum(entry.recipient is not None for entry in found) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 18_000 * 250
    assert path.stat().st_size > 4_000_000
