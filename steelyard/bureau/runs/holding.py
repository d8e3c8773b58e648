"""One process at a time writes a run: another one that makes the same run waits, and then writes the same again."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steelyard.bureau.telling import Progress, silent


@contextmanager
def held(folder: Path, progress: Progress = silent) -> Iterator[None]:
    """Nobody else writes to the folder of a run meanwhile. ``progress`` is told when that must be waited for.

    The lock is a file beside the folder, ``<run>.lock``; it dies with the process.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    path = folder.with_name(f"{folder.name}.lock")
    handle = _opened(path)
    try:
        _lock(handle, folder.name, progress)
        while not os.fstat(handle).st_nlink:  # whoever held it has taken its name away: another one counts now
            os.close(handle)
            handle = _opened(path)
            _lock(handle, folder.name, progress)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _opened(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_RDWR, 0o640)


def _lock(handle: int, run: str, progress: Progress) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        progress(
            f"另一个进程正在写入运行 {run}；等它结束后继续",
            f"another process is writing run {run}; going on when it has finished",
        )
        fcntl.flock(handle, fcntl.LOCK_EX)
