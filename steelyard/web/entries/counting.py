"""Counting a judged item: its ratings become a file of facts, which goes the way of every file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from steelyard.bureau.entered import RATINGS
from steelyard.bureau.sent import Row, text
from steelyard.engine.problems import NOWHERE, refuse
from steelyard.web.cycles.data.receiving import Brought, receive
from steelyard.web.entries.models import Panel
from steelyard.web.jobs.models import Job
from steelyard.web.library import rules
from steelyard.web.people.asking import By


def sent(panel: Panel, said: By, now: datetime) -> Job:
    """Into the media folder, through intake, into the record. Raises `Refused` where no table is declared for it."""
    tables = rules.bureau().tables()
    if RATINGS not in tables:
        raise refuse("push-table-unknown", NOWHERE, table=RATINGS, allowed="、".join(tables))
    file = f"评定_{panel.indicator}_{panel.period}_{panel.pk}_{uuid4().hex[:6]}.csv"
    brought = [Brought(file, [text(tables[RATINGS], list(_rows(panel))).encode()])]
    return receive(brought, by=said["actor"], role=said["role"], behalf=said["behalf"], now=now, key=f"panel-{file}")


def _rows(panel: Panel) -> Iterator[Row]:
    """Raters by number only: who gave what is known to the office and the audit, not to every reader of records."""
    for one in panel.ratings.filter(replaced=None).select_related("rater").order_by("unit", "rater__number"):
        yield {
            "item": panel.indicator, "unit": one.unit_id, "period_end": panel.period_end.isoformat(),
            "rater": f"评委{one.rater.number}", "points": f"{one.points.normalize():f}",
            "reason": " ".join(one.reason.split()), "evidence": " ".join(one.evidence.split()),
            "rated_on": timezone.localdate(one.at).isoformat(),
        }  # fmt: skip
