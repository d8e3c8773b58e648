"""同类单位位次: all totals of a class on one line, the unit among them, the middle half as a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts.palette import BLUE, BLUE_PALE, GOLD, GRID, PEER, QUIET
from steelyard.reports.sheet import PeerStats, Words
from steelyard.web.look.charts.chart import Chart, Option, drawn, label, named, plain, series, value_axis

TITLE = Words("同类单位位次", "Place among its peers")
LANES = 5
QUARTER = Decimal("0.25")


@dataclass(frozen=True)
class Dot:
    """One unit of the class. ``name`` is empty where peers must not be named; ``url``: its own page."""

    name: str
    total: Decimal
    place: int
    own: bool = False
    url: str = ""


def peers(key: str, dots: Sequence[Dot], stats: PeerStats, language: Language) -> Chart:
    """``dots`` in the order of places. Dots that would cover each other stand in lanes above and below the line."""
    ends = [dot.total for dot in dots]
    placed = list(zip(dots, _lanes(ends, (max(ends) - min(ends)) / 40), strict=True))
    others = [_dot(dot, lane, language) for dot, lane in placed if not dot.own]
    own = [_dot(dot, lane, language) for dot, lane in placed if dot.own]
    option = plain(
        grid={"left": 16, "right": 16, "top": 16, "bottom": 42},
        xAxis=value_axis(min(ends), max(ends), name=_stats_words(stats, language), nameLocation="middle", nameGap=26,
                         nameTextStyle=label()),
        yAxis={"type": "value", "min": -LANES, "max": LANES, "show": False},
        series=[
            series("scatter", "", others, symbolSize=11, itemStyle={"color": PEER, "opacity": 0.85},
                   markArea=_band(stats), markLine=_middle(stats)),
            series("scatter", "", own, symbolSize=19, itemStyle={"color": BLUE}, label=_tag(own, ends), z=9),
        ],
    )  # fmt: skip
    head = ("单位", "位次", "得分") if language == "zh" else ("Unit", "Place", "Total")
    rows = [(dot.name or formats.MISSING, str(dot.place), formats.points(dot.total)) for dot in dots]
    return Chart(key, TITLE, "；".join(point["name"] for point in own), option, head, rows)


def _lanes(totals: Sequence[Decimal], near: Decimal) -> list[int]:
    """For each a lane: 0 on the line, then 1, -1, 2, -2 …, the first whose last dot is far enough away."""
    order = [0, 1, -1, 2, -2, 3, -3]
    last: dict[int, Decimal] = {}
    chosen = []
    for value in totals:
        free = (lane for lane in order if lane not in last or abs(last[lane] - value) > near)
        lane = next(free, 0)
        last[lane] = value
        chosen.append(lane)
    return chosen


def _dot(dot: Dot, lane: int, language: Language) -> Option:
    place = f"第 {dot.place} 位" if language == "zh" else f"place {dot.place}"
    words = " ".join(filter(None, (dot.name, place, formats.points(dot.total))))
    return dict(named([drawn(dot.total), lane], words, dot.url))


def _tag(own: Sequence[Option], totals: Sequence[Decimal]) -> Option:
    words = own[0]["name"].rsplit(" ", 1)[0] if own else ""
    side = _side(Decimal(own[0]["value"][0]), min(totals), max(totals)) if own else "center"
    return {"show": True, "position": "top", "distance": 8, "formatter": words, "color": "#fff", "fontWeight": 600,
            "backgroundColor": BLUE, "padding": [4, 8], "borderRadius": 2, "align": side}  # fmt: skip


def _side(value: Decimal, low: Decimal, high: Decimal) -> str:
    """Towards the middle of the line, so that words near its ends are not cut off."""
    share = (value - low) / (high - low) if high > low else Decimal("0.5")
    return "left" if share < QUARTER else "right" if share > 1 - QUARTER else "center"


def _band(stats: PeerStats) -> Option:
    ends = [{"xAxis": drawn(stats.lower_quartile)}, {"xAxis": drawn(stats.upper_quartile)}]
    return {"silent": True, "itemStyle": {"color": BLUE_PALE, "opacity": 0.6}, "data": [ends]}


def _middle(stats: PeerStats) -> Option:
    lines = [
        {"xAxis": drawn(stats.mean), "lineStyle": {"color": QUIET, "type": "dashed"}},
        {"xAxis": drawn(stats.median), "lineStyle": {"color": GOLD, "type": "dashed"}},
        {"yAxis": 0, "lineStyle": {"color": GRID, "type": "solid"}},
    ]
    return {"silent": True, "symbol": "none", "label": {"show": False}, "data": lines}


def _stats_words(stats: PeerStats, language: Language) -> str:
    mean, median = formats.points(stats.mean), formats.points(stats.median)
    return f"均值 {mean}　中位 {median}" if language == "zh" else f"mean {mean}   median {median}"
