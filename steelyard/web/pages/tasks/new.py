"""交办: the form of a task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.pages.answering import me, told
from steelyard.web.pages.tasks.shown import SOURCES
from steelyard.web.people.asking import permitted
from steelyard.web.people.models import Unit
from steelyard.web.tasks.models import Task
from steelyard.web.tasks.opening import Wanted, assign
from steelyard.web.typed import decimal_in, number_in

APART = re.compile(r"[\s,;，；、]+")
POINTS = {"late": "0.5", "day": "0.1", "most": "2"}
MILESTONES = 3
"""Rows of the form."""


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("task-new")
def new(request: HttpRequest) -> HttpResponse:
    """``?title=``, ``?document=``, ``?source=``: what the page from which one comes was about."""
    problems: Sequence[Words] = ()
    typed = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        try:
            made: Task = assign(_wanted(typed), by=me(request), now=timezone.now())
            return redirect(reverse("task", args=[made.pk]))
        except Refused as refused:
            problems = told(refused)
    context: dict[str, Any] = {
        "typed": typed, "problems": problems, "sources": [(str(one), words) for one, words in SOURCES.items()],
        "units": Unit.objects.filter(ended=None).order_by("path"),
        "points": {name: typed.get(f"points-{name}", usual) for name, usual in POINTS.items()},
        "milestones": [(at, typed.get(f"milestone-{at}", ""), typed.get(f"on-{at}", "")) for at in range(MILESTONES)],
    }  # fmt: skip
    return render(request, "tasks/new.html", context, status=422 if problems else 200)


def _wanted(form: QueryDict) -> Wanted:
    given = [decimal_in(form.get(f"points-{name}", "")) for name in POINTS]
    return Wanted(
        title=form.get("title", ""), text=form.get("text", ""), source=form.get("source", ""),
        document=form.get("document", ""), criterion=form.get("criterion", ""), unit=_code(form.get("unit", "")),
        days=number_in(form.get("days", "")), day=_day(form.get("day", "")), person=form.get("person", "").strip(),
        assisting=[_code(one) for one in form.get("assisting", "").splitlines() if one.strip()],
        milestones=list(_milestones(form)), points=(given[0], given[1], given[2]),
    )  # fmt: skip


def _code(text: str) -> str:
    """``19600 某某局`` as the list offers it, or the code alone."""
    return APART.split(text.strip(), maxsplit=1)[0]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _milestones(form: QueryDict) -> Iterator[tuple[str, date]]:
    for at in range(MILESTONES):
        name, day = form.get(f"milestone-{at}", "").strip(), _day(form.get(f"on-{at}", ""))
        if name or day:
            yield name, day or date.min
