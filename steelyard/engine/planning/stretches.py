"""Stretches of days that aggregates read, and which of them one scan can keep apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from steelyard.engine.expressions.nodes import Window
from steelyard.engine.periods import Period
from steelyard.engine.problems import CATALOGUE, refuse

CATALOGUE.add(
    {
        "window-too-far": (
            "时段退回得太远（{years} 年 {periods} 期）；最多退回 {limit} 年或期，且不早于公元 1 年",
            "the window goes back too far ({years} years, {periods} periods); at most {limit}, and not before year 1",
        ),
        "window-checkpoint-open": (
            "时间节点“{checkpoint}”尚未换成确定的周期；请先按目标进度表确定节点",
            "checkpoint '{checkpoint}' was not turned into a period; settle it from the schedule of the target first",
        ),
        "window-of-days": (
            "自定义起止日期 {stretch} 没有上期、上年和累计；请用 2026Q1 这样的周期",
            "days {stretch} have no earlier period, no last year and no year to date; use a period such as 2026Q1",
        ),
    }
)

MAX_BACK = 100


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """The days from ``start`` up to, not including, ``end``."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    @property
    def months(self) -> range | None:
        """Months since year 0 (year * 12 + month - 1), or None when the days are not whole months."""
        return _months(self.start, self.end)


@lru_cache(maxsize=4096)
def _months(start: date, end: date) -> range | None:
    """Every total of a plan asks for the same few."""
    return None if start.day != 1 or end.day != 1 else range(month_number(start), month_number(end))


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def stretch(window: Window, period: Period | Stretch) -> Stretch:
    """The days that a window means, seen from a period.

    A year in ``to_date`` and ``year`` is that of the period's system (a fiscal year where it has one).
    Raises `Refused`: ``window-too-far``, ``window-checkpoint-open``, ``window-of-days``.
    """
    if window.checkpoint is not None:
        raise refuse("window-checkpoint-open", checkpoint=window.checkpoint)
    if isinstance(period, Stretch):
        if window != Window():
            raise refuse("window-of-days", stretch=str(period))
        return period
    back = max(window.years, window.periods)
    if back > MAX_BACK or period.year - window.years - window.periods < 2:
        raise refuse("window-too-far", years=window.years, periods=window.periods, limit=MAX_BACK)
    found = replace(period, year=period.year - window.years)
    for _ in range(window.periods):
        found = found.previous
    if window.reach == "to_date":
        found = found.to_date
    if window.reach == "year":
        found = replace(found, kind="year", index=0, cumulative=False)
    return Stretch(found.start, found.end)


def batches(stretches: Iterable[Stretch]) -> list[tuple[Stretch, ...]]:
    """As few groups as possible in which no two stretches share a day: one scan can serve a group.

    By start, each goes to the group that was free first; the count of groups is then the deepest overlap.
    """
    groups: list[list[Stretch]] = []
    for item in sorted(set(stretches)):
        free = [group for group in groups if group[-1].end <= item.start]
        if free:
            min(free, key=lambda group: group[-1].end).append(item)
        else:
            groups.append([item])
    return [tuple(group) for group in groups]
