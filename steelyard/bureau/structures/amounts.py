"""Amounts by unit and month, straight from the record: what every structure adds up in its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Context, Decimal
from typing import TypeAlias

from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.totals import totals_of
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.expressions.nodes import Aggregate, Window
from steelyard.engine.model.facts import FactTable
from steelyard.engine.organisation import Organisation
from steelyard.engine.periods import Period, PeriodSystem, first_day
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import Wanted
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.lake.record.snapshot import Snapshot

CATALOGUE.add(
    {
        "amount-not-additive": (
            "{total} 不能在机构之间相加，因而不能随架构归并；请用 sum(…) 或 count(…) 及它们的四则运算",
            "{total} of one unit and another do not add up, so no structure can join them; use sum(…), count(…) and "
            "arithmetic with them",
        ),
        "amount-without-facts": (
            "这里面没有汇总，没有什么可以随架构归并；请写 sum(表.列) 或 count(表)",
            "nothing is added up here, so no structure can join it; write sum(table.column) or count(table)",
        ),
    }
)

Cells: TypeAlias = Mapping[tuple[str, int], Decimal]
"""By unit and month number; only months in which the unit existed."""

_WIDE = Context(prec=100)


def additive(totals: Sequence[Aggregate]) -> None:
    """Raises `Refused` with every total that cannot be added up over units, or where there is none at all."""
    if not totals:
        raise refuse("amount-without-facts")
    problems = [
        Problem("amount-not-additive", params={"total": f"{total.kind}({total.table} …)"})
        for total in totals
        if total.kind not in ("sum", "count") or total.per
    ]
    if problems:
        raise Refused(problems)


def monthly(
    facts: Snapshot,
    tables: Mapping[str, FactTable],
    organisation: Organisation,
    totals: Sequence[Aggregate],
    months: Sequence[int],
    order: Order,
) -> dict[Aggregate, Cells]:
    """Each total, without its window, for every unit that has no units below it in that month.

    Rows of the units above are left out: they would count what stands below them again.
    """
    plain = list(dict.fromkeys(replace(total, window=Window()) for total in totals))
    periods = [_month(number) for number in months]
    codes = tuple(sorted(organisation.units))
    (found,) = totals_of(facts, tables, [Wanted(plain, periods, Subjects.alone(codes))], order)
    leaves = [_leaves(organisation, number) for number in months]
    return {
        total: {
            (code, number): value
            for t, number in enumerate(months)
            for s, code in enumerate(codes)
            if code in leaves[t] and (value := _decimal(column, t * len(codes) + s)) is not None
        }
        for total, column in ((total, found.column(total)) for total in plain)
    }


def _month(number: int) -> Period:
    return PeriodSystem(1).containing(first_day(number), "month")


def _leaves(organisation: Organisation, number: int) -> set[str]:
    """Units that exist on a day of the month and hold no other unit in it."""
    first, end = first_day(number), first_day(number + 1)
    rows = [row for own in organisation.units.values() for row in own if row.valid_from < end and row.end > first]
    return {row.code for row in rows} - {row.parent for row in rows if row.parent is not None}


def _decimal(column: Numbers, index: int) -> Decimal | None:
    """A total with as many places as its column has, so that a division by shares keeps them."""
    below = column.denominator if isinstance(column.denominator, int) else int(column.denominator[index])
    if column.fraction(index) is None:
        return None
    return _WIDE.scaleb(Decimal(int(column.numerator[index])), -(len(str(below)) - 1))


def month_numbers(start: date, end: date) -> range:
    return range(start.year * 12 + start.month - 1, end.year * 12 + end.month - 1)
