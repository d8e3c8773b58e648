"""A time limit for answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AGAIN = 0.5  # seconds between two attempts


@contextmanager
def stopping(seconds: float, stop: Callable[[], object]) -> Iterator[threading.Event]:
    """Calls ``stop`` after so many seconds, and again until the work has ended: what is stopped before it has begun
    would begin all the same. The event tells whether the limit was passed."""
    late, done = threading.Event(), threading.Event()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            late.set()
            stop()
            wait = AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield late
    finally:
        done.set()
        watcher.join()
