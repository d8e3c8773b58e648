"""内控, 督办, 稽查指挥 and the branches' own monthly return: work that is watched, and work that is reported."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from steelyard.lake.world.draws import Draws, Integers
from steelyard.lake.world.province import AUDIT, HALL, KEY, TERRITORIAL
from steelyard.lake.world.table import (
    Columns,
    Slice,
    date,
    grouped,
    limit,
    moment,
    money,
    taxpayer,
    whole,
    words,
    yes,
)
from steelyard.lake.world.workdays import month_span, workday_after

_ALL = (HALL, KEY, TERRITORIAL, AUDIT)
_AREAS = {
    "发票管理": ("超限量领用发票", "作废发票异常"),
    "征收管理": ("逾期申报未催报", "滞纳金应加未加"),
    "退税管理": ("退税超期审批", "退税资料不全"),
    "执法程序": ("文书未送达", "处罚裁量超标准"),
    "内部行政": ("印章使用未登记", "合同未审核"),
}


def control(s: Slice) -> Columns:
    ground, found = s.grounds(_ALL), s.days()
    item = s.d.below(s.n, 10)
    due = workday_after(found, 10)
    late = ~s.d.chance(s.n, s.level("control_on_time", ground))
    fixed = np.where(late, workday_after(due, 10 + s.d.below(s.n, 15)), workday_after(found, 1 + s.d.below(s.n, 10)))
    hidden = s.plays("backdated_control", ground) & late & s.d.chance(s.n, 0.8)
    open_still = late & ~hidden & s.d.chance(s.n, 0.1)
    confirmed = s.d.chance(s.n, 0.55)
    return {
        "id": s.ids(),
        "unit": s.unit(ground),
        "officer": s.officer(s.officers(ground, found)),
        "area": words(item // 2, tuple(_AREAS)),
        "item": words(item, [name for names in _AREAS.values() for name in names]),
        "severity": words(s.d.choice(s.n, [0.15, 0.45, 0.4]), ("高", "中", "低")),
        "found_on": date(found),
        "due_on": limit(due),
        "fixed_on": date(np.where(hidden, due, fixed), absent=open_still),
        "recorded_at": moment(fixed * 86400 + 36_000 + s.d.below(s.n, 20_000), absent=open_still),
        "confirmed": yes(confirmed),
        "repeated": yes(s.d.chance(s.n, 0.12)),
        "accountable": whole(np.where(confirmed, s.d.choice(s.n, [0.9, 0.08, 0.02]), 0)),
    }


def supervised(s: Slice) -> Columns:
    ground, assigned = s.grounds(_ALL, {s.world.cast.at("quarter_end_surge"): 3.0}), s.days()
    edge = workday_after(month_span(s.year, (s.month + 2) // 3 * 3)[1] - 5, 0)
    surge = s.plays("quarter_end_surge", ground) & s.d.chance(s.n, 0.8) & (assigned < edge - 3)
    due = np.where(surge, edge + 2, workday_after(assigned, 5 + s.d.below(s.n, 25)))
    late = ~s.d.chance(s.n, s.level("supervised_on_time", ground)) & ~surge
    done = np.where(late, due + 1 + s.d.below(s.n, 30), np.maximum(assigned, due - s.d.below(s.n, 6)))
    done = np.where(surge, edge + s.d.below(s.n, 3), done)
    urged = np.where(late, 1 + s.d.choice(s.n, [0.7, 0.3]), 0)
    return {
        "id": s.ids(),
        "unit": s.unit(ground),
        "officer": s.officer(s.officers(ground, assigned)),
        "source": words(s.d.choice(s.n, [0.4, 0.3, 0.3]), ("重要会议", "领导批示", "上级文件")),
        "matter": words(
            s.d.below(s.n, 6), ("减税降费落实", "营商环境整改", "欠税清理", "发票电子化推广", "基层减负", "巡察整改")
        ),
        "assigned_on": date(assigned, "/"),
        "due_on": limit(due, "/"),
        "done_on": date(done, "/", absent=late & s.d.chance(s.n, 0.1)),
        "urged": whole(urged),
        "quality": words(s.d.choice(s.n, [0.3, 0.5, 0.17, 0.03]), ("优", "良", "中", "差")),
        "returned": yes(s.d.chance(s.n, 0.06)),
    }


def audit_case(s: Slice) -> Columns:
    ground, opened = s.grounds((AUDIT,)), s.days()
    inspected = workday_after(opened, 15 + s.d.below(s.n, 45))
    reviewed = workday_after(inspected, 3 + s.d.below(s.n, 15))
    executed = workday_after(reviewed, 2 + np.floor(s.d.long_tail(s.n) * 15).astype(np.int64))
    hit = s.d.chance(s.n, s.level("audit_hit", ground))
    size = 20_000_000 * s.level("audit_yield", ground) * (0.4 + 0.6 * s.d.long_tail(s.n))
    tax = np.where(hit, np.floor(size).astype(np.int64), 0)
    faults = np.where(s.d.chance(s.n, s.level("audit_faults", ground)), 1 + s.d.choice(s.n, [0.8, 0.2]), 0)
    unpaid = s.d.chance(s.n, 0.12)
    return {
        "id": s.ids(),
        "unit": s.unit(ground),
        "officer": s.officer(s.officers(ground, opened)),
        "taxpayer": taxpayer(10_000_000 + s.d.below(s.n, 500_000)),
        "source": words(s.d.choice(s.n, [0.35, 0.25, 0.25, 0.15]), ("随机抽查", "上级交办", "举报", "风险移送")),
        "opened_on": date(opened),
        "inspected_on": date(inspected),
        "reviewed_on": date(reviewed),
        "executed_on": date(executed, absent=unpaid),
        "found_tax": money(tax),
        "penalty": money(np.where(hit, tax * s.d.choice(s.n, [0.5, 0.3, 0.2]) // 2, 0)),
        "interest": money(tax // 12),
        "collected": money(np.where(unpaid, tax * 4 // 10, tax)),
        "hit": yes(hit),
        "major": yes(tax >= 60_000_000),
        "faults": whole(faults),
        "transferred": yes(hit & s.d.chance(s.n, 0.03)),
    }


def monthly_return(s: Slice) -> Columns:
    """One row a unit in force: what branches and audit bureaus say about themselves."""
    of_ground = s.world.province.unit_of(s.year, s.month)
    units, first = np.unique(of_ground, return_index=True)
    s = replace(s, n=len(units))
    own = _reported(s, first)
    plan = s.world.province.revenue[first] * 1_000_000 * s.month // 12 * (100 if s.year == 2026 else 94) // 100
    collected = np.floor(plan * s.level("revenue", first) * (0.97 + 0.06 * s.d.share(s.n))).astype(np.int64)
    bunched = s.plays("target_bunching", first)
    base = 200 + s.d.below(s.n, 400)
    reached = np.where(bunched, -(-base * 95 // 100), np.floor(base * (0.86 + 0.14 * s.d.share(s.n))).astype(np.int64))
    return {
        "id": s.ids(),
        "unit": s.unit(first),
        "officer": s.officer(s.officers(first, np.full(s.n, s.span[1] - 1))),
        "month_end": date(np.full(s.n, s.span[1] - 1)),
        "revenue_plan": grouped(plan),
        "revenue": grouped(collected),
        "visits": whole(own[0]),
        "due_reach": whole(base),
        "reached": whole(reached),
        "sessions": whole(own[1]),
        "trained": whole(own[2]),
        "report_minutes": whole(60 + s.d.below(s.n, 600)),
    }


def _reported(s: Slice, first: Integers) -> list[Integers]:
    """Visits, sessions and people trained; some units copy, one rounds."""
    cast, planted = s.world.cast, s.year == 2026
    tables = [_numbers(s, month, len(s.world.province.kind)) for month in (s.month, 1)]
    for now, january in zip(*tables, strict=True):
        if planted:
            now[cast.at("copied_neighbour", 1)] = now[cast.at("copied_neighbour")]
            now[cast.at("copied_month")] = january[cast.at("copied_month")]
            now[cast.at("round_numbers")] = now[cast.at("round_numbers")] // 10 * 10 + 10
    return [values[first] for values in tables[0]]


def _numbers(s: Slice, month: int, grounds: int) -> list[Integers]:
    draws = Draws(s.world.seed, "reported", s.year, month)
    return [lowest + draws.below(grounds, span) for lowest, span in ((20, 180), (1, 12), (30, 400))]
