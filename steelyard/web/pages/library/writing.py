"""Writing a rule: the text as it stands, checked with the whole book while it is typed, kept as the next version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from steelyard.bureau.asking.checking import Checked
from steelyard.engine.problems import Problem, Refused
from steelyard.reports.sheet import Words
from steelyard.web.library.models import Rule
from steelyard.web.library.writing import considered, write
from steelyard.web.pages.answering import me
from steelyard.web.pages.library.card import of_rule
from steelyard.web.people.asking import permitted

BLANK = """indicator:
name:
basis:
owner:
family:
kind: specific
value:
direction: higher
target:
full:
score:
empty:
evidence:
"""


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("rule-new")
def new(request: HttpRequest) -> HttpResponse:
    return _written(request, {"text": BLANK, "base": 0, "reason": ""})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("rule-write", of_rule)
def change(request: HttpRequest, code: str) -> HttpResponse:
    """The form; by POST, the check of what was typed (``check``) or the next version."""
    rule = get_object_or_404(Rule, code=code)
    latest = rule.versions.order_by("-number")[0]
    return _written(request, {"rule": rule, "text": latest.text, "base": latest.number, "reason": ""})


def _written(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    if request.method != "POST":
        return render(request, "library/write.html", given)
    form, rule = request.POST, given.get("rule")
    code = rule.code if rule else ""
    text = form.get("text", "").replace("\r\n", "\n")
    base = int(form["base"]) if form.get("base", "").isdecimal() and len(form["base"]) < 7 else 0
    typed = {**given, "text": text, "base": base, "reason": form.get("reason", "")}
    try:
        if "check" in form:
            return render(request, "library/write.html", {**typed, "checked": True, **_told(considered(text, code))})
        made = write(text, typed["reason"], code=code, base=base, by=me(request), now=timezone.now())
    except Refused as refused:
        return render(request, "library/write.html", {**typed, **_problems(refused.problems)}, status=422)
    return redirect(f"{reverse('rule', args=[made.rule.code])}?version={made.number}")


def _told(found: Checked) -> dict[str, Any]:
    return _problems(found.problems)


def _problems(found: Sequence[Problem]) -> dict[str, Any]:
    """Each with its line of the text, so that a click leads there."""
    told = [(one.place.line, one.severity, Words(one.text("zh"), one.text("en"))) for one in found]
    return {"problems": told, "wrong": any(severity == "error" for _, severity, _ in told)}
