"""创先争优: the scores of a campaign beside those of the plan that it accompanies, both as they were published."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from steelyard.engine.problems import Refused
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.cycles.results import Reading, readable
from steelyard.web.pages.answering import told
from steelyard.web.people.asking import Asker
from steelyard.web.plans.models import Making

MANY = 40


def published(who: Asker, plan: str, period: str = "") -> Version | None:
    """The latest of a plan; of this period where there is one."""
    found = readable(who).filter(plan=plan, stage=Stage.PUBLISHED).order_by("-period", "-number")
    return found.filter(period=period).first() or found.first()


def beside(who: Asker, making: Making, request: HttpRequest) -> dict[str, Any]:
    """Every unit whose name whoever asks may read: place and total in the campaign, and in the plan of the year."""
    campaign = published(who, making.code)
    base = published(who, making.source, campaign.period if campaign else "") if making.source else None
    given: dict[str, Any] = {"campaign": campaign, "base": base}
    if campaign is None:
        return given
    try:
        known = {} if base is None else Reading(who, base).views.lines
        named = [one for one in Reading(who, campaign).lines() if one.named]
    except Refused as refused:
        return {**given, "problems": told(refused)}
    page = Paginator(named, MANY).get_page(request.GET.get("page"))
    return {**given, "page": page, "rows": [(one, known.get(one.line.code)) for one in page]}
