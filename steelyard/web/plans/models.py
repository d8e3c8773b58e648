"""方案制定: a plan in the making, its groups and picks, what people said of it, and who allowed what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from steelyard.web.look.choosing import Choices
from steelyard.web.people.models import Account, Unit


class Kind(Choices):
    NEW = "new", "新方案"
    NEXT = "next", "下一年度"
    CHANGE = "change", "年中调整"
    CAMPAIGN = "campaign", "创先争优"


class Stage(Choices):
    DRAFTING = "drafting", "起草"
    CONSULTING = "consulting", "征求意见"
    APPROVING = "approving", "待批准"
    SIGNED = "signed", "已批准"
    ISSUED = "issued", "已印发"
    HALTED = "halted", "已暂停"
    DROPPED = "dropped", "已作废"


CLOSED = (Stage.ISSUED, Stage.HALTED, Stage.DROPPED)
"""Nothing of the text changes any more; another making of the same plan may begin."""


class Making(models.Model):
    """``code``: of the plan. ``head``: its text without groups and waivers. ``source``: the plan from which it was
    begun, in its version ``base`` - for a campaign the plan that it accompanies.

    ``since``: of a change in the midst of a year, the first day of the periods that it is for. ``due``: the last day
    for comments. ``stamp`` grows with every change of the text. ``digest``: of the text that was submitted, which is
    the one that is signed and issued. ``number``, ``issued_on``: of the notice (文号); ``version``: in the library.
    """

    code = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.DRAFTING, db_index=True)
    head = models.TextField()
    source = models.CharField(max_length=100, blank=True)
    base = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500)
    since = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    stamp = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    number = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("code",), condition=~Q(stage__in=CLOSED), name="one_making_a_plan"),
        )

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """指标组. ``full``, ``cap`` and ``floor`` as they are written in the plan, empty where they are not. Texts
    without a bound: plans of files may be long-winded."""

    making = models.ForeignKey(Making, models.CASCADE, related_name="groups")
    place = models.PositiveIntegerField()
    name = models.TextField()
    role = models.CharField(max_length=5, default="base")
    only = models.JSONField(default=list)
    full = models.TextField(blank=True)
    cap = models.TextField(blank=True)
    floor = models.TextField(blank=True)

    class Meta:
        ordering = ("place", "pk")
        constraints = (models.UniqueConstraint(fields=("making", "name"), name="one_group_a_name"),)

    def __str__(self) -> str:
        return self.name


class Pick(models.Model):
    """勾选: an indicator that a department wants in the plan. ``unit``: the department for which ``by`` ticked it,
    None for what stood in the plan before (承上版)."""

    making = models.ForeignKey(Making, models.CASCADE, related_name="picks")
    group = models.ForeignKey(Group, models.PROTECT, related_name="picks")
    indicator = models.CharField(max_length=100)
    weight = models.TextField(blank=True)
    full = models.TextField(blank=True)
    only = models.JSONField(default=list)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("group__place", "pk")
        constraints = (models.UniqueConstraint(fields=("making", "indicator"), name="one_pick_an_indicator"),)

    def __str__(self) -> str:
        return self.indicator

    @property
    def department(self) -> str:
        """Whose it is. The whole bureau has many departments, so there it is whoever ticked; empty: 承上版."""
        if self.unit is None:
            return ""
        return self.unit.name if self.unit.parent_id else f"{self.unit.name} {self.by.name}"

    def belongs(self, unit: Unit | None, by: Account | None) -> bool:
        return self.unit is not None and self.unit == unit and (bool(self.unit.parent_id) or self.by == by)


class Comment(models.Model):
    """征求意见: what a unit or department says of the plan, or of one of its indicators, and what the office answers.
    ``accepted`` None: not answered yet."""

    making = models.ForeignKey(Making, models.CASCADE, related_name="comments")
    indicator = models.CharField(max_length=100, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=2000)
    accepted = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)


class Allowed(models.Model):
    """特批: what somebody with a name answers for, entered by the leading group; part of the plan's text."""

    making = models.ForeignKey(Making, models.CASCADE, related_name="allowed")
    finding = models.CharField(max_length=200)
    indicator = models.CharField(max_length=100, blank=True)
    authority = models.CharField(max_length=200)
    role = models.CharField(max_length=200)
    document = models.CharField(max_length=200)
    reason = models.CharField(max_length=200)
    until = models.DateField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("making", "finding", "indicator"), name="one_waiver_a_finding"),)


class Step(models.Model):
    """办理: who made which move when, and why; ``behalf``: the account that lent the right. What was signed before a
    return is void, and stays readable.
    """

    making = models.ForeignKey(Making, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=20)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    behalf = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    void_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
