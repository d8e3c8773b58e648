"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class Messages(AppConfig):
    name = "steelyard.web.messages"
    label = "told"  # Django's own messages, which pages show once, have the other word
    verbose_name = "消息 messages"
