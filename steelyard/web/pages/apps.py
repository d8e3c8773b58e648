"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class Pages(AppConfig):
    name = "steelyard.web.pages"
    label = "pages"
    verbose_name = "页面 pages"
