"""One school's row in a process that has laid its brochure out: what a page that is open in a preview would cost.

``row.py PROJECT LANGUAGE`` prints the seconds of the row, and of WeasyPrint alone on the same page.
"""

import functools
import statistics
import sys
from pathlib import Path

from brochure.project import Job, discover
from brochure.recipients.personal import Personal
from brochure.recipients.roll import read
from tests.benchmarks.plain import _time, page, plain

ROUNDS = 9


def main() -> None:
    """Run as the docstring says."""
    root, language = Path(sys.argv[1]), sys.argv[2]
    project = discover(root)
    job = Job(project.careers[0], "trifold-a4", "screen", language)
    ready = Personal(job, project, lambda row, column: f"{row} {column}")
    rows = [entry.recipient for entry, _ in zip(read(root / "schools.csv", project), range(ROUNDS + 1), strict=False)
            if entry.recipient]
    alone = functools.partial(plain, page(job, project), root, project.edition(job.edition).variant)
    list(ready.files(rows[:1]))
    alone()
    rounds = [(_time(lambda row=row: list(ready.files([row]))), _time(alone)) for row in rows[1:]]
    print(*(statistics.median(column) for column in zip(*rounds, strict=True)), sep="\t")


if __name__ == "__main__":
    main()
