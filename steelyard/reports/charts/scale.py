"""Axes: from exact values to pixels, and round numbers for the marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_STEPS = tuple(Decimal(step).scaleb(power) for power in range(-4, 6) for step in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class Scale:
    """Linear: ``low`` lies at pixel ``start``, ``high`` at ``end`` (which may be the smaller, for upright axes)."""

    low: Decimal
    high: Decimal
    start: int
    end: int

    def at(self, value: Decimal | int) -> Decimal:
        return self.start + (value - self.low) * (self.end - self.start) / (self.high - self.low)


def ticks(low: Decimal, high: Decimal, most: int) -> list[Decimal]:
    """Round values that enclose [low, high], at most about ``most`` of them."""
    spread = max(high - low, Decimal("0.01"))
    step = next(step for step in _STEPS if spread / step <= most - 1)
    first, last = (low / step).to_integral_value(ROUND_FLOOR), (high / step).to_integral_value(ROUND_CEILING)
    return [step * index for index in range(int(first), max(int(last), int(first) + 1) + 1)]


def fitted(values: Iterable[Decimal], start: int, end: int, most: int = 6) -> tuple[Scale, list[Decimal]]:
    """A scale that holds all values, and its marks."""
    known = list(values)
    marks = ticks(min(known), max(known), most)
    return Scale(marks[0], marks[-1], start, end), marks


def spread_out(wanted: Sequence[Decimal], gap: int, low: int, high: int) -> list[Decimal]:
    """Positions near the wanted ones with at least ``gap`` between them, so that labels do not overlap.

    Order is kept; the result stays inside [low, high] when there is room.
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    placed: list[Decimal] = []
    for index in order:
        at = max(wanted[index], Decimal(low))
        placed.append(max(at, placed[-1] + gap) if placed else at)
    limit = Decimal(high)
    for position in reversed(range(len(placed))):
        placed[position] = min(placed[position], limit)
        limit = placed[position] - gap
    result = [Decimal(0)] * len(wanted)
    for index, at in zip(order, placed, strict=True):
        result[index] = at
    return result
