"""Update: a new template changes what it must in a translator's catalog, and no other byte."""

import random
import time
from pathlib import Path

import pytest
from catalogs import HEADER, KEYS, TEXT, accepted, block, message, obsolete, po, pot
from factories import Folder
from hypothesis import given
from hypothesis import strategies as st

from brochure.catalog import blocks
from brochure.catalog.similar import difference, match
from brochure.catalog.update import Update, update
from brochure.errors import CatalogError

ONE, TWO, THREE = message("a.one", "One", "មួយ"), message("a.two", "Two", "ពីរ"), message("a.three", "Three", "បី")
LONG = "Technicians repair the machines of a hospital by day and by night"


def empty(key: str, msgid: str, note: str = "Note.") -> str:
    return message(key, msgid, note=note)


def test_nothing_new() -> None:
    data = po(ONE, TWO)
    found = update(data, pot(empty("a.one", "One"), empty("a.two", "Two")))
    assert found == Update(data, new=(), changed=(), kept=("a.one", "a.two"), revived=(), obsolete=(), notes=())


def test_changed_english_keeps_the_translation_as_fuzzy(tmp_path: Path) -> None:
    found = update(po(ONE, TWO), pot(empty("a.one", "The first one"), empty("a.two", "Two")))
    assert found.changed == ("a.one",) and found.notes == ("a.one: the English changed",)
    assert found.data == po(message("a.one", "The first one", "មួយ", '#, fuzzy\n#| msgid "One"\n'), TWO)
    assert accepted(found.data, tmp_path)


def test_changed_english_without_a_translation_is_not_fuzzy() -> None:
    found = update(po(empty("a.one", "One")), pot(empty("a.one", "First")))
    assert found.data == po(empty("a.one", "First")) and found.changed == ("a.one",) and not found.notes


@pytest.mark.parametrize(("old", "new", "note"), [
    ("Pay: 300 USD", "Pay: 400 USD", "only a number changed: 300 → 400"),
    ("From 1,500 to 2,000 in 2024", "From 1,600 to 2,500 in 2024", "only numbers changed: 1,500 → 1,600, 2,000 → 2,500"),
    ("Call 023 456 789 now", "Call 023 456 780 now", "only a telephone number changed: 023 456 789 → 023 456 780"),
    ("Call +855 23 456 789", "Call +855 23 456 780", "only a telephone number changed: +855 23 456 789 → +855 23 456 780"),
    ("Write to a@x.org.", "Write to b@x.org.", "only an address changed: a@x.org → b@x.org"),
    ("See https://x.org/a.", "See https://y.org/b.", "only an address changed: https://x.org/a → https://y.org/b"),
    ("See x.org or a@x.org", "See y.org or a@y.org", "only addresses changed: x.org → y.org, a@x.org → a@y.org"),
    ("See x.org, 24 hours", "See y.org, 12 hours", "only numbers changed: x.org → y.org, 24 → 12"),
    ("Is it hard?", "is it  hard", "punctuation only"),
    ("“Yes”, he said.", "'Yes' he said", "punctuation only"),
    ("5% more", "5$ more", ""), ("More & more", "More more", ""), ("A<br>B", "A B", ""), ("One", "Two", ""),
    ("It costs 5", "It costs", ""),
    ("Pay 300", "They pay 400", ""), ("As of %(date)s", "As of %(day)s", ""),
])
def test_small_differences_are_named(old: str, new: str, note: str) -> None:
    assert difference(old, new) == note
    found = update(po(message("a.x", old, "ក")), pot(empty("a.x", new)))
    assert found.notes == (f"a.x: {note or 'the English changed'}",)
    assert (f"# brochure: {note}\n" if note else "# brochure") in found.data.decode() or not note
    assert "#, fuzzy\n" in found.data.decode()


def test_a_later_change_compares_with_the_text_that_was_translated() -> None:
    first = update(po(message("a.x", "Pay: 300", "ប្រាក់ 300", "# mine\n")), pot(empty("a.x", "Pay: 400"))).data
    second = update(first, pot(empty("a.x", "Pay: 500"))).data
    assert block(second, "a.x") == ('# mine\n# brochure: only a number changed: 300 → 500\n#. Note.\n#: a.toml\n#, fuzzy\n'
                                    '#| msgid "Pay: 300"\nmsgctxt "a.x"\nmsgid "Pay: 500"\nmsgstr "ប្រាក់ 300"')
    again = update(second, pot(empty("a.x", "Pay: 300")))
    assert again.notes == ("a.x: the English is again what it was",) and "#|" not in again.data.decode()
    assert "#, fuzzy" in again.data.decode()


def test_comments_and_places_follow_the_template() -> None:
    translated = message("a.one", "One", "មួយ", "# Mine.\n")
    found = update(po(translated, TWO), pot(empty("a.one", "One", "Another note."), empty("a.two", "Two")))
    assert found.data == po(message("a.one", "One", "មួយ", "# Mine.\n", "Another note."), TWO)
    assert found.kept == ("a.one", "a.two")


def test_comments_that_say_the_same_in_other_lines_stay() -> None:
    wrapped = ONE.replace("#. Note.", "#. A note\n#. in two   lines.").replace("#: a.toml\n", "#: a.toml b.toml\n")
    template = empty("a.one", "One", "A note in two lines.").replace("#: a.toml\n", "#: a.toml\n#: b.toml\n")
    assert update(po(wrapped), pot(template)).data == po(wrapped)


def test_new_messages_stand_after_their_predecessors_and_nothing_else_moves() -> None:
    keys = ("zero", "one", "half", "quarter", "two", "last")
    found = update(po(TWO, ONE), pot(*(empty(f"a.{key}", key.title()) for key in keys)))
    assert found.new == ("a.zero", "a.half", "a.quarter", "a.last")
    order = [one.key for one in blocks.read(found.data, "x") if one.message]
    assert order == ["a.zero", "a.two", "a.last", "a.one", "a.half", "a.quarter"]


def test_gone_messages_are_kept_as_obsolete_and_come_back(tmp_path: Path) -> None:
    gone = update(po(ONE, TWO), pot(empty("a.two", "Two")))
    assert gone.obsolete == ("a.one",)
    assert gone.data == po(TWO, obsolete(ONE)) and accepted(gone.data, tmp_path)
    back = update(gone.data, pot(empty("a.two", "Two"), empty("a.one", "One")))
    assert back.revived == ("a.one",) and back.new == () and back.data == po(TWO, ONE)


def test_a_message_that_comes_back_with_other_english_is_fuzzy() -> None:
    back = update(po(TWO, obsolete(ONE)), pot(empty("a.two", "Two"), empty("a.one", "The first")))
    assert back.revived == ("a.one",)
    assert back.data == po(TWO, message("a.one", "The first", "មួយ", '#, fuzzy\n#| msgid "One"\n'))


def test_of_two_obsolete_messages_the_one_with_the_same_english_comes_back() -> None:
    other = obsolete(message("a.one", "Uno", "១"))
    back = update(po(TWO, obsolete(ONE), other), pot(empty("a.one", "One"), empty("a.two", "Two")))
    assert back.data == po(ONE, TWO, other) and back.revived == ("a.one",)


def test_untranslated_messages_leave_without_a_trace_unless_somebody_wrote_to_them() -> None:
    found = update(po(ONE, empty("a.x", "X"), message("a.y", "Y", "", "# What is this?\n")), pot(empty("a.one", "One")))
    assert found.obsolete == ("a.x", "a.y")
    assert found.data == po(ONE, "# What is this?\n" + obsolete(message("a.y", "Y")))


def test_a_text_that_moved_is_a_guess_and_its_old_place_is_kept(tmp_path: Path) -> None:
    found = update(po(ONE, message("a.old", LONG, "ជាង", "# Mine.\n")), pot(empty("a.one", "One"), empty("a.new", f"{LONG} too")))
    assert found.new == ("a.new",) and found.obsolete == ("a.old",)
    assert found.notes == ("a.new: taken from a.old, whose English was much the same",)
    assert block(found.data, "a.new") == (f'# Mine.\n#. Note.\n#: a.toml\n#, fuzzy\n#| msgctxt "a.old"\n#| msgid "{LONG}"\n'
                                          f'msgctxt "a.new"\nmsgid "{LONG} too"\nmsgstr "ជាង"')
    assert obsolete(message("a.old", LONG, "ជាង")) in found.data.decode() and accepted(found.data, tmp_path)
    # back at its old place, the guess that nobody looked at leaves nothing behind
    back = update(found.data, pot(empty("a.one", "One"), empty("a.old", LONG)))
    assert back.revived == ("a.old",) and back.data.decode().count("ជាង") == 2 and "a.new" in back.data.decode()


@pytest.mark.parametrize(("old", "new"), [
    ("Men", "Women"), ("Not accepted", "Accepted"), ("Boys", "Girls"), ("Monday", "Sunday"), ("None", "Delete selected"),
    ("You may enter", "You may leave"), ("All work is done by night in the hospital", "All pay is given by day at the office"),
])
def test_short_or_different_texts_are_no_guess(old: str, new: str) -> None:
    found = update(po(message("a.old", old, "ក")), pot(empty("a.new", new)))
    assert found.new == ("a.new",) and not found.notes and block(found.data, "a.new").endswith('msgstr ""')


def test_no_old_text_for_two_new_ones() -> None:
    found = update(po(message("a.old", LONG, "ជាង")), pot(empty("a.x", f"{LONG} and more"), empty("a.y", f"{LONG} too")))
    assert found.notes == ("a.y: taken from a.old, whose English was much the same",)  # the closer one
    later = update(found.data, pot(empty("a.y", f"{LONG} too"), empty("a.z", f"{LONG} again")))
    assert later.notes == ()  # the obsolete text is used by a.y


def test_a_text_that_is_still_in_use_is_no_guess() -> None:
    assert update(po(message("a.one", LONG, "ជាង")), pot(empty("a.one", LONG), empty("a.two", f"{LONG} too"))).notes == ()


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_other_line_ends_stay(newline: str) -> None:
    data = po(ONE, TWO).replace(b"\n", newline.encode())
    found = update(data, pot(empty("a.one", "One"), empty("a.new", "New")))
    assert found.data == po(ONE, empty("a.new", "New"), obsolete(TWO)).replace(b"\n", newline.encode())


def test_no_line_end_at_the_end_stays() -> None:
    found = update(po(ONE)[:-1], pot(empty("a.one", "One"), empty("a.two", "Two")))
    assert found.data == po(ONE, empty("a.two", "Two"))[:-1]
    assert update(po(ONE)[:-1], pot(empty("a.one", "1"))).data == update(po(ONE), pot(empty("a.one", "1"))).data[:-1]


def test_messages_without_empty_lines_between_them() -> None:
    tight = (po(ONE).decode() + TWO + THREE).encode()
    same = [empty("a.one", "One"), empty("a.two", "Two"), empty("a.three", "Three")]
    assert update(tight, pot(*same)).data == tight
    found = update(tight, pot(same[0], empty("a.new", "New"), same[2])).data.decode()
    assert found == po(ONE).decode() + "\n" + empty("a.new", "New") + THREE + "\n" + obsolete(TWO)


def test_comments_at_the_end_stay_at_the_end() -> None:
    found = update(po(ONE, TWO, "# The end.\n\n"), pot(empty("a.one", "One"), empty("a.new", "New")))
    assert found.data == po(ONE, empty("a.new", "New"), obsolete(TWO), "# The end.\n\n")


def test_new_texts_are_wrapped_where_the_catalog_is(tmp_path: Path) -> None:
    long = "word " * 40 + "end"
    wrapped = message("a.one", "One").replace('msgstr ""', 'msgstr ""\n"មួយ "\n"ពីរ"')
    found = update(po(wrapped), pot(empty("a.one", "One"), empty("a.new", long)))
    assert 'msgid ""\n"word word' in found.data.decode() and max(map(len, found.data.decode().split("\n"))) < 80
    translated = found.data.replace(b'end"\nmsgstr ""', 'end"\nmsgstr "ក"'.encode())
    again = update(translated, pot(empty("a.one", "One"), empty("a.new", f"{long} x")))
    assert '#| msgid ""\n#| "word word' in again.data.decode() and accepted(again.data, tmp_path)
    assert update(po(ONE), pot(empty("a.one", "One"), empty("a.new", long))).data == po(ONE, empty("a.new", long))


def test_a_damaged_file_is_refused_with_its_line() -> None:
    with pytest.raises(CatalogError, match=r"locales/km/a\.po:13: the quotation mark after the text is missing"):
        update(po(ONE).replace('"មួយ"'.encode(), '"មួយ'.encode()), pot(ONE), "locales/km/a.po")
    with pytest.raises(CatalogError, match=r"locales/km/a\.pot:1: the header is missing"):
        update(po(ONE), ONE.encode(), "locales/km/a.po")
    with pytest.raises(CatalogError, match="the language is km, but the file is in the folder of lo"):
        update(po(ONE), pot(ONE), "locales/lo/a.po", "lo")


ABOVE = st.sampled_from(["", "# mine\n", "#, fuzzy\n", '#, fuzzy\n#| msgid "was"\n'])
ROWS = st.lists(st.tuples(TEXT, st.just("") | TEXT, ABOVE), min_size=6, max_size=6)
MESSAGES = st.tuples(KEYS, ROWS).map(lambda pair: list(zip(*pair, strict=False)))
ENDS = st.sampled_from(["\n", "\r\n"])


@given(MESSAGES, MESSAGES, ENDS, st.booleans())
def test_the_same_template_changes_no_byte(live: list, old: list, newline: str, open_end: bool) -> None:
    parts = [message(key, msgid, msgstr, above) for key, (msgid, msgstr, above) in live]
    parts += [obsolete(message(key, msgid, msgstr)) for key, (msgid, msgstr, _) in old]
    data = po(*parts).replace(b"\n", newline.encode())
    data = data.rstrip() if open_end else data
    template = pot(*(empty(key, msgid) for key, (msgid, _, _) in live))
    assert update(data, template).data == data


@given(MESSAGES, st.integers(0, 5), TEXT)
def test_one_edited_message_changes_one_block(live: list, number: int, text: str) -> None:
    number %= len(live)
    parts = [message(key, msgid, msgstr, above) for key, (msgid, msgstr, above) in live]
    template = pot(*(empty(key, text if at == number else msgid) for at, (key, (msgid, _, _)) in enumerate(live)))
    found = blocks.read(update(po(*parts), template).data, "x")
    old = blocks.read(po(*parts), "x")
    assert len(found.parts) == len(old.parts)
    same = [one.text == other.text for one, other in zip(found, old, strict=True)]
    assert all(one for at, one in enumerate(same) if at != number + 1)  # the header is the first block
    changed = found.parts[number + 1]
    assert (changed.msgid, changed.msgstr) == (text, old.parts[number + 1].msgstr)


@given(MESSAGES, MESSAGES)
def test_no_translation_is_ever_lost(live: list, wanted: list) -> None:
    data = po(*(message(key, msgid, msgstr, above) for key, (msgid, msgstr, above) in live))
    template = pot(*(empty(key, msgid) for key, (msgid, _, _) in wanted))
    found = update(data, template)
    there = blocks.read(found.data, "x")
    kept = {one.msgstr for one in there if one.unit is not None}
    assert {msgstr for _, (_, msgstr, _) in live if msgstr.strip()} <= kept
    assert {one.key: one.msgid for one in there if one.message} == {key: msgid for key, (msgid, _, _) in wanted}
    assert update(found.data, template).data == found.data


def test_five_hundred_long_messages_in_seconds() -> None:
    words, dice = [f"word{number}" for number in range(200)], random.Random(1)
    texts = [" ".join(dice.choice(words) for _ in range(40)) for _ in range(500)]
    changed = [text.replace(" ", " x ", 3) for text in texts]
    data = po(*(message(f"a.k{at}", text, "ក" * 80) for at, text in enumerate(texts)))
    started = time.perf_counter()
    found = update(data, pot(*(empty(f"b.k{at}", text) for at, text in enumerate(changed))))
    assert time.perf_counter() - started < 10  # about 1 s
    assert len(found.notes) == len(found.new) == 500
    assert match(changed, texts) == {at: at for at in range(500)}


def test_the_header_never_changes() -> None:
    found = update(po(ONE), pot(empty("a.one", "First")))
    assert found.data.decode().startswith(HEADER)


def test_the_command_brings_templates_numbers_and_comments_too(project: Folder) -> None:
    """What a translator is told of a message (its number, its place, its room) stands in the catalog itself."""
    first = project.run("catalog", "update")
    assert first.returncode == 0, first.stderr
    assert first.stdout == ("locales/brochure.pot\nlocales/nurse.pot\nlocales/numbers.txt\n"
                            "locales/km/LC_MESSAGES/brochure.po: only comments changed\n"
                            "locales/km/LC_MESSAGES/nurse.po: only comments changed\n")
    data, pot = ((project / name).read_text("utf-8") for name in ("locales/km/LC_MESSAGES/nurse.po", "locales/nurse.pot"))
    told = [line for line in pot.splitlines() if line.startswith("#. ")]
    assert [line for line in data.splitlines() if line.startswith("#. ")] == told
    assert [number for number in range(1, 8) if f"#. ⟦{number}⟧ " not in data] == []

    second = project.run("catalog", "update", "--lang", "km")
    assert second.stdout == ("locales/km/LC_MESSAGES/brochure.po: nothing changed\n"
                             "locales/km/LC_MESSAGES/nurse.po: nothing changed\n")
    project.edit("templates/content/nurse.toml", '[name]\ntext = "Nurse"', '[name]\ntext = "A nurse"')
    third = project.run("catalog", "update", "nurse")
    assert "locales/nurse.pot\n" in third.stdout and "nurse.po: 1 changed\n    nurse.name: " in third.stdout
    assert project.run("catalog", "extract", "--check").returncode == 0
