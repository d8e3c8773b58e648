"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class People(AppConfig):
    name = "steelyard.web.people"
    label = "people"
    verbose_name = "人员与权限 people"

    def ready(self) -> None:
        from steelyard.web.people import witnessing  # noqa: F401  a routine of the worker
