"""Variants: the kinds of PDF a file promises to be, such as PDF/A-3a, asked of a validator."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brochure.errors import Problem
from brochure.preflight import pdfx

if TYPE_CHECKING:
    from brochure.preflight.file import File
    from brochure.preflight.promise import Promise

RULE = "the rule is one of the standard's; the file is not what it says it is until it is kept"


def check(file: "File", promise: "Promise") -> Iterator[Problem]:
    """Validate the file as each variant; PDF/X-4 by our own rules, since the validator knows none."""
    for variant in promise.variants:
        if variant == pdfx.VARIANT:
            yield from pdfx.check(file, promise)
        else:
            yield from _validated(file, variant, promise)


def _validated(file: "File", variant: str, promise: "Promise") -> Iterator[Problem]:
    import page

    profile = variant.removeprefix("pdf/").removeprefix("a-").replace("-", "")
    try:
        report = page.validate_pdf_bytes(file.data, profile=profile)
    except (page.PageError, ValueError) as error:  # ValueError: a profile it does not know
        yield promise.problem(f"it cannot be validated as {variant}: {error}", "have it validated by another program")
        return
    rules: dict[str, list[str]] = {}
    for failure in report.failures:
        rules.setdefault(failure.rule_id, []).append(failure.message)
    for rule, messages in rules.items():
        more = f" (and {len(messages) - 1} times more)" if len(messages) > 1 else ""
        yield promise.problem(f"{rule}: {messages[0]}{more}", RULE)
    if not report.is_compliant and not rules:
        yield promise.problem(f"it is not {variant}", RULE)
