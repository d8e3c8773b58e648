"""Writing a rule, in a form or as YAML: checked with the whole book while it is typed, kept as the next version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from steelyard.bureau.showing import decimal
from steelyard.engine.expressions.nodes import Number
from steelyard.engine.problems import Problem, Refused
from steelyard.reports.sheet import Words
from steelyard.web.library.considering import TYPED, Wanted, considered
from steelyard.web.library.forms.blocks import at_line
from steelyard.web.library.forms.fields import fields, written
from steelyard.web.library.forms.labels import label
from steelyard.web.library.forms.weights import weighted, weights
from steelyard.web.library.models import Kind, Rule
from steelyard.web.library.rules import address_of, bureau
from steelyard.web.library.shelves import seen, shelf
from steelyard.web.library.writing import target_of, write
from steelyard.web.pages.answering import me
from steelyard.web.pages.library.card import OF_PERSONS, of_rule
from steelyard.web.pages.library.listing import KINDS, values
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.scenarios.keeping import WEIGH
from steelyard.web.scenarios.models import Scenario, State
from steelyard.web.typed import number_in

FORM, TEXT = "form", "text"
FORMS = {one: words for one, words in KINDS.items() if one != Kind.CALENDAR}
"""Kinds that are written here; the working calendar has a page of its own."""
KEY, WEIGHT = "key-", "weight-"
"""Fields of the form: behind it the key of the rule, or the place of a weight."""


@dataclass(frozen=True)
class Typed:
    """What somebody has before him. ``way``: the form, or the text; ``base``: the version that he changes."""

    kind: str
    text: str
    base: int = 0
    reason: str = ""
    way: str = FORM


@dataclass(frozen=True)
class Found:
    """One problem; ``key``: the field that it speaks of, and ``field``: what that is called; ``elsewhere``: the other
    rule that it is about."""

    severity: str
    words: Words
    line: int
    key: str
    field: Words
    elsewhere: str


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("rule-new")
def new(request: HttpRequest) -> HttpResponse:
    """``?kind=``; by POST with ``given``, the form is filled with a draft that was made elsewhere."""
    asked = request.GET.get("kind", "")
    kind = asked if asked in FORMS else str(Kind.INDICATOR)
    if request.method != "POST":
        return _shown(request, Typed(kind, f"{kind}:\n", way=request.GET.get("way", FORM)))
    if "given" in request.POST:
        return _shown(request, Typed(kind, request.POST["given"]))
    return _posted(request, kind, f"{kind}:\n")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("rule-write", of_rule)
def change(request: HttpRequest, address: str) -> HttpResponse:
    """The form; by POST, the check of what was typed (``check``), the other way to write it (``turn``), or the next
    version."""
    rule = get_object_or_404(Rule.objects.select_related("holder"), address=address)
    if rule.kind == Kind.CALENDAR:
        return redirect("calendar-write")
    latest = rule.versions.order_by("-number")[0]
    if request.method != "POST":
        typed = Typed(rule.kind, latest.text, latest.number, way=request.GET.get("way", FORM))
        return _shown(request, typed, rule)
    if "given" in request.POST:
        return _shown(request, Typed(rule.kind, request.POST["given"], latest.number), rule)
    return _posted(request, rule.kind, latest.text, rule)


def _posted(request: HttpRequest, kind: str, before: str, rule: Rule | None = None) -> HttpResponse:
    typed = typed_in(request, kind, before)
    wanted, holder = Wanted(typed.text, rule, typed.base), rule.holder if rule else shelf(asker(request))
    if "turn" in request.POST:
        return _shown(request, replace(typed, way=FORM if typed.way == TEXT else TEXT), rule)
    try:
        if "check" in request.POST:
            return _shown(request, typed, rule, considered([wanted], holder).problems, checked=True)
        made = write(wanted, typed.reason, holder=holder, by=me(request), now=timezone.now())
    except Refused as refused:
        return _shown(request, typed, rule, refused.problems)
    return redirect(f"{reverse('rule', args=[made.rule.address])}?version={made.number}")


def typed_in(request: HttpRequest, kind: str, before: str) -> Typed:
    """From the text, or from the fields over what the rule said ``before`` (sent along, so that nothing is lost)."""
    form = request.POST
    base = number_in(form.get("base", "")) or 0
    way = TEXT if "text" in form else FORM
    given = {name.removeprefix(KEY): form[name] for name in form if name.startswith(KEY)}
    over = lines(form.get("before", before))
    text = lines(form["text"]) if way == TEXT else written(kind, over, given)
    dragged = {name.removeprefix(WEIGHT): form[name] for name in form if name.startswith(WEIGHT)}
    text = weighted(text, dragged, _marks()) if dragged else text
    return Typed(kind, text, base, form.get("reason", ""), way)


def _marks() -> dict[str, str]:
    """Full marks that indicators have by themselves, as far as they are numbers."""
    try:
        book = bureau().book()
    except Refused:
        return {}
    return {
        id: f"{decimal(rule.full.value):f}" for id, rule in book.indicators.items() if isinstance(rule.full, Number)
    }


def lines(text: str) -> str:
    """With one end of line: browsers send another one."""
    return text.replace("\r\n", "\n")


def _shown(
    request: HttpRequest,
    typed: Typed,
    rule: Rule | None = None,
    problems: Sequence[Problem] = (),
    checked: bool = False,
) -> HttpResponse:
    found = [_found(one, typed) for one in problems]
    wrong = any(one.severity == "error" for one in found)
    context: dict[str, Any] = {
        "rule": rule, "typed": typed, "problems": found, "wrong": wrong, "checked": checked,
        "owners": values(seen(asker(request)), "owner"),
        "families": values(seen(asker(request)), "family"),
        **_of_scenarios(asker(request), rule),
    }  # fmt: skip
    if rule is not None and rule.kind in OF_PERSONS:
        context["persons"] = asker(request).may("rule-persons", target_of(rule.holder, rule.state))
    if rule is None:
        context["kinds"] = [(words, f"?kind={one.value}", one == typed.kind) for one, words in FORMS.items()]
    if typed.kind == Kind.PLAN:
        names = dict(Rule.objects.filter(kind=Kind.INDICATOR, holder=None).values_list("code", "name"))
        context["weights"] = [(one, names.get(one.indicator, one.indicator)) for one in weights(typed.text, _marks())]
    if typed.way == FORM:
        context["groups"], context["rest"] = fields(typed.kind, typed.text, _wrong(found))
        context["rest_told"] = any(one.value or one.wrong for one in context["rest"])
    return render(request, "library/write.html", context, status=422 if wrong and not checked else 200)


def _of_scenarios(who: Asker, rule: Rule | None) -> dict[str, Any]:
    """Where what stands in the form can be put, to be compared before it is kept: rules of the bureau that weigh."""
    if rule is None or rule.holder_id is not None or rule.kind not in WEIGH:
        return {}
    may = who.may("scenario-put", target_of(None))
    return {"may_put": may, "scenarios": Scenario.objects.filter(state=State.OPEN) if may else ()}


def _wrong(found: Sequence[Found]) -> dict[str, tuple[Words, ...]]:
    """Errors, at the fields that they speak of."""
    keys = {one.key for one in found if one.key and one.severity == "error"}
    return {key: tuple(one.words for one in found if one.key == key and one.severity == "error") for key in keys}


def _found(problem: Problem, typed: Typed) -> Found:
    """A problem of this text has its line and field; one of another rule names that rule."""
    elsewhere = "" if problem.place.file.endswith(TYPED) else address_of(problem.place.file)
    line = 0 if elsewhere else problem.place.line
    key = at_line(typed.text, line) if line else ""
    words = Words(problem.text("zh"), problem.text("en"))
    return Found(problem.severity, words, line, key, label(typed.kind, key).name, elsewhere)
