"""Django's view of this room."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

WORKS = ("data.loading", "data.watching", "runs.making", "runs.recounts", "runs.looking", "notices.issuing")
"""Modules whose kinds of work and routines workers must know."""


class Cycles(AppConfig):
    name = "steelyard.web.cycles"
    label = "cycles"
    verbose_name = "考评周期 cycles"

    def ready(self) -> None:
        for name in WORKS:
            import_module(f"steelyard.web.cycles.{name}")
