"""Extraction: the messages of content and templates, in reading order, as ``.pot`` templates.

``run`` gives the files with all that a translator is told (number, places, room); ``templates`` without places.

Babel runs it (``babel.messages.extract``) with the two readers below: one for a career's TOML, whose
messages carry their key as context and their note as comment, and one for Jinja2 templates, in which every
``pgettext("context", "text")`` is a message and the comment right before it is its note.
"""

import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import jinja2
from babel.messages import extract
from translate.storage import pypo

from brochure import content, files
from brochure.catalog import numbers
from brochure.catalog.markup import FORMAT, TAG, TAGS
from brochure.compose import environment
from brochure.content import Message
from brochure.errors import BrochureError, CatalogError, Problem, TemplateError
from brochure.project import Project

Row = tuple[int, str, tuple[str, str], list[str]]
Comment = Callable[[Message], Iterable[str]]
SHARED = "brochure"  # the catalog of the words that every career shares
# Words for those who review a translation, who print, who get e-mail, and of the preview. No finished brochure has them:
# they come last.
REVIEW = ("templates/macros/review-words.html", "templates/mail/", "templates/preview/", "templates/printer/",
          "templates/review/")
OURS = "# This file is written by “brochure catalog extract”: do not edit it."
NOTE = re.compile(
    r"\{#-?(?P<note>[^#]*?)-?#\}\s*\{%-?\s*set\s+\w+\s*=\s*pgettext\(\s*(?P<quote>[\"'])(?P<key>.*?)(?P=quote)", re.S
)
UNWRAPPED = 1_000_000  # longer than any line: translate-toolkit wraps at nought too
KEYWORDS = {"pgettext": ((1, "c"), 2)}
HEADER = """\
# Words of {name}. Translate a copy of this file, locales/<language>/LC_MESSAGES/{name}.po.
{ours}
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
    if not options["whole"] and "pgettext" not in text:  # most templates take their words from another one
        return
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


def run(project: Project) -> tuple[dict[str, bytes], numbers.Numbers]:
    """Every file of ``locales/`` that extraction writes, by name, and the numbers of the messages.

    Raises the first kind of error with all problems of the templates and contents, or of laying them out.
    """
    from brochure.catalog import places

    found = messages(project.root, project.careers)
    every = [message for name in (*project.careers, SHARED) for message in found[name]]
    numbered = numbers.load(project.root).grown(message.key for message in every)
    there = places.find(project, every)

    def comment(message: Message) -> Iterator[str]:
        first, *others = there.sentences(message.key) or ("",)
        yield f"{numbers.mark(numbered[message.key])} {first}".rstrip()
        yield from others

    made = {f"{name}.pot": _write(name, rows, comment) for name, rows in found.items()}
    return made | {Path(numbers.FILE).name: numbered.text.encode()}, numbered


def templates(project: Path, careers: Collection[str]) -> dict[str, bytes]:
    """The ``.pot`` files by name, without numbers and places: nothing is laid out for them."""
    return {f"{name}.pot": _write(name, rows, lambda _: ()) for name, rows in messages(project, careers).items()}


def messages(project: Path, careers: Collection[str], *, whole: bool = True) -> dict[str, tuple[Message, ...]]:
    """The messages by catalog, in reading order: the shared words first, then every career's.

    What is no template, or no content, is an error; unless the ``whole`` project is to be read, only where messages are.
    """
    shared = sorted((project / "templates").rglob("*.html"), key=lambda path: (for_review(path.relative_to(project)), path))
    jobs = [(SHARED, path, read_template) for path in shared]
    jobs += [(career, project / f"templates/content/{career}.toml", read_content) for career in careers]
    found: dict[str, list[Message]] = {name: [] for name in (SHARED, *careers)}
    errors = list[BrochureError]()
    for name, path, method in jobs:
        try:
            found[name] += _run(path, project, method, whole)
        except BrochureError as error:
            errors.append(error)
    if errors:
        raise type(errors[0])(dict.fromkeys(problem for error in errors for problem in error.problems))
    return {name: tuple(rows) for name, rows in found.items()}


def for_review(file: Path) -> bool:
    """Whether the words of this template are for proofs and sign-off sheets, and on no finished brochure."""
    return file.as_posix().startswith(REVIEW)


def stale(project: Project, made: Mapping[str, bytes]) -> tuple[str, ...]:
    """The names of the files in ``locales/`` that are not what extraction would write, or would not be there."""
    folder = project.root / "locales"
    old = [name for name, data in made.items() if not (folder / name).is_file() or _lines(folder / name) != data]
    gone = [path.name for path in folder.glob("*.pot") if path.name not in made and OURS.encode() in _lines(path)]
    return (*old, *sorted(gone))


def check(project: Project) -> None:
    """Raise CatalogError with a sentence that names the stale files, if there are any."""
    if names := stale(project, run(project)[0]):
        raise CatalogError([Problem("locales", f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} not what content and "
                                    "templates say today", "run brochure catalog extract (or make catalogs)")])


def write(project: Project) -> tuple[str, ...]:
    """Write the files that are stale, remove the templates of careers that are gone; the names of both."""
    return refresh(project)[1]


def refresh(project: Project) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """What ``write`` does; every template by name, and the names ``write`` gives.

    Numbers that are put into catalogs must stand in their file from then on.
    """
    made, _ = run(project)
    names = stale(project, made)
    for name in names:
        path = project.root / "locales" / name
        if name in made:
            files.write(path, made[name])
        else:
            files.remove(path)
    return {name: data for name, data in made.items() if name.endswith(".pot")}, names


def _lines(path: Path) -> bytes:
    return path.read_bytes().replace(b"\r\n", b"\n")  # as Git may check a file out on Windows


def _run(path: Path, project: Path, method: Any, whole: bool) -> Iterator[Message]:
    options = {"path": str(path), "project": str(project), "whole": whole}
    where = path.relative_to(project).as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TemplateError([Problem(where, f"cannot be read: {error.strerror}")]) from error
    for _, text, notes, key in extract.extract(method, io.BytesIO(data), KEYWORDS, (), options):
        if not key or len(str(key).split()) != 1:
            raise TemplateError([Problem(where, f"the key {key!r} has a space in it", "a key is like common.your_school")])
        yield Message(str(key), str(text), " ".join(notes), where)


def _keep(text: str, note: str) -> Iterator[str]:
    """What a translator must leave as it is."""
    names = [found[2] for found in TAG.finditer(text) if found[2] in TAGS and not found[1]]
    pairs = dict.fromkeys(f"<{name}>…</{name}>" for name in names if name != "br")
    if pairs:
        yield f"Keep the tags {', '.join(pairs)} around the same words."
    if "br" in names and "<br>" not in note:
        yield "<br> begins a new line."
    for name in dict.fromkeys(name for name, _ in FORMAT.findall(text)):
        yield f"Keep %({name})s as it is: it stands for the {name.replace('_', ' ')}."


def _write(name: str, rows: Iterable[Message], comment: Comment) -> bytes:
    """The template's bytes: unwrapped, without dates or versions, so that it changes only when a message does."""
    store = pypo.pofile(width=UNWRAPPED)
    for message in rows:
        unit = store.UnitClass()
        unit.wrapper = store.wrapper
        unit.source = message.text
        unit.setcontext(message.key)
        if notes := "\n".join(line for line in (*comment(message), message.note, *_keep(message.text, message.note)) if line):
            unit.addnote(notes, origin="developer")
        unit.addlocation(message.where)
        store.addunit(unit)
    written = [str(unit) for unit in store.units if not unit.isheader()]
    return "\n".join([HEADER.format(name=name, ours=OURS), *written]).encode()
