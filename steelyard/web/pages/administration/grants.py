"""授权: who has which role where and until when, what waits for a second person, and how it came about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.pages.administration.accounts import ROWS
from steelyard.web.pages.administration.doing import may, reason
from steelyard.web.pages.administration.forms import NewGrant, role_choices
from steelyard.web.pages.answering import done, me
from steelyard.web.people.asking import permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.granting import proposing
from steelyard.web.people.login.attempts import address_of
from steelyard.web.people.login.stepping import fresh
from steelyard.web.people.models import Grant, GrantState

EVERYTHING = ("account", "unit", "given_by", "confirmed_by", "ended_by", "delegated_from__account")


def existing(number: int) -> Target:
    state = Grant.objects.filter(pk=number).values_list("state", flat=True).first()
    if state is None:
        raise Http404
    return Target(state=state)


@permitted("grants")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    asked, state, role = (request.GET.get(name, "").strip() for name in ("q", "state", "role"))
    rows = Grant.objects.select_related(*EVERYTHING).order_by("-pk")
    if asked:
        rows = rows.filter(Q(account__username__icontains=asked) | Q(account__name__icontains=asked) | Q(unit=asked))
    rows = rows.filter(**{name: value for name, value in (("state", state), ("role", role)) if value})
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    waiting = Grant.objects.filter(state=GrantState.PROPOSED).count()
    buttons = may(request, new="grant-new", confirm="grant-confirm", end="grant-end")
    shown = {"page": page, "q": asked, "state": state, "role": role, "roles": role_choices(), "waiting": waiting}
    shown["may"] = buttons
    return render(request, "administration/grants.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("grant-new")
@fresh
def new(request: HttpRequest) -> HttpResponse:
    first = {"since": timezone.localdate(), "account": request.GET.get("account", "")}
    form = NewGrant(request.POST or None, initial=first)
    if form.is_valid():
        try:
            given: dict[str, Any] = {"by": me(request), "now": timezone.now(), "address": address_of(request)}
            proposing.propose(**form.cleaned_data, **given)
            return redirect("grants")
        except Refused as refused:
            form.refuse(refused)
    return render(request, "administration/grant_new.html", {"form": form}, status=422 if form.errors else 200)


def _act(name: str, act: Callable[..., Any], words: Words, *, says_why: bool = True) -> Callable[..., HttpResponse]:
    @permitted(name, find=existing)
    @require_POST
    @fresh
    def view(request: HttpRequest, number: int) -> HttpResponse:
        given: dict[str, Any] = {"by": me(request), "now": timezone.now(), "address": address_of(request)}
        if says_why:
            given["reason"] = reason(request)
        grant = get_object_or_404(Grant, pk=number)
        return done(request, "grants", lambda: act(grant=grant, **given), words)

    return view


confirm = _act("grant-confirm", proposing.confirm, Words("授权已确认", "Confirmed"), says_why=False)
refuse = _act("grant-refuse", proposing.decline, Words("授权已否决", "Refused"))
end = _act("grant-end", proposing.end, Words("授权已终止", "Ended"))
