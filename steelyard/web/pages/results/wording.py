"""规则全文: one rule as it was frozen, its formula as written, and what changed from version to version. Open to every
account once it is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from steelyard.bureau.views.wording import Frozen, frozen_rule
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import PUBLIC, Version
from steelyard.web.cycles.results import Reading, folder_of
from steelyard.web.look.reading import language
from steelyard.web.pages.results.doors import frame, of_version, page, reading, version_name
from steelyard.web.pages.results.indicators import page_of

MOST = 8
"""Versions whose rules are held against each other: two years of quarters."""


@dataclass(frozen=True)
class Change:
    """A version that was published, and what its rule says otherwise than the one before. ``new``: no rule before."""

    version: Version
    name: Words
    lines: Sequence[str]
    new: bool


@page("rule-text", of_version)
def rule_text(request: HttpRequest, version: int, indicator: str) -> HttpResponse:
    seen = reading(request, version)
    rule = page_of(seen, indicator).rule
    frozen = frozen_rule(folder_of(seen.version), indicator)
    if frozen is None:
        raise Http404
    way = [(version_name(seen.version), reverse("indicators", args=[version])), (rule.name, "")]
    context = {
        **frame(seen, "rule-text", indicator, crumbs=way), "rule": rule, "text": frozen.text(language()),
        "source": frozen.source, "log": changes(seen, indicator),
        "may_indicator": seen.asker.may("indicator", seen.target("")),
    }  # fmt: skip
    return render(request, "results/rule_text.html", context)


def changes(seen: Reading, indicator: str) -> list[Change]:
    """Every published version of the plan, the latest first."""
    found = Version.objects.filter(plan=seen.version.plan, stage__in=PUBLIC).select_related("run")
    log, before = list[Change](), None
    for one in list(found.order_by("-published_at")[:MOST])[::-1]:
        rule = frozen_rule(folder_of(one), indicator) if folder_of(one).is_dir() else None
        if rule is not None:
            log.append(Change(one, version_name(one), _lines(rule, before), before is None))
            before = rule
    return log[::-1]


def _lines(rule: Frozen, before: Frozen | None) -> Sequence[str]:
    return () if before is None else rule.changes(before, language())
