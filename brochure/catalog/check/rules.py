"""Rules: small functions that look at a message, a file or all messages, and yield what they hit.

A rule's docstring is its manual. Its first paragraph is what a translator reads as the reason; the lines
``Bad:`` and ``Good:`` after it are examples.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

SEVERITIES = ("error", "print", "warning", "remark")
BLOCKING = SEVERITIES[:2]  # error: no edition is built; print: none but proofs
# What a rule is given: a Catalog, a Message, all messages, copyfit's problems, or one message's findings.
SCOPES = ("file", "message", "language", "layout", "findings")
F = TypeVar("F", bound=Callable[..., Iterator[Any]])


@dataclass(frozen=True)
class Hit:
    """What one rule found: the place in the words (offsets in the msgstr) and, where known, the words to put there.

    ``line`` is for rules that look at a whole file; ``safe`` takes the repair of this one hit out of, or into,
    those that may be made without asking.
    """

    what: str
    hint: str = ""
    span: tuple[int, int] | None = None
    put: str | None = None
    line: int = 1
    safe: bool | None = None


@dataclass(frozen=True)
class Rule:
    """A registered rule. ``firm`` rules cannot be silenced by a comment."""

    code: str
    severity: str
    scope: str
    manual: str
    safe: bool
    firm: bool
    run: Callable[..., Iterator[Any]]

    @property
    def why(self) -> str:
        """The first paragraph of the manual, as one line."""
        return " ".join(self.manual.split("\n\n")[0].replace("``", "").split())


@dataclass(frozen=True)
class Finding:
    """One thing a translator should mend.

    ``severity`` is one of ``SEVERITIES``, ``where`` is ``file:line``, ``key`` the message's key (empty for a whole
    file), ``span`` the place in the msgstr, ``repair`` the words there and the words to put in their place;
    ``safe`` says that ``fix`` makes this repair, ``excerpt`` shows the place among the words around it.
    """

    code: str
    severity: str
    where: str
    key: str
    what: str
    why: str
    hint: str = ""
    span: tuple[int, int] | None = None
    repair: tuple[str, str] | None = None
    safe: bool = False
    excerpt: str = ""

    def as_json(self) -> dict[str, Any]:
        """The fields as a dictionary for machines."""
        return asdict(self)


RULES: dict[str, Rule] = {}


def rule(code: str, severity: str, *, scope: str = "message", safe: bool = False,
         firm: bool = False) -> Callable[[F], F]:
    """Register a rule under its code, which never changes its meaning: translators write it in comments."""
    def register(run: F) -> F:
        if code in RULES or severity not in SEVERITIES or scope not in SCOPES or not run.__doc__:
            raise ValueError(f"{code} is registered twice, or without a severity, a scope or a docstring")
        RULES[code] = Rule(code, severity, scope, inspect.cleandoc(run.__doc__), safe, firm, run)
        return run
    return register
