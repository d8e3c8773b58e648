"""Why an officer got these points for an indicator of his own, with the rows behind each total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steelyard.bureau.asking.listing import Listed, lists_of
from steelyard.bureau.people.own import Own, own_indicators
from steelyard.bureau.runs.running import Ran
from steelyard.engine.explaining.explanation import Explanation, explain
from steelyard.engine.periods import Period
from steelyard.engine.problems import CATALOGUE, Language, refuse

CATALOGUE.add(
    {
        "own-indicator-unknown": (
            "个人计划 {plan} 没有对“{person}”考评“{indicator}”这项本人指标",
            "plan {plan} does not weigh '{indicator}' as an own indicator of '{person}'",
        ),
    }
)


@dataclass(frozen=True)
class OwnExplained:
    """One own indicator of one person. ``basis``: the clause it rests on."""

    indicator: str
    basis: str
    explanation: Explanation
    lists: Sequence[Listed]


@dataclass(frozen=True)
class Weighing:
    """The own indicators of everybody in a period, as the run weighed them: peers are of the same duty."""

    ran: Ran
    plan: str
    period: Period
    own: Own

    def explain(self, person: str, indicator: str, language: Language) -> OwnExplained:
        """Raises `Refused`: ``own-indicator-unknown``."""
        weighed, at = self.own.weighed.get(indicator), self.own.places.get(person)
        if weighed is None or at is None:
            raise refuse("own-indicator-unknown", plan=self.plan, person=person, indicator=indicator)
        found = explain(weighed, self.own.scope, at, language, self.ran.vocabulary)
        lists = lists_of(self.ran, found, self.period, [person], "officer")
        return OwnExplained(indicator, self.ran.book.indicators[indicator].basis, found, lists)


def weighing(ran: Ran, people: Sequence[Mapping[str, Any]], plan: str, period: str) -> Weighing:
    """``people``: the rows that the run left of them (``persons.parquet``), which say whose peers they were."""
    at = next(one for one in ran.periods if str(one) == period)
    duties = {row["person"]: row["duty"] for row in people if (row["plan"], row["period"]) == (plan, period)}
    return Weighing(ran, plan, at, own_indicators(ran, ran.book.persons[plan], duties, at))
