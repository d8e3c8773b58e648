"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class Cycles(AppConfig):
    name = "steelyard.web.cycles"
    label = "cycles"
    verbose_name = "考评周期 cycles"
