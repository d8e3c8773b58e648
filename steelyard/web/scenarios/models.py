"""A named set of rule texts, and every state in which it was ever kept."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from steelyard.web.look.choosing import Choices
from steelyard.web.people.models import Account


class State(Choices):
    OPEN = "open", "在比较"
    DROPPED = "dropped", "已弃用"
    DRAFTED = "drafted", "已转为草稿"


class Scenario(models.Model):
    """情景. It weighs nobody, and no rule of the library changes by it."""

    name = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("name",), condition=Q(state=State.OPEN), name="one_open_scenario_a_name"
            ),
        )  # fmt: skip

    @property
    def last(self) -> Saved:
        """What it says now."""
        return self.saved.order_by("-number")[0]


class Saved(models.Model):
    """The whole set as it stood once; rows are only added, so that any of them can be returned to, sign by sign.

    ``texts``: code of a rule -> its text and the version of the library over which it was written; ``digest``: of all
    of them; ``move``: what was done, to the rule ``of`` or from the state with the number ``of``.
    """

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="saved")
    number = models.PositiveIntegerField()
    texts = models.JSONField()
    digest = models.CharField(max_length=64)
    move = models.CharField(max_length=10)
    of = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("scenario", "-number")
        constraints = (models.UniqueConstraint(fields=("scenario", "number"), name="one_state_a_number"),)

    def only_texts(self) -> dict[str, str]:
        found: dict[str, Any] = self.texts
        return {code: str(kept["text"]) for code, kept in found.items()}
