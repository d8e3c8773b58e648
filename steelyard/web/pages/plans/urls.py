"""Addresses of plans in the making."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.plans import acting, beginning, heading, making, papers, ticking
from steelyard.web.plans.moves import MOVES

ONE = "plans/<int:pk>"

urlpatterns = [
    path("plans", beginning.makings, name="makings"),
    path("plans/new", beginning.new, name="making-new"),
    path(f"{ONE}/", making.making, name="making"),
    path(f"{ONE}/checks", making.checks, name="making-checks"),
    path(f"{ONE}/compared.xlsx", papers.file, name="making-file"),
    path(f"{ONE}/notice", papers.notice, name="making-notice"),
    path(f"{ONE}/head", heading.head, name="making-head"),
    path(f"{ONE}/group", acting.group, name="making-group"),
    path(f"{ONE}/group/drop", acting.group_drop, name="making-group-drop"),
    path(f"{ONE}/tick", ticking.ticking, name="making-tick"),
    path(f"{ONE}/untick", acting.unticking, name="making-untick"),
    path(f"{ONE}/weigh", acting.weighing, name="making-weigh"),
    path(f"{ONE}/absorb", acting.absorbing, name="making-absorb"),
    path(f"{ONE}/comment", acting.commenting, name="making-comment"),
    path(f"{ONE}/answer", acting.answering, name="making-answer"),
    path(f"{ONE}/waive", acting.waiving, name="making-waive"),
    path(f"{ONE}/unwaive", acting.unwaiving, name="making-unwaive"),
    *(path(f"{ONE}/{move.name}", acting.move(move), name=move.address) for move in MOVES),
]
