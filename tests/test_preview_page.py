"""The preview's own page, read as text: what it says is in the catalogs, what it loads is its own, and nothing becomes HTML."""

import re

from factories import ROOT

STATIC = ROOT / "brochure/preview/static"
FILES = {path.name: path.read_text("utf-8") for path in sorted(STATIC.iterdir())}
TEMPLATE = (ROOT / "templates/preview/words.html").read_text("utf-8")
LARGEST = 40_000  # bytes of everything, as it is written: nothing is packed
LOADED = re.compile(r"""(?:href|src)="([^"]+)"|url\(([^)]+)\)|from "([^"]+)"|fetch\(["'`]([^"'`]+)|EventSource\("([^"]+)""")
RISKY = re.compile(r"(?:inner|outer|Adjacent)HTML|document\.write|eval\(|new Function|\(\"style|style=\"|\bon\w+=\"")
SAID = re.compile(r'say\((?:[^()"]*\? )?"(\w+)"(?:(?:\)|,| : )(?: *"(\w+)")?)?')


def words() -> dict[str, str]:
    """The words of the template, by the name the page uses."""
    return dict(re.findall(r'pgettext\("preview\.(\w+)", "(.+?)"\)', TEMPLATE))


def mentioned(text: str) -> set[str]:
    """Every string of a script, and every word of the page."""
    return set(re.findall(r'"(\w+)"', text))


def foreign(text: str) -> list[str]:
    """What is loaded from somewhere else than the preview's own server."""
    found = ["".join(each) for each in LOADED.findall(text)]
    return [address for address in found if not address.startswith(("/", "./", "#"))]


def test_every_word_of_the_template_is_used_and_every_word_used_is_there() -> None:
    scripts = "\n".join(text for name, text in FILES.items() if name.endswith((".js", ".html")))
    assert len(words()) > 40
    assert set(words()) - mentioned(scripts) == set()
    said = {name for pair in SAID.findall(scripts) for name in pair if name}
    said |= set(re.findall(r'data-(?:word|name)="(\w+)"', scripts))
    assert len(said) > 30
    assert said - set(words()) == set()


def test_a_word_is_named_as_its_message() -> None:
    pairs = re.findall(r'set (\w+) = pgettext\("preview\.(\w+)"', TEMPLATE)
    assert pairs and [pair for pair in pairs if pair[0] != pair[1]] == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert {name: found for name, text in FILES.items() if (found := foreign(text))} == {}
    assert foreign('<script src="https://cdn.test/x.js">') == ["https://cdn.test/x.js"]
    assert foreign("body { background: url(data:image/png;base64,x) }") == ["data:image/png;base64,x"]


def test_no_text_becomes_html_and_nothing_needs_a_weaker_policy() -> None:
    assert {name: found for name, text in FILES.items() if (found := RISKY.findall(text))} == {}
    assert RISKY.findall('node.innerHTML = text; <p style="x" onclick="y">') != []


def test_it_stays_small() -> None:
    assert sum(len(text.encode()) for text in FILES.values()) < LARGEST
