"""A mail server in a process of its own, which keeps nothing; or the letters of a benchmark.

``post.py sink`` prints its port and waits; ``post.py fill JOURNAL COUNT`` puts letters with a PDF of 60 kB each into a journal.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from posts import Server, letters, served  # not without the path above

from brochure.mail.journal import Journal

ENCODED = 60_000 * 1.375


class Sink(Server):
    """Takes every letter and forgets it."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        """The answer of a server that has it."""
        return "250 2.0.0 Ok: queued as 1"


def main() -> None:
    """Run as the docstring says."""
    if sys.argv[1] == "fill":
        with Journal.open(Path(sys.argv[2])) as journal:
            journal.begin("d" * 64, letters(int(sys.argv[3]), int(ENCODED)), time.time())
        return
    with served(Sink()) as port:
        print(port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
