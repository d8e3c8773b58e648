"""Addresses of the library."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.library import bringing, card, effecting, listing, reading, touching, writing

RULE = "library/<str:address>"

urlpatterns = [
    path("library", listing.library, name="library"),
    path("library/take", listing.taking, name="library-take"),
    path("library/adopt", listing.adopting, name="rules-adopt"),
    path("library/new", writing.new, name="rule-new"),
    path("library/read", reading.read, name="rule-read"),
    path("library/file", bringing.file, name="library-file"),
    path("library/rules.zip", bringing.texts, name="library-texts"),
    path("library/bring", bringing.bring, name="library-bring"),
    path(f"{RULE}/", card.rule, name="rule"),
    path(f"{RULE}/write", writing.change, name="rule-write"),
    path(f"{RULE}/effect", effecting.effect_of, name="rule-effect"),
    path(f"{RULE}/persons", touching.persons_of, name="rule-persons"),
    path(f"{RULE}/adopt/<int:number>", card.adopting, name="rule-adopt"),
    path(f"{RULE}/retire", card.retiring, name="rule-retire"),
    path(f"{RULE}/borrow", card.borrowing, name="rule-borrow"),
    path(f"{RULE}/caught-up", card.catching_up, name="rule-catch-up"),
]
