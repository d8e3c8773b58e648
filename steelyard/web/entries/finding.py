"""外部发现: entered here, loaded as facts, and held against what the units' own data say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.db import transaction

from steelyard.bureau.entered import FINDINGS, Finding, findings
from steelyard.bureau.sent import Row, text
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.reports.sheet import IndicatorRow, Measure, UnitSheet, Words
from steelyard.web.cycles.data.receiving import Brought, receive
from steelyard.web.cycles.results import Reading, record_of
from steelyard.web.entries.numbers import number
from steelyard.web.entries.periods import days
from steelyard.web.jobs.models import Job
from steelyard.web.library import rules
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account, Unit
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "finding-field": ("请填写{field}", "fill in: {field}"),
        "finding-unit": (
            "没有代码为“{found}”的单位；请从名单里选",
            "there is no unit '{found}'; choose one from the list",
        ),
        "finding-indicator": (
            "没有编号为“{found}”的指标；请从名单里选",
            "there is no indicator '{found}'; choose one from the list",
        ),
        "finding-choice": ("{field}应为：{allowed}", "{field}: one of {allowed}"),
        "finding-value": (
            "核实值“{found}”应为数，小数点前后各不超过 12 位和 6 位；比率写成小数，例如 0.92",
            "the value '{found}' should be a number, at most 12 digits before and 6 behind the point; a ratio as 0.92",
        ),
        "finding-day": (
            "发现日期“{found}”应为不晚于今天的日期",
            "the day '{found}' should be a date, today at the latest",
        ),
        "finding-long": ("{field}最多 {most} 个字", "{field}: {most} signs at most"),
    }
)
NAMES = {
    "document": "文号", "unit": "单位", "indicator": "指标", "source": "来源", "grade": "可靠程度",
    "found_on": "发现日期", "problem": "是否存在问题", "text": "结论",
}  # fmt: skip
MOST = {"document": 100, "text": 1000}
GRADES = {
    "A": Words("文件结论", "concluded in a document"), "B": Words("现场核实", "verified on the spot"),
    "C": Words("多方反映", "told by several"), "D": Words("单方线索", "told by one"),
}  # fmt: skip
NEAR = Decimal("0.005")
"""Values that differ by less than half a percent of either are the same figure, rounded elsewhere."""


@dataclass(frozen=True)
class Typed:
    """What somebody typed. ``period_end``: the last day of the chosen period, read already."""

    document: str
    unit: str
    indicator: str
    period_end: date
    source: str
    grade: str
    found_on: str
    problem: str
    value: str
    text: str


def enter(typed: Typed, indicators: frozenset[str], *, by: Account, now: datetime) -> Job:
    """Becomes a file of one row and goes through intake as any other; the same document, unit, indicator and period
    again replaces the row. Raises `Refused` with everything that is wrong."""
    table = _table()
    if problems := [*_unfit(typed, table, indicators, now.date())]:
        raise Refused(problems)
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("finding-add", by, now)
        name = f"外部发现_{typed.unit}_{uuid4().hex[:8]}.csv"
        file = Brought(name, [text(table, [_row(typed)]).encode()])
        job = receive([file], by=said["actor"], role=said["role"], behalf=said["behalf"], now=now, key=name)
        detail = {"unit": typed.unit, "indicator": typed.indicator, "document": typed.document, "grade": typed.grade}
        record("finding-add", **said, at=now, target=f"unit:{typed.unit}", detail=detail)
    return job


def _table() -> FactTable:
    tables = rules.bureau().tables()
    if FINDINGS not in tables:
        raise refuse("push-table-unknown", table=FINDINGS, allowed="、".join(tables))
    return tables[FINDINGS]


def sources(table: FactTable | None = None) -> Sequence[str]:
    """As the declaration allows them."""
    return [str(one) for one in (table or _table()).columns["source"].allowed or ()]


def _unfit(typed: Typed, table: FactTable, indicators: frozenset[str], today: date) -> Iterator[Problem]:
    for field, name in NAMES.items():
        text = getattr(typed, field).strip()
        if not text:
            yield Problem("finding-field", Place(field), {"field": name})
        elif len(text) > MOST.get(field, len(text)):
            yield Problem("finding-long", Place(field), {"field": name, "most": MOST[field]})
    if typed.unit and not Unit.objects.filter(pk=typed.unit).exists():
        yield Problem("finding-unit", Place("unit"), {"found": typed.unit[:40]})
    if typed.indicator and typed.indicator not in indicators:
        yield Problem("finding-indicator", Place("indicator"), {"found": typed.indicator[:40]})
    for field, choices in (("source", sources(table)), ("grade", [*GRADES]), ("problem", ["是", "否"])):
        if (found := getattr(typed, field)) and found not in choices:
            yield Problem("finding-choice", Place(field), {"field": NAMES[field], "allowed": "、".join(choices)})
    if typed.found_on and not _day(typed.found_on, today):
        yield Problem("finding-day", Place("found_on"), {"found": typed.found_on[:20]})
    if typed.value.strip() and number(typed.value, 12, 6) is None:
        yield Problem("finding-value", Place("value"), {"found": typed.value[:30]})


def _day(text: str, today: date) -> bool:
    try:
        return date.fromisoformat(text) <= today
    except ValueError:
        return False


def _row(typed: Typed) -> Row:
    """As intake reads it, which is stricter than people are: one line a cell, dates and numbers in one form."""
    cells = {name: " ".join(str(getattr(typed, name)).split()) for name in Typed.__dataclass_fields__}
    cells["found_on"] = date.fromisoformat(cells["found_on"]).isoformat()
    cells["value"] = f"{Decimal(cells['value']):f}" if cells["value"] else ""
    return cells


# ---- against what units say of themselves ----


@dataclass(frozen=True)
class Held:
    """A finding beside the number it concerns. ``row``: as the version has it, None where it has not; ``contrary``:
    whether both cannot be right: another value, or full marks where a problem was found."""

    finding: Finding
    unit: str
    row: IndicatorRow | None
    other_value: bool
    full_marks: bool

    @property
    def contrary(self) -> bool:
        return self.other_value or self.full_marks

    @property
    def found_value(self) -> Measure | None:
        """The external value as the indicator's own is written."""
        value, like = self.finding.value, self.row.value if self.row else None
        return (
            None
            if value is None
            else Measure(value)
            if like is None
            else Measure(value, like.kind, like.unit, like.places)
        )


def of_version(seen: Reading, codes: Sequence[str] = ()) -> list[Held]:
    """Findings of the version's period on units that the asker may open, contradictions first. ``codes``: of these
    units only."""
    every = [one for one in findings(record_of()) if not codes or one.unit in codes]
    if not every:
        return []
    first, last = days(seen.version.period)
    found = [one for one in every if first <= one.period_end <= last]
    opened: dict[str, UnitSheet | None] = {}
    for code in dict.fromkeys(one.unit for one in found):
        if seen.opens(code):
            opened[code] = seen.views.unit(code) if seen.views.has_unit(code) else None
    held = [against(one, opened[one.unit]) for one in found if one.unit in opened]
    return sorted(held, key=lambda one: not one.contrary)


def against(finding: Finding, sheet: UnitSheet | None) -> Held:
    row = None if sheet is None else next((one for one in sheet.indicators if one.id == finding.indicator), None)
    name = finding.unit if sheet is None else sheet.name.zh
    if row is None:
        return Held(finding, name, None, False, False)
    other = finding.value is not None and row.value is not None and differ(finding.value, row.value.number)
    full = finding.problem and row.state == "scored" and row.full > 0 and row.lost == 0
    return Held(finding, name, row, other, full)


def differ(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) > NEAR * max(abs(one), abs(other))
