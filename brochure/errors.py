"""Every error a user can meet, its exit code, and the problems it carries.

    BrochureError            (never raised itself)
    ├── UsageError        2  a name on the command line that does not exist
    ├── ContentError      3  a career's TOML
    ├── TemplateError     4  a layout, macro or edition
    ├── CatalogError      5  a language's folder or PO file
    ├── RenderError       6  fonts, glyphs, pictures, anything WeasyPrint logs
    ├── CopyfitError      7  text that does not fit its panel
    ├── PreflightError    8  the finished PDF is not what was promised
    ├── OutputError       9  a file could not be written
    ├── SetupError       10  a system library or package is missing
    ├── RecipientError   11  a list of schools
    └── MailError        12  e-mail: its settings, a letter, the server

Exit code 0 is success, 1 a fault of the program itself, 130 an interrupt (Ctrl-C), 143 and 129 the signals that end or hang up.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

# What would move the cursor, colour a terminal or turn a line of it round: controls, separators, bidi overrides.
RAW = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e]")


@dataclass(frozen=True)
class Problem:
    """One thing a person has to mend: where it is, what is wrong, what to do.

    ``where`` is ``file:line``, ``file: key.path`` or ``file: panel``, relative to the project.
    ``severity`` is "error", "warning" or "remark".
    """

    where: str
    what: str
    hint: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        hint = f"\n    hint: {shown(self.hint)}" if self.hint else ""
        return f"{shown(self.where)}: {shown(self.what)}{hint}"

    def as_json(self) -> dict[str, str]:
        """The fields as a dictionary for machines."""
        return asdict(self)


def shown(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would obey."""
    return RAW.sub(lambda m: f"\\x{ord(m[0]):02x}" if m[0] < "\u0100" else f"\\u{ord(m[0]):04x}", text)


class BrochureError(Exception):
    """Base of every error above: a list of problems of one stage, all together."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type["BrochureError"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # errors travel between worker processes


class UsageError(BrochureError):
    """A career, language, layout or edition that the project does not have."""

    exit_code = 2


class ContentError(BrochureError):
    """A career's TOML file is missing something or says something unknown."""

    exit_code = 3


class TemplateError(BrochureError):
    """A layout, macro or edition file is broken or asks for something that is not there."""

    exit_code = 4


class CatalogError(BrochureError):
    """A language's folder, PO file or message cannot be used."""

    exit_code = 5


class RenderError(BrochureError):
    """Fonts, glyphs, pictures, or anything else WeasyPrint complains about."""

    exit_code = 6


class CopyfitError(BrochureError):
    """Text does not fit its panel, or was lost."""

    exit_code = 7


class PreflightError(BrochureError):
    """The finished file is not what the edition promises."""

    exit_code = 8


class OutputError(BrochureError):
    """The finished file could not be written."""

    exit_code = 9


class SetupError(BrochureError):
    """The machine lacks a library or package."""

    exit_code = 10


class RecipientError(BrochureError):
    """A list of recipients cannot be read, or rows of it cannot be printed."""

    exit_code = 11


class MailError(BrochureError):
    """The settings of the e-mail cannot be used, a letter cannot be made, or a server does not do what it should."""

    exit_code = 12
