"""Extraction: the messages of content and templates, in reading order, as ``.pot`` templates.

Babel runs it (``babel.messages.extract``) with the two readers below: one for a career's TOML, whose
messages carry their key as context and their note as comment, and one for Jinja2 templates, in which every
``pgettext("context", "text")`` is a message and the comment right before it is its note.
"""

import io
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

import jinja2
from babel.messages import extract
from translate.storage import pypo

from brochure import content, files
from brochure.compose import environment
from brochure.content import Message
from brochure.errors import Problem, TemplateError

Row = tuple[int, str, tuple[str, str], list[str]]
NOTE = re.compile(
    r"\{#-?(?P<note>[^#]*?)-?#\}\s*\{%-?\s*set\s+\w+\s*=\s*pgettext\(\s*(?P<quote>[\"'])(?P<key>.*?)(?P=quote)", re.S
)
UNWRAPPED = 1_000_000  # longer than any line: translate-toolkit wraps at nought too
KEYWORDS = {"pgettext": ((1, "c"), 2)}
HEADER = """\
# Words of {name}. Translate a copy of this file, locales/<language>/LC_MESSAGES/{name}.po.
# This file is written by “brochure catalog extract”: do not edit it.
msgid ""
msgstr ""
"Project-Id-Version: brochure\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def read_content(file: IO[bytes], keywords: Any, comment_tags: Collection[str], options: dict[str, Any]) -> Iterator[Row]:
    """Babel's interface: the messages of one career's TOML."""
    path = Path(options["path"])
    for message in content.load(path, path.parents[2]).messages():
        yield 1, "pgettext", (message.key, message.text), [message.note]


def read_template(file: IO[bytes], keywords: Any, comment_tags: Collection[str], options: dict[str, Any]) -> Iterator[Row]:
    """Babel's interface: the messages of one template; a template that cannot be parsed is an error."""
    from jinja2.ext import extract_from_ast

    project = Path(options["project"])
    name = Path(options["path"]).relative_to(project).as_posix()
    text = files.text(file.read(), name, TemplateError)
    env = environment(project)
    notes = {found["key"]: " ".join(found["note"].split()) for found in NOTE.finditer(text)}
    try:
        tree = env.parse(text)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError([Problem(f"{name}:{error.lineno}", str(error.message))]) from error
    for line, function, messages in extract_from_ast(tree, ("pgettext",), babel_style=True):
        if isinstance(messages, tuple) and all(isinstance(part, str) for part in messages):
            key, words = str(messages[0]), str(messages[1])
            yield line, function, (key, words), [notes[key]] if key in notes else []


def _run(path: Path, project: Path, method: Any) -> Iterator[tuple[Message, str]]:
    options = {"path": str(path), "project": str(project)}
    where = path.relative_to(project).as_posix()
    for _, text, notes, key in extract.extract(method, io.BytesIO(path.read_bytes()), KEYWORDS, (), options):
        yield Message(str(key), str(text), " ".join(notes), where), where


def templates(project: Path, careers: Collection[str]) -> dict[str, bytes]:
    """The ``.pot`` files of a project by name: ``brochure.pot`` with the shared words, one per career."""
    shared = [row for path in sorted((project / "templates").rglob("*.html")) for row in _run(path, project, read_template)]
    files = {"brochure": shared}
    for career in careers:
        path = project / f"templates/content/{career}.toml"
        files[career] = list(_run(path, project, read_content))
    return {f"{name}.pot": _write(name, rows) for name, rows in files.items()}


def _write(name: str, rows: list[tuple[Message, str]]) -> bytes:
    """The template's bytes: unwrapped, without dates or versions, so that it changes only when a message does."""
    store = pypo.pofile(width=UNWRAPPED)
    for message, where in rows:
        unit = store.UnitClass()
        unit.wrapper = store.wrapper
        unit.source = message.text
        unit.setcontext(message.key)
        if message.note:
            unit.addnote(message.note, origin="developer")
        unit.addlocation(where)
        store.addunit(unit)
    messages = [str(unit) for unit in store.units if not unit.isheader()]
    return "\n".join([HEADER.format(name=name), *messages]).encode()
