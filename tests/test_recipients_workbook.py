"""A list of recipients from Excel: what cells of every kind say, and workbooks that are none or an attack."""

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from factories import tiny
from openpyxl.worksheet.formula import ArrayFormula
from recipients import all_of, entries, values

from brochure.project import Project, discover
from brochure.recipients import roll, workbook

BROKEN = ("error: list.xlsx: is not a whole Excel workbook (.xlsx)\n"
          "    hint: open it in Excel and save it anew as an Excel workbook (.xlsx)")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project."""
    return discover(tiny(tmp_path_factory.mktemp("there")).path)


def book(*rows: tuple[Any, ...], change: Callable[[Any], object] = lambda sheet: None) -> bytes:
    """A workbook of one sheet with these rows."""
    made = openpyxl.Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    change(sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(there: Project, folder: Path, data: bytes) -> list[str]:
    path = folder / "list.xlsx"
    path.write_bytes(data)
    return all_of(there, path)


def repacked(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The workbook with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


SHARED = "xl/sharedStrings.xml"


def shared() -> bytes:
    """A workbook with a text that cells share, as Excel writes all of them."""
    def share(name: str, data: bytes) -> bytes:
        if name == "[Content_Types].xml":
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
            return data.replace(b"</Types>", f'<Override PartName="/{SHARED}" ContentType="{kind}"/></Types>'.encode())
        return data.replace(b't="inlineStr"><is><t>stands here</t></is>', b't="s"><v>0</v>')
    out = io.BytesIO(repacked(book(("id", "note"), ("1", "stands here")), share))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr(SHARED, '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                                "<si><t>stands here</t></si></sst>")
    return out.getvalue()


def test_a_text_that_cells_share(there: Project, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(shared())) as packed:
        assert b"stands" not in packed.read("xl/worksheets/sheet1.xml")
    assert values(entries(there, tmp_path, shared(), "list.xlsx"), "note") == ["stands here"]


@pytest.mark.parametrize(("value", "text"), [
    ("វិទ្យាល័យ", "វិទ្យាល័យ"), (7, "7"), (7.0, "7"), (0.5, "0.5"), (True, "TRUE"), (False, "FALSE"), (" a ", "a"),
    ("_x0041_b", "Ab"), (None, None),
    (datetime.datetime(2026, 4, 3), "2026-04-03"), (datetime.date(2026, 4, 3), "2026-04-03"), (10**15, "1000000000000000"),
    (datetime.datetime(2026, 4, 3, 8, 30), "2026-04-03 08:30:00"), (datetime.time(8, 30), "08:30:00"),
    ("<b>{{ x }}</b>", "<b>{{ x }}</b>"),
])
def test_values(value: Any, text: str | None, there: Project, tmp_path: Path) -> None:
    found = entries(there, tmp_path, book(("id", "note"), ("1", value)), "list.xlsx")
    assert values(found, "note") == [text] and not found[0].problems


def test_a_large_number_as_excel_writes_it(there: Project, tmp_path: Path) -> None:
    data = repacked(book(("id",), (12,)), lambda _, part: part.replace(b"<v>12</v>", b"<v>8.5500000001E+11</v>"))
    assert values(entries(there, tmp_path, data, "list.xlsx"), "id") == ["855000000010"]


def test_numbers_and_days_where_they_belong(there: Project, tmp_path: Path) -> None:
    """A day of Excel is no puzzle of days and months; a number is an id, and a telephone number with a doubt."""
    rows = (("ID", "Event Date", "Copies", "Telephone"), (17, datetime.date(2026, 4, 3), 30.0, 12345678))
    (found,) = entries(there, tmp_path, book(*rows), "list.xlsx")
    assert found.recipient and (found.recipient.id, found.recipient.copies) == ("17", 30)
    assert found.recipient.values["event_date"] == "2026-04-03"
    assert [(problem.severity, problem.where, problem.what) for problem in found.problems] == [
        ("warning", "list.xlsx: row 2, column D (telephone)",
         "“12345678” begins with neither + nor 0: a spreadsheet may have taken its first zero")]


@pytest.mark.parametrize("value", ['=HYPERLINK("https://example.org","x")', "=A1&A2", ArrayFormula("B2", "=A1:A2")])
def test_a_formula_is_not_its_result(value: Any, there: Project, tmp_path: Path) -> None:
    sentence = ("error: list.xlsx: row 2, column B (note): begins with =, as a formula does\n"
                "    hint: write the text without it; if it is a formula, copy the column and paste it as values")
    assert read(there, tmp_path, book(("id", "note"), ("1", value))) == [sentence]


def test_a_text_that_only_looks_like_a_formula_is_refused_as_well(there: Project, tmp_path: Path) -> None:
    def as_text(sheet: Any) -> None:
        sheet["B2"].data_type = "s"
    assert "begins with =" in read(there, tmp_path, book(("id", "note"), ("1", "=1+1"), change=as_text))[0]


def test_error_values_and_days_that_are_none(there: Project, tmp_path: Path) -> None:
    def broken(sheet: Any) -> None:
        sheet["B2"].data_type, sheet["B3"].number_format = "e", "yyyy-mm-dd"
    assert read(there, tmp_path, book(("id", "note"), ("1", "#REF!"), ("2", -99999999), change=broken)) == [
        f"error: list.xlsx: row {row}, column B (note): has no value: the spreadsheet shows {value}\n"
        "    hint: mend the formula, or empty the cell" for row, value in ((2, "#REF!"), (3, "#VALUE!"))]


def test_of_several_sheets_the_first_with_ids_is_read(there: Project, tmp_path: Path) -> None:
    def more(sheet: Any) -> None:
        sheet.title = "Notes"
        for name, rows in (("Empty", ()), ("Schools", ((), ("Name EN", " Id "), ("Bak Touk", "=1"))), ("Old", (("id",), ("2",)))):
            other = sheet.parent.create_sheet(name)
            for row in rows:
                other.append(row)
    assert read(there, tmp_path, book(("see", "the", "next"), change=more)) == [
        "error: list.xlsx, sheet Schools: row 3, column B (id): begins with =, as a formula does\n"
        "    hint: write the text without it; if it is a formula, copy the column and paste it as values"]


def test_no_sheet_with_ids(there: Project, tmp_path: Path) -> None:
    assert read(there, tmp_path, book(("name_en",), ("id",))) == [
        "error: list.xlsx: no sheet has a column id in its first row\n    hint: the first row names the columns: id, …"]


def test_merged_cells_are_a_warning(there: Project, tmp_path: Path) -> None:
    rows = [("id", "name_en", "venue"), ("1", "A", "Hall"), ("2", "B", None), *((str(n), "C", "x") for n in range(3, 400))]

    def merge(sheet: Any) -> None:
        sheet.merge_cells("C2:C3")
        sheet.merge_cells("A390:B391")
    assert read(there, tmp_path, book(*rows, change=merge))[:2] == [
        f"warning: list.xlsx: cells {cells}: are merged: only the first of them has the text\n"
        "    hint: unmerge them, and write the text into every row" for cells in ("C2:C3", "A390:B391")]


def test_merged_cells_are_found_wherever_a_piece_ends(monkeypatch: pytest.MonkeyPatch, there: Project, tmp_path: Path) -> None:
    data = book(("id", "a"), ("1", "x"), ("2", None), change=lambda sheet: sheet.merge_cells("B2:B3"))
    for size in range(40, 60):
        monkeypatch.setattr("brochure.recipients.sources.PIECE", size)
        assert [line.split(": ")[2] for line in read(there, tmp_path, data)] == ["cells B2:B3"]


def test_a_sheets_own_word_on_its_size_is_not_believed(there: Project, tmp_path: Path) -> None:
    def lie(name: str, data: bytes) -> bytes:
        return data.replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1:A2"')
    data = book(("id", "note"), ("1", "x"), ("2", "y"))
    assert repacked(data, lie) != data
    assert values(entries(there, tmp_path, repacked(data, lie), "list.xlsx"), "note") == ["x", "y"]


# ---- attacks, and files that are broken


def test_a_bomb_is_not_unpacked(there: Project, tmp_path: Path) -> None:
    """600 MB of nothing in 600 kB."""
    out = io.BytesIO(book(("id",), ("1",)))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/bomb.xml", "w") as part:
        for _ in range(600):
            part.write(bytes(1 << 20))
    assert len(out.getvalue()) < 1 << 20
    assert read(there, tmp_path, out.getvalue()) == [
        "error: list.xlsx: would unpack to 600 MB\n    hint: it is no list of schools: copy the rows into a new workbook"]


def test_a_bomb_that_lies_about_its_size(there: Project, tmp_path: Path) -> None:
    """What the directory says is all that is unpacked; the rest is missing, and the sum wrong."""
    data = bytearray(book(("id", "note"), *((str(n), "x" * 50) for n in range(5000))))
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    assert read(there, tmp_path, bytes(data)) == [BROKEN]


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", SHARED, "xl/workbook.xml", "xl/styles.xml"])
def test_entities_that_grow_are_refused(part: str, there: Project, tmp_path: Path) -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a0 "haha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)) + b"]>"

    def laugh(name: str, data: bytes) -> bytes:
        if name != part:
            return data
        head, start, body = data.rpartition(b"?>") if data.startswith(b"<?xml") else (b"", b"", data)
        end = body.index(b"<", body.index(b">"))
        return head + start + entities + body[:end] + b"&a9;" + body[end:]
    assert read(there, tmp_path, repacked(shared(), laugh)) == [BROKEN]


def test_a_file_of_the_machine_is_not_read_into_a_cell(there: Project, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", "utf-8")

    def reach(name: str, data: bytes) -> bytes:
        if name != SHARED:
            return data
        entity = f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{tmp_path}/secret.txt">]>'
        return entity.encode() + data.replace(b"stands here", b"&s;")
    data = repacked(shared(), reach)
    assert read(there, tmp_path, data) == [BROKEN]


@pytest.mark.parametrize("cut", [30, 300, -300, -10])
def test_half_a_workbook(cut: int, there: Project, tmp_path: Path) -> None:
    assert read(there, tmp_path, book(("id",), ("1",))[:cut]) == [BROKEN]


def test_other_zip_files(there: Project, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert read(there, tmp_path, out.getvalue()) == [BROKEN]


def test_a_sheet_that_is_damaged_behind_its_first_rows(there: Project, tmp_path: Path) -> None:
    """The rows before are read; the sentence comes where they end."""
    def tear(name: str, data: bytes) -> bytes:
        return data[: len(data) // 2] if name == "xl/worksheets/sheet1.xml" else data
    data = repacked(book(("id", "note"), *((str(n), "x" * 50) for n in range(6_000))), tear)
    path = tmp_path / "list.xlsx"
    path.write_bytes(data)
    found = roll.read(path, there)
    seen = 0
    with pytest.raises(workbook.RecipientError, match="is not a whole Excel workbook"):
        for _ in found:
            seen += 1
    assert seen > 2000


def test_a_row_at_the_end_of_the_world(there: Project, tmp_path: Path) -> None:
    def far(name: str, data: bytes) -> bytes:
        return data.replace(b'<row r="3"', b'<row r="999999999"').replace(b'r="A3"', b'r="A999999999"')
    data = book(("id",), ("1",), ("2",))
    assert repacked(data, far) != repacked(data, lambda _, part: part)
    assert len(entries(there, tmp_path, repacked(data, far), "list.xlsx")) == 1


def test_a_cell_of_10_megabytes(there: Project, tmp_path: Path) -> None:
    def grow(name: str, data: bytes) -> bytes:
        return data.replace(b"stands here", b"x" * 10_000_000)
    data = repacked(book(("id", "note"), ("1", "stands here"), ("2", "y")), grow)
    found = entries(there, tmp_path, data, "list.xlsx")
    assert [problem.what for problem in found[0].problems] == ["has 10,000,000 characters"]
    assert found[1].recipient
