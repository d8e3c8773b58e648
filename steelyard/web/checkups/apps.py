"""Django's view of this room, which has no tables of its own."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class Checkups(AppConfig):
    name = "steelyard.web.checkups"
    label = "checkups"
    verbose_name = "体检报告 health checks"

    def ready(self) -> None:
        for name in ("making", "nightly"):  # its kind of work and its routine are known to workers
            import_module(f"steelyard.web.checkups.{name}")
