"""Where other systems come in."""

from __future__ import annotations

from django.urls import path

from steelyard.web.api.interface import api

urlpatterns = [path("api/v1/", api.urls)]
