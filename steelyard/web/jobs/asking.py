"""Asking for work, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from django.db import transaction

from steelyard.engine.problems import CATALOGUE, Problem
from steelyard.web.jobs.kinds import KINDS
from steelyard.web.jobs.models import OPEN, Job, State
from steelyard.web.trail.models import Head
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "job-too-many-own": (
            "您已有 {open} 项任务在等待或进行，上限 {most} 项；请等其中一项完成，或先取消一项",
            "{open} jobs of yours are waiting or running, at most {most} may; wait for one or cancel one first",
        ),
        "job-too-many": (
            "现有 {open} 项任务在排队，上限 {most} 项；请过几分钟再试",
            "{open} jobs are queued, at most {most} may be; try again in some minutes",
        ),
        "job-kind-unknown": ("没有“{kind}”这种任务", "there is no work called '{kind}'"),
        "job-over": (
            "任务 {job} 已经结束，不能再取消",
            "job {job} has ended already and cannot be cancelled",
        ),
    }
)

MOST_OWN, MOST = 8, 60
"""Jobs waiting or running: of one person, and of all. What the site asks of itself is not counted."""


class By(TypedDict):
    """Who asks: ``ask(kind, given, **said, now=now)``."""

    by: str
    role: str
    behalf: str


class _TooMany(Exception):
    """Undoes the asking."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def ask(
    kind: str,
    given: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
    key: str = "",
    about: str = "",
    role: str = "",
    behalf: str = "",
) -> Job | Problem:
    """The job, or why not now. ``key``: of the form; the same key of the same person gives the same job again.

    ``by``: a username; empty for what the site asks of itself, which is never too much.
    """
    if kind not in KINDS:
        return Problem("job-kind-unknown", params={"kind": kind})
    try:
        with transaction.atomic():
            return _asked(kind, given, by, now, f"{kind}:{by}:{key}" if key else None, about, role, behalf)
    except _TooMany as much:
        return much.problem


def _asked(
    kind: str,
    given: Mapping[str, Any],
    by: str,
    now: datetime,
    key: str | None,
    about: str,
    role: str,
    behalf: str,
) -> Job:
    """Whoever holds the end of the trail is alone: those who ask at the same time come one by one."""
    list(Head.objects.select_for_update(no_key=True))
    found = Job.objects.filter(key=key).first() if key else None
    if found is not None:
        return found
    _room(by)
    job = Job.objects.create(kind=kind, given=dict(given), about=about[:200], key=key, asked_by=by, asked_at=now)
    detail = {"kind": kind, "given": dict(given)}
    record("job.ask", at=now, actor=by, role=role, behalf=behalf, target=f"job:{job.pk}", detail=detail)
    return job


def _room(by: str) -> None:
    if not by:
        return
    waiting = Job.objects.filter(state__in=OPEN)
    for code, found, most in (
        ("job-too-many-own", waiting.filter(asked_by=by).count(), MOST_OWN),
        ("job-too-many", waiting.count(), MOST),
    ):
        if found >= most:
            raise _TooMany(Problem(code, params={"open": found, "most": most}))


def cancel(job: int, *, by: str, now: datetime, role: str = "", behalf: str = "") -> Problem | None:
    """A waiting job is over at once; a running one hears of it. None when it was done, else why not."""
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job, state=State.WAITING)
        done = waiting.update(state=State.CANCELLED, cancelling=True, ended=now)
        done = done or Job.objects.filter(pk=job, state=State.RUNNING).update(cancelling=True)
        if not done:
            return Problem("job-over", params={"job": job})
        record("job.cancel", at=now, actor=by, role=role, behalf=behalf, target=f"job:{job}")
    return None
