"""Answers: what is found, as the JSON that ``app`` describes; and what the page sends, read with care."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from brochure.catalog.check.rules import Finding
from brochure.errors import Problem, UsageError
from brochure.preview.drawing import Gauge
from brochure.preview.entries import Entry
from brochure.preview.state import Brochure
from brochure.review.signature import Approval


def head_json(one: Brochure) -> dict[str, Any]:
    """What both the list and the brochure itself say of it."""
    job = one.job
    return {"id": one.id, "career": job.career, "layout": job.layout, "edition": job.edition, "language": job.language,
            "state": one.state}


def gauge_json(gauge: Gauge | None) -> Mapping[str, Any] | None:
    """A gauge."""
    return vars(gauge) if gauge else None


def finding_json(finding: Finding) -> Mapping[str, Any]:
    """A finding."""
    start, end = finding.span or (None, None)
    return {"code": finding.code, "severity": finding.severity, "what": finding.what, "why": finding.why, "hint": finding.hint,
            "start": start, "end": end, "put": finding.repair[1] if finding.repair else None}


def conflict_json(theirs: Entry, sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands in the file, beside what was to be put there."""
    return {"english": theirs.english, "theirs": theirs.text, "fuzzy": theirs.fuzzy, "comment": theirs.comment,
            "version": theirs.version, "mine": sent.get("text", "")}


def approval_json(found: tuple[Approval, bool] | None) -> Mapping[str, Any] | None:
    """Who approved a message last, and whether its text is still that one."""
    return {"by": found[0].by, "on": found[0].date.isoformat(), "stands": found[1]} if found else None


async def body(request: Request) -> Mapping[str, Any]:
    """What was sent; raise UsageError for what is no JSON object."""
    try:
        found = await request.json()
    except (ValueError, RecursionError):
        raise unclear() from None
    if not isinstance(found, dict):
        raise unclear()
    return found


def sound(text: object) -> bool:
    """Whether it is a text that can stand in a file: half of a character cannot."""
    return isinstance(text, str) and not any("\ud800" <= letter <= "\udfff" for letter in text)


def unclear() -> UsageError:
    """What is said of a request that the page does not send."""
    return UsageError([Problem("request", "is not as the preview's page sends it", "load the page again")])
