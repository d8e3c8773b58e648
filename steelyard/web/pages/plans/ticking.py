"""勾选: the library's indicators with a box each, found by name, family and department; what is ticked says by whom."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.library.models import Kind, Rule, State
from steelyard.web.library.rules import bureau
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import legible, me, told
from steelyard.web.pages.plans.finding import of_making
from steelyard.web.people.asking import permitted
from steelyard.web.plans.models import Making
from steelyard.web.plans.picking import Ticked, named, tick
from steelyard.web.plans.shown.marks import mark


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("making-tick", of_making)
@legible
def ticking(request: HttpRequest, pk: int) -> HttpResponse:
    """``?q=``, ``?family=``, ``?owner=``, ``?open=1`` (only what is not ticked yet)."""
    making = get_object_or_404(Making, pk=pk)
    problems = list[Words]()
    if request.method == "POST":
        chosen = request.POST.getlist("indicator")
        try:
            found = tick(pk, chosen, request.POST.get("group", ""), by=me(request), now=timezone.now())
        except Refused as refused:
            problems = told(refused)
        else:
            _say(request, found)
            return redirect(f"{reverse('making-tick', args=[pk])}?{request.GET.urlencode()}")
    status = 422 if problems else 200
    return render(request, "plans/tick.html", {**_offered(request, making), "problems": problems}, status=status)


def _say(request: HttpRequest, found: Ticked) -> None:
    count = len(found.made)
    messages.success(request, Words(f"已勾选 {count} 项", f"{count} indicators ticked").of(language()))
    names = named(pick.indicator for pick in found.already)
    for pick in found.already:
        by, name = pick.department or Words("上一版", "the version before").of(language()), names[pick.indicator]
        words = Words(f"“{name}”已由{by}勾选，不再重复", f"'{name}' was ticked by {by} already")
        messages.info(request, words.of(language()))


def _offered(request: HttpRequest, making: Making) -> dict[str, object]:
    asked, book = request.GET, bureau().book()
    picks = {pick.indicator: pick for pick in making.picks.select_related("unit", "group", "by")}
    rules = Rule.objects.filter(kind=Kind.INDICATOR, state=State.IN_FORCE, holder=None).order_by(
        "family", "owner", "code"
    )
    every = [one for one in rules if (rule := book.indicators.get(one.code)) and rule.subject == "unit"]
    rows = [(one, mark(book, one.code, ""), picks.get(one.code)) for one in every if _fits(one, asked)]
    if asked.get("open"):
        rows = [row for row in rows if row[2] is None]
    return {
        "making": making, "rows": rows, "asked": asked, "groups": making.groups.all(), "count": len(picks),
        "whole": len(every), "families": sorted({one.family for one in every} - {""}),
        "owners": sorted({one.owner for one in every} - {""}), "ticked": request.POST.getlist("indicator"),
        "asked_group": request.POST.get("group", ""),
    }  # fmt: skip


def _fits(one: Rule, asked: QueryDict) -> bool:
    text, family, owner = (asked.get(key, "") for key in ("q", "family", "owner"))
    said = f"{one.code} {one.name}".lower()
    return text.strip().lower() in said and family in ("", one.family) and owner in ("", one.owner)
