"""Past values in an old and a new structure: whatever the reorganisation, the totals stay."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.engine.organisation import Organisation, build, restate, share_out
from steelyard.engine.problems import Refused
from steelyard.engine.reading import read

KNOWN = datetime(2026, 1, 1)
CASES_FILE = Path(__file__).parent / "cases" / "reorganisations.yaml"
CASES: list[dict[str, Any]] = read(CASES_FILE.read_text("utf-8"), CASES_FILE.name)[0].tree  # type: ignore[assignment]


def unit(code: str, parent: str | None, start: str, last: str | None = None) -> dict[str, object]:
    return {
        "code": code.split()[0],  # "A again" is a second row of A
        "name": f"{code}局",
        "level": "县",
        "parent": parent,
        "class": None,
        "valid_from": date.fromisoformat(start),
        "valid_to": date.fromisoformat(last) if last else None,
        "known_at": KNOWN,
    }


def succession(source: str, target: str, on: str, share: Any = None, back_share: Any = None) -> dict[str, object]:
    keys = ("from_unit", "to_unit", "on", "share", "back_share", "known_at")
    return dict(zip(keys, (source, target, date.fromisoformat(on), share, back_share, KNOWN), strict=True))


def organisation(units: dict[str, list[Any]], successions: list[list[Any]]) -> Organisation:
    rows = [unit("P", None, "2000-01-01"), *(unit(code, *row) for code, row in units.items())]
    return build({"units": rows, "successions": [succession(*row) for row in successions]})


def month(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:]) - 1


def cells(table: dict[str, dict[str, Decimal]]) -> dict[tuple[str, int], Any]:
    """Whole numbers stay whole, money keeps its two places."""
    flat = {(code, month(when)): value for code, row in table.items() for when, value in row.items()}
    return {cell: int(value) if value.as_tuple().exponent == 0 else value for cell, value in flat.items()}


def by_month(table: dict[tuple[Any, int], Any]) -> Counter[int]:
    totals: Counter[int] = Counter()
    for (_, when), value in table.items():
        totals[when] += value
    return totals


def test_there_are_thirty_cases():
    assert len({case["case"] for case in CASES}) >= 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
@pytest.mark.parametrize("side", ["old", "new"])
def test_a_reorganisation_worked_by_hand(case, side):
    given_values = cells(case["values"])
    seen = restate(organisation(case["units"], case["successions"]), given_values, date.fromisoformat(case[side]["on"]))
    assert {(line.key, when): value for (line, when), value in seen.values.items()} == cells(case[side]["lines"])
    assert by_month(dict(seen.values)) == by_month(given_values)
    above = seen.by_unit()
    for cell, total in cells(case[side].get("above", {})).items():
        assert above[cell] == total


def test_the_kind_of_a_line_tells_why_it_is_not_a_unit():
    world = organisation(
        {
            "A": ["P", "2010-01-01", "2019-12-31"],
            "B": ["P", "2020-01-01"],
            "C": ["P", "2020-01-01"],
            "D": ["P", "2010-01-01", "2014-12-31"],
            "E": ["P", "2022-01-01"],
        },
        [["A", "B", "2020-01-01"], ["A", "C", "2020-01-01"]],
    )
    values = {
        ("A", month("2019-01")): 1,
        ("B", month("2020-02")): 2,
        ("D", month("2014-01")): 3,
        ("E", month("2022-02")): 4,
    }
    lines = {line.key: (line.kind, line.parent) for line in restate(world, values, date(2021, 1, 1)).lines}
    assert lines == {"B+C": ("together", "P"), "B": ("unit", "P"), "D": ("ended", "P"), "E": ("founded", "P")}


def test_comparable_lines_mean_the_same_in_every_month():
    """To compare growth, the lines before a merger are shown together, as the lines after it must be."""
    case = next(case for case in CASES if case["case"].startswith("一局撤销"))
    values = cells(case["values"]) | {("Z", month("2020-01")): 1}
    world = organisation(case["units"] | {"Z": ["P", "2010-01-01"]}, case["successions"])
    seen = restate(world, values, date(2019, 12, 31)).comparable()
    assert {(line.key, when): value for (line, when), value in seen.values.items()} == {
        ("A+B+C", month("2019-12")): 38,
        ("A+B+C", month("2020-01")): 40,
        ("Z", month("2020-01")): 1,
    }
    assert [line.parent for line in seen.lines] == ["P", "P"]


def test_a_line_at_the_very_top_has_no_parent():
    world = build({"units": [unit("A", None, "2010-01-01", "2019-12-31"), unit("B", None, "2020-01-01")]})
    seen = restate(world, {("A", month("2019-01")): 5}, date(2021, 1, 1))
    assert [(line.key, line.kind, line.parent) for line in seen.lines] == [("A", "ended", None)]
    assert seen.by_unit() == {}


def test_an_ended_unit_whose_own_parent_was_divided_hangs_further_up():
    world = organisation(
        {
            "X": ["P", "2010-01-01", "2019-12-31"],
            "Y": ["P", "2020-01-01"],
            "Z": ["P", "2020-01-01"],
            "V": ["P", "2020-01-01"],
            "W": ["P", "2010-01-01", "2019-12-31"],
            "A": ["X", "2010-01-01", "2018-12-31"],
            "B": ["W", "2010-01-01", "2018-12-31"],
        },
        [["X", "Y", "2020-01-01", Decimal("0.5")], ["X", "Z", "2020-01-01", Decimal("0.5")],
         ["W", "Y", "2020-01-01"], ["W", "V", "2020-01-01"]],
    )  # fmt: skip
    values = {("A", month("2018-12")): 5, ("B", month("2018-12")): 6}
    assert [line.parent for line in restate(world, values, date(2021, 1, 1)).lines] == ["P", "P"]


def test_fractions_are_divided_without_any_rounding():
    case = next(case for case in CASES if case["case"].startswith("对半分设"))
    world = organisation(case["units"], case["successions"])
    seen = restate(world, {("A", month("2019-12")): Fraction(1, 3)}, date(2020, 1, 1))
    assert list(seen.values.values()) == [Fraction(1, 6), Fraction(1, 6)]


def test_values_without_a_unit_are_refused_all_at_once():
    world = organisation({"A": ["P", "2010-01-01", "2019-12-31"]}, [])
    values = {("A", month("2020-01")): 1, ("A", month("2009-12")): 1, ("Q", month("2019-01")): 1}
    with pytest.raises(Refused) as refused:
        restate(world, values, date(2019, 1, 1))
    assert Counter(problem.code for problem in refused.value.problems) == {
        "value-before-or-after-unit": 2,
        "value-of-unknown-unit": 1,
    }


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (5, [2, 1, 2]),
        (-5, [-2, -1, -2]),
        (Decimal("1E+3"), [Decimal(333), Decimal(333), Decimal(334)]),
        (Decimal("0.05"), [Decimal("0.02"), Decimal("0.01"), Decimal("0.02")]),
        (
            Decimal("1" * 33 + ".00"),  # more digits than a decimal keeps by itself
            [Decimal("36" + "9" * 30 + ".96"), Decimal("36" + "9" * 30 + ".96"), Decimal("37" + "1" * 30 + ".08")],
        ),
    ],
)
def test_parts_keep_the_places_and_the_sum_of_the_amount(amount, expected):
    parts = share_out(amount, [Fraction("0.333"), Fraction("0.333"), Fraction("0.334")])
    assert list(map(str, parts)) == list(map(str, expected))
    assert sum(map(Fraction, parts)) == Fraction(amount)


# -- whatever happens, totals are conserved ----------------------------------------------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> tuple[Organisation, dict[tuple[str, int], int]]:
    """A random forest of successions: in some years units are merged, split, renamed, ended or founded."""
    first_days = {f"U{number}": date(2010, 1, 1) for number in range(draw(st.integers(1, 4)))}
    last_days: dict[str, date] = {}
    successions: list[list[Any]] = []
    for year in range(2011, 2011 + draw(st.integers(1, 4))):
        change = date(year, *draw(st.sampled_from([(1, 1), (7, 15)])))
        alive = sorted(first_days.keys() - last_days.keys())
        sources = draw(st.lists(st.sampled_from(alive), max_size=2, unique=True)) if alive else []
        targets = [f"U{len(first_days) + extra}" for extra in range(draw(st.integers(0, 2)))]
        share = Decimal(1) / len(targets) if targets and draw(st.booleans()) else None
        successions += [[source, target, str(change), share] for source in sources for target in targets]
        last_days |= dict.fromkeys(sources, change - timedelta(days=1))
        first_days |= dict.fromkeys(targets, change)
    lasts = {code: last_days.get(code) for code in first_days}
    units = {code: ["P", str(first), lasts[code] and str(lasts[code])] for code, first in first_days.items()}
    values: dict[tuple[str, int], int] = {}
    for code, first in first_days.items():
        for day in (first, lasts[code] or date(2015, 12, 31)):
            values[code, day.year * 12 + day.month - 1] = draw(st.integers(-50, 50))
    return organisation(units, successions), values


@given(histories(), st.dates(date(2009, 1, 1), date(2016, 12, 31)))
def test_totals_are_conserved_in_the_structure_of_any_day(history, target):
    world, values = history
    seen = restate(world, values, target)
    assert by_month(dict(seen.values)) == by_month(values)
    assert by_month(dict(seen.comparable().values)) == by_month(values)
    assert all(line.units[0] in seen.structure for line in seen.lines if line.kind == "unit")


@given(histories(), st.dates(date(2009, 1, 1), date(2016, 12, 31)), st.randoms(use_true_random=False))
def test_the_order_of_the_values_does_not_matter(history, target, random):
    world, values = history
    shuffled = list(values.items())
    random.shuffle(shuffled)
    assert list(restate(world, dict(shuffled), target).values.items()) == list(
        restate(world, values, target).values.items()
    )
