"""Checks of successions: who passes what on to whom, and whether the shares add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from steelyard.engine.organisation.known import exists, grouped
from steelyard.engine.organisation.rows import Succession, Unit
from steelyard.engine.problems import CATALOGUE, Problem

CATALOGUE.add(
    {
        "succession-to-itself": (
            "沿革不必写单位 {unit} 留给自己的部分；请只写划出的份额，其余自动留下",
            "the part that unit {unit} keeps is not written; state only what passes on, the rest stays",
        ),
        "succession-shares": (
            "{unit} 于 {on} 的{column}合计为 {total}，应{wanted_zh}；请更正，或全部留空表示不划分",
            "{column} of {unit} on {on} add up to {total} but must {wanted_en}; correct them, or leave all empty",
        ),
        "succession-source-absent": (
            "{unit} 在 {on} 的前一天并不存在，不能由它承继；请更正日期或代码",
            "{unit} does not exist on the day before {on}, so nothing can come from it; correct the date or the code",
        ),
        "succession-target-absent": (
            "{unit} 在 {on} 当天并不存在，不能承继；请更正日期或代码",
            "{unit} does not exist on {on}, so nothing can pass to it; correct the date or the code",
        ),
        "succession-unit-goes-on": (
            "{unit} 于 {on} 已全部划出，当天却仍然存在；如已撤销，请把止期填为前一天",
            "all of {unit} passes on at {on}, yet it is there on that day; if it was abolished, end it the day before",
        ),
    }
)

_ONE_DAY = timedelta(days=1)
_EXACTLY = ("全部填写且等于 1", "all be stated, exactly 1")
_AT_MOST = ("全部填写且不超过 1", "all be stated, at most 1")


def check_successions(rows: Sequence[Succession], units: Mapping[str, Sequence[Unit]]) -> Iterator[Problem]:
    for row in rows:
        yield from _ends(row, units)
    for own in grouped(rows, lambda row: (row.on, row.from_unit)).values():
        unit, on = own[0].from_unit, own[0].on
        goes_on = exists(units, unit, on)
        yield from _shares(own, "share", unit, [row.share for row in own], goes_on)
        if goes_on and sum(row.share or 0 for row in own) == 1:
            yield own[0].origin.warning("succession-unit-goes-on", unit=unit, on=on)
    for own in grouped(rows, lambda row: (row.on, row.to_unit)).values():
        unit, on = own[0].to_unit, own[0].on
        yield from _shares(own, "back_share", unit, [row.back_share for row in own], exists(units, unit, on - _ONE_DAY))


def _ends(row: Succession, units: Mapping[str, Sequence[Unit]]) -> Iterator[Problem]:
    """Units that are not registered at all have their own problem."""
    if row.from_unit == row.to_unit:
        yield row.origin.problem("succession-to-itself", unit=row.from_unit)
    if row.from_unit in units and not exists(units, row.from_unit, row.on - _ONE_DAY):
        yield row.origin.problem("succession-source-absent", unit=row.from_unit, on=row.on)
    if row.to_unit in units and not exists(units, row.to_unit, row.on):
        yield row.origin.problem("succession-target-absent", unit=row.to_unit, on=row.on)


def _shares(
    rows: Sequence[Succession], column: str, unit: str, shares: Sequence[Decimal | None], keeps_rest: bool
) -> Iterator[Problem]:
    """All stated and adding up to 1 (at most 1 for a unit that keeps the rest), or none stated."""
    stated = [share for share in shares if share is not None]
    if not stated:
        return
    total = sum(stated, Decimal(0))
    enough = total == 1 or (keeps_rest and total < 1)
    if len(stated) < len(shares) or min(stated) <= 0 or not enough:
        chinese, english = _AT_MOST if keeps_rest else _EXACTLY
        wanted = {"wanted_zh": chinese, "wanted_en": english}
        yield rows[0].origin.problem(
            "succession-shares", unit=unit, on=rows[0].on, column=column, total=total, **wanted
        )
