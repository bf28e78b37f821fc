"""Document: a page beside the brochures from a template under ``templates``, as PDF or as one HTML file.

Its words are in the language under review, where they are translated; both languages stand in it with fonts of their own.
"""

import functools
import re
import traceback
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from brochure import BASE, breaks
from brochure.catalog.copy import Copy
from brochure.catalog.markup import PLACEHOLDER, Words, markup
from brochure.compose import environment
from brochure.content import Message
from brochure.errors import Problem, TemplateError
from brochure.language import Language
from brochure.project import Project

if TYPE_CHECKING:
    from brochure.render import Panels

REVIEW = "review"
SHEETS = ("templates/macros/tokens.css", "templates/review/review.css", "locales/{style}/language.css")
FAMILY = re.compile(r"--text-family\s*:\s*([^;{}<>]+)")
VARIANT = "pdf/a-3a"


@dataclass(frozen=True)
class Document:
    """A composed document; ``html`` has the style sheets as links. ``gaps`` are its words that are not translated."""

    html: str
    name: str
    project: Project
    language: Language
    gaps: tuple[Problem, ...] = ()

    @property
    def title(self) -> str:
        """What a reader's window is called."""
        found = re.search("<title>(.*?)</title>", self.html, re.S)
        return unescape(found[1]) if found else ""

    def pdf(self) -> bytes:
        """The document as a tagged PDF."""
        from brochure.press import plain

        return self.panels().write(variant=VARIANT, tagged_ua=True, dpi=None, finish=plain)

    def panels(self) -> "Panels":
        """The document laid out."""
        from brochure.render import render

        root = self.project.root
        terms = breaks.glossary(root / f"locales/{self.language.style}/glossary.csv", root)
        edit = functools.partial(breaks.apply, tag=self.language.tag, glossary=terms)
        return render(self.html, project=root, fonts=root / "assets/fonts", edit=edit, name=self.name)

    def alone(self) -> bytes:
        """The document as one HTML file that opens without a network: style sheets and fonts inside, nothing else may load."""

        def inline(link: re.Match[str]) -> str:
            text = (self.project.root / link[1]).read_text("utf-8")
            return f"<style>\n{text.replace('</', '<')}</style>"

        from brochure.review import faces

        html = re.sub(rf'<link rel="stylesheet" href="{re.escape(BASE)}([^"]+)">', inline, self.html)
        fonts = faces.style(self.project.root / "assets/fonts", self.html)
        return html.replace("</head>", f"<style>\n{fonts}</style>\n</head>", 1).encode()


def compose(template: str, name: str, project: Project, copy: Copy, day: str, values: dict[str, Any],
            folder: str = REVIEW) -> Document:
    """Fill a template of the folder, with the folder's own words; raise TemplateError with the line at which it fails."""
    env, language = environment(project.root), copy.language
    asked = dict[str, Message]()

    def pgettext(context: str, text: str) -> Words:
        asked[context] = Message(context, text, "", f"templates/{folder}/words.html")
        return copy.words(asked[context])

    def say(words: Words, tag: str = "p", class_: str = "", **attributes: str) -> Markup:
        keyed = {} if folder == REVIEW else {"data-msg": words.key}  # where a later step must name the message that is too long
        given = {"class": class_, **keyed, "lang": words.lang if words.lang != language.tag else "", **attributes}
        pairs = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in given.items() if value)
        return Markup("<{0}{1}>{2}</{0}>").format(tag, pairs, words)

    tags = {project.source.tag: project.source.style, language.tag: language.style}
    values = {"lang": language.tag, "dir": language.direction, "base": BASE, "source": project.source, "day": day,
              "sheets": [sheet.format(style=language.style) for sheet in SHEETS], "style": language.style,
              "pgettext": pgettext, "say": say,
              "families": {tag: Markup(found) for tag, style in tags.items() if (found := family(project.root, style))},
              "number": language.writing.native, "date": language.writing.date, **values}
    try:
        values["words"] = env.get_template(f"{folder}/words.html").make_module(values)
        html = env.get_template(f"{folder}/{template}").render(values)
    except Exception as error:  # a template may raise anything; its line is what a designer needs
        where = [f"{Path(frame.filename).relative_to(project.root).as_posix()}:{frame.lineno}"
                 for frame in traceback.extract_tb(error.__traceback__)
                 if Path(frame.filename).is_relative_to(project.root / "templates")]
        raise TemplateError([Problem(where[-1] if where else f"templates/{folder}/{template}", str(error),
                                     f"templates/{folder} is whole in a new project: brochure init DIR")]) from error
    gaps = tuple(replace(problem, severity="warning") for message in asked.values() if (problem := copy.problem(message)))
    return Document(html, name, project, language, gaps)


def readable(text: str, key: str, tag: str) -> Words:
    """A message for people who read and do not program: its placeholders stand as small boxes with a name in them."""
    boxed = PLACEHOLDER.sub(lambda found: f'<span class="slot">{found[1]}</span>' if found[1] else "%", markup(text))
    return Words(boxed, key, tag)


def family(root: Path, style: str) -> str:
    """The family of running text that a language's style sheet names; only one sheet can be loaded at once."""
    sheet = root / f"locales/{style}/language.css"
    found = FAMILY.search(sheet.read_text("utf-8")) if sheet.is_file() else None
    return found[1].strip() if found else ""
