"""A process that must not outlive the one that started it, also when that one is killed without a word."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import suppress

PARENT = "STEELYARD_PARENT"
_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux."""


def environment() -> Mapping[str, str]:
    """For a child that is to call `tie`."""
    return {**os.environ, PARENT: str(os.getpid())}


def tie(seconds: float = 1.0) -> None:
    """From now on this process is killed when its parent is gone; without a named parent it stands alone."""
    parent = int(os.environ.get(PARENT, "0"))
    if not parent:
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    threading.Thread(target=_watch, args=(parent, seconds), daemon=True).start()


def _watch(parent: int, seconds: float) -> None:
    """Where the system does not tell, and for a parent that was gone before we asked."""
    while os.getppid() == parent:
        time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)
