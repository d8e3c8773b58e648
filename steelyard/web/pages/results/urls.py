"""Addresses of pages about results. A version is part of the address; those without one lead to the latest."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_safe

from steelyard.web.pages.results import (
    explaining,
    finding,
    health,
    indicators,
    person,
    portrait,
    ranking,
    whole,
    wording,
)
from steelyard.web.pages.results.comparing import pages as comparing
from steelyard.web.pages.results.doors import latest, of_version
from steelyard.web.people.asking import permitted


def _latest(name: str, page: str) -> Any:
    """The door without a version, under its own name."""
    return path(f"{name}/", require_safe(permitted(name)(partial(_shown, page=page))), name=name)


def _shown(request: HttpRequest, page: str) -> HttpResponse:
    return latest(request, page)


@require_safe
@permitted("go", of_version)
def go(request: HttpRequest, version: int) -> HttpResponse:
    """The choice of another unit, as a plain form sends it."""
    return redirect("portrait", version, request.GET.get("to", "-"))


UNIT = "results/<int:version>/units/<str:code>"
ROW = f"{UNIT}/indicators/<str:indicator>"
PERSON = "results/<int:version>/people/<str:person>"

urlpatterns = [
    _latest("portraits", "portrait"),
    _latest("healths", "health"),
    _latest("rankings", "ranking"),
    _latest("wholes", "whole"),
    _latest("walls", "wall"),
    _latest("comparisons", "compare"),
    _latest("rule-texts", "indicators"),
    _latest("findings-door", "findings"),
    _latest("ledger", "person"),
    path("search", finding.search, name="search"),
    path("results/<int:version>/go", go, name="go"),
    path(f"{UNIT}/", portrait.portrait, name="portrait"),
    path(f"{UNIT}/health/", health.health, name="health"),
    path(f"{UNIT}/health.<str:form>", health.health_file, name="health-file"),
    path("results/<int:version>/health/make", health.health_make, name="health-make"),
    path("results/<int:version>/health.zip", health.health_pack, name="health-pack"),
    path(f"{UNIT}/losses.xlsx", indicators.losses_file, name="losses-file"),
    path(f"{UNIT}/indicators/", indicators.unit_indicators, name="unit-indicators"),
    path(f"{UNIT}/indicators.xlsx", indicators.unit_indicators_file, name="unit-indicators-file"),
    path(f"{ROW}/", explaining.explanation, name="explanation"),
    path(f"{ROW}/drill", indicators.drill, name="drill"),
    path(f"{ROW}/rows/", explaining.rows, name="rows"),
    path(f"{ROW}/rows/<int:number>.xlsx", explaining.rows_file, name="rows-file"),
    path(f"{ROW}/proof/", explaining.proof, name="proof"),
    path(f"{ROW}/proof.json", explaining.proof_file, name="proof-file"),
    path("results/<int:version>/ranking/", ranking.ranking, name="ranking"),
    path("results/<int:version>/ranking.xlsx", ranking.ranking_file, name="ranking-file"),
    path("results/<int:version>/indicators/", indicators.indicators, name="indicators"),
    path("results/<int:version>/indicators/<str:indicator>/", indicators.indicator, name="indicator"),
    path("results/<int:version>/indicators/<str:indicator>/rule/", wording.rule_text, name="rule-text"),
    path("results/<int:version>/indicators/<str:indicator>.xlsx", indicators.indicator_file, name="indicator-file"),
    path("results/<int:version>/compare/", comparing.compare, name="compare"),
    path("results/<int:version>/compare.xlsx", comparing.compare_file, name="compare-file"),
    path("results/<int:version>/whole/", whole.whole, name="whole"),
    path("results/<int:version>/whole.xlsx", whole.whole_file, name="whole-file"),
    path("results/<int:version>/wall/", whole.wall, name="wall"),
    path(f"{PERSON}/", person.person, name="person"),
    path(f"{PERSON}/own/<str:indicator>/", person.own, name="person-own"),
    path(f"{PERSON}/account.xlsx", person.person_file, name="person-file"),
]
