"""我的账号: profile, roles, what is lent, where one is signed in, password, second factor, language."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.pages.administration.doing import may, reason
from steelyard.web.pages.administration.forms import NewDelegation
from steelyard.web.pages.answering import done, me
from steelyard.web.people import accounts as acts
from steelyard.web.people.asking import permitted
from steelyard.web.people.granting import proposing
from steelyard.web.people.granting.delegating import delegate as lend
from steelyard.web.people.login import visiting
from steelyard.web.people.login.attempts import address_of
from steelyard.web.people.login.stepping import fresh
from steelyard.web.people.models import Grant, Person
from steelyard.web.people.roles import TWO_FACTORS


@permitted("own")
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    account, today = me(request), timezone.localdate()
    mine = account.grants.select_related("unit", "delegated_from__account").order_by("-pk")[:50]
    lent = Grant.objects.filter(delegated_from__account=account).select_related("account", "unit").order_by("-pk")[:50]
    shown = {
        "account": account,
        "person": Person.objects.filter(code=account.person).select_related("unit").first() if account.person else None,
        "grants": [(one, one.holds(today)) for one in mine],
        "lent": [(one, one.holds(today)) for one in lent],
        "visits": account.visits.filter(ended_at=None).order_by("-seen")[:20],
        "visit": request.session.get(visiting.VISIT),
        "codes": account.recovery_codes.filter(used_at=None).count(),
        "may": may(request, delegate="own-delegate"),
        "must": not TWO_FACTORS.isdisjoint(one.role for one in mine if one.holds(today)),
    }
    return render(request, "administration/own.html", shown)


@permitted("own-sessions")
@require_POST
def sessions(request: HttpRequest) -> HttpResponse:
    """Everywhere, also here: whoever fears for the account signs in anew."""
    acts.end_sessions(account=me(request), by=me(request), now=timezone.now(), address=address_of(request))
    return redirect("login")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("own-delegate")
@fresh
def delegate(request: HttpRequest) -> HttpResponse:
    form = NewDelegation(me(request), request.POST or None, initial={"since": timezone.localdate()})
    if form.is_valid():
        given = dict(form.cleaned_data)
        context: dict[str, Any] = {"by": me(request), "now": timezone.now(), "address": address_of(request)}
        try:
            lend(to=given.pop("account"), **given, **context)
            return redirect("own")
        except Refused as refused:
            form.refuse(refused)
    return render(request, "administration/delegate.html", {"form": form}, status=422 if form.errors else 200)


@permitted("own-delegation-end")
@require_POST
def delegation_end(request: HttpRequest, number: int) -> HttpResponse:
    """By who lent it or who got it; for everybody else it is not there."""
    account = me(request)
    lent = Grant.objects.filter(delegated_from__isnull=False)
    grant = get_object_or_404(lent.filter(given_by=account) | lent.filter(account=account), pk=number)
    given: dict[str, Any] = {"by": account, "now": timezone.now(), "address": address_of(request)}
    words = Words("代理已终止", "The delegation has ended")
    return done(request, "own", lambda: proposing.end(grant=grant, reason=reason(request), **given), words)
