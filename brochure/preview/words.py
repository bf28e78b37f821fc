"""Words: what the page itself says, and what brochures are called, from the project's content and catalogs."""

from collections.abc import Collection, Mapping
from typing import Any

from brochure import content as contents
from brochure.catalog import copy as copies
from brochure.catalog import extract
from brochure.compose import environment
from brochure.content import Message
from brochure.errors import BrochureError, Problem, TemplateError
from brochure.project import Project

TEMPLATE = "preview/words.html"
PREFIX = "preview."


def words(project: Project, tag: str) -> Mapping[str, Any]:
    """The page's words as ``app`` describes them; where a translation is missing the source language's stand.

    Raises TemplateError for a template that cannot be read, CatalogError for a catalog.
    """
    if not (project.root / "templates" / TEMPLATE).is_file():
        raise TemplateError([Problem(f"templates/{TEMPLATE}", "is missing", "take it from a new project: brochure init DIR")])
    language = project.language(tag)
    copy = copies.load(project.root, language, project.source.tag, extract.SHARED, gaps=True)
    found = dict[str, str]()

    def pgettext(context: str, text: str) -> str:
        found[context.removeprefix(PREFIX)] = copy.plain(Message(context, text, "", f"templates/{TEMPLATE}"))
        return found[context.removeprefix(PREFIX)]

    try:
        environment(project.root).get_template(TEMPLATE).make_module({"pgettext": pgettext})
    except Exception as error:  # a template may raise anything
        line = getattr(error, "lineno", None)
        where = f"templates/{TEMPLATE}:{line}" if line else f"templates/{TEMPLATE}"
        raise TemplateError([Problem(where, str(error))]) from error
    return {"lang": language.tag, "dir": language.direction, "words": found}


def titles(project: Project, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The names of careers in languages; where a translation is missing in the source language, else as its file is called."""
    return {(career, tag): _title(project, career, tag) for career, tag in wanted}


def _title(project: Project, career: str, tag: str) -> str:
    title = career
    try:
        name = contents.load(project.root / f"templates/content/{career}.toml", project.root).name
        for tongue in (project.source, project.language(tag)):
            title = copies.load(project.root, tongue, project.source.tag, career, gaps=True).plain(name)
    except BrochureError:  # the page says what is wrong with the file
        pass
    return title
