"""Words: what a letter says, from the templates in ``templates/mail`` and the catalogs of its language."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brochure.catalog.copy import Copy
from brochure.catalog.markup import Words, plain
from brochure.compose import environment, line_of
from brochure.content import Content, Message
from brochure.errors import BrochureError, CatalogError, MailError, Problem, TemplateError
from brochure.mail import addresses
from brochure.mail.letter import CID, Said
from brochure.mail.settings import Sender

if TYPE_CHECKING:
    from brochure.mail.enclosures import File

FOLDER = "mail"
HINT = "templates/README.md lists what a letter's templates may use"
LARGEST = 90_000
"""Bytes of a letter's HTML: some programs show no more than about a hundred thousand."""


class Writer:
    """Writes what letters in one language say.

    Raises CatalogError for words that are not translated, TemplateError for a template that cannot be read.
    """

    def __init__(self, project: Path, copy: Copy, content: Content, sender: Sender) -> None:
        self._env, asked = environment(project), dict[str, Message]()

        def pgettext(context: str, text: str) -> Words:
            asked[context] = Message(context, text, "", f"templates/{FOLDER}/words.html")
            return copy.words(asked[context])

        language = copy.language
        self._values: dict[str, Any] = {
            "lang": language.tag, "dir": language.direction, "writing": language.writing, "pgettext": pgettext,
            "career": copy.words(content.name), "contact": content.contact, "sender": sender,
            "cover": f"cid:{CID}@{sender.address.rpartition('@')[2]}",
        }
        for name in (FOLDER, "printer"):
            made = self._made(f"{name}/words.html", lambda template: template.make_module(self._values))
            self._values["words" if name == FOLDER else name] = made
        gaps = [problem for message in (content.name, *asked.values()) if (problem := copy.problem(message))]
        if gaps:
            raise CatalogError(gaps)

    def write(self, school: str, row: Mapping[str, str], files: "Sequence[File]") -> Said:
        """The letter to a school, whose name may be empty; ``row`` has a text for every column of the list.

        Raises TemplateError with the line of a template that cannot be filled, MailError for HTML that is too large.
        """
        sheet = next((file for file in files if file.paper), None)
        values = {**self._values, "school": school, "row": row, "files": files, "sheet": sheet}
        subject, text, page = (self._made(f"{FOLDER}/{name}", lambda template: template.render(values))
                               for name in ("subject.txt", "letter.txt", "letter.html"))
        if len(page.encode()) > LARGEST:
            raise MailError([Problem(f"templates/{FOLDER}/letter.html", f"makes {len(page.encode()):,} bytes of HTML",
                                     f"some programs cut off what is above {LARGEST:,}")])
        return Said(addresses.tidy(_read(subject)), re.sub(r"\n{3,}", "\n\n", _read(text)).strip() + "\n", page)

    def _made(self, name: str, make: Callable[[Any], Any]) -> Any:
        try:
            return make(self._env.get_template(name))
        except BrochureError:
            raise
        except Exception as error:  # a template may raise anything; its line is what a designer needs
            line = getattr(error, "lineno", None)
            where = f"templates/{name}:{line}" if line else line_of(error, self._env) or f"templates/{name}"
            raise TemplateError([Problem(where, str(error), HINT)]) from error


def _read(text: str) -> str:
    """A template's text as it is read; it was written with the escapes of HTML, whatever stands in it."""
    return html.unescape(plain(text))
