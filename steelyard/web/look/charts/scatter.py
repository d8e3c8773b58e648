"""两项指标: one dot a unit, what it has of one across and of the other upwards; the middle half of all as bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts.palette import BLUE, BLUE_PALE, PEER
from steelyard.reports.sheet import Words
from steelyard.web.look.charts.chart import Chart, Option, drawn, label, named, plain, series, value_axis

TITLE = Words("两项指标", "Two indicators")


@dataclass(frozen=True)
class Spot:
    name: str
    x: Decimal
    y: Decimal
    own: bool = False


@dataclass(frozen=True)
class Axis:
    """``middle``: the quartiles of everybody, None where too few are there to have any."""

    name: Words
    middle: tuple[Decimal, Decimal] | None = None


def scatter(key: str, spots: Sequence[Spot], x: Axis, y: Axis, language: Language) -> Chart:
    """At least one spot."""
    across = [spot.x for spot in spots] + list(x.middle or ())
    upwards = [spot.y for spot in spots] + list(y.middle or ())
    option = plain(
        grid={"left": 34, "right": 24, "top": 18, "bottom": 34, "containLabel": True},
        xAxis=value_axis(min(across), max(across), **_named(x, language, 28)),
        yAxis=value_axis(min(upwards), max(upwards), **_named(y, language, 48)),
        series=[
            series("scatter", "", [_dot(one) for one in spots if not one.own], symbolSize=10,
                   itemStyle={"color": PEER, "opacity": 0.85}, markArea=_bands(x, y)),
            series("scatter", "", [_dot(one) for one in spots if one.own], symbolSize=16, itemStyle={"color": BLUE},
                   z=9),
        ],
    )  # fmt: skip
    head = ("单位" if language == "zh" else "Unit", x.name.of(language), y.name.of(language))
    rows = [(one.name, formats.number(one.x), formats.number(one.y)) for one in spots]
    return Chart(key, TITLE, _told(x, y, len(spots), language), option, head, rows)


def _named(axis: Axis, language: Language, gap: int) -> Option:
    return {"name": axis.name.of(language), "nameLocation": "middle", "nameGap": gap, "nameTextStyle": label()}


def _dot(spot: Spot) -> Option:
    words = f"{spot.name} {formats.number(spot.x)} · {formats.number(spot.y)}"
    return dict(named([drawn(spot.x), drawn(spot.y)], words))


def _bands(x: Axis, y: Axis) -> Option:
    data = []
    for middle, way in ((x.middle, "xAxis"), (y.middle, "yAxis")):
        if middle is not None:
            data.append([{way: drawn(middle[0])}, {way: drawn(middle[1])}])
    return {"silent": True, "itemStyle": {"color": BLUE_PALE, "opacity": 0.4}, "data": data}


def _told(x: Axis, y: Axis, count: int, language: Language) -> str:
    if language == "zh":
        return f"横轴{x.name.zh}，纵轴{y.name.zh}，共 {count} 个单位"
    return f"across {x.name.of('en')}, upwards {y.name.of('en')}, {count} units"
