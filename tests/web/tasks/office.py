"""Tasks for tests: a bureau with a calendar and the declared table, and tasks at every stage."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.web.configuration import Configuration
from steelyard.web.people.models import Account
from steelyard.web.tasks import moving, opening, showing
from steelyard.web.tasks.models import Task
from steelyard.web.tasks.moving import Said
from tests.web.people.world import person, unit, with_role

PROVINCE = Path(__file__).parents[3] / "examples" / "province"
ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = 'name: 局\nbase: china\nhours: {"01-01": ["09:00-12:00", "13:30-17:30"]}\n'
PDF = b"%PDF-1.4 done"


def at(text: str) -> datetime:
    """``2026-07-01 09:00`` in the office."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


NOW = at("2026-07-01 09:00")
"""A Wednesday."""


def opened(folder: Path) -> None:
    bureau = folder / "bureau"
    (bureau / "facts").mkdir(parents=True, exist_ok=True)
    (folder / "media").mkdir(exist_ok=True)
    (bureau / "calendar.yaml").write_text(CALENDAR, "utf-8")
    shutil.copy(PROVINCE / "facts" / "tasks.yaml", bureau / "facts" / "tasks.yaml")
    given = {"bureau": str(bureau), "record": str(bureau / "record")}
    settings.STEELYARD = replace(settings.STEELYARD or Configuration(folder), home=folder, **given)


def office() -> Account:
    return with_role("office")


def head(code: str = "A1") -> Account:
    return with_role("unit", code)


def wanted(**more: Any) -> opening.Wanted:
    unit("A1")
    usual: dict[str, Any] = {
        "title": "完成留抵退税专项核查", "text": "对名单内企业逐户核查", "source": "meeting",
        "document": "局务会〔2026〕12号", "criterion": "核查报告经分管领导签字", "unit": "A1", "days": 5,
    }  # fmt: skip
    return opening.Wanted(**{**usual, **more})


def assigned(now: datetime = NOW, **more: Any) -> Task:
    return opening.assign(wanted(**more), by=office(), now=now)


def go(task: Task, name: str, now: datetime, by: Account, reason: str = "", **more: Any) -> Task:
    version = Task.objects.get(pk=task.pk).version
    return moving.move(task.pk, name, version, Said(reason, **more), by=by, now=now)


def working(now: datetime = NOW, **more: Any) -> Task:
    return go(assigned(now, **more), "accept", now, head())


def shown(task: Task, now: datetime, by: Account | None = None) -> None:
    file = SimpleUploadedFile("核查报告.pdf", PDF)
    showing.show(task.pk, file, "核查报告", by=by or head(), now=now, media=settings.STEELYARD.media)


def handed(now: datetime = NOW, late: datetime | None = None, **more: Any) -> Task:
    task, when = working(now, **more), late or now
    shown(task, when)
    return go(task, "hand-in", when, head(), "已全部核查")


def of_person(code: str = "n-A1") -> Account:
    return with_role("officer", "A1", person=person(code, unit("A1")).pk)
