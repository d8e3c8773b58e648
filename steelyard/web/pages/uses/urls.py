"""Addresses of uses."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.uses import listing, noting, one
from steelyard.web.uses.moves import MOVES

urlpatterns = [
    path("uses", listing.uses, name="uses"),
    path("uses.xlsx", listing.file, name="uses-file"),
    path("uses/check", listing.checking, name="uses-check"),
    path("results/<int:version>/use", noting.new, name="use-new"),
    path("use/<int:pk>/", one.use, name="use"),
    path("use/<int:pk>.xlsx", one.file, name="use-file"),
    *(path(f"use/<int:pk>/{move.name}", one.moving(move), name=move.address) for move in MOVES),
]
