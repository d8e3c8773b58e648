"""From exact shares to whole units by the largest remainder, such that every group stays within its wishes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from steelyard.engine.allotting.filling import held, level_of
from steelyard.engine.allotting.tree import Node, Wish


@dataclass(frozen=True, slots=True)
class Part:
    """What one claim gets: ``units`` after rounding what it ``holds`` (times the denominator of ``level``, as `held`).

    ``pool``: the wish that says how much was divided here: of the innermost group that stands at its least or its most
    and is therefore divided on its own, else the total.
    """

    claim: Node
    pool: Wish
    level: Fraction
    holds: int
    units: int


@dataclass(frozen=True, slots=True)
class _Cut:
    """A node with everything cut down to whole units: what may be rounded up, neediest first, and how many must."""

    floor: int
    needy: tuple[tuple[int, str], ...]
    must: int
    parts: tuple[Part, ...]


def divided(node: Node, pool: Wish) -> list[Part]:
    """What a pool says, divided over everything in its node; the parts add up to it."""
    level = level_of(node, pool.units)
    cut = _joined([_cut(child, pool, level) for child in node.children], pool.units, pool.units)
    raised = {name for _, name in cut.needy[: cut.must]}
    return [_raised(part) if part.claim.name in raised else part for part in cut.parts]


def _cut(node: Node, pool: Wish, level: Fraction) -> _Cut:
    holds = held(node, level)
    units, rest = divmod(holds, level.denominator)
    if node.is_group and not rest and (limit := _limit(node, units)):
        return _Cut(units, (), 0, tuple(divided(node, limit)))
    if node.is_group:
        return _joined([_cut(child, pool, level) for child in node.children], node.low, node.high)
    part = Part(node, pool, level, holds, units)
    return _Cut(units, ((-rest, node.name),) if rest else (), 0, (part,))


def _limit(group: Node, amount: int) -> Wish | None:
    """The wish of a group that says exactly this amount."""
    return next((wish for wish in (group.least, group.most) if wish and wish.units == amount), None)


def _joined(cuts: list[_Cut], low: int, high: int | None) -> _Cut:
    """First what the children must round up, then the largest remainders; as many as fit between the limits."""
    floor = sum(cut.floor for cut in cuts)
    forced = sorted(needy for cut in cuts for needy in cut.needy[: cut.must])
    free = sorted(needy for cut in cuts for needy in cut.needy[cut.must :])
    needy = (*forced, *free)[: None if high is None else high - floor]
    return _Cut(floor, needy, max(len(forced), low - floor), tuple(_parts(cuts)))


def _parts(cuts: list[_Cut]) -> Iterator[Part]:
    for cut in cuts:
        yield from cut.parts


def _raised(part: Part) -> Part:
    return Part(part.claim, part.pool, part.level, part.holds, part.units + 1)
