"""个人账户总账: everything that was ever entered for a person, run after run; what was entered is never changed (C96).

A published run is never altered, so the ledger need not be kept: it follows from the accounts of the runs in the order
in which they were published. The first one opens it; each later one adds what it makes different, line by line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Literal, TypeAlias

from steelyard.bureau.showing import decimal
from steelyard.bureau.views.accounts import Account, Carried, StageOf, accounts_of
from steelyard.engine.expressions.wording import figure
from steelyard.engine.problems import CATALOGUE, Language, Place, refuse

CATALOGUE.add(
    {
        "ledger-nobody": (
            "这些运行里没有 {person} 的账户；请核对人员代码和运行",
            "none of these runs has an account of {person}; check code and runs",
        ),
        "ledger-several": (
            "这次运行是 {found} 的，前面的是 {wanted} 的；一本总账只记一个计划的一个周期",
            "this run is one of {found}, those before are of {wanted}; a ledger is of one plan and period",
        ),
    }
)

DIGITS = 6
Kind: TypeAlias = Literal["carried", "own", "scaled", "rounded"]
"""An indicator or the total of a unit by day shares; an own indicator; what own indicators get where some of them had
nothing to count; what rounding the total comes to."""
Key: TypeAlias = tuple[Kind, str, str, date | None, str]
"""Kind, unit, post, first day, indicator: which line of the account an entry belongs to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``amount`` is exact. ``run``: which run made it; ``corrects``: the number of the entry before it on the same
    line, 0 for the first. ``figures``: what the line comes to by that run, as arithmetic."""

    number: int
    run: str
    kind: Kind
    unit: str
    post: str
    first_day: date | None
    indicator: str
    amount: Fraction
    corrects: int
    figures: str

    @property
    def key(self) -> Key:
        return self.kind, self.unit, self.post, self.first_day, self.indicator

    @property
    def anchor(self) -> tuple[str, str]:
        """Unit and indicator: the number on which a remark or an appeal about the entry hangs. An indicator of one's
        own hangs on the unit as well, rounding on nothing."""
        return self.unit, self.indicator


@dataclass(frozen=True)
class Ledger:
    person: str
    plan: str
    period: str
    entries: tuple[Entry, ...]

    @property
    def balance(self) -> Fraction:
        """The total of the last run, to the last digit."""
        return sum((entry.amount for entry in self.entries), Fraction(0))


def ledger(runs: Sequence[Path], person: str) -> Ledger:
    """``runs``: folders in the order of publication. Raises `Refused`: ``ledger-nobody``, ``ledger-several``."""
    accounts = [(run, account) for run in runs if (account := accounts_of(run, person)) is not None]
    if not accounts:
        raise refuse("ledger-nobody", person=person)
    plan, period = _of(accounts[0][1])
    entries: list[Entry] = []
    for run, account in accounts:
        if _of(account) != (plan, period):
            wanted, found = f"{plan} {period}", " ".join(_of(account))
            raise refuse("ledger-several", Place(str(run)), found=found, wanted=wanted)
        entries += _booked(entries, run.name, dict(lines(account)))
    return Ledger(person, plan, period, tuple(entries))


def _of(account: Account) -> tuple[str, str]:
    return str(account.head["plan"]), str(account.head["period"])


Line: TypeAlias = tuple[Fraction, str]
"""What a line comes to, and its arithmetic."""


def _booked(before: Sequence[Entry], run: str, now: Mapping[Key, Line]) -> Iterator[Entry]:
    """What a run makes different. A line that is no more is taken back by an entry of its own."""
    sums: dict[Key, Fraction] = {}
    last: dict[Key, int] = {}
    for entry in before:
        sums[entry.key] = sums.get(entry.key, Fraction(0)) + entry.amount
        last[entry.key] = entry.number
    number = len(before)
    for key in dict.fromkeys([*now, *sums]):
        amount, figures = now.get(key, (Fraction(0), ""))
        difference = amount - sums.get(key, Fraction(0))
        if difference or (key in now and key not in sums):
            number += 1
            yield Entry(number, run, *key, difference, last.get(key, 0), figures)


def lines(account: Account) -> Iterator[tuple[Key, Line]]:
    """Every line of an account with what it brings; they add up to the published total."""
    total, own = _number(account.head["total"]), Fraction(0)
    found: list[tuple[Key, Line]] = [line for stage in account.stages for line in _stage(stage)]
    unit = str(account.head["unit"])
    for one in account.own:
        points = _number(one.points)
        own += points
        found.append(
            (
                ("own", unit, "", None, one.indicator),
                (points, f"{'—' if one.points is None else figure(points)} / {one.worth}"),
            )
        )
    scaled = _number(account.head["own"]) - own
    rounding = total - sum((amount for _, (amount, _) in found), scaled)
    yield from found
    for kind, amount in (("scaled", scaled), ("rounded", rounding)):
        if amount:
            yield (kind, "", "", None, ""), (amount, figure(amount))  # type: ignore[misc]


def _stage(stage: StageOf) -> Iterator[tuple[Key, Line]]:
    weight = Fraction(stage.weight)
    for line in stage.lines:
        if line.points is not None:
            key: Key = ("carried", stage.unit, stage.post, stage.first_day, line.indicator)
            yield key, (Fraction(line.points) * weight, _figures(line, stage.weight))


def _figures(line: Carried, weight: str) -> str:
    """``20 × 778.01/1000 → 15.56 × 59/365``."""
    return f"{line.worth} × {line.unit_points}/{line.unit_full} → {line.points} × {weight}"


def _number(value: object) -> Fraction:
    return Fraction(0) if value is None else Fraction(str(value))


_KINDS: Mapping[Kind, tuple[str, str]] = {
    "carried": ("承接", "carried"),
    "own": ("本人指标", "own"),
    "scaled": ("没有此类事项的折算", "scaled for what had nothing to count"),
    "rounded": ("总分舍入", "rounding of the total"),
}


def told(entry: Entry, language: Language) -> str:
    """An entry explains itself: which line, what it comes to, which entry it corrects."""
    zh = language == "zh"
    kind = _KINDS[entry.kind][0 if zh else 1]
    what = entry.indicator or (("单位总分" if zh else "total of the unit") if entry.kind == "carried" else "")
    where = " ".join(part for part in (entry.unit, entry.post, str(entry.first_day or "")) if part)
    amount = f"{'+' if entry.amount >= 0 else '−'}{_shown(abs(entry.amount))}"
    why = f"：{entry.figures}" if entry.figures else ("：不再有这一笔" if zh else ": no longer there")
    again = f"（更正第 {entry.corrects} 笔）" if zh else f" (corrects entry {entry.corrects})"
    return f"{entry.number} [{entry.run}] {kind} {what} {where} {amount}{why}{again if entry.corrects else ''}"


def _shown(amount: Fraction) -> str:
    """A fraction that never ends is about so much; what is added up is exact."""
    near = Fraction(decimal(amount, DIGITS))
    return figure(near) if near == amount else f"≈{figure(near)}"
