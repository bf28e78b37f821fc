"""What a server's answer means: the table, a line a case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brochure.mail.replies import Move, Reply, Stage, move

CASES = [
    ("greeting", 220, "ready", "on"),
    ("greeting", 421, "4.3.2 busy", "pause"),
    ("greeting", 554, "5.7.1 not you", "stop"),
    ("login", 235, "2.7.0 welcome", "on"),
    ("login", 535, "5.7.8 wrong", "stop"),
    ("login", 534, "5.7.9 too weak", "stop"),
    ("login", 454, "4.7.0 later", "pause"),
    ("login", 530, "5.7.0 STARTTLS first", "stop"),
    ("sender", 250, "ok", "on"),
    ("sender", 452, "4.3.1 no room", "defer"),
    ("sender", 421, "4.7.0 slow down", "pause"),
    ("sender", 550, "5.1.0 who are you", "stop"),
    ("sender", 530, "5.7.0 log in", "stop"),
    ("sender", 552, "5.3.4 too big", "fail"),
    ("recipient", 251, "forwarded", "on"),
    ("recipient", 450, "4.2.0 greylisted", "defer"),
    ("recipient", 450, "greylisting", "defer"),
    ("recipient", 451, "4.7.1 Greylisted, rate", "defer"),
    ("recipient", 451, "4.7.0 too many messages", "pause"),
    ("recipient", 450, "4.2.1 receiving mail at a rate that", "defer"),
    ("recipient", 421, "4.2.1 later", "pause"),
    ("recipient", 550, "5.1.1 no such user", "gone"),
    ("recipient", 550, "5.1.2 no such host", "gone"),
    ("recipient", 550, "no such user", "fail"),
    ("recipient", 552, "5.2.2 over quota", "fail"),
    ("recipient", 550, "5.2.1 off", "fail"),
    ("recipient", 550, "5.1.1 relaying denied for no such user", "gone"),
    ("recipient", 554, "5.7.1 Relay access denied", "stop"),
    ("recipient", 553, "5.7.1 Sender address rejected: not owned by user", "stop"),
    ("recipient", 553, "5.1.8 bad sender", "stop"),
    ("recipient", 550, "5.4.5 Daily user sending limit exceeded", "stop"),
    ("recipient", 550, "hourly sending limit reached", "stop"),
    ("data", 354, "go on", "on"),
    ("data", 250, "what", "lost"),
    ("data", 451, "4.3.0 later", "defer"),
    ("data", 554, "no", "fail"),
    ("dot", 250, "2.0.0 queued", "on"),
    ("dot", 451, "4.3.0 later", "defer"),
    ("dot", 421, "4.3.2 going", "pause"),
    ("dot", 554, "5.7.1 spam", "fail"),
    ("dot", 552, "5.3.4 too big", "fail"),
    ("dot", 354, "go on", "lost"),
    ("dot", -1, "", "lost"),
    ("dot", 0, "", "lost"),
    ("dot", 700, "", "lost"),
    ("dot", 199, "", "lost"),
]


@pytest.mark.parametrize(("stage", "code", "text", "expected"), CASES)
def test_an_answer(stage: str, code: int, text: str, expected: str) -> None:
    assert move(Reply(Stage(stage), code, text)) == expected


def test_every_move_is_in_the_table() -> None:
    assert {expected for *_, expected in CASES} == set(Move)


@given(st.sampled_from(list(Stage)), st.integers(-2, 1000), st.text(max_size=60))
def test_only_a_good_answer_to_the_dot_is_an_acceptance(stage: Stage, code: int, text: str) -> None:
    found = move(Reply(stage, code, text))
    if found is Move.ON:
        assert 200 <= code < 300 or (stage is Stage.DATA and code == 354)
    if found in (Move.FAIL, Move.GONE, Move.STOP):
        assert 500 <= code < 600
    if found in (Move.DEFER, Move.PAUSE):
        assert 400 <= code < 500


@pytest.mark.parametrize(("text", "enhanced"), [("5.1.1 no", "5.1.1"), ("5.1.10", "5.1.10"), ("5.1.1no", ""), ("no 5.1.1", ""),
                                                ("3.1.1 x", ""), ("", "")])
def test_the_enhanced_code(text: str, enhanced: str) -> None:
    assert Reply(Stage.DOT, 550, text).enhanced == enhanced
