"""Charts as data: words for every number, nothing that is evaluated or fetched, nothing that only a picture tells."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.reports.sheet import TrendPoint, Words
from steelyard.web.look.charts import bars, gauge, intervals, radar, slope, strip, trend
from steelyard.web.look.charts.chart import Chart, marks
from steelyard.web.pages import style

D = Decimal
CHARTS = style._charts("zh")


def every(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in every(part)]
    return [leaf for part in value for leaf in every(part)] if isinstance(value, list | tuple) else [value]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_plain_data_with_its_numbers_as_text(name: str) -> None:
    chart = CHARTS[name]
    again = json.loads(json.dumps(chart.option, allow_nan=False))
    assert not [leaf for leaf in every(again) if isinstance(leaf, str) and ("function" in leaf or "://" in leaf)]
    assert again["tooltip"]["renderMode"] == "richText"
    assert chart.rows
    assert all(isinstance(cell, str) and len(row) == len(chart.head) for row in chart.rows for cell in row)
    assert chart.title.en
    assert chart.description


@given(st.decimals(-1000, 1000, places=2), st.decimals(0, 1000, places=2))
def test_marks_are_round_few_and_around_everything(low: Decimal, size: Decimal) -> None:
    start, end, step = marks(low, low + size)
    assert start <= low <= low + size <= end
    assert step.normalize().as_tuple().digits in {(1,), (2,), (5,)}
    assert start % step == end % step == 0
    assert (end - start) / step <= 7


def test_the_gauge_writes_the_total_with_its_decimals_and_marks_the_target() -> None:
    option = gauge.total("a", D("93.3"), D(60), D(100), D(92), "zh").option["series"][0]
    assert option["detail"]["formatter"] == "93.30"
    assert option["data"][0]["name"] == "目标 92.00"
    assert len(option["axisLine"]["lineStyle"]["color"]) == 3
    without = gauge.total("a", D("93.3"), D(60), D(100), None, "en")
    assert without.rows == [("Total", "93.30")]


def test_dots_that_would_cover_each_other_stand_in_lanes() -> None:
    assert strip._lanes([D(90), D("90.1"), D("90.2"), D(95)], D(1)) == [0, 1, -1, 0]


def test_peers_without_names_stay_without_names() -> None:
    dots = [strip.Dot("", D(95), 1), strip.Dot("本局", D(90), 2, own=True)]
    chart = strip.peers("a", dots, style.STATS, "zh")
    assert [row[0] for row in chart.rows] == ["—", "本局"]
    assert chart.description == "本局 第 2 位 90.00"


def month(at: int, total: Decimal | None, **more: Any) -> TrendPoint:
    return TrendPoint(f"2026-{at:02}", total, None, D(90), D(90), D(88), D(92), **more)


def test_a_month_without_a_total_breaks_the_line_and_a_signal_is_ringed() -> None:
    chart = trend.history("a", [month(1, D(91)), month(2, None), month(3, D(85), signal="worse")], "zh")
    own = next(one for one in chart.option["series"] if one["name"] == "本单位")["data"]
    assert own[1] is None
    assert own[2]["itemStyle"]["borderColor"] == "#C4161C"
    assert own[0]["name"] == "2026年1月 本单位 91.00"
    assert not [one for one in chart.option["series"] if one["name"] == "目标值"]
    assert chart.rows[1][:2] == ("2026年2月", "—")


def test_the_radar_begins_where_differences_can_be_seen() -> None:
    spokes = [radar.Spoke(name, D("0.9"), D("0.85"), D("0.99")) for name in "甲乙丙"]
    axes = radar.families("a", spokes, "en").option["radar"]["indicator"]
    assert {axis["min"] for axis in axes} == {0.77}
    assert axes[0]["name"] == "甲\n90.0%"


def test_each_unit_has_its_dot_in_its_own_row_though_none_of_them_is_named() -> None:
    reaches = [intervals.Reach("—", place, 1, 3, 0) for place in (1, 2, 3)]
    dots = intervals.ranks("a", reaches, "zh").option["series"][2]["data"]
    assert [dot["value"] for dot in dots] == [[1, 0], [2, 1], [3, 2]]


def test_bars_and_ways_lead_somewhere() -> None:
    chart = bars.lying("a", Words("甲", "A"), [bars.Bar("乙", D(1), "1.00", "bad", "/x")])
    assert chart.option["series"][0]["data"][0]["url"] == "/x"
    ways = slope.places(
        "a", ["2026-01", "2026-02"], [slope.Way("甲局", [1, None], True, "/y"), slope.Way("乙局", [2, 1])], "zh"
    )
    first, second = (line["data"] for line in ways.option["series"])
    assert (first[0]["url"], first[1], second[0]["name"]) == ("/y", None, "乙局 1月：2")
    assert isinstance(ways, Chart)


@pytest.mark.parametrize(("place", "side"), [(1, "right"), (2, "center"), (3, "left")])
def test_the_words_at_a_unit_near_an_end_stand_towards_the_middle(place: int, side: str) -> None:
    totals = (Decimal(90), Decimal(85), Decimal(80))
    dots = [strip.Dot("甲分局", total, at, own=at == place) for at, total in enumerate(totals, 1)]
    (_, own) = strip.peers("a", dots, style.STATS, "zh").option["series"]
    assert own["label"]["align"] == side
