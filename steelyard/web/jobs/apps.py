"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class Jobs(AppConfig):
    name = "steelyard.web.jobs"
    label = "jobs"
    verbose_name = "任务 jobs"
