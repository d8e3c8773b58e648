"""A use of published numbers, whose they were, and every correction since: rows are only ever added."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from steelyard.web.cycles.models import Version
from steelyard.web.look.choosing import Choices
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account, Token

PERSONAL = 3
"""The level of a person's own data, as of the pages of his account."""
EXACT = 40
"""Longest text of a number; what was published stands here to the last digit."""


class Kind(Choices):
    UNITS = "units", "单位"
    PERSONS = "persons", "个人"


def label(kind: str) -> int:
    """How secret it is whose numbers were used."""
    return PERSONAL if kind == Kind.PERSONS else 1


class State(Choices):
    STANDING = "standing", "有效"
    DUE = "due", "结果已更正，待处理"
    KEPT = "kept", "已处理：维持"
    REVISED = "revised", "已处理：改变"
    CANCELLED = "cancelled", "已撤销"


class Use(models.Model):
    """结果运用. ``user``: the department that used them; ``on``: on which day; ``document``: 文号; ``purpose``,
    ``purpose_name``: as the bureau's list had it that day; ``many``: how many units or persons it names.

    ``version``: whose numbers were used; ``settled``: with whose numbers somebody last said that it stands; ``key``: by
    which whoever logs it knows it again; ``digest``: of all that was said. Nothing of it changes but ``state`` and
    ``settled``, which its steps tell.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="uses")
    settled = models.ForeignKey(Version, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    purpose = models.CharField(max_length=40)
    purpose_name = models.CharField(max_length=60)
    user = models.CharField(max_length=100)
    on = models.DateField()
    document = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    many = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.STANDING, db_index=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    token = models.ForeignKey(Token, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("by", "key"), name="one_use_a_key"),
            models.CheckConstraint(condition=~Q(document="") | ~Q(reason=""), name="use_says_by_what"),
        )

    @property
    def target(self) -> Target:
        """How the policy sees it."""
        return Target(state=self.state, label=label(self.kind))


class Figures(models.Model):
    """What a version says of one unit or person, as text to the last digit; nothing where it says nothing."""

    total = models.CharField(max_length=EXACT, blank=True)
    place = models.PositiveIntegerField(null=True)
    grade = models.CharField(max_length=120, blank=True)

    class Meta:
        abstract = True

    @property
    def points(self) -> Decimal | None:
        return Decimal(self.total) if self.total else None


class Named(Figures):
    """A unit or person whose numbers were used, with those numbers."""

    use = models.ForeignKey(Use, models.PROTECT, related_name="named")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("code",)),)
        constraints = (models.UniqueConstraint(fields=("use", "code"), name="named_once"),)


class Review(models.Model):
    """A correction held against a use: the numbers ``before``, with which it stood, and those ``after``. ``changed``
    units or persons have others now, the rest have the same."""

    use = models.ForeignKey(Use, models.PROTECT, related_name="reviews")
    before = models.ForeignKey(Version, models.PROTECT, related_name="+")
    after = models.ForeignKey(Version, models.PROTECT, related_name="+")
    changed = models.PositiveIntegerField()
    same = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("use", "after"), name="one_review_a_correction"),)


class Difference(Figures):
    """One whose numbers changed: here as they are after the correction, and what they were before it. ``gone``: the
    corrected version says nothing of it any more."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="differences")
    named = models.ForeignKey(Named, models.PROTECT, related_name="differences")
    total_before = models.CharField(max_length=EXACT, blank=True)
    place_before = models.PositiveIntegerField(null=True)
    grade_before = models.CharField(max_length=120, blank=True)
    gone = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("review", "named"), name="one_difference_a_name"),)

    @property
    def points_before(self) -> Decimal | None:
        return Decimal(self.total_before) if self.total_before else None


class Step(models.Model):
    """What happened to a use: a move of the table by somebody, or what a correction did by itself (``by`` None)."""

    use = models.ForeignKey(Use, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=20)
    to = models.CharField(max_length=10, choices=State.choices)
    review = models.ForeignKey(Review, models.PROTECT, null=True, related_name="steps")
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
