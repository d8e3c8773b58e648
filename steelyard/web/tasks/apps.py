"""Django's view of this room."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

ROUTINES = ("lateness", "ladder", "carrying", "outlook.morning")
"""Modules whose routines workers must know."""


class TasksApp(AppConfig):
    name = "steelyard.web.tasks"
    label = "tasks"
    verbose_name = "督办任务 tasks"

    def ready(self) -> None:
        for name in ROUTINES:
            import_module(f"steelyard.web.tasks.{name}")
