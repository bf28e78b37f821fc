"""Compose: content and copy poured into a layout's template; the result is one HTML document.

Panels stand in reading order. Every element with translated words carries ``data-msg``, the message's key,
so that later steps can say which message is too long, lost or unreadable.
"""

import datetime
import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from brochure import BASE, qr
from brochure.catalog.copy import Copy
from brochure.catalog.markup import FORMAT as PLACEHOLDER
from brochure.catalog.markup import Words
from brochure.content import Content, Message, Picture, Section, Statement
from brochure.edition import Edition
from brochure.errors import CatalogError, ContentError, Problem, TemplateError
from brochure.impose import Scheme, sides
from brochure.layout import Layout
from brochure.review.proof import Proof, Row
from brochure.slots import MARK, TITLE, Slot, Slots

CHECKSUM = 8
"""Hexadecimal digits that tell one state of a brochure from another on its slug line."""


@dataclass(frozen=True)
class Page:
    """The composed document. ``texts`` holds every message that must be found in the finished PDF, ``codes`` the addresses
    of its QR codes, ``slots`` the places for what recipients' rows say, by number."""

    html: str
    title: str
    author: str
    texts: Mapping[str, str]
    warnings: tuple[Problem, ...]
    states: Mapping[str, str]
    codes: tuple[str, ...]
    slots: Mapping[str, Slot] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A statement as templates see it."""

    text: Words
    lead: Words | None
    icon: str | None
    source: Words | None
    as_of: str | None


@dataclass(frozen=True)
class Chapter:
    """A section as templates see it."""

    id: str
    title: Words
    paragraphs: tuple[Part, ...]
    items: tuple[Part, ...]
    pairs: tuple[Part, ...]
    facts: tuple[Part, ...]


@dataclass
class _Desk:
    """What one template run is given, and what it asked for."""

    content: Content
    copy: Copy
    layout: Layout
    project: Path
    needs: tuple[str, ...]
    art_of: str
    gaps: list[Problem] = field(default_factory=list)
    asked: dict[str, Message] = field(default_factory=dict)

    def pgettext(self, context: str, text: str) -> Words:
        message = Message(context, text, "", "templates/macros/words.html")
        self.asked[context] = message
        if problem := self.copy.problem(message):
            self.gaps.append(problem)
        return self.copy.words(message)

    def part(self, statement: Statement) -> Part:
        say = self.copy.words
        icon = self.drawing(statement.icon) if statement.icon else None
        as_of = self.copy.language.writing.date(statement.as_of, "month") if statement.as_of else None
        return Part(say(statement.text), say(statement.lead) if statement.lead else None, icon,
                    say(statement.source) if statement.source else None, as_of)

    def section(self, name: str) -> Chapter:
        section = next((one for one in self.content.sections if one.id == name), None)
        if section is None or name not in self.needs:
            raise TemplateError([Problem(f"templates/layouts/{self.layout.name}/layout.toml: needs",
                                         f"the layout uses the section {name!r} but does not say that it needs it",
                                         f'add "{name}" to needs')])
        kinds = (section.paragraphs, section.items, section.pairs, section.facts)
        return Chapter(name, self.copy.words(section.title), *(tuple(map(self.part, kind)) for kind in kinds))

    def picture(self, name: str) -> dict[str, str] | None:
        """The picture of this name, or None: a layout must do without."""
        found: Picture | None = next((one for one in self.content.pictures if one.id == name), None)
        return None if found is None else {"src": self.drawing(found.file), "alt": self.copy.plain(found.alt)}

    def art(self, name: str) -> str:
        """A decoration of the career as a CSS value: its address, or none if the career has not drawn it."""
        file = f"{self.content.career}/{name}.svg"
        return f"url({self.drawing(file)})" if (self.project / "assets/images" / file).is_file() else "none"

    def drawing(self, file: str) -> str:
        """The address of a picture below assets/images, or of the edition's own variant: ``x.mono.svg`` for ``x.svg``."""
        variant = PurePosixPath(file).with_suffix(f".{self.art_of}.svg") if self.art_of and file.endswith(".svg") else None
        if variant and (self.project / "assets/images" / variant).is_file():
            file = variant.as_posix()
        return f"{BASE}assets/images/{quote(file)}"

    def say(self, words: Words, tag: str = "p", class_: str = "", **attributes: Any) -> Markup:
        """An element that holds the words, marked with their message and their language."""
        if isinstance(words, Words) and (empty := PLACEHOLDER.search(words)):
            raise ValueError(f"{words.key} is printed with its placeholder {empty[0]}: fill it with .fill(…)")
        extra = {"class": class_, "data-msg": words.key, **attributes}
        if words.lang and words.lang != self.copy.language.tag:
            extra["lang"] = words.lang
        pairs = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in extra.items() if value)
        return Markup("<{0}{1}>{2}</{0}>").format(tag, pairs, words)


@functools.lru_cache(maxsize=1)  # compiled templates serve every job of a process; Jinja2 reads changed files again
def environment(project: Path) -> jinja2.Environment:
    """Jinja2 over the project's templates: everything escaped, everything undefined an error."""
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(project / "templates"), autoescape=True,
                             undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.filters |= {name: _writes(name) for name in ("date", "number", "money", "list")}
    return env


def _writes(name: str) -> Callable[..., str]:
    """A filter that writes in the language of the page, such as ``{{ amount|money("USD") }}``."""

    @jinja2.pass_context
    def write(context: jinja2.runtime.Context, *arguments: Any) -> str:
        return str(getattr(context["writing"], name)(*arguments))

    return write


def compose(content: Content, copy: Copy, layout: Layout, edition: Edition, project: Path,
            twin: Copy | None, day: datetime.date, draft: bool, proof: Proof | None = None, half: int = 0,
            lacking: frozenset[str] | None = None) -> Page:
    """Pour the content into the layout; with ``proof`` the page says what state its words are in.

    ``half`` is 1 or 2 if the page is that half of a bilingual brochure, and 0 otherwise. ``lacking`` is for recipients,
    who have nothing to say in the slots of these names.

    Raises ContentError for a section the layout needs and the career lacks, TemplateError for a fault in a
    template or a message the layout leaves out, CatalogError for words that are not translated.
    """
    needs = layout.bilingual.needs if half and layout.bilingual else layout.needs
    sections = _needed(content, layout, needs)
    _pictures(content, sections, project)
    unseen = (content.name, content.keywords, *(picture.alt for picture in content.pictures))
    warnings = list(copy.check((content.title, content.hook, *_printed(content, sections), *unseen)))
    desk = _Desk(content, copy, layout, project, needs, edition.art)
    slots = Slots(lacking, desk.say, qr.data_url, half)
    env = environment(project)
    title = copy.plain(content.name)
    values: dict[str, Any] = {
        "lang": copy.language.tag, "dir": copy.language.direction, "edition": edition.name,
        "layout": layout.name, "paper": edition.imposed or edition.review, "bleed": edition.bleed > 0, "half": half,
        "draft": draft, "base": BASE, "author": content.contact["organisation"], "contact": content.contact,
        "credits": content.credits, "keywords": copy.plain(content.keywords),
        "document_title": title if lacking is None else f"{MARK}{TITLE}", "slot": slots.slot, "code": slots.code,
        "career": content.career,
        "name": copy.words(content.name), "title": copy.words(content.title), "hook": copy.words(content.hook),
        "twin": _twin(content, twin), "month": copy.language.writing.date(content.edition, "month"), "day": day.isoformat(),
        "qr": qr.data_url(content.contact["web"]), "writing": copy.language.writing, "style": copy.language.style,
        "section": desk.section, "picture": desk.picture, "art": desk.art, "say": desk.say, "pgettext": desk.pgettext,
        "marked": proof,
    }
    if proof:
        values |= _reviewing(proof, env, content, desk, values)
    html = _run(env, layout, values)
    if edition.slug is not None and half < 2:
        html = _slugged(html, env, layout.scheme(edition.name, pair=half > 0), values)
    if desk.gaps and not copy.gaps:
        raise CatalogError(desk.gaps)
    warnings += [Problem(p.where, p.what, p.hint, "warning") for p in desk.gaps]
    texts = {message.key: copy.plain(message) for message in _printed(content, sections)}
    left_out = [key for key in texts if f'data-msg="{key}"' not in html]
    if left_out:
        raise TemplateError([Problem(f"templates/layouts/{layout.name}/layout.html",
                                     f"the text {key} is nowhere in the layout",
                                     "print every statement of a section, or take the section out of needs")
                             for key in left_out])
    # A layout may do without a head, but what it prints must be there.
    texts |= {head.key: copy.plain(head) for head in (content.title, content.hook) if f'data-msg="{head.key}"' in html}
    return Page(html, title, content.contact["organisation"], texts, tuple(warnings),
                {message.key: copy.state(message) for message in (*content.messages(), *desk.asked.values())} if proof else {},
                (content.contact["web"],) if values["qr"] in html else (), slots.places)


def _reviewing(proof: Proof, env: jinja2.Environment, content: Content, desk: _Desk, values: dict[str, Any]) -> dict[str, Any]:
    """What a proof's templates are given beside the rest."""
    review = env.get_template("macros/review-words.html").make_module(values)
    desk.asked.clear()  # the words of proofs themselves are not in their list

    def rows() -> tuple[Row, ...]:
        return proof.rows(desk.copy, (*content.messages(), *desk.asked.values()))

    return {"review": review, "proof_rows": rows, "source_lang": desk.copy.source}


def _run(env: jinja2.Environment, layout: Layout, values: dict[str, Any]) -> str:
    try:
        # The shared words are a module of their own, so that a template can write words.telephone.
        values["words"] = env.get_template("macros/words.html").make_module(values)
        return env.get_template(f"layouts/{layout.name}/layout.html").render(values)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError([Problem(f"templates/{error.name}:{error.lineno}", str(error.message))]) from error
    except jinja2.TemplateNotFound as error:
        raise TemplateError([Problem(f"templates/{error.name}", "the template is not there",
                                     f"layouts/{layout.name}/layout.html or something it extends asks for it")]) from error
    except (jinja2.UndefinedError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError,
            RecursionError) as error:
        where = line_of(error, env)
        what = str(error).replace("'brochure.compose.Chapter object'", "a section")
        what = what.replace("'brochure.compose.Part object'", "a part")
        raise TemplateError([Problem(where or f"templates/layouts/{layout.name}/layout.html", what,
                                     "templates/README.md lists what a template may use")]) from error


def _slugged(html: str, env: jinja2.Environment, scheme: Scheme, values: dict[str, Any]) -> str:
    """The page with a slug line for every side of a sheet; its checksum is of the page without them."""
    names = dict.fromkeys(re.findall(r'data-panel="([^"]+)"', html))
    lines = env.get_template("macros/slug.html").render(
        values, sides=sides(scheme, tuple(names)), checksum=hashlib.sha256(html.encode()).hexdigest()[:CHECKSUM])
    return html.replace("</body>", f"{lines}</body>", 1)


def line_of(error: BaseException, env: jinja2.Environment) -> str:
    """The innermost template line of a traceback."""
    found, trace = "", error.__traceback__
    while trace:
        file = Path(trace.tb_frame.f_code.co_filename)
        for root in getattr(env.loader, "searchpath", ()):
            if file.is_relative_to(root):
                found = f"templates/{file.relative_to(root).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _needed(content: Content, layout: Layout, needs: Iterable[str]) -> tuple[Section, ...]:
    there = {section.id: section for section in content.sections}
    missing = [Problem(f"templates/content/{content.career}.toml: section",
                       f"there is no section {name!r}",
                       f'the layout {layout.name} needs it: write [[section]] with id = "{name}"')
               for name in needs if name not in there]
    if missing:
        raise ContentError(missing)
    return tuple(there[name] for name in needs)


def _pictures(content: Content, sections: Iterable[Section], project: Path) -> None:
    """Raise ContentError for every picture or icon that is not a file below assets/images."""
    named = [(f"picture {picture.id}.file", picture.file) for picture in content.pictures]
    named += [(f"section {section.id}: {statement.id}.icon", statement.icon)
              for section in sections for statement in section.statements if statement.icon]
    images = (project / "assets/images").resolve()
    missing = [Problem(f"templates/content/{content.career}.toml: {where}", f"there is no picture {file!r} in assets/images",
                       "a picture is named by its path below that folder")
               for where, file in named if not ((path := (images / file).resolve()).is_relative_to(images) and path.is_file())]
    if missing:
        raise ContentError(missing)


def _printed(content: Content, sections: Iterable[Section]) -> tuple[Message, ...]:
    """Every message of a layout that stands on paper, beside the name and the alternative texts."""
    return tuple(message for section in sections for message in
                 (section.title, *(m for s in section.statements for m in (s.lead, s.text, s.source) if m)))


def _twin(content: Content, twin: Copy | None) -> Words | None:
    return None if twin is None or twin.problem(content.name) else twin.words(content.name)
