"""What watching finds, as plain values: rows of what fired, and the issues that they are gathered to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from steelyard.reports.sheet import Words

Rule = Literal["limit", "outside", "three", "run", "trend", "reach"]
Sort = Literal["standing", "changes"]
Colour = Literal["red", "yellow", "none"]
RULES: Mapping[Rule, Words] = {
    "limit": Words("触及预警线", "warning limit"),
    "outside": Words("越出控制限", "outside its limits"),
    "three": Words("近三月合看越限", "last three months outside together"),
    "run": Words("连续偏在一侧", "a run on one side"),
    "trend": Words("连续同向变动", "a trend"),
    "reach": Words("恐难达标", "target at risk"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One rule that fired. ``unit`` is empty where the whole class ``within`` moved. ``item``: empty for the indicator
    itself. ``value``: of ``period``; ``expected``: what its past or its peers let expect; ``limit``: where the rule
    begins; ``chance``: of a stable series to look so, or of a true share at the limit. ``meets``: the chance to meet
    ``target`` by the end of the year, ``projected`` what the year comes to on the way it goes; ``last_day``: the last
    working day when the target can still be met; ``step``: the smallest change that would have kept the points.
    ``first_seen``: the first of the months without a break in which it fired."""

    unit: str
    unit_name: str
    within: str
    indicator: str
    item: str
    name: str
    owner: str
    period: str
    rule: Rule
    side: Literal["worse", "better"]
    value: float
    expected: float | None = None
    limit: float | None = None
    chance: float | None = None
    target: float | None = None
    projected: float | None = None
    meets: float | None = None
    colour: Colour = "none"
    last_day: str | None = None
    step: Words | None = None
    first_seen: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """Rows of one cause or object. ``key`` stays the same from night to night. ``sort``: whether it
    stands beyond a limit or at risk, or has changed; ``what``: how the rows were gathered;
    ``under``: the lowest unit above all of them; ``rows``: places in `Watched.rows`, the gravest first."""

    key: str
    sort: Sort
    what: str
    name: Words
    under: str
    under_name: str
    owners: tuple[str, ...]
    units: int
    indicators: int
    rules: Mapping[Rule, int]
    colour: Colour
    first_seen: str
    last_seen: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """One look at a plan. ``series``: all of units and indicators; ``judged``: those with enough past for signals;
    ``chance``: of a false alarm at one point of a stable series, as designed; ``measured``: the same as counted on
    these series with their months in drawn orders, None where no series has enough of them."""

    plan: str
    month: str
    until: str
    batch: int
    series: int
    judged: int
    chance: float
    measured: float | None
    rows: tuple[Row, ...]
    issues: tuple[Issue, ...]
