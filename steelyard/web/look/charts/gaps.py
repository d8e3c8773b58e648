"""差距: bars to both sides of nought, what is ahead to the right and what is behind to the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.reports.charts.palette import GRID, INK
from steelyard.reports.sheet import Words
from steelyard.web.look.charts.bars import COLOURS
from steelyard.web.look.charts.chart import Chart, drawn, label, named, plain, series, words_axis

TITLE = Words("差距最大的指标", "Largest gaps")


@dataclass(frozen=True)
class Gap:
    name: str
    size: Decimal
    text: str


def gaps(key: str, found: Sequence[Gap]) -> Chart:
    """From top to bottom in the order given."""
    most = max((abs(one.size) for one in found), default=Decimal(1))
    option = plain(
        grid={"left": 6, "right": 12, "top": 4, "bottom": 4, "containLabel": True},
        xAxis={"type": "value", "show": True, "min": drawn(-most * 14 / 10), "max": drawn(most * 14 / 10),
               "axisLabel": {"show": False}, "axisTick": {"show": False}, "axisLine": {"show": False},
               "splitNumber": 2, "splitLine": {"lineStyle": {"color": GRID}}},
        yAxis=words_axis([one.name for one in found], inverse=True, axisLine={"show": False},
                         axisLabel=label(color=INK, width=150, overflow="truncate")),
        series=[series("bar", "", [_bar(one) for one in found], barMaxWidth=12, barMinHeight=2)],
    )  # fmt: skip
    rows = [(one.name, one.text) for one in found]
    return Chart(key, TITLE, "，".join(f"{one.name} {one.text}" for one in found[:5]), option, ("", ""), rows)


def _bar(one: Gap) -> dict[str, object]:
    ahead = one.size > 0
    said = {"show": True, "position": "right" if ahead else "left", "formatter": one.text, "color": INK, "fontSize": 12}
    paint = {"color": COLOURS["good" if ahead else "bad"], "borderRadius": 2}
    return dict(named(drawn(one.size), f"{one.name} {one.text}", itemStyle=paint, label=said))
