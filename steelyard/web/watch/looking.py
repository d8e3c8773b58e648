"""The job ``watch``: every series of a plan is looked at, and what is found is raised once, brought up to date, or told
to be gone (C53, C55, C56)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.bureau.runs.order import Order
from steelyard.bureau.watching.looking import watch
from steelyard.bureau.watching.settings import FILE
from steelyard.bureau.watching.watched import Issue, Row, Watched
from steelyard.engine.calendar.deadlines import workdays_after
from steelyard.engine.problems import Problem, Refused
from steelyard.web.cycles.models import Version
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import routine, work
from steelyard.web.jobs.models import Job
from steelyard.web.library import rules
from steelyard.web.people.acting import asks
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Unit
from steelyard.web.watch.models import OPEN, Alert, Colour, Fired, Look
from steelyard.web.watch.telling import raised

MANY = 5000
NIGHT = range(1, 6)
"""Hours in which the nightly look is asked for, where nobody waits for pages."""
_GRAVITY = {Colour.RED: 2, Colour.YELLOW: 1, Colour.NONE: 0}


@routine
def nightly(now: datetime) -> None:
    """Once a night for every plan that was ever run, up to the month that has closed; where the bureau says how it
    watches."""
    local = timezone.localtime(now)
    if local.hour not in NIGHT or not (rules.bureau().root / FILE).is_file():
        return
    month = _closed(local.date())
    for plan in Version.objects.filter(period__startswith=month[:4]).values_list("plan", flat=True).distinct():
        key = f"watch:{plan}:{local:%Y%m%d}"
        ask("watch", {"plan": plan, "month": month}, by="", now=now, key=key, about=f"{plan} {month}")


def start(plan: str, month: str, *, by: Asker, now: datetime, key: str = "") -> Job:
    """Asks for a look now. Raises `Refused`."""
    given = {"plan": plan, "month": month}
    with transaction.atomic():
        asked = ask("watch", given, **asks(by, "alerts-look", now), now=now, key=key, about=f"{plan} {month}")
        if isinstance(asked, Problem):
            raise Refused([asked])
    return asked


@work("watch", "指标运行风险监控", "watching")
def do(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``plan``, ``month``. The same look again raises nothing twice."""
    context.progress("重做这次运行，查看全部序列", "doing the run again and looking at every series", 5)
    found = watch(rules.bureau(), Order(plan=given["plan"]), given["month"])
    context.progress("登记预警", "raising alerts", 90)
    job, now = Job.objects.get(pk=context.job), timezone.now()
    with transaction.atomic():
        look, new = Look.objects.get_or_create(job=job, defaults={**_figures(found), "at": now})
        count = kept(found, look, now) if new else 0
    return {"look": look.pk, "triggers": len(found.rows), "issues": len(found.issues), "raised": count}


def _figures(found: Watched) -> dict[str, Any]:
    return {
        "plan": found.plan, "month": found.month, "batch": found.batch, "series": found.series,
        "judged": found.judged, "triggers": len(found.rows), "chance": found.chance, "measured": found.measured,
    }  # fmt: skip


def kept(found: Watched, look: Look, now: datetime) -> int:
    """How many are new. To be called in a transaction; one look at a time is kept."""
    top = Unit.objects.select_for_update(no_key=True).filter(parent=None, ended=None).order_by("pk")[0]
    units = {one.pk: one for one in Unit.objects.all()} | {"": top}  # over what moved whole classes
    earlier = _newest(found.plan)
    made = [_seen(one, earlier.get(one.key), look, units, now) for one in found.issues]
    there = [(alert, one) for alert, one in zip(made, found.issues, strict=True) if alert is not None]
    Fired.objects.filter(alert__in=[alert.pk for alert, _ in there]).delete()
    percents = _percents()
    rows = (row for alert, one in there for row in _rows(alert, [found.rows[at] for at in one.rows], units, percents))
    Fired.objects.bulk_create(rows, MANY)
    gone = Alert.objects.filter(plan=found.plan).exclude(key__in=[one.key for one in found.issues])
    gone.update(gone=True)
    new = [alert for alert, _ in there if alert.raised_at == now]
    raised(new, look, now)
    return len(new)


def _newest(plan: str) -> Mapping[str, Alert]:
    """Of each key the last one, held until the transaction ends."""
    rows = Alert.objects.select_for_update(no_key=True, of=("self",)).filter(plan=plan).order_by("pk")
    return {one.key: one for one in rows}


def _seen(one: Issue, before: Alert | None, look: Look, units: Mapping[str, Unit], now: datetime) -> Alert | None:
    """The open one brought up to date; a new one where there is none. What was dismissed or closed stays so as long as
    it is seen without a break and gets no graver; then there is none."""
    told = _told(one, units)
    if before is not None and before.state in OPEN:
        Alert.objects.filter(pk=before.pk).update(**told, look=look, gone=False)
        return before
    if before is not None and not before.gone and _GRAVITY[Colour(one.colour)] <= _GRAVITY[Colour(before.colour)]:
        Alert.objects.filter(pk=before.pk).update(last=one.last_seen, look=look)
        return None
    due = workdays_after(rules.calendar(), timezone.localdate(now), settings.STEELYARD.alert_days)
    return Alert.objects.create(
        **told, plan=look.plan, key=one.key, sort=one.sort, first=one.first_seen, look=look, due=due, raised_at=now,
        again=before,
    )  # fmt: skip


def _told(one: Issue, units: Mapping[str, Unit]) -> dict[str, Any]:
    return {
        "zh": one.name.zh, "en": one.name.en, "under": units.get(one.under, units[""]), "owners": list(one.owners),
        "units": one.units, "indicators": one.indicators, "rules": dict(one.rules), "colour": one.colour,
        "last": one.last_seen,
    }  # fmt: skip


def _rows(alert: Alert, rows: Sequence[Row], units: Mapping[str, Unit], percents: Collection[str]) -> Iterable[Fired]:
    for row in rows:
        step, unit = row.step, units.get(row.unit) if row.unit else None
        yield Fired(
            alert=alert, unit=unit, within=row.within, indicator=row.indicator, name=row.name, rule=row.rule,
            period=row.period, value=row.value, limit=row.limit, percent=row.indicator in percents, meets=row.meets,
            colour=row.colour, last_day=row.last_day or "", zh=step.zh if step else "", en=step.en if step else "",
        )  # fmt: skip


def _percents() -> set[str]:
    """Indicators whose value is told as a percentage."""
    return {one.id for one in rules.bureau().book().indicators.values() if one.show == "percent"}


def _closed(day: date) -> str:
    """The month that has closed last."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
