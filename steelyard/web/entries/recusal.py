"""回避 after an item was opened: whose ratings no longer count, and for which units another rater is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from steelyard.web.entries.models import Panel, Rater, Rating
from steelyard.web.entries.moves import RATERS
from steelyard.web.entries.opening import stands_back
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Unit


@dataclass(frozen=True)
class Raters:
    """Those of an item with the roles that they have on one day. What was counted once stays: whoever gave it might
    judge then."""

    panel: Panel
    today: date

    @cached_property
    def every(self) -> dict[Rater, Asker]:
        return {one: Asker(one.account, self.today) for one in self.panel.raters.select_related("account")}

    def rates(self, rater: Rater, unit: Unit) -> bool:
        """Neither has a part in the unit, nor was released, nor gave up his office before he handed in."""
        return not stands_back(self.every[rater], unit.path) and not self._left(rater)

    def _left(self, rater: Rater) -> bool:
        return bool(rater.released) or (rater.handed_in is None and self.every[rater].roles.isdisjoint(RATERS))

    @property
    def all_in(self) -> bool:
        """Of those who may still hand in; where nobody is left, somebody has to join first."""
        staying = [one for one in self.every if not one.released]
        return bool(staying) and all(one.handed_in or self._left(one) for one in staying)

    @cached_property
    def not_counting(self) -> list[Rating]:
        """Ratings in force of units that their rater rates no more."""
        found = self.panel.ratings.filter(replaced=None).select_related("rater", "unit")
        return [] if self.panel.job_id else [one for one in found if not self.rates(one.rater, one.unit)]

    @cached_property
    def short(self) -> list[Unit]:
        """Units with fewer raters than the least asked for."""
        given = set(self.panel.ratings.filter(replaced=None).values_list("rater", "unit"))

        def counts(rater: Rater, unit: Unit) -> bool:
            return self.rates(rater, unit) and (rater.handed_in is None or (rater.pk, unit.pk) in given)

        units, least = self.panel.units.order_by("code"), self.panel.least
        return [] if self.panel.job_id else [one for one in units if sum(counts(it, one) for it in self.every) < least]
