"""金税三期: filing, payment and registration; and the invoice system."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from steelyard.lake.world.draws import Flags
from steelyard.lake.world.province import HALL, KEY, TERRITORIAL
from steelyard.lake.world.table import (
    Columns,
    Slice,
    date,
    moment,
    money,
    pick,
    taxpayer,
    whole,
    words,
    yes,
)
from steelyard.lake.world.workdays import CUTOFF, MINUTES, clock, on_day, workday_after

_TAXES = {"增值税": 34, "个人所得税": 26, "城市维护建设税": 18, "印花税": 12, "环境保护税": 2, "企业所得税": 8}
_QUARTER, _ANNUAL = (1, 4, 7, 10), 5
_SEASON = (1.25, 0.9, 0.95, 1.25, 1.5, 0.9, 1.2, 0.9, 0.9, 1.2, 0.9, 0.95)
_SCALE = np.array([9000, 1200, 900, 300, 2500, 14000]) * 100  # 分, mean of a non-zero amount by tax


def _deadline(s: Slice) -> int:
    """The 15th, or the next working day."""
    return int(workday_after(s.span[0] + 14, 0))


def _taxes(s: Slice) -> Any:
    """Income tax of companies is due in quarter months and, for the year, in May."""
    heavy = 3.0 if s.month == _ANNUAL else 1.0 if s.month in _QUARTER else 0.05
    return s.d.choice(s.n, [weight * (heavy if tax == "企业所得税" else 1) for tax, weight in _TAXES.items()])


def filing(s: Slice) -> Columns:
    ground, tax = s.grounds((KEY, TERRITORIAL)), _taxes(s)
    last = int(workday_after(s.span[1] - 4, 0))
    due = np.where((tax == 5) & (s.month == _ANNUAL), min(last, s.span[1] - 1), _deadline(s))
    late = ~s.d.chance(s.n, s.level("filing_on_time", ground))
    never = late & s.d.chance(s.n, 0.15)
    truly = np.where(late, due + 1 + np.floor(s.d.long_tail(s.n) * 8).astype(np.int64), due - s.d.below(s.n, 12))
    hidden = s.plays("backdated_filing", ground) & late & ~never & s.d.chance(s.n, 0.8)
    filed, edited = np.where(hidden, due, truly), np.where(hidden, np.maximum(truly, due + 16), truly)
    channel = pick(s.d, s.n, {"网上申报": 90, "办税厅申报": 4, "自助终端": 3, "批量扣款": 3})
    zero = s.d.chance(s.n, 0.38)
    amount = np.where(zero, 0, np.floor(s.d.long_tail(s.n) * _SCALE[tax]).astype(np.int64) + 1)
    urged = late & s.d.chance(s.n, s.level("filing_urged", ground))
    return {
        "id": s.ids(),
        "unit": s.unit(ground),
        "officer": s.officer(s.officers(ground, due)),
        "taxpayer": taxpayer(s.taxpayers(ground)),
        "taxpayer_kind": words(
            pick(s.d, s.n, {"一般": 35, "小规模": 45, "个体": 20}), ("一般纳税人", "小规模纳税人", "个体工商户")
        ),
        "tax": words(tax, tuple(_TAXES)),
        "tax_period": words(np.zeros(s.n, dtype=np.int64), (_previous(s),)),
        "due_on": date(due),
        "filed_on": date(filed, absent=never),
        "channel": words(channel, ("网上申报", "办税厅申报", "自助终端", "批量扣款")),
        "electronic": yes(channel == 0),
        "amount": money(amount),
        "zero": yes(zero),
        "corrections": whole(s.d.choice(s.n, [0.955, 0.035, 0.01])),
        "urged_on": date(due + 1 + s.d.below(s.n, 5), absent=~urged),
        "excluded": yes(_excluded(s, ground, late)),
        "edited_at": moment(edited * 86400 + 32_400 + s.d.below(s.n, 30_000), absent=never),
    }


def _previous(s: Slice) -> str:
    return f"{s.year - 1}-12" if s.month == 1 else f"{s.year}-{s.month - 1:02d}"


def _excluded(s: Slice, ground: Any, late: Flags) -> Flags:
    """From July one unit excludes most of its late households from its base."""
    shrinks = s.plays("shrinking_base", ground) & late & ((s.year, s.month) >= (2026, 7))
    return s.d.chance(s.n, np.where(shrinks, 0.85, 0.01))


def payment(s: Slice) -> Columns:
    return _payment_columns(s, _payment_facts(s))


def _payment_facts(s: Slice) -> dict[str, Any]:
    ground = s.grounds((KEY, TERRITORIAL))
    due = np.where(s.d.chance(s.n, 0.8), _deadline(s), s.days())
    late = ~s.d.chance(s.n, s.level("payment_on_time", ground))
    never = late & s.d.chance(s.n, 0.2)
    lag = 1 + np.floor(s.d.long_tail(s.n) * 14).astype(np.int64)
    tax = _taxes(s)
    owed = np.floor(s.d.long_tail(s.n) * _SCALE[tax]).astype(np.int64) + 100
    paid = np.where(never, 0, np.where(late & s.d.chance(s.n, 0.1), owed * 6 // 10, owed))
    return {
        "ground": ground,
        "due": due,
        "late": late,
        "never": never,
        "lag": lag,
        "tax": tax,
        "owed": owed,
        "paid": paid,
    }


def _payment_columns(s: Slice, f: dict[str, Any]) -> Columns:
    interest = np.where(f["late"] & ~f["never"], f["owed"] * f["lag"] // 2000, 0)  # 万分之五 a day
    applied = s.d.chance(s.n, s.level("interest_applied", f["ground"]))
    old = s.d.chance(s.n, 0.03)
    early = s.d.below(s.n, 10)
    return {
        "id": s.ids(),
        "unit": s.unit(f["ground"]),
        "officer": s.officer(s.officers(f["ground"], f["due"])),
        "taxpayer": taxpayer(s.taxpayers(f["ground"])),
        "tax": words(f["tax"], tuple(_TAXES)),
        "due_on": date(f["due"], ""),
        "paid_on": date(np.where(f["late"], f["due"] + f["lag"], f["due"] - early), "", absent=f["never"]),
        "due_amount": money(f["owed"]),
        "paid_amount": money(f["paid"]),
        "interest_due": money(interest),
        "interest": money(np.where(applied, interest, 0)),
        "relief": money(np.where(s.d.chance(s.n, 0.1), f["owed"] // 5, 0)),
        "method": words(pick(s.d, s.n, {"三": 80, "银": 12, "刷": 8}), ("三方协议扣款", "银行端查询", "刷卡或扫码")),
        "arrears": words(np.where(old, 2, f["late"].astype(np.int64)), ("正常", "新欠", "陈欠")),
        "enforced": yes(f["never"] & s.d.chance(s.n, 0.3)),
    }


def revised_payment(s: Slice) -> Columns:
    """The rows that were corrected later: some of everybody's, and every late one of one unit."""
    facts = _payment_facts(s)
    favoured = s.plays("revised_in_own_favour", facts["ground"]) & facts["late"]
    some = np.zeros(s.n, dtype=bool)
    some[:: max(2, min(200, s.n // 8))] = True
    facts["late"], facts["never"] = facts["late"] & ~favoured, facts["never"] & ~favoured
    facts["paid"] = np.where(favoured, facts["owed"], facts["paid"])
    facts["owed"] = np.where(some & ~favoured, facts["owed"] + 100, facts["owed"])
    chosen = pa.array(some | favoured)
    return {name: column.filter(chosen) for name, column in _payment_columns(s, facts).items()}


_BUSINESS = {
    "设立登记": (14, 1),
    "变更登记": (40, 3),
    "注销登记": (12, 10),
    "跨区迁移": (6, 5),
    "非正常解除": (8, 5),
    "信息确认": (20, 1),
}


def registration(s: Slice) -> Columns:
    ground, start = s.grounds((HALL, TERRITORIAL)), s.minutes()
    kind = s.d.choice(s.n, [weight for weight, _ in _BUSINESS.values()])
    limit = np.array([days for _, days in _BUSINESS.values()])[kind]
    took = limit * MINUTES * 0.35 * s.level("registration_speed", ground) * s.d.long_tail(s.n)
    first = s.d.chance(s.n, s.level("registration_first", ground))
    return {
        "id": s.ids(),
        "unit": s.unit(ground),
        "officer": s.officer(s.officers(ground, on_day(start))),
        "taxpayer": taxpayer(s.taxpayers(ground)),
        "kind": words(kind, tuple(_BUSINESS)),
        "channel": words(pick(s.d, s.n, {"电": 70, "厅": 22, "自": 8}), ("电子税务局", "办税服务厅", "自助终端")),
        "accepted_at": moment(clock(start)),
        "done_at": moment(clock(start + 5 + took.astype(np.int64)), absent=s.d.chance(s.n, 0.01)),
        "limit_days": whole(limit),
        "result": words(pick(s.d, s.n, {"办": 93, "退": 4, "作": 3}), ("办结", "退回", "作废")),
        "returns": whole(np.where(first, 0, 1 + s.d.choice(s.n, [0.8, 0.2]))),
        "verified": yes(np.ones(s.n, dtype=bool)),
        "missing_fields": whole(s.d.choice(s.n, [0.94, 0.04, 0.015, 0.005])),
    }


def invoice(s: Slice) -> Columns:
    ground, applied = s.grounds((HALL, KEY, TERRITORIAL)), s.days()
    abnormal = s.d.chance(s.n, s.level("invoice_abnormal", ground))
    churns = s.plays("churn_invoice", ground)
    voided_on = np.where(churns, applied, applied + s.d.below(s.n, 20))
    voided = s.d.chance(s.n, np.where(churns, 0.35, s.level("invoice_voided", ground))) & (voided_on <= CUTOFF)
    kind = pick(s.d, s.n, {"数": 78, "专": 10, "普": 12})
    wait = s.d.choice(s.n, [0.72, 0.18, 0.06, 0.03, 0.01])
    return {
        "id": s.ids(),
        "unit": s.unit(ground),
        "officer": s.officer(s.officers(ground, applied)),
        "taxpayer": taxpayer(s.taxpayers(ground)),
        "kind": words(kind, ("数电发票", "专用发票", "普通发票")),
        "action": words(s.d.choice(s.n, [30, 25, 20, 15, 10]), ("发票领用", "代开", "额度调整", "验旧", "红字开具")),
        "applied_on": date(applied, "/"),
        "done_on": date(workday_after(applied, wait), "/"),
        "limit_days": whole(np.where(kind == 1, 3, 1)),
        "copies": whole(1 + np.floor(s.d.long_tail(s.n) * 12).astype(np.int64)),
        "amount": money(np.floor(s.d.long_tail(s.n) * 1_800_000).astype(np.int64) + 100),
        "abnormal": yes(abnormal),
        "verified_on": date(
            workday_after(applied, 1 + s.d.below(s.n, 14)), "/", absent=~abnormal | s.d.chance(s.n, 0.1)
        ),
        "voided": yes(voided),
        "voided_on": date(voided_on, "/", absent=~voided),
    }
