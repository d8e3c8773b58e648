"""``steelyard backup``: one sealed file with all that a site is made of, taken while it is being used."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

import steelyard
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.saving import UNFINISHED, whole
from steelyard.lake.record import Ledger
from steelyard.lake.scratch import beside
from steelyard.web.configuration import FILE, Configuration
from steelyard.web.keeping.rows import lines, still, tables
from steelyard.web.keeping.sealing import Sealing

MANIFEST = "manifest.json"
OF_THE_HOME = ("*.key", "*.pem", "witness/**/*", "media/**/*")
OF_THE_BUREAU = ("rules/**/*", "facts/**/*", "reconcile/**/*", "*.yaml")


@dataclass
class Taken:
    """What a backup holds. ``files``: path in it -> (bytes, SHA-256); ``rows``: table -> how many."""

    version: str
    made: str
    batch: int
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def back_up(configuration: Configuration, target: Path, key: bytes, now: datetime) -> Taken:
    """Writes ``target`` whole or not at all. Tables come first: whatever they name is on the disk by then."""
    taken = Taken(steelyard.__version__, now.isoformat(timespec="seconds"), 0)
    head = {"made": taken.made, "version": taken.version}
    with (
        beside(configuration.media, "backup") as folder,  # open text, which never lies beside a sealed backup
        whole(target) as path,
        path.open("wb") as out,
    ):
        sealing = Sealing(out, key, head)
        _pack(cast(BinaryIO, sealing), configuration, folder, taken)
        sealing.finish()
        out.flush()
        os.fsync(out.fileno())
    return taken


def _pack(out: BinaryIO, configuration: Configuration, folder: Path, taken: Taken) -> None:
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for name, file in _tables(folder, taken):
            _add(archive, name, file, taken)
        for name, file in _contents(configuration, configuration.of_bureau(), folder, taken):
            _add(archive, name, file, taken)
        _add_text(archive, MANIFEST, json.dumps(vars(taken), ensure_ascii=False))


def _tables(folder: Path, taken: Taken) -> Iterator[tuple[str, Path]]:
    with still():
        for model in tables():
            path = folder / f"{model._meta.label_lower}.jsonl"
            with path.open("wb") as file:
                for some in lines(model):
                    taken.rows[model._meta.label_lower] = taken.rows.get(model._meta.label_lower, 0) + some.count(b"\n")
                    file.write(some)
            yield f"tables/{path.name}", path


def _contents(configuration: Configuration, bureau: Bureau, folder: Path, taken: Taken) -> Iterator[tuple[str, Path]]:
    yield FILE, configuration.home / FILE
    yield from _found(configuration.home, OF_THE_HOME, "")
    yield from _found(bureau.root, OF_THE_BUREAU, "bureau/")
    yield from _record(bureau.record, folder, taken)
    for manifest in sorted(bureau.runs.glob("*/run.json")):
        yield from _found(manifest.parent, ("**/*",), f"kept/runs/{manifest.parent.name}/")


def _found(root: Path, patterns: Iterable[str], under: str) -> Iterator[tuple[str, Path]]:
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root)
            if path.is_file() and not path.is_symlink() and not any(part.endswith(UNFINISHED) for part in name.parts):
                yield under + name.as_posix(), path


def _record(record: Path, folder: Path, taken: Taken) -> Iterator[tuple[str, Path]]:
    """The ledger as it is now, and the files that it names; what is prepared of them is made again."""
    if not (record / "ledger.sqlite").is_file():
        return
    copied = folder / "ledger.sqlite"
    old, new = (closing(sqlite3.connect(path)) for path in (record / "ledger.sqlite", copied))
    with old as source, new as target:
        source.backup(target)
    batches = [batch for batch, _ in Ledger(folder).chain()]
    taken.batch = max((batch.number for batch in batches), default=0)
    yield "kept/record/ledger.sqlite", copied
    names = {file.path for batch in batches for file in batch.files()}
    yield from ((f"kept/record/{name}", record / name) for name in sorted(names))


def _add(archive: tarfile.TarFile, name: str, path: Path, taken: Taken) -> None:
    """The size is taken from the open file: one that grows meanwhile is cut at what it was."""
    with path.open("rb") as file:
        entry = tarfile.TarInfo(name)
        entry.size = os.fstat(file.fileno()).st_size
        heard = _Heard(file)
        archive.addfile(entry, cast(BinaryIO, heard))
    taken.files[name] = entry.size, heard.digest.hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


class _Heard:
    """A file whose digest is taken while somebody reads it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def listed(taken: Mapping[str, object]) -> Taken:
    """A manifest as it was written."""
    files = cast("dict[str, list[object]]", taken["files"])
    return Taken(
        version=str(taken["version"]),
        made=str(taken["made"]),
        batch=int(cast(int, taken["batch"])),
        files={name: (int(cast(int, size)), str(digest)) for name, (size, digest) in files.items()},
        rows={name: int(count) for name, count in cast("dict[str, int]", taken["rows"]).items()},
    )
