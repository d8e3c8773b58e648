"""One indicator's quality: criterion by criterion with its numbers, class by class over the periods."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from steelyard.bureau.lab.quality.cards import Card, OfClass
from steelyard.bureau.lab.quality.criteria import CRITERIA
from steelyard.bureau.lab.quality.words import REASONS, VERDICTS
from steelyard.reports.sheet import Words
from steelyard.web.cycles.results import Reading
from steelyard.web.cycles.runs.looking import kept
from steelyard.web.library.models import Rule
from steelyard.web.look.charts import lines
from steelyard.web.look.charts.chart import Chart
from steelyard.web.look.reading import language
from steelyard.web.pages.lab.overview import MOODS, heading
from steelyard.web.pages.results.doors import frame, of_version, page, reading


@page("lab-indicator", of_version)
def lab_indicator(request: HttpRequest, version: int, indicator: str) -> HttpResponse:
    seen = reading(request, version)
    found = kept(seen.version.run)
    card = next((one for one in found.cards if one.id == indicator), None) if found else None
    if found is None or card is None:
        raise Http404
    names = {one.id: one.name for one in found.cards}
    context = {
        **frame(seen, "lab-indicator", indicator, crumbs=heading(seen, Words(card.name))), "lab": found, "card": card,
        "mood": MOODS[card.verdict], "words": VERDICTS[card.verdict], "reasons": [REASONS[one] for one in card.reasons],
        "marks": [(CRITERIA[mark.criterion], mark, number(mark.share)) for mark in card.marks],
        "classes": [_class(one, names) for one in card.classes], "links": _links(seen, card),
        "chart": _chart(card) if any(one.figures for one in card.classes) else None,
    }  # fmt: skip
    return render(request, "lab/indicator.html", context)


def number(share: float | None) -> Decimal | None:
    """For bars and percentages, which take exact numbers only."""
    return None if share is None else Decimal(f"{share:.4f}")


FIGURES = (
    ("covered", Words("有此业务", "Have it")), ("reached", Words("得分率", "Score rate")),
    ("full_share", Words("满分单位", "Full marks")), ("variance_share", Words("占差异", "Of variance")),
    ("noise_share", Words("偶然", "Chance")), ("attained", Words("达标", "Met")),
    ("bunched", Words("刚好达标", "Just met")),
)  # fmt: skip


def _class(of: OfClass, names: dict[str, str]) -> dict[str, Any]:
    periods = [
        (one, [number(getattr(one, name)) for name, _ in FIGURES], number(one.likeness), names.get(one.twin, one.twin),
         None if one.rank_change is None else Decimal(f"{one.rank_change:.6f}"))
        for one in of.figures
    ]  # fmt: skip
    reasons = [REASONS[why] for why in (*of.reasons, *of.faults)]
    return {
        "name": of.name, "mood": MOODS[of.verdict], "words": VERDICTS[of.verdict], "reasons": reasons,
        "head": [words for _, words in FIGURES], "periods": periods, "units": of.last.units,
    }  # fmt: skip


def _chart(card: Card) -> Chart:
    """Score rate, units at full marks and chance over the periods, in the class with most units."""
    of = max(card.classes, key=lambda one: one.last.units)
    drawn = [
        lines.Line(words.of(language()), [number(getattr(one, name)) for one in of.figures])
        for name, words in FIGURES
        if name in ("reached", "full_share", "noise_share", "attained")
    ]
    title = Words(f"{of.name}：各期证据", f"{of.name}: evidence by period")
    return lines.shares("evidence", title, [one.period for one in of.figures], drawn, language())


def _links(seen: Reading, card: Card) -> dict[str, str]:
    """What else there is to read of it."""
    version = seen.version.pk
    found = {}
    if seen.asker.may("rule") and Rule.objects.filter(address=card.id).exists():
        found["library"] = reverse("rule", args=[card.id])
    if seen.asker.may("indicator", seen.target("")):
        found["results"] = reverse("indicator", args=[version, card.id])
    found["rule"] = reverse("rule-text", args=[version, card.id])
    return found
