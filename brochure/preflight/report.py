"""Report: all that is found out about a file: its problems, how much ink it takes, what a copy costs."""

from dataclasses import dataclass
from typing import Any

from brochure.errors import PreflightError, Problem
from brochure.preflight.checks import found, guarded
from brochure.preflight.claim import claimed
from brochure.preflight.cost import Prices, cost, sheets
from brochure.preflight.coverage import Coverage, coverage
from brochure.preflight.file import opened
from brochure.preflight.promise import Promise

SEVERITIES = ("error", "warning", "remark")


@dataclass(frozen=True)
class Report:
    """``problems`` are sorted, the worst first; ``copy`` is the cost of a copy, None without prices."""

    file: str
    problems: tuple[Problem, ...]
    pages: tuple[Coverage, ...] = ()
    copy: float | None = None
    currency: str = ""

    @property
    def passed(self) -> bool:
        """Whether no problem is an error."""
        return not any(problem.severity == SEVERITIES[0] for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        """The report for machines; coverage in per cent of the page."""
        return {"file": self.file, "passed": self.passed, "problems": [problem.as_json() for problem in self.problems],
                "coverage": [page.as_json() for page in self.pages],
                "cost": None if self.copy is None else {"copy": round(self.copy, 4), "currency": self.currency}}


def report(data: bytes, where: str, promise: Promise | None, at: Prices | None) -> Report:
    """Everything about the file; without a promise it is checked against what it says of itself.

    A file that is promised for screens costs nothing.
    """
    problems, pages, duplex = list[Problem](), tuple[Coverage, ...](), ""
    try:
        with opened(data, where) as file:
            with guarded(where, "it says nothing of itself that can be read", problems):
                problems += found(file, promise or claimed(file, where))
            with guarded(where, "its ink cannot be estimated", problems):
                duplex = str(file.root.get("/ViewerPreferences", {}).get("/Duplex", ""))
                pages = tuple(coverage(file))
    except PreflightError as error:
        return Report(where, error.problems)
    worst = tuple(sorted(problems, key=lambda problem: SEVERITIES.index(problem.severity)))
    if at is None or not pages or (promise and promise.tagged):
        return Report(where, worst, pages)
    return Report(where, worst, pages, cost(pages, sheets(len(pages), duplex), at), at.currency)
