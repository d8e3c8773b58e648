"""What health checks of persons share: everybody's account, and who has the same duty. Numbers are exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import pyarrow.parquet as pq

from steelyard.bureau.health.basis import About, Basis, Row, mean, median
from steelyard.bureau.views.accounts import Account, Carried, StageOf, accounts_of, accounts_of_all
from steelyard.bureau.views.overview import PeopleWords
from steelyard.reports.sheet import Words

TOTAL = Words("单位总分", "total of the unit")
OWN = Words("本人指标", "own indicator")
Rate = tuple[Fraction, Fraction]
"""Points, and what they are out of."""


def exact(text: object) -> Fraction:
    """An exact text, or a decimal; nothing is 0."""
    return Fraction(str(text or 0))


@dataclass(frozen=True, eq=False)
class Group:
    """Everybody with one duty under one plan. ``own``: indicator -> person -> points of those to whom it applied."""

    duty: str
    totals: Mapping[str, Fraction]
    own: Mapping[str, Mapping[str, Rate]]

    @cached_property
    def ordered(self) -> list[Fraction]:
        """All totals, the lowest first."""
        return sorted(self.totals.values())

    @cached_property
    def middles(self) -> Mapping[str, Fraction]:
        return {"best": self.ordered[-1], "mean": mean(self.ordered), "median": median(self.ordered)}

    @cached_property
    def points(self) -> Mapping[str, Fraction]:
        """Mean points on each own indicator, of those to whom it applied."""
        return {id: mean([points for points, _ in rates.values()]) for id, rates in self.own.items()}

    @cached_property
    def rates(self) -> Mapping[str, list[Fraction]]:
        """Rates on each own indicator that is worth something."""
        return {id: [a / b for a, b in rates.values() if b] for id, rates in sorted(self.own.items())}

    @cached_property
    def mean_rates(self) -> Mapping[str, Fraction]:
        return {id: mean(rates) for id, rates in self.rates.items() if rates}


@dataclass(frozen=True)
class Line:
    """One thing that is carried. ``stage``: 0 for own indicators; ``lost``: in points of the person's total."""

    stage: int
    key: str
    name: Words
    source: Words
    worth: Fraction
    points: Fraction
    lost: Fraction
    line: Carried


class PeopleBasis:
    """One run, for the health checks of all its people. ``whole``: reads all accounts at once, for many reports."""

    def __init__(self, basis: Basis, whole: bool = False) -> None:
        self.basis, self.folder = basis, basis.views.folder
        self._account: Callable[[str], Account | None] = (
            accounts_of_all(self.folder).get if whole else lambda person: accounts_of(self.folder, person)
        )

    @cached_property
    def heads(self) -> Mapping[str, Mapping[str, Any]]:
        """Everybody with a total."""
        return {row["person"]: row for row in self.basis.views.persons() if row["total"] is not None}

    @cached_property
    def words(self) -> Mapping[str, PeopleWords]:
        return {one.plan: one for one in self.basis.views.people}

    @cached_property
    def groups(self) -> Mapping[tuple[str, str], Group]:
        """By plan and duty."""
        found: dict[tuple[str, str], Group] = {}
        for code, row in self.heads.items():
            group = found.setdefault((row["plan"], row["duty"]), Group(row["duty"], {}, {}))
            group.totals[code] = exact(row["total"])  # type: ignore[index]
        for person, indicator, points, worth in self._own_lines():
            row = self.heads[person]
            own = found[row["plan"], row["duty"]].own.setdefault(indicator, {})  # type: ignore[attr-defined]
            own[person] = (exact(points), exact(worth))
        return found

    def _own_lines(self) -> Iterator[tuple[str, str, str, str]]:
        """Own indicators of everybody that had something to count."""
        columns = ["person", "indicator", "points", "worth"]
        path = self.folder / "accounts.parquet"
        table = pq.read_table(path, columns=columns, filters=[("stage", "=", 0)], use_threads=False)
        rows = zip(*(table[name].to_pylist() for name in columns), strict=True)
        return ((person, *more) for person, *more in rows if more[1] is not None and person in self.heads)

    def of(self, person: str, quoted: frozenset[str] | None = None) -> Person:
        """``quoted``: units whose sheets may be quoted, None for all. Raises `KeyError` for who was not assessed."""
        head, account = self.heads[person], self._account(person)
        if account is None:
            raise KeyError(person)
        units = {stage.unit for stage in account.stages if self.basis.views.has_unit(stage.unit)}
        known = tuple(sorted(units if quoted is None else units & quoted))
        return Person(self, head, account, self.words[head["plan"]], self.groups[head["plan"], head["duty"]], known)


@dataclass(frozen=True)
class Person:
    """One person with everything he is compared with. ``quoted``: units whose sheets may be quoted."""

    people: PeopleBasis
    head: Mapping[str, Any]
    account: Account
    words: PeopleWords
    group: Group
    quoted: tuple[str, ...]

    @property
    def code(self) -> str:
        return str(self.head["person"])

    @property
    def total(self) -> Fraction:
        return self.group.totals[self.code]

    @cached_property
    def unit(self) -> About | None:
        """Where he stands now, where it was assessed and may be quoted."""
        unit = self.head["unit"]
        return self.people.basis.of(unit) if unit in self.quoted else None

    @property
    def last(self) -> StageOf:
        return self.account.stages[-1]

    def at(self, path: str) -> str:
        """A place on his own row."""
        return f"persons#{self.code}/{path}"

    def kept(self, path: str) -> str:
        """A place in his account."""
        return f"accounts#{self.code}/{path}"

    def beside(self, path: str) -> str:
        """A place in the records that came with the results."""
        return f"beside#persons/{self.code}/{path}"

    def all(self, what: str) -> str:
        """Something worked out from everybody with his duty."""
        return f"{what}(persons#[{self.group.duty}]/total)"

    def named(self, indicator: str) -> Words:
        return Words(self.words.indicators.get(indicator, indicator)) if indicator else TOTAL

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Everything with points, stage by stage, own indicators last."""
        carried = (self._line(stage, one) for stage in self.account.stages for one in stage.lines if one.points)
        own = (
            Line(0, f"0/{one.indicator}", self.named(one.indicator), OWN, exact(one.worth), exact(one.points),
                 exact(one.worth) - exact(one.points), one)
            for one in self.account.own if one.points is not None
        )  # fmt: skip
        return (*carried, *own)

    def _line(self, stage: StageOf, one: Carried) -> Line:
        worth, points = exact(one.worth), exact(one.points)
        unit, lost = Words(self.words.units.get(stage.unit, stage.unit)), (worth - points) * exact(stage.weight)
        key = f"{stage.number}/{one.indicator or 'unit'}"
        return Line(stage.number, key, self.named(one.indicator), unit, worth, points, lost, one)

    @cached_property
    def losses(self) -> list[Line]:
        """The largest first; equal ones by where they stand."""
        return sorted((one for one in self.lines if one.lost > 0), key=lambda one: (-one.lost, one.key))

    def rates(self, indicator: str) -> Row | None:
        """Of the unit where he stands now."""
        return None if self.unit is None else self.people.basis.rates(self.unit.code, indicator)
