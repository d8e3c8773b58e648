"""得分走势: periods in a row, the unit's own line over the band of its peers' middle half."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts.palette import BLUE, BLUE_PALE, GOLD, RED, SLATE
from steelyard.reports.sheet import TrendPoint, Words
from steelyard.web.look.charts.chart import Chart, Option, drawn, label, named, plain, series, value_axis, words_axis

TITLE = Words("得分走势", "Trend")
NAMES = {
    "own": Words("本单位", "This unit"),
    "target": Words("目标值", "Target"),
    "median": Words("同类中位数", "Peers' median"),
    "mean": Words("同类均值", "Peers' mean"),
    "band": Words("四分位区间", "Middle half"),
}
# Colour, width, dash: each pair differs in more than its colour.
PENS = {
    "mean": (SLATE, 1.5, "solid"),
    "median": (GOLD, 1.5, "dotted"),
    "target": (RED, 1.5, "dashed"),
    "own": (BLUE, 2.5, "solid"),
}


def history(key: str, points: Sequence[TrendPoint], language: Language) -> Chart:
    """Months oldest first. A month without an own total breaks the line; what signals change is ringed red."""
    every = [value for point in points for value in _values(point)]
    names = {which: words.of(language) for which, words in NAMES.items()}
    target = any(point.target is not None for point in points)
    shown = [which for which in names if which != "target" or target]
    option = plain(
        grid={"left": 8, "right": 20, "top": 34, "bottom": 4, "containLabel": True},
        legend={"top": 0, "left": 0, "itemWidth": 18, "textStyle": label(), "data": [names[which] for which in shown]},
        xAxis=words_axis([formats.short_period(point.period, language) for point in points], boundaryGap=False),
        yAxis=value_axis(min(every), max(every)),
        series=[
            *_band(points, names["band"]),
            *(_line(which, names[which], points, language) for which in PENS if which in shown),
        ],
    )  # fmt: skip
    head = ("", *(names[which] for which in ("own", "target", "mean", "median")), names["band"])
    rows = [_row(point, language) for point in points]
    return Chart(key, TITLE, f"{rows[0][0]} {rows[0][1]} → {rows[-1][0]} {rows[-1][1]}", option, head, rows)


def _values(point: TrendPoint) -> list[Decimal]:
    found = (point.total, point.target, point.mean, point.lower_quartile, point.upper_quartile)
    return [value for value in found if value is not None]


def _line(which: str, name: str, points: Sequence[TrendPoint], language: Language) -> Option:
    color, width, kind = PENS[which]
    spots = [_spot(which, name, point, language) for point in points]
    more = {"lineStyle": {"color": color, "width": width, "type": kind}, "itemStyle": {"color": color}}
    return series("line", name, spots, symbol="circle" if which == "own" else "none", symbolSize=6, **more)


def _spot(which: str, name: str, point: TrendPoint, language: Language) -> Option | None:
    value = {"own": point.total, "target": point.target, "mean": point.mean, "median": point.median}[which]
    if value is None:
        return None
    words = f"{formats.period(point.period, language)} {name} {formats.points(value)}"
    spot = dict(named(drawn(value), words))
    if which == "own" and point.signal is not None:
        spot |= {"itemStyle": {"color": "#fff", "borderColor": RED, "borderWidth": 2}, "symbolSize": 9}
    return spot


def _band(points: Sequence[TrendPoint], name: str) -> list[Option]:
    """Two stacked areas: an unseen one up to the lower quartile, the band on top of it."""
    low = [drawn(one.lower_quartile) for one in points]
    high = [drawn(one.upper_quartile - one.lower_quartile) for one in points]
    unseen: Option = {"stack": "band", "symbol": "none", "silent": True, "lineStyle": {"opacity": 0}}
    unseen["stackStrategy"] = "all"
    painted = {"areaStyle": {"color": BLUE_PALE, "opacity": 0.65}, "itemStyle": {"color": BLUE_PALE}}
    return [series("line", "", low, **unseen), series("line", name, high, **unseen, **painted)]


def _row(point: TrendPoint, language: Language) -> tuple[str, ...]:
    values = (point.total, point.target, point.mean, point.median)
    texts = [formats.MISSING if value is None else formats.points(value) for value in values]
    low, high = formats.points(point.lower_quartile), formats.points(point.upper_quartile)
    return (formats.period(point.period, language), *texts, f"{low}–{high}")
