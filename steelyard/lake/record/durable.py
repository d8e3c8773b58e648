"""Files that survive: written aside, flushed to the disk, then given their name in one step."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steelyard.engine.problems import CATALOGUE, Place, refuse

CATALOGUE.add(
    {
        "record-busy": (
            "数据档案正被另一个进程写入；请等它结束后再试",
            "another process is writing to the record; try again when it has finished",
        ),
        "file-too-big": (
            "文件有 {size} 字节，超过上限 {limit}；请按月或按单位拆分",
            "the file has {size} bytes, more than {limit}; split it by month or unit",
        ),
    }
)

BLOCK = 1 << 20


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy(source: Path, target: Path, limit: int) -> tuple[str, int]:
    """Copies and hashes in one pass: (SHA-256, bytes). The copy is read later, so what is hashed is what is read."""
    total, running = 0, hashlib.sha256()
    with source.open("rb") as stream, target.open("wb") as out:
        while block := stream.read(BLOCK):
            total += len(block)
            if total > limit:
                raise refuse("file-too-big", Place(source.name), size=f"> {limit}", limit=limit)
            running.update(block)
            out.write(block)
    return running.hexdigest(), total


def flush(path: Path) -> None:
    """Asks the disk to hold a file's bytes, or a folder's names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def place(temporary: Path, final: Path) -> None:
    """Gives a flushed file its name. A leftover of a killed run under that name is replaced: no ledger row names it."""
    flush(temporary)
    make_folder(final.parent)
    os.replace(temporary, final)
    flush(final.parent)


def make_folder(folder: Path) -> None:
    """Makes a folder and its parents so that their names survive, too."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    flush(folder.parent)


@contextmanager
def only_writer(record: Path) -> Iterator[None]:
    """One intake at a time; readers are never held up. The lock dies with the process."""
    make_folder(record)
    handle = os.open(record / "lock", os.O_CREAT | os.O_RDWR, 0o640)
    try:
        _lock(handle, record)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, record: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise refuse("record-busy", Place(str(record))) from error
