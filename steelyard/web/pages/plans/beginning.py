"""方案制定: all plans on their way and issued; and the form that begins one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.library.models import Kind as RuleKind
from steelyard.web.library.models import Rule, State
from steelyard.web.library.writing import target_of
from steelyard.web.pages.answering import done, me, paged, told
from steelyard.web.pages.plans.finding import KINDS, STAGES
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.plans.beginning import Wanted, begin
from steelyard.web.plans.models import CLOSED, Kind, Making, Stage


@require_safe
@permitted("makings")
def makings(request: HttpRequest) -> HttpResponse:
    """``?all=1``: those that are issued or discarded, too. Only what whoever asks may open."""
    who, every = asker(request), "all" in request.GET
    rows = visible(who).annotate(
        ticked=Count("picks", distinct=True), said=Count("comments", distinct=True),
        unanswered=Count("comments", filter=Q(comments__accepted=None), distinct=True),
    )  # fmt: skip
    page = paged(request, rows if every else rows.exclude(stage__in=CLOSED))
    context = {
        "page": page, "rows": [(one, KINDS[Kind(one.kind)], STAGES[Stage(one.stage)]) for one in page],
        "which": [(Words("在办", "Going on"), "?", not every), (Words("全部", "All"), "?all=1", every)],
        "may_begin": who.may("making-new", target_of(None)), "today": who.today, "library": Rule.objects.exists(),
    }  # fmt: skip
    return render(request, "plans/makings.html", context)


def of_new() -> Target:
    return target_of(None)


def visible(who: Asker) -> QuerySet[Making]:
    top = target_of(None)
    stages = [stage for stage in Stage if who.may("making", replace(top, state=stage))]
    return Making.objects.filter(stage__in=stages).order_by("-pk")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("making-new", of_new)
def new(request: HttpRequest) -> HttpResponse:
    """The form, which other pages may open half filled in (``?kind=next&source=…``); by POST, the plan is begun."""
    form = request.POST
    context = {
        "kinds": [(kind.value, words) for kind, words in KINDS.items()], "typed": form or request.GET,
        "plans": Rule.objects.filter(kind=RuleKind.PLAN, state=State.IN_FORCE, holder=None).order_by("code"),
        "year": asker(request).today.year + 1,
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "plans/new.html", context)
    try:
        made = begin(_wanted(request), by=me(request), now=timezone.now())
    except Refused as refused:
        return render(request, "plans/new.html", {**context, "problems": told(refused)}, status=422)
    words = Words("已开始，各部门可以勾选指标", "Begun: departments can tick indicators now")
    return done(request, reverse("making", args=[made.pk]), lambda: None, words)


def _wanted(request: HttpRequest) -> Wanted:
    form = request.POST
    kind = Kind(form["kind"]) if form.get("kind") in Kind.values else Kind.NEW
    try:
        since = date.fromisoformat(form.get("since", ""))
    except ValueError:
        since = None
    given = {key: form.get(key, "").strip() for key in ("code", "name", "year", "reason", "source")}
    return Wanted(kind, **given, since=since)
