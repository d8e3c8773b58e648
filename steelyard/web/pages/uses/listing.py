"""运用登记簿: every use that was logged, what waits for an answer first; nobody's name stands here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports import formats
from steelyard.reports.sheet import Words
from steelyard.web.look.exporting import Column, exported
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import done, me, paged, told
from steelyard.web.people.asking import asker, permitted
from steelyard.web.trail.recording import seen as read
from steelyard.web.uses.correcting import check_again, unchecked
from steelyard.web.uses.models import Kind, State, Use
from steelyard.web.uses.noting import listed
from steelyard.web.uses.shown import taken

STATES = {
    State.STANDING: ("good", Words("有效", "Standing")),
    State.DUE: ("bad", Words("结果已更正，待处理", "Corrected, to be answered")),
    State.KEPT: ("good", Words("已处理：维持", "Answered: kept")),
    State.REVISED: ("warn", Words("已处理：改变", "Answered: revised")),
    State.CANCELLED: ("", Words("已撤销", "Cancelled")),
}
KINDS = {Kind.UNITS: Words("个单位", "units"), Kind.PERSONS: Words("人", "persons")}
COLUMNS = (
    Column(Words("编号", "Number"), "number", 8), Column(Words("运用日期", "Day"), "day", 12),
    Column(Words("用途", "Purpose"), width=14), Column(Words("使用部门", "Department"), width=20),
    Column(Words("文号", "Document"), width=22), Column(Words("事由", "Reason"), width=40),
    Column(Words("计划", "Plan"), width=26), Column(Words("周期", "Period"), width=12),
    Column(Words("版本", "Version"), "number", 8), Column(Words("对象", "Of"), width=8),
    Column(Words("个数", "How many"), "number", 10), Column(Words("状态", "State"), width=22),
    Column(Words("更正后有变", "Changed"), "number", 12), Column(Words("更正后没有变", "Unchanged"), "number", 12),
    Column(Words("登记人", "Logged by"), width=14), Column(Words("登记时间", "Logged at"), "day", 12),
)  # fmt: skip


@require_safe
@permitted("uses")
def uses(request: HttpRequest) -> HttpResponse:
    """``?purpose=``, ``?state=``, ``?q=``: of a document, a reason or a department."""
    who = asker(request)
    page = paged(request, _ordered(_chosen(request)))
    context: dict[str, Any] = {
        "page": page, "rows": [(one, STATES[State(one.state)], KINDS[Kind(one.kind)], _last(one)) for one in page],
        "asked": request.GET, "states": [(str(state), words) for state, (_, words) in STATES.items()],
        "purposes": list(Use.objects.order_by().values_list("purpose", "purpose_name").distinct()),
        "tiles": _tiles(), "may_open": who.may("use"), "may_file": who.may("uses-file"), **_of_office(request),
    }  # fmt: skip
    return render(request, "uses/uses.html", context)


def _of_office(request: HttpRequest) -> dict[str, Any]:
    """What only whoever logs uses is told: what he took away, what was not held against a correction, and that the
    list of purposes is not there."""
    who = asker(request)
    if not who.may("uses-check"):
        return {}
    problems: Sequence[Words] = ()
    try:
        listed()
    except Refused as refused:
        problems = told(refused)
    return {"taken": taken(me(request), timezone.now()), "unchecked": unchecked().count(), "problems": problems}


def _tiles() -> list[tuple[str, int, int]]:
    """Every purpose with how many uses stand under it, and how many of those wait for an answer."""
    rows = Use.objects.exclude(state=State.CANCELLED).order_by().values_list("purpose_name")
    return list(rows.annotate(many=Count("pk"), due=Count("pk", filter=Q(state=State.DUE))).order_by("-many"))


def _chosen(request: HttpRequest) -> QuerySet[Use]:
    asked, rows = request.GET, Use.objects.select_related("version__run", "by")
    purpose, state, q = asked.get("purpose", ""), asked.get("state", ""), asked.get("q", "").strip()
    if q:
        rows = rows.filter(Q(document__icontains=q) | Q(reason__icontains=q) | Q(user__icontains=q))
    rows = rows.filter(purpose=purpose) if purpose else rows
    return rows.filter(state=state) if state in State.values else rows


def _ordered(rows: QuerySet[Use]) -> QuerySet[Use]:
    first = Case(When(state=State.DUE, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.prefetch_related("reviews").order_by(first, "-on", "-pk")


def _last(one: Use) -> Any:
    """The correction that it was held against last; its rows are there already."""
    return next(reversed(one.reviews.all()), None)


@require_safe
@permitted("uses-file")
def file(request: HttpRequest) -> HttpResponse:
    """The same choice as the list."""
    who = asker(request)
    read("uses-export", at=timezone.now(), by=who.by("uses-file"), target="uses",
         address=request.META.get("REMOTE_ADDR", ""))  # fmt: skip
    rows = _ordered(_chosen(request))
    return exported(Words("结果运用登记簿", "Register of uses").of(language()), COLUMNS, _cells(rows))


def _cells(rows: QuerySet[Use]) -> Iterator[tuple[Any, ...]]:
    for one in rows.iterator(chunk_size=2000):
        version, last = one.version, _last(one)
        yield (
            one.pk, one.on, one.purpose_name, one.user, one.document, one.reason, version.run.plan_name,
            formats.period(version.period, language()), version.number, Kind(one.kind).of(language()), one.many,
            STATES[State(one.state)][1].of(language()), last.changed if last else None, last.same if last else None,
            one.by.name, one.at,
        )  # fmt: skip


@require_POST
@permitted("uses-check")
def checking(request: HttpRequest) -> HttpResponse:
    def ask() -> str:
        return reverse("job", args=[check_again(by=asker(request), now=timezone.now()).pk])

    return done(request, reverse("uses"), ask)
