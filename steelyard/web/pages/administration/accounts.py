"""账号: list, search, create, disable, reset by a one-time link, end sessions. No password is ever seen by anybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.pages.administration.doing import may, reason
from steelyard.web.pages.administration.forms import NewAccount
from steelyard.web.pages.administration.words import WAYS
from steelyard.web.pages.answering import done, me
from steelyard.web.people import accounts as acts
from steelyard.web.people.asking import permitted
from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.people.elsewhere.ways import change, usable
from steelyard.web.people.login.attempts import address_of
from steelyard.web.people.login.stepping import fresh
from steelyard.web.people.models import DORMANT, Account, Grant, Way

ROWS = 50
BUTTONS = {
    "reset": "account-reset",
    "way": "account-way",
    "sessions": "account-sessions",
    "disable": "account-disable",
    "enable": "account-enable",
    "second": "account-second",
    "clearance": "account-clearance",
    "grant": "grant-new",
}
OPEN = Prefetch(
    "grants", Grant.objects.filter(state__in=("proposed", "confirmed")).select_related("unit"), to_attr="open"
)


def existing(number: int) -> Target:
    if not Account.objects.filter(pk=number).exists():
        raise Http404
    return NOWHERE


@permitted("accounts")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    asked, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    rows = Account.objects.prefetch_related(OPEN).order_by("username")
    if asked:
        rows = rows.filter(Q(username__icontains=asked) | Q(name__icontains=asked) | Q(person=asked))
    if state in ("on", "off"):
        rows = rows.filter(is_active=state == "on")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = {"page": page, "q": asked, "state": state, "asleep_before": timezone.now() - DORMANT,
             "may_make": may(request, new="account-new")["new"]}  # fmt: skip
    return render(request, "administration/accounts.html", shown)


@permitted("account", find=existing)
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=number)
    grants = account.grants.select_related(
        "unit", "given_by", "confirmed_by", "ended_by", "delegated_from__account"
    ).order_by("-pk")
    visits = account.visits.filter(ended_at=None).order_by("-seen")[:20]
    buttons = may(request, **BUTTONS)
    asleep = account.dormant(timezone.now())
    shown = {"account": account, "grants": grants, "visits": visits, "asleep": asleep, "may": buttons,
             "way": WAYS[Way(account.way)], "ways": [(one, WAYS[one]) for one in usable()]}  # fmt: skip
    return render(request, "administration/account.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("account-new")
@fresh
def new(request: HttpRequest) -> HttpResponse:
    form = NewAccount(request.POST or None)
    if form.is_valid():
        now, address = timezone.now(), address_of(request)
        try:
            account, token = acts.create(**form.cleaned_data, by=me(request), now=now, address=address)
            return link(request, account, token) if token else redirect("account", account.pk)
        except Refused as refused:
            form.refuse(refused)
    return render(request, "administration/account_new.html", {"form": form}, status=422 if form.errors else 200)


@permitted("account-reset", find=existing)
@require_POST
@fresh
def reset(request: HttpRequest, number: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=number)
    try:
        token = acts.reset(account=account, by=me(request), now=timezone.now(), address=address_of(request))
    except Refused as refused:
        return _refused(request, refused, number)
    return link(request, account, token)


def link(request: HttpRequest, account: Account, token: str) -> HttpResponse:
    """The one-time link, shown this once: it is for its owner, by hand or sealed."""
    shown = {"account": account, "link": request.build_absolute_uri(f"/invited/{token}")}
    return render(request, "administration/link.html", shown)


@permitted("account-way", find=existing)
@require_POST
@fresh
def way(request: HttpRequest, number: int) -> HttpResponse:
    """Back to a password of ours means a new one: its link is shown this once."""
    account, wanted = get_object_or_404(Account, pk=number), request.POST.get("way", "")
    given: dict[str, Any] = {"by": me(request), "now": timezone.now(), "address": address_of(request)}
    try:
        token = change(account=account, way=wanted, reason=reason(request), **given)
    except Refused as refused:
        return _refused(request, refused, number)
    words = Words("登录方式已更改，会话已全部结束", "The way of signing in has been changed; every session is over")
    return link(request, account, token) if token else _back(request, number, lambda: None, words)


def _refused(request: HttpRequest, refused: Refused, number: int) -> HttpResponse:
    def again() -> None:
        raise refused

    return _back(request, number, again)


def _back(request: HttpRequest, number: int, act: Callable[[], object], words: Words | None = None) -> HttpResponse:
    return done(request, reverse("account", args=[number]), act, words)


Act = Callable[..., Any]


def _act(name: str, act: Act, words: Words, *, says_why: bool = True) -> Callable[..., HttpResponse]:
    """The view behind a button on the page of an account."""

    @permitted(name, find=existing)
    @require_POST
    @fresh
    def view(request: HttpRequest, number: int) -> HttpResponse:
        given: dict[str, Any] = {"by": me(request), "now": timezone.now(), "address": address_of(request)}
        if says_why:
            given["reason"] = reason(request)
        account = get_object_or_404(Account, pk=number)
        return _back(request, number, lambda: act(account=account, **given), words)

    return view


disable = _act("account-disable", acts.disable, Words("账号已停用，会话已全部结束", "Disabled; every session is over"))
enable = _act("account-enable", acts.enable, Words("账号已启用", "Enabled"))
second = _act("account-second", acts.forget_second, Words("第二步验证已解除", "The second factor is forgotten"))
sessions = _act("account-sessions", acts.end_sessions, Words("会话已全部结束", "Sessions have ended"), says_why=False)


@permitted("account-clearance", find=existing)
@require_POST
@fresh
def clearance(request: HttpRequest, number: int) -> HttpResponse:
    account, wanted = get_object_or_404(Account, pk=number), request.POST.get("clearance", "")
    if wanted not in ("1", "2", "3", "4"):
        return redirect("account", number)
    given: dict[str, Any] = {"by": me(request), "now": timezone.now(), "address": address_of(request)}
    words = Words("可见的数据级别已更改", "The clearance has been changed")
    why = reason(request)
    change = lambda: acts.clear(account=account, clearance=int(wanted), reason=why, **given)  # noqa: E731
    return _back(request, number, change, words)
