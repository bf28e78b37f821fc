"""Weblate: pictures of panels, uploaded as screenshots, so that a translator there sees where the words stand."""

import base64
import configparser
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from brochure.errors import Problem, UsageError
from brochure.project import Job, Project
from brochure.review import pictures
from brochure.review.weblate_api import Server, number, of

SETTINGS = ".weblate"  # of wlc, Weblate's command line client
TIMEOUT = 60  # seconds a server may be silent
LARGEST = 2000  # pixels: Weblate takes no larger screenshot
SLUG = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Shot:
    """One panel's picture (``kind`` is png or jpeg; its size in pixels) and the keys of the messages it is linked to.

    ``state`` is "new" or "replaced" as it is, or would be, on the server; empty if the server was not asked.
    ``unlinked`` are keys that were linked and have left the panel, ``unknown`` those that the component should have
    and has not.
    """

    name: str
    kind: str
    data: bytes
    size: tuple[int, int]
    keys: tuple[str, ...]
    state: str = ""
    unlinked: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def summary(self) -> str:
        """What it is and does, in a few words."""
        parts = [f"{self.size[0]} × {self.size[1]} px", f"{-(-len(self.data) // 1000)} kB", f"{len(self.keys)} messages"]
        parts += [f"{len(self.unlinked)} unlinked"] if self.unlinked else []
        return ", ".join([self.state, *parts] if self.state else parts)


def settings(root: Path) -> tuple[str, str]:
    """The address and the project that ``.weblate`` names, each empty if it does not."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string((root / SETTINGS).read_text("utf-8"))
    except FileNotFoundError:
        return "", ""
    except (OSError, ValueError, configparser.Error) as error:
        raise UsageError([Problem(SETTINGS, "cannot be read", "it has a line [weblate], and below it url = … and "
                                                              "translation = PROJECT")]) from error
    return parser.get("weblate", "url", fallback=""), parser.get("weblate", "translation", fallback="").partition("/")[0]


def upload(project: Project, career: str, layout: str, tag: str, url: str, component: str, token: str, *,
           send: bool = False, timeout: float = TIMEOUT) -> Iterator[Shot]:
    """Picture the panels of a layout and give each when it is done, in reading order.

    Without ``send`` nothing is changed on the server; without ``token`` it is not even asked. ``component`` is
    PROJECT/COMPONENT. Pictures of the source language are seen by the translators of every language. A panel with no
    message of the component has no picture there. Raise UsageError for what the caller can put right, CatalogError
    for what the server or the network does.
    """
    if not token:
        if send:
            raise UsageError([Problem("token", "is missing", "make one in your profile on Weblate")])
        yield from _shots(project, career, layout, tag)
        return
    there = _Component(Server(url, token, timeout), component, tag)
    units = there.units()
    homes = {key.partition(".")[0] for key in units}
    mine = [shot for shot in _shots(project, career, layout, tag) if any(key in units for key in shot.keys)]
    if not mine:
        raise UsageError([Problem(component, "has no message that stands on one of the panels",
                                  "is it the right component, and has Weblate pulled the catalogs?")])
    names = there.screenshots()
    for shot in mine:
        keys = tuple(key for key in shot.keys if key in units)
        unknown = tuple(key for key in shot.keys if key not in units and key.partition(".")[0] in homes)
        known, linked = names.get(shot.name, (0, frozenset()))
        left = {unit: key for key, unit in units.items() if unit in linked and key not in keys}
        if send:
            there.link(there.put(shot, known), [units[key] for key in keys if units[key] not in linked], left)
        yield Shot(shot.name, shot.kind, shot.data, shot.size, keys, "replaced" if shot.name in names else "new",
                   tuple(left.values()), unknown)


def _shots(project: Project, career: str, layout: str, tag: str) -> Iterator[Shot]:
    seen = pictures.view(Job(career, layout, pictures.look(project, layout), tag), project)
    for panel, pages in seen.pictures.items():
        if keys := seen.keys.get(panel, ()):
            yield Shot(f"{career} {layout} {panel} ({tag})", *_image(pages), keys)


def _image(pages: Sequence[pictures.Picture]) -> tuple[str, bytes, tuple[int, int]]:
    """The pages of a panel as one picture, its overflow below it, small enough for Weblate."""
    from PIL import Image

    files = [(page.url.partition(";")[0].rpartition("/")[2], base64.b64decode(page.url.partition(",")[2])) for page in pages]
    parts = [Image.open(io.BytesIO(data)) for _, data in files]
    width, height = max(part.width for part in parts), sum(part.height for part in parts)
    if len(parts) == 1 and max(width, height) <= LARGEST:
        return (*files[0], (width, height))
    whole, top = Image.new("RGB", (width, height), "white"), 0
    for part in parts:
        whole.paste(part.convert("RGB"), (0, top))
        top += part.height
    whole.thumbnail((LARGEST, LARGEST))
    file = io.BytesIO()
    whole.quantize(pictures.COLOURS, dither=Image.Dither.NONE).save(file, "png", optimize=True)
    return "png", file.getvalue(), whole.size


class _Component:
    """What a component of Weblate has in one language, which it must have: it is asked for."""

    def __init__(self, server: Server, component: str, tag: str) -> None:
        self.server = server
        self.project, _, self.slug = component.partition("/")
        if not SLUG.fullmatch(self.project) or not SLUG.fullmatch(self.slug):
            raise UsageError([Problem(component, "is not PROJECT/COMPONENT", "write both as in the component’s address on "
                                      "Weblate, after /projects/; one inside a category cannot be used")])
        codes = self._codes()
        if tag not in codes:
            raise UsageError([Problem(component, f"has no language {tag}",
                                      f"it has {', '.join(filter(SLUG.fullmatch, codes))}; has Weblate pulled the catalogs?")])
        self.code = codes[tag]

    def _codes(self) -> dict[str, str]:
        """Tag → Weblate's code of every language: of the folder zh-CN it makes zh_Hans, and addresses know only that."""
        found = self.server.pages(f"components/{self.project}/{self.slug}/translations/")
        return {of(one, "language_code", str).replace("_", "-"): of(of(one, "language", dict), "code", str) for one in found}

    def units(self) -> dict[str, int]:
        """Key → number of every message, from one list: a question for each message would soon be too many an hour."""
        path = f"translations/{self.project}/{self.slug}/{quote(self.code)}/units/"
        return {of(unit, "context", str): of(unit, "id", int) for unit in self.server.pages(path)}

    def screenshots(self) -> dict[str, tuple[int, frozenset[int]]]:
        """Name → number and linked messages' numbers of the screenshots of this language, the oldest of a name."""
        found: dict[str, tuple[int, frozenset[int]]] = {}
        for one in self.server.pages(f"components/{self.project}/{self.slug}/screenshots/"):
            if of(one, "translation", str).endswith(f"/{self.project}/{self.slug}/{self.code}/"):
                linked = frozenset(map(number, of(one, "units", list)))
                found.setdefault(of(one, "name", str), (number(of(one, "url", str)), linked))
        return found

    def put(self, shot: Shot, known: int) -> int:
        """Make the screenshot, or put the picture into screenshot ``known``; give its number."""
        image = shot.kind, shot.data
        if known:
            self.server.send("POST", f"screenshots/{known}/file/", image=image)
            return known
        fields = {"name": shot.name, "project_slug": self.project, "component_slug": self.slug, "language_code": self.code}
        return number(of(self.server.send("POST", "screenshots/", fields, image), "url", str))

    def link(self, screenshot: int, new: Sequence[int], left: Mapping[int, str]) -> None:
        """Link messages to a screenshot, and unlink those that have left its panel."""
        for unit in new:
            self.server.send("POST", f"screenshots/{screenshot}/units/", {"unit_id": str(unit)})
        for unit in left:
            self.server.send("DELETE", f"screenshots/{screenshot}/units/{unit}/")  # its manual forgets the last /
