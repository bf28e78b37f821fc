"""Scaffold: new project folders, careers, languages and layouts, as files to fill in."""

import contextlib
import csv
import datetime
import io
import re
import unicodedata
from pathlib import Path

import babel

from brochure import content as contents
from brochure import files
from brochure.catalog import extract, plurals
from brochure.catalog.check import fonts, terms
from brochure.errors import BrochureError, Problem, UsageError
from brochure.project import NAMES, Project, career_name

NAME = re.compile("[a-z][a-z0-9-]*")
FOLDERS = ("templates", "locales", "assets")


def shelf() -> Path:
    """The folder with the sample project: the package's data, or the checkout the package lies in."""
    package = Path(__file__).parent
    return package / "data" if (package / "data").is_dir() else package.parent


def init(folder: Path) -> list[str]:
    """Make a working project folder; returns the files written. Nothing that is there is touched."""
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise UsageError([Problem(str(folder), "is not an empty folder", "name a folder that does not exist yet")])
    written = []
    for name in FOLDERS:
        for path in sorted((shelf() / name).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                target = path.relative_to(shelf())
                files.write(folder / target, path.read_bytes())
                written.append(target.as_posix())
    return written


def career(project: Project, name: str) -> list[str]:
    """A content file with every section the layouts need, and empty catalogs; returns the files written."""
    path = project.root / f"templates/content/{name}.toml"
    _free(path, project, name, career_name(name), NAMES)
    begun = [target for target in _targets(project, name) if (project.root / target).exists()]
    if begun:
        raise UsageError([Problem(target, "is there already", "a translator may have begun it: take another name or move it")
                          for target in begun])
    files.write(path, _content(project, name).encode())
    return [path.relative_to(project.root).as_posix(), *_catalogs(project, name)]


def language(project: Project, tag: str) -> list[str]:
    """A language's folder with empty catalogs; returns the files written."""
    folder = project.root / "locales" / tag
    if folder.exists():
        raise UsageError([Problem(f"locales/{tag}", "is there already")])
    try:
        locale = babel.Locale.parse(tag, sep="-")
    except (ValueError, babel.UnknownLocaleError) as error:
        raise UsageError([Problem(tag, "is not the tag of a language that CLDR knows",
                                  "a tag is two or three small letters, such as fr or vi")]) from error
    if (proper := str(locale).replace("_", "-")) != tag:
        raise UsageError([Problem(tag, "is not how this language's tag is written", f"write {proper}")])
    pots, renewed = extract.refresh(project)
    css = project.root / "locales" / project.source.tag / "language.css"
    style = css.read_text("utf-8") if css.is_file() else ""
    made = {
        "language.toml": f'name = "{locale.get_display_name() or tag}"\n# digits, date, month, twin: see templates/README.md\n',
        "language.css": f"/* Fonts, sizes and leading of {tag}: begin with the families, then look at every panel. */\n{style}",
        "glossary.csv": _glossary(project),
    }
    for name, text in made.items():
        files.write(folder / name, text.encode())
    for name, data in pots.items():
        files.write(folder / "LC_MESSAGES" / name.replace(".pot", ".po"), _po(data, tag))
    return [*(f"locales/{name}" for name in renewed),
            *(f"locales/{tag}/{name}" for name in (*made, *(f"LC_MESSAGES/{name[:-1]}" for name in pots)))]


def lettered(project: Project, tag: str) -> tuple[str, ...]:
    """The font families of the project that have the letters in which CLDR writes the language's name, months and days."""
    locale = babel.Locale.parse(tag, sep="-")
    named = [locale.get_display_name() or "", *locale.months["format"]["wide"].values(), *locale.days["format"]["wide"].values()]
    letters = {ord(sign) for sign in "".join(named) if unicodedata.category(sign)[0] in "LM"}
    return tuple(one.name for one in fonts.families(project.root / "assets/fonts").values() if letters <= one.characters)


def layout(project: Project, name: str, like: str) -> list[str]:
    """A copy of a layout under a new name; returns the files written."""
    folder = project.root / "templates/layouts" / name
    _free(folder, project, name, bool(NAME.fullmatch(name)), "a name has small letters, digits and -, a letter first")
    source = project.root / "templates/layouts" / like
    written = []
    for path in sorted(source.iterdir()):
        files.write(folder / path.name, path.read_bytes().replace(f"layouts/{like}/".encode(), f"layouts/{name}/".encode()))
        written.append(f"templates/layouts/{name}/{path.name}")
    return written


def _free(path: Path, project: Project, name: str, good: bool, hint: str) -> None:
    if not good:
        raise UsageError([Problem(name, "cannot be a name", hint)])
    if path.exists():
        raise UsageError([Problem(path.relative_to(project.root).as_posix(), "is there already", "take another name")])


def _catalogs(project: Project, name: str) -> list[str]:
    pot = extract.templates(project.root, [name])[f"{name}.pot"]
    files.write(project.root / f"locales/{name}.pot", pot)
    written = [f"locales/{name}.pot"]
    for target, tag in _targets(project, name).items():
        files.write(project.root / target, _po(pot, tag))
        written.append(target)
    return written


def _targets(project: Project, name: str) -> dict[str, str]:
    """The catalogs of a career, each with its language."""
    return {f"locales/{one.tag}/LC_MESSAGES/{name}.po": one.tag for one in project.languages if not one.source}


def _po(pot: bytes, tag: str) -> bytes:
    lines = pot.decode().splitlines()
    lines = [line for line in lines if not line.startswith(("# This file is written", "# Words of"))]
    at = next(number for number, line in enumerate(lines) if line.startswith('"MIME-Version'))
    own = [f'"Language: {tag}\\n"', f'"Plural-Forms: {plurals.header(tag)}\\n"']
    return ("\n".join([*lines[:at], *own, *lines[at:]]) + "\n").encode()


def _glossary(project: Project) -> str:
    """The terms of the project's other languages, to be translated; a word that one of them keeps is kept."""
    rows = dict[str, str]()  # source → use
    for one in project.languages:
        for term in terms.load(project.root / f"locales/{one.tag}/glossary.csv", project.root):
            if term.source and term.use in ("", "keep"):
                rows.setdefault(term.source, term.use)
    table = io.StringIO()
    write = csv.writer(table, lineterminator="\n")
    write.writerow(terms.COLUMNS)
    write.writerows((source, "", "", "", use) for source, use in rows.items())
    return table.getvalue()


def _content(project: Project, name: str) -> str:
    plain = name.replace("_", " ").capitalize()
    heads = {
        "name": (plain, "Name of the career: document title and running titles."),
        "title": (plain, "Title on the cover, in large letters. <br> begins a new line."),
        "hook": ("Why this work is worth a look.", "Cover, under the title: one or two short lines."),
        "keywords": (plain.lower(), "Never printed: words a search engine finds the file by, separated by commas."),
    }
    parts = [f"# The career “{plain}”: the source-language text. templates/README.md explains the keys.",
             f"edition = {datetime.date.today().isoformat()}",
             '[contact]\norganisation = "Your organisation"\nemail = "careers@example.org"\nweb = "https://example.org"']
    parts += [f'[{key}]\ntext = "{text}"\nnote = "{note}"' for key, (text, note) in heads.items()]
    for section in dict.fromkeys(need for one in project.layouts for need in one.needs):
        title = section.replace("_", " ").capitalize()
        parts.append(f'[[section]]\nid = "{section}"\ntitle = "{title}?"\nnote = "Heading of the section."')
        parts += [_statement(kind, title.lower()) for kind in _kinds(project, section)]
    return "\n\n".join(parts) + "\n"


def _statement(kind: str, about: str) -> str:
    name = "text" if kind == "paragraph" else kind
    lines = [f"[[section.{kind}]]", f'id = "{name}"', f'text = "Write about: {about}."',
             'note = "Say to translators where this stands and what it means."']
    if kind == "pair":
        lines[2:2] = ['lead = "In short"', 'lead_note = "Bold words before the text."']
    return "\n".join(f"  {line}" for line in lines)


def _kinds(project: Project, section: str) -> tuple[str, ...]:
    """The kinds of statement another career has in this section: those are what the layouts print."""
    for career in project.careers:
        with contextlib.suppress(BrochureError):  # a broken career is no example
            found = contents.load(project.root / f"templates/content/{career}.toml", project.root).sections
            for one in found:
                if one.id == section:
                    there = (one.paragraphs, one.items, one.pairs, one.facts)
                    return tuple(kind for kind, some in zip(contents.KINDS, there, strict=True) if some)
    return ("paragraph",)
