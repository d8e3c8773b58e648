"""Stretches of a value with open or closed ends, and the proof that a table of them has no hole and no doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from steelyard.engine.expressions.nodes import Call, Day, Node, Number
from steelyard.engine.expressions.wording import figure
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.recipe import Setting
from steelyard.engine.shape import complain

CATALOGUE.add(
    {
        "band-empty": (
            "第 {row} 行的下限高于上限，没有一个值能落入；请检查数字",
            "row {row} has its lower end above its upper end, no value can fall into it; check the numbers",
        ),
        "band-gap": (
            "第 {row} 行与第 {next} 行之间有空档：{low} 与 {high} 之间的值没有规定；请让两行相接",
            "there is a gap between rows {row} and {next}: nothing is said between {low} and {high}; let them meet",
        ),
        "band-overlap": (
            "第 {row} 行与第 {next} 行重叠：{low} 同时落入两行；请写明含或不含",
            "rows {row} and {next} overlap: {low} falls into both; say which of them includes it",
        ),
        "band-open-side": (
            "{side}的值没有规定；请加一行，或写 otherwise（其余）",
            "values {side_en} are not ruled; add a row, or write otherwise",
        ),
        "band-order": (
            "只写一端的各行必须按大小依次排列，第 {row} 行与前一行的顺序不对",
            "rows with one end only must stand in order of size; row {row} does not follow the row before it",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class End:
    """``included``: the end itself belongs to the stretch."""

    at: Node
    included: bool

    @property
    def number(self) -> Fraction | None:
        """A constant end as a number (days count from year 1); None for an expression."""
        if isinstance(self.at, Number):
            return self.at.value
        return Fraction(self.at.value.toordinal()) if isinstance(self.at, Day) else None


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``; None where a side is open without end."""

    low: End | None
    high: End | None

    @property
    def ends(self) -> tuple[End, ...]:
        return tuple(end for end in (self.low, self.high) if end is not None)

    def condition(self, value: Node) -> Node:
        tests: list[Node] = []
        if self.low is not None:
            tests.append(Call(">=" if self.low.included else ">", (value, self.low.at)))
        if self.high is not None:
            tests.append(Call("<=" if self.high.included else "<", (value, self.high.at)))
        return tests[0] if len(tests) == 1 else Call("and", tuple(tests))

    def words(self, setting: Setting, language: Language) -> str:
        return _chinese(self, setting) if language == "zh" else _english(self, setting)


def _chinese(stretch: Interval, setting: Setting) -> str:
    low, high = (None if end is None else setting.end(end.at, "zh") for end in (stretch.low, stretch.high))
    with_low = stretch.low is not None and stretch.low.included
    with_high = stretch.high is not None and stretch.high.included
    if low is None:
        return f"{high}（含）以下" if with_high else f"不足{high}"
    if high is None:
        return f"{low}（含）以上" if with_low else f"超过{low}"
    if low == high:
        return f"为{low}"
    return f"{low}（{'含' if with_low else '不含'}）至{high}（{'含' if with_high else '不含'}）"


def _english(stretch: Interval, setting: Setting) -> str:
    low, high = (None if end is None else setting.end(end.at, "en") for end in (stretch.low, stretch.high))
    if low is not None and low == high:
        return f"exactly {low}"
    said = []
    if stretch.low is not None:
        said.append(f"{'at least' if stretch.low.included else 'above'} {low}")
    if stretch.high is not None:
        said.append(f"{'at most' if stretch.high.included else 'below'} {high}")
    return " and ".join(said)


def closed(stretches: Sequence[Interval]) -> list[Interval]:
    """A ladder (95 分以上、80 分以上、60 分以上) in full: every row reaches to the row before it.

    A ladder has one end a row, always the same side, from the outermost inwards. Other tables stay as they are.
    """
    for side, other in (("low", "high"), ("high", "low")):
        if len(stretches) > 1 and all(getattr(s, side) and not getattr(s, other) for s in stretches):
            _in_order(stretches, side)
            return [stretches[0], *(_upto(before, own, side) for before, own in pairwise(stretches))]
    return list(stretches)


def _upto(before: Interval, own: Interval, side: str) -> Interval:
    end: End = getattr(before, side)
    edge = End(end.at, not end.included)
    return Interval(own.low, edge) if side == "low" else Interval(edge, own.high)


def _in_order(stretches: Sequence[Interval], side: str) -> None:
    for row, (before, own) in enumerate(pairwise(stretches), start=2):
        first, second = getattr(before, side).number, getattr(own, side).number
        if first is not None and second is not None and (first <= second if side == "low" else first >= second):
            raise complain("band-order", row=row)


def checked(stretches: Sequence[Interval], complete: bool) -> None:
    """For validators: no empty row, no gap, no overlap; ``complete`` is True when ``otherwise`` is written.

    What depends on an expression cannot be compared when written; there the first row that holds wins.
    """
    for row, stretch in enumerate(stretches, start=1):
        if _is_empty(stretch):
            raise complain("band-empty", row=row)
    if any(end.number is None for stretch in stretches for end in stretch.ends):
        if not complete:
            raise complain("band-open-side", side="其余", side_en="outside the table")
        return
    rows = sorted(enumerate(stretches, start=1), key=lambda pair: _position(pair[1]))
    for (row, before), (following, own) in pairwise(rows):
        _meet(row, before, following, own)
    if not complete:
        _reach(rows[0][1], rows[-1][1])


def _is_empty(stretch: Interval) -> bool:
    low, high = stretch.low, stretch.high
    if low is None or high is None or low.number is None or high.number is None:
        return False
    return low.number > high.number or (low.number == high.number and not (low.included and high.included))


def _position(stretch: Interval) -> tuple[bool, Fraction, bool]:
    if stretch.low is None or stretch.low.number is None:
        return (False, Fraction(0), False)
    return (True, stretch.low.number, not stretch.low.included)


def _meet(row: int, before: Interval, following: int, own: Interval) -> None:
    """Two neighbours must touch: one number in neither is a gap, one in both an overlap."""
    high, low = before.high, own.low
    if high is None or low is None or high.number is None or low.number is None:
        raise complain("band-overlap", row=row, next=following, low=_shown(own))
    touching = high.number == low.number
    if low.number < high.number or (touching and high.included and low.included):
        raise complain("band-overlap", row=row, next=following, low=_shown(own))
    if low.number > high.number or not (high.included or low.included):
        raise complain("band-gap", row=row, next=following, low=_end_words(high), high=_end_words(low))


def _shown(stretch: Interval) -> str:
    """Where a stretch begins, for messages."""
    return "—" if stretch.low is None else _end_words(stretch.low)


def _end_words(end: End) -> str:
    return "—" if end.number is None else figure(end.number, "date" if isinstance(end.at, Day) else "number")


def _reach(first: Interval, last: Interval) -> None:
    if first.low is not None:
        edge = _end_words(first.low)
        raise complain("band-open-side", side=f"低于 {edge} ", side_en=f"below {edge}")
    if last.high is not None:
        edge = _end_words(last.high)
        raise complain("band-open-side", side=f"高于 {edge} ", side_en=f"above {edge}")
