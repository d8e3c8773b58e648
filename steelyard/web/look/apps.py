"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class Look(AppConfig):
    name = "steelyard.web.look"
    label = "look"
    verbose_name = "外观 look"
