"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class Library(AppConfig):
    name = "steelyard.web.library"
    label = "library"
    verbose_name = "指标库 library"
