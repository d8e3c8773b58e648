"""10,000 random plans: points add up exactly, in any order, monotone, fair; held against the slow twin where small."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from steelyard.engine.allotting.allot import Allotted, allot
from steelyard.engine.allotting.fairness import broken, envied
from steelyard.engine.allotting.wishes import Claim, Division
from steelyard.engine.organisation.sharing import share_out
from steelyard.engine.problems import Refused
from tests.engine import allotted_by_trying as twin
from tests.engine import ten_thousand_divisions as loop
from tests.engine.random_divisions import divisions, small

UNIT = Decimal("0.01")


def points(division: Division) -> dict[str, Decimal]:
    return {part.id: part.points for part in allot(division)}


def test_ten_thousand_plans_add_up_in_any_order() -> None:
    told = subprocess.run([sys.executable, "-m", loop.__name__], capture_output=True, text=True, check=True)
    assert told.stdout == "0\n"


@settings(max_examples=333)
@given(divisions())
def test_points_add_up_keep_every_wish_and_are_fair(division: Division) -> None:
    found = points(division)
    assert list(broken(division, found)) == []
    assert list(envied(division, found)) == []


@settings(max_examples=250)
@given(divisions(), st.integers(0, 2**32))
def test_the_order_in_which_things_are_written_decides_nothing(division: Division, seed: int) -> None:
    claims, groups, chance = list(division.claims), list(division.groups), Random(seed)
    chance.shuffle(claims)
    chance.shuffle(groups)
    turned = tuple(replace(claim, groups=claim.groups[::-1]) for claim in claims)
    assert allot(replace(division, claims=turned, groups=tuple(groups))) == allot(division)


@settings(max_examples=250)
@given(divisions(), st.integers(0, 7), st.integers(1, 12))
def test_more_weight_never_means_fewer_points_nor_more_for_anybody_else_before_rounding(
    division: Division, which: int, more: int
) -> None:
    raised = division.claims[which % len(division.claims)]
    heavier = replace(raised, weight=raised.weight + Fraction(more, 2))
    after = replace(division, claims=tuple(heavier if c is raised else c for c in division.claims))
    for before, now in zip(allot(division), allot(after), strict=True):
        assert now.points >= before.points if now.id == raised.id else now.exact <= before.exact


@settings(max_examples=166)
@given(divisions())
def test_of_two_with_equal_wishes_the_heavier_never_gets_fewer(division: Division) -> None:
    found = points(division)
    for one in division.claims:
        for other in division.claims:
            alike = replace(one, id="", weight=Fraction(1)) == replace(other, id="", weight=Fraction(1))
            if alike and (one.weight, other.id) > (other.weight, one.id):
                assert found[one.id] >= found[other.id]


@settings(max_examples=166)
@given(divisions(), st.integers(1, 500))
def test_a_larger_total_lowers_no_exact_share_and_no_points_by_more_than_one_unit(
    division: Division, more: int
) -> None:
    larger = replace(division, total=division.total + more * UNIT)
    try:
        after = allot(larger)
    except Refused:
        assume(False)
    for before, now in zip(allot(division), after, strict=True):
        assert now.exact >= before.exact
        assert now.points >= before.points - UNIT


@settings(max_examples=166)
@given(divisions(), st.integers(1, 24))
def test_one_more_indicator_takes_from_the_others_and_gives_to_none(division: Division, weight: int) -> None:
    """Claims without wishes around them: nobody's exact share rises, and their order by points stays."""
    free = replace(division, groups=(), claims=tuple(Claim(c.id, c.weight) for c in division.claims))
    more = replace(free, claims=(*free.claims, Claim("new", Fraction(weight, 2))))
    kept = Fraction(sum(c.weight for c in free.claims), sum(c.weight for c in more.claims))
    after = {part.id: part for part in allot(more)}
    for before in allot(free):
        assert after[before.id].exact == before.exact * kept
        assert abs(Fraction(after[before.id].points) - Fraction(before.points) * kept) < 2 * Fraction(UNIT)


@settings(max_examples=100)
@given(divisions(20))
def test_without_wishes_it_is_the_division_by_largest_remainder_that_personal_plans_use(division: Division) -> None:
    free = replace(division, groups=(), claims=tuple(Claim(c.id, c.weight) for c in division.claims))
    ordered = sorted(free.claims, key=lambda claim: claim.id)
    whole = sum(claim.weight for claim in ordered)
    parts = share_out(Decimal("100.00"), [claim.weight / whole for claim in ordered])
    assert list(points(free).values()) == parts


@settings(max_examples=166)
@given(divisions(start="last"))
def test_who_starts_from_last_period_keeps_every_wish_too_and_settles(division: Division) -> None:
    found = points(division)
    assert list(broken(division, found)) == []
    assert list(envied(division, found)) == []
    assume(all(found.values()))  # an indicator that came down to nothing counts as a new one next time
    again = tuple(replace(claim, last=found[claim.id]) for claim in division.claims)
    assert points(replace(division, claims=again)) == found


@settings(max_examples=116)
@given(small())
def test_the_twin_finds_the_same_points_or_an_equally_small_conflict(division: Division) -> None:
    if not any(twin.possible(division)):
        named = conflict(division)
        assert len(named) == twin.fewest_in_conflict(division)
        assert not any(twin.possible(twin.only(division, named)))
        return
    parts = allot(division)
    assert tuple(int(part.points) for part in parts) == twin.nearest(division, [part.exact for part in parts])
    weights = [part.basis for part in parts]
    evenness = twin.unevenness([part.exact for part in parts], weights)
    for way in twin.possible(division, 2):
        assert twin.unevenness([Fraction(units, 2) for units in way], weights) >= evenness


def conflict(division: Division) -> set[tuple[str, str]]:
    """The wishes that the refusal names."""
    with pytest.raises(Refused) as refused:
        allot(division)
    params = refused.value.problems[0].params
    named = [*getattr(params.get("wishes"), "wishes", ()), params["limit"]]
    return {(wish.name, wish.kind) for wish in named if wish.kind != "total"}


@settings(max_examples=100)
@given(divisions(16), st.integers(-60, 120))
def test_none_of_the_wishes_in_a_conflict_can_be_left_out(division: Division, percent: int) -> None:
    """Plans that could be done for 100 points are asked for another total; by the solver itself, for larger plans."""
    asked = replace(division, total=division.total * (100 + percent) / 100)
    try:
        allot(asked)
    except Refused:
        named = conflict(asked)
        assert conflict(twin.only(asked, named)) == named
        for wish in named:
            allot(twin.only(asked, named - {wish}))


@settings(max_examples=100)
@given(small("last"))
def test_no_way_changes_fewer_points_in_all(division: Division) -> None:
    """Among all ways that give the new indicators their due, by the twin."""
    try:
        parts = allot(division)
    except Refused:
        return
    new = {part.id for part in parts if part.start == "new"}
    pinned = replace(
        division, claims=tuple(replace(c, fixed=d(parts, c)) if c.id in new else c for c in division.claims)
    )
    last = [int(claim.last or 0) for claim in division.claims]
    kept = [number for number, claim in enumerate(division.claims) if claim.id not in new]

    def changed(way: twin.Way) -> int:
        return sum(abs(way[number] - last[number]) for number in kept)

    assert changed(tuple(int(part.points) for part in parts)) == min(map(changed, twin.possible(pinned)))


def d(parts: tuple[Allotted, ...], claim: Claim) -> Decimal:
    return next(part.points for part in parts if part.id == claim.id)
