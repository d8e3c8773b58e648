"""Django's view of this room."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class Dialogue(AppConfig):
    name = "steelyard.web.dialogue"
    label = "dialogue"
    verbose_name = "绩效沟通 dialogue"

    def ready(self) -> None:
        import_module("steelyard.web.dialogue.previewing")  # its kind of work is known to workers
