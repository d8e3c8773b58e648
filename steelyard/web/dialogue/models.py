"""What hangs on a number. A number is named by plan, period, unit and indicator, so that it outlives every new run."""

from __future__ import annotations

from django.db import models

from steelyard.web.cycles.models import Version
from steelyard.web.jobs.models import Job
from steelyard.web.look.choosing import Choices
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account, Unit

PERSONAL = 3
"""The level of a person's own data, as of the pages of his account."""


class Anchored(models.Model):
    """``indicator``: empty for the total. ``version``, ``shown``: where somebody saw the number, and what it was.

    ``person``: whose account the number stands in, empty where it is the unit's own; then it is his alone."""

    plan = models.CharField(max_length=100)
    period = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=100, blank=True)
    person = models.CharField(max_length=40, blank=True, default="")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    shown = models.CharField(max_length=60)

    class Meta:
        abstract = True


def target_of(unit: Unit, person: str, state: str) -> Target:
    """How the policy sees what hangs on a number: of the unit, or of one person and of nobody else there."""
    if person:
        return Target(path=unit.path, person=person, state=state, label=PERSONAL, private=True)
    return Target(path=unit.path, state=state)


class Remark(Anchored):
    """评论: a word about a number, or the answer to one. It is not changed; whoever was wrong says so below it."""

    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answered_by")
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(Account, models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        indexes = (models.Index(fields=("plan", "period", "unit", "indicator")),)


class Source(Choices):
    OWN = "own", "被考评单位自证"
    SUPERVISION = "supervision", "政府督查"
    AUDIT = "audit", "外部审计"
    INSPECTION = "inspection", "巡视巡察"
    PETITION = "petition", "信访舆情"
    THIRD = "third", "第三方评价"


GRADES = ("A", "B", "C", "D")


class Evidence(Anchored):
    """佐证材料: a file. ``stored``: our own name for it below the media folder; ``name``: what it was called.

    ``grade``: how reliable (A to D), given by the office; empty until then. Withdrawn evidence stays, with the reason.
    """

    source = models.CharField(max_length=12, choices=Source.choices)
    grade = models.CharField(max_length=1, blank=True, choices=[(one, one) for one in GRADES])
    about = models.CharField(max_length=500)
    stored = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Account, models.PROTECT)
    at = models.DateTimeField()
    withdrawn = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("at", "id")
        indexes = (models.Index(fields=("plan", "period", "unit", "indicator")),)

    @property
    def target(self) -> Target:
        """How the policy sees it: of the unit, at the stage of the version that it was shown in."""
        return target_of(self.unit, self.person, self.version.stage)


class Stage(Choices):
    FILED = "filed", "已提出"
    ANSWERED = "answered", "考评部门已答复"
    CHECKED = "checked", "绩效办已核查"
    UPHELD = "upheld", "申诉成立"
    REJECTED = "rejected", "申诉不成立"
    DONE = "done", "已更正"
    WITHDRAWN = "withdrawn", "已撤回"


OPEN = (Stage.FILED, Stage.ANSWERED, Stage.CHECKED)
"""Not ruled on yet."""


class Appeal(Anchored):
    """申诉: a unit, or an officer for his own account, asks for a number to be corrected. ``due``: until when the
    committee is to rule.

    The committee rules on what a ``preview`` of the ``files`` showed: the effect on everybody, and the ``digest`` that
    a run over the data that are corrected so, and in nothing else, has. ``corrected``: the version that carried it out.
    """

    claim = models.TextField(max_length=4000)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.FILED, db_index=True)
    filed_by = models.ForeignKey(Account, models.PROTECT)
    filed_at = models.DateTimeField()
    due = models.DateField()
    files = models.ManyToManyField(Evidence, related_name="corrections", blank=True)
    preview = models.ForeignKey(Job, models.PROTECT, null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    corrected = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="corrects")

    class Meta:
        ordering = ("-filed_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "unit", "person", "indicator"),
                condition=models.Q(stage__in=OPEN),
                name="one_open_appeal_a_number",
            ),
        )

    @property
    def target(self) -> Target:
        """How the policy sees it."""
        return target_of(self.unit, self.person, self.stage)


class Move(models.Model):
    """What happened to an appeal: who moved it where, when, and with what words."""

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="moves")
    name = models.CharField(max_length=20)
    to = models.CharField(max_length=10, choices=Stage.choices)
    by = models.ForeignKey(Account, models.PROTECT)
    at = models.DateTimeField()
    text = models.TextField(max_length=4000)

    class Meta:
        ordering = ("id",)  # one after the other, whenever each was asked for
