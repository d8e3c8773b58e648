"""Addresses of pages."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages import home

urlpatterns = [path("", home.home, name="home")]
