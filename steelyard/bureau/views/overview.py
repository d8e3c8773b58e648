"""What pages show of a whole run: everybody on one line each, the rules in words, one indicator seen by all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from steelyard.reports.book import RuleText
from steelyard.reports.sheet import (
    Caution,
    Earlier,
    FamilyScore,
    Measure,
    Membership,
    PeerStats,
    PlaceView,
    RankingView,
    RowState,
    RunView,
    Words,
)


@dataclass(frozen=True, slots=True)
class Node:
    """A unit of the organisation, assessed or above one that is. ``parent`` is empty at the top."""

    code: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What an indicator cost a unit; the largest ones stand on its line."""

    indicator: str
    name: Words
    points: Decimal


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit at a glance. ``tie``: the number of its group of units that cannot be told apart, within its class;
    ``months`` and ``month_places`` go with the overview's months; ``attributes`` with its names of attributes.
    """

    code: str
    name: Words
    class_name: str
    total: Decimal
    place: PlaceView
    tie: int
    segment: str
    grade: str
    memberships: tuple[Membership, ...]
    families: tuple[FamilyScore, ...]
    rankings: tuple[RankingView, ...]
    earlier: Earlier | None
    months: tuple[Decimal | None, ...]
    month_places: tuple[int | None, ...]
    machine_share: Decimal
    losses: tuple[Loss, ...]
    attributes: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class ClassView:
    """One class: its peers' statistics, and whether its units can be told apart at all."""

    name: str
    units: int
    peers: PeerStats
    verdict: str
    probability: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole run. ``units`` stand by class, place and code; ``nodes`` are all of them and the units above them."""

    run: RunView
    full: Decimal
    measured: bool
    classes: tuple[ClassView, ...]
    units: tuple[UnitLine, ...]
    nodes: tuple[Node, ...]
    months: tuple[str, ...]
    attributes: tuple[str, ...]
    segments: tuple[str, ...]
    grades: tuple[str, ...]
    rules: tuple[RuleText, ...]


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One unit on one indicator; ``place`` within its class."""

    code: str
    class_name: str
    state: RowState
    value: Measure | None
    target: Measure | None
    points: Decimal
    full: Decimal
    place: int | None
    class_size: int | None


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """One indicator seen by everybody to whom it applies, in the order of the overview."""

    rule: RuleText
    lines: tuple[IndicatorLine, ...]


@dataclass(frozen=True, slots=True)
class PeopleWords:
    """What the codes in accounts mean: posts, units and indicators by name; ``full`` is the plan's total.

    ``waivers``: what the plan for persons does that policy forbids, and who allowed it.
    """

    plan: str
    name: str
    full: Decimal
    posts: dict[str, str]
    units: dict[str, str]
    indicators: dict[str, str]
    waivers: tuple[Caution, ...] = ()
