"""督办任务: what is open, by colour; with what waits for whoever looks, and the whole as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.reports.sheet import Words
from steelyard.web.look.exporting import Column, exported
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import paged
from steelyard.web.pages.tasks.shown import COLOURS, GREEN, RED, SOURCES, STATES, YELLOW, calendar, coloured, lines
from steelyard.web.pages.tasks.waiting import person_of
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.people.models import Unit
from steelyard.web.people.roles import Role
from steelyard.web.people.seeing import filter_of
from steelyard.web.tasks.models import OPEN, Source, State, Task

COLUMNS = (
    Column(Words("编号", "Number"), "number", 8), Column(Words("事项", "Matter"), width=36),
    Column(Words("来源", "Source"), width=12), Column(Words("文号或会议", "Document"), width=24),
    Column(Words("责任单位", "Owner"), width=28), Column(Words("状态", "State"), width=12),
    Column(Words("交办", "Assigned"), "day", 12), Column(Words("到期", "Due"), "day", 12),
    Column(Words("报请验收", "Handed in"), "day", 12),
    Column(Words("逾期工作分钟", "Working minutes late"), "number", 12),
    Column(Words("催办次数", "Urged"), "number", 10), Column(Words("逾期扣分", "Points"), "points", 10),
)  # fmt: skip
ALL, LATE = "all", "late"


@require_safe
@permitted("tasks")
def tasks(request: HttpRequest) -> HttpResponse:
    """``?q=`` of title, document or unit; ``?unit=``, ``?source=``, ``?state=``, ``?colour=``. Open ones without."""
    who, now = asker(request), timezone.now()
    seen_ = seen(who)
    page = paged(request, chosen(seen_, request.GET).select_related("unit"))
    days = calendar()
    context: dict[str, Any] = {
        "page": page, "rows": lines(page, now), "asked": request.GET, "may_new": who.may("task-new"),
        "states": [(str(one), words) for one, (_, words) in STATES.items()],
        "sources": [(str(one), words) for one, words in SOURCES.items()],
        "colours": [(one, words) for one, words in COLOURS.items()],
        "units": Unit.objects.filter(pk__in=seen_.values("unit")).order_by("path"),
        "tiles": [
            (mood, COLOURS[one], seen_.filter(coloured(one, days, now)).count(), f"?colour={one}")
            for one, mood in ((RED, "bad"), (YELLOW, ""), (GREEN, "good"))
        ] + [("", STATES[state][1], seen_.filter(state=state).count(), f"?state={state}")
             for state in (State.ASSIGNED, State.HANDED, State.RETURNED)],
        "no_calendar": days is None,
    }  # fmt: skip
    return render(request, "tasks/tasks.html", context)


def seen(who: Asker) -> QuerySet[Task]:
    """His own part of the organisation, what is his alone, and what his unit helps with."""
    own = filter_of(who, "task", "unit__path", "person")
    helped = filter_of(who, "task-assisted", "assists__unit__path")
    return Task.objects.filter(Q(pk__in=Task.objects.filter(own | helped).values("pk")))


def chosen(rows: QuerySet[Task], asked: QueryDict) -> QuerySet[Task]:
    q, state, colour = asked.get("q", "").strip(), asked.get("state", ""), asked.get("colour", "")
    if q:
        rows = rows.filter(Q(title__icontains=q) | Q(document__icontains=q) | Q(unit__name__icontains=q))
    if unit := asked.get("unit", ""):
        rows = rows.filter(unit__code=unit)
    if asked.get("source") in Source.values:
        rows = rows.filter(source=asked["source"])
    if colour in COLOURS:
        rows = rows.filter(coloured(colour, calendar(), timezone.now()))
    if state == LATE:
        return rows.filter(late_at__isnull=False).exclude(state=State.DROPPED)
    if state in State.values:
        return rows.filter(state=state)
    return rows if state == ALL or q else rows.filter(state__in=OPEN)


@require_safe
@permitted("tasks-file")
def file(request: HttpRequest) -> HttpResponse:
    """The same choice as the list."""
    rows = chosen(seen(asker(request)), request.GET).select_related("unit")
    return exported(Words("督办任务", "Supervised tasks").of(language()), COLUMNS, _cells(rows))


def _cells(rows: QuerySet[Task]) -> Iterator[tuple[Any, ...]]:
    for one in rows.iterator(chunk_size=2000):
        yield (
            one.pk, one.title, SOURCES[Source(one.source)].of(language()), one.document, one.unit.name,
            STATES[State(one.state)][1].of(language()), one.assigned_at, one.due_at, one.handed_at, one.late_minutes,
            one.urged, one.points,
        )  # fmt: skip


@require_safe
@permitted("tasks-mine")
def mine(request: HttpRequest) -> HttpResponse:
    """What is the own unit's or one's own to do; then what the unit helps with."""
    who, now = asker(request), timezone.now()
    paths = [held.path for held in who.held if held.role == Role.UNIT and held.path]
    person = person_of(who)
    own = Q(unit__path__in=paths) | (Q(person=person) if person else Q(pk__in=()))
    rows = Task.objects.filter(state__in=OPEN).select_related("unit")
    helped = [(one, unit) for one in lines(rows.filter(assists__unit__path__in=paths), now)
              for unit in one.task.assists.filter(unit__path__in=paths)]  # fmt: skip
    page = paged(request, rows.filter(own))
    return render(request, "tasks/mine.html", {"page": page, "rows": lines(page, now), "helped": helped})
