"""追溯: every leaf up to one root, every root down to persons, checked by a worker and kept with its figures.

Roots are the priority tasks of the plan's year, and the plan itself for indicators that no task names. An indicator of
several tasks hangs below each of them.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
from steelyard.web.people.models import Unit
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
    """Task, indicator, units from the top down, department, post and person; each with one parent alone."""
    tasks: defaultdict[str, list[str]] = defaultdict(list)
    for task, (_, indicators) in roots(book, cascade).items():
        yield Charge(task, "task", task)
        for one in indicators:
            tasks[one].append(task)
            yield Charge(f"{task}|{one}", "task", one, (task,))
    ways, told = _ways(), set[str]()
    rows = Assignment.objects.filter(cascade=cascade, state__in=LIVING).order_by()
    for unit, indicator in rows.values_list("unit", "indicator").iterator(5000):
        for task in tasks.get(indicator, ()) or ("",):
            yield from _units(f"{task}|{indicator}", ways[unit], told)
    yield from _posts(cascade, tasks, told)


def _ways() -> dict[str, list[str]]:
    """Of every unit the units from the one below the top down to itself: the whole bureau hands down, and no part."""
    paths = {code: path.strip("/").split("/") for code, path in Unit.objects.values_list("pk", "path")}
    return {code: steps[1:] or steps for code, steps in paths.items()}


def _units(root: str, way: Sequence[str], told: set[str]) -> Iterator[Charge]:
    """City, county and branch below each other; those above several units once."""
    above = root
    for unit in way:
        own = f"{root}|{unit}"
        if own not in told:
            told.add(own)
            yield Charge(own, "unit", unit, (above,))
        above = own


def _posts(cascade: Cascade, tasks: Mapping[str, Sequence[str]], told: set[str]) -> Iterator[Charge]:
    """Departments where a unit has them, else posts right below the unit; and who holds the posts."""
    seats: defaultdict[str, list[str]] = defaultdict(list)
    for post, person in Seat.objects.values_list("post", "person"):
        seats[post].append(person)
    carriers = Carrier.objects.filter(assignment__cascade=cascade, assignment__state__in=LIVING, until=None).order_by()
    named = ("assignment__unit", "assignment__indicator", "post", "post__department")
    for unit, indicator, post, department in carriers.values_list(*named).iterator(5000):
        for task in tasks.get(indicator, ()) or ("",):
            above = f"{task}|{indicator}|{unit}"
            if department:
                within, above = above, f"{above}|{department}"
                if above not in told:
                    told.add(above)
                    yield Charge(above, "department", f"{unit} {department}", (within,))
            own = f"{above}|post|{post}"
            yield Charge(own, "post", post, (above,))
            for person in seats[post]:
                yield Charge(f"{own}|{person}", "person", person, (own,))


@work("cascade-trace", "责任追溯核对", "trace a cascade")
def tracing(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``cascade``. Keeps the figures, and the first of what leads nowhere."""
    cascade, edition = Cascade.objects.get(pk=given["cascade"]), rules.edition()
    book = rules.bureau().book()
    context.progress("读取责任项", "reading the charges", 10)
    begun = time.perf_counter()
    nodes = list(charges(book, cascade))
    read = time.perf_counter()
    context.progress(f"核对 {len(nodes)} 个责任项", f"tracing {len(nodes)} charges", 50)
    found = traced(nodes)
    told = {
        **_figures(book, cascade, nodes, found), "edition": edition, "at": timezone.now().isoformat(),
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
    carrying = Counter((found.task_of[one.id], one.level) for one in nodes if one.id in found.task_of)
    return {
        "nodes": len(nodes), "roots": len(found.persons), "leaves": len(found.leaves), "orphans": len(found.lost),
        "levels": dict(levels), "codes": dict(codes),
        "tasks": [
            {"task": task, "name": named[task][0], "indicators": len(named[task][1]),
             "departments": carrying[task, "department"], "posts": carrying[task, "post"],
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
        rows.values_list("post__unit__name", "post__department", "post__name")
        .annotate(carries=Count("pk"))
        .order_by("post__unit__path", "post")
    )
    return ([unit, f"{department} {post}".strip(), carries] for unit, department, post, carries in counted[:SHOWN])
