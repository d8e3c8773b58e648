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
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cycles.results import folder_of, record_of
from steelyard.web.library.models import Rule
from steelyard.web.pages.library.card import of_rule
from steelyard.web.pages.library.judged import published
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
    version = published(rule)
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
