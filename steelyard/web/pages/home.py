"""首页: where everybody begins, with what waits for them and what was published about them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.web.pages.mine import mine, plan_of
from steelyard.web.pages.office.waiting import waiting
from steelyard.web.people.asking import asker, permitted


@require_safe
@permitted("home")
def home(request: HttpRequest) -> HttpResponse:
    who = asker(request)
    context = {"waiting": waiting(who, timezone.now()), "mine": mine(who), "plan": plan_of(who)}
    return render(request, "pages/home.html", context)
