"""Addresses of alerts; those of the moves come from their table."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.watch import listing, one
from steelyard.web.watch.moves import MOVES

urlpatterns = [
    path("alerts", listing.alerts, name="alerts"),
    path("alerts.xlsx", listing.file, name="alerts-file"),
    path("alerts/look", listing.look, name="alerts-look"),
    path("alerts/<int:pk>/", one.alert, name="alert"),
    *(path(f"alerts/<int:pk>/{move.name}", one.moving(move), name=move.address) for move in MOVES),
    path("alerts/<int:pk>/<str:unit>", one.part, name="alert-part"),
    path("alerts/<int:pk>/<str:unit>/answer", one.answering, name="alert-answer"),
]
