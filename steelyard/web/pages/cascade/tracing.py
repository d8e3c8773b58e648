"""追溯: roots with their figures, and the way from a task down to persons and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cascade.models import LIVING, Assignment, Cascade, State
from steelyard.web.cascade.tracing import ROUTINE, roots, trace
from steelyard.web.jobs.models import OPEN
from steelyard.web.library import rules
from steelyard.web.library.writing import target_of
from steelyard.web.pages.answering import done, paged
from steelyard.web.pages.cascade.overview import STATES, held, of_cascade, seen, sees_all, to_job, with_carriers
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.people.models import Unit

LEVELS = {
    "task": Words("任务与指标", "Tasks and indicators"), "unit": Words("各级单位", "Units of every level"),
    "department": Words("部门", "Departments"), "post": Words("岗位", "Posts"), "person": Words("人员", "Persons"),
}  # fmt: skip


def of_root(pk: int, task: str, indicator: str = "") -> Target:
    """Raises `Http404` for what the rules do not have."""
    found = Cascade.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    named = _roots(found)
    if task not in named or (indicator and indicator not in named[task][1]):
        raise Http404
    return NOWHERE


def _roots(found: Cascade) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Nothing while the rules cannot be read; the library says why."""
    try:
        return roots(rules.bureau().book(), found)
    except Refused:
        return {}


@require_safe
@permitted("cascade-tracing", of_cascade)
def tracing(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Cascade.objects.select_related("job"), pk=pk)
    told, all_of_it = found.traced, sees_all(asker(request))
    context = {
        "cascade": found, "told": told, "may": asker(request).may("cascade-trace", target_of(None)),
        "at": datetime.fromisoformat(told["at"]) if told else None,
        "levels": [(LEVELS[one], told["levels"][one]) for one in LEVELS if told and one in told["levels"]],
        "problems": [(one, Words(one["zh"], one["en"])) for one in told["problems"][:40]] if told and all_of_it else (),
        "vacant": told["vacant"] if told and all_of_it else (),
        "stale": told is not None and found.proposed_at is not None and told["at"] < found.proposed_at.isoformat(),
        "working": found.job is not None and found.job.state in OPEN,
    }  # fmt: skip
    return render(request, "cascade/tracing.html", context)


@require_POST
@permitted("cascade-trace", of_cascade)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    words = Words("正在核对，完成后回到追溯页", "Being traced; the figures stand on its page then")
    back = reverse("cascade-tracing", args=[pk])
    return done(request, back, lambda: to_job(trace(pk, by=asker(request), now=timezone.now())), words)


@require_safe
@permitted("cascade-root", of_root)
def root(request: HttpRequest, pk: int, task: str) -> HttpResponse:
    """A task with its indicators: how many units carry each, and how far that is confirmed."""
    found, who = get_object_or_404(Cascade, pk=pk), asker(request)
    name, indicators = _roots(found)[task]
    book = rules.bureau().book()
    counted = {
        one["indicator"]: one
        for one in Assignment.objects.filter(seen(who), cascade=found, state__in=LIVING, indicator__in=indicators)
        .order_by().values("indicator").annotate(
            units=Count("pk"), confirmed=Count("pk", Q(state=State.CONFIRMED)),
            returned=Count("pk", Q(state=State.RETURNED)))
    }  # fmt: skip
    rows = [(book.indicators[one], counted.get(one)) for one in indicators if one in book.indicators]
    context = {
        "cascade": found, "task": task, "name": name, "rows": rows, "routine": task == ROUTINE,
        "rule": book.tasks.get(task),
    }  # fmt: skip
    return render(request, "cascade/root.html", context)


@require_safe
@permitted("cascade-indicator", of_root)
def indicator(request: HttpRequest, pk: int, task: str, indicator: str) -> HttpResponse:
    """An indicator below its task: units, posts and persons, each with the way up."""
    found, who = get_object_or_404(Cascade, pk=pk), asker(request)
    rows = Assignment.objects.filter(seen(who), cascade=found, indicator=indicator, state__in=LIVING)
    page = paged(request, with_carriers(rows.order_by("unit__path")))
    held(page, who)
    _led_down(page)
    context = {
        "cascade": found, "task": task, "name": _roots(found)[task][0], "routine": task == ROUTINE,
        "indicator": rules.bureau().book().indicators.get(indicator), "code": indicator, "page": page,
        "rows": [(one, STATES[State(one.state)]) for one in page],
    }  # fmt: skip
    return render(request, "cascade/indicator.html", context)


def _led_down(rows: Iterable[Assignment]) -> None:
    """Every unit is told the units between the top and itself, from above."""
    ways = {one: one.unit.path.strip("/").split("/")[1:-1] for one in rows}
    names = dict(Unit.objects.filter(pk__in={code for way in ways.values() for code in way}).values_list("pk", "name"))
    for one, way in ways.items():
        one.above = " › ".join(names.get(code, code) for code in way)  # type: ignore[attr-defined]
