"""Answers that take longer than a page may: worked out beside the requests, and kept for whoever asks again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from django.db import connections

Answer = TypeVar("Answer")
KEPT, AWAITED = 2, 15.0
"""Answers that are kept in any case; and the seconds for which one waits that somebody comes back for."""


class Later(Generic[Answer]):
    """One question is worked on at a time, in this process; the answers to the last few are kept, and those that
    somebody waits for."""

    def __init__(self, name: str) -> None:
        self._known: OrderedDict[Hashable, tuple[Future[Answer], float]] = OrderedDict()
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=name)

    def ask(self, key: Hashable, work: Callable[[], Answer], patience: float = 0) -> Answer | None:
        """None while it is being worked out, for longer than ``patience`` in seconds; whoever asks comes back later.
        ``key``: of all that the answer rests on. Raises what ``work`` raises; whoever asks after that tries again."""
        with self._lock:
            known = self._known.pop(key, None)
            future = self._worker.submit(_alone, work) if known is None else known[0]
            self._known[key] = future, monotonic()
            self._forget()
        if not wait([future], patience).done:
            return None
        if future.exception() is not None:
            with self._lock:
                self._known.pop(key, None)
        return future.result()

    def _forget(self) -> None:
        """Beyond the last few what nobody comes back for goes; it is not begun where it has not been."""
        while len(self._known) > KEPT:
            key, (future, asked) = next(iter(self._known.items()))
            if monotonic() - asked < AWAITED:
                return
            future.cancel()
            del self._known[key]


def _alone(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    finally:
        connections.close_all()
