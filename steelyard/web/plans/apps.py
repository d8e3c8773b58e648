"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class Plans(AppConfig):
    name = "steelyard.web.plans"
    label = "plans"
    verbose_name = "方案制定 plans"
