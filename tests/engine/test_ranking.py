"""Places, lists and segments: ties, the 34 bureaus of which 40 % are honoured, and who is kept off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from steelyard.engine.evaluate import Result
from tests.engine.by_hand import AWAITED, book, plan, result, rule

POINTS = rule("a", "value: count(filing)\nscore: {formula: value}\nempty: none\n", "full: 100")


def ranked(scores: Sequence[Any], more: str = "", classes: str = "", **attributes: Sequence[Any]) -> Result:
    written = book(POINTS, plan("a", more=more))
    return result(written, {"count(filing)": scores}, classes or "甲" * len(scores), **attributes)


def places(scores: Sequence[Any], more: str = "", classes: str = "", **attributes: Sequence[Any]) -> list[int]:
    return [int(place) for place in ranked(scores, more, classes, **attributes).places.place]


def listed(scores: Sequence[Any], cut: str, more: str = "", classes: str = "", **attributes: Sequence[Any]) -> str:
    found = ranked(scores, f"lists: [{{list: red, name: 红榜, {cut}}}]\n{more}", classes, **attributes)
    return "".join(code for code, on in zip(found.panel.subjects, found.lists["red"], strict=True) if on)


def test_equal_scores_share_a_place_and_the_next_place_is_left_out() -> None:
    assert places([90, 80, 90, 70]) == [1, 3, 1, 4]


def test_places_are_among_the_own_class_unless_the_plan_says_all() -> None:
    assert places([90, 80, 70, 60], classes="甲乙甲乙") == [1, 1, 2, 2]
    assert places([90, 80, 70, 60], "ranking: {within: all}\n", "甲乙甲乙") == [1, 2, 3, 4]


def test_who_has_no_total_has_no_place_and_counts_for_nobody() -> None:
    found = ranked([90, AWAITED, 70], classes="甲甲-")
    assert (found.places.place.tolist(), found.places.size.tolist()) == ([1, 0, 0], [1, 0, 0])


def test_rounded_scores_may_tie_where_exact_ones_do_not() -> None:
    precise = book(POINTS + "\npoints_places: 4\n", plan("a", more="ranking: {on: exact}\n"))
    rounded = book(POINTS + "\npoints_places: 4\n", plan("a"))
    scores = {"count(filing)": ["80.001", "80.002", "80"]}
    assert result(precise, scores).places.place.tolist() == [2, 1, 3]
    assert result(rounded, scores).places.place.tolist() == [1, 1, 1]


def test_the_next_criterion_decides_among_equals_only() -> None:
    more = "ranking: {next: [unit.staff]}\n"
    assert places([90, 80, 80, 80], more, staff=[1, 5, 7, 5]) == [1, 3, 2, 3]


def test_an_unknown_criterion_stands_behind_every_known_one() -> None:
    more = "ranking: {next: [unit.staff, unit.area]}\n"
    assert places([80, 80, 80, 80], more, staff=[None, 0, None, 5], area=[1, 0, 2, 0]) == [4, 2, 3, 1]
    assert places([80, 80], more, staff=[None, None], area=[None, None]) == [1, 1]


@pytest.mark.parametrize(("rounding", "count"), [("down", 13), ("half_up", 14), ("up", 14), ("half_even", 14)])
def test_forty_per_cent_of_thirty_four_is_thirteen_or_fourteen_as_stated(rounding: str, count: int) -> None:
    found = ranked(range(1, 27), f"lists: [{{list: red, name: 红榜, top: 52%, rounding: {rounding}}}]\n")
    assert int(found.lists["red"].sum()) == count  # 13.52 of 26 is rounded as 13.6 of 34
    assert len(listed(range(1, 27), f"top: 50%, rounding: {rounding}")) == 13


def test_equals_at_the_end_of_a_list_are_all_taken_or_all_left_as_stated() -> None:
    scores = [90, 80, 80, 70]
    assert listed(scores, "top: 2, ties: extend") == "abc"
    assert listed(scores, "top: 2, ties: withhold") == "a"
    assert listed(scores, "top: 1, ties: withhold") == "a"
    assert listed(scores, "top: 3, ties: withhold") == "abc"
    assert listed(scores, "bottom: 2, ties: extend") == "bcd"
    assert listed(scores, "bottom: 2, ties: withhold") == "d"


def test_a_list_may_be_from_a_score_on() -> None:
    assert listed([90, 80, AWAITED, 79], "at_least: 80") == "ab"


def test_a_list_may_be_over_all_classes_though_places_are_not() -> None:
    assert listed([90, 80, 70, 60], "top: 1, within: all", classes="甲乙甲乙") == "a"
    assert listed([90, 80, 70, 60], "top: 1", classes="甲乙甲乙") == "ab"
    assert listed([90, 80, 70, 60], "top: 1", "ranking: {within: all}\n", "甲乙甲乙") == "ab"


def test_no_list_is_longer_than_the_class() -> None:
    assert listed([90, 80], "top: 5") == "ab"


def test_who_is_barred_leaves_the_list_and_nobody_moves_up() -> None:
    veto = "veto: [{when: a.points > 85, bars: [red], because: 通报}, {when: a.points = 0, bars: [red], because: 零}]\n"
    assert listed([90, 80, 70], "top: 2", veto) == "b"
    assert listed([90, 80, 70], "at_least: 75", veto) == "b"


def test_a_share_is_never_rounded_by_a_rule_that_nobody_stated() -> None:
    assert listed(range(1, 6), "top: 2") == "de"
    with pytest.raises(AssertionError, match="share-without-rounding"):
        listed(range(1, 6), "top: 50%")


def segments(scores: Sequence[Any], more: str) -> list[int]:
    return [int(segment) for segment in ranked(scores, more).segments]


def test_segments_add_up_their_shares_before_they_round() -> None:
    written = "segments: [{name: 一, share: 40%}, {name: 二, share: 40%}, {name: 三}]\n"
    assert segments([5, 4, 3, 2, 1], written) == [0, 0, 1, 1, 2]
    assert segments([9, 8, 7, 6, 5, 4, 3], written) == [0, 0, 0, 1, 1, 1, 2]  # 2.8 and 5.6 of seven
    assert segments([9, 8, 7, 6, 5, 4, 3], written + "segment_rounding: down\n") == [0, 0, 1, 1, 1, 2, 2]


def test_equals_are_in_one_segment_and_the_unranked_in_none() -> None:
    written = "segments: [{name: 一, share: 50%}, {name: 二, share: 50%}]\n"
    assert segments([9, 8, 8, 7], written) == [0, 0, 0, 1]
    assert segments([9, AWAITED, 7], written) == [0, -1, 1]
