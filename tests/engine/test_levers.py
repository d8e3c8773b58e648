"""What a unit may be advised to move, and how far: nothing past, no smaller workload, no share beyond its whole."""

from __future__ import annotations

from steelyard.engine.explaining.change import carried, chains, smallest_changes
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.wording import words
from tests.engine.test_explaining import ALL, LATE, WORDS, best, weighed

AGAIN = "count(filing where again)"


def words_of(total: Aggregate) -> str:
    return words(total, "zh", WORDS)


def test_a_share_stays_a_share_whatever_its_conditions_say() -> None:
    """4 satisfied of 9 called back: nobody is told to call back 3, nor to satisfy 10 of 9."""
    text = (
        "value: count(filing where late) / count(filing where again)\ntarget: 80%\nscore: {completion: {at_most: 1}}\n"
    )
    change = best(text, {LATE: [4, 5, 9], AGAIN: [9, 9, 9]})
    assert change is not None
    assert (words_of(change[0]), change[1]) == ("申报笔数（逾期）", 4)
    assert best(text.replace("80%", "120%"), {LATE: [4, 5, 9], AGAIN: [9, 9, 9]}) is None
    more = best(text.replace("80%", "3"), {LATE: [4, 20, 9], AGAIN: [2, 9, 9]})  # more than the whole: no share
    assert more is not None
    assert more[1] == 2
    assert best(text.replace("80%", "3"), {LATE: [4, 20, 9], AGAIN: [2, 9, 9]}, 2) is None


def test_shares_of_one_whole_are_held_to_it_together() -> None:
    text = "value: (count(filing where late) + count(filing where again)) / count(filing)\ntarget: 1.5\n"
    text += "score: {completion: {at_most: 1}}\n"
    assert best(text, {LATE: [4, 0, 0], AGAIN: [4, 0, 0], ALL: [9, 9, 9]}) is None
    change = best(text.replace("1.5", "100%"), {LATE: [4, 0, 0], AGAIN: [4, 0, 0], ALL: [9, 9, 9]})
    assert change is not None
    assert change[1] == 1


def test_what_is_paid_stays_within_what_is_due() -> None:
    text = "value: sum(filing.paid) / sum(filing.due)\ntarget: {0}\nscore: {{completion: {{at_most: 1}}}}\n"
    totals = {"sum(filing.paid)": ["6", "9", "9"], "sum(filing.due)": ["10", "10", "10"]}
    change = best(text.format("90%"), totals)
    assert change is not None
    assert change[1] == 3
    assert best(text.format("110%"), totals) is None


def test_the_past_is_not_changed() -> None:
    """Growth of 20 % is reached by more this year, never by fewer last year."""
    last, before = "last_year(count(filing))", "last_year:count(filing)"
    text = f"value: count(filing) / {last} - 1\ntarget: 20%\nscore: {{completion: {{at_most: 1}}}}\nempty: none\n"
    change = best(text, {ALL: [77, 1, 1], before: [70, 1, 1]})
    assert change is not None
    assert (change[0].window.years, change[1]) == (0, 7)
    only = f"value: {last}\ntarget: 100\nscore: {{completion: {{at_most: 1}}}}\n"
    assert best(only, {before: [70, 1, 1]}) is None


def test_the_target_is_no_lever() -> None:
    text = "value: count(filing where late)\ntarget: count(filing where again)\n"
    text += "score: {step: {every: 1, lose: 1, counting: begun}}\n"
    found, scope = weighed(text, {LATE: [4, 5, 9], AGAIN: [9, 9, 9]})
    assert {words_of(change.aggregate) for change in smallest_changes(found, scope)} == {"申报笔数（逾期）"}


def test_below_the_line_moves_only_where_nothing_above_it_can() -> None:
    text = (
        "value: 12 / count(filing)\ndirection: lower\ntarget: 2\nscore: {step: {every: 1, lose: 1, counting: begun}}\n"
    )
    change = best(text, {ALL: [3, 6, 6]})
    assert change is not None
    assert change[1] == 3


def test_half_a_year_is_not_made_worse_to_make_the_other_look_better() -> None:
    text = f"value: {LATE} / {ALL} - {AGAIN} / {ALL}\ntarget: 20%\nscore: {{completion: {{at_most: 1}}}}\n"
    found, scope = weighed(text, {LATE: [4, 5, 9], AGAIN: [4, 4, 4], ALL: [10, 10, 10]})
    assert {words_of(change.aggregate) for change in smallest_changes(found, scope)} == {"申报笔数（逾期）"}


def test_a_condition_is_not_met_by_less_work() -> None:
    """Fewer than 5 kept late make the relief; a part of the rows may shrink for it, all of them may not."""
    text = "value: sum(filing.paid)\ntarget: 10\nscore: {completion: {at_most: 1}}\n"
    text += "exempt: [{when: WHAT < 5, because: 小单位}]\n"
    paid = {"sum(filing.paid)": ["2", "10", "10"]}
    found, scope = weighed(text.replace("WHAT", ALL), {**paid, ALL: [6, 6, 6]})
    assert {change.aggregate.kind for change in smallest_changes(found, scope)} == {"sum"}
    change = best(text.replace("WHAT", LATE), {**paid, LATE: [6, 6, 6]})
    assert change is not None
    assert (words_of(change[0]), change[1]) == ("申报笔数（逾期）", -2)


def test_a_whole_shrinks_no_further_than_its_parts() -> None:
    both = "count(filing where late and again)"
    text = "value: count(filing where late)\nscore: {deduct: {each: 1}}\n"
    text += f"plus: [{{name: 重复, count: {both}, each: 0.5}}]\n"
    found, scope = weighed(text, {LATE: [3, 3, 0], both: [0, 2, 0]}, full="")
    moved = {words_of(change.aggregate): list(change.move) for change in smallest_changes(found, scope)}
    assert moved == {"申报笔数（逾期）": [-3, 0, 0]}


def test_peers_are_what_they_were() -> None:
    text = f"value: {ALL} / peers_sum({ALL})\ntarget: 50%\nscore: {{completion: {{at_most: 1}}}}\n"
    change = best(text, {ALL: [2, 4, 4]})
    assert change is not None
    assert change[1] == 3


def test_points_kept_in_an_item_are_told_as_what_its_pool_makes_of_them() -> None:
    part = "item: {0}, name: {0}, full: 10, value: count(filing where late), score: {{deduct: {{each: 1}}}}"
    items = "items: [" + ", ".join("{" + part.format(name) + "}" for name in "ab") + "]\nconvert_to: 5\n"
    found, scope = weighed(items, {LATE: [4, 0, 0]}, full="")
    ((_, first), (_, second)) = list(chains(found, scope, 0))
    assert [first.item, second.item] == ["a", "b"]
    (change,) = smallest_changes(first, scope)
    assert found.points is not None
    assert [points.fraction(0) for points in (change.points, found.points)] == [10, 3]
    assert carried((found, first), change.points, scope).fractions() == [4, 5, 5]
