"""Discover: which careers, languages and layouts a project folder holds, and the jobs they make.

Nothing is registered: a career is a file, a language and a layout are folders.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from brochure.errors import CatalogError, ContentError, Problem, UsageError
from brochure.impose import Booklet, booklet

if TYPE_CHECKING:
    from brochure.edition import Edition
    from brochure.language import Language
    from brochure.layout import Layout

# The catalog of the shared words, and what the keys in it begin with: a career's own begin with its name.
RESERVED = ("brochure", "common", "difference", "mail", "preview", "printer", "review", "signoff")
NAMES = f"a name has small letters, digits and _, a letter first, and is not {', '.join(RESERVED[:-1])} or {RESERVED[-1]}"


PAIR = "+"
"""Joins the two languages of a bilingual brochure."""

SIDES = ("", "long-edge", "fronts", "backs")


@dataclass(frozen=True, order=True)
class Job:
    """One brochure file: a career's content, in a language, poured into a layout, published as an edition.

    ``language`` may be two, as in ``fr+vi``. ``sides`` is what a printer asks for: backs turned for the ``long-edge``,
    or ``fronts`` and ``backs`` in a file each; ``gsm`` is the weight of its paper in g/m².
    """

    career: str
    layout: str
    edition: str
    language: str
    sides: str = ""
    gsm: int = booklet.GSM

    @property
    def languages(self) -> tuple[str, ...]:
        """The tags of its one or two languages."""
        return tuple(self.language.split(PAIR))

    @property
    def pair(self) -> bool:
        """Whether it is in two languages."""
        return PAIR in self.language

    @property
    def file(self) -> str:
        """Where the PDF goes, below the output folder."""
        return f"{self.career}/{'.'.join(filter(None, (self.layout, self.edition, self.sides, self.language)))}.pdf"

    def __str__(self) -> str:
        return f"{self.career} {self.layout} {self.edition} {self.language}"


@dataclass(frozen=True)
class Project:
    """A project folder and what was found in it."""

    root: Path
    careers: tuple[str, ...]
    languages: tuple["Language", ...]
    layouts: tuple["Layout", ...]
    editions: tuple["Edition", ...]

    @property
    def source(self) -> "Language":
        """The language the content is written in."""
        return next(language for language in self.languages if language.source)

    def edition(self, name: str) -> "Edition":
        """The edition with this name."""
        return next(edition for edition in self.editions if edition.name == name)

    def language(self, tag: str) -> "Language":
        """The language with this tag."""
        found = next((language for language in self.languages if language.tag == tag), None)
        return found or self.disguised[tag]

    @property
    def disguised(self) -> "dict[str, Language]":
        """The pseudo-languages, which are built when they are asked for by name."""
        from brochure import language
        from brochure.catalog import pseudo

        there = {one.tag: one for one in self.languages}
        made = (language.disguised(tag, there, self.source) for tag in pseudo.TAGS)
        return {one.tag: one for one in made if one}

    def layout(self, name: str) -> "Layout":
        """The layout with this name."""
        return next(layout for layout in self.layouts if layout.name == name)


def career_name(name: str) -> bool:
    """Whether a career may have this name: its messages' keys and its catalogs' files begin with it."""
    return bool(re.fullmatch("[a-z][a-z0-9_]*", name)) and name not in RESERVED


def discover(root: Path) -> Project:
    """Read a project folder; raise UsageError if it is none, or the first error of what lies in it."""
    from brochure import edition, language, layout

    root = root.resolve()
    missing = [name for name in ("templates", "locales", "assets") if not (root / name).is_dir()]
    if missing:
        raise UsageError([Problem(str(root), f"is not a project folder: it has no {', no '.join(missing)} folder",
                                  "go to a project folder, name one with --project DIR, or make one: brochure init DIR")])
    careers = tuple(sorted(path.stem for path in (root / "templates/content").glob("*.toml")))
    ill = [Problem(f"templates/content/{name}.toml", f"{name!r} cannot be the name of a career", NAMES)
           for name in careers if not career_name(name)]
    if ill:
        raise ContentError(ill)
    languages = [language.load(path.parent, root) for path in sorted((root / "locales").glob("*/language.toml"))]
    editions = tuple(edition.load(path, root) for path in sorted((root / "templates/editions").glob("*.toml")))
    names = tuple(one.name for one in editions)
    layouts = [layout.load(path, root, names) for path in sorted((root / "templates/layouts").glob("*/"))
               if not path.name.startswith((".", "__"))]
    sources = [one.tag for one in languages if one.source]
    if len(sources) != 1:
        found = f"{' and '.join(sources)} say so" if sources else "none says so"
        raise UsageError([Problem("locales", f"exactly one language must be the source of the content; {found}",
                                  "write source = true in the language.toml of the language the content is written in")])
    tags = [one.tag for one in languages]
    lost = [Problem(f"locales/{one.tag}/language.toml: twin", f"there is no language {one.twin!r}",
                    f"there are: {', '.join(tags)}")
            for one in languages if one.twin and one.twin not in tags]
    if lost:
        raise CatalogError(lost)
    return Project(root, careers, tuple(languages), tuple(layouts), editions)


def jobs(project: Project, careers: Sequence[str] = (), languages: Sequence[str] = (),
         layouts: Sequence[str] = (), editions: Sequence[str] = (), *, pairs: bool = False) -> tuple[Job, ...]:
    """Every job of the project that the four selections allow; an empty selection allows all.

    With ``pairs`` a language may be two; not everything that is done with jobs can be done in two languages.
    """
    _known("career", careers, project.careers)
    tags = [language.tag for language in project.languages]
    two = [name for name in languages if pairs and PAIR in name]
    single = [tag for name in languages for tag in (name.split(PAIR, 1) if name in two else [name])]
    _known("language", single, tags + (pseudo := list(project.disguised)))
    _pairs(two)
    _known("layout", layouts, [layout.name for layout in project.layouts])
    _known("edition", editions, [edition.name for edition in project.editions])
    reviews = tuple(edition.name for edition in project.editions if edition.review)
    found = tuple(
        Job(career, layout.name, edition, tag)
        for career in project.careers if not careers or career in careers
        for layout in project.layouts if not layouts or layout.name in layouts
        for edition in layout.editions + reviews if edition in (editions or layout.editions)
        for tag in tags + pseudo + two if tag in (languages or tags)
        if takes(layout, project.edition(edition), tag)
    )
    if not found:
        raise UsageError([Problem("selection", "there is nothing to build",
                                  "brochure list shows which careers, layouts, editions and languages go together")])
    return found


def takes(layout: "Layout", edition: "Edition", language: str) -> bool:
    """Whether a layout can be in the language, which may be two, as this edition."""
    return PAIR not in language or (layout.bilingual is not None and bilingual(edition))


def bilingual(edition: "Edition") -> bool:
    """Whether an edition may hold two languages: it is for paper, and every panel has its place."""
    return edition.imposed and not edition.review and not edition.flows


def handled(project: Project, chosen: Sequence[Job], *, duplex: str = "", single: bool = False,
            gsm: int = booklet.GSM) -> tuple[Job, ...]:
    """The jobs as a printer needs them: backs turned for the ``long-edge``, or each as two files, ``fronts`` and ``backs``.

    Jobs with nothing to turn stay as they are. ``gsm`` is the weight of the paper, for booklets.
    """
    found = list[Job]()
    for job in chosen:
        layout, edition = project.layout(job.layout), project.edition(job.edition)
        kinds = [""]
        two = edition.imposed and layout.turns(job.edition, pair=job.pair, flows=edition.flows) != "simplex"
        if two and single:
            kinds = ["fronts", "backs"]
        elif two and duplex and layout.flip != duplex:
            kinds = [duplex]
        if isinstance(layout.scheme(job.edition, pair=job.pair), Booklet):  # nothing else is moved by what paper weighs
            job = replace(job, gsm=gsm)
        found += [replace(job, sides=kind) for kind in kinds]
    return tuple(found)


def every(project: Project) -> tuple[Job, ...]:
    """Every job that can be asked for, in whatever language and however it is printed."""
    tags = [*(language.tag for language in project.languages), *project.disguised]
    pairs = [f"{one}{PAIR}{two}" for one in tags for two in tags if one != two]
    editions = [edition.name for edition in project.editions]
    return tuple(replace(job, sides=sides) for job in jobs(project, languages=[*tags, *pairs], editions=editions, pairs=True)
                 for sides in SIDES)


def _pairs(pairs: Sequence[str]) -> None:
    problems = [Problem("language", f"{name!r} names one language twice", "name two, such as en+km")
                for name in pairs if len(set(name.split(PAIR, 1))) == 1]
    if problems:
        raise UsageError(problems)


def _known(kind: str, wanted: Sequence[str], there: Sequence[str]) -> None:
    problems = [Problem(kind, f"there is no {kind} {name!r}", f"there are: {', '.join(there) or 'none'}")
                for name in wanted if name not in there]
    if problems:
        raise UsageError(problems)
