"""Addresses of pages."""

from __future__ import annotations

from django.urls import include, path

from steelyard.web.pages import home, style

urlpatterns = [
    path("", home.home, name="home"),
    path("style", style.style, name="style"),
    path("", include("steelyard.web.pages.results.urls")),
    path("", include("steelyard.web.pages.dialogue.urls")),
    path("", include("steelyard.web.pages.entries.urls")),
    path("", include("steelyard.web.pages.office.urls")),
    path("", include("steelyard.web.pages.scenarios.urls")),
    path("", include("steelyard.web.pages.library.urls")),
    path("", include("steelyard.web.pages.calendar.urls")),
    path("", include("steelyard.web.pages.lab.urls")),
    path("", include("steelyard.web.pages.plans.urls")),
    path("", include("steelyard.web.pages.cascade.urls")),
    path("", include("steelyard.web.pages.uses.urls")),
    path("", include("steelyard.web.pages.prompts.urls")),
    path("", include("steelyard.web.pages.watch.urls")),
    path("", include("steelyard.web.pages.meetings.urls")),
    path("", include("steelyard.web.pages.tasks.urls")),
    path("", include("steelyard.web.pages.messages.urls")),
    path("", include("steelyard.web.pages.administration.urls")),
]
