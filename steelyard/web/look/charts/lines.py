"""Several shares over periods as lines: what an indicator showed in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts.palette import BLUE, GOLD, RED, SLATE
from steelyard.reports.sheet import Words
from steelyard.web.look.charts.chart import Chart, Option, drawn, label, named, plain, series, value_axis, words_axis

# Colour, dash, mark: each pair differs in more than its colour.
PENS = ((BLUE, "solid", "circle"), (GOLD, "dashed", "rect"), (RED, "dotted", "triangle"), (SLATE, "solid", "diamond"))


@dataclass(frozen=True)
class Line:
    """``values``: shares of one, a gap where there is none."""

    name: str
    values: Sequence[Decimal | None]


def shares(key: str, title: Words, periods: Sequence[str], lines: Sequence[Line], language: Language) -> Chart:
    """At most four lines, periods oldest first, from nothing to all."""
    names = [formats.short_period(period, language) for period in periods]
    option = plain(
        grid={"left": 8, "right": 20, "top": 34, "bottom": 4, "containLabel": True},
        legend={"top": 0, "left": 0, "itemWidth": 22, "textStyle": label(), "data": [line.name for line in lines]},
        xAxis=words_axis(names),
        yAxis=value_axis(Decimal(0), Decimal(1)),
        series=[_line(line, pen, names) for line, pen in zip(lines, PENS, strict=False)],
    )
    rows = [(name, *(_told(line.values[place]) for line in lines)) for place, name in enumerate(names)]
    last = "，".join(f"{line.name} {_told(line.values[-1])}" for line in lines)
    return Chart(key, title, f"{names[-1]}：{last}", option, ("", *(line.name for line in lines)), rows)


def _told(value: Decimal | None) -> str:
    return formats.MISSING if value is None else formats.share(value)


def _line(line: Line, pen: tuple[str, str, str], names: Sequence[str]) -> Option:
    color, dash, mark = pen
    spots = [
        None if value is None else named(drawn(value), f"{name} {line.name} {_told(value)}")
        for name, value in zip(names, line.values, strict=True)
    ]
    return series(
        "line", line.name, spots, symbol=mark, symbolSize=7, lineStyle={"color": color, "width": 2, "type": dash},
        itemStyle={"color": color},
    )  # fmt: skip
