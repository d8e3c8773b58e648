"""A step for which somebody was prompted, until when it had to be done, when it was; and what is at stake for units."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from steelyard.web.cycles.models import Arrival, Delivery, Version
from steelyard.web.jobs.models import State as Work
from steelyard.web.look.choosing import Choices
from steelyard.web.people.models import Token, Unit

OBJECT = 100
"""Longest number of what is handled."""


class State(Choices):
    OPEN = "open", "办理中"
    DONE = "done", "按时办结"
    LATE = "late", "逾期未办"
    DONE_LATE = "done-late", "逾期办结"


OVERDUE = (State.LATE, State.DONE_LATE)


class Prompt(models.Model):
    """One ``object`` (办件编号) at one ``step`` of a ``process``, as its business system calls them, in a unit.

    ``duty``, ``item``: by which the prompt was given; ``officer``: who handles it, empty where the system did not say.
    ``workdays``, ``workminutes``: the limit as it was then; ``due``: the end of it, None where there is none, or while
    the holidays of its year are not announced. ``to_carry``: it is overdue, and the record does not say so yet, or not
    yet when it was done; ``sent``: with which file it does.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    process = models.CharField(max_length=100)
    step = models.CharField(max_length=100)
    object = models.CharField(max_length=OBJECT)
    post = models.CharField(max_length=200)
    duty = models.CharField(max_length=100)
    item = models.CharField(max_length=100)
    officer = models.CharField(max_length=40, blank=True)
    workdays = models.PositiveIntegerField(null=True)
    workminutes = models.PositiveIntegerField(null=True)
    received = models.DateTimeField()
    due = models.DateTimeField(null=True, db_index=True)
    finished = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    shown = models.PositiveIntegerField(default=1)
    token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    to_carry = models.BooleanField(default=False, db_index=True)
    sent = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "process", "step", "object", "received"), name="one_prompt_a_receipt"
            ),
            models.CheckConstraint(condition=Q(finished=None) | Q(state__in=("done", "done-late")), name="done_once"),
        )

    @property
    def number(self) -> str:
        """By which the record knows it."""
        local = timezone.localtime(self.received)
        return f"{self.unit_id}/{self.process}/{self.step}/{self.object}/{local:%Y%m%d%H%M}"


LOST = Q(sent__state=Arrival.REFUSED) | Q(
    sent__state=Arrival.WAITING, sent__job__state__in=(Work.FAILED, Work.CANCELLED)
)
"""Sent with a file that never came into the record."""


class Staked(models.Model):
    """A version of which it is known what is at stake; of a plan only the newest is kept."""

    version = models.OneToOneField(Version, models.PROTECT, related_name="staked")
    at = models.DateTimeField()


class AtStake(models.Model):
    """``cases`` more that go wrong cost the unit ``points`` of an indicator, after ``version``; text is exact."""

    staked = models.ForeignKey(Staked, models.CASCADE, related_name="stakes")
    unit = models.CharField(max_length=40)
    indicator = models.CharField(max_length=100)
    cases = models.PositiveIntegerField()
    points = models.CharField(max_length=40)
    now = models.CharField(max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("staked", "unit", "indicator"), name="one_stake"),)
