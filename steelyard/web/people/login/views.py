"""The pages of coming in and going: name and password, second factor, one-time link, showing again who one is."""

from __future__ import annotations

import secrets
from typing import cast

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.login import attempts, entering, invitations, visiting
from steelyard.web.people.login.forms import Again, NewPassword, Second, SignIn, said
from steelyard.web.people.login.stepping import safe
from steelyard.web.people.models import Account, Way
from steelyard.web.trail.recording import record

NO = Words(
    "用户名或口令不对，或者尝试过多：请核对后再试，或过 30 分钟再来；长期未用或停用的账号请找系统管理员",
    "The name or the password is wrong, or there were too many tries: check them, or come back in 30 minutes. "
    "The system administrator can wake an account that was not used for long or was disabled",
)
SILENT = Words(
    "单位目录没有应答，现在核对不了口令；请稍后再试，或请系统管理员查看",
    "The directory does not answer, so no password can be checked now; try again later, "
    "or tell the system administrator",
)
WRONG_CODE = Words(
    "动态口令不对或已用过；请等下一个再试", "The code is wrong or has been used; wait for the next one and try again"
)


@permitted("login")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form, back = SignIn(request.POST or None), safe(request, request.GET.get("next", "/"))
    if form.is_valid():
        username, password = form.cleaned_data["username"], form.cleaned_data["password"]
        answer = entering.by_password(request, username, password, timezone.now())
        if answer == "in":
            return welcome(request, username, back)
        if answer == "second":
            return redirect(f"{reverse('login-second')}?{urlencode({'next': back})}")
        form.add_error(None, said(SILENT if answer == "silent" else NO))
        return render(request, "people/login.html", _shown(form), status=503 if answer == "silent" else 422)
    return render(request, "people/login.html", _shown(form), status=200 if request.method == "GET" else 422)


def _shown(form: SignIn, problem: str = "") -> dict[str, object]:
    here = settings.STEELYARD
    return {"form": form, "problem": problem, "directory": here.ldap, "provider": here.oidc}


def door(request: HttpRequest, problem: Words, status: int) -> HttpResponse:
    """The page where one signs in, with what went wrong elsewhere."""
    return render(request, "people/login.html", _shown(SignIn(), said(problem)), status=status)


@permitted("login-second")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    form, back, now = Second(request.POST or None), safe(request, request.GET.get("next", "/")), timezone.now()
    waiting = entering.pending(request, now)
    if waiting is None:
        return redirect("login")
    if form.is_valid():
        answer = entering.by_second(request, form.cleaned_data["code"], now)
        if answer == "in":
            return welcome(request, waiting.username, back)
        if answer == "no":
            return redirect("login")
        form.add_error("code", said(WRONG_CODE))
    return render(request, "people/second.html", {"form": form}, status=200 if request.method == "GET" else 422)


def welcome(request: HttpRequest, username: str, back: str) -> HttpResponse:
    """This browser is a known device from now on; the language is the one that the account chose last."""
    response = redirect(back)
    number = attempts.known_device(username, request) or secrets.token_hex(8)
    mark = f"{number}.{attempts.device_mark(username, number)}"
    response.set_cookie(
        attempts.DEVICE, mark, attempts.DEVICE_AGE, secure=settings.STEELYARD.secure, httponly=True, samesite="Lax"
    )
    chosen = Account.objects.values_list("language", flat=True).get(username=username)
    return speaking(response, chosen) if chosen else response


def speaking(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, attempts.DEVICE_AGE, secure=settings.STEELYARD.secure, samesite="Lax"
    )
    return response


@permitted("logout", before_duties=True)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    _note(request, "sign-out")
    visiting.go(request, now)
    response = redirect("login")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@permitted("prove", before_duties=True)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    account, now = cast(Account, request.user), timezone.now()
    form, back = Again(request.POST or None), safe(request, request.GET.get("next", "/"))
    if account.way == Way.PROVIDER and not account.second:
        return render(request, "people/prove.html", {"provider": settings.STEELYARD.oidc, "back": back})
    del form.fields["password" if account.second else "code"]
    if form.is_valid():
        given = form.cleaned_data
        answer = entering.again(request, account, given.get("password", ""), given.get("code", ""), now)
        if answer == "in":
            return redirect(back)
        form.add_error(None, said(SILENT if answer == "silent" else WRONG_CODE if account.second else NO))
    return render(request, "people/prove.html", {"form": form}, status=200 if request.method == "GET" else 422)


@permitted("invited")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has a one-time link chooses a password, and then signs in with it."""
    form, now = NewPassword(request.POST or None), timezone.now()
    account = invitations.invited(token, now)
    if account is not None and form.is_valid():
        address, profile = attempts.address_of(request), settings.STEELYARD.passwords
        try:
            invitations.follow(token, form.cleaned_data["new"], profile=profile, now=now, address=address)
            return redirect("login")
        except Refused as refused:
            form.refuse(refused, "new")
    status = 404 if account is None else 422 if form.errors else 200
    return render(request, "people/invited.html", {"form": form, "account": account}, status=status)


@permitted("language", before_duties=True)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = "en" if request.POST.get("language") == "en" else "zh-hans"
    if request.user.is_authenticated:
        with transaction.atomic():
            Account.objects.filter(pk=request.user.pk).update(language=chosen)
            _note(request, "language")
    translation.activate(chosen)
    return speaking(redirect(safe(request, request.POST.get("next", "/"))), chosen)


def _note(request: HttpRequest, act: str) -> None:
    with transaction.atomic():
        address = attempts.address_of(request)
        record(act, at=timezone.now(), target=f"account:{request.user.pk}", address=address, **asker(request).by(act))
