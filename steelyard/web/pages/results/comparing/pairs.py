"""Two indicators over the units of one class: how far they go together, and who stands differently on each.

Units that the asker may not name are in the quartiles and in the correlation only. A dot of theirs would tie two of
their values together, and whoever knows one of them from elsewhere would learn the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from steelyard.analysis.peers import average_places, spearman
from steelyard.bureau.views.overview import IndicatorLine, IndicatorPage
from steelyard.reports.sheet import Measure, Words
from steelyard.web.cycles.results import Reading
from steelyard.web.look.charts.chart import Chart
from steelyard.web.look.charts.scatter import Axis, Spot, scatter
from steelyard.web.look.reading import language
from steelyard.web.pages.results import exporting

FEWEST = 5
"""Units below which neither quartiles nor a correlation are told: they would be somebody's own numbers."""
Z = 1.96


@dataclass(frozen=True)
class Both:
    """One unit on both; ``apart``: its place on the first less that on the second."""

    code: str
    name: Words
    opens: bool
    x: IndicatorLine
    y: IndicatorLine

    @property
    def apart(self) -> int:
        return (self.x.place or 0) - (self.y.place or 0)


@dataclass(frozen=True)
class Together:
    """Spearman's rank correlation over ``units``, with the 95 % interval of Fisher's transformation (standard error
    1.03 / sqrt(n - 3): Fieller, Hartley and Pearson, Biometrika 44, 1957)."""

    units: int
    rho: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Pair:
    """Of one class: all units that were scored on both (``lines``), and those of them that may be named (``rows``)."""

    x: IndicatorPage
    y: IndicatorPage
    class_name: str
    classes: tuple[str, ...]
    lines: tuple[tuple[IndicatorLine, IndicatorLine], ...]
    rows: tuple[Both, ...]

    @property
    def hidden(self) -> int:
        return len(self.lines) - len(self.rows)


def pair(seen: Reading, x: IndicatorPage, y: IndicatorPage, wanted: str) -> Pair:
    """``wanted``: the class; else one's own, else the first that both indicators are for."""
    mine, theirs = _scored(x), _scored(y)
    shared = [code for code in mine if code in theirs]
    classes = tuple(dict.fromkeys(mine[code].class_name for code in shared))
    own = next((mine[code].class_name for code in shared if code in seen.own), "")
    chosen = wanted if wanted in classes else own or next(iter(classes), "")
    inside = [code for code in shared if mine[code].class_name == chosen]
    rows = [
        Both(code, seen.views.lines[code].name, seen.opens(code), mine[code], theirs[code])
        for code in inside
        if seen.names(code)
    ]
    rows.sort(key=lambda row: (-abs(row.apart), row.code))
    return Pair(x, y, chosen, classes, tuple((mine[code], theirs[code]) for code in inside), tuple(rows))


def _scored(page: IndicatorPage) -> dict[str, IndicatorLine]:
    return {line.code: line for line in page.lines if line.state == "scored"}


def together(found: Pair) -> Together | None:
    """By points, which both have; None for too few units."""
    n = len(found.lines)
    if n < FEWEST:
        return None
    first, second = (
        average_places(np.array([float(line.points) for line in side])) for side in zip(*found.lines, strict=True)
    )
    rho = spearman(first, second)
    bound = np.arctanh(min(max(rho, -0.999999), 0.999999))
    step = Z * 1.03 / np.sqrt(n - 3)
    low, high = np.tanh(bound - step), np.tanh(bound + step)
    return Together(n, *(Decimal(str(round(float(one), 2))) for one in (rho, low, high)))


def drawn(found: Pair, own: Sequence[str]) -> Chart | None:
    """Named units as dots, the middle half of the whole class as bands; None where there is nobody to draw."""
    if not found.rows:
        return None
    by_value = all(line.value is not None for pair in found.lines for line in pair)
    spots = [
        Spot(row.name.of(language()), number(row.x, by_value), number(row.y, by_value), row.code in own)
        for row in found.rows
    ]
    axes = [_axis(found, at, by_value) for at in (0, 1)]
    return scatter("pair", spots, axes[0], axes[1], language())


def number(line: IndicatorLine, by_value: bool) -> Decimal:
    """What is drawn: the value, a ratio in percent; points where not all have a value."""
    if not by_value or line.value is None:
        return line.points
    return line.value.number * 100 if line.value.kind == "ratio" else line.value.number


def _axis(found: Pair, at: int, by_value: bool) -> Axis:
    page, lines = (found.x, found.y)[at], [pair[at] for pair in found.lines]
    numbers = sorted(number(line, by_value) for line in lines)
    quarter = (numbers[(len(numbers) - 1) // 4], numbers[3 * (len(numbers) - 1) // 4])
    unit = _unit(lines[0].value) if by_value else Words("分", "points")
    name = page.rule.name
    words = Words(f"{name.zh}（{unit.zh}）", f"{name.of('en')} ({unit.of('en')})") if unit.zh else name
    return Axis(words, quarter if len(numbers) >= FEWEST else None)


def _unit(value: Measure | None) -> Words:
    if value is not None and value.kind == "ratio":
        return Words("%", "%")
    return value.unit if value is not None else Words("")


def table(found: Pair) -> exporting.Table:
    x, y = found.x.rule.name.of(language()), found.y.rule.name.of(language())
    head = [Words("单位代码", "Code"), Words("单位", "Unit"), Words("分组", "Class")]
    for name in (x, y):
        head += [Words(f"{name} {zh}", f"{name} {en}") for zh, en in (("实际值", "value"), ("得分", "points"),
                                                                      ("位次", "place"))]  # fmt: skip
    head.append(Words("位次相差", "Places apart"))
    rows = [
        (row.code, row.name, found.class_name, row.x.value, row.x.points, row.x.place, row.y.value, row.y.points,
         row.y.place, row.apart)
        for row in found.rows
    ]  # fmt: skip
    return exporting.Table(Words("指标对比", "Two indicators"), head, rows)
