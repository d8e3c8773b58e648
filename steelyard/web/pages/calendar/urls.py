"""Addresses of the working calendar."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.calendar import writing, year

urlpatterns = [
    path("calendar", year.calendar, name="calendar"),
    path("calendar/write", writing.write, name="calendar-write"),
]
