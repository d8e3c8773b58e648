"""What everybody does to the own account before anything else: a password of one's own, a second factor."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.look.reading import language
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.login import attempts, visiting
from steelyard.web.people.login import second as factor
from steelyard.web.people.login.forms import ChangePassword, Second
from steelyard.web.people.login.passwords import set_password
from steelyard.web.people.login.stepping import fresh
from steelyard.web.people.models import Account, Way
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "password-wrong": (
            "现在的口令不对",
            "the present password is wrong",
        ),
        "code-wrong": (
            "动态口令不对；请核对手机时间后输入下一个",
            "the code is wrong; check the clock of your phone and enter the next one",
        ),
    }
)

KEY = "second-key"


def change_password(account: Account, old: str, new: str, *, profile: str, now: datetime, address: str = "") -> Account:
    """Other sessions end. Raises `Refused`: ``password-wrong``, or what is wrong with the new one."""
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if locked.way != Way.PASSWORD:
            raise refuse("password-elsewhere", name=locked.name)
        if not check_password(old, locked.password):
            raise refuse("password-wrong")
        set_password(locked, new, profile, now)
        locked.save()
        record("password-change", at=now, actor=locked.username, target=f"account:{locked.pk}", address=address)
    return locked


def set_up_second(account: Account, key: str, code: str, *, now: datetime, address: str = "") -> list[str]:
    """The recovery codes. Raises `Refused` (``code-wrong``): who cannot show a code does not have the key."""
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        step = factor.step_of(key, code.replace(" ", ""), now)
        if step is None:
            raise refuse("code-wrong")
        codes = factor.set_up(locked, key, step)
        locked.save()
        record("second-set-up", at=now, actor=locked.username, target=f"account:{locked.pk}", address=address)
    return codes


@permitted("own-password", before_duties=True)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    account, now, form = cast(Account, request.user), timezone.now(), ChangePassword(request.POST or None)
    # Guesses at the present password count, so that a forgotten open screen gives nobody the account.
    if account.way != Way.PASSWORD:
        told = Problem("password-elsewhere", params={"name": account.name}).text(language())
        status = 200 if request.method == "GET" else 422
        return render(request, "people/password.html", {"elsewhere": told}, status=status)
    attempt = attempts.begin(account.username, request, now, "again") if form.is_valid() else None
    if attempt is not None:
        given, profile = form.cleaned_data, settings.STEELYARD.passwords
        try:
            address = attempts.address_of(request)
            changed = change_password(account, given["old"], given["new"], profile=profile, now=now, address=address)
            attempts.succeed(attempt)
            visiting.keep(request, changed)
            return redirect("home")
        except Refused as refused:
            form.refuse(refused, "old" if refused.problems[0].code == "password-wrong" else "new")
    elif form.is_valid():
        form.refuse(refuse("password-wrong"), "old")
    shown = {"form": form, "profile": settings.STEELYARD.passwords, "must": account.must_change}
    return render(request, "people/password.html", shown, status=422 if form.errors else 200)


@permitted("own-second", before_duties=True)
@fresh
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The key is shown until a code of it was entered; then the recovery codes are, once."""
    account, now, form = cast(Account, request.user), timezone.now(), Second(request.POST or None)
    if KEY not in request.session:
        request.session[KEY] = factor.new_key()
    key = request.session[KEY]
    if form.is_valid():
        address = attempts.address_of(request)
        try:
            codes = set_up_second(account, key, form.cleaned_data["code"], now=now, address=address)
            del request.session[KEY]
            visiting.keep(request, Account.objects.get(pk=account.pk))
            return render(request, "people/recovery.html", {"codes": codes})
        except Refused as refused:
            form.refuse(refused, "code")
    drawn = mark_safe(factor.picture(key, account.username, settings.STEELYARD.name))
    shown = {"form": form, "picture": drawn, "key": key, "set": bool(account.second), "roles": asker(request).roles}
    return render(request, "people/second_setup.html", shown, status=422 if form.errors else 200)
