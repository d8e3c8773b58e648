"""Addresses of the quality lab. A version is part of the address; the one without it leads to the latest."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from steelyard.web.pages.lab import following, indicator, overview, proposing
from steelyard.web.pages.results.doors import latest
from steelyard.web.people.asking import permitted


@require_safe
@permitted("labs")
def door(request: HttpRequest) -> HttpResponse:
    return latest(request, "lab")


LAB = "results/<int:version>/lab"

urlpatterns = [
    path("lab/", door, name="labs"),
    path(f"{LAB}/", overview.lab, name="lab"),
    path(f"{LAB}/start", overview.begin, name="lab-start"),
    path(f"{LAB}/retire", overview.retiring, name="lab-retire"),
    path(f"{LAB}.xlsx", overview.lab_file, name="lab-file"),
    path(f"{LAB}/candidates", proposing.proposing, name="lab-candidates"),
    path(f"{LAB}/next", following.following, name="lab-next"),
    path(f"{LAB}/next.yaml", following.draft_file, name="lab-next-file"),
    path(f"{LAB}/<str:indicator>/", indicator.lab_indicator, name="lab-indicator"),
]
