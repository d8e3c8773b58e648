"""Addresses of the library."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.library import card, listing, writing

RULE = "library/<str:code>"

urlpatterns = [
    path("library", listing.library, name="library"),
    path("library/take", listing.taking, name="library-take"),
    path("library/new", writing.new, name="rule-new"),
    path(f"{RULE}/", card.rule, name="rule"),
    path(f"{RULE}/write", writing.change, name="rule-write"),
    path(f"{RULE}/adopt/<int:number>", card.adopting, name="rule-adopt"),
    path(f"{RULE}/retire", card.retiring, name="rule-retire"),
]
