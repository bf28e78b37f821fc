"""Small builders: throw-away projects in a temporary folder, and one line to change one file in them.

``tiny`` is a whole project of its own (one career, two languages, one layout, two editions), so that no test
depends on what the real templates look like today; ``sample`` is a copy of the repository's project.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FONT = "assets/fonts/kantumruy-pro/KantumruyPro_400Regular.ttf"

CONTENT = """\
edition = 2026-01-31

[contact]
organisation = "Test School"
web = "https://school.test/nurse"

[name]
text = "Nurse"
note = "Name."

[title]
text = "Nurse"
note = "Title."

[hook]
text = "Care for people."
note = "Hook."

[keywords]
text = "nurse, health"
note = "Keywords."

[[section]]
id = "what"
title = "What do nurses do?"
note = "Heading."

  [[section.paragraph]]
  id = "intro"
  text = "Nurses care for <b>people</b>."
  note = "First paragraph."

  [[section.fact]]
  id = "pay"
  text = "Most earn well"
  note = "A fact."
  source = "Labour survey"
  as_of = 2025-03-31
"""

LAYOUT = """\
<!DOCTYPE html>
<html lang="{{ lang }}" dir="{{ dir }}"><head><meta charset="utf-8"><title>{{ document_title }}</title>
<meta name="author" content="{{ author }}"><meta name="description" content="{{ hook }}">
<meta name="keywords" content="{{ keywords }}">
<meta name="dcterms.created" content="{{ day }}"><meta name="dcterms.modified" content="{{ day }}">
<link rel="stylesheet" href="{{ base }}templates/layouts/{{ layout }}/layout.css"></head>
<body><section class="panel" id="only" data-panel="only">
{{ say(title, "h1") }}
{{ say(hook) }}
{% set what = section("what") %}
{{ say(what.title, "h2") }}
{% for one in what.paragraphs %}
{{ say(one.text) }}
{% endfor %}
{% for one in what.facts %}
{{ say(one.text) }}
{{ say(one.source) }}
{{ say(words.as_of.fill(date=one.as_of)) }}
{% endfor %}
</section></body></html>
"""

CSS = """\
@page { size: 100mm 70mm; margin: 10mm }
#only { page: only }
html { font: 10pt/1.6 "Kantumruy Pro" }
h1, h2, p { margin: 0; font-size: 10pt; font-weight: 400 }
b { font-weight: 400 }
"""

TOML = """\
needs = ["what"]
editions = ["paper", "phone"]
flip = "simplex"

[[sheet]]
side = "front"
row = ["only"]
"""

WORDS = """\
{# After a fact. #}
{% set as_of = pgettext("common.as_of", "As of %(date)s") %}
"""

HEADER = """\
msgid ""
msgstr ""
"Language: km\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"""

KHMER = {
    "nurse.name": ("Nurse", "គិលានុបដ្ឋាក"),
    "nurse.title": ("Nurse", "គិលានុបដ្ឋាក"),
    "nurse.hook": ("Care for people.", "ថែទាំមនុស្ស"),
    "nurse.keywords": ("nurse, health", "សុខភាព"),
    "nurse.what.title": ("What do nurses do?", "តើធ្វើការងារអ្វីខ្លះ?"),
    "nurse.what.intro": ("Nurses care for <b>people</b>.", "ការថែទាំ<b>មនុស្ស</b>។"),
    "nurse.what.pay": ("Most earn well", "ប្រាក់ខែល្អ"),
    "nurse.what.pay.source": ("Labour survey", "ការស្ទង់មតិ"),
}

FILES = {
    "templates/content/nurse.toml": CONTENT,
    "templates/layouts/card/layout.html": LAYOUT,
    "templates/layouts/card/layout.css": CSS,
    "templates/layouts/card/layout.toml": TOML,
    "templates/macros/words.html": WORDS,
    "templates/editions/paper.toml": 'imposed = true\nvariant = "pdf/a-2u"\npromises = ["pdf/a-2u"]\ndpi = 150\n',
    "templates/editions/paper.css": "",
    "templates/editions/phone.toml":
        'imposed = false\nvariant = "pdf/a-3a"\npromises = ["pdf/a-3a", "pdf/ua-1"]\ndpi = 150\n',
    "templates/editions/phone.css": "",
    "locales/en/language.toml": 'name = "English"\nsource = true\n',
    "locales/en/language.css": "",
    "locales/km/language.toml": 'name = "ភាសាខ្មែរ"\ndigits = "០១២៣៤៥៦៧៨៩"\n',
    "locales/km/language.css": "",
    "locales/km/glossary.csv": "source,term,note,break\n",
}


def po(messages: dict[str, tuple[str, str]], header: str = HEADER) -> str:
    """A PO file with these messages: context → (msgid, msgstr)."""
    parts = [header]
    for context, (msgid, msgstr) in messages.items():
        parts.append("\n".join(f'{word} "{_escaped(text)}"' for word, text in
                               (("msgctxt", context), ("msgid", msgid), ("msgstr", msgstr))) + "\n")
    return "\n".join(parts)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")


@dataclass(frozen=True)
class Folder:
    """A project folder and short ways to change it and to run the program on it."""

    path: Path

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def write(self, name: str, text: str | bytes) -> "Folder":
        """Put ``text`` into the file ``name``."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return self

    def edit(self, name: str, old: str, new: str) -> "Folder":
        """Replace ``old``, which must stand in the file, by ``new``."""
        text = (self.path / name).read_text("utf-8")
        assert old in text, f"{old!r} is not in {name}"
        return self.write(name, text.replace(old, new))

    def append(self, name: str, text: str) -> "Folder":
        """Add ``text`` to the end of the file."""
        return self.write(name, (self.path / name).read_text("utf-8") + text)

    def delete(self, *names: str) -> "Folder":
        """Take files or folders away."""
        for name in names:
            path = self.path / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        return self

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """``python -m brochure`` with these arguments, in this folder."""
        return brochure(*arguments, folder=self.path, **environment)


def tiny(folder: Path) -> Folder:
    """A project of one career, two languages, one layout and two editions."""
    made = Folder(folder)
    for name, text in FILES.items():
        made.write(name, text)
    made.write("locales/km/LC_MESSAGES/nurse.po", po(KHMER))
    made.write("locales/km/LC_MESSAGES/brochure.po", po({"common.as_of": ("As of %(date)s", "គិតត្រឹម %(date)s")}))
    made.write(FONT, (ROOT / FONT).read_bytes())
    return made


def sample(folder: Path, *, fonts: bool = False) -> Folder:
    """A copy of the repository's own project; without its fonts unless something is to be rendered."""
    skip = shutil.ignore_patterns("__pycache__", *(() if fonts else ("*.ttf",)))
    for name in ("templates", "locales", "assets"):
        shutil.copytree(ROOT / name, folder / name, ignore=skip)
    return Folder(folder)


def command(arguments: Sequence[str]) -> list[str]:
    """The command line that runs this checkout's program."""
    return [sys.executable, "-m", "brochure", *arguments]


def surroundings(**environment: str) -> dict[str, str]:
    """The environment for a child process: this checkout's program, and nothing that changes its results."""
    kept = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    return {**kept, "PYTHONPATH": str(ROOT), **environment}


def brochure(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own."""
    return subprocess.run(command(arguments), cwd=folder, env=surroundings(**environment), capture_output=True,
                          encoding="utf-8", timeout=300, check=False)
