"""What the commands print: a line a file, problems, a summary, or one JSON document."""

import json
import sys
from collections import deque
from collections.abc import Sequence
from typing import Any

import click

from brochure.errors import Problem


class Progress:
    """A line a file, as it is done."""

    def __init__(self, total: int, quiet: bool) -> None:
        self.total, self.quiet, self.done = total, quiet, 0

    def report(self, outcome: Any) -> None:
        """Print the line of one outcome."""
        self.done += 1
        if self.quiet:
            return
        detail = f"{outcome.size / 1000:6.0f} kB {outcome.seconds:6.2f} s" if outcome.state == "built" else outcome.state
        click.echo(f"[{self.done}/{self.total}] {outcome.file:46} {detail}")


def finish(outcomes: Sequence[Any], due: Sequence[Problem], where: str, as_json: bool) -> None:
    """Print the problems and the summary, or the JSON; exit with the first failure by stage."""
    failed = [outcome for outcome in outcomes if outcome.exit_code]
    problems = [*dict.fromkeys(problem for outcome in outcomes for problem in outcome.problems), *due]
    if as_json:
        print_json({"files": [{"file": o.file, "state": o.state, "seconds": round(o.seconds, 3), "bytes": o.size}
                               for o in outcomes], "problems": [problem.as_json() for problem in problems]})
    else:
        complain(problems)
        count = {state: sum(o.state == state for o in outcomes) for state in ("built", "unchanged", "failed")}
        said = ", ".join(f"{number} {state}" for state, number in count.items() if number)
        click.echo(f"{said} {where}")
    if failed:
        sys.exit(min(outcome.exit_code for outcome in failed))


def complain(problems: Sequence[Problem]) -> None:
    """Print problems: errors to the error stream, the rest to the output."""
    for problem in problems:
        click.echo(f"{problem.severity}: {problem}", err=problem.severity == "error")


class Told:
    """Problems as they come: said at once, or kept for the JSON."""

    def __init__(self, keep: bool) -> None:
        self.keep, self.kept, self.errors, self.warnings = keep, list[Problem](), 0, 0
        self.before = ""  # what is printed before them, on a line that something else is drawn on
        self._recent = deque[tuple[Problem, ...]](maxlen=16)

    def say(self, problems: tuple[Problem, ...]) -> None:
        """Say these, or keep them."""
        self.errors += sum(problem.severity == "error" for problem in problems)
        self.warnings += sum(problem.severity == "warning" for problem in problems)
        if self.keep:
            self.kept += problems
        elif problems:
            click.echo(self.before, nl=False, err=True)
            complain(problems)

    def once(self, problems: tuple[Problem, ...]) -> None:
        """Say these unless it was just done: what is wrong with all rows is said once."""
        if problems not in self._recent:
            self.say(problems)
            self._recent.append(problems)


def many(count: int, what: str) -> str:
    """A number of things, as in “no errors”."""
    return f"{count or 'no'} {what}{'s' * (count != 1)}"


def made(written: Sequence[str], following: str) -> None:
    """Print the files that were written, and what to do next."""
    for name in written:
        click.echo(name)
    click.echo(f"Next: {following}.")


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
