"""Numbers of messages: given once, never changed, never given again; a damaged file says what to do."""

import pytest
from factories import Folder
from hypothesis import given
from hypothesis import strategies as st

from brochure.catalog import numbers
from brochure.catalog.numbers import FILE, HEAD, Numbers
from brochure.errors import CatalogError, Problem

GOOD = f"{HEAD}1 a.name\n2 a.title\n3 a.hook\n"


def problems(project: Folder, text: str | bytes) -> tuple[Problem, ...]:
    project.write(FILE, text)
    with pytest.raises(CatalogError) as caught:
        numbers.load(project.path)
    return caught.value.problems


def test_without_a_file_there_are_no_numbers(project: Folder) -> None:
    assert dict(numbers.load(project.path)) == {}


def test_the_first_numbers_are_those_of_reading_order(project: Folder) -> None:
    made = Numbers().grown(["a.title", "a.name", "a.title"])
    assert dict(made) == {"a.title": 1, "a.name": 2}
    assert made.text == f"{HEAD}1 a.title\n2 a.name\n"
    assert numbers.load(project.write(FILE, made.text).path) == made


def test_new_messages_get_the_next_numbers_wherever_they_stand(project: Folder) -> None:
    before = numbers.load(project.write(FILE, GOOD).path)
    after = before.grown(["a.new", "a.hook", "a.name", "a.newer"])
    assert after.text == f"{GOOD}4 a.new\n5 a.newer\n"
    assert {key: after[key] for key in before} == dict(before)


def test_a_number_is_not_given_again_when_its_message_has_gone() -> None:
    after = Numbers().grown(["a", "b"]).grown(["a", "c"]).grown(["c", "b"])
    assert dict(after) == {"a": 1, "b": 2, "c": 3}


def test_without_a_new_message_no_byte_changes(project: Folder) -> None:
    text = f"# my own words\n\n{GOOD}# an end without a line break"
    read = numbers.load(project.write(FILE, text).path)
    assert read.grown(["a.hook", "a.name"]).text == text
    assert read.grown(["b"]).text == f"{text}\n4 b\n"


@given(st.lists(st.lists(st.text("abc", min_size=1, max_size=3))))
def test_a_number_once_given_stays(versions: list[list[str]]) -> None:
    now = Numbers()
    for keys in versions:
        after = now.grown(keys)
        assert after.text.startswith(now.text)
        assert {key: after[key] for key in now} == dict(now)
        assert set(keys) <= set(after)
        assert sorted(after.values()) == list(range(1, len(after) + 1))
        now = after


def test_lines_that_end_as_windows_ends_them(project: Folder) -> None:
    read = numbers.load(project.write(FILE, GOOD.replace("\n", "\r\n")).path)
    assert dict(read) == {"a.name": 1, "a.title": 2, "a.hook": 3}
    assert read.grown(["b"]).text == f"{GOOD}4 b\n"


@pytest.mark.parametrize(("text", "expected"), [
    ("1 a\nb 2\n", [(":2", "“b 2” is not a number and a key")]),
    ("1 a\n2\n", [(":2", "“2” is not a number and a key")]),
    ("1 a\n2 b c\n", [(":2", "“2 b c” is not a number and a key")]),
    ("01 a\n", [(":1", "“01 a” is not a number and a key")]),
    ("0 a\n", [(":1", "“0 a” is not a number and a key")]),
    ("1 a\n3 c\n", [(":2", "the numbers jump from 1 to 3: 2 is missing")]),
    ("1 a\n2 b\n6 c\n7 d\n", [(":3", "the numbers jump from 2 to 6: 3 to 5 are missing")]),
    ("1 a\n3 c\n2 b\n", [(":2", "the numbers jump from 1 to 3: 2 is missing"),
                         (":3", "the number 2 stands after a larger one")]),
    ("1 a\n2 b\n1 a\n", [(":3", "1 a stands twice")]),
    ("1 a\n2 b\n3 a\n4 c\n", [(":3", "a has two numbers: 1 in line 1, and 3")]),
    ("1 a\n?\n4 d\n", [(":2", "“?” is not a number and a key"), (":3", "the numbers jump from 1 to 4: 2 to 3 are missing")]),
])
def test_a_damaged_file(project: Folder, text: str, expected: list[tuple[str, str]]) -> None:
    found = problems(project, text)
    assert [(one.where, one.what) for one in found] == [(FILE + where, what) for where, what in expected]
    assert all(one.hint for one in found)


def test_a_file_in_another_encoding(project: Folder) -> None:
    assert problems(project, b"1 a\n2 caf\xe9\n")[0].what == "the byte 0xe9 is not UTF-8"


def test_two_branches_that_git_joined_line_by_line(project: Folder) -> None:
    (found,) = problems(project, "1 a\n2 b\n3 ours\n4 ours.too\n3 theirs\n4 theirs.too\n")
    assert found == Problem(
        f"{FILE}:5",
        "the number 3 is given twice, to ours (line 3) and to theirs: two branches that both gave numbers were merged",
        "delete lines 5, 6; brochure catalog extract gives their messages the next numbers; what was noted on proofs of that "
        "branch names the old ones")
    mended = numbers.load(project.write(FILE, "1 a\n2 b\n3 ours\n4 ours.too\n").path).grown(["theirs", "theirs.too"])
    assert mended["theirs"] == 5


def test_a_shorter_and_a_longer_branch(project: Folder) -> None:
    (found,) = problems(project, "1 a\n2 ours\n2 theirs\n3 theirs.too\n")
    assert found.where == f"{FILE}:3" and found.hint.startswith("delete line 3; ")


def test_two_branches_that_git_could_not_join(project: Folder) -> None:
    (found,) = problems(project, "1 a\n<<<<<<< HEAD\n2 ours\n=======\n2 theirs\n>>>>>>> theirs\n")
    assert found == Problem(
        f"{FILE}:2",
        "a merge conflict was left in the file: both branches gave the next numbers to their new messages",
        "keep the lines of one branch, the one whose proofs are on more desks (such as those above line 4), delete the other's "
        "lines and the marks; brochure catalog extract gives their messages the next numbers")


def test_a_number_as_it_is_printed() -> None:
    assert numbers.mark(14) == "⟦14⟧"
