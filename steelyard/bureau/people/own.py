"""Own indicators: what each officer did, straight from the facts that name the officer. Nobody enters anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

import numpy as np

from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.totals import totals_of
from steelyard.engine.arithmetic.numbers import State
from steelyard.engine.evaluate import Evaluation
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.periods import Period
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import Wanted
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.needs import needed
from steelyard.engine.weighing.panel import Panel
from steelyard.engine.weighing.scope import Scope

Marks: TypeAlias = Mapping[str, tuple[Fraction | None, Fraction]]
"""Points (None where there was nothing to count) and full mark by indicator."""


@dataclass(frozen=True)
class Own:
    """One place a person, in the order of ``panel.subjects``."""

    panel: Panel
    weighed: Mapping[str, Weighed]
    scope: Scope

    @cached_property
    def places(self) -> Mapping[str, int]:
        return {person: index for index, person in enumerate(self.panel.subjects)}

    @cached_property
    def columns(self) -> Mapping[str, tuple[list[Fraction | None], list[Fraction | None], list[bool]]]:
        """Points, full marks, and whether the indicator is for that person at all, by indicator."""
        return {
            id: (points.fractions(), full.fractions(), [bool(state != State.OUTSIDE) for state in points.state])
            for id, weighed in self.weighed.items()
            if (points := weighed.points) is not None and (full := weighed.full) is not None
        }

    def marks(self, person: str) -> Marks:
        """Of an indicator that does not apply to the person at all (个性指标) there is no mark either."""
        index = self.places[person]
        return {
            id: (points[index], mark)
            for id, (points, full, meant) in self.columns.items()
            if meant[index] and (mark := full[index]) is not None
        }


def own_indicators(ran: Ran, plan: PersonsPlan, duties: Mapping[str, str], period: Period) -> Own:
    """``duties``: the peer group of every person assessed. Raises `Refused` where facts do not name officers."""
    persons, groups = tuple(sorted(duties)), tuple(sorted(set(duties.values())))
    panel = Panel(
        persons,
        (str(period),),
        (period.end - timedelta(days=1),),
        groups,
        np.array([groups.index(duties[person]) for person in persons], dtype=np.intp),
        np.full(len(persons), State.KNOWN, dtype=np.uint8),
    )
    wanted = needed(ran.book, [entry.indicator for entry in plan.own])
    asked = [Wanted(wanted, [period], Subjects.alone(persons), "officer")]
    (totals,) = totals_of(ran.snapshot, ran.tables, asked, ran.order)
    work = Evaluation(ran.book, panel, totals, plan.own)
    weighed = {entry.indicator: work.indicator(entry.indicator) for entry in plan.own}
    return Own(panel, weighed, work.scope)
