"""Shield: while a letter's fate is being written down, Ctrl-C waits; the second time it does not."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class Shield:
    """Puts off the first signal that would stop the program while it is ``up``; ``say`` tells the person so."""

    def __init__(self, say: Callable[[], None]) -> None:
        self._say, self._up, self._late = say, False, list[tuple[Callable[..., Any], int]]()

    @contextlib.contextmanager
    def carried(self) -> Iterator[None]:
        """Take the place of what the signals do now, as long as this lasts."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals go to the main thread, which has its own ways
            return
        before = {number: handler for name in SIGNALS if (number := getattr(signal, name, None)) is not None
                  and callable(handler := signal.getsignal(number))}
        try:
            for number, handler in before.items():
                signal.signal(number, self._catching(handler))
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def up(self) -> Iterator[None]:
        """What is done here is done to its end, unless a signal comes twice."""
        self._up = True
        try:
            yield
        finally:
            self._up = False
        if self._late:
            handler, number = self._late.pop()
            handler(number, None)

    def _catching(self, handler: Callable[..., Any]) -> Callable[[int, Any], None]:
        def caught(number: int, frame: Any) -> None:
            if self._up and not self._late:
                self._late.append((handler, number))
                self._say()
            else:
                self._late.clear()
                handler(number, frame)

        return caught
