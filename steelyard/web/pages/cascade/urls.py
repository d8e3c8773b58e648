"""Addresses of cascades."""

from __future__ import annotations

from django.urls import path

from steelyard.web.cascade.moves import MOVES
from steelyard.web.pages.cascade import answering, letters, loading, overview, personal, tracing, unit

CASCADE = "cascade/<int:pk>"
UNIT = f"{CASCADE}/unit/<str:code>"
PERSON = f"{CASCADE}/person/<str:person>"

urlpatterns = [
    path("cascade", overview.cascades, name="cascades"),
    path("cascade/new", overview.new, name="cascade-new"),
    path("cascade/overdue", overview.overdue_list, name="cascade-overdue"),
    path("cascade/ours", unit.ours, name="cascade-ours"),
    path("cascade/mine", unit.mine, name="cascade-mine"),
    path("personal-plan", personal.mine, name="personal-plan-mine"),
    path("personal-plan/<str:person>/", personal.plan, name="personal-plan"),
    path(f"{CASCADE}/", overview.cascade, name="cascade"),
    path(f"{CASCADE}/look", overview.looking, name="cascade-look"),
    path(f"{CASCADE}/propose", overview.proposing, name="cascade-propose"),
    path(f"{CASCADE}/persons", loading.loading, name="cascade-persons"),
    path(f"{CASCADE}/carry", overview.carrying, name="cascade-carry"),
    path(f"{CASCADE}/assignments", overview.assignments, name="cascade-assignments"),
    path(f"{CASCADE}/file", overview.file, name="cascade-file"),
    path(f"{CASCADE}/trace", tracing.tracing, name="cascade-tracing"),
    path(f"{CASCADE}/trace/again", tracing.again, name="cascade-trace"),
    path(f"{CASCADE}/trace/<str:task>", tracing.root, name="cascade-root"),
    path(f"{CASCADE}/trace/<str:task>/<str:indicator>", tracing.indicator, name="cascade-indicator"),
    path(f"{UNIT}/", unit.unit, name="cascade-unit"),
    path(f"{UNIT}/confirm", answering.confirming, name="assignment-confirm"),
    path(f"{UNIT}/letter", letters.unit, name="cascade-letter"),
    path(f"{UNIT}/letter.<str:form>", letters.unit_file, name="cascade-letter-file"),
    path(f"{PERSON}/letter", letters.person, name="cascade-own-letter"),
    path(f"{PERSON}/letter.<str:form>", letters.person_file, name="cascade-own-letter-file"),
    path("assignment/<int:number>/", answering.assignment, name="assignment"),
    *(
        path(f"assignment/<int:number>/{move.name}", answering.moving(move), name=move.address)
        for move in MOVES
        if move.name != "confirm"
    ),
]
