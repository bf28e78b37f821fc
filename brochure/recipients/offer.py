"""Offer: what a project has to offer its recipients: languages, layouts, editions, and the characters of its fonts."""

import re
import unicodedata
from collections.abc import Iterator

from brochure.breaks import ZWSP
from brochure.canonical import canonical
from brochure.catalog.check.facts import Facts, Message, script
from brochure.catalog.check.fonts import stacks
from brochure.catalog.check.style import Style
from brochure.catalog.check.words import OLD, old_font
from brochure.project import PAIR, Project, bilingual
from brochure.recipients.cells import Fault, short
from brochure.recipients.clusters import clusters

SEPARATOR = ";"
"""Stands between the languages of a recipient who gets a file in each; a comma is read too."""


REMEMBERED = 50_000
"""Clusters; no language has so many, but a file may."""


class Offer:
    """Asked for every row; what it has found out about a character it remembers."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.tags = tuple(language.tag for language in project.languages)
        self.layouts = {layout.name: layout for layout in project.layouts}
        self.editions = tuple(dict.fromkeys(edition for layout in project.layouts for edition in layout.editions))
        fonts = project.root / "assets/fonts"
        self._stacks = {language.tag: stacks(project.root / "locales" / language.style / "language.css", fonts)
                        for language in project.languages}
        self._facts = {language.tag: Facts(language, Style()) for language in project.languages}
        self._has: dict[str, set[str]] = {tag: set() for tag in self.tags}  # characters
        self._joins: dict[str, set[str]] = {tag: set() for tag in self.tags}  # clusters without a dotted circle

    def languages(self, text: str) -> str | Fault:
        """The languages of a cell, with ; between them: a tag, or two on one paper, joined by +."""
        there = {tag.casefold(): tag for tag in self.tags}
        found = list[str]()
        for one in filter(None, (part.strip() for part in re.split("[;,]", text))):
            parts = [part.strip() for part in one.split(PAIR)]
            for part in parts:
                if part.casefold() not in there:
                    return Fault(f"there is no language {short(part)}", f"there are: {', '.join(self.tags)}")
            if len(parts) > 2 or len({part.casefold() for part in parts}) < len(parts):
                return Fault(f"{short(one)} is not two languages", f"join two different ones with {PAIR}")
            found.append(PAIR.join(there[part.casefold()] for part in parts))
        if not found:
            return Fault(f"{short(text)} names no language", f"there are: {', '.join(self.tags)}")
        return SEPARATOR.join(dict.fromkeys(found))

    def layout(self, text: str) -> str | Fault:
        """The name of a layout."""
        if text in self.layouts:
            return text
        return Fault(f"there is no layout {short(text)}", f"there are: {', '.join(self.layouts)}")

    def edition(self, text: str) -> str | Fault:
        """The name of an edition that a layout has."""
        if text in self.editions:
            return text
        return Fault(f"there is no edition {short(text)}", f"there are: {', '.join(self.editions)}")

    def together(self, layout: str, edition: str, languages: tuple[str, ...]) -> Iterator[tuple[str, Fault]]:
        """What does not go together, and the column to mend."""
        chosen = self.layouts.get(layout)
        if chosen and edition and edition not in chosen.editions:
            yield "edition", Fault(f"the layout {layout} has no edition {edition}", f"it has: {', '.join(chosen.editions)}")
        for pair in (one for one in languages if PAIR in one):
            if chosen and not chosen.bilingual:
                yield "language", Fault(f"the layout {layout} does not take two languages, {pair}",
                                        f"write {pair.replace(PAIR, SEPARATOR)} for a file each")
            elif edition and not bilingual(self.project.edition(edition)):
                yield "language", Fault(f"the edition {edition} does not take two languages, {pair}",
                                        f"write {pair.replace(PAIR, SEPARATOR)} for a file each")

    def unprintable(self, text: str, tag: str) -> Fault | None:
        """What the fonts of a language cannot print of a text: a character they lack, a mark without its letter."""
        if not self._has[tag].issuperset(text):
            for sign in text:
                names = next((stack.names for stack in self._stacks[tag] if stack.lacks(sign)), "")
                if names:
                    title = unicodedata.name(sign, "no name").lower()
                    return Fault(f"no font has “{sign}” (U+{ord(sign):04X}, {title})",
                                 f"write it otherwise, or add a font that has it; asked: {names}")
            self._has[tag].update(text)
        if not text.isascii():
            shown = text.replace(ZWSP, "")
            found, known, at = clusters(shown), self._joins[tag], 0
            if not known.issuperset(found):
                for cluster in found:
                    if any(True for run in _runs(cluster) for stack in self._stacks[tag] for _ in stack.circles(run)):
                        around = shown[max(0, at - 4) : at + len(cluster) + 4]
                        return Fault(f"a dotted circle is printed at “{around}”", "type the syllable again")
                    at += len(cluster)
                if len(known) < REMEMBERED:
                    known.update(found)
        return None

    def old_font(self, text: str, tag: str) -> Fault | None:
        """Text in a column of this language that was typed with a font from before Unicode."""
        if not text.isascii() and not OLD.search(text):
            return None
        for hit in old_font(Message("", 0, "", "", text), self._facts[tag]):
            return Fault(hit.what, f"{hit.hint}, or empty the cell")
        return None


def _runs(cluster: str) -> Iterator[str]:
    """What of a cluster is shaped together: a page has a run of its own for every script."""
    start, own = 0, ""
    for at, sign in enumerate(cluster):
        if (code := script(sign)) not in ("Zinh", "Zyyy", own):
            if own:
                yield canonical(cluster[start:at])
                start = at
            own = code
    yield canonical(cluster[start:])
