"""Addresses of pages."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages import home, style

urlpatterns = [path("", home.home, name="home"), path("style", style.style, name="style")]
