"""A job: long work that somebody asked for."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    WAITING = "waiting", "等待"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"


OPEN = (State.WAITING, State.RUNNING)


class Job(models.Model):
    """``kind``: which work, see `jobs.kinds`; ``given``: its arguments; ``about``: of what it is, for people.

    ``lease``: until when the worker that has it is believed to live; whoever finds it over takes the job again.
    ``attempts``: how often it was taken, by which a worker that lost it is told from the one that has it; ``lost``: how
    many workers went without a word. ``key``: the form from which it came, so that one form is one job.
    ``problems``: as said to people, each with ``zh`` and ``en``. ``share``: how far it has come, 0 to 100.
    """

    kind = models.CharField(max_length=40)
    given = models.JSONField()
    about = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=250, null=True, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    asked_by = models.CharField(max_length=150, blank=True)
    asked_at = models.DateTimeField()
    worker = models.CharField(max_length=80, blank=True)
    lease = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lost = models.PositiveSmallIntegerField(default=0)
    cancelling = models.BooleanField(default=False)
    share = models.PositiveSmallIntegerField(default=0)
    said_zh = models.CharField(max_length=300, blank=True)
    said_en = models.CharField(max_length=300, blank=True)
    began = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    came_to = models.JSONField(default=dict)
    problems = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=("kind", "state")), models.Index(fields=("asked_by", "state")))

    @property
    def open(self) -> bool:
        return self.state in OPEN
