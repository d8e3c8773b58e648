"""Files that people bring: kept below the media folder under names of ours, hashed while they are written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.lake.intake.assign import shown
from steelyard.web.cycles.models import Delivery, Source
from steelyard.web.jobs.asking import By, ask
from steelyard.web.jobs.models import Job
from steelyard.web.people.acting import asks
from steelyard.web.people.asking import Asker
from steelyard.web.people.asking import By as Teller
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "upload-none": ("没有选择文件；请选择一个或几个文件", "no file was chosen; choose one or several"),
        "upload-large": (
            "“{file}”超过 {most} MB 的上限；请按月或按单位拆成几份，或放进收件文件夹",
            "'{file}' is larger than {most} MB; split it by month or unit, or put it into the watched folder",
        ),
        "upload-empty": (
            "“{file}”是空文件；请检查导出是否完整",
            "'{file}' is empty; check whether its export was complete",
        ),
        "upload-name": (
            "文件名“{file}”不能用（过长或含看不见的字符）；请改名后再传",
            "the name '{file}' cannot be used (too long or with invisible signs); rename the file",
        ),
        "upload-disk": (
            "服务器写不下“{file}”（{reason}）；请系统管理员腾出空间后再传",
            "the server cannot store '{file}' ({reason}); ask the system administrator for room, then send it again",
        ),
    }
)
FOLDER = "deliveries"
MOST = 512
"""MB of one uploaded file; larger ones come by the watched folder."""
LONGEST = 200


@dataclass(frozen=True)
class Brought:
    """A file as a browser sends it: its name, and its bytes in pieces."""

    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True)
class Kept:
    name: str
    stored: str
    size: int
    sha256: str


def receive(
    files: Sequence[Brought], *, by: str, now: datetime, key: str = "", role: str = "", behalf: str = "",
    source: Source = Source.UPLOAD, most: int = MOST,
) -> Job:  # fmt: skip
    """Keeps the files and asks for their intake. Raises `Refused` with all that is wrong; then none is kept."""
    return _received(keep(files, most), lambda: By(by=by, role=role, behalf=behalf), now, key, source)


def deliver(files: Sequence[Brought], *, by: Asker, now: datetime, key: str = "") -> Job:
    """As `receive`, of somebody on a page: asked for his right again once the files are there, which takes a while."""
    return _received(keep(files), lambda: asks(by, "deliver", now), now, key, Source.UPLOAD)


def _received(kept: Sequence[Kept], looked: Callable[[], By], now: datetime, key: str, source: Source) -> Job:
    try:
        with transaction.atomic():
            who = looked()
            rows = [_row(one, source, who["by"], now) for one in kept]
            about = "、".join(one.name for one in kept)
            given = {"deliveries": [row.pk for row in rows]}
            asked = ask("intake", given, **who, now=now, key=key, about=about)
            if isinstance(asked, Problem):
                raise Refused([asked])
            if asked.given != given:  # the same form again
                raise _Again(asked)
            Delivery.objects.filter(pk__in=given["deliveries"]).update(job=asked)
            detail = {"files": [{"name": one.name, "sha256": one.sha256, "size": one.size} for one in kept]}
            said = Teller(actor=who["by"], role=who["role"], behalf=who["behalf"])
            record("data.receive", at=now, **said, target=f"job:{asked.pk}", detail=detail)
    except _Again as again:
        forget(kept)
        return again.job
    except BaseException:
        forget(kept)
        raise
    return asked


class _Again(Exception):
    """Undoes what the same form has done before."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.pk)
        self.job = job


def _row(kept: Kept, source: Source, by: str, now: datetime) -> Delivery:
    return Delivery.objects.create(
        source=source, name=kept.name, stored=kept.stored, size=kept.size, sha256=kept.sha256, by=by, at=now
    )


def keep(files: Sequence[Brought], most: int = MOST) -> list[Kept]:
    """All or none of them, written below the media folder. Raises `Refused`."""
    if not files:
        raise refuse("upload-none")
    kept, problems = list[Kept](), list[Problem]()
    for one in files:
        try:
            kept.append(_kept(one, most))
        except Refused as refused:
            problems += refused.problems
    if problems:
        forget(kept)
        raise Refused(problems)
    return kept


def _kept(one: Brought, most: int) -> Kept:
    name = one.name.replace("\\", "/").rsplit("/", 1)[-1]
    if not name.strip(". ") or len(name) > LONGEST or shown(name) != name:
        raise refuse("upload-name", file=shown(name)[:60])
    stored = f"{FOLDER}/{uuid4().hex}"
    path = settings.STEELYARD.media / stored
    digest, size = hashlib.sha256(), 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            for chunk in one.chunks:
                size += len(chunk)
                if size > most << 20:
                    raise refuse("upload-large", Place(name), file=name, most=most)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())  # what is acknowledged is on the disk
        if not size:
            raise refuse("upload-empty", Place(name), file=name)
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise refuse("upload-disk", Place(name), file=name, reason=error.strerror or "") from error
    except Refused:
        path.unlink(missing_ok=True)
        raise
    return Kept(name, stored, size, digest.hexdigest())


def forget(kept: Sequence[Kept]) -> None:
    for one in kept:
        stored(one.stored).unlink(missing_ok=True)


def stored(name: str) -> Path:
    path: Path = settings.STEELYARD.media / name
    return path
