"""Temporary folders that do not stay behind: whoever starts next sweeps those whose owner was killed.

Each folder lies beside a file that its owner holds locked. The system lets go of the lock when the process ends,
however it ends, so a lock that can be taken means that nobody needs the folder any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LOCK = ".lock"
_OURS = ".steelyard"
"""The folder of ours beside what people keep: a name that nobody gives, since whatever nobody holds in it is swept."""


class Scratch:
    """A folder of this process, gone with `close`, or at the end of ``with``, or at the latest with the process and the
    next start of any. ``home``: where it lies, and is made if need be; else where the system keeps temporary files."""

    def __init__(self, kind: str, home: Path | None = None) -> None:
        home = _home() if home is None else home
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(home):
            sweep(home)
            self.path = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=home))
            held = _locked(_lock_of(self.path))
        assert held is not None
        self._close = weakref.finalize(self, _remove, self.path, held)

    def close(self) -> None:
        """Closing twice does no harm."""
        self._close()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()


def beside(kept: Path, kind: str) -> Scratch:
    """On the disk of what is kept, where a copy of it costs nothing."""
    return Scratch(kind, kept.parent / _OURS)


def sweep(home: Path) -> list[Path]:
    """Removes the folders that nobody holds any more. The caller is the only one at it."""
    gone = [path for path in sorted(home.iterdir()) if path.is_dir() and _abandoned(path)]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    for lock in home.glob(f"?*{_LOCK}"):
        if not lock.with_name(lock.name.removesuffix(_LOCK)).exists():
            lock.unlink(missing_ok=True)
    return gone


def _home() -> Path:
    """One folder for each user; where somebody else has taken its name, a folder of its own that nobody sweeps."""
    path = Path(tempfile.gettempdir()) / f"steelyard-{os.geteuid()}"
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    state = path.lstat()
    ours = path.is_dir() and not path.is_symlink() and state.st_uid == os.geteuid() and not state.st_mode & 0o022
    return path if ours else Path(tempfile.mkdtemp(prefix="steelyard-"))


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Between making a folder and locking it nobody sweeps."""
    handle = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)


def _locked(path: Path) -> int | None:
    """The lock's handle, or None where somebody holds it. Children do not inherit the handle."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _abandoned(folder: Path) -> bool:
    """A folder that has no lock beside it is none of ours, or no longer wanted by whom it belongs to."""
    if not _lock_of(folder).is_file():
        return False
    handle = _locked(_lock_of(folder))
    if handle is None:
        return False
    os.close(handle)
    return True


def _remove(folder: Path, handle: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        _lock_of(folder).unlink(missing_ok=True)
        os.close(handle)
