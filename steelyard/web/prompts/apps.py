"""Django's view of this room."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class PromptsApp(AppConfig):
    name = "steelyard.web.prompts"
    label = "prompts"
    verbose_name = "触发式提示 prompts"

    def ready(self) -> None:
        for room in ("lateness", "staking"):  # their kinds of work and routines are known to workers
            import_module(f"steelyard.web.prompts.{room}")
