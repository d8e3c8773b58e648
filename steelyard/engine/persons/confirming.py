"""认定: which posts answer for which indicators of a unit, lead or assisting, with which share, from when to when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from steelyard.engine.expressions.wording import figure
from steelyard.engine.organisation.known import grouped
from steelyard.engine.organisation.rows import PlainRow, Post
from steelyard.engine.problems import CATALOGUE, NOWHERE, Place, Problem

CATALOGUE.add(
    {
        "assignment-elsewhere": (
            "{unit} 的“{indicator}”认定给岗位 {post}，而这个岗位不属于 {unit} 或没有登记；请更正，这一行不计",
            "'{indicator}' of {unit} is confirmed for post {post}, which is none of {unit}; correct the row, it does "
            "not count",
        ),
        "assignment-unlinked": (
            "{unit} 的“{indicator}”认定给岗位 {post}，而个人计划没有把它关联到这个岗位；这一行不给任何人计分",
            "'{indicator}' of {unit} is confirmed for post {post}, to which the plan for persons does not link it; the "
            "row scores nobody",
        ),
        "assignment-share": (
            "{unit} 的“{indicator}”给岗位 {post} 的份额是 {share}；份额应大于 0、不超过 1，"
            "协办岗位只有在个人计划写了 veto 时才可以是 0",
            "the share of '{indicator}' of {unit} that post {post} has is {share}; shares are above 0 and at most 1, "
            "and 0 only for assisting posts where the plan for persons states veto",
        ),
        "assignment-doubled": (
            "{unit} 的“{indicator}”在 {start} 起的日子里两次认定给岗位 {post}；请留一行",
            "'{indicator}' of {unit} is confirmed twice for post {post} from {start} on; keep one row",
        ),
        "assignment-shares": (
            "{unit} 的“{indicator}”自 {start} 至 {last} 已认定的份额合计 {sum}，应当恰好是 1（{posts}）",
            "confirmed shares of '{indicator}' of {unit} from {start} to {last} add up to {sum} and not to 1 ({posts})",
        ),
    }
)

Linked: TypeAlias = Callable[[Post, str], bool]
"""Whether a plan links an indicator to a post."""
Role = Literal["lead", "assist"]
COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("unit", "indicator", "post", "role"), "text"),
    "share": "number",
    **dict.fromkeys(("from", "to"), "date"),
}
"""What a table of assignments has; ``to`` is the last day, empty while it holds."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One confirmed row. ``share``: the post's part of the unit's points, 0 for one that answers with its veto only."""

    unit: str
    indicator: str
    post: str
    role: Role
    share: Fraction
    start: date
    end: date
    place: Place = NOWHERE

    def on(self, day: date) -> bool:
        return self.start <= day < self.end


def read_assignments(rows: Iterable[PlainRow]) -> Confirmed:
    """Rows of the table (`COLUMNS`), with the ``place`` that they come from; the order decides nothing.

    A row that ends before it begins takes the confirmation back altogether.
    """
    holding = (row for row in map(_assignment, rows) if row.start < row.end)
    found = sorted(holding, key=lambda row: (row.unit, row.indicator, row.post, row.start, row.end))
    joined: list[Assignment] = []
    for row in found:
        if joined and _continues(joined[-1], row):
            joined[-1] = replace(joined[-1], end=row.end)
        else:
            joined.append(row)
    return Confirmed(tuple(joined))


def _continues(before: Assignment, row: Assignment) -> bool:
    """Whether a row says the same of the days that follow."""
    return before.end == row.start and replace(before, start=row.start, end=row.end, place=row.place) == row


def _assignment(row: Mapping[str, Any]) -> Assignment:
    last = row["to"]
    end = date.max if last is None or last == date.max else last + timedelta(days=1)
    place = row.get("place") or NOWHERE
    words = (row["unit"], row["indicator"], row["post"], row["role"])
    return Assignment(*words, Fraction(row["share"]), row["from"], end, place)


@dataclass(frozen=True)
class Confirmed:
    """All rows, in the order of unit, indicator, post and time; rows that follow each other are one."""

    rows: tuple[Assignment, ...]

    @cached_property
    def of_post(self) -> Mapping[str, tuple[Assignment, ...]]:
        return grouped(self.rows, lambda row: row.post)  # type: ignore[type-var]

    @cached_property
    def of_indicator(self) -> Mapping[tuple[str, str], tuple[Assignment, ...]]:
        """By unit and indicator."""
        return grouped(self.rows, lambda row: (row.unit, row.indicator))  # type: ignore[type-var]

    def counting(self, posts: Mapping[str, Post], linked: Linked) -> Confirmed:
        """Those rows that a plan can count: of a post of the very unit, to which it links the indicator."""
        return Confirmed(
            tuple(row for row in self.rows if _stands(row, posts) and linked(posts[row.post], row.indicator))
        )

    def cuts(self, post: str) -> tuple[date, ...]:
        """The days on which something begins or ends for a post."""
        rows = self.of_post.get(post, ())
        return tuple(sorted({day for row in rows for day in (row.start, row.end)}))

    def on(self, post: str, day: date) -> dict[str, Assignment]:
        """What a post answers for on a day, by indicator."""
        return {row.indicator: row for row in self.of_post.get(post, ()) if row.on(day)}


def _stands(row: Assignment, posts: Mapping[str, Post]) -> bool:
    return row.post in posts and posts[row.post].unit == row.unit


def objections(confirmed: Confirmed, posts: Mapping[str, Post], linked: Linked, veto: bool) -> Iterator[Problem]:
    """Everything that contradicts itself, as an error; what counts for nobody or makes no whole yet, as a warning."""
    for row in confirmed.rows:
        named = {"unit": row.unit, "indicator": row.indicator, "post": row.post}
        if not _stands(row, posts):
            yield Problem("assignment-elsewhere", row.place, named, "warning")
        elif not linked(posts[row.post], row.indicator):
            yield Problem("assignment-unlinked", row.place, named, "warning")
        least = row.share > 0 or (veto and row.role == "assist" and row.share == 0)
        if not least or row.share > 1:
            yield Problem("assignment-share", row.place, {**named, "share": figure(row.share)})
    for rows in confirmed.of_indicator.values():
        yield from _doubled(rows)
        yield from _sums(rows)


def _doubled(rows: tuple[Assignment, ...]) -> Iterator[Problem]:
    """Rows of one unit's indicator, by post and time."""
    for before, row in pairwise(rows):
        if before.post == row.post and row.start < before.end:
            params = {"unit": row.unit, "indicator": row.indicator, "post": row.post, "start": row.start}
            yield Problem("assignment-doubled", row.place, params)


def spans(rows: Iterable[Assignment]) -> Iterator[tuple[date, date, tuple[Assignment, ...]]]:
    """Stretches of days on which the same rows hold, without those on which none does."""
    known = tuple(rows)
    cuts = sorted({day for row in known for day in (row.start, row.end)})
    for start, end in pairwise(cuts):
        holding = tuple(row for row in known if row.on(start))
        if holding:
            yield start, end, holding


def _sums(rows: tuple[Assignment, ...]) -> Iterator[Problem]:
    """Shares that are not exactly 1: more is a contradiction, less means that somebody has not confirmed yet."""
    for start, end, holding in spans(rows):
        found = sum((row.share for row in holding), Fraction(0))
        if found != 1:
            last = end if end == date.max else end - timedelta(days=1)
            posts = "、".join(f"{row.post} {figure(row.share)}" for row in holding)
            params = {
                "unit": rows[0].unit,
                "indicator": rows[0].indicator,
                "start": start,
                "last": last,
                "sum": figure(found),
                "posts": posts,
            }
            yield Problem("assignment-shares", holding[0].place, params, "error" if found > 1 else "warning")
