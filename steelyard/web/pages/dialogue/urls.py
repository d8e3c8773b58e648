"""Addresses of what people have to say."""

from __future__ import annotations

from django.urls import path

from steelyard.web.dialogue.moves import MOVES
from steelyard.web.pages.dialogue import appeals, numbers, personal
from steelyard.web.pages.results.urls import PERSON, ROW

ENTRY = f"{PERSON}/entries/<str:unit>/<str:indicator>"

urlpatterns = [
    path(f"{ROW}/dialogue/", numbers.dialogue, name="dialogue"),
    path(f"{ROW}/remarks", numbers.remark, name="remark"),
    path(f"{ROW}/evidence", numbers.evidence, name="evidence-add"),
    path("evidence/<int:pk>", numbers.evidence_file, name="evidence-file"),
    path("evidence/<int:pk>/withdraw", numbers.evidence_withdraw, name="evidence-withdraw"),
    path("evidence/<int:pk>/grade", numbers.evidence_grade, name="evidence-grade"),
    path(f"{ROW}/appeal", appeals.file, name="appeal-file"),
    path(f"{ENTRY}/appeal", personal.file, name="person-appeal"),
    path(f"{ENTRY}/evidence", personal.evidence, name="person-evidence"),
    path("appeals/", appeals.listed, name="appeals"),
    path("appeals/<int:pk>/", appeals.one, name="appeal"),
    path("appeals/<int:pk>/files", appeals.files, name="appeal-files"),
    path("appeals/<int:pk>/preview", appeals.preview, name="appeal-preview"),
    *(path(f"appeals/<int:pk>/{one.name}", appeals.moving(one), name=one.address) for one in MOVES),
]
