"""业务页面演示: how the prompt looks inside a page of a business system, with the steps of a unit's own posts.

Nothing is kept by looking: cases of this page are none, and no deadline runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.engine.problems import Refused
from steelyard.engine.wording.duties import limit_words
from steelyard.web.cascade.models import Post
from steelyard.web.library import rules
from steelyard.web.pages.answering import told as reasons
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Unit
from steelyard.web.people.seeing import filter_of
from steelyard.web.prompts.telling import Asked, Told, steps, tell

AGO = timedelta(minutes=37)
"""Between two cases of the demonstration."""
MANY = 12


@dataclass(frozen=True)
class Case:
    """A case as a business system would list it."""

    number: str
    process: str
    step: str
    post: str
    post_name: str
    received: datetime


def of_unit(unit: str, **_: object) -> Target:
    """Officers are prompted where they stand themselves."""
    found = get_object_or_404(Unit, pk=unit, ended=None)
    return Target(path=found.path)


@require_safe
@permitted("prompt-door")
def door(request: HttpRequest) -> HttpResponse:
    """To the own unit if its posts are prompted, else to the first that has such posts among those one may see."""
    who = asker(request)
    posts = Post.objects.filter(filter_of(who, "prompt-try", "unit__path"), ended=False, duty__in=_duties())
    own = posts.filter(unit__path=who.home).first() if who.home else None
    found = own or posts.order_by("unit", "code").first()
    if found is None:
        return render(request, "prompts/try.html", {"cases": (), "unit": None})
    return redirect("prompt-try", found.unit_id)


@require_safe
@permitted("prompt-try", of_unit)
def page(request: HttpRequest, unit: str) -> HttpResponse:
    found = get_object_or_404(Unit, pk=unit, ended=None)
    cases = list(_cases(found, timezone.now()))[:MANY]
    chosen = next((one for one in cases if one.number == request.GET.get("case")), cases[0] if cases else None)
    return render(request, "prompts/try.html", {"cases": cases, "unit": found, "chosen": chosen})


@require_safe
@permitted("prompt-ask", of_unit)
def ask(request: HttpRequest, unit: str) -> HttpResponse:
    """``?process=``, ``?step=``, ``?post=``, ``?received=``: what the API would answer, to the element on the page."""
    given, now = request.GET, timezone.now()
    found = get_object_or_404(Unit, pk=unit, ended=None)
    received = _moment(given.get("received", ""))
    if received is None:
        raise Http404
    asked = Asked(found, given.get("process", ""), given.get("step", ""), given.get("post", ""), received)
    try:
        return JsonResponse(_plain(tell(asked, now)), json_dumps_params={"ensure_ascii": False})
    except Refused as refused:
        said = [{"zh": one.zh, "en": one.en} for one in reasons(refused)]
        return JsonResponse({"problems": said}, status=422, json_dumps_params={"ensure_ascii": False})


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _plain(told: Told) -> dict[str, Any]:
    """As `api.prompts` answers."""
    limit = limit_words(told.trigger)
    stakes = [{"name": one.name, "text_zh": one.words.zh, "text_en": one.words.en} for one in told.stakes]
    return {
        "duty": told.duty.name, "does": told.item.does, "assesses": told.item.assesses, "risks": told.item.risks,
        "basis": told.item.basis, "limit_zh": limit[0], "limit_en": limit[1], "left": told.left, "stakes": stakes,
        "due": timezone.localtime(told.due).isoformat() if told.due else None,
    }  # fmt: skip


def _duties() -> set[str]:
    here = rules.bureau()
    return {duty for duty, _, _ in steps(here, here.rules_stamp())}


def _cases(unit: Unit, now: datetime) -> Iterator[Case]:
    """One for each step at which a post of the unit is prompted."""
    here = rules.bureau()
    by_step = steps(here, here.rules_stamp())
    posts = {one.duty: one for one in Post.objects.filter(unit=unit, ended=False).order_by("-code")}
    for index, (duty, process, step) in enumerate(key for key in by_step if key[0] in posts):
        post = posts[duty]
        received = now.replace(second=0, microsecond=0) - AGO * (index + 1)
        yield Case(f"{unit.pk[-4:]}-{index + 1:03d}", process, step, post.code, post.name, timezone.localtime(received))
