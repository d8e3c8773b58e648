"""导入机构与人员: register files are tried on a copy of the record first; only what was shown is ever applied.

Files are read in the cage of `steelyard.lake.intake`, by the declarations of the bureau, like any other business file.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.bureau.folder import Bureau
from steelyard.bureau.sent import readable
from steelyard.bureau.subjects.registers import EVERYBODY
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.engine.proof.canonical import Plain
from steelyard.lake.intake import BatchReport, Limits, Refusal, intake
from steelyard.lake.record.copying import copied
from steelyard.lake.record.ledger import after_last
from steelyard.lake.scratch import beside
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.asking import By
from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.people.models import Account, RegisterImport, Token
from steelyard.web.people.registering.ending import agreed
from steelyard.web.people.registering.register import Changes, changes, leaving, picture, write
from steelyard.web.people.tokens import held
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
        "import-row": (
            "{column} “{text}”：{reason_zh}；登记册有一行不合格就整份不收，请更正后全部重送",
            "{column} '{text}': {reason_en}; with one wrong row all is refused: correct it, send all again",
        ),
        "import-day": (
            "“{day}”不能作为登记册的日期；应在 {first} 至 {last} 之间（不早于上次采用的日期，至多提前一年）",
            "the register cannot be brought as of {day}; take a day from {first} to {last} (not before the last import "
            "that was applied, at most a year ahead)",
        ),
        "import-empty": (
            "文件里没有一行数据：{files}；请检查导出的内容",
            "there is not a single row in {files}; look at what was exported",
        ),
        "import-stale": (
            "看过之后登记册又变了，或这次导入已处理；请重新上传并核对",
            "the register has changed since this was shown, or it was dealt with; upload the files again and look anew",
        ),
    }
)

FOLDER, MOST = "registers", 32
BACK, AHEAD = timedelta(days=3653), timedelta(days=366)
"""How far the day of a register may lie from today; after a first import, not before the day of the last one."""
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


@dataclass(frozen=True)
class Acting:
    """Who does it, and by which right: a person on a page, or a system by its ``token``."""

    by: Account
    name: str
    target: Target = NOWHERE
    token: Token | None = None
    address: str = ""

    def locked(self, now: datetime) -> tuple[Account, By]:
        """Raises `Refused` (``act-not-allowed``)."""
        (by,) = hold(self.by)
        token = None if self.token is None else held(self.token, by, now)
        return by, allowed(self.name, by, now, self.target, token)

    @property
    def told(self) -> dict[str, Plain]:
        return {"token": self.token.pk} if self.token else {}


def upload(
    files: Iterable[tuple[str, Iterable[bytes]]], *, day: date, by: Account, now: datetime, address: str = ""
) -> tuple[RegisterImport, Tried]:
    """Keeps the files and tries them. Raises `Refused` with all that is wrong with them, and keeps nothing then."""
    return keep(files, day, Acting(by, "organisation-upload", address=address), now)


def keep(
    files: Iterable[tuple[str, Iterable[bytes]]], day: date, acting: Acting, now: datetime, content: str = ""
) -> tuple[RegisterImport, Tried]:
    """As `upload`, whoever sends them. ``content``: of what is open already, that is given; so of two who send the same
    at once, both have the same import. Raises `Refused` (``import-day``, ``import-empty``, and as `trial`)."""
    _sensible(day, timezone.localtime(now).date())
    folder = settings.STEELYARD.media / FOLDER / (key := uuid4().hex)
    folder.mkdir(parents=True)
    try:
        names = [_keep(folder, name, chunks) for name, chunks in files]
        tried = trial(settings.STEELYARD.of_bureau(), [folder / name for name in names], day)
        with transaction.atomic():
            by, who = acting.locked(now)
            told: dict[str, Any] = {"key": key, "made_by": by, "made_at": now, "day": day, "token": acting.token}
            made, new = _made(told, content, tried.digest)
            if new:
                detail: dict[str, Plain] = {"files": [*names], "day": day.isoformat(), "digest": tried.digest}
                _tell("organisation-upload", made, {**detail, **acting.told}, acting, who, now)
            else:
                shutil.rmtree(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return made, tried


def _sensible(day: date, today: date) -> None:
    """Of a register of the year 1 everybody would have ended. What was applied for a day to come does not keep anybody
    from bringing today's."""
    applied = RegisterImport.objects.exclude(applied_at=None).order_by("-applied_at").values_list("day", flat=True)
    last = applied.first()
    first = today - BACK if last is None else min(last, today)
    if not first <= day <= today + AHEAD:
        raise refuse("import-day", Place("day"), day=day, first=first, last=today + AHEAD)


def _made(told: Mapping[str, Any], content: str, digest: str) -> tuple[RegisterImport, bool]:
    """The row, and whether it is new."""
    if not content:
        return RegisterImport.objects.create(digest=digest, **told), True
    waits = {"content": content, "digest": digest, "applied_at": None, "refused_at": None}
    return RegisterImport.objects.get_or_create(**waits, defaults=told)


def again(found: RegisterImport) -> Tried:
    """Tried once more, as the record stands now."""
    return trial(settings.STEELYARD.of_bureau(), _files(found), found.day)


def apply(found: RegisterImport, *, by: Account, now: datetime, address: str = "", confirmed: bool = False) -> Changes:
    """Loads the files into the record and brings the tables up to it. Raises `Refused` (``import-stale``) unless it
    comes to exactly what was shown, and (``import-ends-many``) where that needs to be ``confirmed``."""
    acting = Acting(by, "organisation-apply", address=address)
    return adopt(found, acting, now, lambda changes: agreed(changes, confirmed=confirmed))


def adopt(
    found: RegisterImport, acting: Acting, now: datetime, check: Callable[[Changes], None] = lambda _: None
) -> Changes:
    """As `apply`, whoever does it. ``check`` raises `Refused` where the changes are not for him to apply.

    The record comes first: should the machine stop in between, `register.bring` of any day does the rest.
    """
    bureau = settings.STEELYARD.of_bureau()
    with transaction.atomic():
        by, who = acting.locked(now)
        found = RegisterImport.objects.select_for_update(no_key=True).get(pk=found.pk)
        if not found.open or (tried := again(found)).digest != found.digest:
            raise refuse("import-stale")
        check(tried.changes)
        leaving(tried.changes)
        _read(bureau.record, bureau, _files(found))
        found.applied_at, found.moved = now, tried.changes.persons if acting.token else 0
        found.save()
        detail: dict[str, Plain] = {"day": found.day.isoformat(), "digest": found.digest, **acting.told}
        _tell("organisation-apply", found, detail, acting, who, now)
        return write(picture(bureau.record, found.day), by, who, now, acting.address)


def decline(found: RegisterImport, *, by: Account, reason: str, now: datetime, address: str = "") -> None:
    """Nothing of it will be applied; the files stay as evidence. Raises `Refused` (``import-stale``)."""
    acting = Acting(by, "organisation-refuse", address=address)
    with transaction.atomic():
        by, who = acting.locked(now)
        found = RegisterImport.objects.select_for_update(no_key=True).get(pk=found.pk)
        if not found.open:
            raise refuse("import-stale")
        found.refused_at = now
        found.save()
        _tell("organisation-refuse", found, {"reason": reason}, acting, who, now)


def _tell(act: str, found: RegisterImport, detail: Mapping[str, Plain], acting: Acting, who: By, now: datetime) -> None:
    record(act, at=now, target=f"import:{found.key}", detail=dict(detail), address=acting.address, **who)


def trial(bureau: Bureau, files: Sequence[Path], day: date) -> Tried:
    with beside(bureau.record, "register") as folder:
        record_folder = folder / "record"
        if (bureau.record / "ledger.sqlite").is_file():
            copied(bureau.record, record_folder)
        reports = _read(record_folder, bureau, files)
        return Tried(changes(picture(record_folder, day)), tuple(reports))


def _read(record_folder: Path, bureau: Bureau, files: Sequence[Path]) -> list[BatchReport]:
    """Raises `Refused` with the reasons of every file that was refused, and of every rejected row."""
    registers = [readable(table) for name, table in bureau.tables().items() if name in EVERYBODY]
    came = intake(record_folder, registers, files, _known_at(record_folder), calendar=bureau.calendar(), limits=LIMITS)
    problems = [problem for one in came if isinstance(one, Refusal) for problem in one.problems]
    problems += [problem for one in came if isinstance(one, BatchReport) for problem in _rejected(record_folder, one)]
    if problems:
        raise Refused(problems)
    reports = [one for one in came if isinstance(one, BatchReport)]
    if not any(one.batch.counts.rows for one in reports):
        raise refuse("import-empty", Place(files[0].name), files="、".join(file.name for file in files))
    return reports


def _rejected(record_folder: Path, report: BatchReport) -> Iterator[Problem]:
    """Registers are taken whole: half of a reorganisation would be wrong in every row of it."""
    found = report.batch.findings
    if report.batch.counts.rejected and found is not None:
        for row in pq.read_table(record_folder / found.path).to_pylist():
            if row["level"] == "reject":
                place = Place(report.batch.file, int(row["_row"]))
                yield Problem("import-row", place, _words(row))


def _words(row: Mapping[str, Any]) -> dict[str, str]:
    code, known = str(row["code"]), set(CATALOGUE)
    zh, en = (CATALOGUE.words(code, "zh"), CATALOGUE.words(code, "en")) if code in known else (code, code)
    return {"column": row["column"] or "", "text": row["raw"] or "", "reason_zh": zh, "reason_en": en}


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
