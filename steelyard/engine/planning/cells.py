"""The numbers of every aggregate for every subject and period, once the runner has answered the scans."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from steelyard.engine.expressions.measures import Measure, Plain
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.rows import Atom
from steelyard.engine.planning.rolling import LARGEST, Months, largest
from steelyard.engine.planning.runner import Whole
from steelyard.engine.planning.scans import Plan
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.planning.subjects import Subjects

P = TypeVar("P", bound=Hashable)


class Numbers(NamedTuple):
    """One exact number per subject: ``numerators / denominators``, or nothing where ``empty``.

    Numerators are int64, or Python ints (object) where a total is wider. Denominators are positive: one int for all,
    or one for each subject (an average). An empty number is 0.
    """

    numerators: Whole
    denominators: Whole | int
    empty: npt.NDArray[np.bool_]


class Cells(Generic[P]):
    """What `planning.collecting` brings. Arrays are aligned with ``subjects.codes`` and must not be written to."""

    def __init__(self, plan: Plan[P], subjects: Subjects, answers: Sequence[Months | Mapping[Atom, Whole]]) -> None:
        self.subjects = subjects
        self.plan, self.answers = plan, answers

    def numbers(self, aggregate: Aggregate, period: P) -> Numbers:
        """The numbers of one aggregate of the plan in one of its periods. Anything else is a KeyError."""
        return self.side_by_side(aggregate, [period])

    def side_by_side(self, aggregate: Aggregate, periods: Sequence[P]) -> Numbers:
        """All these periods after one another: place ``t * len(subjects.codes) + s`` is subject s in period t."""
        wanted = self.plan.by_aggregate[aggregate]
        found = [wanted[period] for period in periods]
        measure, days = found[0][0], [days for _, days in found]
        top = self._atom(measure, measure.top, days)
        top.flags.writeable = False  # many aggregates share it
        if measure.weight is None:
            return Numbers(top, measure.scale, self._nobody(len(top)))
        weight = self._atom(measure, measure.weight, days)
        empty = weight == 0
        empty.flags.writeable = False
        top = np.where(empty, 0, top)
        if not measure.mean:
            return Numbers(top, measure.scale, empty)
        if largest(weight) * measure.scale > LARGEST:
            weight = weight.astype(object)
        return Numbers(top, np.where(empty, 1, weight * measure.scale), empty)

    @staticmethod
    def _nobody(count: int) -> npt.NDArray[np.bool_]:
        """Empty nowhere, said once for all places."""
        return np.ndarray(count, np.bool_, bytes(1), strides=(0,))

    def _atom(self, measure: Measure, atom: Atom, days: Sequence[Stretch]) -> Whole:
        if measure.additive and all(one.months is not None for one in days):
            scan, _ = self.plan.homes[measure.table, Plain(), None]
            months = self.answers[scan]
            assert isinstance(months, Months)
            return months.read(atom, days)
        return cast(Whole, np.concatenate([self._slot(measure, atom, one) for one in days]))

    def _slot(self, measure: Measure, atom: Atom, days: Stretch) -> Whole:
        if measure.additive and days.months is not None:
            return self._atom(measure, atom, [days])
        scan, slot = self.plan.homes[measure.table, measure.shape, days]
        found = self.answers[scan]
        assert not isinstance(found, Months)
        return cast(Whole, found[atom][slot])
