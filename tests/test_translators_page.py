"""The page for translators: what it tells people to type is there, and its Khmer half says what its English half says."""

import re
import shlex

import click
import pytest
from factories import ROOT

from brochure import cli
from brochure.canonical import canonical
from brochure.catalog import store
from brochure.project import discover

PAGE = (ROOT / "locales/README.md").read_text("utf-8")
ENGLISH, KHMER = PAGE.split("\n# សម្រាប់អ្នកបកប្រែ\n")
NOTES = (ROOT / "locales/km/README.md").read_text("utf-8")
# Left to whoever keeps the project: a translator who reads Khmer only has no need of them.
KEEPERS = {"catalog receive", "catalog export", "catalog import", "catalog extract", "catalog update", "new language"}


def named(text: str) -> list[list[str]]:
    """The commands a text names, by their words."""
    return [shlex.split(found) for found in re.findall(r"`brochure ([^`]+)`", text)]


def command(words: list[str]) -> tuple[str, click.Command]:
    """The command that words name; fails where there is none."""
    found: click.Command = cli.cli
    path = list[str]()
    for word in words:
        if not isinstance(found, click.Group):
            break
        found = found.commands[word]
        path.append(word)
    return " ".join(path), found


@pytest.mark.parametrize("words", named(PAGE), ids=" ".join)
def test_what_it_says_can_be_typed(words: list[str]) -> None:
    _, found = command(words)
    assert not isinstance(found, click.Group)
    options = {option for param in found.params for option in param.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_both_halves_name_the_same_commands() -> None:
    english, khmer = ({command(words)[0] for words in named(half)} for half in (ENGLISH, KHMER))
    assert english - KEEPERS == khmer
    assert {"catalog check", "build", "catalog signoff", "catalog sign", "catalog diff"} <= khmer


def test_the_steps_are_edit_check_see_send() -> None:
    assert re.findall(r"^\d\. \*\*(\w+)\*\*", ENGLISH, re.M) == ["Edit", "Check", "See", "Send"]
    assert re.findall(r"^([១-៩])\. \*\*(.+?)\*\*", KHMER, re.M) == [("១", "កែ"), ("២", "ពិនិត្យ"), ("៣", "មើល"), ("៤", "ផ្ញើ")]


@pytest.mark.parametrize("text", [KHMER, NOTES], ids=["page", "notes"])
def test_its_khmer_is_typed_in_order_and_as_the_house_spells(text: str) -> None:
    assert canonical(text) == text
    bare = re.sub(r"House decisions.*|\|[^|\n]*\|[^|\n]*\|[^|\n]*\|[^|\n]*\|", "", text, flags=re.S)
    assert not re.search("ឲ្យ|អោយ|្ដ", bare) and not re.search(" [។៖]", bare)


def test_the_notes_for_a_native_reader_say_what_stands_in_the_catalogs() -> None:
    """The sign-off words that are to be chosen: what is called chosen is what is printed now."""
    catalog = store.read(ROOT / "locales/km/LC_MESSAGES/brochure.po", ROOT)
    offered = ("title", "fits", "signed", "unsigned", "changed", "approval")
    rows = re.findall(r"^\| (signoff\.\w+) \| (.+?) \| .+? \| (.+?) \|$", NOTES, re.M)
    assert [key for key, _, _ in rows] == [f"signoff.{name}" for name in offered]
    for key, chosen, other in rows:
        assert catalog.entries[key].msgstr == chosen != other


def test_words_it_calls_uncertain_stand_in_its_khmer_half() -> None:
    section = NOTES.split("The page for translators")[1].split("\n## ")[0]
    words = re.findall(r"^\| ([\u1780-\u17ff]+(?: [\u1780-\u17ff]+)*) \|", section, re.M)
    assert len(words) > 8
    assert [word for word in words if word not in KHMER] == []


def test_the_page_says_what_kinds_of_files_a_language_has() -> None:
    folder = ROOT / "locales" / next(language.tag for language in discover(ROOT).languages if not language.source)
    for name in re.findall(r"^\| `([\w./*]+)` \|", ENGLISH, re.M):
        assert list(folder.glob(name)), name
