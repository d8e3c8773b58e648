"""Signals of the newest months: every series beside its own past, what moved all its peers taken out and told once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, cast

import numpy as np

from steelyard.analysis.monitoring import shared
from steelyard.analysis.monitoring.lines import LOGARITHM, NEWEST, ROOT, TOGETHER, Lines, counts, scaled, shares
from steelyard.analysis.monitoring.newest import DOWN, RULES, UP, Rule, Signals, newest
from steelyard.analysis.uncertainty import Flags, Floats, Ints
from steelyard.bureau.watching.series import Series
from steelyard.bureau.watching.settings import Terms

Family = Literal["share", "count", "mean"]
Judge = Literal["shares", "counts", "roots", "logarithms"]


@dataclass(frozen=True, slots=True)
class Signal:
    """``unit``: the place of the unit among those of the series; -1 - c for the class c as a whole.
    ``since``: the first of the months, without a break, at which it fired."""

    series: int
    unit: int
    rule: Rule
    up: bool
    value: float
    expected: float
    limit: float | None
    chance: float
    since: int


@dataclass(frozen=True)
class Block:
    """Series of one family and one way of watching, side by side: columns of shape (months, columns)."""

    terms: Terms
    family: Family
    first: Floats
    second: Floats
    scale: Floats
    series: Ints
    unit: Ints
    peers: Ints
    classes: int

    def only(self, some: Flags) -> Block:
        first, second, scale = (one[:, some] for one in (self.first, self.second, self.scale))
        series, unit, peers = (one[some] for one in (self.series, self.unit, self.peers))
        return Block(self.terms, self.family, first, second, scale, series, unit, peers, self.classes)


def blocks(series: Sequence[Series], terms: Terms) -> list[Block]:
    """All series, gathered by how they are judged."""
    told = [(terms.of(one.indicator), _family(one), at) for at, one in enumerate(series) if one.made.monthly]
    ordered = sorted(told, key=lambda one: (repr(one[0]), one[1], one[2]))
    found = []
    for (own, family), group in groupby(ordered, key=lambda one: one[:2]):
        if own.signals:
            found.append(_block(own, family, [(at, series[at]) for *_, at in group]))
    return found


def _family(one: Series) -> Family:
    return one.made.kind if one.made.kind in ("share", "count") else "mean"


def _block(terms: Terms, family: Family, group: Sequence[tuple[int, Series]]) -> Block:
    months, classes = len(group[0][1].of.months), len(group[0][1].of.ran.result.panel.class_names)
    first, second, scale = (
        np.hstack([column[:months] for column in columns])
        for columns in zip(*(_numbers(family, one) for _, one in group), strict=True)
    )
    return Block(
        terms, family, first, second, scale,
        np.concatenate([np.full(one.index.size, at) for at, one in group]),
        np.concatenate([np.arange(one.index.size) for _, one in group]),
        np.concatenate([at * classes + one.of.classes[one.index] for at, one in group]), classes,
    )  # fmt: skip


def _numbers(family: Family, one: Series) -> tuple[Floats, Floats, Floats]:
    """What is judged, what it is judged beside, and by what it is multiplied for people."""
    ones = np.ones(one.value.shape)
    if family == "share":
        assert one.above is not None
        assert one.below is not None
        return one.above, np.where(one.below > 0, one.below, np.nan), one.scale
    if family == "count":
        assert one.above is not None
        return one.above, ones, one.scale
    return one.value, ones if one.cases is None else one.cases, ones


@dataclass(frozen=True)
class Ready:
    """A block with what is common to all peers known, and judged by one kind of lines."""

    block: Block
    judge: Judge
    moved: Floats | None

    def lines(self, months: Ints, columns: Ints | slice = slice(None)) -> Lines:
        """With these months, in this order, for these of its columns."""
        first, second = (one[months][:, columns] for one in (self.block.first, self.block.second))
        moved = None if self.moved is None else self.moved[months][:, columns]
        match self.judge:
            case "shares":
                return shares(first, second, moved, self.block.terms.small)
            case "counts":
                return counts(first, moved)
            case "roots":
                return scaled(first, ROOT, second, moved)
            case _:
                return scaled(first, LOGARITHM, second, moved)

    def hits(self, lines: Lines) -> Signals:
        return newest(lines, self.block.terms.chance, cast(Sequence[Rule], self.block.terms.signals))


def ready(block: Block) -> Iterator[Ready]:
    """Of the units, and of whole classes where what moves them all is told once."""
    if not block.terms.peers:
        yield from _ready(block, None)
        return
    whole = _classes(block)
    yield from _ready(block, whole)
    yield from _ready(whole, None)


def _ready(block: Block, whole: Block | None) -> Iterator[Ready]:
    if block.family != "mean":
        judge: Judge = "counts" if block.family == "count" else "shares"
        yield Ready(block, judge, _moved(block, whole, judge))
        return
    positive = np.min(np.where(np.isfinite(block.first), block.first, np.inf), axis=0) > 0
    ways: tuple[tuple[Flags, Judge], ...] = ((positive, "logarithms"), (~positive, "roots"))
    for some, judge in ways:
        if some.any():
            own = block.only(some)
            yield Ready(own, judge, _moved(own, whole, judge))


def _classes(block: Block) -> Block:
    """Each class of each series as one."""
    found, at = np.unique(block.peers, return_inverse=True)
    known = block.first + block.second
    if block.family == "mean":
        level = shared.medians(np.where(np.isfinite(known), block.first, np.nan), at, found.size)
        first, second = level, np.ones(level.shape)
    else:
        first, second = (
            shared.sums(np.where(np.isfinite(known), one, np.nan), at, found.size)
            for one in (block.first, block.second)
        )
        second = np.where(second > 0, second, np.nan) if block.family == "share" else np.ones(first.shape)
    series, own = np.divmod(found, block.classes)
    return Block(block.terms, block.family, first, second, np.ones(first.shape), series, -1 - own, found, block.classes)


def _moved(block: Block, whole: Block | None, judge: Judge) -> Floats | None:
    """How everybody moved, for each column, on the scale on which it is judged; None for the classes themselves."""
    if whole is None:
        return None
    known, peers = block.first + block.second, np.searchsorted(whole.peers, block.peers)
    match judge:
        case "counts":
            return shared.times(whole.first, known, peers)
        case "shares":
            return shared.differences(whole.first / whole.second, known, peers)
        case _:
            scale = LOGARITHM if judge == "logarithms" else ROOT
            return shared.differences(scale.there(whole.first), known, peers)


def signals(one: Ready, months: int, year: int) -> tuple[int, list[Signal]]:
    """How many series could be judged, and what fired at the newest month. ``year``: the months of the last year, so
    that nobody looks further back than the first of this one."""
    lines = one.lines(np.arange(months))
    hits = one.hits(lines)
    some = np.flatnonzero(hits.fired)
    since, limits = _since(one, some, months, year), _limits(one, lines, some)
    found = [
        _signal(one, lines, hits, at, limits[int(hits.side[at])][row], since[row])
        for row, at in enumerate(some.tolist())
    ]
    return int(lines.judged.size), found


def _limits(one: Ready, lines: Lines, some: Ints) -> Mapping[int, Floats]:
    """From where a newest point is outside, upwards and downwards."""
    part = one.block.terms.chance / len(one.block.terms.signals) / 2
    return {UP: lines.limit("high", part, some), DOWN: lines.limit("low", part, some)}


def _signal(one: Ready, lines: Lines, hits: Signals, at: int, limit: float, since: int) -> Signal:
    rule, scale = RULES[int(hits.rule[at])], float(one.block.scale[-1, at])
    what = TOGETHER if rule == "three" else NEWEST
    return Signal(
        int(one.block.series[at]), int(one.block.unit[at]), rule, bool(hits.side[at] == UP),
        float(lines.value[what, at]) * scale, float(lines.expected[what, at]) * scale,
        float(limit) * scale if rule == "outside" else None, float(hits.chance[at]), int(since),
    )  # fmt: skip


def _since(one: Ready, some: Ints, months: int, year: int) -> Ints:
    """The first of the months in which each of them fired without a break, counted from nought."""
    found, going = np.full(some.size, months - 1), np.arange(some.size)
    for month in range(months - 1, year, -1):
        going = going[one.hits(one.lines(np.arange(month), some[going])).fired] if going.size else going
        found[going] = month - 1
    return found


def false_alarms(one: Ready, months: int, draws: int, seed: int) -> tuple[int, int]:
    """Alarms and points when the months come in drawn orders: in such series nothing happens at any one time."""
    chance, alarms, points = np.random.default_rng(seed), 0, 0
    for _ in range(draws):
        lines = one.lines(chance.permutation(months))
        alarms, points = alarms + int(one.hits(lines).fired.sum()), points + int(lines.judged.size)
    return alarms, points
