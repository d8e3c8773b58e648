"""Statistics of the peer class (同类): exact, the same whatever the order of the subjects.

Peers without a number (nothing happened, data awaited, not existing) do not count. A statistic of no peers is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.numbers import Numbers, State, numbers
from steelyard.engine.arithmetic.whole import Ints, narrow, over, times

Index = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Groups:
    """Who is compared with whom: ``group`` (n,) numbers each element's class and period, −1 for none.

    ``others`` answers for a class by name the group number that each element would look at, in its own period.
    """

    group: Index
    others: Mapping[str, Index]

    def seen_from(self, class_name: str | None) -> Index:
        return self.group if class_name is None else self.others[class_name]


Statistic: TypeAlias = Callable[[list[int], Sequence[int]], Fraction | None]
"""From the known numerators (ascending, over one denominator) and whole parameters to one number."""


def _mean(values: list[int], _: Sequence[int]) -> Fraction | None:
    return Fraction(sum(values), len(values))


def _trimmed(values: list[int], cut: Sequence[int]) -> Fraction | None:
    kept = values[cut[0] : len(values) - cut[0]]
    return Fraction(sum(kept), len(kept)) if kept else None


def _median(values: list[int], _: Sequence[int]) -> Fraction | None:
    middle = len(values) // 2
    if len(values) % 2:
        return Fraction(values[middle])
    return Fraction(values[middle - 1] + values[middle], 2)


def _nth(values: list[int], n: Sequence[int]) -> Fraction | None:
    """The n-th highest; empty when there are fewer."""
    return Fraction(values[-n[0]]) if 1 <= n[0] <= len(values) else None


def _percentile(values: list[int], level: Sequence[int]) -> Fraction | None:
    """Nearest rank: the smallest value that at least ``level`` per cent do not exceed."""
    place = -(-level[0] * len(values) // 100)
    return Fraction(values[max(place, 1) - 1])


STATISTICS: Mapping[str, Statistic] = {
    "peers_mean": _mean,
    "peers_trimmed_mean": _trimmed,
    "peers_median": _median,
    "peers_max": lambda values, _: Fraction(values[-1]),
    "peers_min": lambda values, _: Fraction(values[0]),
    "peers_sum": lambda values, _: Fraction(sum(values)),
    "peers_nth": _nth,
    "peers_percentile": _percentile,
}


def statistic(op: str, column: Numbers, groups: Groups, parameters: Sequence[int], class_name: str | None) -> Numbers:
    """One statistic per group, given to everyone who looks at that group."""
    answers: dict[int, Fraction | None] = {}
    for number, (values, below) in _by_group(column, groups.group).items():
        found = STATISTICS[op](sorted(values), parameters)
        answers[number] = None if found is None else found / below
    seen = groups.seen_from(class_name)
    wanted, position = np.unique(seen, return_inverse=True)
    per_group = numbers(answers.get(int(number)) for number in wanted)
    return per_group.take(position.reshape(-1))


def count(column: Numbers, groups: Groups, class_name: str | None) -> Numbers:
    """How many peers have a number; zero is an answer here."""
    size = int(groups.group.max(initial=-1)) + 1
    known = groups.group[column.known & (groups.group >= 0)]
    per_group = np.append(np.bincount(known, minlength=size), 0)  # the last answers for "no group"
    found = per_group[np.minimum(groups.seen_from(class_name), size)]
    return Numbers(found.astype(np.int64), 1, np.zeros(len(column), dtype=np.uint8))


def rank(column: Numbers, groups: Groups) -> Numbers:
    """Place in the group, 1 for the highest, equal numbers share the better place; empty without a number."""
    place = np.zeros(len(column), dtype=np.int64)
    for index, values in _members(column, groups.group):
        ordered = np.sort(values)
        place[index] = len(values) - np.searchsorted(ordered, values, side="right") + 1
    state = np.where(groups.group < 0, np.maximum(column.state, State.EMPTY), column.state)
    return Numbers(place, 1, state.astype(np.uint8))


def _by_group(column: Numbers, group: Index) -> dict[int, tuple[list[int], int]]:
    found: dict[int, tuple[list[int], int]] = {}
    for index, values in _members(column, group):
        below = column.denominator if isinstance(column.denominator, int) else lcm(*column.denominator[index].tolist())
        found[int(group[index[0]])] = (values.tolist(), below)
    return found


def _members(column: Numbers, group: Index) -> list[tuple[Index, Ints]]:
    """For each group the positions of its known elements and their numerators over one denominator."""
    usable = np.flatnonzero(column.known & (group >= 0))
    usable = usable[np.argsort(group[usable], kind="stable")]
    cuts = np.flatnonzero(np.diff(group[usable])) + 1
    parts = [part for part in np.split(usable, cuts) if len(part)]
    return [(part, _level(column, part)) for part in parts]


def _level(column: Numbers, part: Index) -> Ints:
    values = column.numerator[part]
    if isinstance(column.denominator, int):
        return values
    below = column.denominator[part]
    leveled: Ints = narrow(times(values, over(lcm(*below.tolist()), below)))  # type: ignore[assignment]
    return leveled
