"""位次区间: every unit of a class with the places it may hold; groups that cannot be told apart share a shade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts.palette import BLUE, GRID, INK, RED
from steelyard.reports.sheet import Words
from steelyard.web.look.charts.chart import Chart, Option, label, named, plain, series, words_axis

TITLE = Words("位次及其区间", "Places with their intervals")
SHADES = ("#3B74CC", "#8FB0E4")


@dataclass(frozen=True)
class Reach:
    """``group``: number of the group of units that cannot be told apart; neighbours of other groups change shade."""

    name: str
    place: int
    low: int
    high: int
    group: int
    own: bool = False
    url: str = ""


def ranks(key: str, reaches: Sequence[Reach], language: Language, cuts: Sequence[tuple[int, str]] = ()) -> Chart:
    """In the order given, first on top. ``cuts``: last place of a list and its name, drawn as a line after it."""
    size = max(reach.high for reach in reaches)
    option = plain(
        grid={"left": 8, "right": 24, "top": 26, "bottom": 6, "containLabel": True},
        xAxis={"type": "value", "min": 0, "max": size + 1, "position": "top", "minInterval": 1, "axisLabel": label(),
               "splitLine": {"lineStyle": {"color": GRID}}},
        yAxis=words_axis([one.name for one in reaches], inverse=True, axisLine={"show": False},
                         axisLabel=label(color=INK, interval=0, width=140, overflow="truncate")),
        series=[
            series("bar", "", [reach.low - 0.35 for reach in reaches], stack="reach", silent=True,
                   itemStyle={"color": "transparent"}, barWidth=8),
            series("bar", "", [_span(one, language) for one in reaches], stack="reach", barWidth=8),
            series("scatter", "", [_dot(one, row, language) for row, one in enumerate(reaches)], symbolSize=11,
                   markLine=_cuts(cuts), z=5),
        ],
    )  # fmt: skip
    head = ("单位", "位次", "区间") if language == "zh" else ("Unit", "Place", "Interval")
    rows = [(one.name, str(one.place), formats.places(one.low, one.high)) for one in reaches]
    said = "；".join(_said(one, language) for one in reaches if one.own)
    return Chart(key, TITLE, said, option, head, rows)


def _said(one: Reach, language: Language) -> str:
    reach = formats.places(one.low, one.high)
    return f"{one.name} 第 {one.place} 位（{reach}）" if language == "zh" else f"{one.name} place {one.place} ({reach})"


def _span(one: Reach, language: Language) -> Option:
    color = BLUE if one.own else SHADES[one.group % 2]
    style = {"color": color, "opacity": 0.45, "borderRadius": 4}
    return dict(named(one.high - one.low + 0.7, _said(one, language), one.url, itemStyle=style))


def _dot(one: Reach, row: int, language: Language) -> Option:
    """By the number of its row: units that are not named all have the same name."""
    style = {"color": BLUE if one.own else SHADES[one.group % 2], "borderColor": "#fff", "borderWidth": 1}
    return dict(named([one.place, row], _said(one, language), one.url, itemStyle=style))


def _cuts(cuts: Sequence[tuple[int, str]]) -> Option:
    lines = [
        {"xAxis": place + 0.5, "label": {"formatter": words, "position": "end", "color": RED}} for place, words in cuts
    ]
    return {"silent": True, "symbol": "none", "lineStyle": {"color": RED, "type": "dashed"}, "data": lines}
