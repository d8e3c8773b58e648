"""评定: a judged item of one period, its raters, and what each of them gave each unit, with all that was corrected."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from steelyard.web.jobs.models import Job
from steelyard.web.look.choosing import Choices
from steelyard.web.people.models import Account, Unit


class Stage(Choices):
    OPEN = "open", "评分中"
    HELD = "held", "一致度不足，暂缓"
    AGREED = "agreed", "已交齐，待计入"
    COUNTED = "counted", "已计入"
    WITHDRAWN = "withdrawn", "已撤销"


ALL_IN = (Stage.HELD, Stage.AGREED, Stage.COUNTED)
"""Every rater has handed in: ratings are no longer secret among them."""


class Panel(models.Model):
    """A judged item that is being rated. ``indicator``: whose rule says so; range and terms as they were on opening.

    ``period_end``: the day by which its ratings belong to the period. ``alpha``: agreement as text, empty while it is
    not known or cannot be told; ``job``: the intake that last made facts of it; ``said``: why it was last moved.
    """

    plan = models.CharField(max_length=100)
    period = models.CharField(max_length=20)
    period_end = models.DateField()
    indicator = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    lowest = models.DecimalField(max_digits=10, decimal_places=4)
    highest = models.DecimalField(max_digits=10, decimal_places=4)
    least = models.PositiveSmallIntegerField()
    blind = models.BooleanField()
    bar = models.DecimalField(max_digits=4, decimal_places=3)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.OPEN, db_index=True)
    alpha = models.CharField(max_length=12, blank=True)
    due = models.DateField()
    opened_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    units = models.ManyToManyField(Unit, related_name="+")
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="+")
    said = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "period", "indicator"), condition=~Q(stage=Stage.WITHDRAWN), name="one_panel_an_item"
            ),
            models.CheckConstraint(condition=Q(lowest__lt=F("highest")), name="a_range_to_pick_from"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> bool:
        """Nobody sees what others gave, not even the office."""
        return self.blind and self.stage == Stage.OPEN


class Rater(models.Model):
    """评委. ``number``: as which facts and other raters know him. ``released``: since when the office has taken him off
    the item, for a conflict of interest that his roles do not show; none of his ratings counts from then on."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="raters")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    handed_in = models.DateTimeField(null=True, blank=True)
    released = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("panel", "account"), name="one_rater_a_person"),
            models.UniqueConstraint(fields=("panel", "number"), name="one_rater_a_number"),
        )


class Rating(models.Model):
    """What one rater gave one unit. A correction is a new row; the old one stays with the time of its end."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="ratings")
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="ratings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=10, decimal_places=4)
    reason = models.CharField(max_length=500)
    evidence = models.CharField(max_length=200)
    at = models.DateTimeField()
    replaced = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("panel", "unit", "rater"), condition=Q(replaced=None), name="one_rating_in_force"
            ),
        )
