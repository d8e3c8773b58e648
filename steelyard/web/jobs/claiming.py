"""Who has a job: taken by comparing and setting in one statement, kept by a lease, given back or ended by its holder.

One statement decides, so that SQLite and PostgreSQL agree without locks of their own. ``attempts`` grows with every
taking: whoever writes names the number under which it took the job, and what a former holder writes changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from steelyard.engine.problems import CATALOGUE, Problem
from steelyard.web.jobs.models import Job, State
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "job-lost": (
            "执行任务的进程中断了 {lost} 次（机器关机、内存不足或被终止），不再重试；请查明原因后重新提交",
            "the worker went away {lost} times (machine stopped, out of memory, killed), so it is not tried again; "
            "find out why and submit it anew",
        ),
    }
)

LEASE = timedelta(seconds=30)
MOST_LOST = 3
"""A job that took this many workers with it is not given to another."""


def claim(worker: str, now: datetime, lease: timedelta = LEASE) -> Job | None:
    """The job that waits longest, or one whose worker is believed dead; None when there is none."""
    for job in free(now).order_by("asked_at", "pk")[:10]:
        if job.state == State.RUNNING and job.lost + 1 >= MOST_LOST:
            _give_up(job, now)
        elif _taken(job, worker, now, lease):
            job.refresh_from_db()
            return job
    return None


def free(now: datetime) -> QuerySet[Job]:
    return Job.objects.filter(Q(state=State.WAITING) | Q(state=State.RUNNING, lease__lt=now))


def _taken(job: Job, worker: str, now: datetime, lease: timedelta) -> bool:
    """Only who finds the job as it was read gets it."""
    lost = 1 if job.state == State.RUNNING else 0
    with transaction.atomic():
        same = free(now).filter(pk=job.pk, attempts=job.attempts)
        fields: dict[str, Any] = {"began": Coalesce("began", now)}
        done = same.update(
            state=State.RUNNING, worker=worker, lease=now + lease, attempts=F("attempts") + 1,
            lost=F("lost") + lost, **fields,
        )  # fmt: skip
        if done:
            act = "job.resume" if lost else "job.begin"
            record(act, at=now, target=f"job:{job.pk}", detail={"worker": worker, "attempt": job.attempts + 1})
    return bool(done)


def _give_up(job: Job, now: datetime) -> None:
    with transaction.atomic():
        done = free(now).filter(pk=job.pk, attempts=job.attempts).update(lost=F("lost") + 1, attempts=F("attempts") + 1)
        if done:
            job.attempts += 1
            end(job.pk, job.attempts, State.FAILED, now, problems=[Problem("job-lost", params={"lost": job.lost + 1})])


def held(job: int, attempt: int) -> QuerySet[Job]:
    """The job while that holder has it."""
    return Job.objects.filter(pk=job, attempts=attempt, state=State.RUNNING)


def keep(job: int, attempt: int, now: datetime, lease: timedelta = LEASE) -> bool:
    """A beat of the heart; False when somebody else has the job."""
    return bool(held(job, attempt).update(lease=now + lease))


def give_back(job: int, attempt: int, now: datetime) -> bool:
    """A worker that stops in good order leaves its job to the next one."""
    with transaction.atomic():
        done = held(job, attempt).update(state=State.WAITING, lease=None, worker="")
        if done:
            record("job.give-back", at=now, target=f"job:{job}", detail={"attempt": attempt})
    return bool(done)


def end(
    job: int,
    attempt: int,
    state: State,
    now: datetime,
    came_to: Mapping[str, Any] | None = None,
    problems: Sequence[Problem] = (),
) -> bool:
    """False when it was not the holder's to end."""
    said = [{"code": one.code, "zh": _line(one, "zh"), "en": _line(one, "en")} for one in problems]
    share = {"share": 100} if state == State.DONE else {}
    with transaction.atomic():
        done = held(job, attempt).update(
            state=state, ended=now, lease=None, came_to=dict(came_to or {}), problems=said, **share
        )
        if done:
            outcome = "failed" if state == State.FAILED else "done"
            detail = {"attempt": attempt, "problems": [one["code"] for one in said]}
            record(f"job.{state.value}", at=now, target=f"job:{job}", outcome=outcome, detail=detail)  # type: ignore[arg-type]
    return bool(done)


def _line(problem: Problem, language: Any) -> str:
    """With the place in a file of rules where there is one, without the path to it."""
    place = problem.place
    name = place.file.replace("\\", "/").rsplit("/", 1)[-1]
    where = f"{name}:{place.line} " if place.line else f"{name} " if name else ""
    return f"{where}{problem.text(language)}"
