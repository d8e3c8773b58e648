"""What a health check says is what a careful colleague would say: labels on evidence only, steps that really reach."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from steelyard.bureau.health.basis import ClassBasis, spans_of
from steelyard.bureau.health.beside import Beside, read_beside, write_beside
from steelyard.bureau.health.making import Checks
from steelyard.bureau.health.parts.course import end_of
from steelyard.bureau.health.parts.lagging import halves_of, is_laggard
from steelyard.bureau.health.parts.losses import kept_of
from steelyard.bureau.views.overview import UnitLine
from steelyard.bureau.views.reading import Views
from steelyard.engine.problems import Refused
from steelyard.reports.health.document import Claim, Document, exact, number
from steelyard.reports.health.wording import told


def of_kind(document: Document, kind: str) -> list[Claim]:
    return [one for one in document.claims if one.kind == kind]


def value(claim: Claim, slot: str) -> Fraction:
    return Fraction(str(claim.slots[slot].value))


# ---- C94: a label needs two periods with statistical support ----


def a_class(line: UnitLine, means: list[float], noise: float, seed: int) -> ClassBasis:
    """A class of units with these true levels, twelve months each."""
    draw = random.Random(seed)
    months = tuple(f"2026-{month:02d}" for month in range(1, 13))
    units = tuple(
        replace(
            line, code=str(at), class_name="C",
            months=tuple(Decimal(str(round(draw.gauss(level, noise), 2))) for _ in months),
        )
        for at, level in enumerate(means)
    )  # fmt: skip
    overview = SimpleNamespace(units=units, months=months, segments=(), rules=())
    return ClassBasis(cast(Views, SimpleNamespace(overview=overview)), "C")


def labelled(peers: ClassBasis) -> set[str]:
    return {code for code in peers.line if is_laggard(peers, code)}


def test_nobody_is_labelled_where_all_differences_are_noise(checks: Checks) -> None:
    line = checks.basis.overview.units[0]
    found = [len(labelled(a_class(line, [800.0] * 60, 30, seed))) for seed in range(20)]
    assert sum(found) <= 1, "of 1,200 units that are all alike"


def test_a_unit_far_below_its_class_in_both_halves_is_labelled(checks: Checks) -> None:
    line = checks.basis.overview.units[0]
    means = [random.Random(7).gauss(800, 20) for _ in range(59)] + [700.0]
    found = [labelled(a_class(line, means, 20, seed)) for seed in range(20)]
    assert sum("59" in one for one in found) >= 19
    assert sum(len(one - {"59"}) for one in found) <= 20, "others only where they truly lie a deviation below"


def test_a_unit_that_was_low_in_one_half_only_is_not_labelled(checks: Checks) -> None:
    line = checks.basis.overview.units[0]
    peers = a_class(line, [800.0] * 40, 10, 3)
    low = tuple(Decimal("650") if at < 6 else month for at, month in enumerate(peers.line["0"].months))
    overview = SimpleNamespace(
        units=(replace(peers.line["0"], months=low), *peers.lines[1:]), months=peers.months, segments=(), rules=()
    )
    peers = ClassBasis(cast(Views, SimpleNamespace(overview=overview)), "C")
    halves = halves_of(peers, "0")
    assert halves is not None
    assert [half.below for half in halves] == [True, False]
    assert not is_laggard(peers, "0")


def test_who_is_last_without_support_is_told_why_there_is_no_label(checks: Checks) -> None:
    last = [line for line in checks.basis.overview.units if line.place.place == line.place.class_size]
    kinds = {claim.kind for line in last for claim in checks.of(line.code).claims if claim.kind.startswith("laggard")}
    assert kinds <= {"laggard", "laggard_refused", "laggard_unknown"}


def test_three_months_are_no_two_periods() -> None:
    assert spans_of(5) is None
    spans = spans_of(7)
    assert spans is not None
    assert (list(spans.first), list(spans.second)) == ([1, 2, 3], [4, 5, 6])


# ---- C97: the nearest tier, and what it takes ----


def test_the_changes_named_for_the_next_tier_bring_the_points_that_are_missing(checks: Checks) -> None:
    seen = 0
    for code in checks.basis.codes():
        document = checks.of(code)
        for reach in of_kind(document, "tier_reach"):
            (tier,) = of_kind(document, "tier")
            steps, seen = of_kind(document, "step"), seen + 1
            losses = {loss.name.zh: kept_of(loss) for loss in checks.basis.of(code).sheet.losses}
            brought = sum((losses[step.slots["name"].value[0]] or Fraction(0) for step in steps), Fraction(0))  # type: ignore[index]
            assert brought == value(reach, "sum") >= value(tier, "gap")
            assert len(steps) == value(reach, "count")
    assert seen


def test_who_stands_in_the_highest_tier_is_told_so(checks: Checks) -> None:
    first = checks.basis.overview.segments[0]
    for line in checks.basis.overview.units:
        assert bool(of_kind(checks.of(line.code), "tier_top")) == (line.segment == first)


# ---- C87: units to learn from ----


def test_units_to_learn_from_were_as_weak_and_are_better_now(checks: Checks) -> None:
    seen = 0
    for code in checks.basis.codes():
        document = checks.of(code)
        for intro in of_kind(document, "alike_intro"):
            shown = of_kind(document, "alike")
            assert 1 <= len(shown) <= 3
            for one in shown:
                seen += 1
                assert value(one, "first") <= value(intro, "own") < value(one, "second")
                assert value(one, "second") > value(intro, "median")
                assert one.slots["near"].value, "what makes it comparable is told"
    assert seen


# ---- the rest ----


def test_losses_of_the_report_add_up_to_what_is_missing(checks: Checks) -> None:
    for code in checks.basis.codes():
        document = checks.of(code)
        (all_lost,) = of_kind(document, "losses") or [None]
        if all_lost is not None:
            listed = sum((value(one, "lost") for one in of_kind(document, "loss")), Fraction(0))
            rest = sum((value(one, "lost") for one in of_kind(document, "losses_rest")), Fraction(0))
            assert listed + rest == value(all_lost, "lost")


def test_an_indicator_that_separates_nobody_is_suggested_to_the_whole_class(checks: Checks) -> None:
    """Planted: nobody differs in registration_verified."""
    names = {
        str(one.slots["name"].value[0])  # type: ignore[index]
        for code in checks.basis.codes()
        for one in of_kind(checks.of(code), "same")
    }
    assert "实名认证率" in names


def test_what_nobody_sent_is_said_to_be_missing_and_nothing_is_made_up(checks: Checks) -> None:
    document = checks.of(next(checks.basis.codes()))
    kinds = {one.kind for one in document.claims}
    assert {"alerts_none", "cases_none", "reliefs_none", "appeals_none", "corrections_none"} <= kinds


def test_records_that_cannot_be_read_are_refused_with_the_place() -> None:
    with pytest.raises(Refused) as refused:
        read_beside(b'{"units": {"1": {"alerts": [{"number": 3}]}}}')
    (problem,) = refused.value.problems
    assert problem.code == "beside-unreadable"
    assert "units/1/alerts/0" in problem.line("zh")
    assert read_beside(write_beside(Beside(("alerts",)))) == Beside(("alerts",))


@pytest.mark.parametrize(
    ("period", "day"),
    [("2026", (2026, 12, 31)), ("2026Q1", (2026, 3, 31)), ("2026H1", (2026, 6, 30)), ("2024-02", (2024, 2, 29))],
)
def test_the_last_day_of_a_period(period: str, day: tuple[int, int, int]) -> None:
    assert end_of(period) == date(*day)
    assert end_of("FY2022") is None


@pytest.mark.parametrize(
    ("number_", "text"), [("12.5", "12.5"), ("1/3", "1/3"), ("-0.05", "-0.05"), ("7", "7"), ("100", "100")]
)
def test_numbers_are_kept_without_loss(number_: str, text: str) -> None:
    assert exact(Fraction(number_)) == text


@pytest.mark.parametrize(
    ("kind", "amount", "zh", "en"),
    [
        ("versus", "0", "持平", "level with"),
        ("versus", "-3.125", "低 3.13 分", "3.13 points below"),
        ("moved", "2", "增加 2.00 分", "rose by 2.00 points"),
        ("moved", "-2", "减少 2.00 分", "fell by 2.00 points"),
        ("moved", "0", "不变", "did not change"),
        ("signed", "1/3", "+0.33", "+0.33"),
        ("share", "2/3", "66.7%", "66.7%"),
    ],
)
def test_comparisons_have_the_right_word(kind: Any, amount: str, zh: str, en: str) -> None:
    slot = number(kind, Fraction(amount), "x")
    assert (told(slot, "zh"), told(slot, "en")) == (zh, en)


def test_documents_are_the_same_every_time(checks: Checks, run: Path) -> None:
    code = next(checks.basis.codes())
    assert checks.of(code).plain() == checks.of(code).plain()
    assert checks.of(code).run["number"] == run.name
