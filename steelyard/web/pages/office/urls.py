"""Addresses of the office's pages; those of the moves come from their table."""

from __future__ import annotations

from django.urls import path

from steelyard.web.cycles.moves import MOVES
from steelyard.web.pages.office import batches, jobs, papers, procedure, runs

urlpatterns = [
    path("jobs", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel", jobs.cancel, name="job-cancel"),
    path("batches", batches.batches, name="batches"),
    path("batches/<int:number>", batches.batch, name="batch"),
    path("batches/<int:number>/reasons.csv", batches.reasons, name="batch-reasons"),
    path("batches/<int:number>/rejected", batches.mendable, name="batch-mend"),
    path("deliveries", batches.deliveries, name="deliveries"),
    path("deliver", batches.deliver, name="deliver"),
    path("fetch", batches.fetched, name="fetch"),
    path("procedure", procedure.procedure, name="procedure"),
    path("runs", runs.runs, name="runs"),
    path("runs/start", runs.start, name="run-start"),
    path("runs/<int:pk>", runs.run, name="run"),
    path("runs/<int:pk>/recount", runs.recount, name="recount-start"),
    path("runs/<int:pk>/notices", runs.print_notices, name="notices-print"),
    path("notices", papers.notices, name="notices"),
    path("notices/<int:pk>.<str:form>", papers.letter, name="notice"),
    path("bulletins/<int:pk>.<str:form>", papers.bulletin, name="bulletin"),
    *(path(f"versions/<int:pk>/{move.name}", runs.mover(move.name), name=move.address) for move in MOVES),
]
