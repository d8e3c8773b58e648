"""A review meeting; what it decides becomes supervised tasks that name its document."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from steelyard.web.look.choosing import Choices
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account


class State(Choices):
    PREPARING = "preparing", "筹备中"
    HELD = "held", "已召开"
    DROPPED = "dropped", "已取消"


class Meeting(models.Model):
    """``document``: 文号 of its minutes, by which its decisions are known: tasks that name it. ``pack``: what lay on
    the table, None until it is held; from then on it never changes."""

    name = models.CharField(max_length=200)
    document = models.CharField(max_length=100)
    on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARING, db_index=True)
    pack = models.JSONField(null=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("document",), condition=~Q(state="dropped"), name="one_meeting_a_document"),
            models.CheckConstraint(condition=~Q(state="held") | Q(pack__isnull=False), name="held_with_its_pack"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def target(self) -> Target:
        """How the policy sees it."""
        return Target(state=self.state)
