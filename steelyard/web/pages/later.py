"""Answers that take longer than a page may: worked out beside the requests, and kept for whoever asks again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Generic, TypeVar

from django.db import connections

Answer = TypeVar("Answer")
KEPT = 2


class Later(Generic[Answer]):
    """One question is worked on at a time, in this process; the answers to the last few are kept."""

    def __init__(self, name: str) -> None:
        self._known: OrderedDict[Hashable, Future[Answer]] = OrderedDict()
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=name)

    def ask(self, key: Hashable, work: Callable[[], Answer], patience: float = 0) -> Answer | None:
        """None while it is being worked out, for longer than ``patience`` in seconds; whoever asks comes back later.
        ``key``: of all that the answer rests on. Raises what ``work`` raises; whoever asks after that tries again."""
        with self._lock:
            future = self._known.get(key)
            if future is None:
                future = self._known[key] = self._worker.submit(_alone, work)
                while len(self._known) > KEPT:
                    self._known.popitem(last=False)
        if not wait([future], patience).done:
            return None
        if future.exception() is not None:
            with self._lock:
                self._known.pop(key, None)
        return future.result()


def _alone(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    finally:
        connections.close_all()
