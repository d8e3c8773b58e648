"""Addresses of what people enter; those of the moves come from their table."""

from __future__ import annotations

from django.urls import path

from steelyard.web.entries.moves import MOVES
from steelyard.web.pages.entries import findings, panels

urlpatterns = [
    path("panels/", panels.panels, name="panels"),
    path("panels/open", panels.opening, name="panel-open"),
    path("panels/<int:pk>/", panels.panel, name="panel"),
    path("panels/<int:pk>/rate", panels.rating, name="panel-rate"),
    path("panels/<int:pk>/hand-in", panels.handing_in, name="panel-hand-in"),
    path("panels/<int:pk>/correct", panels.correcting, name="panel-correct"),
    path("results/<int:version>/findings/", findings.findings, name="findings"),
    path("results/<int:version>/findings.xlsx", findings.findings_file, name="findings-file"),
    path("results/<int:version>/findings/add", findings.adding, name="finding-add"),
    *(path(f"panels/<int:pk>/{move.name}", panels.moving(move), name=move.address) for move in MOVES),
]
