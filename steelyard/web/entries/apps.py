"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class Entries(AppConfig):
    name = "steelyard.web.entries"
    label = "entries"
    verbose_name = "录入 entries"
