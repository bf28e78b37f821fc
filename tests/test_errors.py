"""Errors: what a problem looks like on a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brochure.errors import Problem, TemplateError

LINE = "\N{LINE SEPARATOR}"
OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"


def test_a_problem_is_a_line_and_a_hint() -> None:
    assert str(Problem("a.po:3", "“ក” is “ខ\u200bគ”", "write “é”")) == "a.po:3: “ក” is “ខ\u200bគ”\n    hint: write “é”"


@pytest.mark.parametrize(("raw", "shown"), [
    ("\x1b]0;title\x07", r"\x1b]0;title\x07"), ("a\nb\r", r"a\x0ab\x0d"), ("\0", r"\x00"), ("\x9b31m", r"\x9b31m"),
    ("\x7f", r"\x7f"), (LINE, r"\u2028"), (OVERRIDE, r"\u202e")])
def test_nothing_in_a_problem_reaches_the_terminal_raw(raw: str, shown: str) -> None:
    problem = Problem(f"w{raw}", f"x{raw}", f"y{raw}")
    assert str(problem) == f"w{shown}: x{shown}\n    hint: y{shown}"
    assert str(TemplateError([problem])) == str(problem)
    assert problem.as_json()["what"] == f"x{raw}", "machines get what there is"


@given(st.text(), st.text(), st.text(min_size=1))
def test_a_problem_has_two_lines_whatever_it_quotes(where: str, what: str, hint: str) -> None:
    lines = str(Problem(where, what, hint)).split("\n")
    assert len(lines) == 2 == len("\n".join(lines).splitlines())
    assert not [c for line in lines for c in line if ord(c) < 32 or 127 <= ord(c) < 160]
