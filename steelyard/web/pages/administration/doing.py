"""What pages of administration share: the act behind a button, told in words, and where one is afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.look.reading import language
from steelyard.web.people.asking import asker
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account


def me(request: HttpRequest) -> Account:
    """Whoever asks; only behind `permitted`."""
    return cast(Account, request.user)


def told(request: HttpRequest, act: Callable[[], Any], done: Words, back: str, *args: Any) -> HttpResponse:
    """Does it, says what came of it, and leads back to a page: sent twice, it is still done once."""
    try:
        act()
        messages.success(request, done.of(language()))
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, problem.text(language()))
    return redirect(back, *args)


def may(request: HttpRequest, **names: str) -> dict[str, bool]:
    """Which buttons are shown: ``may(request, end="grant-end")``. What is not shown is not allowed either."""
    who = asker(request)
    return {
        name: any(who.may(address, Target(state=state)) for state in ("", *STATES)) for name, address in names.items()
    }


STATES = ("proposed", "confirmed")


def reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:300]
