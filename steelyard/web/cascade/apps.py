"""Django's view of this room."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

WORKS = ("making", "tracing", "telling.reminding")
"""Modules whose kinds of work and routines workers must know."""


class CascadeApp(AppConfig):
    name = "steelyard.web.cascade"
    label = "cascade"
    verbose_name = "任务分解 cascade"

    def ready(self) -> None:
        for name in WORKS:
            import_module(f"steelyard.web.cascade.{name}")
