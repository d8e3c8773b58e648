"""A job: long work that somebody asked for."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    WAITING = "waiting", "等待"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"


class Job(models.Model):
    """``kind``: which work, see `jobs.work`; ``given``: its arguments. ``lease``: until when the worker that has it is
    believed to live; whoever finds it over takes the job again, at most ``attempts`` times. ``problems``: as said to
    people, each with ``zh`` and ``en``. ``share``: how far it has come, 0 to 100."""

    kind = models.CharField(max_length=40)
    given = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    worker = models.CharField(max_length=80, blank=True)
    lease = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancelling = models.BooleanField(default=False)
    share = models.PositiveSmallIntegerField(default=0)
    said_zh = models.CharField(max_length=300, blank=True)
    said_en = models.CharField(max_length=300, blank=True)
    began = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    came_to = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
