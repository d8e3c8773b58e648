"""What an analysis sheet shows: plain frozen values, filled once by an adapter from the results of a run.

Points, shares and values are exact ``Decimal``; shares are ratios (0.992, not 99.2). Nothing here is formatted:
`formats` turns numbers into text in one place, `sentences` turns them into prose, `check` re-derives that prose.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from steelyard.engine.problems import Language

Kind = Literal["ratio", "money", "plain"]
ListState = Literal["certain", "boundary", "listed", "out", "unset"]
ListKind = Literal["honour", "alarm", "plain"]
RowState = Literal["scored", "not_applicable", "no_data", "provisional"]
Dimension = Literal["level", "progress", "difficulty", "consistency", "quality"]
Signal = Literal["better", "worse"]

LISTED = 20
"""Losses listed at once: the page folds the rest, PDF and workbook leave them to the table of all indicators."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text in two languages. Where no English was given, the Chinese stands."""

    zh: str
    en: str = ""

    def of(self, language: Language) -> str:
        return self.zh if language == "zh" or not self.en else self.en


NO_WORDS = Words("")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that came from the engine, and every number it rests on (ratios as ratios: 0.95 for 95%).

    ``quoted``: words of people that stand in it as they were written; their digits are nobody's results.
    """

    text: Words
    numbers: tuple[Decimal, ...] = ()
    quoted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its meaning: ``ratio`` prints as percent, ``money`` is in yuan, ``plain`` carries its unit."""

    number: Decimal
    kind: Kind = "plain"
    unit: Words = NO_WORDS
    places: int = 2


@dataclass(frozen=True, slots=True)
class Caution:
    """Something the reader must know first: data missing, provisional, waiver, override."""

    title: Words
    statement: Statement


@dataclass(frozen=True, slots=True)
class RunView:
    """Where the numbers stand. ``as_of`` is ISO text, ``completeness`` a ratio.

    ``digest`` is that of the results; ``number``, ``root`` and ``rules`` (a digest) are those of the run's manifest:
    a proof names the same root, and the verifier takes it as ``--root``.
    ``waivers``: what the plan does that policy forbids, and who allowed it; every report of the run says so.
    """

    title: Words
    period: str
    plan: Words
    rule_version: str
    engine_version: str
    as_of: str
    completeness: Decimal
    provisional: bool
    digest: str
    number: str
    root: str
    rules: str
    waivers: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class PeerStats:
    """Statistics of the peer class, of the unit's own kind only (C22), without naming anyone."""

    mean: Decimal
    median: Decimal
    best: Decimal
    lower_quartile: Decimal
    upper_quartile: Decimal


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place with its uncertainty (C63): interval at ``confidence``, equal scores, units not told apart.

    ``shared`` counts units with exactly this score and ``group`` those that cannot be told apart, both including
    the unit itself. ``to_next`` is what the unit one place better has more; None for the first. ``confidence`` is None
    where the facts hold totals: nothing tells how far they scatter, so ``low`` and ``high`` are the place itself.
    """

    place: int
    low: int
    high: int
    confidence: Decimal | None
    shared: int
    group: int
    class_size: int
    to_next: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """One list or segment: is the unit on it certainly, at the boundary, or out; ``listed`` without ``probability``
    where no chance can be told. ``unset``: the share of so small a class is nobody, so it has no such list.

    ``cut`` is the last place of a list from the top, the first place of a list from the bottom; 0 for a list of nobody.
    """

    name: Words
    kind: ListKind
    cut: int
    state: ListState
    probability: Decimal | None
    bottom: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """The result of the period before, for the change. ``place`` is None where the class was another one."""

    period: str
    total: Decimal
    place: int | None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points that come after the indicators: bonus, malus, difficulty, alignment, in the order applied."""

    name: Words
    points: Decimal
    basis: Words


@dataclass(frozen=True, slots=True)
class FamilyScore:
    """One family of indicators: 抓好党务, 干好税务, 带好队伍 …

    ``peer_mean`` and ``peer_best`` are score rates (0.7215), because a part of a family need not apply to every unit
    of a class; of a family without full marks (bonus, malus) they are points.
    """

    name: Words
    points: Decimal
    full: Decimal
    peer_mean: Decimal
    peer_best: Decimal

    @property
    def rate(self) -> Decimal | None:
        """Points by full marks, four decimals half up as everywhere it is shown; None without full marks."""
        return (self.points / self.full).quantize(Decimal("0.0001"), ROUND_HALF_UP) if self.full else None

    @property
    def gap(self) -> Decimal:
        """Distance from the peers' mean, in the kind of ``peer_mean``."""
        return (self.points if self.rate is None else self.rate) - self.peer_mean

    @property
    def gap_points(self) -> Decimal:
        """The same in points of this unit, so that families can be put in order."""
        return self.gap * (self.full or 1)


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator of the unit. ``peers`` are statistics of the value, ``peer_points`` the class mean of the points.

    ``trend`` holds earlier values, oldest first, None where there was none.
    """

    id: str
    name: Words
    family: Words
    points: Decimal
    full: Decimal
    value: Measure | None = None
    numerator: Measure | None = None
    denominator: Measure | None = None
    target: Measure | None = None
    peers: PeerStats | None = None
    peer_points: Decimal | None = None
    place: int | None = None
    class_size: int | None = None
    trend: tuple[Decimal | None, ...] = ()
    state: RowState = "scored"

    @property
    def lost(self) -> Decimal:
        """Points below full marks; a row that does not apply has lost nothing."""
        return Decimal(0) if self.state == "not_applicable" else max(self.full - self.points, Decimal(0))


@dataclass(frozen=True, slots=True)
class LostPoints:
    """One deduction with its reason, clause, records behind it and the smallest change that would have kept it (N2)."""

    indicator: str
    name: Words
    points: Decimal
    reason: Statement
    basis: Words
    remedy: Statement | None = None
    records: int | None = None
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class RankingView:
    """The unit's place along one dimension (C70); ``correlation`` is the Spearman rho with the level ranking."""

    dimension: Dimension
    value: Decimal
    place: int
    class_size: int
    correlation: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One month: the unit's total beside target, peers and its own process limits (C65); ``signal`` by C66."""

    period: str
    total: Decimal | None
    target: Decimal | None
    mean: Decimal
    median: Decimal
    lower_quartile: Decimal
    upper_quartile: Decimal
    lower_limit: Decimal | None = None
    upper_limit: Decimal | None = None
    signal: Signal | None = None


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """The whole sheet of one unit. Families and adjustments add up to ``total``; rows of a family to the family."""

    code: str
    name: Words
    parent: Words
    class_name: Words
    run: RunView
    total: Decimal
    full: Decimal
    machine_share: Decimal
    place: PlaceView
    peers: PeerStats
    peer_totals: tuple[Decimal, ...]
    families: tuple[FamilyScore, ...]
    indicators: tuple[IndicatorRow, ...]
    losses: tuple[LostPoints, ...]
    adjustments: tuple[Adjustment, ...] = ()
    memberships: tuple[Membership, ...] = ()
    earlier: Earlier | None = None
    rankings: tuple[RankingView, ...] = ()
    history: tuple[TrendPoint, ...] = ()
    cautions: tuple[Caution, ...] = ()
