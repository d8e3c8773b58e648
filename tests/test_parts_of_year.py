"""A rule may be applied to parts of the year: so far (累计) or one by one, added up or averaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from steelyard.bureau.asking.trying import try_cases
from steelyard.engine.model.book import read_book
from steelyard.engine.problems import Refused

BOOK = "book: parts\nname: 分期\npoints_places: 4\nrounding: half_up\nfloor: 0\n"
RULE = """indicator: registration
name: 登记率
value: VALUE
target: 100%
full: 10
score: {SCORE}
checkpoints: {CHECKPOINTS}
empty: none
"""
CASES = """---
cases: parts
period: "PERIOD"
facts:
  taxpayer: {due: integer, registered: integer}
given:
  taxpayer: |
    unit | on | due | registered
GIVEN
expect: |
  unit | points
  甲 | POINTS
"""
RATE = "sum(taxpayer.registered) / sum(taxpayer.due)"
MISSED = "threshold: {at_target: met, met: full, missed: full - 1}"
SHORT = "step: {every: 1%, lose: 1, counting: whole}"
MONTHS = """
    甲 | 2026-01-31 | 100 | 100
    甲 | 2026-02-28 | 100 | 98
    甲 | 2026-03-31 | 100 | 99
    甲 | 2026-04-30 | 100 | 103
"""


def rule(checkpoints: str, score: str = MISSED, value: str = RATE) -> str:
    return RULE.replace("VALUE", value).replace("SCORE", score).replace("CHECKPOINTS", checkpoints)


def differences(folder: Path, rule: str, given: str, points: str, period: str = "2026") -> list[str]:
    """What engines and the twin find instead of the expected points."""
    cases = CASES.replace("GIVEN", given.strip("\n")).replace("POINTS", points).replace("PERIOD", period)
    (folder / "book.yaml").write_text(BOOK, "utf8")
    (folder / "rule.yaml").write_text(rule + cases, "utf8")
    outcomes = [outcome for found in try_cases(folder).outcomes.values() for outcome in found]
    assert len(outcomes) == 3
    return [wrong.found for outcome in outcomes for wrong in outcome.mismatches]


def test_every_month_that_misses_costs_its_point_though_the_year_recovers(tmp_path: Path) -> None:
    missed = "threshold: {at_target: met, met: 0, missed: -1}"
    written = rule("every: month, counted: alone", missed)
    assert differences(tmp_path, written, MONTHS, "8") == []
    assert differences(tmp_path, written, MONTHS, "7") == ["8"] * 3


def test_parts_so_far_look_at_the_running_total(tmp_path: Path) -> None:
    """99 % after February (half a point short), 99 % after March, made good in April."""
    loses = "step: {every: 0.5%, lose: 1, counting: whole}"
    written = rule("targets: {M01: 100%, M02: 99.5%, M04: 100%}", loses)
    assert differences(tmp_path, written, MONTHS, "9") == []


def test_months_are_averaged_and_a_month_without_business_is_left_out(tmp_path: Path) -> None:
    assert differences(tmp_path, rule("every: month, counted: alone, take: mean", SHORT), MONTHS, "9.25") == []


def test_each_averaged_part_is_floored_on_its_own(tmp_path: Path) -> None:
    given = "    甲 | 2026-03-31 | 100 | 60\n    甲 | 2026-12-31 | 100 | 100"
    written = rule("every: half, counted: alone, take: mean", SHORT)
    assert differences(tmp_path, written, given, "5") == []
    assert differences(tmp_path, written + "floor: null\n", given, "-10") == []


def test_a_quarter_looks_only_at_its_own_months(tmp_path: Path) -> None:
    missed = "threshold: {at_target: met, met: 0, missed: -1}"
    assert differences(tmp_path, rule("every: month, counted: alone", missed), MONTHS, "8", "2026Q1") == []
    assert differences(tmp_path, rule("every: month, counted: alone", missed), MONTHS, "10", "2026Q2") == []


def test_a_target_from_facts_is_that_of_the_part(tmp_path: Path) -> None:
    missed = "threshold: {at_target: met, met: 0, missed: -1}"
    written = rule("every: month, counted: alone", missed, "sum(taxpayer.registered)")
    own = written.replace("target: 100%", "target: sum(taxpayer.due)")
    by_class = written.replace("target: 100%", "target: {by_class: {一科: 99}, all: sum(taxpayer.due)}")
    assert differences(tmp_path, own, MONTHS, "8") == []
    assert differences(tmp_path, by_class, MONTHS, "8") == []


def test_a_cap_can_hold_for_every_month(tmp_path: Path) -> None:
    """2, 1.96, 1.98 and, instead of 2.06, no more than 2 points lost."""
    written = rule("every: month, counted: alone", "deduct: {each: 0.02, at_most: 2}", "sum(taxpayer.registered)")
    assert differences(tmp_path, written.replace("target: 100%\n", ""), MONTHS, "2.06") == []


PAST = """
    甲 | 2025-03-15 | 0   | 50
    甲 | 2025-06-15 | 0   | 90
    甲 | 2026-03-15 | 0   | 49
    甲 | 2026-06-15 | 100 | 90
"""


def test_last_year_of_a_part_is_that_part_of_last_year(tmp_path: Path) -> None:
    value = "sum(taxpayer.registered) / last_year(sum(taxpayer.registered))"
    assert differences(tmp_path, rule("targets: {M03: 100%, M06: 100%}, counted: alone", SHORT, value), PAST, "8") == []


def test_the_plan_of_the_whole_year_can_be_read_in_a_part(tmp_path: Path) -> None:
    value = "sum(taxpayer.registered) / whole_year(sum(taxpayer.due))"
    assert differences(tmp_path, rule("targets: {Q1: 50%, Q2: 140%}", SHORT, value), PAST, "8") == []


@pytest.mark.parametrize(
    "checkpoints", ["every: month, targets: {M01: 1}", "counted: alone", "every: half, by_class: {一科: {H1: 1}}"]
)
def test_a_schedule_is_written_in_one_way(checkpoints: str) -> None:
    with pytest.raises(Refused) as refused:
        read_book([("book.yaml", BOOK), ("rule.yaml", rule(checkpoints))])
    assert {problem.code for problem in refused.value.problems} == {"shape-one-of"}
