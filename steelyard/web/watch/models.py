"""A look over all series, the alerts that it raised, the rows behind each, and what units answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from steelyard.web.jobs.models import Job
from steelyard.web.look.choosing import Choices
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account, Unit


class Look(models.Model):
    """One night's look at a plan up to a month: ``series`` of units and indicators, those with enough past ``judged``
    for signals, ``triggers`` that fired; the rate of false alarms as designed, and as measured on the same series."""

    plan = models.CharField(max_length=100)
    month = models.CharField(max_length=20)
    batch = models.PositiveIntegerField()
    series = models.PositiveIntegerField()
    judged = models.PositiveIntegerField()
    triggers = models.PositiveIntegerField()
    chance = models.FloatField()
    measured = models.FloatField(null=True)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)


class State(Choices):
    RAISED = "raised", "待核实"
    VERIFIED = "verified", "属实，待推送"
    DISMISSED = "dismissed", "不成立"
    PUSHED = "pushed", "已推送，待答复"
    ANSWERED = "answered", "已答复，待办结"
    CLOSED = "closed", "已办结"


OPEN = (State.RAISED, State.VERIFIED, State.PUSHED, State.ANSWERED)
"""Somebody is still to do something."""


class Colour(Choices):
    RED = "red", "红"
    YELLOW = "yellow", "黄"
    NONE = "none", "无"


class Alert(models.Model):
    """预警: one cause or object that needs looking at. ``key``: by which the next look knows it again; of one key only
    one is open. ``under``: the lowest unit above all of it; ``owners``: the departments
    of its indicators; ``rules``: how many rows each rule has.

    ``first``, ``last``: the months in which it was seen; ``gone``: the newest look does not find it any more;
    ``due``: until when the next step is to be made; ``again``: the one that was dismissed or closed before.
    """

    plan = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    sort = models.CharField(max_length=10)
    zh = models.CharField(max_length=300)
    en = models.CharField(max_length=300)
    under = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    owners = models.JSONField(default=list)
    units = models.PositiveIntegerField()
    indicators = models.PositiveIntegerField()
    rules = models.JSONField(default=dict)
    colour = models.CharField(max_length=6, choices=Colour.choices, default=Colour.NONE, db_index=True)
    first = models.CharField(max_length=20)
    last = models.CharField(max_length=20)
    look = models.ForeignKey(Look, models.PROTECT, related_name="alerts")
    gone = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RAISED, db_index=True)
    due = models.DateField(null=True)
    raised_at = models.DateTimeField()
    again = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "key"), condition=Q(state__in=[str(one) for one in OPEN]), name="one_open_alert_a_key"
            ),
        )

    @property
    def target(self) -> Target:
        """How the policy sees it: at the unit under which all of it lies."""
        return Target(path=self.under.path, state=self.state)


class Fired(models.Model):
    """A rule that fired in one series, as `bureau.watching.watched.Row` has it; ``unit`` is None for a whole class;
    ``percent``: how its value is told."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="fired")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    within = models.CharField(max_length=100)
    indicator = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    rule = models.CharField(max_length=10)
    period = models.CharField(max_length=20)
    value = models.FloatField()
    limit = models.FloatField(null=True)
    percent = models.BooleanField(default=False)
    meets = models.FloatField(null=True)
    colour = models.CharField(max_length=6, choices=Colour.choices)
    last_day = models.CharField(max_length=10, blank=True)
    zh = models.CharField(max_length=500, blank=True)
    en = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("pk",)


class Asked(models.Model):
    """A unit to which an alert was pushed, and what it answered; ``text`` is empty until then."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="asked")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("unit",)
        constraints = (models.UniqueConstraint(fields=("alert", "unit"), name="asked_once"),)


class Step(models.Model):
    """What was done with an alert; rows are only added. ``unit``: whose answer it is, None otherwise."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=10)
    to = models.CharField(max_length=10, choices=State.choices)
    text = models.TextField(max_length=2000, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
