"""容错: a tolerance that names nothing, never ends in force, gives too much or is faked is found."""

from __future__ import annotations

import pytest

from steelyard.engine.model.book import read_book
from steelyard.engine.problems import Refused
from tests.engine.small_rules import LATE, PLAN, RATE, problems

TOLERANCE = """
tolerance: mended
name: 整改及时
plan: year
indicators: [rate]
when: count(filing where late) = 0
share: 50%
cap: 2
since: 2026-01-01
until: 2026-12-31
basis: 《容错办法》第三条
document: 衡税办〔2026〕3号
approved_by: 绩效管理工作领导小组
"""
OWN = TOLERANCE.replace("tolerance: mended", "tolerance: own").replace("整改及时", "自查发现")


def told(*documents: str) -> list[tuple[str, str]]:
    return [(one.code, one.severity) for one in problems(*documents) if one.code.startswith("tolerance-")]


def test_a_sound_tolerance_has_nothing_to_tell() -> None:
    assert [one.line() for one in problems(RATE, LATE, PLAN, TOLERANCE)] == [
        one.line() for one in problems(RATE, LATE, PLAN)
    ]
    assert told(RATE, LATE, PLAN, TOLERANCE, OWN) == []


HAND = PLAN.replace("groups:", "groups:\n  - {name: 手写, role: tolerance, indicators: [late]}", 1)
WRONG = {
    "tolerance-plan-unknown": [RATE, LATE, PLAN, TOLERANCE.replace("plan: year", "plan: yeah")],
    "tolerance-indicator-unknown": [RATE, LATE, PLAN, TOLERANCE.replace("[rate]", "[rats]")],
    "tolerance-without-mark": [RATE.replace("full: 60", "full: 50 + 10"), LATE, PLAN, TOLERANCE],
    "tolerance-bounds": [RATE, LATE, PLAN, TOLERANCE.replace("50%", "150%")],
    "tolerance-expired": [
        RATE,
        LATE,
        PLAN,
        TOLERANCE.replace("since: 2026", "since: 2024").replace("2026-12", "2025-12"),
    ],
    "tolerance-twice": [RATE, LATE, PLAN, TOLERANCE, OWN.replace("50%", "60%")],
}


@pytest.mark.parametrize("code", WRONG)
def test_each_is_found_in_both_languages(code: str) -> None:
    assert told(*WRONG[code]) == [(code, "error")]
    (one,) = [one for one in problems(*WRONG[code]) if one.code == code]
    assert one.text("zh") != one.text("en")
    assert one.place.line > 0


def test_a_group_of_tolerance_written_by_hand_is_found() -> None:
    assert "tolerance-by-hand" in [code for code, _ in told(RATE, LATE, HAND)]


def test_a_tolerance_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_book([("rules.yaml", TOLERANCE.replace("until: 2026-12-31", "until: 2025-12-31"))])
    assert [one.code for one in refused.value.problems] == ["tolerance-ends-first"]


@pytest.mark.parametrize("key", ["cap", "until", "approved_by", "document", "basis", "share", "when"])
def test_nothing_of_a_tolerance_is_optional(key: str) -> None:
    text = "\n".join(line for line in TOLERANCE.splitlines() if not line.startswith(f"{key}:"))
    with pytest.raises(Refused) as refused:
        read_book([("rules.yaml", text)])
    assert [one.code for one in refused.value.problems] == ["shape-missing"]


def test_the_condition_is_looked_at_where_it_is_written() -> None:
    (one,) = [
        one
        for one in problems(TOLERANCE.replace("where late)", "where lade)"), RATE, LATE, PLAN)
        if one.severity == "error"
    ]
    assert one.place.line == 5


def test_a_plan_whose_year_is_none_is_told_of_by_the_plan_alone() -> None:
    found = [one.code for one in problems(RATE, LATE, PLAN.replace('year: "2026"', 'year: "二〇二六"'), TOLERANCE)]
    assert [code for code in found if code.startswith("tolerance-")] == []
    assert found
