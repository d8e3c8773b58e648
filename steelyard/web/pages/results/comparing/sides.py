"""Two sheets side by side: of two units, or of one unit in two periods; the parts add up to the gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404

from steelyard.reports import formats
from steelyard.reports.sheet import IndicatorRow, Measure, TrendPoint, UnitSheet, Words
from steelyard.web.cycles.results import Reading
from steelyard.web.look.charts.chart import Chart
from steelyard.web.look.charts.gaps import Gap, gaps
from steelyard.web.look.reading import language
from steelyard.web.pages.results import exporting

SHOWN = 12
NIL = Decimal(0)


@dataclass(frozen=True)
class Side:
    """One of the two: which unit in which version, and how it is called here."""

    seen: Reading
    sheet: UnitSheet

    @property
    def name(self) -> Words:
        return self.sheet.name


@dataclass(frozen=True)
class Beside:
    """One indicator on both sides; ``gap``: points of the first less those of the second; ``version``: one that has the
    indicator, the first's if it does."""

    id: str
    name: Words
    family: Words
    left: IndicatorRow | None
    right: IndicatorRow | None
    gap: Decimal
    version: int

    def value(self, side: IndicatorRow | None) -> Measure | None:
        return None if side is None else side.value


def side(seen: Reading, code: str) -> Side:
    """Raises `Http404` for a unit that the asker may not open: it is the same as one that is not there."""
    if not seen.views.has_unit(code) or not seen.opens(code):
        raise Http404
    return Side(seen, seen.views.unit(code))


def beside(left: Side, right: Side) -> list[Beside]:
    """Indicators of either, the largest gap first."""
    mine, theirs = ({row.id: row for row in one.sheet.indicators} for one in (left, right))
    known = {**dict.fromkeys(theirs, right.seen.version.pk), **dict.fromkeys(mine, left.seen.version.pk)}
    rows = [_beside(mine.get(id), theirs.get(id), known[id]) for id in {**mine, **theirs}]
    return sorted(rows, key=lambda row: (-abs(row.gap), row.id))


def _beside(left: IndicatorRow | None, right: IndicatorRow | None, version: int) -> Beside:
    row = left or right
    assert row is not None
    gap = (left.points if left else NIL) - (right.points if right else NIL)
    return Beside(row.id, row.name, row.family, left, right, gap, version)


def families(left: Side, right: Side) -> list[tuple[Words, Decimal | None, Decimal | None]]:
    theirs = {one.name.zh: one.points for one in right.sheet.families}
    mine = {one.name.zh: one.points for one in left.sheet.families}
    names = {one.name.zh: one.name for one in (*left.sheet.families, *right.sheet.families)}
    return [(words, mine.get(name), theirs.get(name)) for name, words in names.items()]


def drawn(rows: Sequence[Beside]) -> Chart | None:
    """The largest gaps as bars to both sides; None where there is none."""
    told = [Gap(row.name.of(language()), row.gap, formats.signed_points(row.gap)) for row in rows[:SHOWN] if row.gap]
    return gaps("gaps", told) if told else None


def table(left: tuple[Words, Side], right: tuple[Words, Side]) -> exporting.Table:
    """Both under the names that the page gives them."""
    one, other = (words.of(language()) for words, _ in (left, right))
    head = [Words("编号", "Id"), Words("指标", "Indicator"), Words("类别", "Family"),
            Words(f"{one} 实际值", f"{one} value"), Words(f"{other} 实际值", f"{other} value"),
            Words(f"{one} 得分", f"{one} points"), Words(f"{other} 得分", f"{other} points"),
            Words("相差", "Gap")]  # fmt: skip
    rows = [_cells(row) for row in beside(left[1], right[1])]
    return exporting.Table(Words("对比", "Comparison"), head, rows)


def _cells(row: Beside) -> Sequence[exporting.Cell]:
    points = (row.left.points if row.left else None, row.right.points if row.right else None)
    return row.id, row.name, row.family, row.value(row.left), row.value(row.right), *points, row.gap


@dataclass(frozen=True)
class Figure:
    """One line of two months of a unit: what, then, and then; ``gap`` the first less the second."""

    name: Words
    left: Decimal | None
    right: Decimal | None

    @property
    def gap(self) -> Decimal | None:
        return None if self.left is None or self.right is None else self.left - self.right


def month(sheet: UnitSheet, period: str) -> TrendPoint:
    """Raises `Http404` where the run did not look back at that month."""
    found = next((point for point in sheet.history if point.period == period), None)
    if found is None:
        raise Http404
    return found


def figures(left: TrendPoint, right: TrendPoint) -> list[Figure]:
    """Own total, and the same against target and peers, so that a change of everybody is told from one's own."""
    pairs = (
        (Words("当月得分", "Total of the month"), left.total, right.total),
        (Words("目标值", "Target"), left.target, right.target),
        (Words("同类均值", "Peers' mean"), left.mean, right.mean),
        (Words("同类中位数", "Peers' median"), left.median, right.median),
        (Words("同类下四分位", "Peers' lower quartile"), left.lower_quartile, right.lower_quartile),
        (Words("同类上四分位", "Peers' upper quartile"), left.upper_quartile, right.upper_quartile),
        (Words("较同类均值", "Against peers' mean"), _less(left.total, left.mean), _less(right.total, right.mean)),
    )
    return [Figure(*one) for one in pairs]


def _less(one: Decimal | None, other: Decimal) -> Decimal | None:
    return None if one is None else one - other
