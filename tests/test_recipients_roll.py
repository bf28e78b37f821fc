"""The list of recipients: what every cell may say, every sentence about what it may not, and cells that are attacks."""

from pathlib import Path

import pytest
from factories import ROOT, Folder, tiny
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from recipients import cell, entries, said, values

from brochure.canonical import canonical
from brochure.catalog.check.fonts import stacks
from brochure.project import Project, discover
from brochure.recipients import cells, columns, roll
from brochure.recipients.offer import Offer
from brochure.recipients.roll import Recipient


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project: two languages, one layout, two editions, one font."""
    return discover(tiny(tmp_path_factory.mktemp("there")).path)


@pytest.fixture(scope="module")
def whole() -> Project:
    """The repository's own."""
    return discover(ROOT)


# ---- a good row


def test_a_row_is_a_recipient(there: Project, tmp_path: Path) -> None:
    (found,) = entries(there, tmp_path, (
        " ID ,Name EN,name-km,Telephone,email,LANGUAGE,Event  Date,url,copies,Motto\n"
        'KH-1,Bak Touk,បាក់ទូក,+855 00 000 001,a@example.org,KM ; en+km,13/4/2026,https://example.org/x,030,"Care, always"\n'))
    assert found == roll.Entry(2, Recipient("KH-1", 2, {
        "id": "KH-1", "name_en": "Bak Touk", "name_km": "បាក់ទូក", "telephone": "+855 00 000 001", "email": "a@example.org",
        "language": "km;en+km", "event_date": "2026-04-13", "url": "https://example.org/x", "copies": "30",
        "motto": "Care, always"}, ("km", "en+km"), 30))


def test_only_the_id_is_needed(there: Project, tmp_path: Path) -> None:
    assert entries(there, tmp_path, "id\n7\n") == [roll.Entry(2, Recipient("7", 2, {"id": "7"}))]


def test_a_layout_and_an_edition(there: Project, tmp_path: Path) -> None:
    (found,) = entries(there, tmp_path, "id,layout,edition\n7,card,phone\n")
    assert found.recipient and (found.recipient.layout, found.recipient.edition) == ("card", "phone")


def test_a_bad_row_stops_no_other_and_says_all_of_it(there: Project, tmp_path: Path) -> None:
    text = "id,name_en,email,copies\n1,A,a@example.org,1\n1,=A,b,0\n3,C,c@example.org,3\n"
    found = entries(there, tmp_path, text)
    assert [entry.recipient and entry.recipient.id for entry in found] == ["1", None, "3"]
    assert [problem.where for problem in found[1].problems] == [
        f"list.csv: row 3, column {column}" for column in ("A (id)", "B (name_en)", "C (email)", "D (copies)")]


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0", "\t", "\n"])
def test_a_cell_without_a_sign_is_empty(blank: str, there: Project, tmp_path: Path) -> None:
    assert entries(there, tmp_path, f'id,note,email,copies\n1,"{blank}","{blank}","{blank}"\n') == [
        roll.Entry(2, Recipient("1", 2, {"id": "1"}))]


def test_an_id_that_is_not_seen_is_none(there: Project, tmp_path: Path) -> None:
    assert said(there, tmp_path, "id\n\u200b\n") == [
        "error: list.csv: row 2, column A (id): there is no id\n    hint: give every row an id of its own, such as a number"]


def test_the_list_can_be_read_twice(there: Project, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("id\n1\n2\n", "utf-8")
    found = roll.read(tmp_path / "list.csv", there)
    assert list(found) == list(found) and len(list(found)) == 2


# ---- the first row


@pytest.mark.parametrize(("text", "sentences"), [
    ("name_en\nA\n", ["error: list.csv: row 1: there is no column id\n    hint: the first row names the columns: id, …"]),
    ("id,Email,e-mail,EMAIL\n1\n", ["error: list.csv: row 1, column D (email): column B has this name too\n"
                                    "    hint: give each column a name of its own",
                                    "warning: list.csv: row 1, column C (e_mail): is not a column that the program knows\n"
                                    "    hint: rename it if it is email; else a layout may use it"]),
    ("id,id\n1,2\n", ["error: list.csv: row 1, column B (id): column A has this name too\n"
                      "    hint: give each column a name of its own"]),
    ("id,=x\n1\n", ["error: list.csv: row 1, column B (=x): begins with =, as a formula does\n"
                    "    hint: write the text without it; if it is a formula, copy the column and paste it as values"]),
    ("id,name_kn,motto\n1\n", ["warning: list.csv: row 1, column B (name_kn): is not a column that the program knows\n"
                               "    hint: rename it if it is name_km; else a layout may use it",
                               "warning: list.csv: row 2, column B (name_kn): there is no name in any language\n"
                               "    hint: write one; else the layout's own words stand in its place"]),
    ("id\n", ["error: list.csv: has no rows below its first\n    hint: give every school a row"]),
    ("id,,\n1\n", []),
])
def test_the_first_row(text: str, sentences: list[str], there: Project, tmp_path: Path) -> None:
    assert sorted(said(there, tmp_path, text)) == sorted(sentences)


def test_a_title_without_end(there: Project, tmp_path: Path) -> None:
    (sentence,) = said(there, tmp_path, "id," + "x" * 5000 + "\n1\n")
    assert sentence == f"error: list.csv: row 1, column B ({'x' * 40}…): has 5,000 characters\n    hint: write at most 1,000"


@pytest.mark.parametrize(("at", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"),
                                            (16383, "XFD")])
def test_letters_of_columns(at: int, letter: str) -> None:
    assert columns.letter(at) == letter


# ---- ids and names


@pytest.mark.parametrize("ids", [("KH-1", "kh-1"), ("\u00e9", "e\u0301"), ("ក\u200bខ", "កខ"), ("a", "a"), ("a ", " a")])
def test_ids_that_are_one_file(ids: tuple[str, str], there: Project, tmp_path: Path) -> None:
    assert said(there, tmp_path, f"id\n{ids[0]}\nother\n{ids[1]}\n") == [
        f"error: list.csv: row 4, column A (id): the id “{ids[1].strip()}” is that of row 2 too\n"
        "    hint: ids become file names: let them differ in more than capital letters"]


def test_no_id_and_no_name(there: Project, tmp_path: Path) -> None:
    assert said(there, tmp_path, "id,name_en,name_km,note\n,A,,\n  ,,,x\n3,,,\n4,,ក,\n,,,\n=6,=7,,\n") == [
        "error: list.csv: row 2, column A (id): there is no id\n    hint: give every row an id of its own, such as a number",
        "error: list.csv: row 3, column A (id): there is no id\n    hint: give every row an id of its own, such as a number",
        "warning: list.csv: row 3, column B (name_en): there is no name in any language\n"
        "    hint: write one; else the layout's own words stand in its place",
        "warning: list.csv: row 4, column B (name_en): there is no name in any language\n"
        "    hint: write one; else the layout's own words stand in its place",
        *(f"error: list.csv: row 7, column {column}: begins with =, as a formula does\n"
          "    hint: write the text without it; if it is a formula, copy the column and paste it as values"
          for column in ("A (id)", "B (name_en)"))]


# ---- what no cell may hold

INVISIBLE = "hint: type the text again: the sign is invisible"
FORMULA = ("error: begins with {}, as a formula does\n"
           "    hint: write the text without it; if it is a formula, copy the column and paste it as values")


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("https://example.org")', " =1", "@SUM(A1)", "-2+3", "+1", "＝1", "＋1",
                                  "－1", "＠x",
                                  "\t=1", "\tx", "\rx"])
def test_formulas(text: str, there: Project, tmp_path: Path) -> None:
    sign = {"\t": "a tabulator", "\r": "a line break", " ": "="}.get(text[0], text[0])
    for column in ("note", "name_en", "contact", "venue"):
        assert cell(there, tmp_path, column, text) == [FORMULA.format(sign)]
    quoted = text.replace('"', '""')
    assert said(there, tmp_path, f'id\n"{quoted}"\n') == [
        FORMULA.format(sign).replace("error: ", "error: list.csv: row 2, column A (id): ")]


def test_a_telephone_number_may_begin_with_plus_and_nothing_else(there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "telephone", "+855 00 000 001") == []
    assert cell(there, tmp_path, "telephone", "=855") == [FORMULA.format("=")]
    assert cell(there, tmp_path, "telephone", "-855") == [FORMULA.format("-")]
    assert cell(there, tmp_path, "telephone",
                "+cmd|' /C calc'!A0")[0].startswith("error: “+cmd|' /C calc'!A0” is not a telephone")


@pytest.mark.parametrize(("text", "sentence"), [
    ("a\x00b", f"has a control character (U+0000)\n    {INVISIBLE}"),
    ("a\x1b[31mb", f"has a control character (U+001B)\n    {INVISIBLE}"),
    ("a\x7fb", f"has a control character (U+007F)\n    {INVISIBLE}"),
    ("a\x9bb", f"has a control character (U+009B)\n    {INVISIBLE}"),
    ("a\ufff9b", f"has a control character (U+FFF9)\n    {INVISIBLE}"),
    ("a\uffffb", f"has a control character (U+FFFF)\n    {INVISIBLE}"),
    ("a\U000e0041b", f"has a control character (U+E0041)\n    {INVISIBLE}"),
    *((f"a{sign}b", f"has a sign that turns the direction of writing (U+{ord(sign):04X})\n    {INVISIBLE}")
      for sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    *((f"a{sign}b", "has a line break\n    hint: write it in one line") for sign in ("\n", "\r\n", "\x0b", "\x0c", "\x85",
                                                                                     "\u2028", "\u2029")),
    ("?????", "has lost its letters: question marks stand in their place\n"
     "    hint: take the list from before, and save it as “CSV UTF-8” or as an Excel workbook"),
    ("a\ufffdb", "has lost its letters: question marks stand in their place\n"
     "    hint: take the list from before, and save it as “CSV UTF-8” or as an Excel workbook"),
    *((text, f"has no value: the spreadsheet shows {text}\n    hint: mend the formula, or empty the cell")
      for text in ("#REF!", "#NAME?", "#N/A", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#########")),
    ("x" * 1001, "has 1,001 characters\n    hint: write at most 1,000"),
])
def test_signs_and_texts_that_no_cell_may_hold(text: str, sentence: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "note", text) == [f"error: {sentence}"]


@pytest.mark.parametrize("text", [
    "<b>x</b>", "<script>alert(1)</script>", "{{ 7 * 7 }}", "{% include '/etc/passwd' %}", "%(web)s", "&amp; &#8238;", "${x}",
    "$(rm -rf /)",
    "../../x", "a\u200bb", "a\u200fb", "x" * 1000, "why??", "a = b", "a-b", "No. #1", "#1", "'quoted'", "100 %", "a\u00a0b",
    "\\N{x}", "1+1", "file:///x",
])
def test_everything_else_is_text(text: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "note", text) == []
    quoted = text.replace('"', '""')
    assert values(entries(there, tmp_path, f'id,note\n1,"{quoted}"\n'), "note") == [text]


def test_what_is_wrong_is_shown_without_being_obeyed(there: Project, tmp_path: Path) -> None:
    (sentence,) = cell(there, tmp_path, "email", "x" * 500)
    assert sentence == f"error: “{'x' * 40}…” is not an e-mail address\n    hint: write one, like office@example.org"


@given(st.lists(st.text(st.sampled_from("a=+-@#\t\r\n \x00\u202e?\ufffdក＝"), max_size=8), min_size=1, max_size=4))
def test_a_calm_row_has_no_suspicious_cell_but_by_its_first_sign(row: list[str]) -> None:
    if cells.calm(row):
        assert [text for text in row if text[:1] not in cells.STARTS and cells.suspicious(text, "text")] == []


# ---- dates, addresses, numbers


@pytest.mark.parametrize(("text", "day"), [
    ("2026-04-13", "2026-04-13"), ("2026-4-3", "2026-04-03"), ("13/4/2026", "2026-04-13"), ("13.04.2026", "2026-04-13"),
    ("13-4-2026", "2026-04-13"), ("4/4/2026", "2026-04-04"), ("១៣/៤/២០២៦", "2026-04-13"), ("29/2/2028", "2028-02-29"),
    ("31/12/2199", "2199-12-31"),
    ("2000-01-01", "2000-01-01")])
def test_dates(text: str, day: str, there: Project, tmp_path: Path) -> None:
    assert values(entries(there, tmp_path, f"id,event_date\n1,{text}\n"), "event_date") == [day]


WRITE = "    hint: write year, month, day: 2026-11-30"


@pytest.mark.parametrize(("text", "sentence"), [
    ("3/4/2026", "“3/4/2026” may be two days\n    hint: write 2026-04-03 or 2026-03-04"),
    ("12.11.2026", "“12.11.2026” may be two days\n    hint: write 2026-11-12 or 2026-12-11"),
    ("១/២/២០២៦", "“១/២/២០២៦” may be two days\n    hint: write 2026-02-01 or 2026-01-02"),
    ("4/13/2026", f"there is no day “4/13/2026”\n{WRITE}"), ("2026-02-30", f"there is no day “2026-02-30”\n{WRITE}"),
    ("29/2/2026", f"there is no day “29/2/2026”\n{WRITE}"),
    ("0/1/2026", f"there is no day “0/1/2026”\n{WRITE}"),
    ("13 April 2026", f"“13 April 2026” is not a date\n{WRITE}"), ("13/4/26", f"“13/4/26” is not a date\n{WRITE}"),
    ("13/4-2026", f"“13/4-2026” is not a date\n{WRITE}"), ("46125", f"“46125” is not a date\n{WRITE}"),
    ("2026-04-03 08:30:00", f"“2026-04-03 08:30:00” is not a date\n{WRITE}"),
    ("13/4/2570", "“13/4/2570” is in the year 2570\n    hint: write a year from 2000 to 2199"),
    ("1999-12-31", "“1999-12-31” is in the year 1999\n    hint: write a year from 2000 to 2199"),
    ("3/4/2570", "“3/4/2570” is in the year 2570\n    hint: write a year from 2000 to 2199"),
])
def test_dates_that_are_none(text: str, sentence: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "event_date", text) == [f"error: {sentence}"]


@pytest.mark.parametrize("text", ["a@example.org", "a.b+c@mail.example.org", "o'neil_1@example.co", "x@é.example"])
def test_addresses(text: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "email", text) == []


@pytest.mark.parametrize("text", ["a", "a@", "example.org", "a@b", "a@b.c", "a b@example.org", "a@example.org; b@example.org",
                                  "a..b@example.org",
                                  ".a@example.org", "a@-x.org", "a@x..org", "A <a@example.org>", "a@example.org>",
                                  "a@example.1", "é@example.org",
                                  "mailto:a@example.org"])
def test_addresses_that_are_none(text: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "email", text) == [
        f"error: “{text}” is not an e-mail address\n    hint: write one, like office@example.org"]


@pytest.mark.parametrize("text", ["https://example.org", "http://example.org/a?b=c#d", "HTTPS://Example.org:8443/",
                                  "https://example.org/សាលា",
                                  "https://a.b-c.example.org/x(y)", "https://example.org:65535", "https://example.org?x"])
def test_web_addresses(text: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "url", text) == []


@pytest.mark.parametrize("text", ["www.example.org", "example.org", "javascript:alert(1)", "data:text/html,x",
                                  "file:///etc/passwd", "https://",
                                  "https://localhost", "https://u@example.org", "https://example.org/a b",
                                  'https://example.org/"', "ftp://example.org",
                                  "https://example.org/<b>", "https://example.org\\x", "https://example.org:65536",
                                  "https://example.org:99999/x",
                                  "https://example.org:x", "https:/example.org", "x https://example.org", "https://exa_.org",
                                  "https://127.0.0.1/"])
def test_web_addresses_that_are_none(text: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "url", text) == [
        f"error: “{text}” is not a web address\n    hint: write it whole, like https://example.org/school"]


@pytest.mark.parametrize("text", ["+855 00 000 001", "012 345 678", "(023) 123-456", "012 345 678 / 011 222 333",
                                  "012345678;+85500000001", "1288",
                                  "០១២ ៣៤៥ ៦៧៨", "023.123.456"])
def test_telephone_numbers(text: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "telephone", text) == []
    assert values(entries(there, tmp_path, f'id,telephone\n1,"{text}"\n'), "telephone") == [text]


@pytest.mark.parametrize("text", ["12", "call me", "8.55E+11", "0123456789012345", "012 345 678 /", "012+345",
                                  "012 345 678 ext 2", "012 345 678 / x"])
def test_telephone_numbers_that_are_none(text: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "telephone", text) == [
        f"error: “{text}” is not a telephone number\n    hint: write it like +855 00 000 000; / stands between two"]


@pytest.mark.parametrize(("text", "number"), [("12345678", "12345678"), ("012 345 678 / 11222333", "11222333"),
                                              ("(23) 123 456", "(23) 123 456")])
def test_a_lost_nought_is_a_warning(text: str, number: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "telephone", text) == [
        f"warning: “{number}” begins with neither + nor 0: a spreadsheet may have taken its first zero\n"
        "    hint: format the column as text and type the number again"]
    assert values(entries(there, tmp_path, f"id,telephone\n1,{text}\n"), "telephone") == [text]


@pytest.mark.parametrize(("text", "count"), [("1", 1), ("007", 7), ("៣០", 30), ("999999", 999_999), ("", 1)])
def test_copies(text: str, count: int, there: Project, tmp_path: Path) -> None:
    (found,) = entries(there, tmp_path, f"id,copies\n1,{text}\n")
    assert found.recipient and found.recipient.copies == count


@pytest.mark.parametrize("text", ["0", "1.5", "1,000", "many", "1000000", "1e3", "²", "00"])
def test_copies_that_are_none(text: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, "copies", text) == [
        f"error: “{text}” is not a number of copies\n    hint: write a whole number from 1 to 999999"]


# ---- what the project offers


@pytest.mark.parametrize(("text", "languages"), [
    ("km", ("km",)), ("EN", ("en",)), ("en+km", ("en+km",)), ("km + en", ("km+en",)), ("en;km", ("en", "km")),
    ("en, km", ("en", "km")),
    ("en;en", ("en",)), ("en+km;km;", ("en+km", "km")), ("", ())])
def test_languages(text: str, languages: tuple[str, ...], there: Project, tmp_path: Path) -> None:
    (found,) = entries(there, tmp_path, f'id,language\n1,"{text}"\n')
    assert found.recipient and found.recipient.languages == languages


@pytest.mark.parametrize(("column", "text", "sentence"), [
    ("language", "xx", "there is no language “xx”\n    hint: there are: en, km"),
    ("language", "en;Khmer", "there is no language “Khmer”\n    hint: there are: en, km"),
    ("language", "en+", "there is no language “”\n    hint: there are: en, km"),
    ("language", "en-XA", "there is no language “en-XA”\n    hint: there are: en, km"),
    ("language", "en+EN", "“en+EN” is not two languages\n    hint: join two different ones with +"),
    ("language", "en+km+en", "“en+km+en” is not two languages\n    hint: join two different ones with +"),
    ("language", ";", "“;” names no language\n    hint: there are: en, km"),
    ("layout", "poster", "there is no layout “poster”\n    hint: there are: card"),
    ("edition", "gold", "there is no edition “gold”\n    hint: there are: paper, phone"),
])
def test_what_the_project_does_not_have(column: str, text: str, sentence: str, there: Project, tmp_path: Path) -> None:
    assert cell(there, tmp_path, column, text) == [f"error: {sentence}"]


@pytest.mark.parametrize(("row", "sentences"), [
    ("card,,en+km", ["D (language): the layout card does not take two languages, en+km\n    hint: write en;km for a file each"]),
    (",phone,en+km;km+en", [f"D (language): the edition phone does not take two languages, {one}+{two}\n"
                            f"    hint: write {one};{two} for a file each" for one, two in (("en", "km"), ("km", "en"))]),
    (",paper,en+km", []), ("card,paper,en;km", []), (",,en+km", []),
])
def test_what_does_not_go_together(row: str, sentences: list[str], there: Project, tmp_path: Path) -> None:
    found = said(there, tmp_path, f"id,layout,edition,language\n1,{row}\n")
    assert found == [f"error: list.csv: row 2, column {sentence}" for sentence in sentences]


def test_an_edition_that_the_layout_does_not_have(project: Folder, tmp_path: Path) -> None:
    for name, text in (("layout.html", "x"), ("layout.css", "@page { size: 100mm 70mm }"), ("layout.toml", None)):
        text = text or (project / "templates/layouts/card/layout.toml").read_text("utf-8").replace('["paper", "phone"]',
                                                                                                   '["paper"]')
        project.write(f"templates/layouts/flyer/{name}", text)
    assert said(discover(project.path), tmp_path, "id,layout,edition\n1,flyer,phone\n2,flyer,paper\n3,card,phone\n") == [
        "error: list.csv: row 2, column C (edition): the layout flyer has no edition phone\n    hint: it has: paper"]


# ---- what the fonts can print

LACKS = ("no font has “{}” ({})\n    hint: write it otherwise, or add a font that has it; asked: Kantumruy Pro")
AGAIN = "\n    hint: type the syllable again"


@pytest.mark.parametrize(("column", "text", "sentence"), [
    ("name_en", "École 学", LACKS.format("学", "U+5B66, cjk unified ideograph-5b66")),
    ("note", "\U0001f600", LACKS.format("\U0001f600", "U+1F600, grinning face")),
    ("venue", "a\ue000", LACKS.format("\ue000", "U+E000, no name")),
    ("name_km", "ាក", f"a dotted circle is printed at “ាក”{AGAIN}"),
    ("name_km", "ក\u200bខគឃង ាកខគឃងច", f"a dotted circle is printed at “ខគឃង ាកខគឃ”{AGAIN}"),
    ("contact", "Bak Toukា", f"a dotted circle is printed at “ Toukា”{AGAIN}"),
    ("contact", "ាក", f"a dotted circle is printed at “ាក”{AGAIN}"),
    ("name_km", "viTüal½y", "this was typed with an old font\n    hint: convert it to Unicode, or empty the cell"),
    ("name_km", "EfTaMeQamuKÁ", "this was typed with an old font\n    hint: convert it to Unicode, or empty the cell"),
    ("name_km", "ក ÁÂ", "“ÁÂ” was typed with an old font\n    hint: convert it to Unicode, or empty the cell"),
])
def test_what_cannot_be_printed(column: str, text: str, sentence: str, there: Project, tmp_path: Path) -> None:
    for _ in range(2):  # what is remembered of the first time changes nothing
        assert cell(there, tmp_path, column, text) == [f"error: {sentence}"]
    assert said(there, tmp_path, f'id,{column}\n1,កា A1\n2,"{text}"\n3,"{text}"\n') == [
        f"error: list.csv: row {row}, column B ({column}): {sentence}" for row in (3, 4)]


@pytest.mark.parametrize(("column", "text"), [
    ("name_km", "វិទ្យាល័យ\u200bព្រះស៊ីសុវត្ថិ"), ("name_km", "វិទ្\u200bយាល័យ"), ("name_km", "Preah Sisowath"),
    ("name_en", "EfTaMeQamuKÁ"), ("contact", "លោក សុខ"),
    ("name_km", "ស្រ្តី"), ("id", "学"), ("note", "é e\u0301 – “a”")])
def test_what_can_be_printed(column: str, text: str, there: Project, tmp_path: Path) -> None:
    assert said(there, tmp_path, f"id,{column}\n1,{text}\n" if column != "id" else f"id\n{text}\n") == []


def test_only_languages_that_are_asked_for_count(project: Folder, tmp_path: Path) -> None:
    """Each language is asked in its own fonts: a name in the column of a language, other cells in those of the row."""
    moul = (ROOT / "assets/fonts/moul/Moul_400Regular.ttf").read_bytes()
    project.write("assets/fonts/moul/Moul_400Regular.ttf", moul)
    project.write("locales/km/language.css", ":root { --text-family: Moul }").write("locales/en/language.css",
                                                                                    'p { font-family: "Kantumruy Pro" }')
    found = said(discover(project.path), tmp_path, 
                 "id,name_en,name_km,note,language\n1,€,,,km\n2,,,€,en\n3,,,€,km\n4,,€,,en\n5,,,€,\n6,,,€,en;km\n")
    places = [line.partition(": no font has “€”")[0] for line in found if "no font has “€”" in line]
    assert places == [f"error: list.csv: row {row}, column {column}" for row, column in
                      ((4, "D (note)"), (5, "C (name_km)"), (6, "D (note)"), (7, "D (note)"))]
    assert "asked: Moul" in "".join(found)


KHMER = "កខរសតវ្ាិីុូួើេែោៅំះៈ៉៊់័៍៏\u200c"


def circled(text: str) -> bool:
    """Whether HarfBuzz puts a dotted circle into the text, shaped as a whole."""
    found = stacks(ROOT / "locales/km/language.css", ROOT / "assets/fonts")
    return any(True for stack in found for _ in stack.circles(canonical(text)))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from(KHMER), max_size=10), mixed=st.text(st.sampled_from(KHMER + " aé"), max_size=10))
@example(text="្ក", mixed="្a")
@example(text="ក\u200cា", mixed="កa\u200cា")
def test_clusters_one_by_one_are_shaped_as_the_whole_text_is(text: str, mixed: str, whole: Project) -> None:
    """What is remembered of clusters says what HarfBuzz says of the text.

    Among Latin letters the clusters know more: a run of one script is guessed by its first letter, and a page has runs of each.
    """
    offer = Offer(whole)
    for _ in range(2):
        assert (offer.unprintable(text, "km") is not None) == circled(text)
        assert offer.unprintable(mixed, "km") or not circled(mixed)


# ---- the sample


def test_the_sample_is_whole(whole: Project) -> None:
    path = ROOT / "assets/samples/schools.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # else Excel shows no Khmer
    found = list(roll.read(path, whole))
    good = [entry.recipient for entry in found if entry.recipient]
    assert len(good) == len(found) == 40
    assert [entry.problems for entry in found if entry.problems] == []
    assert sum("name_km" in one.values for one in good) >= 35 and all("name_en" in one.values for one in good)


def test_nothing_in_the_sample_but_names_is_a_fact(whole: Project) -> None:
    for entry in roll.read(ROOT / "assets/samples/schools.csv", whole):
        assert entry.recipient
        one = entry.recipient.values
        assert one["email"].endswith("@example.org") and one["url"].startswith("https://example.org/")
        assert one["telephone"].startswith("+855 00 000 0") and one["contact"] == "School office"
        assert "event_date" not in one and "venue" not in one
