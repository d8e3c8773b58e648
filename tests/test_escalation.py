"""Lost points are lost more than once where the rule says so; gained points are not."""

from __future__ import annotations

from pathlib import Path

from steelyard.bureau.asking.trying import try_cases

TEXT = """
book: escalation
name: 加重
points_places: 2
rounding: half_up
floor: 0
---
indicator: slips
name: 差错
direction: lower
value: sum(slip.times)
full: 10
score: {deduct: {each: 1}}
plus:
  - {name: 主动整改, count: sum(slip.mended), each: 1}
escalate:
  - {when: sum(slip.times where found_above) > 0, times: 2, because: 上级发现}
relief:
  - {when: sum(slip.minor) > 0, keep: 50%, because: 情节轻微}
---
cases: slips
facts:
  slip: {times: integer, found_above: boolean, mended: integer, minor: integer}
given:
  slip: |
    unit | times | found_above | mended | minor
    甲   | 2     | 否          | 0      | 0
    乙   | 2     | 是          | 0      | 0
    丙   | 2     | 是          | 3      | 0
    丁   | 2     | 是          | 0      | 1
    戊   | 6     | 是          | 0      | 0
    己   | 2     | 否          | 3      | 1
expect: |
  example | unit | points
  1       | 甲   | 8
  2       | 乙   | 6
  3       | 丙   | 11
  4       | 丁   | 8
  5       | 戊   | 0
  6       | 己   | 11
"""


def test_what_is_found_from_above_costs_twice(tmp_path: Path) -> None:
    """丙 and 己 gained more than they lost and keep it; 丁 is escalated first, relieved after; 戊 ends at the floor."""
    book, _, rest = TEXT.partition("---\n")
    (tmp_path / "book.yaml").write_text(book, "utf8")
    (tmp_path / "slips.yaml").write_text(rest, "utf8")
    trial = try_cases(tmp_path)
    assert [(outcome.held, outcome.mismatches) for (outcome,) in trial.outcomes.values()] == [(6, ())] * 3
