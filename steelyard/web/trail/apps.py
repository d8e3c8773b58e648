"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class Trail(AppConfig):
    name = "steelyard.web.trail"
    label = "trail"
    verbose_name = "审计 audit"
