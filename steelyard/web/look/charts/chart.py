"""What every chart has in common: words, the option that draws it, and the same data as a table of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from steelyard.reports.charts.palette import GRID, INK, PAPER, QUIET
from steelyard.reports.sheet import Words

FONT = '"Digits", "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
Option = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """``description`` says in a sentence what is seen, for those who hear it. ``head`` and ``rows``: all numbers of the
    chart, formatted; they are the table beside it and the file that can be taken away."""

    key: str
    title: Words
    description: str
    option: Option
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def drawn(value: Decimal) -> float:
    """Where on the picture a number lies. Pixels may be binary; what is read is text made of the exact number."""
    return float(value)


def plain(**parts: Any) -> Option:
    """An option with the house's type and without anything that has to be evaluated or fetched."""
    return {"textStyle": {"fontFamily": FONT, "fontSize": 12, "color": INK}, "tooltip": tip(), **parts}


def tip() -> Option:
    """Hints are drawn inside the picture: made of HTML they would carry styles, which the site forbids."""
    return {
        "renderMode": "richText", "confine": True, "backgroundColor": PAPER, "borderColor": GRID,
        "textStyle": {"fontSize": 12, "color": INK, "fontFamily": FONT}, "formatter": "{b}",
    }  # fmt: skip


def words_axis(names: Sequence[str], **more: Any) -> Option:
    """An axis of names."""
    return {
        "type": "category", "data": list(names), "axisTick": {"show": False},
        "axisLine": {"onZero": False, "lineStyle": {"color": "#C5D0E0"}}, "axisLabel": label(), **more,
    }  # fmt: skip


def value_axis(low: Decimal, high: Decimal, **more: Any) -> Option:
    """An axis of numbers from one round mark to another, see `marks`."""
    start, end, step = marks(low, high)
    return {
        "type": "value", "min": drawn(start), "max": drawn(end), "interval": drawn(step),
        "axisTick": {"show": False}, "axisLine": {"show": False, "onZero": False},
        "axisLabel": label(), "splitLine": {"lineStyle": {"color": GRID}}, **more,
    }  # fmt: skip


def label(**more: Any) -> Option:
    return {"color": QUIET, "fontSize": 12, **more}


def marks(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Round ends around two numbers, and the step of at most six marks between them: 1, 2 or 5 times a power of ten."""
    if high <= low:
        low, high = low - 1, high + 1
    rough = (high - low) / 5
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return (
        (low // step - (low < 0 and low % step != 0)) * step,
        -(-high // step - (high > 0 and high % step != 0)) * step,
        step,
    )


def series(kind: str, name: str, data: Sequence[Any], **more: Any) -> Option:
    return {"type": kind, "name": name, "data": list(data), "emphasis": {"disabled": True}, **more}


def named(value: Any, words: str, url: str = "", **style: Any) -> Mapping[str, Any]:
    """One point with the text that its hint shows, and where a click on it leads."""
    return {"value": value, "name": words, **({"url": url} if url else {}), **style}
