"""What a rule would do to the last published result, told while it is typed and before anything is kept (N5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from steelyard.bureau.asking.comparing import Moved
from steelyard.bureau.lab.effect import Effect, effect
from steelyard.bureau.opened import OPENER
from steelyard.bureau.showing import decimal
from steelyard.engine.model.book import RuleBook
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.cycles.results import folder_of, record_of
from steelyard.web.library.models import Kind, Rule
from steelyard.web.library.rules import bureau
from steelyard.web.pages.library.card import of_rule
from steelyard.web.pages.library.writing import typed_in
from steelyard.web.people.asking import permitted

MOST = 12
"""So many units are shown of those for whom something changes."""
PLACES = 2


@dataclass(frozen=True)
class Line:
    """A unit before and after. ``lists``: that it comes on or leaves, and as what that is shown."""

    name: str
    class_name: str
    totals: tuple[object, object]
    gain: object
    places: tuple[int, int]
    climbed: int
    lists: Sequence[tuple[Words, str]]


@require_POST
@permitted("rule-effect", of_rule)
def effect_of(request: HttpRequest, address: str) -> HttpResponse:
    """A part of the page, for what stands in the form."""
    rule = get_object_or_404(Rule, address=address)
    latest = rule.versions.order_by("-number")[0]
    version = _published(rule)
    context: dict[str, object] = {"rule": rule, "version": version}
    if version is not None:
        run = OPENER.ask(folder_of(version), record_of())
        context["opening"] = run is None
        if run is not None:
            typed = typed_in(request, rule.kind, latest.text)
            try:
                with run.lock:
                    context |= _told(effect(run.results.ran, typed.text, rule.address))
            except Refused as refused:
                context["problems"] = [Words(one.text("zh"), one.text("en")) for one in refused.problems]
    return render(request, "library/effect.html", context)


def _published(rule: Rule) -> Version | None:
    """The result that was published last, of the plan itself or of one that takes the indicator; for a plan that has
    none yet, of one for the same classes."""
    published = Version.objects.filter(stage=Stage.PUBLISHED).select_related("run").order_by("-published_at")
    plans = _plans(bureau().book(), rule.kind, rule.code)
    return next((one for plan in plans for one in published.filter(plan=plan)[:1]), None)


def _plans(book: RuleBook, kind: str, code: str) -> tuple[str, ...]:
    if kind == Kind.PLAN:
        classes = set(book.plans[code].classes) if code in book.plans else None
        alike = [id for id, plan in book.plans.items() if id != code and set(plan.classes) == classes]
        return (code, *alike)
    takes = [id for id, plan in book.plans.items() if any(entry.indicator == code for entry in plan.entries)]
    return tuple(takes) if kind == Kind.INDICATOR else tuple(book.plans)


def _told(found: Effect) -> Mapping[str, object]:
    moved = found.moved
    return {
        "effect": found, "lines": [_line(one) for one in moved[:MOST]], "moved": len(moved),
        "rest": max(len(moved) - MOST, 0),
        "units": len(found.units), "changed": [change.line() for change in found.changed],
        "entering": sum(bool(one.entered) for one in found.listed),
        "leaving": sum(bool(one.left) for one in found.listed), "spearman": f"{found.spearman:.4f}",
    }  # fmt: skip


def _line(one: Moved[Fraction]) -> Line:
    totals = tuple(None if total is None else decimal(total, PLACES) for total in one.totals)
    lists = [
        *((Words(f"进 {name}", f"on {name}"), "green") for name in one.entered),
        *((Words(f"出 {name}", f"off {name}"), "grey") for name in one.left),
    ]
    return Line(
        one.name, one.class_name, (totals[0], totals[1]), decimal(Fraction(one.gain), PLACES), one.places,
        one.climbed, lists,
    )  # fmt: skip
