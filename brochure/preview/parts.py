"""Parts: what of a brochure is laid out anew; a panel that is known, and is made of the same as then, is not.

A panel is known by what it is made of: the rest of the page's HTML, the panel's own, and every file and font that was read.
"""

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

from brochure import build, copyfit
from brochure.build import Laid
from brochure.catalog.copy import Copy
from brochure.errors import CatalogError, Problem
from brochure.project import Job, Project

if TYPE_CHECKING:
    from brochure.render import Ink, Panel

Wish = Callable[["Parts"], frozenset[str]]
"""Which panels of a half are laid out; those that changed must be among them."""


class Unknown(Exception):
    """What was laid out cannot be put together with what is known: all of it has to be laid out."""


@dataclass
class Parts:
    """The panels of a page that is about to be laid out: digests by name, the keys of their messages, and which are ``drawn``."""

    half: int
    shell: str = ""
    digests: dict[str, str] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    drawn: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Half:
    """A brochure in its language, or in one of its two, as it was laid out: what it was made of, and what stands where."""

    job: Job
    copy: Copy
    notes: tuple[Problem, ...]
    panels: tuple["Panel", ...]
    ink: tuple["Ink", ...]
    fit: copyfit.Fit
    parts: Parts
    inputs: Mapping[str, str]
    apart: bool


@dataclass(frozen=True)
class Part:
    """What was laid out of a half just now; ``pages`` has the index there of each of the half's pages that was."""

    half: Half
    laid: Laid
    pages: Mapping[int, int]

    @property
    def partial(self) -> bool:
        """Whether some of its panels are known from before."""
        return self.half.parts.drawn != frozenset(self.half.parts.digests)


def lay_out(job: Job, project: Project, instead: Mapping[str, bytes], known: Sequence[Half], wish: Wish) -> tuple[Part, ...]:
    """Lay out what is not known of the job; with nothing known, all of it. Raises Unknown, and what ``build`` raises."""
    try:
        return _laid(job, project, instead, known, wish, draft=False)
    except CatalogError:
        return _laid(job, project, instead, known, wish, draft=True)


def _laid(job: Job, project: Project, instead: Mapping[str, bytes], known: Sequence[Half], wish: Wish,
          *, draft: bool) -> tuple[Part, ...]:
    edition, found = project.edition(job.edition), list[Parts]()
    if edition.review or edition.instructions:
        laids = build.laid(job, project, draft=draft, instead=instead)[0]
        return tuple(_joined(None, one, Parts(number)) for number, one in enumerate(laids))

    def last(half: int, tree: Element) -> None:
        number = max(half - 1, 0)
        if number == len(found):  # the same page may be laid out again, on endless paper
            before = known[number] if known and not edition.flows else None
            found.append(_parts(number, tree, before, project.root, wish))
        _cut(tree, found[number])

    laids = build.halves(job, project, draft=draft, instead=instead, last=last)
    return tuple(_joined(known[number] if known else None, one, found[number]) for number, one in enumerate(laids))


def _parts(number: int, tree: Element, before: Half | None, root: Path, wish: Wish) -> Parts:
    """The page's panels; where nothing is known all are drawn."""
    from brochure.render import apart

    sections = apart.sections(tree)
    made = Parts(number, _shell(tree, sections), {name: _digest(tostring(section)) for name, section in sections.items()},
                 {name: tuple(dict.fromkeys(key for one in section.iter() if (key := one.get("data-msg"))))
                  for name, section in sections.items()})
    made.changed = made.drawn = frozenset(sections)
    if before and before.apart and (made.shell, list(made.digests)) == (before.parts.shell, list(before.parts.digests)) \
            and _current(before, root):
        made.changed = frozenset(name for name, digest in made.digests.items() if before.parts.digests[name] != digest)
        made.drawn = wish(made) | made.changed
        names = [panel.name for panel in before.panels]
        if any(names.count(name) != 1 for name in made.digests if name not in made.drawn):
            made.changed = made.drawn = frozenset(sections)  # one empty page would stand for several, and the next be numbered so
    return made


def _shell(tree: Element, sections: Mapping[str, Element]) -> str:
    """A digest of the page but for its panels, and for what its head says to others than the reader."""
    inside, parts = set(map(id, sections.values())), [repr(tree.attrib)]
    for area in tree:
        parts.append(f"{area.tag} {area.attrib} {area.text}")
        parts += [f"{one.get('data-panel')}{one.tail}" if id(one) in inside else tostring(one, "unicode") for one in area
                  if one.tag not in ("meta", "title")]
    return _digest("\0".join(parts).encode())


def _current(before: Half, root: Path) -> bool:
    """Whether the files that were read are what they were."""
    from brochure.render import fonts

    with contextlib.suppress(OSError):
        return all(digest == (_digest((root / name).read_bytes()) if name else fonts.isolate(root / "assets/fonts"))
                   for name, digest in before.inputs.items())
    return False


def _cut(tree: Element, parts: Parts) -> None:
    from brochure.render import apart

    for name, section in apart.sections(tree).items():
        if name not in parts.drawn:
            apart.empty(section)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _joined(before: Half | None, laid: Laid, parts: Parts) -> Part:
    """What was laid out, together with what is known of the other panels."""
    panels = laid.panels
    half = Half(laid.job, laid.copy, laid.notes, panels.panels, panels.ink, laid.fit, parts, panels.inputs, panels.apart)
    if before is None or parts.drawn == frozenset(parts.digests):
        return Part(half, laid, {number: number for number in range(len(panels.panels))})
    if [*dict.fromkeys(panel.name for panel in panels.panels)] != [*parts.digests]:
        raise Unknown
    found, ink, pages = list["Panel"](), list["Ink"](), dict[int, int]()
    for name in parts.digests:
        source = half if name in parts.drawn else before
        for index in (index for index, panel in enumerate(source.panels) if panel.name == name):
            if source is half:
                pages[len(found)] = index
            ink += [replace(one, panel=len(found)) for one in source.ink if one.panel == index]
            found.append(source.panels[index])
    fills = {fill.panel: fill for fill in before.fit.fills}
    fit = copyfit.Fit(tuple(fill if fill.panel in parts.drawn else fills[fill.panel] for fill in laid.fit.fills),
                      _lost(before.fit.lost, laid.fit.lost, parts))
    return Part(replace(half, panels=tuple(found), ink=tuple(ink), fit=fit, inputs={**before.inputs, **half.inputs}), laid, pages)


def _lost(before: Mapping[str, tuple[int, int]], now: Mapping[str, tuple[int, int]], parts: Parts) -> dict[str, tuple[int, int]]:
    """The messages that were partly lost, in reading order; their letters are counted in all panels together."""
    inside = {key for name in parts.drawn for key in parts.keys[name]}
    outside = {key for name, keys in parts.keys.items() if name not in parts.drawn for key in keys}
    if (before.keys() | now.keys()) & inside & outside:
        raise Unknown
    found = {key: counts for key, counts in before.items() if key not in inside} | dict(now)
    order = dict.fromkeys(key for keys in parts.keys.values() for key in keys)
    return {key: found[key] for key in order if key in found}
