"""Difference: a report of what changed on the page between two versions of a project, panel by panel."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from brochure import breaks
from brochure import content as contents
from brochure.catalog import numbers
from brochure.catalog.copy import MISSING, Copy
from brochure.catalog.markup import plain
from brochure.content import Message
from brochure.errors import BrochureError, Problem, UsageError
from brochure.project import Job, Project
from brochure.review import document, pictures, signature
from brochure.review.marks import Marked, mark
from brochure.review.pictures import Picture, View
from brochure.review.versions import Version, said_by


@dataclass(frozen=True)
class Side:
    """A text as it was or is; ``state`` is empty, "absent" or "untranslated" (then it stands in the source language)."""

    text: Markup
    lang: str
    state: str = ""


@dataclass(frozen=True)
class Change:
    """One message that changed; ``seen`` is False if a reader sees no difference. ``source`` is set where it changed."""

    number: int | None
    key: str
    source: Marked | Markup
    old: Side
    new: Side
    seen: bool

    @property
    def rewritten(self) -> bool:
        """Whether the source text changed too."""
        return isinstance(self.source, Marked)


@dataclass(frozen=True)
class Spread:
    """One panel before and now, and its changes; ``panel`` is empty for changes that are on no panel."""

    panel: str
    old: tuple[Picture, ...]
    new: tuple[Picture, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Report:
    """What changed in one brochure; empty ``spreads`` mean that nothing did."""

    spreads: tuple[Spread, ...]
    document: document.Document | None

    @property
    def messages(self) -> int:
        """How many messages changed."""
        return sum(len(spread.changes) for spread in self.spreads)

    @property
    def sentence(self) -> str:
        """How much changed, in a few words."""
        panels = ", ".join(spread.panel for spread in self.spreads if spread.panel)
        return f"messages changed: {self.messages}; on {panels or 'no panel'}"


@dataclass(frozen=True)
class _Words:
    """The messages of one version and their translations."""

    messages: Mapping[str, Message]
    copy: Copy


def file(career: str, layout: str, tag: str, kind: str) -> str:
    """Where the report goes, below the output folder; ``kind`` is pdf or html."""
    return f"{career}/{layout}.diff.{tag}.{kind}"


def jobs(old: Version, new: Version, careers: tuple[str, ...], layouts: tuple[str, ...],
         tags: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """The careers, layouts and languages that both versions have, of those that were asked for (all, if none was).

    Where a catalog was put in place, only its language can differ. Raises UsageError if nothing is left.
    """
    only = {tag for tag in (old.language, new.language) if tag}
    found = tuple(
        (career, layout.name, language.tag)
        for career in new.project.careers if career in (careers or old.project.careers) and career in old.project.careers
        for layout in new.project.layouts if layout.name in (layouts or [layout.name])
        and layout.name in [one.name for one in old.project.layouts]
        for language in new.project.languages if language.tag in (tags or [language.tag])
        and language.tag in [one.tag for one in old.project.languages] and (not only or language.tag in only)
        and (not language.source or language.tag in tags))
    if not found:
        raise UsageError([Problem("selection", "there is nothing to compare",
                                  "both versions must have the career, the layout and the language")])
    return found


def compare(old: Version, new: Version, career: str, layout: str, tag: str) -> Report:
    """What changed in one brochure.

    Both sides are laid out the same way: if one of them can only be a draft, both are.
    """
    before, after = _view(old, career, layout, tag, False), _view(new, career, layout, tag, False)
    if pictures.is_draft(before) != pictures.is_draft(after):
        before, after = _view(old, career, layout, tag, True), _view(new, career, layout, tag, True)
    sides = (_Words(_messages(old, career), before.laid.copy), _Words(_messages(new, career), after.laid.copy))
    spreads = tuple(_spreads(before, after, sides, new.project))
    if not spreads:
        return Report((), None)
    content = contents.load(new.project.root / f"templates/content/{career}.toml", new.project.root)
    copy = after.laid.copy
    made = document.compose(
        "difference.html", f"{career} {layout} diff {tag}", new.project, copy, content.edition.isoformat(),
        {"author": content.contact["organisation"], "name": copy.words(content.name), "title": copy.plain(content.name),
         "layout": layout, "target": copy.language, "old_name": old.label, "new_name": new.label, "spreads": spreads})
    return Report(spreads, made)


def _view(version: Version, career: str, layout: str, tag: str, draft: bool) -> View:
    try:
        job = Job(career, layout, pictures.look(version.project, layout), tag)
        return pictures.view(job, version.project, draft=draft)
    except BrochureError as error:
        raise said_by(version.name, error, version.catalog) from error


def _messages(version: Version, career: str) -> Mapping[str, Message]:
    return {message.key: message for message in signature.messages(version.project.root, career)}


def _spreads(before: View, after: View, sides: tuple[_Words, _Words], project: Project) -> Iterator[Spread]:
    """The panels that look different or hold words that changed, in reading order, then the rest."""
    style = after.laid.copy.language.style
    terms = breaks.glossary(project.root / f"locales/{style}/glossary.csv", project.root)
    known = numbers.load(project.root)
    changed = {key: change for key in {**sides[1].messages, **sides[0].messages}
               if (change := _change(key, *sides, terms, known.get(key)))}
    for panel in dict.fromkeys((*after.pictures, *before.pictures)):
        keys = dict.fromkeys((*after.keys.get(panel, ()), *before.keys.get(panel, ())))
        here = tuple(changed.pop(key) for key in keys if key in changed)
        old, new = before.pictures.get(panel, ()), after.pictures.get(panel, ())
        if here or [one.dots for one in old] != [one.dots for one in new]:
            yield Spread(panel, old, new, here)
    if changed:
        yield Spread("", (), (), tuple(changed.values()))


def _change(key: str, old: _Words, new: _Words, terms: tuple[str, ...], number: int | None) -> Change | None:
    """The change of one message; None if its translation and its source text are the same."""
    before, after = old.messages.get(key), new.messages.get(key)
    texts = [side.copy.text(one) if one else None for side, one in ((old, before), (new, after))]
    same_source = before is None or after is None or before.text == after.text
    language = new.copy.language
    if texts[0] == texts[1] and (same_source or language.source):
        return None
    marked = mark(plain(texts[0] or ""), plain(texts[1] or ""), language.tag, terms)
    sides = [_side(text, one, words.copy) for text, one, words in
             ((marked.old, before, old), (marked.new, after, new))]
    one = after or before
    source: Marked | Markup = Markup("")
    if not language.source and one:
        source = document.readable(one.text, key, new.copy.source)
        if before and after and not same_source:
            source = mark(plain(before.text), plain(after.text), new.copy.source)
    return Change(number, key, source, sides[0], sides[1], marked.seen or not same_source)


def _side(text: Markup, message: Message | None, copy: Copy) -> Side:
    if message is None:
        return Side(Markup(""), copy.language.tag, "absent")
    if not copy.language.source and (copy.state(message) == MISSING or copy.text(message) == message.text):
        return Side(text, copy.source, "untranslated")
    return Side(text, copy.language.tag)
