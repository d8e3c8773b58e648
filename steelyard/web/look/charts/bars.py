"""Bars that lie: lost points, totals of units, anything that is compared by its length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.reports.charts.palette import BLUE, INK
from steelyard.reports.sheet import Words
from steelyard.web.look.charts.chart import Chart, drawn, label, named, plain, series, words_axis

COLOURS = {"": BLUE, "good": "#2C9C68", "warn": "#D98A12", "bad": "#C9202A", "pale": "#A9B7D0", "gold": "#DDA12A"}


@dataclass(frozen=True)
class Bar:
    """``size`` decides the length, ``text`` is what is read beside it; ``mood``: good, warn, bad, pale, gold."""

    name: str
    size: Decimal
    text: str
    mood: str = ""
    url: str = ""


def lying(key: str, title: Words, bars: Sequence[Bar], low: Decimal = Decimal(0)) -> Chart:
    """From top to bottom in the order given. ``low``: where bars begin, if nought is too far away to see anything."""
    room = max((bar.size for bar in bars), default=Decimal(1))
    option = plain(
        grid={"left": 6, "right": 52, "top": 4, "bottom": 4, "containLabel": True},
        xAxis={"type": "value", "show": False, "min": drawn(low), "max": drawn(max(room, low + 1))},
        yAxis=words_axis(
            [bar.name for bar in bars], inverse=True, axisLine={"show": False},
            axisLabel=label(color=INK, width=150, overflow="truncate"),
        ),
        series=[
            series(
                "bar", "",
                [named(drawn(bar.size), f"{bar.name} {bar.text}", bar.url, itemStyle=_paint(bar), label=_said(bar))
                 for bar in bars],
                barMaxWidth=12, barMinHeight=2,
            )
        ],
    )  # fmt: skip
    rows = [(bar.name, bar.text) for bar in bars]
    return Chart(key, title, "，".join(f"{bar.name} {bar.text}" for bar in bars[:5]), option, ("", ""), rows)


def _paint(bar: Bar) -> dict[str, object]:
    return {"color": COLOURS[bar.mood], "borderRadius": 2}


def _said(bar: Bar) -> dict[str, object]:
    return {"show": True, "position": "right", "formatter": bar.text, "color": INK, "fontSize": 12}
