"""What the demonstration shows of entry: a judged item half rated, and a finding that contradicts what was reported."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from steelyard.bureau.entered import items, judging_book
from steelyard.bureau.views.reading import Views, views_of
from steelyard.web.entries import judging
from steelyard.web.entries.finding import Typed, enter
from steelyard.web.entries.judging import Given
from steelyard.web.entries.opening import Wanted, open_panel, stands_back
from steelyard.web.entries.periods import days
from steelyard.web.library import rules
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Account, Unit

WHY, EVIDENCE = "做法已在全市推广", "创新案例汇编第3期"
SHOWN = 6
"""Units that are judged: enough to see how it goes."""


def shown(published: Path, plan: str, now: datetime) -> None:
    """For a bureau whose rules judge something and whose declarations have findings; nothing for any other."""
    views, people = views_of(published), {one.username: one for one in Account.objects.all()}
    period = views.overview.run.period
    _, end = days(period)
    bureau = rules.bureau()
    leader, due = people["leader"], now.date() + timedelta(days=14)
    for item in items(bureau, judging_book(bureau))[:1]:
        units = _others(views, leader, now.date())
        wanted = Wanted(item, plan, period, end, units, due)
        panel = open_panel(wanted, [people["assessor"], leader], by=people["office"], now=now)
        given = {one.pk: Given(("1.5", "2.5", "0.5")[at % 3], WHY, EVIDENCE) for at, one in enumerate(units)}
        judging.rate(panel.pk, given, by=leader, now=now)
        judging.hand_in(panel.pk, by=leader, now=now)
    if found := _contradiction(views, end, now.date()):
        enter(found, frozenset(rule.id for rule in views.overview.rules), by=people["office"], now=now)


def _others(views: Views, leader: Account, today: date) -> list[Unit]:
    """The first units of which the leader is not the leader."""
    asker, codes = Asker(leader, today), [one.code for one in views.overview.units]
    units = Unit.objects.in_bulk(codes)
    return [units[code] for code in codes if code in units and not stands_back(asker, units[code].path)][:SHOWN]


def _contradiction(views: Views, end: date, today: date) -> Typed | None:
    """An audit that found less than the unit of the demonstration reported, where it lost nothing."""
    unit = Account.objects.get(username="unit").grants.get().unit
    sheet = views.unit(unit.pk) if unit is not None else None
    rows = [] if sheet is None else sheet.indicators
    row = next((one for one in rows if one.value and one.value.kind == "ratio" and one.full > 0 and not one.lost), None)
    if row is None or row.value is None or sheet is None:
        return None
    return Typed(
        document="衡审报〔2026〕18号", unit=sheet.code, indicator=row.id, period_end=end, source="外部审计", grade="A",
        found_on=min(end, today).isoformat(), problem="是", value=f"{row.value.number * 9 / 10:.4f}",
        text="抽查档案发现部分业务补录，按原始时间重新计算低于自报数",
    )  # fmt: skip
