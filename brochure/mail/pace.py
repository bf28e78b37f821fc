"""Pace: how long to wait before the next letter, after a failure, and until a server is in a better mood."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

BACKOFF = (1, 5, 15, 30, 60)
"""Minutes until a letter is tried again, by how often it was; after that it has failed."""

SPREAD = 0.2
PAUSES = (1, 2, 5, 10, 15)
"""Minutes in which nothing is sent, by how many of them there were without a letter accepted in between."""

RESTS = (5, 30)
"""Seconds before another connection is tried, by how many failed in a row; after that the run ends."""

WORTH_WAITING = 120
"""Seconds that a run waits for letters put off; for longer it ends, and the next run goes on."""


@dataclass
class Pace:
    """``rate`` letters a minute. The clocks and the sleep are those of the machine, unless somebody has better ones."""

    rate: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    chance: random.Random = field(default_factory=random.Random)
    _next: float = 0.0

    def wait(self) -> None:
        """Wait until the next letter may go."""
        now = self.clock()
        if now < self._next:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + 60 / self.rate

    def halve(self) -> None:
        """From now on half as many a minute."""
        self.rate /= 2

    def due(self, attempts: int) -> float | None:
        """When a letter is tried again that was tried so often, in seconds since 1970; None if never."""
        if attempts > len(BACKOFF):
            return None
        return self.wall() + BACKOFF[attempts - 1] * 60 * self.chance.uniform(1 - SPREAD, 1 + SPREAD)
