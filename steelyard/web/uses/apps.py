"""Django's view of this room."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class UsesApp(AppConfig):
    name = "steelyard.web.uses"
    label = "uses"
    verbose_name = "结果运用 uses"

    def ready(self) -> None:
        import_module("steelyard.web.uses.correcting")  # its kind of work is known to workers
