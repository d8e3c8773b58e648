"""Points of a personal plan divided over what a person carries: by hand, with reasons, and what cannot be done."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from steelyard.engine.allotting.allot import allot
from steelyard.engine.allotting.fairness import broken, envied
from steelyard.engine.allotting.telling import told
from steelyard.engine.allotting.wishes import Claim, Division, Group
from steelyard.engine.problems import Problem, Refused
from steelyard.engine.reading import read

CASES_FILE = Path(__file__).parent / "cases" / "allotments.yaml"
CASES: list[dict[str, Any]] = read(CASES_FILE.read_text("utf-8"), CASES_FILE.name)[0].tree  # type: ignore[assignment]


def division(case: dict[str, Any]) -> Division:
    return Division(
        case.get("total", Decimal(100)),
        int(case.get("places", 2)),
        case.get("start", "weights"),
        tuple(claim(id, Fraction(row[0]), **(row[1] if row[1:] else {})) for id, row in case["claims"].items()),
        tuple(Group(name, **limits) for name, limits in case.get("groups", {}).items()),
    )


def claim(id: str, weight: Fraction | int, groups: tuple[str, ...] = (), **wishes: Decimal) -> Claim:
    return Claim(id, Fraction(weight), groups=tuple(groups), **wishes)


def of_100(*claims: Claim, groups: tuple[Group, ...] = ()) -> Division:
    return Division(Decimal(100), 2, "weights", claims, groups)


def problems(division: Division) -> list[Problem]:
    with pytest.raises(Refused) as refused:
        allot(division)
    for problem in refused.value.problems:
        assert not re.search(r"\{\w+\}", problem.text("zh") + problem.text("en"))
    return list(refused.value.problems)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in CASES if "points" in case])
def test_points_worked_out_by_hand(case):
    asked = division(case)
    found = {part.id: part.points for part in allot(asked)}
    assert {id: str(points) for id, points in found.items()} == {
        id: str(points) for id, points in case["points"].items()
    }
    assert list(broken(asked, found)) == []
    assert list(envied(asked, found)) == []


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in CASES if "conflict" in case])
def test_what_cannot_be_done_names_the_fewest_wishes_that_contradict_each_other(case):
    (problem,) = problems(division(case))
    named = [*getattr(problem.params.get("wishes"), "wishes", ()), problem.params["limit"]]
    found: dict[str, str] = {}
    for wish in named:
        if wish.kind != "total":
            found[wish.name] = "both" if wish.name in found else wish.kind
    assert found == case["conflict"]


def test_a_conflict_is_told_with_its_figures_in_both_languages():
    (problem,) = problems(of_100(claim("a", 1, least=Decimal(60)), claim("b", 1, fixed=Decimal("50.5")), claim("c", 1)))
    assert problem.code == "allot-too-much"
    assert (
        problem.text("zh")
        == "做不到：“a”至少 60、“b”定为 50.5，合计至少 110.5，与总分 100 矛盾。以上须改其一，其余要求与这处矛盾无关"
    )
    assert problem.text("en").startswith(
        "impossible: 'a' at least 60, 'b' fixed at 50.5; together at least 110.5, against"
    )
    common = Group("共性", least=Decimal(40))
    (problem,) = problems(of_100(claim("a", 1, ("共性",), most=Decimal(30)), claim("b", 1), groups=(common,)))
    assert problem.code == "allot-too-little"
    assert problem.text("zh").startswith("做不到：“a”至多 30，合计至多 30，与“共性”至少 40 矛盾。")
    (problem,) = problems(of_100(claim("a", 1), groups=(common,)))
    assert problem.code == "allot-empty-group"
    assert problem.text("en").startswith("impossible: '共性' at least 40, and none of the carried indicators")


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (of_100(), ["allot-nobody"]),
        (of_100(claim("a", 1), claim("a", 2)), ["allot-twice"]),
        (of_100(claim("a", 1), groups=(Group("g"), Group("g"))), ["allot-twice"]),
        (of_100(claim("a", 1), groups=(Group("a"),)), ["allot-twice"]),
        (of_100(claim("a", 0), claim("b", -1)), ["allot-weight", "allot-weight"]),
        (of_100(claim("a", 1, least=Decimal("0.001"), most=Decimal(-1))), ["allot-number", "allot-number"]),
        (of_100(claim("a", 1, last=Decimal("NaN"))), ["allot-number"]),
        (
            of_100(claim("a", 1, least=Decimal("1E+999999"), most=Decimal("1E-999999"))),
            ["allot-number", "allot-number"],
        ),
        (replace(of_100(claim("a", 1)), total=Decimal("100.005")), ["allot-number"]),
        (of_100(claim("a", 1, ("h",))), ["allot-no-group"]),
        (
            of_100(claim("a", 1, ("h",)), groups=(Group("g", most=Decimal("Infinity")),)),
            ["allot-no-group", "allot-number"],
        ),
        (
            of_100(
                claim("a", 1, ("g", "h")), claim("b", 1, ("g",)), claim("c", 1, ("h",)), groups=(Group("h"), Group("g"))
            ),
            ["allot-crossing"],
        ),
    ],
)
def test_a_question_without_meaning_is_refused_with_all_its_faults_at_once(asked, codes):
    assert sorted(problem.code for problem in problems(asked)) == sorted(codes)


def test_groups_that_cross_are_named_with_somebody_in_both():
    asked = of_100(
        claim("a", 1, ("g", "h")), claim("b", 1, ("g",)), claim("c", 1, ("h",)), groups=(Group("h"), Group("g"))
    )
    assert problems(asked)[0].params == {"one": "g", "other": "h", "both": "a"}


def lines(asked: Division, language: Any) -> list[str]:
    return [told(part, language) for part in allot(asked)]


def test_every_indicator_says_why_it_has_its_points():
    asked = of_100(
        claim("a", 1, ("共性",)),
        claim("b", 2, ("共性",), most=Decimal(10)),
        claim("x", 5),
        claim("y", 2, least=Decimal(20)),
        claim("z", 1),
        groups=(Group("共性", least=Decimal(40)),),
    )
    assert lines(asked, "zh") == [
        "a：“共性”至少 40，按此单独分配：权重 1 × 每单位权重 30 分 = 30：30.00 分",
        "b：“共性”至少 40，按此单独分配：权重 2 × 每单位权重 30 分 = 60，而“b”至多 10：10.00 分",
        "x：权重 5 × 每单位权重 6.6667 分 ≈ 33.3333，按最大余额法舍去：33.33 分",
        "y：权重 2 × 每单位权重 6.6667 分 ≈ 13.3333，而“y”至少 20：20.00 分",
        "z：权重 1 × 每单位权重 6.6667 分 ≈ 6.6667，按最大余额法进位：6.67 分",
    ]
    assert lines(asked, "en")[1] == (
        "b: '共性' at least 40, divided on its own: weight 2 × 30 points for one = 60, but 'b' at most 10: 10.00 points"
    )


def test_numbers_are_written_in_full_however_small_or_round():
    asked = Division(Decimal("1E+1"), 7, "weights", (claim("a", 1), claim("b", 1, fixed=Decimal(0))))
    assert lines(asked, "zh") == [
        "a：权重 1 × 每单位权重 10 分 = 10：10.0000000 分",
        "b：权重 1 × 每单位权重 10 分 = 10，而“b”定为 0：0.0000000 分",
    ]
    (problem,) = problems(replace(asked, claims=(claim("a", 1, least=Decimal("2E+1")),)))
    assert problem.text("zh").startswith("做不到：“a”至少 20，合计至少 20，与总分 10 矛盾。")


def test_who_starts_from_last_period_says_what_was_kept_and_what_is_new():
    asked = of_100(
        claim("a", 2, last=Decimal(45)), claim("b", 2, fixed=Decimal(40), last=Decimal(40)), claim("c", Fraction(1, 3))
    )
    assert lines(replace(asked, start="last"), "zh") == [
        "a：上期 45 分 × 1.1429 ≈ 51.43：51.43 分",
        "b：上期 40 分，不变：40.00 分",
        "c：新承接，权重 0.3333 × 每单位权重 25.7143 分 ≈ 8.5714，按最大余额法舍去：8.57 分",
    ]
    assert lines(replace(asked, start="last"), "en")[1:] == [
        "b: 40 points as in the last period: 40.00 points",
        "c: new; weight 0.3333 × 25.7143 points for one ≈ 8.5714, rounded down by largest remainder: 8.57 points",
    ]


def test_a_larger_total_can_cost_one_unit_of_the_last_place_as_largest_remainders_do():
    """The Alabama paradox: 10 and 11 units by weights 6, 6, 2. No exact share falls; only the rest is spread anew."""
    ten = Division(Decimal(10), 0, "weights", (claim("a", 6), claim("b", 6), claim("c", 2)))
    eleven = replace(ten, total=Decimal(11))
    assert [int(part.points) for part in allot(ten)] == [4, 4, 2]
    assert [int(part.points) for part in allot(eleven)] == [5, 5, 1]
    assert all(now.exact > before.exact for before, now in zip(allot(ten), allot(eleven), strict=True))


def test_sixty_groups_within_each_other_are_no_harder_than_one():
    names = tuple(f"g{number:02}" for number in range(60))
    claims = [claim(f"i{number:02}", 1 + number % 5, names[: number + 1]) for number in range(60)]
    groups = tuple(Group(name, Decimal(60 - number), Decimal(100 - number)) for number, name in enumerate(names))
    found = {part.id: part.points for part in allot(of_100(*claims, groups=groups))}
    assert list(broken(of_100(*claims, groups=groups), found)) == []


def test_an_unfair_division_and_a_broken_wish_are_seen_from_outside():
    asked = of_100(
        claim("a", 1), claim("b", 1), claim("c", 2, most=Decimal(50)), groups=(Group("g", least=Decimal(1)),)
    )
    assert list(envied(asked, {"a": Decimal(20), "b": Decimal(30), "c": Decimal(50)})) == [("a", "b"), ("a", "c")]
    assert list(broken(asked, {"a": Decimal(20), "b": Decimal(25), "c": Decimal(54)})) == ["total", "c", "g"]


def test_the_proof_of_fairness_respects_the_limits_of_groups():
    groups = (Group("low", most=Decimal(20)), Group("high", least=Decimal(60)))
    asked = of_100(claim("a", 1, ("low",)), claim("b", 1, ("high",)), claim("c", 1), groups=groups)
    found = {part.id: part.points for part in allot(asked)}
    assert found == {"a": Decimal(20), "b": Decimal(60), "c": Decimal(20)}
    assert list(envied(asked, found)) == []
    assert list(envied(replace(asked, groups=(Group("low"), Group("high"))), found)) == [("a", "b"), ("c", "b")]
