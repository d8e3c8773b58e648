"""综合得分: one total on an arc, with the target marked on it."""

from __future__ import annotations

from decimal import Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts.palette import BLUE_DARK, INK, QUIET, RED
from steelyard.reports.sheet import Words
from steelyard.web.look.charts.chart import Chart, Option, drawn, label, plain

TITLE = Words("综合得分", "Total")


def total(key: str, value: Decimal, low: Decimal, high: Decimal, target: Decimal | None, language: Language) -> Chart:
    """``low`` and ``high``: the ends of the arc; the part of it that matters, so it need not begin at nought."""
    word = "Target" if language == "en" else "目标"
    said = [(TITLE.of(language), formats.points(value))]
    said += [(word, formats.points(target))] if target is not None else []
    under = f"{word} {formats.points(target)}" if target is not None else ""
    arc = {
        "type": "gauge", "min": drawn(low), "max": drawn(high), "startAngle": 205, "endAngle": -25, "radius": "98%",
        "center": ["50%", "58%"], "splitNumber": 4, "silent": True, "pointer": {"show": False},
        "progress": {"show": True, "width": 15, "itemStyle": {"color": _shade()}},
        "axisLine": {"lineStyle": {"width": 15, "color": _ground(low, high, target)}},
        "axisTick": {"distance": 3, "length": 4, "splitNumber": 5, "lineStyle": {"color": "#B9C5D8"}},
        "splitLine": {"distance": 3, "length": 8, "lineStyle": {"color": "#93A2BB", "width": 1.5}},
        "axisLabel": label(distance=-24, fontSize=11, formatter="{value}"),
        "detail": {"formatter": formats.points(value), "offsetCenter": [0, "-6%"], "fontSize": 36, "fontWeight": 600,
                   "color": INK},
        "title": {"offsetCenter": [0, "30%"], "fontSize": 13, "color": QUIET},
        "data": [{"value": drawn(value), "name": under}],
    }  # fmt: skip
    return Chart(key, TITLE, "，".join(" ".join(pair) for pair in said), plain(series=[arc]), ("", ""), said)


def _shade() -> Option:
    stops = [{"offset": 0, "color": "#5A97F2"}, {"offset": 1, "color": BLUE_DARK}]
    return {"type": "linear", "x": 0, "y": 0, "x2": 1, "y2": 0, "colorStops": stops}


def _ground(low: Decimal, high: Decimal, target: Decimal | None) -> list[list[object]]:
    """Up to the target pale blue, a red tick at it, pale green beyond."""
    if target is None or not low < target < high:
        return [[1, "#E6EDF8"]]
    at = drawn((target - low) / (high - low))
    return [[at - 0.006, "#E6EDF8"], [at + 0.006, RED], [1, "#CDE9DA"]]
