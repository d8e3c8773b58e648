"""Django's view of this room."""

from __future__ import annotations

from django.apps import AppConfig


class MeetingsApp(AppConfig):
    name = "steelyard.web.meetings"
    label = "meetings"
    verbose_name = "推进会 meetings"
