"""Addresses of meetings; those of the moves come from their table."""

from __future__ import annotations

from django.urls import path

from steelyard.web.meetings.moves import MOVES
from steelyard.web.pages.meetings import listing, one

urlpatterns = [
    path("meetings", listing.meetings, name="meetings"),
    path("meetings/new", listing.new, name="meeting-new"),
    path("meetings/promises.xlsx", listing.file, name="promises-file"),
    path("meetings/<int:pk>/", one.meeting, name="meeting"),
    *(path(f"meetings/<int:pk>/{move.name}", one.moving(move), name=move.address) for move in MOVES),
]
