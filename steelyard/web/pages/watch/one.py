"""One alert: what fired where, who has it now, and what units answer; and one unit's part of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.bureau.watching.watched import RULES
from steelyard.reports import formats
from steelyard.reports.sheet import Words
from steelyard.web.pages.answering import done, me, paged
from steelyard.web.pages.watch.listing import STATES, exact, rules_of
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.watch import answering as acting
from steelyard.web.watch.models import Alert, Asked, Fired, State, Step
from steelyard.web.watch.moves import BY_NAME, MOVES, Move

ANSWER = Words("答复", "answered")


def of_alert(pk: int) -> Target:
    found = Alert.objects.select_related("under").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found.target


def of_part(pk: int, unit: str) -> Target:
    one = get_object_or_404(Asked.objects.select_related("alert", "unit"), alert=pk, unit=unit)
    return acting.of_part(one.alert, one)


@require_safe
@permitted("alert", of_alert)
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """``?q=``: rows of a unit or an indicator."""
    one, who = get_object_or_404(Alert.objects.select_related("under", "look", "again"), pk=pk), asker(request)
    page = paged(request, _rows(one, request.GET.get("q", "").strip()))
    context: dict[str, Any] = {
        "one": one, "state": STATES[State(one.state)], "rules": rules_of(one), "page": page, "q": request.GET.get("q"),
        "rows": _said(page), "asked": list(one.asked.select_related("unit", "by")), "today": who.today,
        "moves": [move for move in MOVES if one.state in move.begins and who.may(move.address, one.target)],
        "steps": [(step, _words(step)) for step in one.steps.select_related("by", "unit")],
    }  # fmt: skip
    return render(request, "watch/alert.html", context)


def _rows(one: Alert, q: str) -> QuerySet[Fired]:
    rows = one.fired.select_related("unit")
    return (rows.filter(unit__name__icontains=q) | rows.filter(name__icontains=q)) if q else rows


def _said(rows: Any) -> list[dict[str, Any]]:
    return [
        {
            "row": row, "rule": RULES[row.rule], "step": Words(row.zh, row.en), "value": figure(row.value, row),
            "limit": figure(row.limit, row), "meets": None if row.meets is None else exact(row.meets),
        }
        for row in rows
    ]  # fmt: skip


def figure(value: float | None, row: Fired) -> str:
    """Four digits that say something: what was estimated has no more."""
    if value is None:
        return "—"
    number = exact(value)
    return formats.percent(number, 2) if row.percent else formats.number(number, min(6, max(0, 3 - number.adjusted())))


def _words(step: Step) -> Words:
    return BY_NAME[step.name].words if step.name in BY_NAME else ANSWER


def moving(move: Move) -> Callable[..., HttpResponse]:
    """The view that makes one move."""

    @require_POST
    @permitted(move.address, of_alert)
    def made(request: HttpRequest, pk: int) -> HttpResponse:
        found = get_object_or_404(Alert, pk=pk)

        def act() -> None:
            acting.move(found, move.name, request.POST.get("reason", ""), by=me(request), now=timezone.localtime())

        return done(request, reverse("alert", args=[pk]), act, move.words)

    return made


@require_safe
@permitted("alert-part", of_part)
def part(request: HttpRequest, pk: int, unit: str) -> HttpResponse:
    """What a unit is asked about, and nothing of others."""
    one = get_object_or_404(Asked.objects.select_related("alert", "unit", "by"), alert=pk, unit=unit)
    rows = one.alert.fired.filter(unit=unit).select_related("unit")
    context = {
        "one": one, "alert": one.alert, "state": STATES[State(one.alert.state)], "rows": _said(rows),
        "may": one.at is None and asker(request).may("alert-answer", of_part(pk, unit)), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "watch/part.html", context)


@require_POST
@permitted("alert-answer", of_part)
def answering(request: HttpRequest, pk: int, unit: str) -> HttpResponse:
    found = get_object_or_404(Asked, alert=pk, unit=unit)

    def act() -> None:
        acting.answer(found, request.POST.get("reason", ""), by=me(request), now=timezone.localtime())

    return done(request, reverse("alert-part", args=[pk, unit]), act, Words("已答复", "Answered"))
