"""审计事件: one row an act. Rows are only ever added."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """``number`` counts from 1 without a gap; ``digest`` is that of the event and of ``previous``.

    ``actor``: the account's name at that time, empty for the site itself; ``behalf``: who lent it the role, if anybody
    did; ``act``: a word of the policy;
    ``target``: what it was done to, as ``kind:id``; ``detail``: before and after, reasons, never a secret.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=40, blank=True)
    behalf = models.CharField(max_length=150, blank=True)
    act = models.CharField(max_length=60)
    target = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=20)
    detail = models.JSONField()
    address = models.CharField(max_length=45, blank=True)
    algorithm = models.CharField(max_length=10)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("number",)
        indexes = (
            models.Index(fields=("target",)),
            models.Index(fields=("actor", "at")),
            models.Index(fields=("act",)),
            models.Index(fields=("at",)),
        )


class Head(models.Model):
    """The end of the chain, one row: whoever adds an event holds it, so that numbers have no gaps and no twins."""

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)
