"""The months in a row: own total against target, peers' mean, median and quartiles, with signals marked (C65, C66)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts import palette
from steelyard.reports.charts.chart import Chart
from steelyard.reports.charts.scale import Scale, fitted, spread_out
from steelyard.reports.charts.svg import Drawing, Point
from steelyard.reports.sheet import TrendPoint, UnitSheet
from steelyard.reports.words import label

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 252, 40, 628, 14, 206
_SERIES = ("total", "target", "mean", "median", "lower_quartile", "upper_quartile", "lower_limit", "upper_limit")
_LINES: tuple[tuple[str, str, str, str], ...] = (
    ("target", palette.RED, "7 4", "1.5"),
    ("mean", palette.SLATE, "5 3", "1.5"),
    ("median", palette.GOLD, "2 2", "1.5"),
    ("total", palette.BLUE, "", "2.5"),
)


def trend(sheet: UnitSheet, language: Language) -> Chart:
    """Lines differ in dash as well as colour; a signal is a shape with a word in the key below."""
    points = sheet.history
    rows = [_row(point, language) for point in points]
    spoken = "; ".join(f"{row['name']} {row['total']}{_spoken_signal(row, language)}" for row in rows)
    drawing = _draw(points, language) if points else Drawing(_WIDTH, 40)
    return Chart("trend", label("trend_title", language), spoken, {"kind": "trend", "months": rows}, drawing)


def _row(point: TrendPoint, language: Language) -> dict[str, str]:
    values = {name: getattr(point, name) for name in _SERIES}
    texts = {name: formats.MISSING if value is None else formats.points(value) for name, value in values.items()}
    return {"name": formats.period(point.period, language), **texts, "signal": point.signal or ""}


def _spoken_signal(row: dict[str, str], language: Language) -> str:
    return f" ({label('signal_' + row['signal'], language)})" if row["signal"] else ""


def _draw(points: Sequence[TrendPoint], language: Language) -> Drawing:
    drawing = Drawing(_WIDTH, _HEIGHT)
    shown = [value for point in points for name in _SERIES if (value := getattr(point, name)) is not None]
    scale, marks = fitted(shown, _BOTTOM, _TOP, 6)
    columns = [_LEFT + Decimal(_RIGHT - _LEFT) * (2 * index + 1) / (2 * len(points)) for index in range(len(points))]
    _grid(drawing, scale, marks)
    _months(drawing, points, columns, language)
    _bands(drawing, points, scale, columns)
    _lines(drawing, points, scale, columns, language)
    _signals(drawing, points, scale, columns)
    _key(drawing, language)
    return drawing


def _grid(drawing: Drawing, scale: Scale, marks: list[Decimal]) -> None:
    for mark in marks:
        drawing.line((_LEFT, scale.at(mark)), (_RIGHT, scale.at(mark)), palette.GRID)
        drawing.text((_LEFT - 6, scale.at(mark) + 4), formats.number(mark, 1), palette.QUIET, size=10, anchor="end")


def _months(drawing: Drawing, points: Sequence[TrendPoint], columns: list[Decimal], language: Language) -> None:
    every = max(1, (len(points) + 11) // 12)
    for index, (point, x) in enumerate(zip(points, columns, strict=True)):
        if index % every == 0:
            words = formats.short_period(point.period, language)
            drawing.text((x, _BOTTOM + 15), words, palette.QUIET, size=10, anchor="middle")


def _bands(drawing: Drawing, points: Sequence[TrendPoint], scale: Scale, columns: list[Decimal]) -> None:
    upper = [(x, scale.at(p.upper_quartile)) for p, x in zip(points, columns, strict=True)]
    lower = [(x, scale.at(p.lower_quartile)) for p, x in zip(points, columns, strict=True)]
    drawing.area([*upper, *reversed(lower)], "#E6EDF9")
    for get in (lambda p: p.lower_limit, lambda p: p.upper_limit):
        for run in _runs(points, scale, columns, get):
            drawing.path(run, palette.QUIET, width="1", dash="1 3")


def _runs(
    points: Sequence[TrendPoint], scale: Scale, columns: list[Decimal], get: Callable[[TrendPoint], Decimal | None]
) -> list[list[Point]]:
    """The line in pieces: a month without a value is a gap, not a bridge."""
    runs: list[list[Point]] = [[]]
    for point, x in zip(points, columns, strict=True):
        value = get(point)
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, scale.at(value)))
    return [run for run in runs if run]


def _lines(
    drawing: Drawing, points: Sequence[TrendPoint], scale: Scale, columns: list[Decimal], language: Language
) -> None:
    ends: list[tuple[Decimal, str, str]] = []
    for name, colour, dash, width in _LINES:
        for run in _runs(points, scale, columns, lambda point, name=name: getattr(point, name)):  # type: ignore[misc]
            drawing.path(run, colour, width=width, dash=dash)
        value = getattr(points[-1], name)
        if value is not None:
            words = label("own" if name == "total" else name, language)
            ends.append((scale.at(value), f"{words} {formats.points(value)}", colour))
    heights = spread_out([height for height, _, _ in ends], 15, _TOP, _BOTTOM)
    for (at, words, colour), height in zip(ends, heights, strict=True):
        drawing.line((columns[-1] + 6, at), (_RIGHT + 4, height), palette.GRID)
        drawing.text((_RIGHT + 8, height + 4), words, colour, weight="bold" if colour == palette.BLUE else "")


def _signals(drawing: Drawing, points: Sequence[TrendPoint], scale: Scale, columns: list[Decimal]) -> None:
    for point, x in zip(points, columns, strict=True):
        if point.total is None:
            continue
        y = scale.at(point.total)
        if point.signal is None:
            drawing.dot((x, y), 3, palette.BLUE, line=palette.PAPER)
        else:
            _mark(drawing, x, y, point.signal == "better")


def _mark(drawing: Drawing, x: Decimal, y: Decimal, better: bool) -> None:
    """A triangle that points up for good and down for bad news."""
    way = -1 if better else 1
    corners: list[Point] = [(x - 6, y - 5 * way), (x + 6, y - 5 * way), (x, y + 7 * way)]
    drawing.area(corners, palette.GREEN if better else palette.RED, line=palette.PAPER)


def _key(drawing: Drawing, language: Language) -> None:
    y = _HEIGHT - 10
    drawing.rect(_LEFT, y - 9, 16, 10, "#E6EDF9", line=palette.PEER)
    drawing.text((_LEFT + 22, y), label("quartiles", language), palette.QUIET)
    drawing.path([(_LEFT + 130, y - 4), (_LEFT + 152, y - 4)], palette.QUIET, width="1", dash="1 3")
    drawing.text((_LEFT + 158, y), label("limits", language), palette.QUIET)
    for index, better in enumerate((True, False)):
        x = Decimal(_LEFT + 310 + 130 * index)
        _mark(drawing, x, Decimal(y - 4), better)
        drawing.text((x + 12, y), label("signal_better" if better else "signal_worse", language), palette.QUIET)
