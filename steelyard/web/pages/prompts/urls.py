"""Addresses of prompts."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.prompts import listing, trying

urlpatterns = [
    path("prompts", listing.prompts, name="prompts"),
    path("prompts.xlsx", listing.file, name="prompts-file"),
    path("prompts/<int:pk>/", listing.prompt, name="prompt"),
    path("prompts/try", trying.door, name="prompt-door"),
    path("prompts/try/<str:unit>", trying.page, name="prompt-try"),
    path("prompts/ask/<str:unit>", trying.ask, name="prompt-ask"),
]
