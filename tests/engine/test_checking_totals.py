"""Checks of what the total is made of: difficulty, escalations, and decimals that must fit each other."""

from __future__ import annotations

import pytest

from tests.engine.small_rules import LATE, PLAN, RATE, codes, problems, rule
from tests.engine.test_checking_meaning import ALIGNED, BONUS, DEDUCT, DIFFICULTY, listed, with_group

# -- difficulty -------------------------------------------------------------------------------------------------------


def with_difficulty(coefficient: str, more: str = "") -> list[str]:
    return listed(DIFFICULTY.replace("unit.staff / 10", f'"{coefficient}"').replace("places", f"{more}places"))


@pytest.mark.parametrize(
    ("coefficient", "part"),
    [
        ("unit.staff / 10", "本单位staff"),
        ("1 + sum(filing.amount) / count(filing)", "filing笔数"),
        ("1 + last_year(count(filing)) / 100", "往期"),
        ("peers_mean(unit.staff) / 10", "同类"),
        ("1 + 0.1 * rate.value", "filing笔数"),
    ],
)
def test_a_coefficient_that_may_be_missing_says_what_stands_in_its_place(coefficient: str, part: str) -> None:
    (problem,) = problems(*with_difficulty(coefficient))
    assert problem.code == "difficulty-empty-unsaid"
    assert part in problem.text("zh")
    for said in ("1", "awaited", "peers_count(late.points) / 100"):
        assert codes(*with_difficulty(coefficient, f"empty: {said}, ")) == []


def test_a_coefficient_that_is_always_there_needs_no_word_for_its_absence() -> None:
    for coefficient in ("1.05", "1 + count(filing) / 1000", "or_else(unit.staff / 10, 1)", "late.points / 40"):
        assert codes(*with_difficulty(coefficient)) == []


def test_what_stands_in_the_place_of_a_coefficient_must_be_there_itself() -> None:
    (problem,) = problems(*with_difficulty("unit.staff / 10", "empty: unit.area / 10, "))
    assert (problem.code, "本单位area" in problem.text("zh")) == ("difficulty-empty-unsaid", True)


def test_the_points_of_an_indicator_that_some_do_not_have_may_be_missing() -> None:
    some = PLAN.replace("[rate, late]", "[rate, {indicator: late, only: [厅]}]")
    (problem,) = [
        found
        for found in problems(RATE, LATE, some + DIFFICULTY.replace("unit.staff / 10", "late.points / 40"))
        if found.code == "difficulty-empty-unsaid"
    ]
    assert "只对部分单位有" in problem.text("zh")


@pytest.mark.parametrize(("lowest", "found"), [("0", True), ("-0.5", True), ("0.01", False), ("1 / 2", False)])
def test_a_coefficient_never_wipes_out_or_turns_round_what_was_earned(lowest: str, found: bool) -> None:
    book = with_difficulty("1", "")
    assert (
        "difficulty-not-positive" in codes(*(part.replace("lowest: 0.9", f"lowest: {lowest}") for part in book))
    ) is found


@pytest.mark.parametrize(("times", "found"), [("0", True), ("99%", True), ("1", False), ("2", False)])
def test_an_escalation_takes_at_least_as_much(times: str, found: bool) -> None:
    text = rule(f"{DEDUCT}\nescalate: [{{when: value > 3, times: {times}, because: 屡犯}}]")
    assert codes(text) == (["escalation-softens"] if found else [])


# -- decimals ---------------------------------------------------------------------------------------------------------


def test_a_total_shows_as_many_decimals_as_its_parts() -> None:
    coarse = PLAN.replace("places: 2", "places: 1")
    (problem,) = problems(RATE, LATE, coarse)
    assert "保留 1 位小数，指标“准期申报率”的得分却有 2 位" in problem.text("zh")
    lowered = [part + "points_places: 1\n" for part in (RATE, LATE)]
    assert codes(*lowered, coarse) == []
    assert codes(lowered[0] + "by_class: {厅: {points_places: 3}}\n", lowered[1], coarse) == ["plan-places"]


def test_what_is_converted_by_weight_or_stands_alone_has_the_decimals_of_the_plan() -> None:
    coarse = PLAN.replace("places: 2", "places: 1")
    weights = "[{indicator: rate, weight: 60%}, {indicator: late, weight: 40%}]"
    assert codes(RATE, LATE, coarse.replace("[rate, late]", weights)) == []
    assert codes(RATE.replace("full: 60", "full: 100"), coarse.replace("[rate, late]", "[rate]")) == []


def test_aligned_departments_have_no_more_decimals_than_the_total() -> None:
    finer = ALIGNED.replace("method: mean_spread, places: 2", "method: mean_spread, places: 3")
    assert codes(RATE, LATE, finer) == ["plan-places"]
    coarse = PLAN.replace("places: 2", "places: 1") + "alignment: {method: percentile, places: 1}\n"
    assert codes(RATE, LATE, coarse) == []
    assert codes(RATE, LATE, BONUS, coarse.replace("alignment", with_group("bonus")[len(PLAN) :] + "alignment")) == [
        "plan-places"
    ]
