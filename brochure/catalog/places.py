"""Places: where a message stands in every layout, as what, and how much room there is, said to its translator.

The source language is laid out once a layout. What is said is rounded, so that comments in catalogs stay the same
when a layout moves a little.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from brochure.catalog.markup import PLACEHOLDER, plain
from brochure.content import Content, Message
from brochure.copyfit import InkLike
from brochure.errors import BrochureError
from brochure.project import Job, Project

STEPS = (0, 1, 3, 6)  # lines of room are rounded down to one of these: the fewer, the less often a comment changes
EXACT = 5  # more lines than this are counted in twos
# Elements that have no end.
VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
KEYWORDS, ALT = "words that search engines find the file by", "read aloud to people who do not see the picture"
TAGS = {"h1": "title", "dt": "label", "li": "bullet", "b": "label", "span": "label"}


@dataclass(frozen=True)
class Place:
    """Where a message stands in one layout. ``room`` and ``lines`` are the lines left on its panel and those it takes.

    ``lines`` is 0 for a message that stands around others; ``also`` are other panels that have it.
    """

    layout: str
    panel: str
    role: str
    lines: int
    room: int
    also: tuple[str, ...] = ()

    def sentence(self, language: str) -> str:
        """The place as a translator reads it; ``language`` is the name of the source language."""
        uses = f", {language} uses {_about(self.lines)}" if self.lines else ""
        also = f"; also on {', '.join(self.also)}" if self.also else ""
        return f"{self.layout} {self.panel}, {self.role}; {_room(self.room)}{uses}{also}"


@dataclass(frozen=True)
class Places:
    """The places of every message by its key, and why a message has none."""

    language: str = ""
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    unprinted: Mapping[str, str] = field(default_factory=dict)

    def sentences(self, key: str) -> tuple[str, ...]:
        """What is said of a message, a line a layout."""
        if found := self.places.get(key):
            return tuple(place.sentence(self.language) for place in found)
        return (self.unprinted[key],) if key in self.unprinted else ()


def find(project: Project, messages: Sequence[Message]) -> Places:
    """The places of these messages; raise the first kind of error with the problems of all layouts.

    In the source language the second name on the cover is the source language's too: no catalog changes a template.
    """
    from brochure.build import lay_out
    from brochure.content import load
    from brochure.review.proof import rooms

    languages = tuple(dataclasses.replace(one, twin=one.tag if one.twin and one.source else one.twin)
                      for one in project.languages)
    project = dataclasses.replace(project, languages=languages)
    found, pages, errors = list[tuple[str, Place]](), list[_Page](), list[BrochureError]()
    kinds: dict[str, str] = {}
    for career in project.careers:
        kinds |= dict(_kinds(load(project.root / f"templates/content/{career}.toml", project.root)))
        for layout in project.layouts:
            for edition in layout.editions[:1]:
                try:
                    laid = lay_out(Job(career, layout.name, edition, project.source.tag), project)
                except BrochureError as error:
                    errors.append(error)
                    continue
                pages.append(_Page(laid.page.html))
                room = {one.panel: max(0, one.lines) for one in rooms(laid.fit, laid.panels.panels)}
                lines = _lines([panel.name for panel in laid.panels.panels], laid.panels.ink)
                found += _placed(layout.name, pages[-1], kinds, room, lines)
    if errors:
        together = dict.fromkeys(problem for error in errors for problem in error.problems)
        raise type(errors[0])(together)
    places = _joined(found)
    unprinted = {message.key: _why_not(message, kinds, pages) for message in messages if message.key not in places}
    return Places(project.source.name, places, unprinted)


@dataclass
class _Spot:
    """One element with a message."""

    key: str
    panel: str
    parents: tuple[str, ...]
    tag: str
    holds: bool = False  # other messages


class _Page(HTMLParser):
    """The elements of a composed page that have a message, and the words that stand elsewhere in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.spots: list[_Spot] = []
        self.alts: list[str] = []
        self.style = ""
        self.open: list[tuple[str, str, _Spot | None]] = []  # tag, panel and message of the elements we are in
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        given = dict(attrs)
        if given.get("alt"):
            self.alts.append(given["alt"] or "")
        panel = given.get("data-panel") or (self.open[-1][1] if self.open else "")
        spot = None
        if key := given.get("data-msg"):
            spot = _Spot(key, panel, tuple(name for name, _, _ in self.open), tag)
            self.spots.append(spot)
            for _, _, around in self.open:
                if around:
                    around.holds = True
        if tag not in VOID:
            self.open.append((tag, panel, spot))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        names = [name for name, _, _ in self.open]
        if tag in names:
            del self.open[len(names) - 1 - names[::-1].index(tag):]

    def handle_data(self, data: str) -> None:
        """Keep what style sheets print."""
        if self.open and self.open[-1][0] == "style":
            self.style += data


def _kinds(content: Content) -> Iterator[tuple[str, str]]:
    """What every message is in its section, beyond what its element says."""
    yield content.keywords.key, KEYWORDS
    yield from ((picture.alt.key, ALT) for picture in content.pictures)
    for section in content.sections:
        for kind, statements in (("paragraph", section.paragraphs), ("bullet", section.items), ("text", section.pairs),
                                 ("fact", section.facts)):
            for statement in statements:
                yield statement.text.key, kind
                yield from ((one.key, kind) for one, kind in ((statement.lead, "lead-in"), (statement.source, "source of a fact"))
                            if one)


def _role(spot: _Spot, kind: str) -> str:
    """What a message is on the page, from its section's kind and its element."""
    steps = next((tag for tag in reversed(spot.parents) if tag in ("ol", "ul")), "") == "ol"
    if spot.holds:
        return "around other texts"
    if kind == "text":
        return "step" if steps else "text after a lead-in"
    if kind == "bullet":
        return TAGS.get(spot.tag, kind)
    if kind:
        return kind
    return TAGS.get(spot.tag, "heading" if re.fullmatch("h[2-6]", spot.tag) else "line")


def _placed(layout: str, page: _Page, kinds: Mapping[str, str], room: Mapping[str, int],
            lines: Mapping[tuple[str, str], int]) -> Iterator[tuple[str, Place]]:
    panels: dict[str, dict[str, list[_Spot]]] = {}
    for spot in page.spots:
        panels.setdefault(spot.key, {}).setdefault(spot.panel, []).append(spot)
    for key, there in panels.items():
        panel, spots = next(iter(there.items()))
        count = 0 if spots[0].holds else max(1, round(lines.get((panel, key), 1) / len(spots)))
        yield key, Place(layout, panel, _role(spots[0], kinds.get(key, "")), count, room.get(panel, 0), tuple(there)[1:])


def _lines(panels: Sequence[str], ink: Iterable[InkLike]) -> dict[tuple[str, str], int]:
    """Panel and key → lines: a fragment begins a line when it does not stand beside the one before it."""
    count: dict[tuple[str, str], int] = {}
    last: dict[str, InkLike] = {}
    for one in ink:
        if one.key and one.text.strip():
            before = last.get(one.key)
            beside = before and before.panel == one.panel and before.y <= one.y + one.height / 2 <= before.y + before.height
            at = (panels[one.panel], one.key)
            count[at] = count.get(at, 0) + (not beside)
            last[one.key] = one
    return count


def _joined(found: Iterable[tuple[str, Place]]) -> dict[str, tuple[Place, ...]]:
    """One place a layout: of several careers' it is the tightest."""
    made: dict[str, dict[str, Place]] = {}
    for key, place in found:
        there = made.setdefault(key, {}).get(place.layout)
        if there:
            place = dataclasses.replace(there, lines=max(there.lines, place.lines), room=min(there.room, place.room))
        made[key][place.layout] = place
    return {key: tuple(there.values()) for key, there in made.items()}


def _why_not(message: Message, kinds: Mapping[str, str], pages: Iterable[_Page]) -> str:
    """Why a message has no place on a panel."""
    words = re.compile(".+".join(re.escape(part) for part in PLACEHOLDER.sub("\0", plain(message.text)).split("\0")))
    if (kind := kinds.get(message.key)) in (KEYWORDS, ALT):
        return f"not printed: {kind}"
    for page in pages:
        if any(words.fullmatch(alt) for alt in page.alts):
            return f"not printed: {ALT}"
        if words.search(page.style.replace("\\3c ", "<")):
            return "in the margin, outside the panels"
    return "on no panel at present"


def _room(lines: int) -> str:
    step = max(step for step in STEPS if step <= max(0, lines))
    if not step:
        return "no room"
    return f"{'' if step == STEPS[-1] else 'about '}{step} {'line' if step == 1 else 'lines'} of room" + \
        (" or more" if step == STEPS[-1] else "")


def _about(lines: int) -> str:
    return str(lines) if lines <= EXACT else f"about {(lines + 1) // 2 * 2}"
