"""导入机构与人员: register files are tried on a copy of the record first; only what was shown is ever applied.

Files are read in the cage of `steelyard.lake.intake`, by the declarations of the bureau, like any other business file.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.bureau.folder import Bureau
from steelyard.bureau.subjects.registers import EVERYBODY
from steelyard.engine.problems import CATALOGUE, Place, Refused, refuse
from steelyard.lake.intake import BatchReport, Limits, Refusal, intake
from steelyard.lake.record.copying import copied
from steelyard.lake.record.ledger import after_last
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account, RegisterImport
from steelyard.web.people.registering.register import Changes, bring, changes, picture
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "import-name": (
            "“{file}”的文件名不能用；请用声明文件里约定的名称，不含路径",
            "the name '{file}' cannot be used; take the name that the declarations expect, without a path",
        ),
        "import-large": (
            "“{file}”超过 {most} MB；请拆分后再传",
            "'{file}' is larger than {most} MB; split it",
        ),
        "import-stale": (
            "看过之后登记册又变了，或这次导入已处理；请重新上传并核对",
            "the register has changed since this was shown, or it was dealt with; upload the files again and look anew",
        ),
    }
)

FOLDER, MOST = "registers", 32
LIMITS = Limits(workbook_bytes=MOST << 20, file_bytes=MOST << 20, rows=500_000)


@dataclass(frozen=True)
class Tried:
    """What the files would do. ``reports``: what was read of each."""

    changes: Changes
    reports: tuple[BatchReport, ...]

    @property
    def digest(self) -> str:
        """Says whether two trials come to the same."""
        return hashlib.sha256(repr(self.changes).encode()).hexdigest()


def upload(
    files: Iterable[tuple[str, Iterable[bytes]]], *, day: date, by: Account, now: datetime, address: str = ""
) -> tuple[RegisterImport, Tried]:
    """Keeps the files and tries them. Raises `Refused` with all that is wrong with them, and keeps nothing then."""
    folder = settings.STEELYARD.media / FOLDER / (key := uuid4().hex)
    folder.mkdir(parents=True)
    try:
        names = [_keep(folder, name, chunks) for name, chunks in files]
        tried = trial(settings.STEELYARD.of_bureau(), [folder / name for name in names], day)
        with transaction.atomic():
            (by,) = hold(by)
            who = allowed("organisation-upload", by, now)
            made = RegisterImport.objects.create(key=key, made_by=by, made_at=now, day=day, digest=tried.digest)
            detail = {"files": names, "day": day.isoformat(), "digest": tried.digest}
            record("organisation-upload", at=now, target=f"import:{key}", detail=detail, address=address, **who)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return made, tried


def again(found: RegisterImport) -> Tried:
    """Tried once more, as the record stands now."""
    return trial(settings.STEELYARD.of_bureau(), _files(found), found.day)


def apply(found: RegisterImport, *, by: Account, now: datetime, address: str = "") -> Changes:
    """Loads the files into the record and brings the tables up to it. Raises `Refused` (``import-stale``) unless it
    comes to exactly what was shown.

    The record comes first: should the machine stop in between, `register.bring` of any day does the rest.
    """
    bureau = settings.STEELYARD.of_bureau()
    with transaction.atomic():
        (by,) = hold(by)
        who = allowed("organisation-apply", by, now)
        found = RegisterImport.objects.select_for_update().get(pk=found.pk)
        if found.applied_at is not None or again(found).digest != found.digest:
            raise refuse("import-stale")
        _read(bureau.record, bureau, _files(found))
        found.applied_at = now
        found.save()
        detail = {"day": found.day.isoformat(), "digest": found.digest}
        record("organisation-apply", at=now, target=f"import:{found.key}", detail=detail, address=address, **who)
        return bring(picture(bureau.record, found.day), by=by, at=now, address=address)


def trial(bureau: Bureau, files: Sequence[Path], day: date) -> Tried:
    with tempfile.TemporaryDirectory(dir=_beside(bureau.record)) as folder:
        record_folder = Path(folder) / "record"
        if (bureau.record / "ledger.sqlite").is_file():
            copied(bureau.record, record_folder)
        reports = _read(record_folder, bureau, files)
        return Tried(changes(picture(record_folder, day)), tuple(reports))


def _beside(folder: Path) -> Path:
    """On the same disk, where a copy of the record costs nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder.parent


def _read(record_folder: Path, bureau: Bureau, files: Sequence[Path]) -> list[BatchReport]:
    """Raises `Refused` with the reasons of every file that was refused, and of every rejected row."""
    registers = [table for name, table in bureau.tables().items() if name in EVERYBODY]
    came = intake(record_folder, registers, files, _known_at(record_folder), calendar=bureau.calendar(), limits=LIMITS)
    problems = [problem for one in came if isinstance(one, Refusal) for problem in one.problems]
    if problems:
        raise Refused(problems)
    return [one for one in came if isinstance(one, BatchReport)]


def _known_at(record_folder: Path) -> datetime:
    """Now as the record counts time, and after all that it holds: two imports of one second are no contradiction."""
    return after_last(record_folder, timezone.localtime().replace(tzinfo=None))


def _keep(folder: Path, name: str, chunks: Iterable[bytes]) -> str:
    """Under its own name, since that is how a declaration knows it: a plain one, in a folder with a name of ours."""
    if not name or name != Path(name).name or not name.isprintable() or name.startswith(".") or len(name) > 120:
        raise refuse("import-name", Place(name), file=name)
    size = 0
    with (folder / name).open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > MOST << 20:
                raise refuse("import-large", Place(name), file=name, most=MOST)
            file.write(chunk)
    return name


def _files(found: RegisterImport) -> list[Path]:
    folder: Path = settings.STEELYARD.media / FOLDER / found.key
    return sorted(folder.iterdir()) if folder.is_dir() else []
