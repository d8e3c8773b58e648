"""Published versions of personal results without a run behind them, and whoever logs their uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Run, Stage, Version
from steelyard.web.jobs.claiming import claim
from steelyard.web.jobs.doing import perform
from steelyard.web.jobs.models import Job, State
from steelyard.web.people.models import Account
from steelyard.web.uses.correcting import published
from steelyard.web.uses.models import Use
from steelyard.web.uses.noting import Logging, Wanted, note
from tests.web.people.world import account, person, unit, with_role

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PUBLISHED = NOW - timedelta(days=30)
PURPOSES = """
purpose: appointment
name: 任用
---
purpose: honours
name: 评先评优
---
purpose: bonus
name: 奖金
until: 2026-12-31
"""
Totals = Mapping[str, str]


def opened(folder: Path, purposes: str = PURPOSES) -> None:
    """A site before a bureau that says what results are used for."""
    (folder / "bureau").mkdir(parents=True, exist_ok=True)
    (folder / "bureau" / "uses.yaml").write_text(purposes, "utf-8")
    (folder / "media").mkdir(exist_ok=True)
    given = {"bureau": str(folder / "bureau"), "record": str(folder / "bureau" / "record")}
    settings.STEELYARD = replace(settings.STEELYARD or Configuration(folder), home=folder, **given)


def rows_of(totals: Totals) -> list[dict[str, Any]]:
    """Places by total; whoever has 90 is excellent."""
    ordered = sorted(totals, key=lambda one: -Decimal(totals[one]))
    return [
        {
            "period": "2026", "plan": "persons", "person": code, "name": f"干部{code}", "unit": "A1", "duty": "受理",
            "stages": 1, "carried": Decimal(0), "own": Decimal(0), "total": Decimal(totals[code]), "place": at,
            "ties": 1, "group_size": len(totals), "grade": "优秀" if Decimal(totals[code]) >= 90 else "称职",
            "lists": "红榜" if at == 1 else "",
        }
        for at, code in enumerate(ordered, start=1)
    ]  # fmt: skip


def version(totals: Totals, corrects: Version | None = None) -> Version:
    """Published with these totals of persons; where it corrects another, that one is replaced and uses are looked
    through."""
    maker, number = account("maker"), 1 + Version.objects.count()
    folder = settings.STEELYARD.of_bureau().runs / f"year-{number}"
    folder.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows_of(totals)), folder / "persons.parquet")
    run = Run.objects.create(folder=folder.name, plan="year", plan_name="年度", period="2026", batch=number,
                             digest="0" * 64, root="0" * 64, made_by=maker, made_at=PUBLISHED)  # fmt: skip
    if corrects is not None:
        Version.objects.filter(pk=corrects.pk).update(stage=Stage.REPLACED)
    made = Version.objects.create(
        run=run, plan="year", period="2026", number=number, stage=Stage.PUBLISHED, published_at=PUBLISHED,
        replaces=corrects, reason="补报" if corrects else "", proposed_by=maker if corrects else None,
    )  # fmt: skip
    if corrects is not None:
        published(made, NOW)
    return made


def work() -> Job | None:
    """Does the job that waits longest, in this process."""
    job = claim("test", NOW)
    if job is None:
        return None
    perform(job.pk, job.attempts)
    job.refresh_from_db()
    assert job.state == State.DONE, job.problems
    return job


def office() -> Account:
    return with_role("office")


def wanted(of: Version, *codes: str, **more: Any) -> Wanted:
    usual: dict[str, Any] = {
        "version": of.pk, "kind": "persons", "codes": codes or ("a", "b"), "purpose": "appointment",
        "user": "人事处", "on": date(2027, 2, 20), "key": "k1", "document": "人〔2027〕5号",
    }  # fmt: skip
    return Wanted(**{**usual, **more})


def used(of: Version, *codes: str, by: Account | None = None, **more: Any) -> Use:
    now = more.pop("now", NOW)
    return note(wanted(of, *codes, **more), Logging(by or office(), "use-new"), now=now)


def registered(*codes: str, at: str = "A1") -> None:
    for code in codes:
        person(code, unit(at))
