"""Who is weighed when: subjects × periods laid out in one row, and everything known about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.numbers import Mask, Numbers, State, States
from steelyard.engine.arithmetic.peers import Groups, Index
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.weighing.drawn import Drawn


class Totals(Protocol):
    """Where sums come from: one exact number per place of the panel for each aggregate."""

    def column(self, aggregate: Aggregate) -> Numbers: ...


@dataclass(frozen=True)
class Panel:
    """``size`` = periods × subjects; place ``t * len(subjects) + s`` is subject s in period t.

    ``classes`` (n,) holds −1 where the subject is in no assessed class, else an index into ``class_names``.
    ``state`` (n,) says for each place whether the subject existed. Attributes are exact numbers of shape (n,).
    """

    subjects: tuple[str, ...]
    periods: tuple[str, ...]
    period_ends: tuple[date, ...]
    class_names: tuple[str, ...]
    classes: Index
    state: States
    attributes: Mapping[str, Numbers] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.subjects) * len(self.periods)

    def at(self, subject: str, period: str) -> int:
        return self.periods.index(period) * len(self.subjects) + self.subjects.index(subject)

    def of(self, periods: Sequence[int]) -> Panel:
        """The panel of these of its periods, by their number; of one that is named twice, twice."""
        at = self.places_of(periods)
        return replace(
            self,
            periods=tuple(self.periods[period] for period in periods),
            period_ends=tuple(self.period_ends[period] for period in periods),
            classes=self.classes[at],
            state=self.state[at],
            attributes=Drawn(self.attributes, lambda name: self.attributes[name].take(at)),
        )

    def places_of(self, periods: Sequence[int]) -> Index:
        """Where these periods lie in a column, one after the other."""
        count = len(self.subjects)
        return (np.array(periods, np.intp)[:, None] * count + np.arange(count)).ravel()

    @property
    def assessed(self) -> Mask:
        return np.greater_equal(self.classes, 0) & np.equal(self.state, State.KNOWN)

    @cached_property
    def period_index(self) -> Index:
        return np.repeat(np.arange(len(self.periods)), len(self.subjects))

    @cached_property
    def groups(self) -> Groups:
        """Peers are the assessed subjects of one class in one period."""
        count = len(self.class_names)
        own = np.where(self.assessed, self.period_index * count + self.classes, -1)
        others = {name: self.period_index * count + index for index, name in enumerate(self.class_names)}
        return Groups(own, others)

    @cached_property
    def everyone(self) -> Index:
        """One group per period, whatever the class (for lists over all)."""
        return np.where(self.assessed, self.period_index, -1)

    @cached_property
    def day(self) -> npt.NDArray[np.int64]:
        ends = np.array([end.toordinal() for end in self.period_ends], dtype=np.int64)
        return np.repeat(ends, len(self.subjects))

    def in_class(self, name: str) -> Mask:
        if name not in self.class_names:
            return np.zeros(self.size, dtype=np.bool_)
        return np.equal(self.classes, self.class_names.index(name))

    def is_subject(self, code: str) -> Mask:
        own = np.zeros((len(self.periods), len(self.subjects)), dtype=np.bool_)
        if code in self._places:
            own[:, self._places[code]] = True
        return own.ravel()

    @cached_property
    def _places(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.subjects)}
