"""Charts of these pages: a sheet or a ranking as what the chart builders want, peers named only where they may be."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from steelyard.bureau.views.overview import IndicatorLine, Overview
from steelyard.reports import formats
from steelyard.reports.sheet import FamilyScore, PeerStats, TrendPoint, UnitSheet, Words
from steelyard.web.cycles.results import Reading, Seen
from steelyard.web.look.charts import bars, gauge, intervals, radar, slope, strip, trend
from steelyard.web.look.charts.chart import Chart
from steelyard.web.look.reading import language

LEAST, MANY = 3, 6
"""Families of which a radar can be drawn, and of which it needs more room around it."""


def total(sheet: UnitSheet) -> Chart:
    """The arc begins a little below the worst of the class, so that what matters fills it."""
    step = Decimal(10) ** (sheet.full.adjusted() - 1) if sheet.full > 0 else Decimal(1)
    low = max(Decimal(0), (min(sheet.peer_totals) // step - 1) * step)
    target = next((point.target for point in reversed(sheet.history) if point.target is not None), None)
    return gauge.total("total", sheet.total, low, max(sheet.full, sheet.total), target, language())


def standing(sheet: UnitSheet, seen: Reading) -> Chart:
    """All totals of the class; the unit itself, and the others by name only for those who may know them."""
    dots = [
        strip.Dot(
            one.name.of(language()) if one.named or one.line.code == sheet.code else "",
            one.line.total, one.line.place.place, one.line.code == sheet.code,
        )
        for one in seen.lines(sheet.class_name.zh)
    ]  # fmt: skip
    return strip.peers("standing", dots, sheet.peers, language())


def families(scores: Sequence[FamilyScore]) -> Chart:
    """A radar, or bars where there are too few families for one."""
    rated = [(one, one.rate) for one in scores if one.rate is not None]
    if len(rated) < LEAST:
        lying = [bars.Bar(one.name.of(language()), rate, formats.share(rate)) for one, rate in rated]
        return bars.lying("families", radar.TITLE, lying)
    spokes = [radar.Spoke(short(one.name.of(language())), rate, one.peer_mean, one.peer_best) for one, rate in rated]
    chart = radar.families("families", spokes, language())
    if len(spokes) > MANY:  # one of them points at the legend
        chart.option["radar"] |= {"radius": "54%", "center": ["50%", "45%"]}
    return chart


def short(name: str) -> str:
    """共性·内控督办与队伍 without its kind, so that it stands beside a spoke."""
    return name.rpartition("·")[2]


def brief(name: str) -> str:
    """犁渚市税务局第三税务分局 as 犁渚市第三分局: that they are tax bureaus goes without saying."""
    return name.replace("税务局", "").replace("税务", "").partition("（")[0] or name


def months(points: Sequence[TrendPoint]) -> Chart:
    return trend.history("months", points, language())


def reaches(lines: Sequence[Seen], overview: Overview, class_name: str) -> Chart:
    """Places with their intervals; the last places of the lists that count from the top as lines."""
    shown = [
        intervals.Reach(
            brief(one.name.of(language())) if one.named else "—", one.line.place.place, one.line.place.low,
            one.line.place.high, one.line.tie, not one.opens and one.named,
        )
        for one in lines
    ]  # fmt: skip
    edges = next((line.memberships for line in overview.units if line.class_name == class_name), ())
    cuts = [(one.cut, one.name.of(language())) for one in edges if one.cut and not one.bottom]
    return intervals.ranks("reaches", shown, language(), cuts[:1])


def ways(lines: Sequence[Seen], overview: Overview, chosen: Sequence[str]) -> Chart:
    """Places by month of those whom the asker may name; the chosen ones coloured."""
    known = [one for one in lines if one.named and one.line.month_places and one.line.month_places[-1] is not None]
    shown = [
        slope.Way(brief(one.name.of(language())), one.line.month_places, one.line.code in chosen, "") for one in known
    ]
    return slope.places("ways", overview.months, shown, language())


def spread(lines: Sequence[IndicatorLine], own: Sequence[str], names: dict[str, str]) -> Chart:
    """One indicator: the points of a class as dots, named where they may be."""
    ordered = sorted(lines, key=lambda line: -line.points)
    values = sorted(line.points for line in lines)
    stats = PeerStats(
        sum(values, Decimal(0)) / len(values),
        _quantile(values, 2),
        values[-1],
        _quantile(values, 1),
        _quantile(values, 3),
    )
    dots = [
        strip.Dot(names.get(line.code, ""), line.points, line.place or 0, line.code in own and len(own) == 1)
        for line in ordered
    ]
    chart = strip.peers("spread", dots, stats, language())
    return Chart("spread", Words("得分分布", "Points across the class"), chart.description, chart.option, chart.head,
                 chart.rows)  # fmt: skip


def _quantile(values: Sequence[Decimal], quarter: int) -> Decimal:
    return values[round(Decimal(len(values) - 1) * quarter / 4)]
