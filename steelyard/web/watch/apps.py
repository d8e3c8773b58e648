"""Django's view of this room."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class WatchApp(AppConfig):
    name = "steelyard.web.watch"
    label = "watch"
    verbose_name = "预警 alerts"

    def ready(self) -> None:
        for room in ("looking", "reminding"):  # their kinds of work and routines are known to workers
            import_module(f"steelyard.web.watch.{room}")
