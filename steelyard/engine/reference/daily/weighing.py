"""A person's total and who made a unit's points, by plain lists of days: the slow twin of `engine.persons`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeAlias

from steelyard.engine.arithmetic.rounding import rounded
from steelyard.engine.model.persons import Link, PersonsPlan
from steelyard.engine.organisation import Organisation
from steelyard.engine.organisation.rows import Holding, Post
from steelyard.engine.periods import Period

Row: TypeAlias = Mapping[str, object]
"""A confirmed row as it is written: unit, indicator, post, role, share, from, to (the last day)."""
Marks: TypeAlias = Callable[[str, Period], Mapping[str, tuple[Fraction, Fraction]] | None]
"""Points and full mark by indicator of a unit, its total under an empty name; None where it has no score."""
Divide: TypeAlias = Callable[[PersonsPlan, Mapping[str, Fraction]], Mapping[str, Fraction]]
"""Weights by indicator -> points by indicator, the unit's total under ``unit``."""


@dataclass
class _Run:
    """Days one after the other on which the same holding answered for the same things."""

    holding: Holding
    answers: Mapping[str, Row]
    days: list[date] = field(default_factory=list)


def total(
    plan: PersonsPlan,
    org: Organisation,
    rows: Sequence[Row] | None,
    person: str,
    period: Period,
    counts: Callable[[date], bool],
    marks: Marks,
    divide: Divide,
) -> Fraction | None:
    """Without own indicators. ``rows``: None where the plan asks for no confirmation."""
    runs = _runs(plan, org, rows, person, period)
    scored = [run for run in runs if marks(_unit(org, run), _frozen(run, period)) is not None]
    found = counted = Fraction(0)
    for day in filter(counts, _days(period)):
        whole = sum((Fraction(run.holding.share) for run in runs if day in run.days), Fraction(0))
        for run in (run for run in scored if day in run.days):
            got = marks(_unit(org, run), _frozen(run, period)) or {}
            part = Fraction(run.holding.share) / whole
            counted += part
            found += _points(plan, org, run, got, divide) * part
    return _at(plan, found / counted) if counted else None


def _days(period: Period) -> Iterator[date]:
    day = period.start
    while day < period.end:
        yield day
        day += timedelta(days=1)


def _unit(org: Organisation, run: _Run) -> str:
    return org.posts[run.holding.post].unit


def _runs(plan: PersonsPlan, org: Organisation, rows: Sequence[Row] | None, person: str, period: Period) -> list[_Run]:
    found: list[_Run] = []
    for day in _days(period):
        for holding in org.holdings_of(person):
            if holding.start <= day < holding.end:
                answers = _answers(org, rows or (), holding.post, day)
                answers = {id: row for id, row in answers.items() if _links(plan, org.posts[holding.post], id)}
                run = next((run for run in found if _goes_on(run, holding, answers, day)), None)
                if run is None:
                    run = _Run(holding, answers)
                    found.append(run)
                run.days.append(day)
    return found


def _goes_on(run: _Run, holding: Holding, answers: Mapping[str, Row], day: date) -> bool:
    same = (run.holding.post, run.holding.share) == (holding.post, holding.share)
    return same and _said(run.answers) == _said(answers) and run.days[-1] == day - timedelta(days=1)


def _said(answers: Mapping[str, Row]) -> list[tuple[str, object, object]]:
    return [(id, row["role"], row["share"]) for id, row in sorted(answers.items())]


def _answers(org: Organisation, rows: Iterable[Row], post: str, day: date) -> dict[str, Row]:
    unit = org.posts[post].unit
    return {str(row["indicator"]): row for row in rows if (row["unit"], row["post"]) == (unit, post) and _on(row, day)}


def _on(row: Row, day: date) -> bool:
    first, last = row["from"], row["to"]
    return isinstance(first, date) and first <= day and (last is None or (isinstance(last, date) and day <= last))


def _frozen(run: _Run, period: Period) -> Period:
    """The whole period for who was there on its last day; else all months that were over when the run ended."""
    last = run.days[-1]
    if last == period.end - timedelta(days=1):
        return period
    over = [month for month in period.months if month.end - timedelta(days=1) <= last]
    return (over or period.months[:1])[-1].to_date


def _points(
    plan: PersonsPlan,
    org: Organisation,
    run: _Run,
    marks: Mapping[str, tuple[Fraction, Fraction]],
    divide: Divide,
) -> Fraction:
    worths = divide(plan, _weights(plan, org, run, marks))
    found = Fraction(0)
    for id, worth in {**worths, "": worths.get("unit", plan.unit.value)}.items():
        if id != "unit":
            got, full = marks[id]
            share = _share(run.answers.get(id))
            lost = share == 0 and plan.veto is not None and got < full * plan.veto.value
            found += Fraction(0) if lost or not full else _at(plan, worth * got / full)
    return found


def _share(row: Row | None) -> Fraction | None:
    return None if row is None else Fraction(str(row["share"]))


def _weights(
    plan: PersonsPlan, org: Organisation, run: _Run, marks: Mapping[str, tuple[Fraction, Fraction]]
) -> dict[str, Fraction]:
    post = org.posts[run.holding.post]
    found: dict[str, Fraction] = {}
    for link in plan.links:
        confirmed = plan.confirmed is None or link.indicator in run.answers
        if link.indicator in marks and confirmed and _reaches(link, post):
            share = _share(run.answers.get(link.indicator)) or Fraction(1)
            found[link.indicator] = max(found.get(link.indicator, Fraction(0)), link.weight.value * share)
    return found


def _links(plan: PersonsPlan, post: Post, id: str) -> bool:
    return any(link.indicator == id and _reaches(link, post) for link in plan.links)


def _reaches(link: Link, post: Post) -> bool:
    return post.duty in link.duties or post.code in link.posts


def by_remainder(plan: PersonsPlan, weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """By number or weight; what is left after cutting goes one unit of the last place at a time."""
    if not weights:
        return {}
    by = {id: Fraction(1) if plan.spread == "number" else weight for id, weight in weights.items()}
    unit, whole = Fraction(1, 10**plan.places), sum(by.values(), Fraction(0))
    exact = {id: plan.linked.value * weight / whole for id, weight in by.items()}
    cut = {id: points // unit * unit for id, points in exact.items()}
    for id in sorted(exact, key=lambda id: (cut[id] - exact[id], id)):
        if sum(cut.values()) < plan.linked.value:
            cut[id] += unit
    return cut


def _at(plan: PersonsPlan, value: Fraction) -> Fraction:
    scale = 10**plan.places
    return Fraction(rounded(value.numerator * scale, value.denominator, plan.rounding), scale)


def contributed(
    org: Organisation, rows: Sequence[Row], unit: str, indicator: str, period: Period, points: Fraction
) -> dict[tuple[str, str], Fraction]:
    """Points by post and person on calendar days; nobody's under empty names."""
    days, found = list(_days(period)), dict[tuple[str, str], Fraction]()
    for day in days:
        left = Fraction(1)
        for row in rows:
            if (row["unit"], row["indicator"]) == (unit, indicator) and _on(row, day):
                share, post = Fraction(str(row["share"])), str(row["post"])
                left -= share
                held = [one for person in org.persons for one in org.holdings_of(person) if one.post == post]
                there = [one for one in held if one.start <= day < one.end]
                for one in there:
                    part = share * Fraction(one.share) / sum(Fraction(other.share) for other in there)
                    found[post, one.person] = found.get((post, one.person), Fraction(0)) + part
                if not there:
                    found[post, ""] = found.get((post, ""), Fraction(0)) + share
        found["", ""] = found.get(("", ""), Fraction(0)) + left
    return {who: part * points / len(days) for who, part in found.items() if part}
