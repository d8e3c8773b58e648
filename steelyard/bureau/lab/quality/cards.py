"""What the quality lab says of a plan: one card an indicator, with evidence by class and period, and a verdict (N6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from steelyard.analysis.indicators.quality import Limits, Reason
from steelyard.analysis.indicators.verdicts import Bounds, Fault, Verdict
from steelyard.reports.sheet import Words


@dataclass(frozen=True, slots=True)
class Figures:
    """One indicator in one class and period; None where it has no marks there, or nothing to compare.

    ``reached``: mean points over full marks; ``covered``: part of the units that have a value. The others as in
    `analysis.indicators`.
    """

    period: str
    units: int
    covered: float
    reached: float | None = None
    full_share: float | None = None
    variance_share: float | None = None
    rank_change: float | None = None
    likeness: float | None = None
    twin: str = ""
    noise_share: float | None = None
    attained: float | None = None
    bunched: float | None = None


@dataclass(frozen=True, slots=True)
class OfClass:
    """An indicator in one class: every period, and what they come to."""

    name: str
    figures: tuple[Figures, ...]
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def last(self) -> Figures:
        return self.figures[-1]


@dataclass(frozen=True, slots=True)
class Mark:
    """What one criterion says of one indicator. ``share``: from 0 to 1, None where nothing can be told; ``said``: the
    numbers behind it."""

    criterion: str
    share: float | None
    state: str
    said: Words


@dataclass(frozen=True, slots=True)
class Card:
    """One indicator. ``full``: its part of the plan's full marks; ``minutes``: of filling in, for a unit and report."""

    id: str
    name: str
    owner: str
    family: str
    basis: str
    full: float
    minutes: float
    verdict: Verdict
    classes: tuple[OfClass, ...]
    marks: tuple[Mark, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Everything that speaks against it in any class."""
        return tuple(dict.fromkeys(why for one in self.classes for why in (*one.reasons, *one.faults)))


@dataclass(frozen=True, slots=True)
class Retiring:
    """What it would do to one class if everything went that may be retired."""

    name: str
    units: int
    indicators: int
    spearman: float
    moved: int
    climbed: int


@dataclass(frozen=True, slots=True)
class Backcast:
    """Last year's scores under the draft. ``bars``: units by tenths of the full mark, the lowest first; ``quartiles``:
    least, lower quartile, median, upper quartile, most, as shares of the full mark."""

    units: int
    mean: float
    full_share: float
    zero_share: float
    quartiles: tuple[float, ...]
    bars: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One kind of problem as an indicator. ``covered``: indicators of the plan that read the same table; ``text``: the
    draft; ``problems``: what the check says against it, in both languages."""

    id: str
    name: str
    source: str
    owner: str
    events: int
    units: int
    months: int
    weight: Decimal
    covered: tuple[str, ...]
    target: Decimal
    text: str
    backcast: Backcast
    full: Decimal
    problems: tuple[Words, ...] = ()

    @property
    def because(self) -> Words:
        grave = self.weight / self.events
        zh = f"{self.source}一年 {self.events} 件，出现在 {self.months} 个月、{self.units} 个单位"
        en = f"{self.events} cases of {self.source} in {self.months} months and {self.units} units"
        return Words(
            f"{zh}；平均后果 {grave:.2f}，频次×后果 {self.weight}",
            f"{en}; consequence {grave:.2f} each, frequency × consequence {self.weight}",
        )


@dataclass(frozen=True, slots=True)
class Lab:
    """A plan's indicators over ``periods``, the last of which is the run's own."""

    run: str
    digest: str
    plan: str
    plan_name: str
    period: str
    periods: tuple[str, ...]
    cards: tuple[Card, ...]
    retiring: tuple[Retiring, ...] = ()
    limits: Limits = field(default_factory=Limits)
    bounds: Bounds = field(default_factory=Bounds)
    candidates: tuple[Candidate, ...] = ()

    def with_verdict(self, verdict: str) -> tuple[Card, ...]:
        return tuple(card for card in self.cards if card.verdict == verdict)
