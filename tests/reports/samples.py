"""An invented, realistic unit for the tests of reports: parts add up, sentences rest on numbers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from steelyard.reports.sheet import (
    Adjustment,
    Caution,
    Earlier,
    FamilyScore,
    IndicatorRow,
    LostPoints,
    Measure,
    Membership,
    PeerStats,
    PlaceView,
    RankingView,
    RunView,
    Statement,
    TrendPoint,
    UnitSheet,
    Words,
)

D = Decimal
FAMILIES = (Words("抓好党务", "Party affairs"), Words("干好税务", "Tax work"), Words("带好队伍", "Staff"))
NAMES = (
    ("12366 一次办结率", "12366 first-call resolution"),
    ("申报按期率", "On-time filing rate"),
    ("欠税清理压降率", "Arrears reduction rate"),
    ("办税平均等候时间", "Average waiting time"),
    ("出口退税审核平均用时", "Export refund review time"),
    ("高风险任务按期应对率", "High-risk tasks answered on time"),
    ("行政处罚案卷合格率", "Penalty files in order"),
    ("税费收入计划完成率", "Revenue plan completion"),
    ("党建工作责任制落实率", "Party-building duties done"),
    ("数电发票风险响应时长", "E-invoice risk response time"),
)
CASES, MINUTES = Words("户", "cases"), Words("分钟", "minutes")


def _value(index: int, lost: D) -> tuple[Measure, Measure | None, Measure | None, Measure]:
    if index % 10 in (3, 4, 9):
        return Measure(D("8.0") + lost, unit=MINUTES, places=1), None, None, Measure(D(8), unit=MINUTES, places=1)
    if index % 10 == 7:
        return Measure(D(123456789) - lost, "money"), None, None, Measure(D(120000000), "money")
    top, base = Measure(D(960) - lost * 10, unit=CASES, places=0), Measure(D(1000), unit=CASES, places=0)
    return Measure(top.number / base.number, "ratio", places=2), top, base, Measure(D("0.96"), "ratio", places=2)


def _peers(middle: D) -> PeerStats:
    step = abs(middle) / 50
    return PeerStats(middle, middle + step / 4, middle + step * 2, middle - step, middle + step)


def _row(index: int, full: D, lost: D) -> IndicatorRow:
    value, top, base, target = _value(index, lost)
    zh, en = NAMES[index % len(NAMES)]
    suffix = f"（{index // len(NAMES) + 1}）" if index >= len(NAMES) else ""
    return IndicatorRow(
        id=f"ZB{index + 1:03d}",
        name=Words(zh + suffix, en + suffix),
        family=FAMILIES[(0, 1, 1, 1, 1, 1, 1, 1, 0, 2)[index % 10]],
        points=full - lost,
        full=full,
        value=value,
        numerator=top,
        denominator=base,
        target=target,
        peers=_peers(value.number * D("1.004")),
        peer_points=full - D("0.15"),
        place=1 + index * 7 % 158,
        class_size=158,
        trend=tuple(value.number * (100 + (index * step * 7) % 5 - 2) / 100 for step in range(1, 13)),
    )


def _loss(row: IndicatorRow) -> LostPoints:
    gap, more = row.lost / 10, row.lost * 10
    reason = Statement(
        Words(
            f"完成值低于目标 {gap:.3f}，每低 1 个百分点扣 0.10 分，共扣 {row.lost:.2f} 分。",
            f"The value is {gap:.3f} below target; each percentage point costs 0.10, {row.lost:.2f} in all.",
        ),
        (gap, D("0.01"), D(1), D("0.10"), row.lost),
    )
    remedy = Statement(
        Words(
            f"再有 {more:.1f} 户按期办结，可保住 {row.lost:.2f} 分。",
            f"{more:.1f} more cases in time keep {row.lost:.2f}.",
        ),
        (more, row.lost),
    )
    basis = Words("绩效考评细则〔2026〕3 号第十二条第（二）款", "Assessment rules (2026) No. 3, art. 12 (2)")
    return LostPoints(row.id, row.name, row.lost, reason, basis, remedy, 12, 3 if row.lost > 1 else 1)


def _month(index: int) -> TrendPoint:
    middle = D("89.20") + D(index) / 10
    total = middle + D((index * 37) % 11 - 3) / 5
    signal = {4: "worse", 9: "better"}.get(index)
    return TrendPoint(
        period=f"2026-{index + 1:02d}",
        total=None if index == 0 else total,
        target=D(92),
        mean=middle,
        median=middle + D("0.35"),
        lower_quartile=middle - D("1.9"),
        upper_quartile=middle + D("2.1"),
        lower_limit=D("87.60"),
        upper_limit=D("92.10"),
        signal=signal,  # type: ignore[arg-type]
    )


def _bell(step: int) -> D:
    """Totals that crowd in the middle, as real ones do."""
    side = D(step - 62) / 45
    return side + side * side * side / 4


def _families(rows: tuple[IndicatorRow, ...]) -> tuple[FamilyScore, ...]:
    made = []
    for family in FAMILIES:
        own = [row for row in rows if row.family == family]
        got, full = sum((r.points for r in own), D(0)), sum((r.full for r in own), D(0))
        mean, best = got - D(len(own) % 7 - 3) / 4 - D("0.06"), min(full, got + D("1.35"))
        made.append(
            FamilyScore(family, got, full, *((one / (full or 1)).quantize(D("0.0001")) for one in (mean, best)))
        )
    return tuple(made)


def sample_run(period: str = "2026Q3") -> RunView:
    return RunView(
        title=Words("云岭省税务局组织绩效考评", "Organisational performance of the Yunling tax bureau"),
        period=period,
        plan=Words("2026 年税务分局绩效计划", "Plan 2026 for sub-bureaus"),
        rule_version="2026-09-V3",
        engine_version="0.1.0",
        as_of="2026-09-30T24:00",
        completeness=D("0.9924"),
        provisional=False,
        digest="9f3c1a7be0d24c55b7a1f08e6c2d91347ab05e3fd8826c1e40b97af35d160c28",
        number="branches_2026-2026Q3-0123456789ab",
        root="eac5ef52b1d04c55b7a1f08e6c2d91347ab05e3fd8826c1e40b97af35d160c28",
        rules="77d0a1b2be0d24c55b7a1f08e6c2d91347ab05e3fd8826c1e40b97af35d160c2",
    )


def sample_sheet(count: int = 40, code: str = "153010201", name: str = "临江市税务局第二税务分局") -> UnitSheet:
    """A unit with ``count`` indicators; every seventh to third loses points, the losses in falling order."""
    full = (D(98) / count).quantize(D("0.01"))
    losing = {index: D(index * 13 % 90 + 7) / 100 for index in range(0, count, 4)}
    rows = tuple(_row(i, full, min(losing.get(i, D(0)), full)) for i in range(count))
    families = _families(rows)
    bonus = Adjustment(Words("创新加分", "Innovation bonus"), D("0.80"), Words("细则第二十条", "art. 20"))
    total = sum((f.points for f in families), bonus.points)
    losses = sorted((_loss(row) for row in rows if row.lost), key=lambda loss: (-loss.points, loss.indicator))
    spread = (*(total + D("0.1") - _bell(step) * D("0.9") for step in range(157)), total)
    return UnitSheet(
        code=code,
        name=Words(name, "Second sub-bureau of Linjiang" if name.endswith("第二税务分局") else ""),
        parent=Words("临江市税务局", "Linjiang tax bureau"),
        class_name=Words("重点税源管理分局", "Key-source sub-bureaus"),
        run=sample_run(),
        total=total,
        full=sum((f.full for f in families), D(0)),
        machine_share=D("0.9672"),
        place=PlaceView(63, 51, 78, D("0.90"), 2, 28, 158, D("0.08")),
        peers=PeerStats(total - D("1.33"), total - D("0.94"), max(spread), total - D("3.1"), total + D("2.2")),
        peer_totals=tuple(sorted(spread)),
        families=families,
        indicators=rows,
        losses=tuple(losses),
        adjustments=(bonus,),
        memberships=(
            Membership(Words("红榜（前 40%）", "Honour list (top 40%)"), "honour", 63, "boundary", D("0.537")),
            Membership(Words("书面反馈（前 50%）", "Written notice (top 50%)"), "plain", 79, "certain", D("0.996")),
            Membership(
                Words("黑榜（后 10%）", "Black list (bottom 10%)"), "alarm", 143, "out", D("0.001"), bottom=True
            ),
        ),
        earlier=Earlier("2026Q2", total - D("0.43"), 65),
        rankings=(
            RankingView("level", total, 63, 158),
            RankingView("progress", D("0.43"), 41, 158, D("0.31")),
            RankingView("difficulty", total + D("0.62"), 55, 158, D("0.94")),
            RankingView("quality", D("99.24"), 102, 158, D("0.12")),
        ),
        history=tuple(_month(index) for index in range(9 + 3)),
        cautions=(
            Caution(
                Words("数据缺失", "Data missing"),
                Statement(
                    Words(
                        "“12366 一次办结率”缺 2 天数据，按 28 天计算。",
                        "“12366 first-call resolution” lacks 2 days; 28 were used.",
                    ),
                    (D(2), D(28)),
                ),
            ),
        ),
    )


def first_place(sheet: UnitSheet) -> UnitSheet:
    """The same unit in front of everybody, without losses, ties, history or lists."""
    place = replace(sheet.place, place=1, low=1, high=1, shared=1, group=1, to_next=None)
    return replace(sheet, place=place, memberships=(), earlier=None, history=(), cautions=(), rankings=())
