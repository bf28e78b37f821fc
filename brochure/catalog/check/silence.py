"""U: the comments by which a translator silences a rule for one message: ``# lint-ok: N02 written as a word``."""

import re
from collections.abc import Iterator, Sequence

from brochure.catalog.check.facts import Facts, Message
from brochure.catalog.check.rules import RULES, Finding, Hit, rule

COMMENT = re.compile(r"lint-ok\s*:?\s*(\S*)\s*(.*)", re.IGNORECASE)
FORM = "write: # lint-ok: N02 why it is right here"


def _wishes(message: Message) -> list[tuple[str, str]]:
    """The codes to be silenced in a message, each with its reason."""
    found = (COMMENT.match(line.strip()) for line in message.comments)
    return [(one[1].rstrip(",;:"), one[2].strip(" \t-–:")) for one in found if one]


def silenced(message: Message) -> frozenset[str]:
    """The codes that are silent in a message: known, not firm, and with a reason."""
    return frozenset(code for code, reason in _wishes(message) if reason and code in RULES and not RULES[code].firm)


@rule("U01", "warning", firm=True)
def unknown_code(message: Message, facts: Facts) -> Iterator[Hit]:
    """A lint-ok comment names the code of a rule."""
    for code, _ in _wishes(message):
        if code not in RULES:
            yield Hit(f"the comment lint-ok names “{code}”, which is no rule", FORM)


@rule("U02", "warning", firm=True)
def no_reason(message: Message, facts: Facts) -> Iterator[Hit]:
    """A lint-ok comment says why, for the next translator; without a reason it silences nothing."""
    for code, reason in _wishes(message):
        if code in RULES and not reason:
            yield Hit(f"the comment lint-ok: {code} gives no reason", FORM)


@rule("U03", "warning", firm=True)
def not_to_be_silenced(message: Message, facts: Facts) -> Iterator[Hit]:
    """What cannot be printed is mended, not silenced."""
    for code, _ in _wishes(message):
        if code in RULES and RULES[code].firm:
            yield Hit(f"{code} cannot be silenced", "mend what it says, and delete the comment")


@rule("U04", "remark", scope="findings", firm=True)
def unneeded(message: Message, findings: Sequence[Finding]) -> Iterator[Hit]:
    """A lint-ok comment that silences nothing any more can go."""
    for code in sorted(silenced(message) - {finding.code for finding in findings}):
        yield Hit(f"the comment lint-ok: {code} silences nothing", "delete it")
