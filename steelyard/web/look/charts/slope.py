"""位次变化: the places of units over periods as lines that cross; the chosen ones coloured, the others pale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts.palette import BLUE, GREEN, QUIET, RED
from steelyard.reports.sheet import Words
from steelyard.web.look.charts.chart import Chart, Option, label, named, plain, series, words_axis

TITLE = Words("位次变化", "Places over time")
CHOSEN = ((RED, "solid"), (BLUE, "solid"), ("#B7791F", "solid"), (GREEN, "dashed"), ("#6B4FA0", "dashed"))


@dataclass(frozen=True)
class Way:
    """Places of one unit, oldest first, None where it had none."""

    name: str
    places: Sequence[int | None]
    chosen: bool = False
    url: str = ""


def places(key: str, periods: Sequence[str], ways: Sequence[Way], language: Language) -> Chart:
    """The first five chosen ways have a colour each. Places count downwards, the first on top."""
    last = max((place for way in ways for place in way.places if place is not None), default=2)
    colours = iter(CHOSEN)
    lines = [_line(way, periods, next(colours, None) if way.chosen else None, language) for way in ways]
    option = plain(
        grid={"left": 26, "right": 118, "top": 10, "bottom": 24},
        xAxis=words_axis([formats.short_period(one, language) for one in periods], boundaryGap=False,
                         axisLine={"show": False}),
        yAxis={"type": "value", "inverse": True, "min": 1, "max": last, "minInterval": 1, "axisLabel": label(),
               "splitLine": {"show": False}, "splitNumber": 5},
        series=lines,
    )  # fmt: skip
    head = ("单位" if language == "zh" else "Unit", *(formats.short_period(one, language) for one in periods))
    rows = [(way.name, *(formats.MISSING if place is None else str(place) for place in way.places)) for way in ways]
    return Chart(key, TITLE, f"{len(ways)} × {len(periods)}", option, head, rows)


def _line(way: Way, periods: Sequence[str], style: tuple[str, str] | None, language: Language) -> Option:
    color, kind = style or ("#CBD5E4", "solid")
    spots = [
        None
        if place is None
        else dict(named(place, f"{way.name} {formats.short_period(at, language)}：{place}", way.url))
        for place, at in zip(way.places, periods, strict=True)
    ]
    tag = {
        "show": way.places[-1] is not None, "formatter": f"{way.places[-1]} {way.name}", "width": 104,
        "overflow": "truncate", "fontWeight": 600 if style else 400, "color": color if style else QUIET, "distance": 8,
    }  # fmt: skip
    return series(
        "line", way.name, spots, symbol="circle", symbolSize=6 if style else 4, endLabel=tag,
        labelLayout={"hideOverlap": True}, z=3 if style else 2,
        lineStyle={"color": color, "width": 2.2 if style else 1.2, "type": kind}, itemStyle={"color": color},
    )  # fmt: skip
