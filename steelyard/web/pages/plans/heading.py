"""总则: the head of a plan as a form or as YAML; what is wrong stands at its field or line, what was typed stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from steelyard.engine.problems import Problem, Refused
from steelyard.reports.sheet import Words
from steelyard.web.library.forms.blocks import at_line
from steelyard.web.library.forms.fields import Field, fields, written
from steelyard.web.library.forms.labels import label
from steelyard.web.library.texts import digest
from steelyard.web.pages.answering import done, me
from steelyard.web.pages.plans.acting import KEPT, part_of
from steelyard.web.pages.plans.finding import of_making
from steelyard.web.people.asking import permitted
from steelyard.web.plans.drafting import rewrite
from steelyard.web.plans.models import Making

FORM, TEXT = "form", "text"
KIND, KEY = "plan", "key-"
ELSEWHERE = {"plan", "groups", "waivers"}
"""What other pages change, or nobody: the form does not show it."""


@dataclass(frozen=True)
class Typed:
    """What somebody has before him. ``seen``: digest of the head that he began from; ``way``: the form, or the text."""

    text: str
    seen: str
    way: str = FORM


@dataclass(frozen=True)
class Found:
    """One problem with its line; ``key``: the field that it speaks of, and ``field``: what that is called."""

    words: Words
    line: int
    key: str
    field: Words


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("making-head", of_making)
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """``?way=text``: as YAML; by POST, the other way to write it (``turn``), or kept."""
    making = get_object_or_404(Making, pk=pk)
    if request.method != "POST":
        return _shown(request, making, Typed(making.head, digest(making.head), request.GET.get("way", FORM)))
    typed = _typed(request, making)
    if "turn" in request.POST:
        return _shown(request, making, replace(typed, way=FORM if typed.way == TEXT else TEXT))
    try:
        rewrite(pk, typed.text, typed.seen, by=me(request), now=timezone.now())
    except Refused as refused:
        return _shown(request, making, typed, refused.problems)
    return done(request, part_of(pk, "head"), lambda: None, KEPT)


def _typed(request: HttpRequest, making: Making) -> Typed:
    """From the text, or from the fields over what the head said (sent along, so that nothing is lost)."""
    form, seen = request.POST, request.POST.get("seen", "")
    if "text" in form:
        return Typed(_lines(form["text"]), seen, TEXT)
    given = {name.removeprefix(KEY): form[name] for name in form if name.startswith(KEY)}
    return Typed(written(KIND, _lines(form.get("before", making.head)), given), seen)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _shown(request: HttpRequest, making: Making, typed: Typed, problems: Sequence[Problem] = ()) -> HttpResponse:
    found = [_found(one, typed.text) for one in problems]
    context = {"making": making, "typed": typed, "problems": found}
    if typed.way == FORM:
        wrong = {one.key: tuple(two.words for two in found if two.key == one.key) for one in found if one.key}
        context["fields"] = _fields(typed.text, wrong)
    return render(request, "plans/head.html", context, status=422 if problems else 200)


def _fields(text: str, wrong: Mapping[str, tuple[Words, ...]]) -> list[Field]:
    _, found = fields(KIND, text, wrong)
    return [one for one in found if one.key not in ELSEWHERE]


def _found(problem: Problem, text: str) -> Found:
    line = problem.place.line
    key = at_line(text, line) if line else ""
    words = Words(problem.text("zh"), problem.text("en"))
    return Found(words, line, "" if key in ELSEWHERE else key, label(KIND, key).name)
