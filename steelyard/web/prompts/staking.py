"""The job ``stakes``: what one more case that goes wrong would cost each unit, worked out once a published version, so
that prompts answer at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from steelyard.bureau.opened import opening
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.showing import decimal
from steelyard.engine.explaining.stakes import Stakes
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.cycles.results import folder_of, record_of
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import routine, work
from steelyard.web.prompts.models import AtStake, Staked

MANY = 5000
PLACES = 12


@routine
def newest(now: datetime) -> None:
    """The version that was published last for each plan, unless that is known or being worked out."""
    published = Version.objects.filter(stage=Stage.PUBLISHED).order_by("plan", "-period", "-number")
    last: dict[str, Version] = {}
    for one in published.select_related("run"):
        last.setdefault(one.plan, one)
    known = set(Staked.objects.values_list("version", flat=True))
    for one in last.values():
        if one.pk not in known:
            ask("stakes", {"version": one.pk}, by="", now=now, key=f"stakes:{one.pk}", about=one.run.folder)


@work("stakes", "得失测算", "what is at stake")
def do(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``version``."""
    version = Version.objects.select_related("run").get(pk=given["version"])
    context.progress("重做这次运行", "doing the run again", 5)
    ran = _ran(folder_of(version), record_of())
    context.progress("逐项测算再错一件失多少分", "what one more case costs", 60)
    rows = list(_rows(ran))
    with transaction.atomic():
        staked, _ = Staked.objects.get_or_create(version=version, defaults={"at": timezone.now()})
        staked.stakes.all().delete()
        AtStake.objects.bulk_create((AtStake(staked=staked, **row) for row in rows), MANY)
        Staked.objects.filter(version__plan=version.plan).exclude(pk=staked.pk).delete()
    return {"version": version.pk, "stakes": len(rows)}


def _ran(folder: Path, record: Path) -> Ran:
    return opening(folder, record).results.ran


def _rows(ran: Ran) -> Iterator[dict[str, Any]]:
    """Of the last period of the run."""
    panel, stakes = ran.result.panel, Stakes(ran.result.scope)
    for unit in panel.subjects:
        index = panel.at(unit, panel.periods[-1])
        for id, weighed in ran.result.indicators.items():
            found = stakes.of(weighed, index)
            if found is not None and weighed.points is not None:
                now = weighed.points.fraction(index)
                points = [str(decimal(one, PLACES)) for one in (found.points, now) if one is not None]
                yield {"unit": unit, "indicator": id, "cases": abs(found.cases), "points": points[0], "now": points[1]}


def ended() -> Staked | None:
    """The newest version of which it is known what is at stake."""
    return Staked.objects.select_related("version__run").order_by("-version__period", "-pk").first()
