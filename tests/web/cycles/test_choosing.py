"""What can be run, of which periods."""

from __future__ import annotations

from pathlib import Path

from steelyard.web.cycles.runs.choosing import planned
from tests.bureau.small_bureau import bureau

PLAN = """
plan: year
name: 年度方案
year: "2026"
exceed_total: false
since: 2026-07-01
classes: [分局]
total: 100
places: 2
groups: []
---
plan: star
name: 创先争优
year: "2026"
exceed_total: false
since: 2026-04-01
until: 2026-08-31
classes: [分局]
total: 10
places: 2
groups: []
"""


def test_a_campaign_weighs_nobody_before_it_began_or_after_it_ended(tmp_path: Path) -> None:
    star, year = planned(bureau(tmp_path, "", PLAN))
    months = [f"2026-{month:02d}" for month in range(4, 9)]
    assert list(star.periods) == ["2026", "2026H1", "2026H2", "2026Q2", "2026Q3", *months]
    assert len(year.periods) == 19, "periods before a change of the year's plan are weighed by the text before it"
