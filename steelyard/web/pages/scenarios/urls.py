"""Addresses of scenarios."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.scenarios import acting, comparing

ONE = "scenarios/<int:pk>"

urlpatterns = [
    path("scenarios", comparing.scenarios, name="scenarios"),
    path("scenarios/put/<str:address>", acting.putting, name="scenario-put"),
    path(f"{ONE}/", comparing.scenario, name="scenario"),
    path(f"{ONE}/out", acting.taking_out, name="scenario-out"),
    path(f"{ONE}/back", acting.going_back, name="scenario-back"),
    path(f"{ONE}/drop", acting.dropping, name="scenario-drop"),
    path(f"{ONE}/draft", acting.drafting, name="scenario-draft"),
]
