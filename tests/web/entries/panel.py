"""A judged item of three units with two raters, for tests."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from steelyard.bureau.entered import Item, Terms
from steelyard.web.entries import judging
from steelyard.web.entries.judging import Given
from steelyard.web.entries.models import Panel
from steelyard.web.entries.opening import Wanted, open_panel
from steelyard.web.people.models import Account
from tests.web.people.world import unit, with_role

NOW = datetime(2026, 12, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ITEM = Item(
    "bonus", "创新举措评定", "考核考评处", "细则第九项", Decimal(0), Decimal(3), Terms(agreement=Decimal("0.6"))
)
TODAY = NOW.date()
UNITS = ("A1", "A2", "B1")


def wanted(item: Item = ITEM, due: date = TODAY) -> Wanted:
    return Wanted(item, "all", "2026", date(2026, 12, 31), [unit(code) for code in UNITS], due)


def raters() -> list[Account]:
    return [with_role("assessor"), with_role("assessor", "P1")]


def office() -> Account:
    return with_role("office")


def opened() -> Panel:
    return open_panel(wanted(), raters(), by=office(), now=NOW)


def given(*points: str) -> dict[str, Given]:
    return {code: Given(one, "做法已推广", "皖税发〔2026〕7号") for code, one in zip(UNITS, points, strict=True)}


def rated(panel: Panel, *by_rater: tuple[str, ...]) -> Panel:
    for who, points in zip(raters(), by_rater, strict=True):
        judging.rate(panel.pk, given(*points), by=who, now=NOW)
        judging.hand_in(panel.pk, by=who, now=NOW)
    panel.refresh_from_db()
    return panel


AGREED = (("1", "2", "3"), ("1", "2", "2.5"))
HELD = (("0", "3", "3"), ("3", "0", "2"))
