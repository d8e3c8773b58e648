"""Does one job, and writes what it came to: its result, or in words why there is none."""

from __future__ import annotations

import logging

from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, Problem, Refused
from steelyard.web.jobs.claiming import end, held
from steelyard.web.jobs.context import Cancelled, Context
from steelyard.web.jobs.kinds import KINDS
from steelyard.web.jobs.models import State

CATALOGUE.add(
    {
        "job-broke": (
            "任务 {job} 因程序内部错误（{kind}）停止，没有留下半成品；请把任务编号告诉系统管理员，详情见工作进程日志",
            "job {job} stopped because of an internal fault ({kind}), nothing was left half done; tell the system "
            "administrator its number, the details are in the worker's log",
        ),
        "job-machine": (
            "机器故障：{reason}；任务没有留下半成品，请系统管理员处理后重新提交",
            "the machine failed: {reason}; nothing was left half done, submit it again when that has been mended",
        ),
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
        end(number, attempt, State.CANCELLED, timezone.now())
    except Refused as refused:
        end(number, attempt, State.FAILED, timezone.now(), problems=refused.problems)
    except Exception as error:
        LOG.exception("job %s", number)
        end(number, attempt, State.FAILED, timezone.now(), problems=[_said(number, error)])


def _said(number: int, error: Exception) -> Problem:
    """What a person may know of it; where it happened stands in the log."""
    if isinstance(error, OSError | MemoryError):
        return Problem("job-machine", params={"reason": getattr(error, "strerror", None) or type(error).__name__})
    return Problem("job-broke", params={"job": number, "kind": type(error).__name__})
