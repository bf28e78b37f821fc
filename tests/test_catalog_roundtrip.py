"""Round trips: catalogs as Poedit, Weblate and GNU gettext write them come out of our hands as they went in."""

import re
from pathlib import Path

import pytest
from catalogs import HERE, KEYS, TEXT, accepted, message, obsolete, po
from factories import ROOT
from hypothesis import given
from hypothesis import strategies as st
from translate.storage import pypo

from brochure.catalog import blocks
from brochure.catalog.update import update
from brochure.errors import CatalogError

FILES = sorted([*HERE.glob("*.po*"), *(ROOT / "locales").rglob("*.po"), *(ROOT / "locales").glob("*.pot")])
CATALOGS = [path for path in FILES if path.suffix == ".po"]
NAMES = [path.relative_to(ROOT).as_posix() for path in FILES]
VARIANTS = {
    "as it is": lambda data: data,
    "Windows line ends": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "old Macintosh line ends": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
    "no line end at the end": lambda data: data.rstrip(),
    "empty lines at the end": lambda data: data + b"\n\n",
    "two empty lines between messages": lambda data: data.replace(b"\n\n", b"\n\n\n"),
    "a comment at the end": lambda data: data + b"\n# The end.\n",
}


def template(data: bytes) -> bytes:
    """The template that a catalog was made from."""
    text = data.decode().replace("\r\n", "\n")
    found = [one for one in blocks.read(text.encode(), "x") if one.message]
    parts = ['msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n']
    for one in found:
        notes = "".join(line for line in [*one.unit.automaticcomments, *one.unit.sourcecomments])
        parts.append(notes + blocks.plain(one.key, one.msgid, ""))
    return "\n".join(parts).encode()


def test_there_is_something_to_see() -> None:
    stems = {path.stem for path in HERE.glob("*.po")}
    assert stems == {"hand", "poedit", "poedit_edited", "poedit_windows", "msgcat", "msgmerge", "weblate", "weblate_unwrapped",
                     "weblate_flat"}
    assert b"X-Generator: Poedit" in (HERE / "poedit.po").read_bytes() and b"\r\n" in (HERE / "poedit_windows.po").read_bytes()
    assert b'#| msgid ""\n#| "Most' in (HERE / "msgmerge.po").read_bytes() and b"#~ msgid" in (HERE / "msgcat.po").read_bytes()


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_read_and_written_again(path: Path, variant: str) -> None:
    data = VARIANTS[variant](path.read_bytes())
    found = blocks.read(data, path.name)
    assert found.write(found.parts) == data
    assert len([one for one in found if one.message]) == len(re.findall(rb"(?m)^msgctxt ", data.replace(b"\r", b"\n")))


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_translate_toolkit_writes_each_message_as_it_was(path: Path) -> None:
    data = path.read_bytes()
    assert bytes(pypo.pofile.parsestring(data)) == data  # the whole file in its hands
    found = blocks.read(data, path.name)
    for one in found:
        assert one.unit is not None
        assert found.edit(one, lambda unit: None).text == one.text  # one message in its hands


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("path", CATALOGS, ids=[path.relative_to(ROOT).as_posix() for path in CATALOGS])
def test_one_edited_translation(path: Path, variant: str, tmp_path: Path) -> None:
    data = VARIANTS[variant](path.read_bytes())
    found = blocks.read(data, path.name)
    for at, one in enumerate(found.parts):
        if not one.message:
            continue
        new = found.edit(one, lambda unit: setattr(unit, "target", "ថ្មី"))
        written = found.write([*found.parts[:at], new, *found.parts[at + 1 :]])
        before, after = ("".join(part.text for part in parts).encode() for parts in (found.parts[:at], found.parts[at + 1 :]))
        assert written.startswith(before) and written.endswith(after)
        lines = one.text.splitlines()
        cut = next(number for number, line in enumerate(lines) if line.startswith("msgstr"))
        assert new.text.splitlines() == [*lines[:cut], 'msgstr "ថ្មី"']  # nothing above msgstr has changed
    if "Macintosh" not in variant:  # GNU gettext does not read those at all
        assert accepted(written, tmp_path)


@pytest.mark.parametrize("path", CATALOGS, ids=[path.relative_to(ROOT).as_posix() for path in CATALOGS])
@pytest.mark.parametrize("variant", VARIANTS)
def test_updated_with_its_own_template(path: Path, variant: str) -> None:
    data = VARIANTS[variant](path.read_bytes())
    assert update(data, template(data)).data == data


@pytest.mark.parametrize("path", CATALOGS, ids=[path.relative_to(ROOT).as_posix() for path in CATALOGS])
def test_updated_with_every_message_changed_moved_and_gone(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    plain = template(data)
    for changed in (plain.replace(b'\nmsgid "', b'\nmsgid "New: '), plain.replace(b'\nmsgctxt "', b'\nmsgctxt "new.'),
                    plain[: len(plain) // 2].rpartition(b"\n\n")[0] + b"\n"):
        found = update(data, changed)
        assert found.data != data and accepted(found.data, tmp_path)
        assert bytes(pypo.pofile.parsestring(found.data)) == found.data  # Weblate would change nothing either
        assert update(found.data, changed).data == found.data
        texts = {one.msgstr for one in blocks.read(found.data, "x") if one.unit is not None}
        assert {one.msgstr for one in blocks.read(data, "x") if one.unit is not None and one.msgstr} <= texts


def test_wrapped_as_the_tool_wraps() -> None:
    """English written anew in a catalog of GNU gettext's looks as GNU gettext wrote it (it counts Khmer's columns otherwise)."""
    for name in ("msgcat.po", "msgmerge.po", "weblate.po"):
        found = blocks.read((HERE / name).read_bytes(), name)
        assert found.width == blocks.WRAPPED
        for one in found:
            if one.message:
                assert found.edit(one, lambda unit: setattr(unit, "source", unit.source)).text == one.text
    for name in ("hand.po", "poedit.po", "weblate_unwrapped.po", "weblate_flat.po"):
        assert blocks.read((HERE / name).read_bytes(), name).width == blocks.UNWRAPPED


def test_a_message_that_the_parser_does_not_know_is_refused_and_not_overlooked() -> None:
    with pytest.raises(CatalogError, match=r"x\.po:8: the file cannot be read from here on"):
        blocks.read(po(message("a.b", "One", "១", "#| what is this\n")), "x.po")
    strange = '#~| what is this\n#~ msgctxt "a.c"\n#~ msgid "Two"\n#~ msgstr "២"\n'
    found = blocks.read(po(message("a.b", "One"), strange), "x.po")
    assert found.write(found.parts) == po(message("a.b", "One"), strange)


ABOVE = st.sampled_from(["", "# mine\n", "#, fuzzy\n", '#, fuzzy\n#| msgctxt "k"\n#| msgid "was"\n', "#, fuzzy, no-wrap\n"])
ROWS = st.lists(st.tuples(TEXT, st.just("") | TEXT, ABOVE, st.booleans()), min_size=6, max_size=6)
MESSAGES = st.tuples(KEYS, ROWS).map(lambda pair: [(key, *row) for key, row in zip(*pair, strict=False)])


@given(MESSAGES, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\n", "# end\n", "\n\n# end"]))
def test_any_catalog(rows: list, newline: str, end: str) -> None:
    texts = [message(key, msgid, msgstr, above) for key, msgid, msgstr, above, _ in rows]
    parts = [obsolete(text) if old else text for text, (*_, old) in zip(texts, rows, strict=True)]
    data = po(*parts, *([end] if end else [])).replace(b"\n", newline.encode())
    found = blocks.read(data, "x")
    assert found.write(found.parts) == data
    assert [(one.key, one.msgid, one.msgstr) for one in found if one.message] == [row[:3] for row in rows if not row[4]]
    assert [(one.key, one.msgid, one.msgstr) for one in found if one.obsolete] == [row[:3] for row in rows if row[4]]
