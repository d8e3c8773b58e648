"""Addresses of supervised tasks."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.tasks import listing, new, one, risk
from steelyard.web.tasks.moves import MOVES

TASK = "tasks/<int:pk>"

urlpatterns = [
    path("tasks", listing.tasks, name="tasks"),
    path("tasks/file", listing.file, name="tasks-file"),
    path("tasks/mine", listing.mine, name="tasks-mine"),
    path("tasks/risk", risk.risk, name="tasks-risk"),
    path("tasks/new", new.new, name="task-new"),
    path(f"{TASK}/", one.task, name="task"),
    path(f"{TASK}/assisted/<str:code>", one.assisted, name="task-assisted"),
    path(f"{TASK}/show", one.showing, name="task-show"),
    path(f"{TASK}/evidence/<int:number>", one.evidence, name="task-evidence"),
    *(path(f"{TASK}/{move.name}", one.moving(move), name=move.address) for move in MOVES),
]
