"""What a server does inside its event loop, from tests that may run where a browser's driver has left one running."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")


def in_a_loop(asked: Callable[[], Coroutine[None, None, Answer]]) -> Answer:
    """The answer, from a loop in a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(asked())).result()
