"""Who carries which part of a period: stages on posts and their exact day shares."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.engine.calendar import Hours, china
from steelyard.engine.organisation import Organisation, build, calendar_days, day_shares, stages
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.problems import Refused
from steelyard.engine.reading import read

KNOWN = datetime(2026, 1, 1)
CASES_FILE = Path(__file__).parent / "cases" / "transfers.yaml"
CASES: list[dict[str, Any]] = read(CASES_FILE.read_text("utf-8"), CASES_FILE.name)[0].tree  # type: ignore[assignment]
COUNTING = {"calendar": calendar_days, "working": china(Hours.daily("09:00-12:00", "13:30-18:00")).days_within}


def holding(post: str, start: date, last: date | None, share: Any, person: str = "张三") -> dict[str, object]:
    return {"person": person, "post": post, "from": start, "to": last, "share": share, "known_at": KNOWN}


def organisation(holdings: list[dict[str, object]]) -> Organisation:
    since = {"valid_from": date(2000, 1, 1), "known_at": KNOWN}
    return build(
        {
            "units": [{"code": "01", "name": "省局", "level": "省", **since}],
            "posts": [
                {"code": code, "unit": "01", "name": code, "known_at": KNOWN} for code in ("甲岗", "乙岗", "丙岗")
            ],
            "persons": [{"code": "张三", "name": "张三", "known_at": KNOWN}],
            "holdings": holdings,
        }
    )


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def test_there_are_twenty_cases():
    assert len({case["case"] for case in CASES}) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_transfer_worked_by_hand(case):
    world = organisation([holding(post, day(start), day(end), share) for post, start, end, share in case["holdings"]])
    shares = day_shares(world, "张三", CALENDAR_YEARS.parse(case["period"]), COUNTING[case["days"]])
    assert shares == {post: Fraction(str(share)) for post, share in case["shares"].items()}
    assert sum(shares.values()) == (1 if case["shares"] else 0)


def test_stages_name_post_unit_dates_and_days():
    world = organisation(
        [holding("甲岗", date(2025, 1, 1), date(2026, 2, 23), 1), holding("乙岗", date(2026, 2, 24), None, 1)]
    )
    first, second = stages(world, "张三", CALENDAR_YEARS.parse("2026-02"), COUNTING["working"])
    assert (first.post, first.unit, first.start, first.end, first.days) == (
        "甲岗", "01", date(2026, 2, 1), date(2026, 2, 24), 11,
    )  # fmt: skip
    assert (second.post, second.start, second.end, second.days) == ("乙岗", date(2026, 2, 24), date(2026, 3, 1), 5)
    assert (first.weight, second.weight) == (Fraction(11, 16), Fraction(5, 16))


def test_one_holding_entered_in_two_rows_is_one_stage():
    rows = [holding("甲岗", date(2026, 1, 1), date(2026, 2, 28), 1), holding("甲岗", date(2026, 3, 1), None, 1)]
    (stage,) = stages(organisation(rows), "张三", CALENDAR_YEARS.parse("2026"), calendar_days)
    assert (stage.start, stage.end, stage.days) == (date(2026, 1, 1), date(2027, 1, 1), 365)


def test_another_share_on_the_same_post_is_another_stage():
    rows = [
        holding("甲岗", date(2026, 1, 1), date(2026, 2, 28), 1),
        holding("甲岗", date(2026, 3, 1), None, Decimal("0.5")),
    ]
    found = stages(organisation(rows), "张三", CALENDAR_YEARS.parse("2026H1"), calendar_days)
    assert [(stage.share, stage.weight) for stage in found] == [
        (1, Fraction(59, 181)),
        (Fraction(1, 2), Fraction(122, 181)),
    ]


def test_an_unknown_person_is_refused():
    with pytest.raises(Refused) as refused:
        day_shares(organisation([]), "李四", CALENDAR_YEARS.parse("2026"), calendar_days)
    assert [problem.code for problem in refused.value.problems] == ["person-not-registered"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["甲岗", "乙岗", "丙岗"]),
            st.integers(0, 380),
            st.integers(1, 200),
            st.sampled_from([0.1, 0.2, 0.25]),
        ),
        max_size=4,
        unique_by=lambda row: row[:2],
    )
)
def test_weights_of_stages_always_add_up_to_one(drawn):
    first = date(2025, 12, 1).toordinal()
    rows = [
        holding(post, date.fromordinal(first + start), date.fromordinal(first + start + days - 1), Decimal(str(share)))
        for post, start, days, share in drawn
    ]
    found = stages(organisation(rows), "张三", CALENDAR_YEARS.parse("2026"), calendar_days)
    assert sum(stage.weight for stage in found) == (1 if found else 0)
    assert all(stage.days == (stage.end - stage.start).days for stage in found)
