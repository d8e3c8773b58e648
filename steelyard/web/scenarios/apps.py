"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class ScenariosApp(AppConfig):
    name = "steelyard.web.scenarios"
    label = "scenarios"
    verbose_name = "情景 scenarios"
