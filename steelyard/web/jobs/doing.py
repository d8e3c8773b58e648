"""Does one job, and writes what it came to: its result, or in words why there is none."""

from __future__ import annotations

import logging

from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, Problem, Refused
from steelyard.web.jobs.claiming import end, held
from steelyard.web.jobs.context import Cancelled, Context
from steelyard.web.jobs.kinds import KINDS, PARTLY, left
from steelyard.web.jobs.models import Job, State

CATALOGUE.add(
    {
        "job-broke": (
            "任务 {job} 因程序内部错误（{kind}）停止；请把任务编号告诉系统管理员，详情见工作进程日志；{left}",
            "job {job} stopped because of an internal fault ({kind}); tell the system administrator its number, the "
            "details are in the worker's log; {left}",
        ),
        "job-machine": (
            "机器故障：{reason}；请系统管理员处理；{left}",
            "the machine failed: {reason}; the system administrator has to mend it; {left}",
        ),
        "job-stopped": ("已取消；{left}", "cancelled; {left}"),
    }
)
LOG = logging.getLogger("steelyard.jobs")


def perform(number: int, attempt: int) -> None:
    """Does the job and writes what it came to. Only that the process dies goes untold here; the worker tells it."""
    job = held(number, attempt).first()
    if job is None:
        return
    try:
        context = Context(number, attempt, job.asked_by)
        context.check_cancelled()
        came_to = KINDS[job.kind].do(context, job.given)
        end(number, attempt, State.DONE, timezone.now(), came_to=came_to)
    except Cancelled:
        end(number, attempt, State.CANCELLED, timezone.now(), problems=stopped(job.kind))
    except Refused as refused:
        end(number, attempt, State.FAILED, timezone.now(), problems=refused.problems)
    except Exception as error:
        LOG.exception("job %s", number)
        end(number, attempt, State.FAILED, timezone.now(), problems=[_said(job, error)])


def stopped(kind: str) -> list[Problem]:
    """Whoever cancelled it is told where something is left of it."""
    return [Problem("job-stopped", params={"left": left(kind)})] if left(kind) is PARTLY else []


def _said(job: Job, error: Exception) -> Problem:
    """What a person may know of it; where it happened stands in the log."""
    if isinstance(error, OSError | MemoryError):
        reason = getattr(error, "strerror", None) or type(error).__name__
        return Problem("job-machine", params={"reason": reason, "left": left(job.kind)})
    return Problem("job-broke", params={"job": job.pk, "kind": type(error).__name__, "left": left(job.kind)})
