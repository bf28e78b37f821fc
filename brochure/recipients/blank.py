"""Blank: a page beside the brochures that is laid out once and filled in many times, like a label or a list.

It is a document of templates/printer whose slots have names without a recipient: ``row.name``, ``page.number``.
"""

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from html import unescape
from typing import Any

from markupsafe import Markup, escape

from brochure import breaks
from brochure import content as contents
from brochure.build import day, located
from brochure.catalog import copy as copies
from brochure.catalog.copy import Copy
from brochure.catalog.markup import Words
from brochure.errors import CatalogError, Problem, TemplateError
from brochure.language import Language
from brochure.press import Body
from brochure.project import Project
from brochure.render import Filled
from brochure.review import document
from brochure.slots import Slot, Slots

Value = str | Mapping[str, str]
"""What stands in a slot: a text, or what fills the placeholders of the message that is the slot's fallback."""

Filling = tuple[Body, Sequence[Filled], Sequence[Mapping[str, str]]]
"""A document with everything drawn, its slots, and what each page's slots draw."""


class Blank:
    """One page of a template, in a language; ``values`` are the template's.

    Raises CatalogError for words that are not translated, TemplateError for a template that takes more than a page.
    """

    def __init__(self, project: Project, template: str, language: Language, career: str, values: Mapping[str, Any]) -> None:
        self.copy: Copy = copies.load(project.root, language, project.source.tag, career, gaps=True)
        self._terms = breaks.glossary(project.root / f"locales/{language.style}/glossary.csv", project.root)
        self.language, slots = language, Slots(frozenset(), _unsaid, str, 0)
        self._name = f"{template.partition('.')[0]} {language.tag}"
        content = contents.load(project.root / f"templates/content/{career}.toml", project.root)
        given = {"author": content.contact["organisation"], "name": self.copy.words(content.name), "slot": slots.slot, **values}
        made = document.compose(template, self._name, project, self.copy, day(content).isoformat(), given, folder="printer")
        if made.gaps:
            raise CatalogError(dataclasses.replace(problem, severity="error") for problem in made.gaps)
        self._panels, self._slots = made.panels(), dict(slots.places)
        if len(self._panels.panels) > 1:
            what = "takes more than a page"
            raise TemplateError([Problem(f"templates/printer/{template}", what, "write less, or set it smaller")])

    def fill(self, pages: Sequence[Mapping[str, Value]], *, variant: str, dpi: int | None,
             bind: Callable[[Any], Body]) -> Filling:
        """The page, filled in for each of ``pages``, which have a value for every slot's name.

        A text that cannot stand there, because it is too long or a font lacks a letter, is left out: what such a page says
        stands on the brochure too, which is not printed without it.
        """
        said = [{number: breaks.prepare(_said(slot, page[slot.name]), self.language.tag, self._terms)
                 for number, slot in self._slots.items()} for page in pages]
        texts = {number: tuple(dict.fromkeys(("", *(page[number] for page in said)))) for number in self._slots}
        with located(self.copy, self._name):
            body, filled = self._panels.fill(texts, variant=variant, tagged_ua=False, dpi=dpi,
                                             finish=functools.partial(_bound, bind))
        wrong = {slot.slot: slot.problems for slot in filled}
        return body, filled, [{slot: "" if text in wrong.get(slot, ()) else text for slot, text in page.items()} for page in said]


def _said(slot: Slot, value: Value) -> str:
    return value if isinstance(value, str) else unescape(Words(escape(slot.fallback), slot.name).fill(**value))


def _bound(bind: Callable[[Any], Body], pdf: Any, filled: Sequence[Filled]) -> tuple[Body, Sequence[Filled]]:
    return bind(pdf), filled


def _unsaid(*_: Any) -> Markup:
    raise ValueError("a slot of this page has no fallback")
