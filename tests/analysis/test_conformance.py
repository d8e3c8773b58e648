"""Procedure conformance: each breach names case, step, rule and time; a clean case is left alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from steelyard.analysis.conformance import Deadline, Event, FourEyes, Order, Procedure, Step, conformance
from steelyard.engine.problems import Refused

AUDIT = Procedure(
    steps=(
        Step("立案", required=True, most=1),
        Step("检查", required=True),
        Step("审理", required=True),
        Step("听证"),
        Step("处罚决定", required=True),
        Step("结案"),
    ),
    ends=("结案",),
    rules=(
        Order("立案", "检查"),
        Order("审理", "处罚决定"),
        Deadline("立案", "检查", 10, "days"),
        Deadline("审理", "处罚决定", 3, "workdays"),
        FourEyes("检查", "审理"),
    ),
)
AS_OF = datetime(2026, 6, 30, 18, 0)


def weekdays(first: date, last: date) -> int:
    return sum((first + timedelta(days=n)).weekday() < 5 for n in range(1, (last - first).days + 1))


def case(*rows: tuple[str, str, str], name: str = "A-1") -> list[Event]:
    return [Event(name, step, datetime.fromisoformat(f"2026-{day}T09:00"), officer) for step, day, officer in rows]


CLEAN = case(
    ("立案", "03-02", "甲"), ("检查", "03-12", "乙"), ("审理", "03-20", "丙"), ("处罚决定", "03-25", "丁"),
    ("结案", "03-31", "甲"),
)  # fmt: skip


def codes(*events: Event, as_of: datetime = AS_OF) -> list[tuple[str, str, str]]:
    found = conformance(AUDIT, events, as_of=as_of, workdays=weekdays)
    return [(v.code, v.step, f"{v.time:%m-%d}") for v in found]


def without(step: str) -> list[Event]:
    return [event for event in CLEAN if event.step != step]


def test_a_case_by_the_book_has_no_violation():
    assert codes(*CLEAN) == []


def test_the_order_of_the_log_does_not_matter():
    assert codes(*reversed(CLEAN)) == []


def test_a_missing_step_is_found_when_the_case_has_ended():
    assert ("case-step-missing", "审理", "03-31") in codes(*without("审理"))
    assert codes(*without("审理")[:2]) == []  # still open, nothing missed yet


def test_a_decision_before_its_review_is_out_of_order():
    early = [*without("处罚决定"), *case(("处罚决定", "03-19", "丁"))]
    assert ("case-order", "处罚决定", "03-19") in codes(*early)


def test_a_deadline_in_days_counts_the_day_after_as_the_first():
    late = [*without("检查"), *case(("检查", "03-13", "乙"))]
    assert codes(*late) == [("case-deadline", "检查", "03-13")]


def test_a_deadline_in_working_days_skips_the_weekend():
    """From Friday 20 March three working days end on Wednesday 25; Thursday 26 is late."""
    late = [*without("处罚决定"), *case(("处罚决定", "03-26", "丁"))]
    assert codes(*late) == [("case-deadline", "处罚决定", "03-26")]


def test_a_step_that_never_came_is_late_at_the_day_of_asking():
    opened = case(("立案", "06-01", "甲"))
    assert codes(*opened, as_of=datetime(2026, 6, 11)) == []
    assert codes(*opened, as_of=datetime(2026, 6, 12)) == [("case-deadline", "检查", "06-12")]


def test_what_happens_later_is_not_yet_known():
    assert codes(*CLEAN, as_of=datetime(2026, 3, 5)) == []
    same = [*without("审理"), *case(("审理", "03-20", "乙"))]
    assert codes(*same, as_of=datetime(2026, 3, 19)) == []


def test_inspector_and_reviewer_must_be_two_people():
    same = [*without("审理"), *case(("审理", "03-20", "乙"))]
    assert codes(*same) == [("case-same-officer", "审理", "03-20")]


def test_repeated_and_undeclared_steps_are_named():
    found = codes(*CLEAN, *case(("立案", "03-03", "甲"), ("撤案", "03-04", "甲")))
    assert ("case-step-repeated", "立案", "03-03") in found
    assert ("case-step-undeclared", "撤案", "03-04") in found


def test_cases_do_not_mix():
    other = case(("处罚决定", "03-01", "丁"), name="B-2")
    found = conformance(AUDIT, [*CLEAN, *other], as_of=AS_OF, workdays=weekdays)
    assert [(v.case, v.code) for v in found] == [("B-2", "case-order")]


def test_each_violation_reads_in_both_languages():
    late = [*without("检查"), *case(("检查", "03-13", "乙"), ("审理", "03-01", "乙"), ("撤案", "03-04", "甲"))]
    found = conformance(AUDIT, [*late, *case(("立案", "03-03", "甲"))], as_of=AS_OF, workdays=weekdays)
    texts = [violation.text(language) for violation in found for language in ("zh", "en")]
    assert len({violation.code for violation in found}) >= 4
    assert all("A-1" in text and "{" not in text for text in texts)
    assert any("10 天" in text and "检查" in text for text in texts)


def test_a_rule_about_an_undeclared_step_is_refused_with_all_its_names():
    broken = Procedure((Step("立案"),), ("结案",), (Order("立项", "立案"),))
    with pytest.raises(Refused, match="conformance-unknown-step") as refusal:
        conformance(broken, [], as_of=AS_OF, workdays=weekdays)
    assert sorted(problem.params["step"] for problem in refusal.value.problems) == ["立项", "结案"]
