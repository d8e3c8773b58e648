"""分解: which posts of which unit carry which indicator of a plan, who says so, and the clause that caused it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from steelyard.web.cycles.models import Arrival, Delivery
from steelyard.web.jobs.models import Job
from steelyard.web.jobs.models import State as Work
from steelyard.web.look.choosing import Choices
from steelyard.web.people.models import Account, Unit


class State(Choices):
    PROPOSED = "proposed", "待确认"
    CONFIRMED = "confirmed", "已确认"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


LIVING = (State.PROPOSED, State.CONFIRMED, State.RETURNED)


class Part(Choices):
    LEAD = "lead", "主办"
    ASSIST = "assist", "协办"


class Cascade(models.Model):
    """A plan of one year handed down. ``within``: the unit in which and below which it is, empty for the whole bureau,
    else named by ``name``, too. ``since``: the first day for which what is confirmed counts; ``due``: until when units
    answer; ``lead_share``: what the leading post has where others assist; ``heads``: duties that carry what no duty
    matches.

    ``edition``, ``batch``, ``day``: of the rules, the facts and the register that the last proposal was made of;
    ``looked``: what the next one would change, with the digests by which it is known again; ``traced``: the last look
    at every root and leaf.
    """

    plan = models.CharField(max_length=100)
    name = models.CharField(max_length=500)
    year = models.CharField(max_length=4)
    within = models.CharField(max_length=60, blank=True)
    since = models.DateField()
    due = models.DateField()
    lead_share = models.DecimalField(max_digits=7, decimal_places=6)
    heads = models.JSONField(default=list)
    edition = models.PositiveIntegerField(default=0)
    batch = models.PositiveIntegerField(default=0)
    day = models.DateField(null=True)
    begun_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    looked = models.JSONField(null=True)
    traced = models.JSONField(null=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("plan", "year", "within"), name="one_cascade_a_plan"),
            models.CheckConstraint(condition=Q(lead_share__gt=0, lead_share__lt=1), name="a_lead_leaves_something"),
        )

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post of the register as it was when something was last proposed. ``department``: the part of its unit (科室)
    where it is, empty where the register says none; ``ended``: the register has it no more."""

    code = models.CharField(max_length=60, primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    duty = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200, blank=True)
    ended = models.BooleanField(default=False)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.department} {self.name}".strip()


class Seat(models.Model):
    """Who holds a post, as of the same day."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="seats")
    person = models.CharField(max_length=40, db_index=True)
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ("person",)
        constraints = (models.UniqueConstraint(fields=("post", "person"), name="one_seat_a_person"),)


class Cause(models.Model):
    """Why an indicator goes to posts of a duty: the item that matches best. ``score`` in thousandths."""

    cascade = models.ForeignKey(Cascade, models.CASCADE, related_name="causes")
    indicator = models.CharField(max_length=100)
    duty = models.CharField(max_length=200)
    item = models.TextField()
    does = models.TextField()
    basis = models.TextField(blank=True)
    clauses = models.JSONField(default=list)
    words = models.JSONField(default=list)
    score = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("cascade", "indicator", "duty"), name="one_cause_a_duty"),)


LOST = Q(sent__state=Arrival.REFUSED) | Q(
    sent__state=Arrival.WAITING, sent__job__state__in=(Work.FAILED, Work.CANCELLED)
)
"""Sent with a file that never came into the record."""
UNWRITTEN = Q(to_carry=True) | LOST


class Assignment(models.Model):
    """An indicator of a unit, with the posts that carry it (`Carrier`).

    ``version`` counts its changes: who acts says which one he saw. ``reason``: why it was last returned or answered;
    ``by_hand``: its posts were named by a person, not proposed; ``to_carry``: what was confirmed was not sent to the
    record yet; ``sent``: with which file it was.
    """

    cascade = models.ForeignKey(Cascade, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    due = models.DateField()
    reason = models.CharField(max_length=500, blank=True)
    by_hand = models.BooleanField(default=False)
    to_carry = models.BooleanField(default=False)
    sent = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("unit", "indicator")
        constraints = (
            models.UniqueConstraint(fields=("cascade", "unit", "indicator"), name="one_assignment_an_indicator"),
        )
        indexes = (
            models.Index(fields=("cascade", "unit", "state", "due"), name="assignments_of_units"),
            models.Index(fields=("cascade", "state", "due"), name="assignments_due"),
            models.Index(fields=("cascade", "indicator", "state"), name="assignments_of_indicators"),
        )

    def __str__(self) -> str:
        return self.name


class Carrier(models.Model):
    """A post that carries an assignment. ``cause``: None where a head carries what no duty matches, or a person named
    it. ``since``, ``until``: the days for which it is confirmed; with an end it is history."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="carriers")
    post = models.ForeignKey(Post, models.PROTECT, related_name="carriers")
    part = models.CharField(max_length=6, choices=Part.choices)
    share = models.DecimalField(max_digits=7, decimal_places=6)
    cause = models.ForeignKey(Cause, models.PROTECT, null=True, related_name="+")
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        ordering = ("-part", "pk")
        constraints = (
            models.UniqueConstraint(fields=("assignment", "post"), condition=Q(until=None), name="one_carrier_a_post"),
            models.UniqueConstraint(
                fields=("assignment",), condition=Q(until=None, part=Part.LEAD), name="one_lead_an_assignment"
            ),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="a_share_of_one"),
        )

    @property
    def percent(self) -> str:
        """As people read it, to the last digit that was given."""
        return f"{(self.share * 100).normalize():f}%"


class Step(models.Model):
    """What was said of an assignment on its way: returned, answered, given to other posts."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=10)
    to = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
