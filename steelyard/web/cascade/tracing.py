"""追溯: every leaf up to one root, every root down to persons, checked by a worker and kept with its figures.

Roots are the priority tasks of the plan's year, and the plan itself for indicators that no task names. An indicator of
several tasks hangs below each of them.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from steelyard.engine.cascading.charges import Charge
from steelyard.engine.cascading.tracing import Traced, traced
from steelyard.engine.model.book import RuleBook
from steelyard.web.cascade.making import asked_for
from steelyard.web.cascade.models import LIVING, Assignment, Carrier, Cascade, Seat
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import work
from steelyard.web.jobs.models import Job
from steelyard.web.library import rules
from steelyard.web.people.asking import Asker
from steelyard.web.trail.recording import record

SHOWN = 200
"""So many problems are told one by one."""
VACANT = "cascade-stops"
"""A post that nobody holds is told once, not once for everything that it carries."""
ROUTINE = "-"
"""The root of what no priority task names."""


def trace(cascade: int, *, by: Asker, now: datetime) -> Job:
    return asked_for("cascade-trace", cascade, {}, by=by, now=now)


def roots(book: RuleBook, cascade: Cascade) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Task -> its name and its indicators of the plan; `ROUTINE` for the others. Tasks without any are left out: what
    the plan must have is the check's business."""
    plan = book.plans.get(cascade.plan)
    ours = [one.indicator for one in plan.entries] if plan is not None else []
    found = {
        task.id: (task.name, tuple(one for one in ours if one in task.indicators))
        for task in book.tasks.values() if task.year == cascade.year
    }  # fmt: skip
    named = {one for _, indicators in found.values() for one in indicators}
    found[ROUTINE] = (cascade.name, tuple(one for one in ours if one not in named))
    return {task: one for task, one in found.items() if one[1]}


def charges(book: RuleBook, cascade: Cascade) -> Iterator[Charge]:
    """Task, indicator, unit, post and person. An identifier is the way down, so that every charge has one parent."""
    tasks: defaultdict[str, list[str]] = defaultdict(list)
    for task, (_, indicators) in roots(book, cascade).items():
        yield Charge(task, "task", task)
        for one in indicators:
            tasks[one].append(task)
            yield Charge(f"{task}|{one}", "task", one, (task,))
    seats: defaultdict[str, list[str]] = defaultdict(list)
    for post, person in Seat.objects.values_list("post", "person"):
        seats[post].append(person)
    rows = Assignment.objects.filter(cascade=cascade, state__in=LIVING).order_by()
    for unit, indicator in rows.values_list("unit", "indicator").iterator(5000):
        for task in tasks.get(indicator, ()) or ("",):
            yield Charge(f"{task}|{indicator}|{unit}", "unit", unit, (f"{task}|{indicator}",))
    carriers = Carrier.objects.filter(assignment__cascade=cascade, assignment__state__in=LIVING, until=None).order_by()
    for unit, indicator, post in carriers.values_list("assignment__unit", "assignment__indicator", "post").iterator():
        for task in tasks.get(indicator, ()) or ("",):
            above = f"{task}|{indicator}|{unit}"
            yield Charge(f"{above}|{post}", "post", post, (above,))
            for person in seats[post]:
                yield Charge(f"{above}|{post}|{person}", "person", person, (f"{above}|{post}",))


@work("cascade-trace", "责任追溯核对", "trace a cascade")
def tracing(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``cascade``. Keeps the figures, and the first of what leads nowhere."""
    cascade, book = Cascade.objects.get(pk=given["cascade"]), rules.bureau().book()
    context.progress("读取责任项", "reading the charges", 10)
    begun = time.perf_counter()
    nodes = list(charges(book, cascade))
    read = time.perf_counter()
    context.progress(f"核对 {len(nodes)} 个责任项", f"tracing {len(nodes)} charges", 50)
    found = traced(nodes)
    told = {
        **_figures(book, cascade, nodes, found), "edition": rules.edition(), "at": timezone.now().isoformat(),
        "reading": round(read - begun, 3), "seconds": round(time.perf_counter() - read, 3),
    }  # fmt: skip
    with transaction.atomic():
        Cascade.objects.filter(pk=cascade.pk).update(traced=told)
        detail = {name: told[name] for name in ("nodes", "roots", "leaves", "orphans", "seconds")}
        record("cascade.trace", at=timezone.now(), target=f"cascade:{cascade.pk}", detail=detail)
    return {"cascade": cascade.pk, **detail}


def _figures(book: RuleBook, cascade: Cascade, nodes: list[Charge], found: Traced) -> dict[str, Any]:
    named = roots(book, cascade)
    levels = Counter(one.level for one in nodes)
    codes = Counter(one.code for one in found.problems)
    carrying = Counter(found.task_of[one.id] for one in nodes if one.level == "post" and one.id in found.task_of)
    return {
        "nodes": len(nodes), "roots": len(found.persons), "leaves": len(found.leaves), "orphans": len(found.lost),
        "levels": dict(levels), "codes": dict(codes),
        "tasks": [
            {"task": task, "name": named[task][0], "indicators": len(named[task][1]), "posts": carrying[task],
             "persons": len(found.persons.get(task, ()))}
            for task in named
        ],
        "problems": [
            {"code": one.code, "zh": one.text("zh"), "en": one.text("en"), "severity": one.severity}
            for one in [one for one in found.problems if one.code != VACANT][:SHOWN]
        ],
        "vacant": list(_vacant(cascade)),
    }  # fmt: skip


def _vacant(cascade: Cascade) -> Iterator[list[Any]]:
    """Posts that carry something and that nobody holds: unit, post, and how much."""
    rows = Carrier.objects.filter(
        assignment__cascade=cascade, assignment__state__in=LIVING, until=None, post__seats=None
    )
    counted = (
        rows.values_list("post__unit__name", "post__name")
        .annotate(carries=Count("pk"))
        .order_by("post__unit__path", "post")
    )
    return (list(one) for one in counted[:SHOWN])
