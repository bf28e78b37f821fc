"""Attacks: whatever stands in a cell of a list is text on the page, or its row is refused by name; and nothing else happens."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest
from factories import ROOT, brochure
from yardstick import texts

from brochure.project import discover
from brochure.recipients import words
from brochure.recipients.cells import Fault
from brochure.recipients.report import FORMULA

ATTACKS = {
    "markup": "<b>bold</b><script>alert(1)</script>", "picture": '<img src="file:///etc/passwd">',
    "entity": "&lt;b&gt;&amp;&#65;&nbsp;", "sum": "{{ 7*7 }}", "include": "{% include '/etc/passwd' %}",
    "placeholder": "%(date)s %s %(x)", "format": "{0} {name} ${HOME} $(id)", "path": "../../../etc/x", "windows": "..\\..\\x",
    "drive": "C:\\x", "device": "NUL", "device with a suffix": "con.txt", "root": "/etc/x", "dots": "..", "dot": ".",
    "option": "--out", "nul": "a\0b", "bidi": "a\u202eb", "isolate": "a\u2067b\u2069", "zero width": "a\u200bb\u200d\u2060c",
    "order mark": "a\ufeffb", "soft hyphen": "a\u00adb", "dictionary": ")>>endobj 1 0 obj<</S/JavaScript/JS(x)>>",
    "parenthesis": "\\)\\(((", "stream": "endstream endobj", "trailer": "startxref 0 %%EOF", "operators": "(x) Tj ET Q BT",
    "hex": "<41> #20 /Name", "xmp": "</rdf:li></rdf:Alt><x:evil/>", "cdata": "]]><!--", "packet": '<?xpacket end="w"?>',
    "lines": "a\r\nb", "line": "a\u2028b", "formula": '=HYPERLINK("https://example.org")', "dde": "@SUM(1+1)*cmd|' /C calc'!A0",
    "tab": "\t=1+1", "long": "Long name " * 90, "longer": "x" * 2000, "emoji": "School \U0001f3eb\U0001f469\u200d\U0001f52c",
    "zalgo": "Z\u0351\u0352\u0363\u0489a\u0300\u0301\u0302\u0303lgo", "homograph": "https://ex\u0430mple.org/",
    "script": "javascript:alert(1)", "data": "data:text/html,<script>x</script>", "file": "file:///etc/passwd",
    "own mark": "https://slot.invalid/title", "second mark": "https://slot.invalid/language0",
    "address": "https://example.org/a?b=(1)&c=%28%29#\u1780'", "space": "https://example.org/a b",
    "credentials": "https://www.example.org@evil.example/", "mail": "a@example.org?bcc=b@example.org",
    "mail lines": "a@example.org%0d%0aBcc:b", "noncharacter": "a\uffff", "private": "a\ue000b", "quotes": "\"'`;,",
    "reference": "1 0 R", "null": "null true []",
}
COLUMNS = ("id", "name_en", "contact", "telephone", "email", "language", "event_date", "venue", "url",
           "layout", "edition", "extra")
PLAIN = {"name_en": "Plain School", "contact": "Dara", "telephone": "+855 00 000 001", "email": "a@example.org", "language": "en",
         "event_date": "2026-11-04", "venue": "Hall", "url": "https://example.org/a", "layout": "trifold-a4", "edition": ""}
SHOWN = ("name_en", "contact", "venue", "telephone", "email", "url")
ENGLISH = discover(ROOT).language("en")
RDF, DC = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://purl.org/dc/elements/1.1/}"


def rows() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every attack in every column: the column, the attack, and the row, whose other cells are plain."""
    for column in COLUMNS:
        for attack, text in ATTACKS.items():
            yield column, attack, {**PLAIN, "id": f"{COLUMNS.index(column)} {attack}", "extra": "", column: text}


def tree(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "out" not in path.relative_to(folder).parts[:1]}


@pytest.mark.parametrize("edition", ["screen", "office"])
def test_a_cell_is_text_or_its_row_is_refused_by_name(edition: str, tmp_path: Path) -> None:
    every = list(rows())
    with (tmp_path / "list.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, quoting=csv.QUOTE_ALL)
        table.writeheader()
        table.writerows(row for _, _, row in every)
    before = tree(tmp_path)
    done = brochure("schools", "build", "list.csv", "--edition", edition, "--out", "out", "--project", str(ROOT), "--jobs", "1",
                    folder=tmp_path)
    assert done.returncode == 11 and "Traceback" not in done.stderr
    assert tree(tmp_path) == before
    assert not set("\x1b\x07\0\u202e\u2067") & set(done.stdout + done.stderr)
    report = list(csv.DictReader(io.StringIO((tmp_path / "out/report.csv").read_text("utf-8-sig"))))
    assert not [cell for line in report for cell in line.values() if cell.startswith(FORMULA)]
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.pdf")}
    assert files == {line["file"] for line in report if line["state"] == "built"}
    # An attack is a row of the spreadsheet, whatever lines it has in the file.
    found = dict(zip(map(int, sorted({line["row"] for line in report}, key=int)), every, strict=True))
    refused = set()
    for line in report:
        column, attack, row = found[int(line["row"])]
        if line["state"] == "failed":
            refused.add((column, attack))
            assert f"list.csv: row {line['row']}" in line["problems"] and f"({column})" in line["problems"], line
        else:
            assert Path(line["file"]).parent == Path("bmet"), line
            written((tmp_path / "out" / line["file"]).read_bytes(), row, edition)
    # What every edition prints, and what none does.
    for attack in ("markup", "sum", "include", "entity", "dictionary", "stream", "xmp", "packet", "placeholder", "own mark",
                   "path"):
        assert ("name_en", attack) not in refused, attack
    for attack in ("nul", "bidi", "lines", "formula", "longer", "emoji", "zalgo"):
        assert ("name_en", attack) in refused, attack
    for attack in ("script", "data", "file", "space", "credentials"):
        assert ("url", attack) in refused, attack
    assert {attack for column, attack in refused if column == "layout"} == set(ATTACKS)


def written(data: bytes, row: dict[str, str], edition: str) -> None:
    """The file says what the row says, letter for letter, and nothing that is more than text."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert "/OpenAction" not in pdf.Root and "/JavaScript" not in pdf.Root.get("/Names", {})
        title, packet = str(pdf.docinfo.Title), pdf.Root.Metadata.read_bytes().decode()
        links = {str(link.A.URI) for page in pdf.pages for link in page.get("/Annots", []) if "/URI" in link.get("/A", {})}
    assert title == f"Biomedical equipment technician (BMET) – {row['name_en'].strip()}"
    said = ElementTree.fromstring(packet.encode())
    assert [item.text for item in said.iterfind(f".//{DC}title/{RDF}Alt/{RDF}li")] == [title]
    page = bare("".join(texts(data)))
    for column in SHOWN:
        assert bare(words.written(row[column].strip(), column, ENGLISH)) in page, (column, row)
    if edition == "screen":
        leads = {words.address(row[column].strip(), column) for column in ("telephone", "email", "url")}
        assert not any(isinstance(one, Fault) for one in leads) and leads <= links, (leads, links)
        assert len(links - leads) == 3  # the organisation's own


def bare(text: object) -> str:
    """Text without spaces, line ends and what is not seen."""
    assert isinstance(text, str)
    return "".join(sign for sign in text if not sign.isspace() and sign not in "\u200b\u2060\ufeff\u00ad\u200d\u0002\ufffe")
