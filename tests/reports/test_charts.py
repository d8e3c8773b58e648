"""Charts show the sheet's numbers, carry their data and words, and draw the same bytes every time."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.reports import charts
from steelyard.reports.charts.scale import fitted, spread_out
from steelyard.reports.page import draw
from tests.reports.samples import first_place, sample_sheet

SHEET = sample_sheet()
SVG = "{http://www.w3.org/2000/svg}"
values = st.decimals(min_value=-1000, max_value=1000, places=2)


@pytest.mark.parametrize("key", ["bridge", "families", "strip", "trend"])
def test_every_chart_is_readable_without_seeing_it(key: str) -> None:
    chart = draw(SHEET, "zh")[key]
    root = ET.fromstring(chart.svg)
    assert root.findtext(f"{SVG}title") == chart.title
    assert root.findtext(f"{SVG}desc") == chart.description != ""
    assert json.loads(json.dumps(chart.data)) == chart.data


def test_charts_are_drawn_the_same_twice() -> None:
    assert {k: c.svg for k, c in draw(SHEET, "zh").items()} == {k: c.svg for k, c in draw(sample_sheet(), "zh").items()}


def test_the_bridge_closes_from_full_marks_to_the_total() -> None:
    steps = charts.bridge(SHEET, "zh").data["steps"]
    assert isinstance(steps, list)
    assert all(before["to"] == after["from"] for before, after in pairwise(steps))
    assert (Decimal(steps[0]["from"]), Decimal(steps[-1]["to"])) == (SHEET.full, SHEET.total)


def test_names_from_outside_cannot_break_the_picture() -> None:
    loss = replace(SHEET.losses[0], name=replace(SHEET.losses[0].name, zh="<script>&\"'"))
    chart = charts.bridge(replace(SHEET, losses=(loss, *SHEET.losses[1:])), "zh")
    assert "<script>" not in chart.svg
    ET.fromstring(chart.svg)


def test_a_month_without_a_value_leaves_a_gap() -> None:
    holes = tuple(replace(p, total=None) if i in (3, 4) else p for i, p in enumerate(SHEET.history))
    root = ET.fromstring(charts.trend(replace(SHEET, history=holes), "zh").svg)
    own = [line for line in root.iter(f"{SVG}polyline") if line.get("stroke-width") == "2.5"]
    assert [len(line.get("points", "").split()) for line in own] == [2, 7]


def test_a_lone_unit_and_an_empty_history_still_draw() -> None:
    alone = replace(first_place(SHEET), peer_totals=(SHEET.total,))
    alone = replace(alone, place=replace(alone.place, class_size=1))
    assert all(ET.fromstring(chart.svg) is not None for chart in draw(alone, "en").values())


@given(st.lists(values, min_size=1, max_size=40))
def test_a_scale_holds_all_its_values(numbers: list[Decimal]) -> None:
    scale, marks = fitted(numbers, 0, 100)
    assert all(0 <= scale.at(number) <= 100 for number in numbers)
    assert 2 <= len(marks) <= 8


@given(st.lists(st.decimals(min_value=0, max_value=600, places=1), min_size=1, max_size=6))
def test_labels_never_overlap(wanted: list[Decimal]) -> None:
    placed = sorted(spread_out(wanted, 90, 0, 600))
    assert all(after - before >= 90 for before, after in pairwise(placed))
    assert placed[0] >= 0
    assert placed[-1] <= 600
