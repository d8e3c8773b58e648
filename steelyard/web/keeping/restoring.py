"""``steelyard restore``: a site as it was when the backup was taken, under a new home folder, or nothing at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.web.configuration import FILE, create
from steelyard.web.keeping.backing import MANIFEST, Taken, listed
from steelyard.web.keeping.sealing import opened

CATALOGUE.add(
    {
        "restore-exists": (
            "{home} 已存在；恢复只写到新的文件夹，以免盖住现有的网站",
            "{home} exists; a site is restored into a new folder only, so that none is overwritten",
        ),
        "backup-incomplete": (
            "备份内容与清单不符：{files}；请换一份备份",
            "the backup does not hold what its list says: {files}; take another one",
        ),
    }
)


def unpack(source: Path, home: Path, key: bytes, database: str = "") -> Taken:
    """All files of the backup under ``home``, each held against the list of the backup, with a ``site.toml`` of the new
    place; rows still have to be loaded. ``database``: a PostgreSQL URL, by default SQLite.

    Raises `Refused`: ``restore-exists``, ``backup-incomplete``, and those of `sealing.opened`. Then nothing is left.
    """
    if home.exists():
        raise refuse("restore-exists", Place(str(home)), home=home)
    with _aside(home) as folder:
        found = dict(_unpacked(source, folder, key))
        taken = _list(source, folder)
        if wrong := sorted(set(found.items()) ^ {(name, digest) for name, (_, digest) in taken.files.items()}):
            raise refuse(
                "backup-incomplete", Place(str(source)), files="、".join(sorted({name for name, _ in wrong})[:5])
            )
        _settle(folder, database)
    return taken


@contextmanager
def _aside(home: Path) -> Iterator[Path]:
    """A folder that gets the name in the end, or is gone."""
    folder = home.with_name(f".{home.name}.restoring")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
        os.rename(folder, home)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpacked(source: Path, folder: Path, key: bytes) -> Iterator[tuple[str, str]]:
    """Name and digest of every file, written below the folder under names that stay inside it."""
    with tarfile.open(fileobj=cast(BinaryIO, _Pieces(opened(source, key))), mode="r|") as archive:
        for entry in archive:
            name = PurePosixPath(entry.name)
            if not entry.isreg() or name.is_absolute() or ".." in name.parts:
                raise refuse("backup-incomplete", Place(str(source)), files=entry.name)
            target = folder / name
            _room(target.parent)
            digest = _write(cast(BinaryIO, archive.extractfile(entry)), target)
            if entry.name != MANIFEST:
                yield entry.name, digest


def _room(folder: Path) -> None:
    """For nobody else, as the site had it; ``parents`` of `mkdir` would be open to all."""
    if not folder.is_dir():
        _room(folder.parent)
        folder.mkdir(mode=0o700)


def _write(content: BinaryIO, target: Path) -> str:
    digest = hashlib.sha256()
    mode = 0o600 if target.suffix == ".key" else 0o644
    with open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
        while data := content.read(1 << 20):
            digest.update(data)
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _list(source: Path, folder: Path) -> Taken:
    path = folder / MANIFEST
    if not path.is_file():
        raise refuse("backup-cut", Place(str(source)), file=source.name)
    taken = listed(json.loads(path.read_text("utf-8")))
    path.unlink()
    return taken


def _settle(folder: Path, database: str) -> None:
    """``site.toml`` as it was, but for where things are now."""
    settings = tomllib.loads((folder / FILE).read_text("utf-8"))
    (folder / FILE).unlink()
    create(folder, **{**settings, "bureau": "bureau", "record": "kept/record", "database": database})


class _Pieces:
    """Pieces as a file that can only be read on."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""

    def read(self, size: int) -> bytes:
        while len(self._held) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._held += piece
        data, self._held = self._held[:size], self._held[size:]
        return data
