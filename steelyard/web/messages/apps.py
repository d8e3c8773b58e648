"""Django's view of this room."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class Messages(AppConfig):
    name = "steelyard.web.messages"
    label = "told"  # Django's own messages, which pages show once, have the other word
    verbose_name = "消息 messages"

    def ready(self) -> None:
        for name in ("merging", "delivering"):  # routines of the worker
            import_module(f"steelyard.web.messages.outside.{name}")
