"""A worker: claims jobs, has each done by a process of its own, and lives on whatever becomes of it."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType
from uuid import uuid4

from django.db import Error, close_old_connections
from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, Problem
from steelyard.reports.sheet import Words
from steelyard.web.jobs.claiming import LEASE, claim, end, give_back, held, keep
from steelyard.web.jobs.doing import stopped
from steelyard.web.jobs.kinds import ROUTINES, left
from steelyard.web.jobs.models import Job, State
from steelyard.web.jobs.tied import environment

CATALOGUE.add(
    {
        "job-died": (
            "执行任务的进程被终止（{how}）：多半是内存不足或被人结束；{left}",
            "the process that did the job was ended ({how}): most likely memory was short or somebody ended it; {left}",
        ),
    }
)
LOG = logging.getLogger("steelyard.jobs")
IDLE, LOOK = 1.0, 0.2
"""Seconds between two looks for a job, and at the process that does one."""
GRACE = 15.0
"""Seconds that cancelled work has to notice; after that its process is ended."""
ROUND = 20.0
"""Seconds between two rounds of routines."""


def name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid4().hex[:6]}"


@dataclass
class Worker:
    """``now``: what time it is, for leases; ``lease``: how long it is believed without a beat of the heart."""

    called: str = field(default_factory=name)
    now: Callable[[], datetime] = timezone.now
    lease: timedelta = LEASE
    grace: float = GRACE
    stopping: bool = False

    def until_stopped(self) -> None:
        """Jobs one after the other. A database that is away for a while is waited for."""
        rounds = -ROUND
        while not self.stopping:
            try:
                close_old_connections()
                if time.monotonic() - rounds >= ROUND:
                    rounds = time.monotonic()
                    self._routines()
                if not self.one():
                    time.sleep(IDLE)
            except Error:
                LOG.exception("the database does not answer")
                time.sleep(IDLE * 5)

    def one(self) -> bool:
        """Claims and does one job; False when there was none."""
        job = claim(self.called, self.now(), self.lease)
        if job is None:
            return False
        self._watch(job, _begun(job))
        return True

    def _watch(self, job: Job, child: subprocess.Popen[bytes]) -> None:
        beaten, cancelled = time.monotonic(), 0.0
        try:
            while child.poll() is None:
                time.sleep(LOOK)
                if self.stopping:
                    return
                if time.monotonic() - beaten >= self.lease.total_seconds() / 5:
                    beaten = time.monotonic()
                    if not self._kept(job):
                        return
                    cancelled = cancelled or (beaten if _cancelling(job) else 0.0)
                if cancelled and time.monotonic() - cancelled > self.grace:
                    return
        finally:
            self._finish(job, child)

    def _kept(self, job: Job) -> bool:
        """A database that is away for a moment is no reason to stop work: the lease outlasts some beats."""
        try:
            return keep(job.pk, job.attempts, self.now(), self.lease)
        except Error:
            LOG.exception("no beat for job %s", job.pk)
            close_old_connections()
            return True

    def _finish(self, job: Job, child: subprocess.Popen[bytes]) -> None:
        """Whatever the process did not live to write."""
        ours = child.poll() is None
        if ours:
            child.kill()
        code = child.wait()
        if self.stopping and ours:
            give_back(job.pk, job.attempts, self.now())
        elif _cancelling(job):
            end(job.pk, job.attempts, State.CANCELLED, self.now(), problems=stopped(job.kind))
        else:
            end(job.pk, job.attempts, State.FAILED, self.now(), problems=[_died(code, left(job.kind))])

    def _routines(self) -> None:
        for do in ROUTINES:
            try:
                do(self.now())
            except Exception:  # a folder that cannot be read must not stop the jobs
                LOG.exception("routine %s", do.__qualname__)

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self.stopping = True


def _begun(job: Job) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "steelyard.web.jobs.alone", str(job.pk), str(job.attempts)]
    return subprocess.Popen(command, env=environment(), stdin=subprocess.DEVNULL)


def _cancelling(job: Job) -> bool:
    return held(job.pk, job.attempts).filter(cancelling=True).exists()


def _died(code: int, words: Words) -> Problem:
    how = signal.Signals(-code).name if code < 0 else f"exit {code}"
    return Problem("job-died", params={"how": how, "left": words})


def until_stopped() -> None:
    """The worker of this process; SIGTERM and Ctrl-C let it give its job back and go."""
    worker = Worker()
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.until_stopped()
