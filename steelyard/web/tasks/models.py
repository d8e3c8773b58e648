"""督办任务: one row a task, with all that happened to it; what it says of lateness goes to the record of facts."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from steelyard.web.cycles.models import Arrival, Delivery
from steelyard.web.jobs.models import State as Work
from steelyard.web.look.choosing import Choices
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account, Unit


class Source(Choices):
    MEETING = "meeting", "重要会议"
    DOCUMENT = "document", "上级文件"
    INSTRUCTION = "instruction", "领导批示"
    OTHER = "other", "其他"


class State(Choices):
    ASSIGNED = "assigned", "待签收"
    RETURNED = "returned", "退回待答复"
    WORKING = "working", "办理中"
    HANDED = "handed", "待验收"
    CLOSED = "closed", "已办结"
    DROPPED = "dropped", "已撤销"


OPEN = (State.ASSIGNED, State.RETURNED, State.WORKING, State.HANDED)
RUNNING = (State.ASSIGNED, State.WORKING)
"""The owner has it, so that its time runs; what waits for the office is not the owner's lateness."""


class Task(models.Model):
    """``text``: what is to be done; ``criterion``: by what evidence it counts as done. ``person``: whose it is, empty
    where it is the unit's; ``post``: on whose post. ``by``: who assigned it.

    ``days``: working days that it was given, None where a day was named. ``due_at``: the end of its last office hours,
    counted by the calendar of the digest ``calendar``. ``round`` counts its deadlines; ``rung``: how many rungs of the
    ladder were told in this round. ``points_late``, ``points_day``, ``points_most``: what lateness costs at once, for
    every whole working day, and at most. ``late_at``: since when it is late; ``late_days``: whole working days so far.
    ``to_carry``: the record of facts does not know yet what is said here; ``sent``: with which file it was told last.
    """

    title = models.CharField(max_length=200)
    text = models.TextField(max_length=2000)
    source = models.CharField(max_length=12, choices=Source.choices)
    document = models.CharField(max_length=100)
    criterion = models.CharField(max_length=500)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    post = models.CharField(max_length=60, blank=True)
    person = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASSIGNED)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    since = models.DateTimeField()
    days = models.PositiveIntegerField(null=True)
    due_at = models.DateTimeField()
    calendar = models.CharField(max_length=64)
    round = models.PositiveIntegerField(default=1)
    rung = models.PositiveIntegerField(default=0)
    urged = models.PositiveIntegerField(default=0)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    late_days = models.PositiveIntegerField(default=0)
    late_minutes = models.PositiveIntegerField(default=0)
    points_late = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal("0.5"))
    points_day = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal("0.1"))
    points_most = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(2))
    to_carry = models.BooleanField(default=False)
    sent = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("due_at", "pk")
        indexes = (
            models.Index(fields=("state", "due_at"), name="tasks_due"),
            models.Index(fields=("unit", "state"), name="tasks_of_units"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(points_late__gte=0, points_day__gte=0, points_most__gte=0), name="lateness_never_pays"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def target(self) -> Target:
        """How the policy sees it."""
        return Target(path=self.unit.path, person=self.person, state=self.state)

    @property
    def points(self) -> Decimal:
        """What its lateness costs now."""
        if self.late_at is None:
            return Decimal(0)
        return min(self.points_most, self.points_late + self.points_day * self.late_days)


LOST = Q(sent__state=Arrival.REFUSED) | Q(
    sent__state=Arrival.WAITING, sent__job__state__in=(Work.FAILED, Work.CANCELLED)
)
"""Told with a file that never came into the record."""
UNTOLD = Q(to_carry=True) | LOST


class Assist(models.Model):
    """A unit that helps."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="assists")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("unit",)
        constraints = (models.UniqueConstraint(fields=("task", "unit"), name="assists_once"),)


class Milestone(models.Model):
    """A step on the way with a day of its own."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="milestones")
    name = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due_at", "pk")


class Evidence(models.Model):
    """A file that shows what was done. ``stored``: our own name for it below the media folder; ``round``: of the
    deadline under which it was handed in."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="evidence")
    stored = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    about = models.CharField(max_length=500)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")


class Step(models.Model):
    """What happened to a task: a move of the table by somebody, or what time did by itself (``by`` None). ``due_at``:
    its deadline afterwards."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=20)
    to = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=1000, blank=True)
    due_at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)


class Told(models.Model):
    """A rung of the ladder that was reached; one row for each, so that none is told twice and none is left out."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="told")
    round = models.PositiveIntegerField()
    rung = models.PositiveIntegerField()
    many = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("round", "rung")
        constraints = (models.UniqueConstraint(fields=("task", "round", "rung"), name="a_rung_is_told_once"),)


class Morning(models.Model):
    """The tasks most likely to be late, as they were told on a working morning. ``learnt``: of how many tasks of the
    past, 0 where there were too few; ``rows``: number, chance, and what moves it up."""

    day = models.DateField(unique=True)
    at = models.DateTimeField()
    learnt = models.PositiveIntegerField()
    rows = models.JSONField()

    class Meta:
        ordering = ("-day",)
