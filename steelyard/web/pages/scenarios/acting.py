"""What forms do with scenarios."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from steelyard.reports.sheet import Words
from steelyard.web.library.considering import Wanted
from steelyard.web.library.models import Rule
from steelyard.web.library.writing import target_of
from steelyard.web.pages.answering import done, me
from steelyard.web.pages.library.card import of_rule
from steelyard.web.pages.library.writing import typed_in
from steelyard.web.people.asking import permitted
from steelyard.web.people.deciding import Target
from steelyard.web.scenarios import keeping
from steelyard.web.scenarios.models import Scenario
from steelyard.web.typed import number_in


def of_scenario(pk: int) -> Target:
    if not Scenario.objects.filter(pk=pk).exists():
        raise Http404
    return target_of(None)


@require_POST
@permitted("scenario-put", of_rule)
def putting(request: HttpRequest, address: str) -> HttpResponse:
    """What stands in the form of a rule, whether it was kept there or not. ``scenario``: its number; with none,
    ``named`` is a new one."""
    rule = get_object_or_404(Rule, address=address, holder=None)
    typed = typed_in(request, rule.kind, rule.versions.order_by("-number")[0].text)
    chosen = number_in(request.POST.get("scenario", "")) or None

    def act() -> str:
        wanted = Wanted(typed.text, rule, typed.base)
        made = keeping.put(chosen, request.POST.get("named", ""), wanted, by=me(request), now=timezone.now())
        return reverse("scenario", args=[made.pk])

    words = Words("已放进情景；规则库没有变", "Put into the scenario; the library is as it was")
    return done(request, reverse("rule-write", args=[address]), act, words)


@require_POST
@permitted("scenario-out", of_scenario)
def taking_out(request: HttpRequest, pk: int) -> HttpResponse:
    def act() -> None:
        keeping.out(pk, request.POST.get("rule", ""), _seen(request), by=me(request), now=timezone.now())

    return done(request, reverse("scenario", args=[pk]), act, Words("已取出", "Taken out"))


@require_POST
@permitted("scenario-back", of_scenario)
def going_back(request: HttpRequest, pk: int) -> HttpResponse:
    to = number_in(request.POST.get("to", "")) or 0

    def act() -> None:
        keeping.back(pk, to, _seen(request), by=me(request), now=timezone.now())

    return done(request, reverse("scenario", args=[pk]), act, Words(f"已回到第 {to} 次保存", f"As it stood at {to}"))


@require_POST
@permitted("scenario-drop", of_scenario)
def dropping(request: HttpRequest, pk: int) -> HttpResponse:
    def act() -> None:
        keeping.drop(pk, by=me(request), now=timezone.now())

    return done(request, reverse("scenarios"), act, Words("已弃用", "Dropped"))


@require_POST
@permitted("scenario-draft", of_scenario)
def drafting(request: HttpRequest, pk: int) -> HttpResponse:
    def act() -> str:
        keeping.draft(pk, request.POST.get("reason", ""), _seen(request), by=me(request), now=timezone.now())
        return reverse("library")

    words = Words("已写成规则库的新版，待另一人采用", "Kept as next versions; another person puts them in force")
    return done(request, reverse("scenario", args=[pk]), act, words)


def _seen(request: HttpRequest) -> int:
    return number_in(request.POST.get("seen", "")) or 0
