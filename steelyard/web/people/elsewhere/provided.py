"""To the provider and back: the pages of signing in by OpenID Connect. What was taken along is good once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from steelyard.reports.sheet import Words
from steelyard.web.identities import provider
from steelyard.web.identities.naming import Provider
from steelyard.web.identities.outage import NoAnswer
from steelyard.web.identities.provider import Going
from steelyard.web.identities.tokens import Forged, Shown
from steelyard.web.people.asking import permitted
from steelyard.web.people.elsewhere.ways import owner
from steelyard.web.people.login import entering, views
from steelyard.web.people.login.attempts import address_of
from steelyard.web.people.login.stepping import safe
from steelyard.web.people.models import Account, Way
from steelyard.web.trail.recording import record

LOG = logging.getLogger("steelyard.sign-in")
GOING, WAITS = "going", timedelta(minutes=10)
SILENT = Words(
    "统一身份认证没有应答，现在不能从那里登录；请稍后再试，或请系统管理员查看",
    "The provider does not answer, so nobody can sign in there now; try again later, or tell the system administrator",
)
AGAIN = Words(
    "这次登录没有完成：等得太久，或不是从这个浏览器发起的。请重新登录",
    "This did not come to an end: it took too long, or did not begin in this browser. Sign in once more",
)
NOBODY = Words(
    "统一身份认证确认了你的身份，但本站没有可用的对应账号；请找系统管理员登记、启用或更改登录方式",
    "The provider knows you, but there is no account for you here that can be used; ask the system administrator to "
    "register or enable it, or to change its way of signing in",
)
NOT_PROVED = Words(
    "统一身份认证没有确认身份；请重新登录，仍不行请找系统管理员",
    "The provider did not say who you are; sign in once more, and tell the system administrator if that does not help",
)


def _configured(view: Callable[[HttpRequest, Provider], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def asked(request: HttpRequest) -> HttpResponse:
        found = settings.STEELYARD.oidc
        return redirect("login") if found is None else view(request, found)

    return asked


@permitted("login-provider", before_duties=True)
@require_GET
@_configured
def go(request: HttpRequest, whom: Provider) -> HttpResponse:
    """A link and no form: what a form leads to would have to be allowed in the policy for its content."""
    taken = provider.going(request.build_absolute_uri(reverse("login-provider-back")))
    anew = request.user.is_authenticated
    try:
        address = provider.address(whom, taken, anew=anew)
    except NoAnswer as silent:
        return _silent(request, silent)
    after, at = safe(request, request.GET.get("next", "/")), timezone.now().timestamp()
    request.session[GOING] = {**asdict(taken), "next": after, "at": at, "anew": anew}
    return redirect(address)


@permitted("login-provider-back", before_duties=True)
@require_GET
@_configured
def back(request: HttpRequest, whom: Provider) -> HttpResponse:
    now, held = timezone.now(), request.session.pop(GOING, None)
    if held is None or not _began_here(request, whom, held, now):
        return views.door(request, AGAIN, 422)
    taken = Going(held["state"], held["nonce"], held["verifier"], held["back"])
    try:
        if not request.GET.get("code"):
            raise Forged(f"error={request.GET.get('error', '')[:80]}")
        shown = provider.redeemed(whom, taken, request.GET["code"], int(now.timestamp()))
    except NoAnswer as silent:
        return _silent(request, silent)
    except Forged as forged:
        return _forged(request, forged, now)
    return _anew(request, whom, shown, held, now) if held["anew"] else _enter(request, whom, shown, held["next"], now)


def _began_here(request: HttpRequest, whom: Provider, held: dict[str, Any], now: datetime) -> bool:
    """``iss``: what some providers add so that nobody mixes them up (RFC 9207)."""
    fresh = now.timestamp() - float(held["at"]) <= WAITS.total_seconds()
    ours = constant_time_compare(request.GET.get("state", ""), held["state"])
    signed_in = request.user.is_authenticated
    return fresh and ours and request.GET.get("iss", whom.issuer) == whom.issuer and signed_in == held["anew"]


def _enter(request: HttpRequest, whom: Provider, shown: Shown, after: str, now: datetime) -> HttpResponse:
    account = owner(whom.matches, shown.value)
    answer = entering.by_provider(request, account, shown.value, now, strong=shown.strong)
    if account is None or answer == "no":
        return views.door(request, NOBODY, 422)
    if answer == "second":
        return redirect(f"{reverse('login-second')}?{urlencode({'next': after})}")
    return views.welcome(request, account.username, after)


def _anew(request: HttpRequest, whom: Provider, shown: Shown, held: dict[str, Any], now: datetime) -> HttpResponse:
    """Whoever sits there has shown at the provider, just now, that he is still the one who signed in."""
    account = cast(Account, request.user)
    just_now = shown.at is not None and shown.at >= held["at"] - whom.leeway
    good = just_now and owner(whom.matches, shown.value) == account
    entering.shown_again(request, account, now, good=good)
    return redirect(held["next"]) if good else redirect(f"{reverse('prove')}?{urlencode({'next': held['next']})}")


def _forged(request: HttpRequest, forged: Forged, now: datetime) -> HttpResponse:
    LOG.error("统一身份认证的答复不成立 the provider's answer proves nothing: %s", forged)
    with transaction.atomic():
        detail = {"way": Way.PROVIDER.value}
        record("sign-in", at=now, outcome="refused", detail=detail, address=address_of(request))
    return views.door(request, NOT_PROVED, 422)


def _silent(request: HttpRequest, silent: NoAnswer) -> HttpResponse:
    LOG.error("统一身份认证没有应答 the provider does not answer: %s", silent.reason)
    return views.door(request, SILENT, 503)
