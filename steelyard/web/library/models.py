"""规则: what the bureau is weighed by, one row for each indicator, plan or convention, and all that it ever said; its
working calendar is kept in the same way."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from steelyard.web.look.choosing import Choices
from steelyard.web.people.models import Account, Unit


class Kind(Choices):
    BOOK = "book", "通则"
    INDICATOR = "indicator", "指标"
    PLAN = "plan", "考评方案"
    PERSONS = "persons", "个人绩效方案"
    DOCUMENT = "document", "制度文件"
    DUTY = "duty", "岗责"
    TASK = "task", "重点工作"
    TOLERANCE = "tolerance", "容错"
    CALENDAR = "calendar", "工作日历"


class State(Choices):
    DRAFT = "draft", "草稿"
    IN_FORCE = "in_force", "在用"
    RETIRED = "retired", "停用"


class Rule(models.Model):
    """``holder``: the unit whose library it stands in, None for that of the whole bureau. ``code``: its identifier in
    the book; ``address``: the same for pages, with the code of the holder before it. ``current``: the number of the
    version by which people are weighed, 0 while there is none. ``origin``: the version of another library that it was
    taken from. Name, family and owner are those of the version in force, of the first one until then."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    holder = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=100)
    address = models.CharField(max_length=140, unique=True)
    name = models.CharField(max_length=200)
    family = models.CharField(max_length=100, blank=True)
    owner = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    current = models.PositiveIntegerField(default=0)
    origin = models.ForeignKey("Version", models.PROTECT, null=True, related_name="taken")

    class Meta:
        ordering = ("kind", "address")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state=State.IN_FORCE) | Q(current__gt=0), name="what_is_in_force_has_a_version"
            ),
        )

    def __str__(self) -> str:
        return self.address


class Version(models.Model):
    """What a rule said from some moment on. It never changes: who mends a rule writes the next version.

    ``text``: one YAML document with its comments; ``reason``: why it was written; ``origin``: the file that it was
    taken from, empty where somebody wrote it here; ``made_by``: who wrote it, or took it in; ``behalf``: the
    account that lent the role for it. ``adopted_at``: when it last came into force, None while nobody was ever
    weighed by it; ``since``: the first day of the periods that it is for, None for all; before that day the one
    that was adopted before it stays in force.
    """

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=500, blank=True)
    origin = models.CharField(max_length=255, blank=True)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    behalf = models.CharField(max_length=150, blank=True)
    made_at = models.DateTimeField()
    adopted_at = models.DateTimeField(null=True)
    since = models.DateField(null=True)

    class Meta:
        ordering = ("rule", "-number")
        constraints = (models.UniqueConstraint(fields=("rule", "number"), name="one_text_a_version"),)


class Edition(models.Model):
    """How often what is in force has changed; 0 while the files of the bureau's folder are in force. One row, which
    whoever changes rules holds until he is done: two changes never see the book without each other."""

    number = models.PositiveIntegerField(default=0)

    @classmethod
    def hold(cls) -> Edition:
        """Until the transaction ends: whoever holds it sees the whole book, and nobody else changes it."""
        return cls.objects.select_for_update(no_key=True).get_or_create(pk=1)[0]

    def turn(self) -> None:
        """Something else is in force from now on."""
        self.number += 1
        self.save()
