"""A worker: claims jobs and does them, one after the other."""

from __future__ import annotations

import time


def until_stopped() -> None:
    while True:
        time.sleep(1)
