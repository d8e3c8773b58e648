"""分类能力画像: the score rate of each family around a centre, beside the peers' mean and best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts.palette import BLUE, GOLD, GRID, SLATE
from steelyard.reports.sheet import Words
from steelyard.web.look.charts.chart import Chart, Option, drawn, label, plain

TITLE = Words("分类能力画像", "Strengths by family")


@dataclass(frozen=True)
class Spoke:
    """One family with its rates (0.915)."""

    name: str
    own: Decimal
    mean: Decimal
    best: Decimal


def families(key: str, spokes: Sequence[Spoke], language: Language) -> Chart:
    """Fewer than three families make no radar: show them as bars."""
    lowest = min(min(spoke.own, spoke.mean) for spoke in spokes)
    floor = max(lowest - Decimal("0.08"), Decimal(0))
    names = ("本单位", "同类均值", "同类最优") if language == "zh" else ("This unit", "Peers' mean", "Peers' best")
    option = plain(
        legend={"bottom": 0, "itemWidth": 14, "itemHeight": 8, "textStyle": label(), "data": list(names)},
        radar={
            "radius": "56%", "center": ["50%", "45%"], "splitNumber": 4,
            "axisName": label(color="#1F2A3D", lineHeight=15),
            "splitArea": {"areaStyle": {"color": ["#FAFCFF", "#F4F7FC"]}}, "splitLine": {"lineStyle": {"color": GRID}},
            "axisLine": {"lineStyle": {"color": GRID}},
            "indicator": [
                {"name": f"{spoke.name}\n{formats.percent(spoke.own)}", "min": drawn(floor), "max": 1}
                for spoke in spokes
            ],
        },
        series=[{"type": "radar", "data": _rings(spokes, names)}],
    )  # fmt: skip
    rows = [(one.name, *(formats.share(rate) for rate in (one.own, one.mean, one.best))) for one in spokes]
    said = "，".join(f"{one.name} {formats.percent(one.own)}" for one in spokes)
    return Chart(key, TITLE, said, option, ("", *names), rows)


def _rings(spokes: Sequence[Spoke], names: Sequence[str]) -> list[Option]:
    return [
        _ring(names[2], [one.best for one in spokes], {"color": GOLD, "type": "dotted", "width": 1.5}, None),
        _ring(names[1], [one.mean for one in spokes], {"color": SLATE, "type": "dashed", "width": 1.5}, None),
        _ring(names[0], [one.own for one in spokes], {"color": BLUE, "width": 2}, {"color": BLUE, "opacity": 0.14}),
    ]


def _ring(name: str, rates: Sequence[Decimal], line: Option, area: Option | None) -> Option:
    shown = {"value": [drawn(rate) for rate in rates], "name": name, "lineStyle": line, "symbolSize": 4,
             "itemStyle": {"color": line["color"]}}  # fmt: skip
    return {**shown, "areaStyle": area} if area else {**shown, "symbol": "none"}
