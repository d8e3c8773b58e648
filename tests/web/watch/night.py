"""A bureau with a calendar, and what a night of watching finds there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from steelyard.bureau.watching.watched import Issue, Row, Watched
from steelyard.reports.sheet import Words
from steelyard.web.configuration import Configuration
from steelyard.web.people.models import Account
from steelyard.web.watch.answering import move
from steelyard.web.watch.looking import kept
from steelyard.web.watch.models import Alert, Look
from tests.bureau import small_bureau
from tests.web.people.world import NOW, unit, with_role

PROVINCE = Path(__file__).parents[3] / "examples" / "province"
DAY = timedelta(days=1)
RULES = """
indicator: on_time
name: 限时办结率
basis: 《规范》第一条
value: count(units)
show: percent
full: 10
score: {bonus: {lines: [{name: 件, each: 1, count: value}], at_most: 10}}
empty: full
"""


def opened(folder: Path) -> None:
    """NOW is Wednesday, 1 July 2026."""
    more = {name: (PROVINCE / name).read_text("utf-8") for name in ("calendar.yaml", "watching.yaml")}
    made = small_bureau.bureau(folder, "", RULES, more)
    (folder / "site" / "media").mkdir(parents=True)
    given = {"bureau": str(made.root), "record": str(made.record)}
    settings.STEELYARD = replace(settings.STEELYARD or Configuration(folder), home=folder / "site", **given)


def row(at: str, **more: Any) -> Row:
    usual: dict[str, Any] = {
        "within": "县局", "indicator": "on_time", "item": "", "name": "限时办结率", "owner": "一处",
        "period": "2026-06YTD", "rule": "limit", "side": "worse", "value": 0.9, "limit": 0.95, "first_seen": "2026-05",
    }  # fmt: skip
    return Row(**{"unit": at, "unit_name": at, **usual, **more})


def issue(key: str, rows: tuple[int, ...], **more: Any) -> Issue:
    usual: dict[str, Any] = {
        "sort": "standing", "what": "indicator", "name": Words("限时办结率", "on time"), "under": "P",
        "under_name": "省税务局", "owners": ("一处",), "units": len(rows), "indicators": 1,
        "rules": {"limit": len(rows)},        "colour": "yellow", "first_seen": "2026-05", "last_seen": "2026-06",
    }  # fmt: skip
    return Issue(key=key, rows=rows, **{**usual, **more})


def watched(*issues: Issue, rows: tuple[Row, ...] = ()) -> Watched:
    return Watched("units", "2026-06", "2026-06-30", 1, 8, 6, 0.01, 0.004, rows or (row("A1"), row("B1")), issues)


def night(*issues: Issue, now: datetime = NOW, rows: tuple[Row, ...] = ()) -> int:
    """How many alerts are new after it."""
    found = watched(*issues, rows=rows)
    with transaction.atomic():
        look = Look.objects.create(
            plan=found.plan, month=found.month, batch=1, series=8, judged=6, triggers=len(found.rows), chance=0.01,
            measured=0.004, at=now,
        )  # fmt: skip
        return kept(found, look, now)


def assessor() -> Account:
    return with_role("assessor")


def units() -> tuple[Account, Account]:
    return with_role("unit", "A1"), with_role("unit", "B1")


def raised(key: str = "one", **more: Any) -> Alert:
    for code in ("A1", "B1"):
        unit(code)
    night(issue(key, (0, 1), **more))
    return Alert.objects.get(key=key)


def pushed(now: datetime = NOW) -> Alert:
    found = raised()
    move(found, "verify", "", by=assessor(), now=now)
    return move(found, "push", "请说明", by=assessor(), now=now)
