"""What work is handed: a way to tell how far it has come, and to hear that nobody wants it any more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from steelyard.web.jobs.models import Job, State

PAUSE = 0.5
"""Seconds between two looks at the database, however often work tells."""


class Cancelled(Exception):
    """Work stops because somebody cancelled it, or because another worker has it now."""


@dataclass
class Context:
    """``attempt``: the number under which the job was taken; what an earlier one still tells is not heard."""

    job: int
    attempt: int
    asked_by: str = ""
    clock: Callable[[], float] = time.monotonic
    _said: tuple[str, str, int] = ("", "", 0)
    _told: float = field(default=-PAUSE)
    _looked: float = field(default=-PAUSE)

    def progress(self, zh: str, en: str, share: int | None = None) -> None:
        """``share``: 0 to 100, None as before. Raises `Cancelled`."""
        share = self._said[2] if share is None else max(0, min(100, share))
        moved = share != self._said[2]
        self._said = (zh[:300], en[:300], share)
        if moved or self.clock() - self._told >= PAUSE:
            self._told = self.clock()
            self._mine().update(said_zh=self._said[0], said_en=self._said[1], share=share)
        self.check_cancelled()

    def check_cancelled(self) -> None:
        """Raises `Cancelled`. Cheap enough to be asked in every loop."""
        if self.clock() - self._looked < PAUSE:
            return
        self._looked = self.clock()
        if not self._mine().filter(cancelling=False).exists():
            raise Cancelled

    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job, attempts=self.attempt, state=State.RUNNING)
