"""会议材料: what changed since the last meeting, what stands out, what was promised; plain values, as of a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from statistics import median
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from steelyard.bureau.views.reading import views_of
from steelyard.engine.problems import Refused
from steelyard.web.cycles.models import PUBLIC, Version
from steelyard.web.cycles.results import folder_of
from steelyard.web.dialogue.models import OPEN as APPEALS_OPEN
from steelyard.web.dialogue.models import Appeal, Remark
from steelyard.web.library import rules
from steelyard.web.meetings.models import Meeting, State
from steelyard.web.meetings.promises import Promise, kept, promises, rate
from steelyard.web.meetings.promises import since as since_then
from steelyard.web.messages.kinds import KINDS
from steelyard.web.messages.models import Message
from steelyard.web.plans.shown.burdens import burdens
from steelyard.web.prompts.models import OVERDUE, Prompt
from steelyard.web.tasks.models import State as TaskState
from steelyard.web.tasks.models import Task
from steelyard.web.watch.models import OPEN as ALERTS_OPEN
from steelyard.web.watch.models import Alert, Colour

MANY = 10
Plain = dict[str, Any]


def pack(meeting: Meeting, now: datetime) -> Plain:
    """JSON. What it rests on is not locked: it says its moment, and never changes once the meeting was held."""
    last = Meeting.objects.filter(state=State.HELD, on__lte=meeting.on).exclude(pk=meeting.pk).first()
    since = last.held_at if last is not None and last.held_at is not None else _year(meeting.on)
    ledger = promises(now, meeting)
    return {
        "as_of": now.isoformat(), "since": since.isoformat(), "last": last.name if last else "",
        "promises": [_promise(one) for one in since_then(ledger, since)],
        "kept": list(kept(ledger)), "rate": _text(rate(ledger)),
        "rate_before": last.pack.get("rate") if last is not None and last.pack else None,
        "results": list(_results()), "alerts": _alerts(since, now), "tasks": _tasks(now),
        "prompts": list(_late_steps(since, now)), "dialogue": _dialogue(since, now), "burden": _humane(since, now),
        "minutes": list(_minutes()),
    }  # fmt: skip


def _year(day: date) -> datetime:
    """Before the first meeting: since the year began."""
    return timezone.make_aware(datetime.combine(day.replace(month=1, day=1), time.min))


def _text(number: object) -> str | None:
    return None if number is None else str(number)


def _promise(one: Promise) -> Plain:
    return {
        "meeting": one.meeting, "task": one.task, "title": one.title, "unit": one.unit,
        "due": timezone.localtime(one.due).isoformat(), "fate": one.fate,
    }  # fmt: skip


def _results() -> Iterator[Plain]:
    """Who moved most between the two versions of a plan that were published last, by places within the class."""
    shown = Version.objects.filter(stage__in=PUBLIC).select_related("run")
    for plan in shown.order_by("plan").values_list("plan", flat=True).distinct():
        last, *before = shown.filter(plan=plan).order_by("-published_at", "-pk")[:2]
        moved = list(_moved(last, before[0])) if before else []
        yield {
            "plan": last.run.plan_name, "period": last.period, "before": before[0].period if before else "",
            "moved": sorted(moved, key=lambda one: (-abs(one["places"]), one["code"]))[:MANY],
        }  # fmt: skip


def _moved(now: Version, before: Version) -> Iterator[Plain]:
    old = {line.code: line for line in views_of(folder_of(before)).overview.units}
    for line in views_of(folder_of(now)).overview.units:
        was = old.get(line.code)
        if was is not None and was.place.place and line.place.place and was.place.place != line.place.place:
            yield {
                "code": line.code, "name": line.name.zh, "class": line.class_name, "place": line.place.place,
                "places": was.place.place - line.place.place, "total": str(line.total), "was": str(was.total),
            }  # fmt: skip


def _alerts(since: datetime, now: datetime) -> Plain:
    there = Alert.objects.filter(raised_at__lte=now)
    red = there.filter(state__in=ALERTS_OPEN, colour=Colour.RED).select_related("under").order_by("due", "pk")
    return {
        "new": there.filter(raised_at__gt=since).count(), "open": there.filter(state__in=ALERTS_OPEN).count(),
        "ended": there.filter(steps__at__gt=since, steps__to__in=("dismissed", "closed")).distinct().count(),
        "red": [{"id": one.pk, "zh": one.zh, "en": one.en, "under": one.under.name, "units": one.units}
                for one in red[:MANY]],
    }  # fmt: skip


def _tasks(now: datetime) -> Plain:
    running = Task.objects.exclude(state__in=(TaskState.CLOSED, TaskState.DROPPED)).filter(assigned_at__lte=now)
    late = running.filter(due_at__lt=now).select_related("unit").order_by("due_at", "pk")
    return {
        "running": running.count(), "late": late.count(),
        "latest": [{"id": one.pk, "title": one.title, "unit": one.unit.name, "days": one.late_days}
                   for one in late[:MANY]],
    }  # fmt: skip


def _late_steps(since: datetime, now: datetime) -> Iterator[Plain]:
    """Steps of business systems that were not done in time, by process."""
    late = Prompt.objects.filter(state__in=OVERDUE, due__gt=since, due__lte=now).order_by().values("process")
    for row in late.annotate(many=Count("pk"), units=Count("unit", distinct=True)).order_by("-many", "process")[:MANY]:
        yield {"process": row["process"], "many": row["many"], "units": row["units"]}


def _dialogue(since: datetime, now: datetime) -> Plain:
    """Both ways: what units asked, and how long an answer took, in working hours (C83)."""
    asked = Remark.objects.filter(answers=None, at__gt=since, at__lte=now)
    pairs = Remark.objects.filter(answers__isnull=False, at__gt=since, at__lte=now).values_list("answers__at", "at")
    hours = [one for one in (_hours(first, second) for first, second in pairs) if one is not None]
    return {
        "asked": asked.count(), "unanswered": asked.filter(answered_by=None).count(),
        "median_hours": round(median(hours), 1) if hours else None,
        "appeals": Appeal.objects.filter(filed_at__gt=since, filed_at__lte=now).count(),
        "appeals_open": Appeal.objects.filter(stage__in=APPEALS_OPEN).count(),
    }  # fmt: skip


def _hours(first: datetime, second: datetime) -> float | None:
    moments = (timezone.localtime(one).replace(tzinfo=None) for one in (first, second))
    try:
        return rules.calendar().workminutes(*moments) / 60
    except Refused:
        return None


def _minutes() -> Iterator[Plain]:
    """How long a unit of each class fills in by hand in a year, by the plans as they stand (C111)."""
    for plan in rules.bureau().book().plans.values():
        for one in burdens(plan, None):
            if one.now.minutes:
                yield {"plan": plan.name, "class": one.name, "units": one.units, "minutes": str(one.now.minutes)}


def _humane(since: datetime, now: datetime) -> Mapping[str, int | None]:
    """Reminders beside penalties: what was told before anything was lost, and what cost points (C104)."""
    reminding = [name for name, kind in KINDS.items() if kind.reminds]
    told = Message.objects.filter(kind__in=reminding, at__gt=since, at__lte=now).count()
    steps = Prompt.objects.filter(due__gt=since, due__lte=now)
    late = Task.objects.filter(late_at__gt=since, late_at__lte=now).exclude(state=TaskState.DROPPED)
    return {
        "reminders": told + (steps.aggregate(many=Count("pk"))["many"] or 0),
        "penalties": late.count() + steps.filter(state__in=OVERDUE).count(),
        "prevented": steps.filter(Q(state="done") & Q(finished__lte=F("due"))).count(),
    }
