"""Signature: an approval is for one message as it was; one edit takes back one approval and no other."""

import datetime
import hashlib
from pathlib import Path

import pytest
from factories import CONTENT, KHMER, Folder, po

from brochure.catalog import copy as copies
from brochure.errors import CatalogError, UsageError
from brochure.project import discover
from brochure.review import signature
from brochure.review.signature import CHANGED, SIGNED, UNSIGNED, Signed

PO = "locales/km/LC_MESSAGES/nurse.po"
CSV = "locales/km/signoff.csv"
DAY = datetime.date(2026, 2, 3)
GOOD = "nurse.hook,0123456789abcdef,Dara,2026-02-03"


def sign(project: Folder, *wanted: str, by: str = "Sok Dara", but: tuple[str, ...] = (), code: str = "") -> Signed:
    """Sign messages, or all if none is named."""
    return signature.sign(discover(project.path), "km", "nurse", wanted or None, by, DAY, but=but, code=code)


def states(project: Folder) -> dict[str, str]:
    """The state of every message."""
    there = discover(project.path)
    copy = copies.load(there.root, there.language("km"), "en", "nurse", gaps=True)
    approvals = signature.load(there.root, "km")
    return {message.key: approvals.of(message, copy)[0] for message in signature.messages(there.root, "nurse")}


def test_nothing_is_signed_at_first(project: Folder) -> None:
    assert set(states(project).values()) == {UNSIGNED}
    assert list(states(project)) == [*KHMER, "common.as_of"]


def test_a_row_holds_key_hash_name_and_day(project: Folder) -> None:
    assert sign(project, "nurse.what.pay") == Signed(("nurse.what.pay",), ())
    digits = hashlib.sha256("Most earn well\0ប្រាក់ខែល្អ".encode()).hexdigest()[:16]
    assert (project / CSV).read_bytes() == f"key,hash,by,date\nnurse.what.pay,{digits},Sok Dara,2026-02-03\n".encode()
    assert [key for key, state in states(project).items() if state == SIGNED] == ["nurse.what.pay"]


def test_one_edit_of_the_translation_takes_back_one_approval(project: Folder) -> None:
    sign(project)
    assert set(states(project).values()) == {SIGNED}
    project.write(PO, po({**KHMER, "nurse.hook": ("Care for people.", "ថែទាំ")}))
    assert [key for key, state in states(project).items() if state != SIGNED] == ["nurse.hook"]
    assert states(project)["nurse.hook"] == CHANGED
    project.write(PO, po(KHMER))
    assert set(states(project).values()) == {SIGNED}


def test_one_edit_of_the_source_text_takes_back_one_approval(project: Folder) -> None:
    sign(project)
    project.edit("templates/content/nurse.toml", '"Care for people."', '"Care for all people."')
    assert {key for key, state in states(project).items() if state != SIGNED} == {"nurse.hook"}
    project.write(PO, po({**KHMER, "nurse.hook": ("Care for all people.", "ថែទាំមនុស្ស")}))
    assert {key: state for key, state in states(project).items() if state != SIGNED} == {"nurse.hook": CHANGED}


def test_what_is_not_ready_cannot_be_signed_and_is_named(project: Folder) -> None:
    project.write(PO, po({**KHMER, "nurse.hook": ("Care for people.", "")}).replace(
        'msgctxt "nurse.title"', '#, fuzzy\nmsgctxt "nurse.title"'))
    done = sign(project)
    assert len(done.keys) == len(KHMER) + 1 - 2
    assert [(one.severity, one.what.partition(":")[0]) for one in done.left] == [
        ("warning", "nurse.title is marked as fuzzy"), ("warning", "nurse.hook is not translated")]
    assert states(project)["nurse.hook"] == states(project)["nurse.title"] == UNSIGNED


def test_messages_are_named_by_number_in_any_digits(project: Folder) -> None:
    project.write("locales/numbers.txt", "1 nurse.name\n2 nurse.title\n3 nurse.hook\n")
    assert sign(project, "២", "3", "nurse.what.title", "3").keys == ("nurse.title", "nurse.hook", "nurse.what.title")
    assert "nurse.hook" not in sign(project, by="Chan", but=("3",)).keys


def test_the_code_of_a_sheet_keeps_people_from_signing_what_they_have_not_seen(project: Folder) -> None:
    there = discover(project.path)
    scope = signature.messages(there.root, "nurse")
    code = signature.sheet(copies.load(there.root, there.language("km"), "en", "nurse"), scope)
    assert len(sign(project, code=code.upper()).keys) == len(scope)
    before = (project / CSV).read_bytes()
    project.write(PO, po({**KHMER, "nurse.hook": ("Care for people.", "ថែទាំ")}))
    with pytest.raises(UsageError, match=f"the words have changed since the sheet {code} was printed"):
        sign(project, by="Chan", code=code)
    assert (project / CSV).read_bytes() == before


@pytest.mark.parametrize(("wanted", "by", "said"), [
    (("nurse.nothing",), "Dara", "there is no message 'nurse.nothing' in nurse"),
    (("77",), "Dara", "there is no message '77' in nurse"),
    ((), " ", "the name ' ' is empty, or has spaces around it"),
    ((), "=1+1", "does not begin with a letter"),
    ((), "a\nb", "has a control character in it"),
])
def test_a_wrong_name_writes_nothing(wanted: tuple[str, ...], by: str, said: str, project: Folder) -> None:
    with pytest.raises(UsageError) as caught:
        sign(project, *wanted, by=by)
    assert [said in problem.what for problem in caught.value.problems] == [True]
    assert not (project / CSV).exists()


def test_the_source_language_has_nothing_to_sign(project: Folder) -> None:
    with pytest.raises(UsageError, match="en is not a translation"):
        signature.sign(discover(project.path), "en", "nurse", None, "Dara", DAY)


def test_the_order_is_by_key_and_name_whatever_was_signed_first(project: Folder) -> None:
    sign(project, "nurse.title", by="Sok")
    sign(project, "nurse.hook", by="Sok")
    sign(project, "nurse.title", by="Chan, M.")
    first = (project / CSV).read_bytes()
    assert [(row.key, row.by) for row in signature.load(project.path, "km").rows] == [
        ("nurse.hook", "Sok"), ("nurse.title", "Chan, M."), ("nurse.title", "Sok")]
    sign(project, "nurse.title", by="Sok")
    assert (project / CSV).read_bytes() == first
    assert list((project / CSV).parent.glob(".*")) == []


def test_a_file_from_a_spreadsheet_is_read(project: Folder) -> None:
    project.write(CSV, b"\xef\xbb\xbfkey,hash,by,date\r\n" + GOOD.encode() + b"\r\n")
    assert [row.by for row in signature.load(project.path, "km").rows] == ["Dara"]


@pytest.mark.parametrize(("text", "where", "said"), [
    ("key;hash;by;date\n", 1, "the columns are not key,hash,by,date"),
    ("", 1, "the columns are not key,hash,by,date"),
    (f"key,hash,by,date\n{GOOD},\n", 2, "the line has 5 cells, not 4"),
    (f"key,hash,by,date\n{GOOD}\n\n", 3, "the line has 0 cells, not 4"),
    (f"key,hash,by,date\n{GOOD}\n{GOOD}\n", 3, "Dara signs nurse.hook twice (also in line 2)"),
    ("key,hash,by,date\nnurse.hook,1.2E+15,Dara,2026-02-03\n", 2, "'1.2E+15' is not a hash of 16 digits and letters a to f"),
    ("key,hash,by,date\nnurse.hook,0123456789abcdef,Dara,03/02/2026\n", 2, "'03/02/2026' is not a date like 2026-11-30"),
    ("key,hash,by,date\nnurse.hook,0123456789abcdef,Dara,20260203\n", 2, "'20260203' is not a date like 2026-11-30"),
    ("key,hash,by,date\nNurse,0123456789abcdef,Dara,2026-02-03\n", 2, "'Nurse' is not the key of a message"),
    ("key,hash,by,date\nnurse.hook,0123456789abcdef,,2026-02-03\n", 2, "the name '' is empty, or has spaces around it"),
    ('key,hash,by,date\nnurse.hook,"0123\n', 3, "cannot be read: unexpected end of data"),
    (b"key,hash,by,date\nnurse.hook,0123456789abcdef,D\xe9ra,2026-02-03\n", 2, "the byte 0xe9 is not UTF-8"),
])
def test_reading_is_strict_and_names_the_line(text: str | bytes, where: int, said: str, project: Folder) -> None:
    project.write(CSV, text)
    before = (project / CSV).read_bytes()
    with pytest.raises(CatalogError) as caught:
        sign(project)
    (problem,) = caught.value.problems
    assert (problem.what, bool(problem.hint)) == (said, True)
    assert problem.where in (f"{CSV}:{where}", f"{CSV}:{where - 1}" if "end of data" in said else "")
    assert (project / CSV).read_bytes() == before


def test_all_problems_of_the_file_are_told_at_once(project: Folder) -> None:
    project.write(CSV, "key,hash,by,date\nx,y,z,w\n")
    with pytest.raises(CatalogError) as caught:
        signature.load(project.path, "km")
    assert len(caught.value.problems) == 3


def test_only_one_career_need_not_be_named(project: Folder) -> None:
    assert signature.career(discover(project.path), None) == "nurse"
    with pytest.raises(UsageError, match="there is no career 'x'"):
        signature.career(discover(project.path), "x")
    project.write("templates/content/cook.toml", CONTENT)
    with pytest.raises(UsageError, match="name one with --career: cook, nurse"):
        signature.career(discover(project.path), None)


def test_the_command_signs_and_says_so(project: Folder, tmp_path: Path) -> None:
    done = project.run("catalog", "sign", "--lang", "km", "--by", "សុខ ដារ៉ា", "--all", "--except", "nurse.hook", 
        "--date", "2026-02-03")
    assert (done.returncode, done.stdout) == (0, "8 messages signed by សុខ ដារ៉ា\n")
    assert (project / CSV).read_text("utf-8").count(",សុខ ដារ៉ា,2026-02-03\n") == 8
    vague = project.run("catalog", "sign", "--lang", "km", "--by", "Dara")
    assert vague.returncode == 2 and "or give --all" in vague.stderr
