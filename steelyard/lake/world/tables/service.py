"""电子税务局, 排队叫号, 12366 and the third-party survey: what taxpayers see."""

from __future__ import annotations

from typing import Any

import numpy as np

from steelyard.lake.world.draws import Flags, Floats, Integers
from steelyard.lake.world.province import AUDIT, HALL, KEY, TERRITORIAL
from steelyard.lake.world.table import Columns, Slice, moment, pick, taxpayer, whole, words, yes
from steelyard.lake.world.workdays import MINUTES, WORKDAYS, clock, on_day

_ITEMS = {
    "税费优惠备案": 3,
    "证明开具": 1,
    "发票票种核定": 3,
    "跨区域涉税事项": 1,
    "申报错误更正": 2,
    "延期缴纳申请": 10,
    "社保费缴纳": 1,
    "车辆购置税": 1,
    "存量房交易": 2,
    "三方协议签订": 1,
    "定期定额核定": 10,
    "涉税信息查询": 1,
}


def service(s: Slice) -> Columns:
    drawn = s.grounds((HALL, KEY, TERRITORIAL))
    withdrawn = _withdrawn(s, drawn)
    again = np.append(False, withdrawn[:-1])
    kept = np.arange(s.n, dtype=np.int64) - again  # a resubmission repeats the row before it
    ground, start = drawn[kept], s.minutes()[kept] + np.where(again, 12, 0)
    item = s.d.below(s.n, len(_ITEMS))[kept]
    limit = np.array(list(_ITEMS.values()))[item]
    took = 10 + (limit * MINUTES * 0.3 * s.level("service_speed", ground) * s.d.long_tail(s.n)).astype(np.int64)
    first = s.d.chance(s.n, s.level("service_first", ground))
    result = np.where(withdrawn, 2, s.d.choice(s.n, [0.95, 0.035, 0.01, 0.005]))
    accepted = start + np.floor(s.d.long_tail(s.n) * 40).astype(np.int64)
    return {
        "id": s.ids(),
        "unit": s.unit(ground),
        "officer": s.officer(s.officers(ground, on_day(start))),
        "taxpayer": taxpayer(s.taxpayers(ground)[kept]),
        "item": words(item, tuple(_ITEMS)),
        "channel": words(
            pick(s.d, s.n, {"电": 62, "手": 18, "厅": 14, "自": 6}), ("电子税务局", "手机端", "办税服务厅", "自助终端")
        ),
        "submitted_at": moment(clock(start)),
        "accepted_at": moment(clock(accepted)),
        "done_at": moment(clock(accepted + took), absent=s.d.chance(s.n, 0.008)),
        "limit_days": whole(limit),
        "result": words(result, ("办结", "退回", "撤回", "作废")),
        "returns": whole(np.where(first, 0, 1 + s.d.choice(s.n, [0.85, 0.15]))),
        "first_pass": yes(first),
        "origin": whole(np.asarray(s.ids()) - 1, absent=~again),
    }


def _withdrawn(s: Slice, ground: Integers) -> Flags:
    """One unit's churn: applications withdrawn to be submitted again at once. Never two in a row."""
    marked = s.plays("churn_service", ground) & s.d.chance(s.n, 0.5)
    marked[-1:] = False
    return np.asarray(marked & ~np.append(False, marked[:-1]))


def queue(s: Slice) -> Columns:
    ground = s.grounds((HALL,), _silent(s))
    days = s.days()
    arrives = np.searchsorted(WORKDAYS, days) * MINUTES + np.floor(s.d.share(s.n) * s.d.share(s.n) * 320).astype(
        np.int64
    )
    wait = np.minimum(np.floor(s.level("queue_wait", ground) * 10 * s.d.long_tail(s.n) * 60), 4200).astype(np.int64)
    served = 90 + np.minimum(np.floor(s.d.long_tail(s.n) * 420), 1500).astype(np.int64)
    left = (wait > 1800) & s.d.chance(s.n, 0.3)
    called = arrives + wait // 60
    rated = ~left & s.d.chance(s.n, 0.7)
    good = s.d.chance(s.n, s.level("queue_good", ground))
    rating = np.where(good, s.d.choice(s.n, [0.8, 0.2]), 2 + s.d.choice(s.n, [0.7, 0.25, 0.05]))
    return {
        "id": s.ids().cast("string"),
        "unit": s.unit(ground).cast("string"),
        "officer": s.officer(s.officers(ground, days)).cast("string"),
        "window": words(s.d.below(s.n, 12), [f"{number:02d}号窗口" for number in range(1, 13)]).cast("string"),
        "business": words(
            s.d.choice(s.n, [30, 25, 20, 15, 10]), ("申报纳税", "发票", "登记", "社保费", "不动产交易")
        ).cast("string"),
        "booked": words(s.d.chance(s.n, 0.25).astype(np.int64), ("否", "是")).cast("string"),
        "taken_at": moment(clock(arrives)),
        "called_at": moment(clock(called, wait % 60)),
        "done_at": moment(clock(called + served // 60, served % 60), absent=left),
        "outcome": words(np.where(left, 1, 0), ("办结", "弃号")).cast("string"),
        "rating": words(rating, ("非常满意", "满意", "基本满意", "不满意", "非常不满意"), ~rated).cast("string"),
    }


def _silent(s: Slice) -> dict[int, float]:
    """One city's ticket machines went live in April 2026: before that it has no rows."""
    early = (s.year, s.month) < (2026, 4)
    silent = np.flatnonzero(s.world.province.city == s.world.cast.silent_city)
    return dict.fromkeys(silent.tolist(), 0.0) if early else {}


_KINDS = {"咨询": (70, 1), "投诉": (12, 5), "举报": (8, 15), "意见建议": (10, 5)}


def complaint(s: Slice) -> Columns:
    ground, start = s.grounds((HALL, KEY, TERRITORIAL, AUDIT)), s.minutes()
    kind = s.d.choice(s.n, [weight for weight, _ in _KINDS.values()])
    limit = np.array([days for _, days in _KINDS.values()])[kind]
    late = ~s.d.chance(s.n, s.level("complaint_on_time", ground))
    took = np.where(late, limit * MINUTES * (1.05 + s.d.long_tail(s.n)), limit * MINUTES * s.d.share(s.n) * 0.95)
    called = s.d.chance(s.n, 0.8)
    return {
        "id": s.ids(),
        "unit": s.unit(ground),
        "officer": s.officer(s.officers(ground, on_day(start))),
        "kind": words(kind, tuple(_KINDS)),
        "channel": words(pick(s.d, s.n, {"热": 70, "网": 20, "信": 10}), ("12366热线", "网站", "来信来访")),
        "received_at": moment(clock(start)),
        "assigned_at": moment(clock(start + s.d.below(s.n, 60))),
        "answered_at": moment(clock(start + 61 + took.astype(np.int64)), absent=s.d.chance(s.n, 0.01)),
        "limit_days": whole(limit),
        "valid": yes(s.d.chance(s.n, 0.4), absent=kind == 0),
        "called_back": yes(called),
        "satisfied": yes(s.d.chance(s.n, s.level("complaint_satisfied", ground)), absent=~called),
        "repeated": yes(s.d.chance(s.n, 0.05)),
    }


def survey(s: Slice) -> Columns:
    ground = s.grounds((HALL, KEY, TERRITORIAL, AUDIT))
    mood = s.level("survey_level", ground) + s.d.bell(s.n) * 0.9
    lined = s.d.chance(s.n, 0.05)
    planted = s.plays("straight_lining_unit", ground) & s.d.chance(s.n, 0.6)
    answers = {f"q{number}": _answer(s, mood, lined, planted) for number in range(1, 8)}
    return {
        "id": s.ids().cast("string"),
        "unit": s.unit(ground).cast("string"),
        "rater": whole(500_000 + s.taxpayers(ground)).cast("string"),
        "surveyed_on": whole(s.days().astype(np.int32)).cast("date32"),
        "channel": words(pick(s.d, s.n, {"电": 60, "网": 30, "访": 10}), ("电话访问", "网络问卷", "上门访问")).cast(
            "string"
        ),
        **answers,
        "q8": whole(np.full(s.n, 10, dtype=np.int64)),
    }


def _answer(s: Slice, mood: Floats, lined: Flags, planted: Flags) -> Any:
    own = np.where(lined, np.floor(mood + 0.5), np.floor(mood + s.d.bell(s.n) * 1.0 + 0.5))
    return whole(np.where(planted, 10, np.clip(own, 1, 10)).astype(np.int64))
