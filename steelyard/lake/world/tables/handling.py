"""电子工作平台, refunds and risk tasks: work that passes through hands, with waits, limits and rework."""

from __future__ import annotations

import numpy as np

from steelyard.lake.world.draws import Flags, Floats, Integers
from steelyard.lake.world.province import AUDIT, HALL, KEY, TERRITORIAL
from steelyard.lake.world.table import (
    Columns,
    Slice,
    date,
    grouped,
    limit,
    moment,
    pick,
    taxpayer,
    whole,
    words,
    yes,
)
from steelyard.lake.world.workdays import WORKDAYS, clock, on_day, workday_after, working_minute

_STEPS = {
    "受理": (0.6, 15, 210),
    "审核": (1.0, 30, 420),
    "核查": (3.0, 90, 1260),
    "审批": (1.0, 20, 420),
    "归档": (0.5, 10, 420),
}
_PROCESSES = ("行政许可", "税收优惠核准", "延期缴纳核准", "欠税管理", "注销清算")
_APPROVAL = 3
_FRIDAYS = WORKDAYS[(WORKDAYS + 3) % 7 == 4]


def step(s: Slice) -> Columns:
    """Five steps a case, in order; the month of a case is the month in which it was opened."""
    case, number = np.divmod(np.arange(s.n, dtype=np.int64), len(_STEPS))
    ground, opened = (values[case * len(_STEPS)] for values in (_grounds(s), s.minutes()))
    process = s.d.below(s.n, len(_PROCESSES))[case * len(_STEPS)]
    who, quick = _workers(s, ground, opened)
    wait_factor, handle_mean, allowed = np.array(list(_STEPS.values())).T
    slow = np.where(s.plays("bottleneck_unit", ground) & (number == _APPROVAL), 5.0, 1.0)
    wait = np.floor(s.d.long_tail(s.n) * wait_factor[number] * 80 * slow * s.level("step_wait", ground))
    handle = 3 + np.floor(s.d.long_tail(s.n) * handle_mean[number] * np.where(quick, 0.3, 1.0))
    received, started, finished = _pass_on(s, number, opened, wait, handle, s.plays("batching_fridays", ground))
    return {
        "id": s.ids(),
        "case": whole((np.asarray(s.ids())[0] // 10**7) * 10**7 + case + 1),
        "unit": s.unit(ground),
        "officer": s.officer(who),
        "process": words(process, _PROCESSES),
        "step": words(number, tuple(_STEPS)),
        "step_number": whole(number + 1),
        "opened_on": date(on_day(opened)),
        "received_at": moment(clock(received)),
        "started_at": moment(clock(started)),
        "finished_at": moment(clock(finished)),
        "limit_minutes": whole(allowed.astype(np.int64)[number]),
        "sent_back": yes(s.d.chance(s.n, 0.05)),
    }


def _grounds(s: Slice) -> Integers:
    """The units of the fast officer are busy ones, so that his speed can be told from luck."""
    busy = dict.fromkeys(s.world.cast.grounds["fast_officer"], 4.0)
    return s.grounds((HALL, KEY, TERRITORIAL, AUDIT), busy)


def _workers(s: Slice, ground: Integers, opened: Integers) -> tuple[Integers, Flags]:
    """The officer of each step. The fast one does half of the work wherever he serves."""
    who = s.officers(ground, on_day(opened))
    moved = (s.year, s.month) >= (2026, 5)
    quick = s.plays("fast_officer", ground, 1 if moved else 0) & s.d.chance(s.n, 0.5)
    return np.where(quick, s.world.cast.officers["fast_officer"], who), quick


def _pass_on(
    s: Slice, number: Integers, opened: Integers, wait: Floats, handle: Floats, fridays: Flags
) -> tuple[Integers, Integers, Integers]:
    """Received, started and finished minutes: each step receives the case when the one before has finished."""
    received, started, finished = (np.zeros(s.n, dtype=np.int64) for _ in range(3))
    at = opened.copy()
    late_in_day = s.d.below(s.n, 60)
    for turn in range(len(_STEPS)):
        rows = np.flatnonzero(number == turn)
        received[rows] = at[rows]
        begun = at[rows] + wait[rows].astype(np.int64)
        if turn == _APPROVAL:
            begun = np.where(fridays[rows], _friday(begun) + late_in_day[rows], begun)
        started[rows], finished[rows] = begun, begun + handle[rows].astype(np.int64)
        following = rows[rows + 1 < s.n] + 1
        at[following] = finished[following - 1]
    return received, started, finished


def _friday(minutes: Integers) -> Integers:
    """14:30 of the next Friday that is worked."""
    return working_minute(_FRIDAYS[np.searchsorted(_FRIDAYS, on_day(minutes), side="right")]) + 240


_REFUNDS = {"增值税留抵退税": 30, "出口退税": 25, "误收多缴退税": 20, "汇算清缴退税": 25}
_REFUND_LIMIT = 10


def refund(s: Slice) -> Columns:
    ground, applied = s.grounds((KEY, TERRITORIAL)), s.days()
    accepted = workday_after(applied, s.d.choice(s.n, [0.7, 0.2, 0.1]))
    took = _refund_days(s, ground)
    approved = workday_after(accepted, took)
    asked = np.floor(s.d.long_tail(s.n) * 30_000_000).astype(np.int64) + 100
    result = s.d.choice(s.n, [0.93, 0.05, 0.02])
    given = np.where(result == 0, asked, np.where(result == 1, asked * 7 // 10, 0))
    return {
        "id": s.ids(),
        "unit": s.unit(ground),
        "officer": s.officer(s.officers(ground, applied)),
        "taxpayer": taxpayer(s.taxpayers(ground)),
        "kind": words(pick(s.d, s.n, _REFUNDS), tuple(_REFUNDS)),
        "applied_on": date(applied, "年"),
        "accepted_on": date(accepted, "年"),
        "approved_on": date(approved, "年"),
        "paid_on": date(workday_after(approved, 1 + s.d.below(s.n, 5)), "年", absent=result == 2),
        "limit_days": whole(np.full(s.n, _REFUND_LIMIT, dtype=np.int64)),
        "applied_amount": grouped(asked),
        "approved_amount": grouped(given),
        "result": words(result, ("同意", "部分同意", "不予退税")),
        "risk_level": words(s.d.choice(s.n, [0.7, 0.22, 0.08]), ("低", "中", "高")),
        "returns": whole(s.d.choice(s.n, [0.9, 0.08, 0.02])),
    }


def _refund_days(s: Slice, ground: Integers) -> Integers:
    """Working days from acceptance to approval; one unit waits for the very day of the limit."""
    days = np.floor(s.level("refund_speed", ground) * (1.5 + 3.0 * s.d.long_tail(s.n))).astype(np.int64)
    return np.where(s.plays("limit_bunching", ground) & s.d.chance(s.n, 0.7), _REFUND_LIMIT, days)


def risk_task(s: Slice) -> Columns:
    surge = {s.world.cast.at("year_end_surge"): 8.0 if s.month == 12 else 0.9} if s.year == 2026 else {}
    ground, pushed = s.grounds((KEY, TERRITORIAL), surge), s.days()
    who, again = _reworkers(s, ground, pushed)
    late = ~s.d.chance(s.n, s.level("risk_on_time", ground))
    took = np.where(late, 21 + np.floor(s.d.long_tail(s.n) * 8).astype(np.int64), 3 + s.d.below(s.n, 18))
    found = np.where(s.d.chance(s.n, s.level("risk_hit", ground)), 0, 1)
    found = np.where((found == 0) & s.d.chance(s.n, 0.04), 2, found)
    tax = np.where(found == 0, np.floor(s.d.long_tail(s.n) * 4_000_000).astype(np.int64), 0)
    return {
        "id": s.ids(),
        "unit": s.unit(ground),
        "officer": s.officer(who),
        "taxpayer": taxpayer(s.taxpayers(ground)),
        "level": words(s.d.choice(s.n, [0.2, 0.5, 0.3]), ("高", "中", "低")),
        "source": words(s.d.choice(s.n, [0.5, 0.3, 0.2]), ("省局推送", "市局推送", "自行识别")),
        "pushed_on": date(pushed),
        "due_on": limit(workday_after(pushed, 20)),
        "answered_on": date(workday_after(pushed, took), absent=s.d.chance(s.n, 0.01)),
        "method": words(s.d.choice(s.n, [0.5, 0.35, 0.15]), ("案头分析", "约谈", "实地核查")),
        "finding": words(found, ("有问题", "无问题", "移送稽查")),
        "tax_added": grouped(tax),
        "interest_added": grouped(tax // 20),
        "review": words(np.where(again, 1, 0), ("通过", "退回")),
        "rework": whole(np.where(again, 1 + s.d.choice(s.n, [0.8, 0.15, 0.05]), 0)),
    }


def _reworkers(s: Slice, ground: Integers, pushed: Integers) -> tuple[Integers, Flags]:
    """The officer of each task, and whether it came back. One officer does a third of a unit's tasks, badly."""
    his = s.plays("rework_officer", ground) & s.d.chance(s.n, 0.35)
    who = np.where(his, s.world.cast.officers["rework_officer"], s.officers(ground, pushed))
    return who, s.d.chance(s.n, np.where(his, 0.6, s.level("risk_rework", ground)))
